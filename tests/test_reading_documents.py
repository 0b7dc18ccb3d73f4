"""PDF, DOCX, mail and web archives."""

import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from pages import stories
from pages.files import docx, letter, pdf, word_paragraph, wrap
from pages.templates import head, paras

from summarizer.documents import Document
from summarizer.errors import NothingToRead
from summarizer.reading import ReadSettings, read
from summarizer.reading.files.reflow import is_wrapped, reflow

MARK = "Zebra words that nobody should ever read in this document of ours, not even once."


def one(folder: Path, name: str, content: bytes, settings: ReadSettings | None = None) -> Document:
    (folder / name).write_bytes(content)
    reading = read([folder / name], settings or ReadSettings())
    assert reading.gaps == ()
    (document,) = reading.documents
    return document


def reason(folder: Path, name: str, content: bytes, settings: ReadSettings | None = None) -> str:
    (folder / name).write_bytes(content)
    with pytest.raises(NothingToRead) as caught:
        read([folder / name], settings or ReadSettings())
    return str(caught.value).removeprefix(f"nothing to read: {name}: ")


# PDF


def test_a_pdf_becomes_paragraphs_without_running_heads(tmp_path: Path) -> None:
    story = [text.replace("“", '"').replace("”", '"') for text in stories.FERRY]
    pages = []
    for number in range(0, 6, 2):
        lines = ["North Wire - press service", ""]
        for text in story[number : number + 2]:
            lines += [*wrap(text, 80), ""]
        pages.append([*lines, f"Page {number // 2 + 1} of 3"])
    document = one(tmp_path, "a.pdf", pdf(pages))
    assert document.text.split("\n") == story[:6]
    assert document.title == "Two sides and a strait"
    assert document.published.date is None


def test_a_word_parted_at_the_end_of_a_line_is_made_whole(tmp_path: Path) -> None:
    document = one(
        tmp_path,
        "a.pdf",
        pdf(
            [
                [
                    "The negotiators of the two countries met on Monday for the first nego-",
                    "tiation since the spring, and they parted without a word to the press.",
                ]
            ]
        ),
    )
    assert "first negotiation since" in document.text


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    assert reason(tmp_path, "scan.pdf", pdf([[], []])).startswith("a PDF without text, probably scanned")
    assert reason(tmp_path, "cut.pdf", pdf([["Words"]])[:200]).startswith(("a broken PDF", "a PDF without text"))
    assert reason(tmp_path, "junk.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20).startswith(
        ("a broken PDF", "a PDF without text")
    )


