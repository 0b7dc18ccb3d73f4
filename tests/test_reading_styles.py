"""The pieces under the pages: media queries, lengths, colours, kinds of bytes, kept answers."""

from pathlib import Path

import pytest

from summarizer.reading.seeing.media import media_text_match
from summarizer.reading.seeing.styles import parse_inline, parse_sheet
from summarizer.reading.seeing.values import BLACK, WHITE, Colour, colour, contrast, font_size, length, number
from summarizer.reading.sniffing import kind_of
from summarizer.reading.web.cache import MOST_KEPT, Answer, PageCache


@pytest.mark.parametrize(
    ("media", "holds"),
    [
        ("", True),
        (None, True),
        ("all", True),
        ("screen", True),
        ("print", False),
        ("print, screen", True),
        ("only screen and (min-width: 40em)", True),
        ("screen and (max-width: 600px)", False),
        ("not print", True),
        ("not screen", False),
        ("(min-width: 600px) and (max-width: 900px)", False),
        ("(width >= 600px)", True),
        ("(600px <= width < 1281px)", True),
        ("(1280px > width)", False),
        ("(width = 1280px)", True),
        ("(width: 1280px)", True),
        ("(height < 500px) or (width > 1000px)", True),
        ("(not (width > 2000px))", True),
        ("(prefers-color-scheme: dark)", False),
        ("(prefers-color-scheme: light)", True),
        ("(prefers-reduced-motion)", False),
        ("(hover)", True),
        ("(hover: none)", False),
        ("(color)", True),
        ("(orientation: portrait)", False),
        ("(scripting: none)", False),
        ("(-webkit-min-device-pixel-ratio: 2)", False),
        ("(min-resolution: 96dpi)", True),
        ("(max-resolution: 1dppx)", True),
        ("(resolution: x)", False),
        ("(unknown: 1)", False),
        ("(width >= 1frog)", False),
        ("(min-width:)", False),
        ("screen and 5", False),
        ("(1px < 2px)", False),
        ("(min-height: 0)", True),
    ],
)
def test_media_queries(media: str | None, holds: bool) -> None:
    assert media_text_match(media) == holds


def value(css: str) -> tuple[object, ...]:
    return parse_inline(f"--x:{css}")[0].value


@pytest.mark.parametrize(
    ("css", "pixels"),
    [
        ("12px", 12),
        ("0", 0),
        ("2em", 20),
        ("1rem", 16),
        ("50%", 100),
        ("10vw", 128),
        ("10vh", 80),
        ("3pt", 4),
        ("1in", 96),
        ("1pc", 16),
        ("calc(100% - 2 * 10px)", 180),
        ("calc((1px + 2px) / 3)", 1),
        ("calc(-1 * (5px + 5px))", -10),
        ("calc(1px - 3px - 4px)", -6),
        ("min(1px, 2px)", 1),
        ("max(1px, 2px)", 2),
        ("clamp(1px, 5px, 3px)", 3),
        ("calc(1px 2px)", None),
        ("calc(1px / 0)", None),
        ("calc(auto)", None),
        ("env(x)", None),
        ("1frog", None),
        ("auto", None),
        ("1px 2px", None),
        ("calc(" * 40 + "1px" + ")" * 40, None),
    ],
)
def test_lengths(css: str, pixels: float | None) -> None:
    found = length(value(css), 10, 200)
    assert found == (None if pixels is None else pytest.approx(pixels))


@pytest.mark.parametrize(
    ("css", "pixels"),
    [
        ("0", 0),
        ("2em", 40),
        ("50%", 10),
        ("medium", 16),
        ("smaller", 16.6),
        ("inherit", 20),
        ("initial", 16),
        ("italic bold 12px/1.5 serif", 12),
        ("700 0 a", 0),
        ("0/0 a", 0),
        ("caption", None),
    ],
)
def test_font_sizes(css: str, pixels: float | None) -> None:
    assert font_size(value(css), 20) == (None if pixels is None else pytest.approx(pixels))


