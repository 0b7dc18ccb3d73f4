"""The page as its readers use it: by mouse, by keyboard, on a phone, on paper, without scripts."""

from __future__ import annotations

import time
from itertools import pairwise
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Opened, Tab
from playwright.sync_api import Page, expect
from rendering_briefs import HOSTILE, SOURCES, large, river, wide

from summarizer.rendering.words import visible

CLAIMS = {claim.id: claim for claim in river().claims()}
PHONE = {"width": 360, "height": 740}


def marked(page: Page) -> str:
    """Return the words that are marked in the panel."""
    return "".join(page.locator("article.current mark.here").all_inner_texts())


def fragment(page: Page) -> str:
    return unquote(page.url.partition("#")[2])


def unfold(page: Page) -> None:
    page.locator(".claims details").evaluate_all("all => all.forEach(one => one.open = true)")


def shown_claims(page: Page) -> set[str]:
    return set(page.locator(".claims .claim:visible").evaluate_all("all => all.map(one => one.id)"))


# ── Proof in one click ──


def test_a_click_on_any_claim_marks_its_words_in_the_source(opened: Opened) -> None:
    page = opened()
    unfold(page)
    for name, claim in CLAIMS.items():
        page.locator(f"#{name} > p a").click()
        assert page.locator(".chosen").evaluate_all("all => all.map(one => one.id)") == [name]
        for place, proof in enumerate(claim.evidence, start=1):
            assert marked(page) == visible(proof.text, direction_marks=True)
            assert page.locator("article.current").get_attribute("id") == proof.source
            expect(page.locator("mark.here").first).to_be_in_viewport()
            assert page.locator(".warning").count() == proof.damaged
            if len(claim.evidence) > 1:
                assert page.locator(".place").inner_text() == f"{place} of {len(claim.evidence)}"
            if place < len(claim.evidence):
                page.locator(".next").click()


def test_a_cell_opens_the_statements_behind_it_the_current_one_first(opened: Opened) -> None:
    page = opened()
    page.get_by_role("cell", name="open own word").get_by_role("link").click()
    assert fragment(page) == "cell.aruna.dam"
    assert marked(page) == "Aruna is ready to talk about closing the dam for a season"
    expect(page.locator(".shown .for")).to_have_text("Aruna: Closing the upper dam")
    expect(page.locator(".place")).to_have_text("1 of 7")


def test_a_cell_among_the_others_opens_too(opened: Opened) -> None:
    page = opened(wide(12, 6))
    assert page.get_by_role("columnheader").count() == 7
    cell = page.locator("tr.minor .strip > div").first
    cell.get_by_role("link").click()
    assert (
        page.locator(".shown .for").inner_text() == f"{cell.locator('.who').inner_text()}: A rather long issue name 0"
    )
    assert marked(page) == "a treaty is signed"


def test_a_sentence_of_the_bottom_line_opens_all_it_rests_on(opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="Aruna has moved from refusing").click()
    assert fragment(page) == "b1"
    assert marked(page) == "Aruna will not close the upper dam before a treaty is signed"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert fragment(page) == "b1.3"
    assert marked(page) == "and it will stay so until there is a treaty"


def test_a_change_opens_its_later_statement(opened: Opened) -> None:
    page = opened()
    page.locator(".changes").get_by_role("link", name="Aruna, Closing the upper dam").click()
    assert marked(page) == "Aruna is ready to talk about closing the dam for a season"


def test_a_number_opens_that_very_source(opened: Opened) -> None:
    page = opened()
    page.locator("#p-00000001 .refs").get_by_role("link", name="source 4").click()
    assert fragment(page) == "p-00000001.5"
    assert marked(page) == "السد «خط أحمر»"


def test_a_copy_is_shown_as_a_copy(opened: Opened) -> None:
    page = opened(fragment="#p-00000001.4")
    assert marked(page) == "Aruna will not close the upper dam"
    expect(page.locator("article.current header .tag")).to_have_text("copy of 1")


