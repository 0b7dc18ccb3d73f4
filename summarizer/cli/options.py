"""Options that several commands share, and what every command does with results and progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from summarizer.settings import AskSettings

__all__ = ["ASKING", "asking", "kind", "ledger_option", "outputs", "queue_options", "settings_from"]

F = TypeVar("F", bound=Callable[..., Any])

_ASKING = [
    click.option("--model", help="The model to ask."),
    click.option("--base-url", help="An OpenAI-compatible endpoint, up to and with /v1."),
    click.option("--record", type=click.Path(path_type=Path), help="Take replies from this folder and add to it."),
    click.option("--replay", type=click.Path(path_type=Path), help="Take every reply from this folder; no network."),
    click.option("--by-hand", type=click.Path(path_type=Path), help="Pages to paste into a chat, and its replies."),
    click.option("--store", type=click.Path(path_type=Path), help="Keep replies here, not in the user's cache."),
    click.option("--no-store", is_flag=True, default=None, help="Keep no replies, use none that were kept."),
    click.option("--concurrency", type=click.IntRange(1, 1000), help="Requests in flight at most. [16]"),
    click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds for one try. [300]"),
    click.option("--max-retries", type=click.IntRange(0, 20), help="Further tries after a passing fault. [4]"),
    click.option("--rpm", type=click.IntRange(1), help="Requests a minute at most."),
    click.option("--tpm", type=click.IntRange(1), help="Tokens a minute at most."),
    click.option("--max-requests", type=click.IntRange(0), help="Requests sent in this run at most."),
    click.option("--max-cost", type=click.FloatRange(0), help="US dollars spent in this run at most."),
    click.option("--max-input", type=click.IntRange(100), help="Tokens of a document in one request. [8000]"),
    click.option(
        "--structured",
        type=click.Choice(["auto", "schema", "object", "text"]),
        help="How the server is asked for JSON. [auto: found out once]",
    ),
    click.option("--config", type=click.Path(path_type=Path), help="A settings file, not ./summarizer.toml."),
]


ASKING = (
    *("model", "base_url", "record", "replay", "by_hand", "store", "no_store", "concurrency", "timeout"),
    *("max_retries", "rpm", "tpm", "max_requests", "max_cost", "max_input", "structured"),
)
"""What `asking` adds, by name, but the settings file."""

ledger_option = click.option(
    "--ledger", help="The ledger's database: postgresql://host/name. [SQLite, without workers]"
)


def queue_options(function: F) -> F:
    """Add `--ledger` and `--queue`."""
    text = "The queue: workers of one name do the jobs of that name."
    return ledger_option(click.option("--queue", default="briefs", show_default=True, help=text)(function))


def asking(function: F) -> F:
    """Add the options of every command that asks a model."""
    for option in reversed(_ASKING):
        function = option(function)
    return function


def kind(function: F) -> F:
    """Add `--kind`."""
    text = "The kind of brief: a built-in name, or a folder with schema.py and prompts."
    return click.option("--kind", default="negotiation", show_default=True, help=text)(function)


def outputs(function: F) -> F:
    """Add `-o` and `--format`."""
    text = "Write it here too; the ending says the format: .json .md .html .txt. May be given again."
    function = click.option("-o", "--output", "paths", multiple=True, type=click.Path(path_type=Path), help=text)(
        function
    )
    choice = click.Choice(["terminal", "markdown", "json", "html"])
    return click.option(
        "--format", "format_", type=choice, help="What to print. [terminal; nothing with -o in a pipe]"
    )(function)


def settings_from(given: dict[str, Any]) -> AskSettings:
    """Return the settings of a command: its options over environment and file."""
    from summarizer.settings import load_settings

    config = given.pop("config")
    chosen = {name: value for name, value in given.items() if value is not None}
    return load_settings(config=config, **chosen)
