"""Plain text and Markdown, with or without front matter."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarizer.documents import Document
from summarizer.reading.decoding import NotText, clean, decode
from summarizer.reading.facts import FACTS, Facts, facts_from, find_title
from summarizer.reading.results import Outcome, Read, gap

__all__ = ["read_text", "text_document"]

FENCE = re.compile(r"---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
LONGEST_FRONT_MATTER = 65_536


class _Split(NamedTuple):
    facts: Facts
    text: str


def read_text(
    data: bytes, label: str, path: str | None, given: Facts | None = None, charset: str | None = None
) -> list[Outcome]:
    """Read one text: its front matter becomes the facts, the rest, to the character, the text.

    `given` is what is known from elsewhere and holds where the front matter says nothing.
    """
    try:
        text, warnings = decode(data, charset)
    except NotText as error:
        return [gap(label, str(error))]
    facts, text = _split_front_matter(text)
    if not text.strip():
        return [gap(label, "empty: there is no text in it")]
    if given is not None:
        fields = {name: value or given.fields()[name] for name, value in facts.fields().items() if name != "published"}
        facts = Facts(
            published=facts.published if facts.published.date else given.published, warnings=facts.warnings, **fields
        )
    return [text_document(text, path, facts, warnings)]


def text_document(text: str, path: str | None, facts: Facts, warnings: tuple[str, ...] = ()) -> Read:
    """Return a decoded text as a document; the title is looked for in the text if none is given."""
    fields = facts.fields()
    fields["title"] = fields["title"] or find_title(text)
    return Read(Document(text=text, path=path, **fields), (*warnings, *facts.warnings))


def _split_front_matter(text: str) -> _Split:
    """Take a YAML block between two `---` lines off the head of a text; a block that cannot be read stays."""
    match = FENCE.match(text, 0, LONGEST_FRONT_MATTER)
    if match is None:
        return _Split(Facts(), text)
    import yaml

    try:
        # BaseLoader: all scalars are strings, so `language: no` is Norwegian and a date stays as written.
        found = yaml.load(match.group(1) or "", yaml.BaseLoader)  # noqa: S506 - BaseLoader builds strings only
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 2})" if line is not None else ""
        return _Split(Facts(warnings=(f"front matter is not valid YAML{where}: kept as text",)), text)
    except RecursionError:
        return _Split(Facts(warnings=("front matter is nested too deeply: kept as text",)), text)
    if not isinstance(found, dict):
        return _Split(Facts(), text)
    facts = facts_from({key: value for key, value in found.items() if isinstance(key, str)})
    unknown = sorted(clean(str(key)).text[:40] for key in found if key not in FACTS)
    warned = (f"unknown front matter left out: {', '.join(unknown)}",) if unknown else ()
    body = text[match.end() :]
    return _Split(Facts(**facts.fields(), warnings=(*facts.warnings, *warned)), body)
