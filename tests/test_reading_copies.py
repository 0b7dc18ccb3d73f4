# ruff: noqa: S311 - random orders, not secrets
"""Copies are found, follow-ups are not."""

import random
from datetime import date

from pages import stories
from pages.templates import TEMPLATES

from summarizer.documents import Document, Published
from summarizer.reading.copies import find_origins
from summarizer.reading.inputs import collect
from summarizer.reading.pages.page import Origin, read_page
from summarizer.reading.results import Read

FURNITURE = "Sign up for our letter\nShare on every network\nRead also: a bridge opens after all\n"


def report(paragraphs: list[str], outlet: str, day: int | None = None) -> Document:
    published = Published(date=date(2025, 9, day), basis="given") if day else Published()
    return Document(text="\n".join(paragraphs), outlet=outlet, published=published)


def test_the_same_text_under_other_furniture_is_a_copy() -> None:
    original = report(stories.FERRY, "Wire", 4)
    copy = report([FURNITURE, *stories.FERRY, FURNITURE], "Boards", 5)
    assert find_origins([copy, original]) == {copy.id: original.id}


def test_a_syndicated_text_with_edits_is_a_copy() -> None:
    original = report(stories.FERRY, "Wire", 4)
    edited = [
        stories.FERRY[0].replace("OSTERVIK, Norway - ", ""),
        *stories.FERRY[1:5],
        stories.FERRY[6].replace("says", "said"),
    ]
    copy = report(["A new first sentence by the desk of the paper that printed it.", *edited], "Paper", 6)
    assert find_origins([original, copy]) == {copy.id: original.id}


def test_a_follow_up_that_repeats_two_paragraphs_is_not() -> None:
    first = report(stories.FERRY, "Wire", 4)
    follow_up = report([*stories.DAM[:5], *stories.FERRY[:2]], "Wire", 6)
    assert find_origins([first, follow_up]) == {}


def test_a_short_item_within_a_long_report_is_not() -> None:
    item = report(stories.FERRY[:3], "Wire", 4)
    long = report([*stories.FERRY, *stories.DAM], "Wire", 5)
    assert find_origins([item, long]) == {}


def test_two_reports_on_one_event_in_other_words_are_not() -> None:
    other = [text.replace("said", "told reporters").replace("the", "that") for text in stories.FERRY]
    assert find_origins([report(stories.FERRY, "Wire", 4), report(other, "Other", 4)]) == {}


def test_the_origin_is_the_earliest_then_the_longest_and_never_a_copy() -> None:
    dated = report(stories.DAM, "Wire", 4)
    copies = [
        report([*stories.DAM, line], f"Paper {line}", day)
        for line, day in (("A", 5), ("B", 6), ("C", None), ("D E F", None))
    ]
    everything = [dated, *copies, report(stories.STRIKE, "Wire", 4)]
    expected = dict.fromkeys((copy.id for copy in copies), dated.id)
    for seed in range(5):
        shuffled = random.Random(seed).sample(everything, len(everything))
        assert find_origins(shuffled) == expected
    undated = [copies[2], copies[3]]
    assert find_origins(undated) == {copies[2].id: copies[3].id}


def test_chinese_copies_are_found() -> None:
    first, second = report(stories.CHINESE, "北方网", 4), report(["转载", *stories.CHINESE[:4]], "南方网", 5)
    assert find_origins([first, second]) == {second.id: first.id}


def test_one_report_on_many_sites_is_one_text() -> None:
    names = ("wordpress_classic", "broadsheet", "tables", "forum_invision", "live", "old_blogger", "agency")
    outcomes = [
        outcome
        for name in names
        for outcome in read_page(
            TEMPLATES[name](stories.FERRY).encode(), Origin(name, f"{name}.html", f"https://{name}.example/a")
        )
    ]
    outcomes += [Read(report(stories.DAM, "Wire", 4))]
    reading = collect(outcomes)
    assert len(reading.documents) == len(names) + 1
    assert len(set(reading.origins.values())) == 1
    assert len(reading.origins) == len(names) - 1


def test_many_documents_with_the_same_frame_are_not_copies() -> None:
    words = [word for story in (stories.FERRY, stories.DAM, stories.STRIKE) for text in story for word in text.split()]
    documents = []
    for at in range(150):
        chosen = random.Random(at).choices(words, k=250)
        documents.append(report([FURNITURE, " ".join(chosen), FURNITURE], f"Outlet {at}", 1 + at % 28))
    assert find_origins(documents) == {}


def test_too_little_text() -> None:
    assert find_origins([]) == {}
    assert find_origins([report(["One two."], "A"), report(["One two."], "B")]) != {}
    assert find_origins([report(["…"], "A"), report(["…"], "B")]) == {}