def test_a_source_opens_without_a_claim(opened: Opened) -> None:
    page = opened()
    page.locator(".sources").get_by_role("link", name="Aruna ready to talk").click()
    expect(page.locator("article.current")).to_have_attribute("id", "s-later")
    expect(page.locator(".next")).to_be_hidden()


@pytest.mark.parametrize("name", ["p-00000008", "b2.2", "cell.aruna.inspectors.3", "change1.2", "s-arabic"])
def test_the_address_opens_the_same_again(opened: Opened, name: str) -> None:
    page = opened(fragment=f"#{name}")
    expect(page.locator("#texts")).to_be_visible()
    assert fragment(page) == name
    words, place = marked(page), page.locator(".place").inner_text()
    page.reload()
    assert (marked(page), page.locator(".place").inner_text()) == (words, place)
    assert words or name == "s-arabic"


def test_an_address_that_names_nothing_opens_nothing(opened: Opened) -> None:
    for name in ("nothing", "p-00000001.99", "p-00000001.0", "main", "%F0%9F%98%80", "%", "constructor"):
        page = opened(fragment=f"#{name}")
        expect(page.locator("#texts")).to_be_hidden()
        expect(page.locator(".filters")).to_be_visible()
        page.goto("about:blank")


def test_back_and_forward_walk_through_what_was_open(opened: Opened) -> None:
    page = opened()
    page.locator("#p-00000002 > p a").click()
    page.locator("#p-00000003 > p a").click()
    page.go_back()
    expect(page.locator("article.current mark.here")).to_have_text(
        "Aruna is ready to talk about closing the dam for a season"
    )
    page.go_back()
    expect(page.locator("#texts")).to_be_hidden()


# ── Keyboard ──


def test_the_whole_way_by_keyboard(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    link = page.locator("#b1 > a")
    while not link.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#texts-title")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".place")).to_have_text("2 of 6")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".place")).to_have_text("1 of 6")
    expect(page.locator(".previous")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#texts")).to_be_hidden()
    expect(link).to_be_focused()
    assert fragment(page) == ""


def test_arrows_in_a_field_stay_in_the_field(opened: Opened) -> None:
    page = opened(fragment="#b1")
    page.locator("input[name=text]").fill("dam")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".place")).to_have_text("1 of 6")


# ── Filters ──


def test_a_filter_leaves_what_fits_also_what_was_folded(opened: Opened) -> None:
    page = opened()
    for field, label, wanted in [
        ("p", "Corvo", {"p-00000007"}),
        ("i", "Guaranteed flow", {"p-00000003"}),
        ("v", "unnamed source", {"p-00000006"}),
        ("v", "claimed by another party", {"p-00000005"}),
        ("v", "reporter", {"c-00000002"}),
        ("s", "background", {"p-00000006", "p-00000008", "p-00000009"}),
    ]:
        page.locator(f"select[name={field}]").select_option(label=label)
        expect(page.locator(".found")).to_contain_text(f"{len(wanted)} of {len(CLAIMS)} claims")
        assert shown_claims(page) == wanted
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(".found")).to_be_empty()


