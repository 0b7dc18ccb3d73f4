"""JSONL: one document a line, its fields those of a Source, `text` alone being needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO

from summarizer.documents import Document, Source
from summarizer.reading.decoding import NotText, clean, decode
from summarizer.reading.facts import facts_from, find_title
from summarizer.reading.results import Outcome, Read, gap

__all__ = ["bare_path", "read_lines"]

KNOWN = {*Source.model_fields, "warnings"}


def read_lines(file: BinaryIO, path: str, max_bytes: int) -> Iterator[Outcome]:
    """Yield the documents of a JSONL file; a line that cannot be read is a gap that names it."""
    number, empty = 0, True
    while line := file.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes:
            yield gap(f"{path} line {number}", f"larger than {max_bytes:,} bytes")
            while line and not line.endswith(b"\n"):
                line = file.readline(max_bytes + 1)
            continue
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield _read_line(line, path, number)
            empty = False
    if empty:
        yield gap(path, "empty: there is no line in it")


def bare_path(given: str) -> str:
    """Return a path as given if it is relative, and only its name if it is absolute."""
    if PureWindowsPath(given).drive or PureWindowsPath(given).root:
        return PureWindowsPath(given).name
    return PurePosixPath(given).name if given.startswith(("/", "~")) else given


def _read_line(line: bytes, path: str, number: int) -> Outcome:
    where = f"{path} line {number}"
    try:
        fields = json.loads(decode(line).text)
    except NotText as error:
        return gap(where, str(error))
    except json.JSONDecodeError as error:
        return gap(where, f"not valid JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError):
        return gap(where, "not usable JSON: nested too deeply, or a number too long")
    if not isinstance(fields, dict):
        return gap(where, "not a JSON object with at least a text")
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        return gap(where, "no text: a line needs a field text that is not empty")
    return _document(fields, path, number)


def _document(fields: dict[str, Any], path: str, number: int) -> Read:
    text, warnings = clean(fields["text"])
    facts = facts_from(fields)
    unknown = sorted(clean(key).text[:40] for key in fields if key not in KNOWN)
    warned = [f"unknown fields left out: {', '.join(unknown)}"] if unknown else []
    own = fields.get("path")
    document = Document(
        text=text,
        path=bare_path(clean(own).text) if isinstance(own, str) and own else f"{path}:{number}",
        hidden_text=fields.get("hidden_text") is True,
        **{**facts.fields(), "title": facts.title or find_title(text)},
    )
    if isinstance(fields.get("sha256"), str) and fields["sha256"] != document.sha256:
        warned.append("the text is not the one that the line's sha256 was made from")
    earlier = fields.get("warnings")
    kept = [clean(item).text for item in earlier if isinstance(item, str)] if isinstance(earlier, list) else []
    return Read(document, tuple(dict.fromkeys((*kept, *warnings, *facts.warnings, *warned))))
