"""Formats and endings, JSON, Markdown, and the layout that all formats share."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rendering_briefs import proof, river, stated, wide
from summarizer.schemas.negotiation import Negotiation

from summarizer.claims import Attributed, Brief, Change, Claim, IssueName, PartyName, Unverified, When
from summarizer.errors import OutputError, SettingsError
from summarizer.rendering import FORMATS, format_of, render
from summarizer.rendering.layout import Layout
from summarizer.rendering.markdown import escape
from summarizer.rendering.words import inline, visible, web_address, when_words


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.md", "markdown"),
        ("a.MARKDOWN", "markdown"),
        ("b.json", "json"),
        ("c.htm", "html"),
        ("c.html", "html"),
        ("d.txt", "terminal"),
    ],
)
def test_format_of_an_ending(name: str, wanted: str) -> None:
    assert format_of(Path("out") / name) == wanted


@pytest.mark.parametrize("name", ["brief", "brief.docx", ".md"])
def test_an_ending_without_a_format_is_refused(name: str) -> None:
    with pytest.raises(OutputError, match=re.escape(f"{name}: its ending names no format. End it in .md")):
        format_of(Path(name))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(SettingsError, match="Use one of: terminal, markdown, json, html"):
        render(river(), "pdf")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_the_same_each_time_and_ends_in_one_line_break(form: str) -> None:
    text = render(river(), form)
    assert text == render(Negotiation.model_validate_json(render(river(), "json")), form)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_json_is_the_public_format() -> None:
    text = render(river(), "json")
    read = json.loads(text)
    assert list(read)[:3] == ["kind", "format", "title"]
    assert read["next_steps"][0]["when"]["from"] == "2031-05-12"
    assert read["run"]["schema"] == "ef" * 32
    assert "السد" in text
    assert Negotiation.model_validate_json(text) == river()


def test_json_can_be_written_as_utf_8_whatever_the_text() -> None:
    text = render(river(title="half \ud800 of a pair"), "json")
    assert json.loads(text.encode())["title"] == "half \ud800 of a pair"


# ── Markdown ──


def test_markdown_holds_everything() -> None:
    text = render(river(), "markdown")
    assert "### Background" in text
    assert "could live with inspectors" in text
    assert "  - “Belmark demand the four tenth of water” [3] (as printed)" in text
    assert (
        "1. [Aruna rules out closing the dam](<https://river.example/aruna?a=1&b=2>) · River Wire · 2031-03-03" in text
    )
    assert "2. Dam stays, says Aruna · The Estuary · 2031-03-04 · copy of [1]" in text
    assert "| **Guaranteed flow** | none found | **▲ supports** | none found |" in text
    assert "△ accepts / ○ open *(claimed by Belmark; unnamed source)*" in text


def _tokens(text: str) -> list[tuple[str, str]]:
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    flat = [token for block in parser.parse(text) for token in (block, *(block.children or []))]
    return [(token.type, token.content) for token in flat]


def test_markdown_of_hostile_text_makes_no_html_and_no_link() -> None:
    found = _tokens(render(river(), "markdown"))
    kinds = [kind for kind, _ in found]
    assert not {"html_inline", "html_block", "image", "code_block", "fence"} & set(kinds)
    assert kinds.count("link_open") == 1  # the one source with a web address
    assert "<script>document.title='owned'</script>" in "".join(content for kind, content in found if kind == "text")


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text("*_`[]()<>!#|~\\&;:/.-+=1 @aw\n", max_size=40)
)
def test_escaped_text_is_one_paragraph_of_that_very_text(text: str) -> None:
    found = _tokens(f"{escape(text)}\n")
    assert {kind for kind, _ in found} <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
    assert "".join(content for kind, content in found if kind.startswith("text")) == inline(text)


def test_a_table_of_markdown_keeps_its_columns() -> None:
    rows = [line for line in render(wide(5, 7), "markdown").splitlines() if line.startswith("|")]
    assert len(rows) == 9
    assert {row.count("|") for row in rows} == {7}


def test_many_parties_share_a_column_and_the_silent_are_named() -> None:
    brief = wide(12, 6)
    matrix = Layout(brief).matrix
    assert (len(matrix.columns), len(matrix.others), matrix.silent) == (6, 6, ())
    assert sorted((*matrix.columns, *matrix.others)) == sorted(party.id for party in brief.parties)
    text = render(brief, "markdown")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    held = sum(row.count("**▲") + row.count("**◆") + row.count("**▼") + row.count("**◁") for row in rows)
    assert held == sum(cell.state == "held" for cell in brief.matrix)
    assert "None found on any issue: Basin \\[bold\\]Commission\\[/bold\\]." in render(river(), "markdown")


# ── words ──


def test_controls_become_signs() -> None:
    assert visible("a\x00b\x7fc\x85d\r\ne\u2028f\tg") == "a␀b␡c‹U+0085›d\ne\nf\tg"
    assert visible("\u200fא\u202e", direction_marks=True) == "\u200fא‹U+202E›"
    assert visible("\U000e0041") == "‹U+E0041›"
    assert inline("  a \r\n\t b ") == "a b"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ('http://a.example/"><script>', "http://a.example/%22%3E%3Cscript%3E"),
        ("https://ö.example/ü", "https://%C3%B6.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("http://[", None),
        ("//a.example", None),
        ("", None),
        (None, None),
    ],
)
def test_web_address(url: str | None, wanted: str | None) -> None:
    assert web_address(url) == wanted


def test_when_words() -> None:
    days = {"from": datetime.date(2031, 3, 3), "to": datetime.date(2031, 3, 5)}
    assert when_words(When.model_validate(days | {"basis": "explicit"})) == "2031-03-03 to 2031-03-05"
    assert when_words(When.model_validate({"to": days["to"], "basis": "publication"})) == "reported 2031-03-05"
    assert when_words(When(text="soon\n")) == "“soon” (no date)"
    assert when_words(When()) == ""


# ── the layout, on a kind that nobody has written yet ──


class Decision(Attributed):
    """Something decided."""

    letter: ClassVar[str] = "e"

    chaired_by: PartyName | None = None
    topics: list[IssueName] = []
    outcome: Literal["carried", "put_off"]
    text: str
    votes: int = 0
    secret: bool = False
    notes: list[str] = []
    due: When | None = None


class Bare(Claim):
    """A claim without a text."""

    count: int


class Minutes(Brief):
    """A brief of another kind."""

    kind: Literal["minutes"] = "minutes"
    main_decisions: list[Decision] = []
    bare: list[Bare] = []


def test_any_kind_of_claim_can_be_laid_out() -> None:
    decision = Decision(
        id="e-1",
        salience="vital",
        evidence=[proof("wire", "a treaty is signed")],
        chaired_by="aruna",
        outcome="put_off",
        topics=["dam", "unlisted"],
        text="It was put off.",
        votes=3,
        secret=True,
        notes=["a_b", ""],
        due=When.model_validate({"from": "2031-06-01"}),
    )
    bare = Bare(id="x-1", salience="background", evidence=[proof("wire", "a treaty is signed")], count=2)
    base = river()
    minutes = Minutes(
        title="Minutes",
        main_decisions=[decision],
        bare=[bare],
        parties=base.parties,
        issues=base.issues,
        sources=base.sources,
    )
    first, second = Layout(minutes).sections
    line = first.lines[0]
    assert first.heading == "Main decisions"
    assert (line.sentence, line.holder, line.parties, line.issues) == (
        "It was put off.",
        None,
        ("aruna",),
        ("dam", "unlisted"),
    )
    assert {detail.label: detail.text for detail in line.details} == {
        "chaired by": "Aruna",
        "topics": "Closing the upper dam, unlisted",
        "outcome": "put off",
        "votes": "3",
        "secret": "yes",
        "notes": "a_b",
        "due": "2031-06-01",
    }
    assert second.lines[0].sentence == "x-1"
    for form in FORMATS:
        assert "It was put off." in render(minutes, form)


def test_a_change_shows_both_words_with_their_quotes_and_dates() -> None:
    was = stated("p-0000abcd", "rejects", "so", source="s-gone")
    change = Change(party="aruna", issue="dam", kind="withdrawn", before=was, items=["p-00000002"])
    brief = river(changes=[change])
    shown = Layout(brief).changes[0]
    assert shown.before
    assert (shown.before.stance, shown.before.when, shown.before.quote) == ("rejects", "2031-03-03", "so")
    assert shown.after is None
    assert [line.id for line in shown.lines] == ["p-00000002"]
    for form in ("terminal", "markdown", "html"):
        assert "in the earlier brief" in render(brief, form)


def test_where_an_issue_states_nothing_no_stance_is_shown() -> None:
    issues = [issue.model_copy(update={"proposition": ""}) if issue.id == "dam" else issue for issue in river().issues]
    brief = river(issues=issues, changes=[])
    layout = Layout(brief)
    assert layout.matrix.cells["aruna", "dam"].stances == ()
    assert layout.matrix.cells["aruna", "dam"].told == "3 statements"
    assert layout.lines["p-00000001"].stance is None
    for form in ("terminal", "markdown", "html"):
        text = render(brief, form)
        assert "3 statements" in text
        assert "rejects" not in re.sub(r"<style>.*?</style>|<defs>.*?</defs>", "", text, flags=re.DOTALL)


def test_an_unverified_claim_of_an_unknown_type_shows_its_longest_text() -> None:
    lost = Unverified(
        item={"n": 3, "a": "short", "b": "longer than that"}, type="rumour", source="s-gone", reason="why"
    )
    shown = Layout(river(unverified=[lost])).unverified[0]
    assert (shown.type, shown.sentence, shown.source, shown.number) == ("rumour", "longer than that", None, 0)
    assert "longer than that" in render(river(unverified=[lost]), "html")
