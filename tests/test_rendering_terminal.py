"""The terminal view: order, whose word, legible in a pipe, and nothing of an article reaches the terminal raw."""

from __future__ import annotations

import io
import re

import pytest
from rendering_briefs import river, wide
from rich.console import Console

from summarizer.claims import Brief
from summarizer.rendering import Options, render
from summarizer.rendering.terminal import show


def shown(brief: Brief, **options: object) -> str:
    return render(brief, "terminal", options=Options(**options))  # type: ignore[arg-type]


def test_order_of_the_parts() -> None:
    text = shown(river())
    parts = [
        "The Upper River talks",
        "as of 2031-04-20",
        "BOTTOM LINE",
        "WHO HOLDS WHAT",
        "WHAT CHANGED",
        "POSITIONS",
        "CONDITIONS",
        "OPEN ISSUES",
        "AGREED",
        "NEXT STEPS",
        "CONTESTED",
        "UNVERIFIED",
        "GAPS",
        "SOURCES",
        "Model a-model",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_bottom_line_carries_the_numbers_of_its_sources() -> None:
    lines = re.sub(r"\s+", " ", shown(river()))
    assert "talking about a season. [1][2][4][6]" in lines
    assert "Belmark holds out for 40 % of the flow. [1][3]" in lines


def test_vital_leads_and_background_is_counted() -> None:
    text = shown(river())
    positions = text[text.index("POSITIONS") : text.index("CONDITIONS")]
    assert (
        positions.index("  vital")
        < positions.index("  supporting")
        < positions.index("3 more as background, not shown")
    )
    assert "could live with inspectors" not in positions
    whole = shown(river(), everything=True)
    assert "could live with inspectors" in whole
    assert "not shown" not in whole


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("Aruna will not close the upper dam before a treaty", "own word (the water minister)"),
        ("Belmark says that Aruna accepts inspectors.", "claimed by Belmark · “last week” (no date)"),
        ("Aruna could live with inspectors", "unnamed source (an official)"),
        ("A reader's comment", "analyst (River Watch)"),
        ("four tenths of the water", "reporter"),
    ],
)
def test_whose_word_stands_below_each_claim(sentence: str, word: str) -> None:
    text = shown(river(), everything=True, width=200)
    assert word in text[text.index(sentence) :][:600]


def test_matrix_tells_own_word_from_claims_by_others() -> None:
    text = shown(river(), width=140)
    matrix = text[text.index("WHO HOLDS WHAT") : text.index("WHAT CHANGED")]
    inspectors = next(line for line in matrix.splitlines() if line.startswith("Foreign insp"))
    cells = re.split(r" {2,}", inspectors)
    assert cells[1:] == ["△ accepts / ○ open", "◆ conditional", "◁ deflects"]
    assert "none found on any issue: Basin [bold]Commission[/bold]" in matrix
    assert "(claimed by Belmark;" in matrix
    assert "◆ conditional: on a condition" in matrix


def test_a_cell_says_when_others_claim_something_else() -> None:
    cells = [
        cell.model_copy(update={"positions": ["p-00000004", "p-00000005"]}) if cell.current == "p-00000004" else cell
        for cell in river().matrix
    ]
    assert "◆ conditional (others" in shown(river(matrix=cells), width=160)


def test_a_change_shows_arrow_both_dates_and_both_quotes() -> None:
    text = re.sub(r"\s+", " ", shown(river(), width=120))
    assert "Aruna ↑ softened · Closing the upper dam was ▼ rejects, 2031-03-03: “Aruna will not close" in text
    assert "now ○ open, 2031-04-20: “ready to talk about closing” [6]" in text


def test_unverified_and_gaps_give_their_reasons() -> None:
    text = shown(river())
    assert "position: Aruna will close the dam at once." in text
    assert "the source says “not” here [1]" in text
    assert "scans/page4.txt (read): the file is empty" in text
    assert "[5] (extract)" in text


def test_sources_are_numbered_with_state_and_copies() -> None:
    text = shown(river(), width=120)
    assert "[2]  Dam stays, says Aruna · The Estuary · 2031-03-04 · copy of [1]" in text
    assert "[3]  The barrage is not for the closing · Corvo Today · 2031-03-09 · machine translated" in text


def test_evidence_is_shown_on_demand_and_damage_is_named() -> None:
    assert "“The dam stays open for business” [1]" not in shown(river())
    text = shown(river(), evidence=True)
    assert "“The dam stays open for business” [1]" in text
    assert "“Belmark demand the four tenth of water” (as printed) [3]" in text


@pytest.mark.parametrize("colour", [None, "truecolor"])
def test_article_text_is_neither_markup_nor_control(colour: str | None) -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, color_system=colour, force_terminal=colour is not None)  # type: ignore[arg-type]
    show(river(title="[blink]T\x1b[31m\x9b1m\u202e\u2066\u200f\ud800"), console, evidence=True, everything=True)
    text = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())  # what rich itself wrote
    assert "[blink]T␛[31m‹U+009B›1m‹U+202E›‹U+2066›‹U+200F›‹U+D800›" in text
    assert "[bold red]went[/]" in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@pytest.mark.parametrize(
    ("parties", "issues", "width"), [(4, 20, 80), (8, 20, 80), (14, 20, 80), (4, 20, 40), (3, 5, 200)]
)
def test_a_matrix_of_any_size_fits_and_keeps_each_cell(parties: int, issues: int, width: int) -> None:
    text = shown(wide(parties, issues), width=width)
    matrix = text[text.index("WHO HOLDS WHAT") : text.index("POSITIONS")]
    assert max(map(len, text.splitlines())) <= width
    cells = matrix[: matrix.rindex("\n▲")]
    held = sum(cells.count(word) for word in ("▲ supports", "◆ conditional", "▼ rejects", "◁ deflects"))
    assert held == sum(cell.state == "held" for cell in wide(parties, issues).matrix)
    assert "…" not in cells


def test_a_pipe_gets_no_colour_and_no_trailing_space() -> None:
    text = shown(river())
    assert "\x1b" not in text
    assert not re.search(r" +$", text, re.MULTILINE)
    assert text.endswith("\n")


def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    show(river(), Console(file=out, width=80), evidence=True)
    text = raw.getvalue().decode("ascii")
    assert "^ supports" in text
    assert '"The dam stays open for business" [1]' in text


def test_an_empty_brief_is_still_legible() -> None:
    text = shown(Brief(kind="any", title="Nothing yet"))
    assert text.startswith("Nothing yet\n0 sources, as of an unknown date\n")
    assert "WHO HOLDS WHAT" not in text
    assert "cost n/a" in text
