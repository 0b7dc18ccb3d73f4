"""Feeds, documents and letters, built byte by byte for the tests."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def rss(*items: str, head: str = "<title>The Strait Gazette</title><language>en-gb</language>") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{head}{body}</channel></rss>'
    ).encode()


def item(title: str, link: str | None, paragraphs: Sequence[str], *, whole: bool) -> str:
    html = "".join(f"<p>{text}</p>" for text in paragraphs)
    content = (
        f"<content:encoded>{escape(html)}</content:encoded>"
        if whole
        else f"<description>{escape(paragraphs[0])}</description>"
    )
    address = f"<link>{link}</link>" if link else ""
    return f"<title>{title}</title>{address}<pubDate>Thu, 04 Sep 2025 23:30:00 -0500</pubDate>{content}"


def docx(body: str, title: str = "Two sides and a strait", created: str = "2025-09-04T10:00:00Z") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        )
        archive.writestr(
            "docProps/core.xml",
            '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title><dcterms:created>{created}</dcterms:created></cp:coreProperties>',
        )
    return file.getvalue()


def word_paragraph(text: str, marks: str = "") -> str:
    return f"<w:p><w:r><w:rPr>{marks}</w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>"


def wrap(text: str, width: int = 72) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def pdf(
    pages: Sequence[Sequence[str]], *, title: str = "Two sides and a strait", created: str = "D:20250904101500Z"
) -> bytes:
    """Make a PDF with lines of text in a standard font; a page without lines looks scanned."""
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    parent = 2 * len(pages) + 2
    for lines in pages:
        shown = "".join(
            f"({line.translate({40: chr(92) + '(', 41: chr(92) + ')', 92: chr(92) * 2})}) Tj T* " if line else "T* "
            for line in lines
        )
        stream = zlib.compress(f"BT /F1 11 Tf 14 TL 50 780 Td {shown}ET".encode("cp1252", "replace"))
        content = add(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream")
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 %d 0 R >> >> >>"
                % (parent, content, font)
            )
        )
    tree = add(b"<< /Type /Pages /Kids [" + b" ".join(b"%d 0 R" % kid for kid in kids) + b"] /Count %d >>" % len(kids))
    assert tree == parent
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    about = add(f"<< /Title ({title}) /CreationDate ({created}) >>".encode())
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        about,
        start,
    )
    return bytes(out)


def letter(text: str = "", html: str = "", subject: str = "Statement on the strait") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Press office of the north <press@north.example>"
    message["To"] = "desk@northwire.example"
    message["Subject"] = subject
    message["Date"] = "Thu, 04 Sep 2025 23:30:00 -0500"
    if text or not html:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message
