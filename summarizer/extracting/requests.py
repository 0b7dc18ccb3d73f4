"""The request about one document, or about one part of it."""

from __future__ import annotations

from pydantic import BaseModel

from summarizer.asking import Request
from summarizer.documents import Document
from summarizer.fencing import fence
from summarizer.kinds import Kind
from summarizer.parts import split
from summarizer.topics import Topic

__all__ = ["extract_request", "extract_requests", "numbered"]


def extract_requests(document: Document, kind: Kind, most: int, topic: Topic | None = None) -> list[Request[BaseModel]]:
    """Build all requests for one document; `most` is the tokens of text in one."""
    return [extract_request(document, kind, topic, part) for part in split(document, most)]


def extract_request(
    document: Document, kind: Kind, topic: Topic | None = None, part: range | None = None
) -> Request[BaseModel]:
    """Build a request for one document, or for one part of it: the same instructions for all, the document last."""
    return Request(
        purpose="extract",
        about=document.label if part is None or not part.start else f"{document.label} from sentence {part.start + 1}",
        system=kind.prompt("extract", topic=topic),
        user=numbered(document, part),
        form=kind.reply,
    )


def numbered(document: Document, part: range | None = None) -> str:
    """Return a document for the model: numbered sentences between marks that it cannot contain."""
    held = {"Title": document.title, "Outlet": document.outlet, "Language": document.language}
    published = document.published.date
    lines = [" ".join(f"{name}: {value}".split()) for name, value in held.items() if value is not None]
    lines += [f"Published: {published.isoformat() if published else 'unknown'}", ""]
    sentences = document.sentences
    part = part or range(len(sentences))
    if len(part) < len(sentences):
        lines.insert(-1, f"Part: sentences {part.start + 1} to {part.stop} of {len(sentences)} of a long report")
    last = sentences[part.start].start if part else 0
    for index in part:
        start, end = sentences[index]
        if index > part.start and document.text.count("\n", last, start) > 1:
            lines.append("")
        lines.append(f"[{index + 1}] {document.text[start:end]}")
        last = end
    return fence("\n".join(lines), "REPORT")