def test_numbers() -> None:
    assert (number(value(".5")), number(value("50%")), number(value("calc(1 / 4)")), number(value("a"))) == (
        0.5,
        0.5,
        0.25,
        None,
    )


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("#fff", WHITE),
        ("white url(x.png) no-repeat", WHITE),
        ("rgb(255 255 255 / 50%)", Colour(1, 1, 1, 0.5)),
        ("hsl(0, 0%, 0%)", BLACK),
        ("oklch(1 0 0)", WHITE),
        ("lab(100 0 0)", WHITE),
        ("currentcolor", Colour(1, 0, 0)),
        ("none", None),
        ("light-dark(white, black)", WHITE),
        ("color-mix(in srgb, red, blue)", Colour(0.5, 0, 0.5)),
        ("color-mix(in oklab, white 100%, black)", WHITE),
        ("color-mix(in srgb, var(--x), black)", None),
        ("rgb(from white r g b)", WHITE),
        ("color(xyz 0.9505 1 1.089)", WHITE),
        ("color(srgb-linear 1 1 1)", WHITE),
        ("rgb(", None),
    ],
)
def test_colours(css: str, expected: Colour | None) -> None:
    found = colour(value(css), Colour(1, 0, 0))
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found == pytest.approx(expected, abs=0.02)


def test_contrast() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert Colour(0, 0, 0, 0.5).over(WHITE) == pytest.approx((0.5, 0.5, 0.5, 1))


def test_rules_that_do_not_hold_are_left_out() -> None:
    css = """
        @media print { a { display: none } }
        @supports not (display: grid) { b { display: none } }
        @font-face { font-family: x; src: url(x) }
        @keyframes k { from { opacity: 0 } }
        p { font-family: serif; line-height: 2 }
        i { position: static }
        ::-webkit-scrollbar, q::before, u:hover { display: none }
        c { d { e { display: none } } }
    """
    rules = parse_sheet(css)
    assert [[selector.compiled.lower_local_name for selector in rule.selectors] for rule in rules] == [["i"], ["e"]]
    assert parse_sheet("a{" * 40 + "display:none") == ()


@pytest.mark.parametrize(
    ("name", "data", "media_type", "kind"),
    [
        ("a.txt", b"<html><p>x", None, "text"),
        ("a.HTML", b"x", None, "page"),
        ("a.html", b"<?xml version='1.0'?><rss version='2.0'>", None, "feed"),
        ("", b"<!-- x --><!DOCTYPE HTML><p>", None, "page"),
        ("", b"\xef\xbb\xbf\n<html lang=en>", None, "page"),
        ("", b"Less than < html > more", None, "text"),
        ("feed.xml", b"<?xml version='1.0'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>", None, "feed"),
        ("other.xml", b"<?xml version='1.0'?><inventory/>", None, "text"),
        ("", b"<html>", "text/plain; charset=utf-8", "page"),
        ("", b"words", "text/plain", "text"),
        ("a.html", b"%PDF-1.4", "text/html", "pdf"),
        ("download", b"%PDF-1.4", "application/octet-stream", "pdf"),
        ("", b"PK\x03\x04", None, "docx"),
        ("", b'{"text": "x"}', None, "lines"),
        ("", b'{"version": "https://jsonfeed.org/version/1"}', None, "feed"),
        ("", b"From a@b Thu Sep  4\nDate: x\nFrom: y\n\n", None, "mailbox"),
        ("", b"From: a\nTo: b\nSubject: c\nDate: d\n\nx", None, "letter"),
        (
            "",
            b"From: <Saved by Blink>\nSubject: c\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tb=1\n\n",
            None,
            "web archive",
        ),
        ("notes", b"Agenda: one\nPlace: two\nTime: three\n", None, "text"),
    ],
)
def test_kinds(name: str, data: bytes, media_type: str | None, kind: str) -> None:
    assert kind_of(name, data, media_type) == kind


def test_kept_answers(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "kept")
    answer = Answer("https://x.example/a", "text/html", "utf-8", b"words")
    cache.keep(answer, {})
    assert cache.validators(answer.url) == {}
    cache.keep(answer, {"etag": '"1"'})
    assert cache.kept(answer.url) == answer
    assert cache.validators(answer.url) == {"If-None-Match": '"1"'}
    for path in (tmp_path / "kept").glob("*.json"):
        path.write_text("{}")
    assert cache.kept(answer.url) is None


def test_the_oldest_answers_go(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for at in range(MOST_KEPT):
        (folder / f"{at}.json").write_text("{}")
    PageCache(folder).keep(Answer("https://x.example/a", None, None, b""), {"last-modified": "x"})
    assert len(list(folder.glob("*.json"))) == MOST_KEPT


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PageCache(tmp_path / "file")
    cache.keep(Answer("https://x.example/a", None, None, b""), {"etag": "x"})
    assert cache.kept("https://x.example/a") is None
