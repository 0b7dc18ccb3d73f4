"""Makes small documents, claims and extractions for tests."""

from __future__ import annotations

import datetime
from typing import Any

from summarizer.schemas.negotiation import Position

from summarizer.assembling import Extracted
from summarizer.claims import Evidence, Issue, Party, When
from summarizer.documents import Document, Published

DAY = datetime.date(2025, 2, 25)


def document(text: str, day: datetime.date | None = DAY, **given: Any) -> Document:
    """Return a document that was published on a day."""
    return Document(text=text, published=Published(date=day, basis="given" if day else "unknown"), **given)


def words(source: Document, text: str) -> Evidence:
    """Return evidence for words that stand in a document."""
    start = source.text.index(text)
    return Evidence(source=source.id, start=start, end=start + len(text), text=text, match="exact")


def on(day: datetime.date | None) -> When:
    """Return a time that is a day."""
    return When(from_=day, to=day, basis="publication" if day else "unknown")


def position(source: Document, quoted: str, **given: Any) -> Position:
    """Return a position of Russia's on troops, in its own voice, unless something else is said."""
    usual: dict[str, Any] = {
        "party": "Russia",
        "issue": "troops",
        "stance": "rejects",
        "firmness": "firm",
        "statement": "Russia rejects European troops.",
        "salience": "vital",
        "said": on(source.published.date),
    }
    return Position(**{**usual, "evidence": [words(source, quoted)], **given})


def extracted(source: Document, *claims: Any, **given: Any) -> Extracted:
    """Return an extraction of Russia, Ukraine and the United States, with one issue, troops."""
    usual: dict[str, Any] = {
        "document": source,
        "condition": "clean",
        "language": "en",
        "published": source.published,
        "parties": tuple(Party(id="", name=name, kind="state") for name in ("Russia", "Ukraine", "United States")),
        "issues": (Issue(id="", name="troops", proposition="European troops are in Ukraine.", question="Are they?"),),
        "claims": claims,
    }
    return Extracted(**{**usual, **given})
