"""`summarizer verify`: a brief proved from itself alone."""

from __future__ import annotations

from pathlib import Path

import click

from summarizer.cli.show import read_brief


@click.command("verify")
@click.argument("path", metavar="BRIEF", type=click.Path(path_type=Path))
@click.option("--kind", help="For a kind of your own: its folder.")
def command(path: Path, kind: str | None) -> int:
    """Prove a finished brief against its own sources, to the character, without a model.

    Ends with 0 when it holds and 1 when it does not; each fault is a line.
    """
    from summarizer.rendering.words import inline
    from summarizer.verifying import verify

    brief = read_brief(path, kind)
    problems = verify(brief)
    for problem in problems:
        click.echo(inline(problem))
    if problems:
        click.echo(f"summarizer: {path} does not hold: {len(problems)} faults.", err=True)
        return 1
    claims = list(brief.claims())
    evidence = sum(len(claim.evidence) for claim in claims)
    click.echo(
        f"{len(claims)} claims hold: {evidence} quotations stand in {len(brief.sources)} sources, to the letter."
    )
    return 0
