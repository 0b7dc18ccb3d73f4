"""The steps of the trip that ask the model, each of which may fail without ending it: what failed is a gap.

A brief made in one go and a day of a digest take the same steps; they differ in what is known before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from summarizer.asking import Asker
from summarizer.assembling import Extracted, Grouping
from summarizer.claims import BottomLine, Brief, Claim, Gap, Run
from summarizer.documents import Document
from summarizer.errors import ModelError, Unauthorised
from summarizer.extracting import extract
from summarizer.headlining import headline
from summarizer.kinds import Kind
from summarizer.reconciling import Followed, corroborate, follow, reconcile
from summarizer.registry import Registry
from summarizer.topics import Topic

__all__ = ["Event", "Outcome", "Trip"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the way to a brief."""

    stage: Literal["read", "extract", "reconcile", "corroborate", "headline", "done"]
    about: str
    done: int
    total: int
    failed: str | None = None
    """Why it failed, when it did."""
    brief: Brief | None = field(default=None, repr=False)
    """The finished brief: in the last event of `abrief_stream`, and in no other."""


Outcome = Callable[[Document, Extracted | ModelError], None]
"""Is told of each document as its reply, or its failure, comes in."""


class Trip:
    """The steps of one run. `gaps` gathers what failed."""

    def __init__(
        self, kind: Kind, asker: Asker, topic: Topic | None = None, tell: Callable[[Event], None] = lambda _: None
    ) -> None:
        self.kind, self.asker, self.topic, self.tell = kind, asker, topic, tell
        self.gaps: list[Gap] = []
        self.errors: list[ModelError] = []
        """Why, for each gap."""

    async def extract(self, documents: Sequence[Document], outcome: Outcome = lambda *_: None) -> list[Extracted]:
        """Ask about every document at once. One that fails costs itself.

        Raises:
            ModelError: every document failed.
            Unauthorised: the key was refused, which ends the run.

        """
        total, done = len(documents), 0
        errors: list[ModelError] = []

        async def one(document: Document) -> Extracted | None:
            nonlocal done
            failure: ModelError | None = None
            try:
                extracted = await extract(document, self.kind, self.asker, self.topic)
            except Unauthorised:
                raise
            except ModelError as error:
                failure = error
                errors.append(error)
                self.errors.append(error)
                self.gaps.append(Gap(source=document.id, stage="extract", reason=str(error)))
                outcome(document, error)
                return None
            else:
                outcome(document, extracted)
                return extracted
            finally:
                done += 1
                self.tell(Event("extract", document.label, done, total, str(failure) if failure else None))

        found = [one for one in await _all(one(document) for document in documents) if one is not None]
        if errors and not found:
            raise _for_all(errors)
        return found

    async def reconcile(self, extracted: Sequence[Extracted], registry: Registry) -> Grouping | None:
        """Return which names are the same; None when that failed."""
        self.tell(Event("reconcile", "names", 0, 1))
        return await self._tried("names", "reconcile", reconcile(extracted, self.kind, self.asker, registry))

    async def corroborate(self, claims: Sequence[Claim]) -> list[list[str]] | None:
        """Return which claims report the same thing; None when that failed."""
        self.tell(Event("corroborate", "claims", 0, 1))
        return await self._tried("claims", "reconcile", corroborate(claims, self.kind, self.asker))

    async def follow(self, blocks: Sequence[tuple[Sequence[Claim], Sequence[Claim]]]) -> list[Followed] | None:
        """Return which new claims are about known ones; None when that failed."""
        return await self._tried("conditions", "reconcile", follow(blocks, self.kind, self.asker))

    async def headline(self, claims: Sequence[Claim]) -> list[BottomLine] | None:
        """Return the bottom line; None when that failed."""
        self.tell(Event("headline", "bottom line", 0, 1))
        return await self._tried("bottom line", "headline", headline(claims, self.kind, self.asker))

    async def _tried(
        self, source: str, stage: Literal["reconcile", "headline"], work: Coroutine[Any, Any, T]
    ) -> T | None:
        try:
            return await work
        except Unauthorised:
            raise
        except ModelError as error:
            self.errors.append(error)
            self.gaps.append(Gap(source=source, stage=stage, reason=str(error)))
            return None

    def run(self) -> Run:
        """Return how it was made, so far."""
        usage = self.asker.usage
        return Run(
            model=usage.model,
            prompts=dict(self.kind.hashes),
            schema_=self.kind.schema_sha256,
            requests=usage.requests,
            replayed=usage.replayed,
            reasks=usage.reasks,
            tokens=usage.tokens,
            cost_usd=usage.cost_usd,
        )


async def _all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all at once and return the results in order; the first error cancels the rest and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


def _for_all(errors: Sequence[ModelError]) -> ModelError:
    """Return the error of a run in which every document failed: said once when the reason is the same."""
    reasons = list(dict.fromkeys(map(str, errors)))
    if len(reasons) == 1:
        return errors[0]
    return type(errors[0])(f"No document could be briefed. {len(errors)} failed, the first: {reasons[0]}")