def test_a_locked_pdf(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "open.pdf").write_bytes(pdf([["Words that are locked away from everybody."]]))
    writer = PdfWriter(clone_from=PdfReader(tmp_path / "open.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    assert reason(tmp_path, "locked.pdf", (tmp_path / "locked.pdf").read_bytes()) == "locked with a password"


# DOCX


def test_a_word_document(tmp_path: Path) -> None:
    body = (
        "".join(word_paragraph(text) for text in stories.DAM[:2])
        + f"<w:p><w:ins><w:r><w:t>{stories.DAM[2]}</w:t></w:r></w:ins><w:del><w:r><w:delText>Deleted words.</w:delText></w:r></w:del></w:p>"
        + "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>"
        + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Dry year</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>320</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    document = one(tmp_path, "a.docx", docx(body))
    assert document.text.split("\n") == [*stories.DAM[:3], "one\ttwo", "three", "Dry year\t320"]
    assert document.title == "Two sides and a strait"
    assert document.published.date is None
    assert not document.hidden_text


@pytest.mark.parametrize("marks", ["<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'])
def test_hidden_words_of_a_word_document_go(tmp_path: Path, marks: str) -> None:
    document = one(tmp_path, "a.docx", docx(word_paragraph(stories.DAM[0]) + word_paragraph(MARK, marks)))
    assert document.text == stories.DAM[0]
    assert document.hidden_text


def test_word_documents_that_cannot_be_read(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.docx", docx("")) == "a Word document without text"
    assert reason(tmp_path, "b.docx", docx("")[:300]) == "a broken or locked archive"
    assert reason(tmp_path, "c.docx", docx("<w:p>")).startswith("a broken Word document")
    bomb = docx(word_paragraph("x" * 30_000_000))
    assert len(bomb) < 100_000
    assert reason(tmp_path, "d.docx", bomb) == "larger than 10,000,000 bytes when unpacked"
    with zipfile.ZipFile(tmp_path / "e.docx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert reason(tmp_path, "e.docx", (tmp_path / "e.docx").read_bytes()) == "a ZIP archive, but no Word document"


# Mail


def test_a_plain_letter(tmp_path: Path) -> None:
    text = "\n\n".join("\n".join(wrap(words)) for words in stories.FERRY) + "\n-- \nPress office\n1 Quay Street\n"
    document = one(tmp_path, "a.eml", letter(text).as_bytes())
    assert document.text.split("\n") == stories.FERRY
    assert (document.title, document.outlet) == ("Statement on the strait", "Press office of the north")
    assert document.published.model_dump() == {"date": date(2025, 9, 4), "basis": "metadata"}


def test_of_two_forms_the_one_that_is_shown_is_read(tmp_path: Path) -> None:
    html = f'<html><body>{paras(stories.DAM)}<p style="display:none">{MARK}</p></body></html>'
    document = one(tmp_path, "a.eml", letter(MARK, html).as_bytes())
    assert stories.DAM[0] in document.text
    assert "Zebra" not in document.text
    assert document.title == "Statement on the strait"
    assert document.hidden_text


def test_what_is_attached_is_read_too(tmp_path: Path) -> None:
    cover = letter("See the file.")
    cover.add_attachment(
        docx("".join(word_paragraph(text) for text in stories.DAM)),
        maintype="application",
        subtype="octet-stream",
        filename="C:\\out\\dam.docx",
    )
    cover.add_attachment(b"\x89PNG" + bytes(99), maintype="image", subtype="png", filename="logo.png")
    cover.add_attachment(letter("\n".join(stories.STRIKE), subject="Inner"))
    cover.add_attachment(bytes(range(256)) * 9, maintype="application", subtype="octet-stream", filename="data.bin")
    (tmp_path / "a.eml").write_bytes(cover.as_bytes())
    reading = read([tmp_path / "a.eml"])
    assert {(found.title, found.path) for found in reading.documents} == {
        ("Statement on the strait", "a.eml"),
        ("Two sides and a strait", "a.eml/dam.docx"),
        ("Inner", "a.eml/letter.eml"),
    }
    assert [(found.source, found.reason) for found in reading.gaps] == [
        ("a.eml: data.bin", "not text: it looks like binary data")
    ]


def test_letters_within_letters_come_to_an_end(tmp_path: Path) -> None:
    inner = letter("\n".join(stories.DAM), subject="0")
    for level in range(1, 9):
        outer = letter("\n".join([*stories.FERRY, str(level)]), subject=str(level))
        outer.add_attachment(inner)
        inner = outer
    (tmp_path / "a.eml").write_bytes(inner.as_bytes())
    reading = read([tmp_path / "a.eml"])
    assert {found.title for found in reading.documents} == {"8", "7", "6", "5"}
    assert "too deep" in reading.gaps[0].reason


def test_a_mailbox(tmp_path: Path) -> None:
    letters = [
        letter("\n".join(story), subject=f"Letter {at}") for at, story in enumerate((stories.FERRY, stories.DAM))
    ]
    letters.append(letter("x" * 2000, subject="Too large"))
    box = b"".join(
        b"From press@north.example Thu Sep  4 10:00:00 2025\n" + one.as_bytes().replace(b"\nFrom ", b"\n>From ") + b"\n"
        for one in letters
    )
    (tmp_path / "a.mbox").write_bytes(box * 3)
    reading = read([tmp_path / "a.mbox"], ReadSettings(max_bytes=4000 + len(stories.DAM[0])))
    assert [found.title for found in reading.documents if "Letter" in (found.title or "")] != []
    assert {found.title for found in reading.documents} == {"Letter 0", "Letter 1", "Too large"}
    small = read([tmp_path / "a.mbox"], ReadSettings(max_bytes=2100))
    assert {found.title for found in small.documents} == {"Letter 0", "Letter 1"}
    assert [(found.source, found.reason) for found in small.gaps] == [
        (f"a.mbox letter {number}", "larger than 2,100 bytes") for number in (3, 6, 9)
    ]


def test_letters_that_are_none(tmp_path: Path) -> None:
    assert reason(tmp_path, "a.eml", b"\n\nno headers at all") == "not a letter: it has no headers"
    assert reason(tmp_path, "b.mbox", b"no From line\n") == "not a mailbox: no letter begins with a From line"
    assert reason(tmp_path, "c.eml", letter("").as_bytes()).startswith("too little text to be a report")
    damaged = (
        b"From: \xff\xfe=?utf-8?q?=ZZ?= <\nDate: not a date\nSubject: =?x-none?b?!!!?=\nContent-Type: text/plain; charset=klingon\n\n"
        + "\n".join(stories.DAM).encode()
    )
    assert stories.DAM[0] in one(tmp_path, "d.eml", damaged).text


def test_lines_are_joined_only_where_a_program_broke_them() -> None:
    poem = "A short line\nand another one\nand a third\nand the last."
    assert not is_wrapped(poem)
    text = (
        "\n".join(wrap(stories.FERRY[1])) + "\n\n- one point\n- another point\n\n" + "\n".join(wrap(stories.FERRY[3]))
    )
    assert is_wrapped(text)
    assert reflow(text).split("\n") == [stories.FERRY[1], "- one point", "- another point", stories.FERRY[3]]


# Web archives and saved pages


def archive(page: str, css: str) -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://www.northwire.example/a/b.html"
    message["Subject"] = "A page"
    message["From"] = "<Saved by Blink>"
    message.make_related()
    for content, kind, place in (
        (page, "html", "https://www.northwire.example/a/b.html"),
        (css, "css", "https://www.northwire.example/style/s.css"),
    ):
        part = EmailMessage()
        part.set_content(content, subtype=kind)
        part["Content-Location"] = place
        message.attach(part)
    return message.as_bytes()


@pytest.mark.parametrize("name", ["a.mhtml", "a"])
def test_a_web_archive_with_its_styles(tmp_path: Path, name: str) -> None:
    page = (
        head('<link rel="stylesheet" href="../style/s.css">')
        + f'<body><article>{paras(stories.FERRY)}<p class="zz">{MARK}</p></article></body></html>'
    )
    document = one(tmp_path, name, archive(page, ".zz { opacity: 0 }"))
    assert "Zebra" not in document.text
    assert stories.FERRY[0] in document.text
    assert document.url == "https://www.northwire.example/a/b.html"
    assert document.hidden_text


def test_a_saved_page_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "a_files").mkdir(parents=True)
    (tmp_path / "in" / "a_files" / "s.css").write_text(".zz { opacity: 0 }")
    (tmp_path / "outside.css").write_text("article { opacity: 0 }")
    page = head(
        '<link rel="stylesheet" href="a_files/s.css"><link rel="stylesheet" href="../outside.css"><link rel="stylesheet" href="//x.example/s.css">'
    )
    (tmp_path / "in" / "a.html").write_text(
        f'{page}<body><article>{paras(stories.FERRY)}<p class="zz">{MARK}</p></article></body></html>'
    )
    reading = read([tmp_path / "in"])
    (document,) = reading.documents
    assert reading.gaps == ()
    assert document.path == "in/a.html"
    assert "Zebra" not in document.text
    assert stories.FERRY[0] in document.text


def test_many_attachments_are_cut(tmp_path: Path) -> None:
    cover = letter("See the files.")
    for at in range(52):
        cover.add_attachment(
            f"Report {at}. {stories.DAM[0]}".encode(), maintype="text", subtype="plain", filename=f"{at}.txt"
        )
    (tmp_path / "a.eml").write_bytes(cover.as_bytes())
    reading = read([tmp_path / "a.eml"])
    assert len(reading.documents) == 51
    assert reading.gaps[0].reason == "only the first 50 attachments were read"


def test_a_long_pdf_is_cut_and_a_letter_may_be_binary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from summarizer.reading.files import pdf as module

    monkeypatch.setattr(module, "MOST_PAGES", 2)
    (tmp_path / "a.pdf").write_bytes(pdf([wrap(text) for text in stories.DAM[:3]]))
    reading = read([tmp_path / "a.pdf"])
    assert "only the first 2 of 3 pages were read" in reading.warnings[reading.documents[0].id]
    monkeypatch.setattr(module, "MOST_CHARACTERS", 300)
    assert "only the first 1 of 3 pages" in " ".join(read([tmp_path / "a.pdf"]).warnings.popitem()[1])  # type: ignore[attr-defined]
    assert (
        reason(tmp_path, "b.eml", b"From: a\nDate: x\n\n" + bytes(range(1, 9)) * 400)
        == "not text: it looks like binary data"
    )
