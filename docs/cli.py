"""Writes docs/cli.md from the commands' own help: `make docs`. A test checks that the page is up to date."""

from __future__ import annotations

from collections.abc import Iterator

import click

from summarizer.cli import COMMANDS, cli

WIDTH = 100

HEAD = """# The command line

Made from `--help` by `make docs`; a test checks it.

Results go to standard output, all else to standard error. Exit codes: 0 all is well; 1 a brief was made, but has gaps
or unverified claims and `--strict` was given, or something that was checked does not hold; 2 bad usage or input; 3 the
model could not be reached or gave no usable reply; 130 interrupted.
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(f"\n## `{name}`\n\n```\n{text}\n```\n" for name, text in sorted(helps()))


def helps() -> Iterator[tuple[str, str]]:
    """Yield each command's full name and its help."""
    names = ["-h", "--help"]  # as `cli` itself has them: a command keeps those of the first context it sees
    top = click.Context(
        cli, info_name="summarizer", max_content_width=WIDTH, terminal_width=WIDTH, help_option_names=names
    )
    for name in COMMANDS:
        command = cli.get_command(top, name)
        if command is not None:
            yield from _help(command, name, top)


def _help(command: click.Command, name: str, parent: click.Context) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command, info_name=name.rpartition(" ")[2], parent=parent, max_content_width=WIDTH, terminal_width=WIDTH
    )
    yield f"summarizer {name}", command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _help(found, f"{name} {inner}", context)


if __name__ == "__main__":
    print(page(), end="")
