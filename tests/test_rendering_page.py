"""The page as a file: whole, safe and small. How it behaves is tested in a browser, in tests/browser."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from rendering_briefs import ARABIC, HOSTILE, POSITIONS, SOURCES, large, proof, river, wide

from summarizer.claims import Brief
from summarizer.rendering import render
from summarizer.rendering.layout import Layout
from summarizer.rendering.timeline import WIDTH, timeline
from summarizer.rendering.words import long_date, visible


class Reader(HTMLParser):
    """Reads the tags, the ids and the text of the parts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._into = self.text
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        into = {"script": self.scripts, "style": self.styles}.get(tag)
        if into is not None:
            into.append("")
            self._into = into

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._into = self.text

    def handle_data(self, data: str) -> None:
        self._into.append(data)

    def values(self, attribute: str) -> list[str]:
        return [value for _, given in self.tags if (value := given.get(attribute)) is not None]


@pytest.fixture(scope="module")
def page() -> str:
    return render(river(), "html")


def test_the_policy_names_the_own_script_and_style_and_nothing_else(page: str) -> None:
    read = Reader(page)
    policy = next(given["content"] for tag, given in read.tags if tag == "meta" and "http-equiv" in given)
    assert policy

    def digest(parts: list[str]) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(''.join(parts).encode()).digest()).decode()}'"

    assert dict(part.split(" ", 1) for part in policy.split("; ")) == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "script-src": digest(read.scripts),
        "style-src": digest(read.styles),
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert page.count("<script>") == page.count("<style>") == 1


def test_nothing_is_asked_of_a_network(page: str) -> None:
    read = Reader(page)
    assert not {"link", "img", "iframe", "object", "embed", "video", "audio", "base"} & {tag for tag, _ in read.tags}
    assert not read.values("src")
    assert "url(" not in "".join(read.styles)
    assert "@import" not in "".join(read.styles)


def test_the_script_never_parses_markup() -> None:
    script = files("summarizer.rendering").joinpath("page.js").read_text("utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|DOMParser|new Function|createContextualFragment"
    )
    assert not re.search(forbidden, script)


def test_every_id_is_one_and_every_link_within_the_page_leads_somewhere(page: str) -> None:
    for text in (page, render(wide(14, 20), "html"), render(large(60, 10), "html")):
        read = Reader(text)
        ids = read.values("id")
        assert len(ids) == len(set(ids))
        assert {href[1:] for href in read.values("href") if href.startswith("#")} <= set(ids)
        for attribute in ("aria-labelledby", "data-items", "data-of"):
            for value in read.values(attribute):
                assert set(value.split()) <= set(ids), attribute


def test_each_proof_is_marked_where_it_stands(page: str) -> None:
    texts = page[page.index('<section class="texts"') :]
    for position in POSITIONS:
        for place, evidence in enumerate(position.evidence, start=1):
            name = re.escape(f"{position.id}.{place}")
            marks = re.findall(rf'<mark[^>]*(?:id|data-of)="(?:[^"]* )?{name}(?: [^"]*)?"[^>]*>(.*?)</mark>', texts)
            told = "".join(Reader("".join(marks)).text)
            assert told == visible(evidence.text, direction_marks=True)


def test_the_text_of_each_source_is_whole(page: str) -> None:
    for source in SOURCES:
        article = page[page.index(f'<article id="{source.id}"') :]
        body = article[article.index("</header>") : article.index("</article>")]
        paragraphs = [part.removesuffix("</p>\n") for part in body.split("<p>")[1:]]
        told = ["".join(Reader(paragraph).text) for paragraph in paragraphs]
        assert told == [line for line in visible(source.text, direction_marks=True).split("\n") if line.strip()]


def test_hostile_text_is_escaped_wherever_it_stands() -> None:
    everywhere = river(title=HOSTILE, gaps=[], unverified=[])
    read = Reader(render(everywhere, "html"))
    assert [tag for tag, _ in read.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in read.tags}
    assert sum(text.count("<script>document.title='owned'</script>") for text in read.text) >= 5
    assert "49" not in "".join(read.text).replace("2031", "")  # {{ 7*7 }} was not evaluated
    for _, given in read.tags:
        assert not [name for name in given if name.startswith("on") or name == "style"]
        assert not (given.get("href") or "").startswith(("javascript:", "data:"))


def test_right_to_left_sources_say_so(page: str) -> None:
    assert '<article id="s-arabic" lang="ar" dir="rtl">' in page
    assert '<article id="s-wire" lang="en" dir="auto">' in page
    assert ARABIC.split(" ", maxsplit=1)[0] in page


def test_whose_word_and_emptiness_are_words_in_each_cell(page: str) -> None:
    cells = ["".join(Reader(cell).text) for cell in re.findall(r"<td role=.*?</td>", page, re.DOTALL)]
    assert len(cells) == 9
    assert sum("own word" in cell for cell in cells) == 4
    assert sum("claimed by Belmark; unnamed source" in cell for cell in cells) == 1
    assert sum(cell == "none found" for cell in cells) == 4


