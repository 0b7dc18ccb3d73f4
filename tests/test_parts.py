"""Long documents: split at sentences, asked in parts, put together without double claims."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from making import document, extracted, position

from summarizer.claims import Issue, Party
from summarizer.parts import OVERLAP, joined, split


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60), st.integers(1, 60))
def test_the_parts_hold_every_sentence_in_order_and_share_few(lengths: list[int], most: int) -> None:
    text = document(" ".join("A" + "b" * length + "." for length in lengths))
    parts = split(text, most)
    assert sorted({one for part in parts for one in part}) == list(range(len(text.sentences)))
    for before, after in pairwise(parts):
        assert before.start < after.start <= before.stop < after.stop
        assert before.stop - after.start <= OVERLAP
    for part in parts:
        size = text.sentences[part[-1]].end - text.sentences[part[0]].start
        assert len(part) == 1 or size <= most * 4


def test_a_short_document_is_one_part() -> None:
    assert len(split(document("One. Two."), 100)) == 1


def test_a_claim_that_two_parts_report_from_the_same_words_is_kept_once() -> None:
    text = document("Russia will not accept them. Ukraine wants them. Russia asks for more.")
    first = extracted(text, position(text, "will not accept them"))
    second = extracted(
        text,
        position(text, "not accept them", party="Moscow"),
        position(text, "asks for more", party="Moscow", stance="supports"),
        parties=(Party(id="", name="Moscow", kind="state", aliases=["Russia"]),),
    )
    second = extracted(
        text,
        *second.claims,
        parties=(
            Party(id="", name="Russia", kind="state", aliases=["Moscow"]),
            Party(id="", name="Ukraine", kind="state"),
        ),
    )
    whole = joined([first, second])
    assert [claim.evidence[0].text for claim in whole.claims] == ["will not accept them", "asks for more"]
    assert {claim.party for claim in whole.claims} == {"Russia"}  # type: ignore[attr-defined]
    assert [party.name for party in whole.parties] == ["Russia", "Ukraine", "United States"]


def test_one_name_for_two_propositions_stays_two_issues() -> None:
    text = document("They want it. They do not want that.")
    other = (Issue(id="", name="Troops", proposition="Troops leave.", question="?"),)
    first = extracted(text, position(text, "want it"))
    second = extracted(text, position(text, "do not want that", issue="Troops"), issues=other)
    whole = joined([first, second])
    assert [issue.name for issue in whole.issues] == ["troops", "Troops 2"]
    assert [claim.issue for claim in whole.claims] == ["troops", "Troops 2"]  # type: ignore[attr-defined]