def test_search_reads_claims_quotes_and_sources(opened: Opened) -> None:
    page = opened()
    before = shown_claims(page)
    page.locator("input[name=text]").fill("TREATY signed")
    expect(page.locator(".found")).to_have_text("1 of 15 claims; also in the text of 12")
    assert shown_claims(page) == {"p-00000001"}
    page.locator(".found").get_by_role("link", name="source 2").click()
    expect(page.locator("article.current")).to_have_attribute("id", "s-copy")
    page.locator("input[name=text]").fill("no such words")
    expect(page.get_by_text("No claim fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".found")).to_be_empty()
    assert shown_claims(page) == before


def test_filters_work_together(opened: Opened) -> None:
    page = opened()
    page.locator("select[name=p]").select_option(label="Aruna")
    page.locator("select[name=i]").select_option(label="Closing the upper dam")
    page.locator("select[name=s]").select_option(label="vital")
    expect(page.locator(".found")).to_contain_text("2 of 15")
    assert shown_claims(page) == {"p-00000001", "p-00000002"}


# ── Over time ──


def test_a_mark_of_the_drawing_opens_its_quote(opened: Opened) -> None:
    page = opened()
    mark = page.locator(".lane a").first
    assert mark.locator("title").text_content() == (
        "Aruna, 3 Mar 2031: rejects, red line, own word (the water minister). "
        "“Aruna will not close the upper dam before a treaty is signed”"
    )
    mark.click()
    assert marked(page) == "Aruna will not close the upper dam before a treaty is signed"
    expect(page.locator(".lane text.change")).to_have_text("softened")


# ── Phone, paper, dark, right to left ──


def test_a_phone_shows_the_vital_and_nothing_sticks_out(opened: Opened) -> None:
    page = opened(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert shown_claims(page) == {name for name, claim in CLAIMS.items() if claim.salience == "vital"}
    for cell in page.locator("td.own, td.others").all():
        box = cell.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert page.locator(".empties").all_inner_texts() == ["none found: Belmark, Corvo", "none found: Aruna, Corvo"]
    expect(page.get_by_text("None found on any issue: Basin [bold]Commission[/bold].")).to_be_visible()


def test_on_a_phone_the_panel_covers_the_brief(opened: Opened) -> None:
    page = opened(**PHONE)
    page.locator("#cell\\.belmark\\.flow a").click()
    box = page.locator("#texts").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.locator("main").evaluate("one => one.inert") is True
    expect(page.locator("article.current mark.here").first).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    assert page.locator("main").evaluate("one => one.inert") is False


def test_a_wide_matrix_scrolls_in_its_own_box(opened: Opened) -> None:
    page = opened(large(60, 10), width=760, height=900)
    assert page.evaluate("document.documentElement.scrollWidth") == 760
    assert page.locator(".matrix .scroll").evaluate("one => one.scrollWidth > one.clientWidth") is True


def test_paper_holds_every_claim_with_its_quotes_in_black(opened: Opened) -> None:
    page = opened(fragment="#b1")
    page.emulate_media(media="print")
    for name in ("p-00000001", "p-00000004", "p-00000006"):
        expect(page.locator(f"#{name} .quotes li").first).to_be_visible()
    expect(page.locator("#texts")).to_be_hidden()
    expect(page.locator("input[name=text]")).to_be_hidden()
    colours = page.locator("main *").evaluate_all("all => [...new Set(all.map(one => getComputedStyle(one).color))]")
    assert all(len(set(colour.strip("rgba()").split(", ")[:3])) == 1 for colour in colours), colours
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_paper_says_so_when_claims_are_filtered_out(opened: Opened) -> None:
    page = opened()
    page.locator("select[name=s]").select_option("vital")
    expect(page.locator(".found")).to_contain_text("of 15 claims")
    page.emulate_media(media="print")
    expect(page.locator(".found")).to_be_visible()
    expect(page.locator("#p-00000004")).to_be_hidden()


def test_dark_is_dark(opened: Opened) -> None:
    def lightness(scheme: str) -> int:
        page = opened(color_scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(map(int, colour.strip("rgba()").split(", ")[:3]))

    assert lightness("dark") < 120
    assert lightness("light") > 700


def test_right_to_left_scripts_run_from_the_right(opened: Opened) -> None:
    page = opened(fragment="#p-00000001.5")
    article, mark = page.locator("article.current"), page.locator("article.current mark.here")
    assert article.evaluate("one => getComputedStyle(one).direction") == "rtl"
    outer, inner = article.bounding_box(), article.locator("> p").nth(1).locator("mark, span").first
    assert outer
    box = mark.bounding_box()
    assert box
    start = page.evaluate(
        """() => {
            const range = document.createRange();
            range.setStart(document.querySelector('article.current > p').firstChild, 0);
            range.setEnd(document.querySelector('article.current > p').firstChild, 3);
            return range.getBoundingClientRect().right;
        }"""
    )
    assert abs(start - (outer["x"] + outer["width"])) < 2
    assert box["x"] < start
    assert inner


# ── Safety ──


def test_hostile_text_is_text(opened: Opened) -> None:
    page = opened(river(title=HOSTILE), fragment="#p-00000005.2")
    assert marked(page) == visible(HOSTILE, direction_marks=True)
    assert page.title().startswith("Ignore all that [bold red]went[/] before </script><script>")
    assert page.evaluate("[...document.scripts].length") == 1
    assert page.locator("img, iframe, object, form[action], [onerror], [style]").count() == 0
    links = page.locator("a[href]").evaluate_all(
        "all => all.map(one => one.getAttribute('href')).filter(one => one[0] != '#')"
    )
    assert links == ["https://river.example/aruna?a=1&b=2"]


def test_nothing_but_the_own_script_may_run(opened: Opened, tabs: dict[object, Tab]) -> None:
    page = opened()
    refused = page.evaluate(
        """() => {
            const tried = [
                () => { document.body.innerHTML = '<b>x</b>'; },
                () => { document.createElement('script').text = 'document.title = "owned"'; },
                () => { setTimeout('document.title = "owned"'); },
                () => { document.body.setAttribute('onclick', 'document.title = "owned"'); },
            ];
            return tried.map((act) => { try { act(); return false; } catch { return true; } });
        }"""
    )
    assert refused == [True, True, True, True]
    assert page.title() == "The Upper River talks"
    told = [message for tab in tabs.values() for message in tab.wrong]
    assert told
    assert all("requires 'Trusted" in message for message in told)
    for tab in tabs.values():
        tab.wrong.clear()


# ── For everybody ──


@pytest.mark.parametrize(
    ("width", "name", "scheme"),
    [
        (1440, "", "light"),
        (1440, "cell.aruna.inspectors", "dark"),
        (360, "", "light"),
        (360, "b1.5", "dark"),
    ],
)
def test_axe_finds_no_fault(opened: Opened, width: int, name: str, scheme: str) -> None:
    page = opened(fragment=f"#{name}" if name else "", width=width, color_scheme=scheme)
    unfold(page)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": rules}})
    assert found.violations_count == 0, found.generate_report()


def test_tables_and_headings_for_a_screen_reader(opened: Opened) -> None:
    page = opened()
    table = page.get_by_role("table")
    headers = table.get_by_role("columnheader").all_inner_texts()
    assert headers == ["Issue", "Aruna", "Belmark", "Corvo"]
    assert table.get_by_role("rowheader").count() == 3
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_without_scripts_the_quotes_are_footnotes(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".controls")).to_be_hidden()
    quote = page.locator("#p-00000002 .quotes li")
    expect(quote).to_be_visible()
    assert "Aruna is ready to talk about closing the dam for a season" in quote.inner_text()
    quote.get_by_role("link").click()
    mark = page.locator("#p-00000002\\.1")
    expect(mark).to_be_in_viewport()
    assert mark.inner_text() == "Aruna is ready to talk about closing the dam for a season"
    for source in SOURCES:
        expect(page.locator(f"[id='{source.id}']")).to_be_visible()


def test_marks_over_time_never_lie_on_each_other(opened: Opened) -> None:
    page = opened(large(300, 60))
    found = Axe().run(page, context=".timeline", options={"runOnly": {"type": "rule", "values": ["target-size"]}})
    assert found.violations_count == 0, found.generate_report()
    assert page.locator(".lane a").count() > 100


# ── Size ──


def test_500_claims_from_100_documents_stay_usable(opened: Opened) -> None:
    page = opened(large())
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable")
    began = time.perf_counter()
    page.reload()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    took = time.perf_counter() - began
    counts = {one["name"]: one["value"] for one in chromium.send("Performance.getMetrics")["metrics"]}
    chromium.detach()
    assert counts["LayoutCount"] < 50  # a few; a script that measured each claim as it set it would need 500
    assert took < 30  # under one on an idle machine, as benchmarks/page.py tells
    page.locator("#p-00000003 > p a").click()
    assert marked(page) == next(claim.evidence[0].text for claim in large().claims() if claim.id == "p-00000003")