def test_the_page_is_small_beside_its_texts() -> None:
    brief = large(100, 10)
    html = render(brief, "html")
    texts = sum(len(text.encode()) for text in Reader(html).text)
    assert len(html.encode()) - texts < 100_000


def test_an_empty_brief_makes_a_page() -> None:
    read = Reader(render(Brief(kind="any", title="Nothing yet"), "html"))
    assert "Nothing yet" in read.text
    assert "table" not in {tag for tag, _ in read.tags}
    assert "form" not in {tag for tag, _ in read.tags}


def test_a_cell_whose_statements_the_brief_lacks_says_so() -> None:
    assert "not in this brief" in render(river(positions=[], changes=[], bottom_line=[]), "html")


# ── Over time ──


def test_statements_are_placed_by_date_and_stance() -> None:
    drawn = timeline(Layout(river(), long_date))
    assert [(group.issue, [lane.party for lane in group.lanes]) for group in drawn.groups] == [
        ("Closing the upper dam", ["Aruna"])
    ]
    lane = drawn.groups[0].lanes[0]
    assert [(point.stance, point.own, point.red_line, point.change) for point in lane.points] == [
        ("rejects", True, True, None),
        ("rejects", True, False, None),
        ("open", True, False, "softened"),
    ]
    first, second, third = (point.x for point in lane.points)
    assert (second - first) / (third - first) == pytest.approx(6 / 48, abs=0.01)
    assert lane.points[0].y > lane.points[2].y
    assert lane.path.startswith("M")
    assert lane.path.count("H") == 2
    assert [tick.label for tick in drawn.ticks] == ["3 Mar", "17 Mar", "31 Mar", "14 Apr"]
    assert drawn.single == 4


def test_what_others_say_is_placed_and_not_joined() -> None:
    other = POSITIONS[0].model_copy(update={"id": "p-0000000a", "voice": "analyst", "said": POSITIONS[1].said})
    drawn = timeline(Layout(river(positions=[POSITIONS[0], other], matrix=river().matrix)))
    assert [point.own for point in drawn.groups[0].lanes[0].points] == [True, False]
    assert drawn.groups[0].lanes[0].path == ""


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1, ["3 Mar", "4 Mar"]),
        (30, ["3 Mar", "10 Mar", "17 Mar", "24 Mar", "31 Mar"]),
        (200, ["Apr 2031", "May 2031", "Jun 2031", "Jul 2031", "Aug 2031", "Sep 2031"]),
        (365, ["May 2031", "Jul 2031", "Sep 2031", "Nov 2031", "Jan 2032", "Mar 2032"]),
        (3650, ["Jan 2032", "Jan 2034", "Jan 2036", "Jan 2038", "Jan 2040"]),
    ],
)
def test_the_axis_has_few_round_dates(days: int, labels: list[str]) -> None:
    start = datetime.date(2031, 3, 3)
    later = POSITIONS[1].said.model_copy(update={"from_": start + datetime.timedelta(days=days), "to": None})
    positions = [POSITIONS[0], POSITIONS[1].model_copy(update={"said": later})]
    drawn = timeline(Layout(river(positions=positions)))
    assert [tick.label for tick in drawn.ticks] == labels
    places = [tick.x for tick in drawn.ticks]
    assert places == sorted(places)
    assert all(0 < place <= WIDTH for place in places)


def test_marks_share_a_place_or_stand_apart() -> None:
    drawn = timeline(Layout(large(500, 100)))
    lanes = [lane for group in drawn.groups for lane in group.lanes]
    assert lanes
    for lane in lanes:
        assert all(0 < point.x < WIDTH for point in lane.points)
        for one, other in pairwise(sorted(lane.points, key=lambda point: point.x)):
            assert other.x - one.x >= 24 or abs(other.y - one.y) >= 24
    close = [
        p.model_copy(update={"said": POSITIONS[0].said, "id": f"p-000000f{n}"}) for n, p in enumerate(POSITIONS[:1] * 3)
    ]
    shared = timeline(Layout(river(positions=[*close, POSITIONS[1]])))
    labels = [point.label for point in shared.groups[0].lanes[0].points]
    assert len(labels) == 2
    assert labels[0].endswith("” and 2 more")


def test_a_brief_of_one_day_has_no_drawing() -> None:
    drawn = timeline(Layout(river(positions=POSITIONS[:1])))
    assert (drawn.groups, drawn.ticks, drawn.single) == ((), (), 1)


def test_a_long_quote_is_cut_in_the_label() -> None:
    long = POSITIONS[0].model_copy(update={"evidence": [proof("hostile", HOSTILE)]})
    drawn = timeline(Layout(river(positions=[long, POSITIONS[1]])))
    assert drawn.groups[0].lanes[0].points[0].label.endswith("…”")
