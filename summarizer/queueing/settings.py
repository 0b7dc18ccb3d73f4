"""How workers work."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from summarizer.digest import DigestConfig
from summarizer.errors import SettingsError
from summarizer.ledger import Ledger, SharedAllowance
from summarizer.reading import ReadSettings
from summarizer.settings import AskSettings, Secrets

__all__ = ["Digest", "Patience", "WorkerSettings", "shared_allowance"]

_ALONE = ("record", "by_hand", "no_store")
_BUDGETS = ("max_cost", "max_requests")


@dataclass(frozen=True)
class Patience:
    """How often a document is tried, and how long a task waits in between."""

    tries: int = 3
    """Tries of a document. Each has the settings' own retries within it."""
    wait: float = 30.0
    """Seconds before the second try; each further wait is four times as long."""
    lost: int = 5
    """Workers that may end without a word while they have a document, before it is given up."""

    def after(self, tries: int) -> float:
        """Return the seconds to wait after so many failed tries."""
        return float(self.wait * 4 ** (tries - 1))


@dataclass(frozen=True)
class Digest:
    """A digest that workers run, each day at its time."""

    config: DigestConfig
    asking: AskSettings
    secrets: Secrets = field(default_factory=Secrets)

    @property
    def queue(self) -> str:
        """The queue of its documents and its runs: only workers that have its configuration take from it."""
        return f"digest-{hashlib.sha256(self.config.name.encode()).hexdigest()[:16]}"

    @property
    def budgeted(self) -> bool:
        """Whether a run has a limit of its own on money or requests: then its documents are not spread."""
        return bool(_chosen(self.asking, _BUDGETS))


@dataclass(frozen=True)
class WorkerSettings:
    """How a worker works.

    Raises SettingsError for a setting that holds for one process alone.
    """

    asking: AskSettings
    """The same for all workers: a reply is found again only by the same request. `concurrency` is a worker's own."""
    patience: Patience = field(default_factory=Patience)
    reading: ReadSettings = field(default_factory=ReadSettings)
    stalled: float = 30.0
    """Seconds without a sign of life after which a worker is taken for dead. The same for all workers."""
    grace: float = 30.0
    """Seconds that requests under way have at most when the worker is told to end; then they are put back."""
    digests: tuple[Digest, ...] = ()

    @property
    def grace_at_most(self) -> float:
        """The grace, so short that a worker which is ending, and gives no more signs of life, is not taken for dead."""
        return min(self.grace, self.stalled * 0.6)

    def __post_init__(self) -> None:
        """Refuse what cannot hold: workers share the ledger, and one that ends is started again."""
        refused = _chosen(self.asking, (*_ALONE, *_BUDGETS))
        refused += [name for one in self.digests for name in _chosen(one.asking, _ALONE)]
        if refused:
            raise SettingsError(
                f"{refused[0]} holds for one process alone, and workers are many. Remove it; rpm and tpm hold over all."
            )


def _chosen(asking: AskSettings, names: Sequence[str]) -> list[str]:
    """Return those settings that were made; a budget of 0 is one."""
    return [name for name in names if not any(getattr(asking, name) is unset for unset in (None, False))]


def shared_allowance(ledger: Ledger, asking: AskSettings) -> SharedAllowance | None:
    """Return what holds requests and tokens a minute over all workers; None where there is no such limit.

    Leave costs a statement for each request, so that it is asked for only where there is something to allow.
    """
    return SharedAllowance(ledger, asking) if asking.rpm or asking.tpm else None
