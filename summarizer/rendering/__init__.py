"""A brief as text: for a terminal, as Markdown, as JSON, as a page.

One module per format, imported when it is asked for. All of them lay out any kind of brief: they know the
base types of `summarizer.claims`, not the fields of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from summarizer.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.claims import Brief

__all__ = ["FORMATS", "Options", "format_of", "render"]

FORMATS: tuple[str, ...] = ("terminal", "markdown", "json", "html")

_MODULES = {"terminal": "terminal", "markdown": "markdown", "json": "json_text", "html": "page"}
_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".txt": "terminal",
}


@dataclass(frozen=True)
class Options:
    """What a reader may choose. Only the terminal view heeds it: files are always whole."""

    evidence: bool = False
    """Show the quotes under each claim."""
    everything: bool = False
    """Show background claims too, instead of their number."""
    width: int = 80
    """Columns."""


def render(brief: Brief, format: str, *, options: Options = Options()) -> str:  # noqa: A002
    """Return a brief in one of `FORMATS`, ending in a line break.

    Raises SettingsError for another format.
    """
    if format not in FORMATS:
        raise SettingsError(f"There is no format {format!r}. Use one of: {', '.join(FORMATS)}.")
    text: str = import_module(f"{__name__}.{_MODULES[format]}").render(brief, options)
    return text


def format_of(path: Path) -> str:
    """Return the format that a file's ending asks for.

    Raises OutputError for an ending that stands for none.
    """
    found = _ENDINGS.get(path.suffix.lower())
    if found is None:
        raise OutputError(f"{path.name}: its ending names no format. End it in {', '.join(_ENDINGS)}.")
    return found
