"""What changed: two dated statements of the same holder in its own voice, or it is no change."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import document, extracted, on, position
from summarizer.schemas.negotiation import Negotiation

from summarizer.assembling import Extracted, Material, assemble, merged, resolved
from summarizer.changes import changes_between
from summarizer.claims import Change
from summarizer.reconciling import by_name

FEBRUARY, MARCH, AUGUST = (datetime.date(2025, month, 20) for month in (2, 3, 8))


def report(day: datetime.date | None, stance: str, **given: Any) -> Extracted:
    text = document(f"On this day {day} the ministry spoke: {stance} {sorted(map(str, given.values()))}.", day)
    return extracted(text, position(text, "the ministry spoke", stance=stance, said=on(day), **given))


def brief_of(*parts: Extracted, origins: dict[str, str] | None = None) -> Negotiation:
    grouping = by_name(parts)
    claims = merged(resolved(parts, grouping), [], origins or {})
    made = assemble(Negotiation, claims, Material(extracted=parts, grouping=grouping, origins=origins or {}))
    assert isinstance(made, Negotiation)
    return made


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("rejects", "accepts", "reversed"),
        ("supports", "opposes", "reversed"),
        ("rejects", "conditional", "softened"),
        ("opposes", "open", "softened"),
        ("accepts", "conditional", "hardened"),
        ("open", "rejects", "hardened"),
        ("opposes", "rejects", "hardened"),
        ("rejects", "rejects", "restated"),
        ("supports", "undecided", "withdrawn"),
    ],
)
def test_a_later_word_of_its_own_is_a_change(before: str, after: str, kind: str) -> None:
    (change,) = changes_between(brief_of(report(FEBRUARY, before)), brief_of(report(AUGUST, after)))
    assert change.kind == kind
    assert change.before is not None
    assert change.after is not None
    assert (change.before.stance, change.after.stance) == (before, after)
    assert (change.before.said.from_, change.after.said.from_) == (FEBRUARY, AUGUST)
    assert change.before.quote == "the ministry spoke"


def test_the_same_stance_more_firmly_put_is_harder() -> None:
    earlier, now = report(FEBRUARY, "rejects", firmness="qualified"), report(AUGUST, "rejects", firmness="red_line")
    assert kinds(changes_between(brief_of(earlier), brief_of(now))) == ["hardened"]
    assert kinds(changes_between(brief_of(now), brief_of(report(AUGUST, "rejects", firmness="firm")))) == []


@pytest.mark.parametrize(
    "later",
    [
        report(FEBRUARY, "accepts", statement="the same day"),
        report(datetime.date(2025, 1, 1), "accepts"),
        report(None, "accepts"),
        report(AUGUST, "accepts", voice="other_party", asserted_by="United States"),
        report(AUGUST, "deflects"),
    ],
    ids=["same day", "late arrival of an old report", "undated", "by another party", "no answer given"],
)
def test_what_is_no_change(later: Extracted) -> None:
    assert changes_between(brief_of(report(FEBRUARY, "rejects")), brief_of(later)) == []


def test_a_copy_a_re_run_and_another_order_make_no_change() -> None:
    first = report(FEBRUARY, "rejects")
    assert changes_between(brief_of(first), brief_of(first)) == []
    copy = report(AUGUST, "rejects")
    copied = brief_of(first, copy, origins={copy.document.id: first.document.id})
    assert changes_between(brief_of(first), copied) == []


def test_a_first_word_counts_as_new_only_after_the_earlier_brief() -> None:
    silent = brief_of(report(MARCH, "rejects", party="Ukraine"))
    assert kinds(changes_between(silent, brief_of(report(AUGUST, "rejects")))) == ["new"]
    assert changes_between(silent, brief_of(report(FEBRUARY, "rejects"))) == []


def test_the_same_words_read_otherwise_are_a_correction() -> None:
    text = document("The ministry said it would think about it.", FEBRUARY)
    wrong = extracted(text, position(text, "would think", stance="accepts"))
    right = extracted(text, position(text, "said it would think about it", stance="open"))
    (change,) = changes_between(brief_of(wrong), brief_of(right))
    assert change.kind == "correction"
    assert len(change.items) == 2


@given(st.permutations([0, 1, 2, 3]))
def test_the_order_of_arrival_never_makes_a_change(order: list[int]) -> None:
    days = [FEBRUARY, MARCH, datetime.date(2025, 5, 1), AUGUST]
    parts = [report(day, stance) for day, stance in zip(days, ("rejects", "opposes", "open", "accepts"), strict=True)]
    told = []
    for number in range(1, len(parts)):
        earlier = brief_of(*(parts[one] for one in order[:number]))
        told += changes_between(earlier, brief_of(*(parts[one] for one in order[: number + 1])))
    for change in told:
        assert change.before is not None
        assert change.after is not None
        assert (change.before.said.to or datetime.date.min) < (change.after.said.from_ or datetime.date.max)


def test_a_change_quotes_whole_wording_where_there_is_some() -> None:
    spun = document("The ministry did spake so.", FEBRUARY)
    clean = document("The ministry spoke thus.", FEBRUARY, outlet="Wire")
    garbled = position(spun, "did spake").evidence[0].model_copy(update={"damaged": True})
    both = position(clean, "spoke thus").model_copy(
        update={"evidence": [garbled, *position(clean, "spoke thus").evidence]}
    )
    assert both.quoted.text == "spoke thus"
    assert position(spun, "did spake").model_copy(update={"evidence": [garbled]}).quoted.text == "did spake"


def test_a_claim_is_quoted_by_the_words_that_carry_it() -> None:
    told = document("The minister spoke on Monday. He would never hand over the harbour.", FEBRUARY)
    claim = position(told, "The minister spoke on Monday").model_copy(
        update={"statement": "He will not hand over the harbour."}
    )
    carrying = position(told, "He would never hand over the harbour").evidence
    assert claim.model_copy(update={"evidence": [*claim.evidence, *carrying]}).quoted == carrying[0]
