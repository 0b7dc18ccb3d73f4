"""`summarizer mcp`: the tools for assistants."""

from __future__ import annotations

from typing import Any

import click

from summarizer.cli.options import asking, settings_from


@click.command("mcp")
@click.option("--ledger", help="The database that keeps the briefs. [SQLite in the user's data folder]")
@click.option("--max-inputs", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Inputs of a brief.")
@click.option("--offline", is_flag=True, help="Fetch no address.")
@asking
def command(ledger: str | None, max_inputs: int, offline: bool, **given: Any) -> None:  # noqa: FBT001 - by name
    """Offer brief, verify and what_changed to an assistant: Model Context Protocol over standard input and output."""
    import asyncio

    from summarizer.errors import MissingExtra

    try:
        from summarizer.assistant import Desk, server_of
    except ModuleNotFoundError as error:
        raise MissingExtra(f"mcp ({error.name})", "mcp") from None
    from summarizer.ledger import Ledger
    from summarizer.reading import ReadSettings

    with Ledger(ledger) as opened:
        desk = Desk(opened, settings_from(given), ReadSettings(offline=offline), max_inputs)
        asyncio.run(server_of(desk).run_stdio_async())
