"""Word documents (DOCX): what a reader of the printed page sees, in order.

The format is XML in a ZIP archive. Text that is marked as hidden or as deleted is left out, inserted text stays.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from summarizer.reading.decoding import clean, one_line
from summarizer.reading.facts import Facts, parse_date
from summarizer.reading.files.texts import text_document
from summarizer.reading.results import Outcome, Read, gap

__all__ = ["read_docx"]

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CORE = "{http://purl.org/dc/terms/}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
BODY = "word/document.xml"
UNSEEN = frozenset(
    {f"{WORD}del", f"{WORD}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, RuntimeError, EOFError, OSError)
"""What a damaged archive shows itself by; a locked one is a RuntimeError."""
PROSE = 8
"""Words of hidden text that are no mere mark."""


class _BrokenError(Exception):
    """The archive or a part of it cannot be read; the text says why."""


def read_docx(data: bytes, label: str, path: str | None, max_bytes: int, url: str | None = None) -> list[Outcome]:
    """Read a Word document; its title comes from its properties, when it was made is only warned of."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _part(archive, BODY, max_bytes)
            core = _part(archive, "docProps/core.xml", max_bytes) if "docProps/core.xml" in archive.namelist() else None
    except _BrokenError as error:
        return [gap(label, str(error))]
    except KeyError:
        return [gap(label, "a ZIP archive, but no Word document")]
    except BROKEN:
        return [gap(label, "a broken or locked archive")]
    lines, hidden = _lines(body)
    text, warnings = clean("\n".join(lines).strip())
    if not text:
        return [gap(label, "a Word document without text")]
    noted = (*warnings, "the document hides prose from its readers: left out") if hidden else warnings
    found = text_document(text, path, _facts(core, url), noted)
    return [Read(found.document.model_copy(update={"hidden_text": True}), found.warnings) if hidden else found]


def _part(archive: zipfile.ZipFile, name: str, max_bytes: int) -> Any:
    from lxml import etree

    with archive.open(name) as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _BrokenError(f"larger than {max_bytes:,} bytes when unpacked")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _BrokenError("a broken Word document: a part of it is not valid XML") from None


def _lines(body: Any) -> tuple[list[str], bool]:
    """Return the paragraphs, table rows as one line with tabs, and whether prose was hidden."""
    lines: list[str] = []
    hidden: list[str] = []
    for paragraph in body.iter(f"{WORD}p"):
        words = "".join(_words(paragraph, hidden))
        cell = next(paragraph.iterancestors(f"{WORD}tc"), None)
        if cell is not None and lines and cell.getprevious() is not None and cell.find(f"{WORD}p") is paragraph:
            lines[-1] += f"\t{words}"
        else:
            lines.append(words)
    return lines, len(" ".join(hidden).split()) >= PROSE


def _words(paragraph: Any, hidden: list[str]) -> list[str]:
    found: list[str] = []
    for node in paragraph.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}cr", f"{WORD}noBreakHyphen"):
        if next(node.iterancestors(f"{WORD}p")) is not paragraph or any(
            above.tag in UNSEEN for above in node.iterancestors()
        ):
            continue
        run = next(node.iterancestors(f"{WORD}r"), None)
        marks = run.find(f"{WORD}rPr") if run is not None else None
        if marks is not None and _is_hidden(marks):
            hidden.append(node.text or "")
            continue
        signs = {f"{WORD}t": node.text or "", f"{WORD}tab": "\t", f"{WORD}noBreakHyphen": "\u2011"}
        found.append(signs.get(node.tag, "\n"))
    return found


def _is_hidden(marks: Any) -> bool:
    """Tell a hidden run, a white one, or one of less than three points."""
    vanish = marks.find(f"{WORD}vanish")
    if vanish is not None and vanish.get(f"{WORD}val", "true") not in {"0", "false", "off"}:
        return True
    colour = marks.find(f"{WORD}color")
    plain = marks.find(f"{WORD}shd") is None and marks.find(f"{WORD}highlight") is None
    if plain and colour is not None and (colour.get(f"{WORD}val") or "").upper() == "FFFFFF":
        return True
    size = marks.find(f"{WORD}sz")
    half_points = size.get(f"{WORD}val", "") if size is not None else ""
    return half_points.isdecimal() and int(half_points) < 6  # noqa: PLR2004


def _facts(core: Any, url: str | None) -> Facts:
    if core is None:
        return Facts(url=url)
    title = one_line(core.findtext(f"{DUBLIN}title") or "")
    made = parse_date(core.findtext(f"{CORE}created") or "")
    warned = (f"the file was made on {made}: no date of publication",) if made else ()
    return Facts(title=title if len(title.split()) > 1 else None, url=url, warnings=warned)
