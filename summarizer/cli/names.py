"""`summarizer names`: what parties and issues are called in a digest, and what a person corrects of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.cli.digest_options import config_option, opened

if TYPE_CHECKING:
    from summarizer.ledger import Corrections


@click.group("names")
def command() -> None:
    """List and correct the parties and issues of a digest. Corrections outlive every later run and ask no model."""


@command.command("list")
@click.argument("ids", nargs=-1)
@config_option
def list_(ids: tuple[str, ...], config: Path) -> None:
    """List parties and issues with their ids; with IDS, all forms and wordings of these."""
    from summarizer.errors import InputError
    from summarizer.ledger import Names

    with opened(config) as (digest, ledger), ledger.reading() as session:
        known = Names(session, digest.name).registry()
    for party in known.parties:
        if not ids or party.id in ids:
            click.echo(f"{party.id}  {party.name} ({party.kind}), {known.uses.get(party.id, 0)} documents")
            for alias in party.aliases if ids else ():
                click.echo(f"    also: {alias}")
            for person in party.people if ids else ():
                office = f", {person.office}" if person.office else ""
                forms = f"; also {', '.join(person.aliases)}" if person.aliases else ""
                click.echo(f"    person: {person.name}{office}{forms}")
    for issue in known.issues:
        if not ids or issue.id in ids:
            click.echo(f"{issue.id}  {issue.name}: {issue.proposition} {known.uses.get(issue.id, 0)} documents")
            for (_, proposition), (found, opposite) in known.wordings.items() if ids else ():
                if found == issue.id:
                    click.echo(f"    {'opposite' if opposite else 'same'}: {proposition}")
    if missing := set(ids) - {one.id for one in known.parties} - {one.id for one in known.issues}:
        raise InputError(f"There is no party or issue {', '.join(sorted(missing))}. See: summarizer names list")


@command.command("merge")
@click.argument("into")
@click.argument("others", nargs=-1, required=True)
@click.option("--opposite", is_flag=True, help="The others state the contrary of the first (issues).")
@config_option
def merge(into: str, others: tuple[str, ...], opposite: bool, config: Path) -> None:  # noqa: FBT001 - click's way
    """Make OTHERS one with INTO: parties with a party, issues with an issue."""
    with _corrections(config) as corrections:
        corrections.merge(into, others, opposite=opposite)
    click.echo(f"{', '.join(others)} now count as {into}.")


@command.command("rename")
@click.argument("known", metavar="ID")
@click.argument("name")
@config_option
def rename(known: str, name: str, config: Path) -> None:
    """Show a party or an issue under another NAME. Its id stays."""
    with _corrections(config) as corrections:
        corrections.rename(known, name)
    click.echo(f"{known} is now called {name}.")


@command.command("split")
@click.argument("known", metavar="ID")
@click.argument("forms", nargs=-1, required=True)
@config_option
def split(known: str, forms: tuple[str, ...], config: Path) -> None:
    """Take FORMS of a name, wordings of an issue, or an id that was merged, out of ID.

    They become a party or an issue of their own and are not merged again.
    """
    with _corrections(config) as corrections:
        fresh = corrections.split(known, forms)
    click.echo(f"{', '.join(forms)} now count as {fresh}, apart from {known}.")


@command.command("apart")
@click.argument("one")
@click.argument("other")
@config_option
def apart(one: str, other: str, config: Path) -> None:
    """Never merge ONE and OTHER."""
    with _corrections(config) as corrections:
        corrections.apart(one, other)
    click.echo(f"{one} and {other} stay apart.")


@command.command("together")
@click.argument("one")
@click.argument("other")
@config_option
def together(one: str, other: str, config: Path) -> None:
    """Take back that ONE and OTHER are to stay apart."""
    with _corrections(config) as corrections:
        corrections.together(one, other)
    click.echo(f"{one} and {other} may be merged.")


@command.command("history")
@config_option
def history(config: Path) -> None:
    """List the corrections that were made, oldest first."""
    from summarizer.ledger import Corrections

    with opened(config) as (digest, ledger), ledger.reading() as session:
        for one in Corrections(session, digest.name).history():
            detail = ", ".join(f"{name} {value}" for name, value in one["detail"].items())
            click.echo(f"{one['made']:%Y-%m-%d %H:%M} UTC  {one['action']}: {detail}")


@contextmanager
def _corrections(config: Path) -> Iterator[Corrections]:
    """Yield the corrections of a digest, while no run of it is under way."""
    from summarizer.digest import system_clock
    from summarizer.ledger import Corrections, Lock, register

    with opened(config) as (digest, ledger):
        with ledger.writing() as session:
            register(session, digest.name, digest.kind)
        lock = Lock(ledger, digest.name, system_clock)
        lock.take()
        try:
            with ledger.writing() as session:
                yield Corrections(session, digest.name, system_clock())
        finally:
            lock.release()
