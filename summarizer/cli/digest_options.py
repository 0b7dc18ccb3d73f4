"""What the commands of a digest share: its configuration, its ledger, and how to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from summarizer.digest import DigestConfig
    from summarizer.ledger import Ledger
    from summarizer.settings import AskSettings

__all__ = ["config_option", "model_options", "opened", "settings_for"]

F = TypeVar("F", bound=Callable[..., Any])

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("digest.toml"),
    show_default=True,
    help="The digest's configuration.",
)

_MODEL = [
    click.option("--model", help="The model to ask."),
    click.option("--base-url", help="An OpenAI-compatible endpoint, up to and with /v1."),
    click.option("--record", type=click.Path(path_type=Path), help="Take replies from this folder and add to it."),
    click.option("--replay", type=click.Path(path_type=Path), help="Take every reply from this folder; no network."),
    click.option("--concurrency", type=click.IntRange(1, 1000), help="Requests in flight at most. [16]"),
    click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds for one try. [300]"),
    click.option("--max-cost", type=click.FloatRange(0), help="US dollars spent in this run at most."),
]


def model_options(function: F) -> F:
    """Add the options that say how to ask; they outrank the configuration."""
    for option in reversed(_MODEL):
        function = option(function)
    return function


@contextmanager
def opened(path: Path) -> Iterator[tuple[DigestConfig, Ledger]]:
    """Yield a digest and its ledger, open."""
    from summarizer.digest.config import ledger_address, load_config
    from summarizer.ledger import Ledger

    config = load_config(path)
    with Ledger(ledger_address(config)) as ledger:
        yield config, ledger


def settings_for(config: DigestConfig, given: dict[str, Any]) -> AskSettings:
    """Return how a digest asks: the options given, then its configuration, then what holds for all."""
    from summarizer.settings import load_settings

    return load_settings(**{**config.model, **{name: value for name, value in given.items() if value is not None}})
