"""A brief as one self-contained page: no network, no framework, nothing run but its own script.

Every text is escaped by the template; the content security policy allows the one script and the one style
sheet by their hashes and nothing else. The page is whole without its script: the quotes stand below the
claims and lead to marks in the sources at its end, which the script makes into a panel beside the claims.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from summarizer.rendering.layout import Layout
from summarizer.rendering.shown import FIRMNESS, SALIENCES, STANCES
from summarizer.rendering.timeline import STEPS, WIDTH, height_of, timeline
from summarizer.rendering.words import inline, long_date, visible, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import Template

    from summarizer.claims import Brief, Stance
    from summarizer.documents import Source
    from summarizer.rendering import Options
    from summarizer.rendering.shown import Line, Proof

__all__ = ["render"]

_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}

SHAPES: dict[Stance, str] = {
    "supports": "M6 1 11.5 11H.5z",
    "accepts": "M6 1 11.5 11H.5zM6 4.1 3.1 9.4h5.8z",
    "conditional": "M6 .5 11.5 6 6 11.5.5 6zM6 2.9V9.1L9.1 6z",
    "open": "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 1 1 0-11zM6 2.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 1 0 0-7.6z",
    "undecided": "M1 1h10v10H1zM2.7 2.7v6.6h6.6V2.7z",
    "deflects": "M5.6.8.4 6l5.2 5.2 1.2-1.2L3.7 6.9h7.9V5.1H3.7L6.8 2z",
    "opposes": "M6 11 11.5 1H.5zM6 7.9 3.1 2.6h5.8z",
    "rejects": "M6 11 11.5 1H.5z",
}
"""The shape of each stance, 12 by 12, as an SVG path filled by the even-odd rule."""

VOICES = {
    "self": "own word",
    "other_party": "claimed by another party",
    "analyst": "analyst",
    "anonymous": "unnamed source",
    "reporter": "reporter",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a source's text between two boundaries of evidence."""

    text: str
    proofs: tuple[str, ...]
    """The evidence that covers it, as `claim.index`."""
    starts: tuple[str, ...]
    """The evidence that begins with it; the first of them names the piece."""
    damaged: bool

    @property
    def others(self) -> tuple[str, ...]:
        """The evidence that covers it and does not name it."""
        return tuple(name for name in self.proofs if name not in self.starts[:1])


def render(brief: Brief, options: Options) -> str:
    """Return the page as HTML. The same brief gives the same bytes."""
    del options  # a page is always whole: its reader folds and unfolds
    layout = Layout(brief, long_date)
    style, script = _style(), _script()
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return _template().render(
        brief=brief,
        layout=layout,
        timeline=timeline(layout),
        width=WIDTH,
        heights=[height_of(step) for step in STEPS],
        texts=[(source, list(_paragraphs(source, layout.lines.values()))) for source in brief.sources],
        cited=_cited(layout),
        saliences=SALIENCES,
        stances=STANCES,
        shapes=SHAPES,
        red_line=FIRMNESS["red_line"],
        voices=VOICES,
        policy=policy,
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
    )


@cache
def _template() -> Template:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {
        "line": lambda text: inline(text, direction_marks=True),
        "date": long_date,
        "address": web_address,
        "direction": _direction,
        "sources_of": _sources_of,
    }
    return environment.from_string(_asset("page.html.j2"))


def _style() -> str:
    """Return the style sheet, packed, with the shapes of the stances, which the drawing over time shares."""
    shapes = (f'.on-{stance} {{ --shape: path(evenodd, "{path}"); }}' for stance, path in SHAPES.items())
    text = re.sub(r"/\*.*?\*/", "", "".join((_asset("page.css"), *shapes)), flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", text)).strip()


def _script() -> str:
    """Return the script without indents and without the lines that are comments."""
    lines = (line.strip() for line in _asset("page.js").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _direction(source: Source) -> str:
    """Return the direction of a source by its language, else `auto`: by its first strong letter."""
    language = (source.language or "").replace("_", "-").split("-")[0].lower()
    return "rtl" if language in _RIGHT_TO_LEFT else "auto"


def _sources_of(lines: Iterable[Line]) -> list[tuple[int, Proof]]:
    """Return the sources behind some claims: each number with its first evidence."""
    first: dict[int, Proof] = {}
    for line in lines:
        for proof in line.proofs:
            first.setdefault(proof.number, proof)
    return sorted(first.items())


def _cited(layout: Layout) -> dict[str, int]:
    """Return how many claims rest on each source."""
    counts: dict[str, int] = {}
    for line in layout.lines.values():
        for source in {proof.source for proof in line.proofs}:
            counts[source] = counts.get(source, 0) + 1
    return counts


def _paragraphs(source: Source, lines: Iterable[Line]) -> Iterator[list[Piece]]:
    """Yield the text line by line, each cut where evidence begins or ends."""
    proofs = [proof for line in lines for proof in line.proofs if proof.source == source.id]
    starts = sorted(proofs, key=lambda proof: (proof.start, proof.end))
    offset = 0
    for line in source.text.splitlines(keepends=True):
        end = offset + len(line)
        here = [proof for proof in starts if proof.start < end and proof.end > offset]
        cuts = {offset, end}.union(cut for proof in here for cut in (proof.start, proof.end) if offset < cut < end)
        edges = sorted(cuts)
        if line.strip():
            yield [_piece(source.text, a, b, here) for a, b in pairwise(edges)]
        offset = end


def _piece(text: str, start: int, end: int, proofs: list[Proof]) -> Piece:
    over = [proof for proof in proofs if proof.start <= start and end <= proof.end]
    return Piece(
        text=visible(text[start:end].rstrip("\r\n"), direction_marks=True),
        proofs=tuple(_name(proof) for proof in over),
        starts=tuple(_name(proof) for proof in over if proof.start == start),
        damaged=any(proof.damaged for proof in over),
    )


def _name(proof: Proof) -> str:
    return f"{proof.claim}.{proof.index}"
