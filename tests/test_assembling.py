"""Claims to brief: whose word, what still stands, what a merge may do, the same bytes in every order."""

from __future__ import annotations

import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st
from making import document, extracted, on, position, words
from summarizer.schemas.negotiation import Condition, Negotiation

from summarizer.assembling import Extracted, Material, assemble, cluster_key, merged, resolved
from summarizer.claims import Issue
from summarizer.reconciling import by_name

FEBRUARY, AUGUST = datetime.date(2025, 2, 25), datetime.date(2025, 8, 20)
OWN = document("Lavrov said that European troops would be unacceptable.", FEBRUARY)
CLAIMED = document("Trump said he will accept that. He was sure.", FEBRUARY)
LATER = document("Putin said he would accept observers from Europe.", AUGUST)

UNACCEPTABLE = position(OWN, "would be unacceptable", speaker="Sergei Lavrov")
TRUMP_SAYS = position(
    CLAIMED,
    "he will accept that",
    stance="accepts",
    voice="other_party",
    asserted_by="United States",
    speaker="Donald Trump",
    statement="Trump says that Russia accepts European troops.",
)
ACCEPTABLE = position(LATER, "would accept observers", stance="accepts", statement="Russia accepts observers.")


def brief_of(*parts: Extracted, groups: list[list[str]] | None = None) -> Negotiation:
    grouping = by_name(parts)
    claims = merged(resolved(parts, grouping), groups or [], {})
    made = assemble(Negotiation, claims, Material(extracted=parts, grouping=grouping))
    assert isinstance(made, Negotiation)
    return made


def cell(brief: Negotiation, party: str) -> tuple[str, str | None]:
    found = next(one for one in brief.matrix if one.party == party)
    stances = {one.id: one.stance for one in brief.positions}
    return found.state, stances.get(found.current or "")


def test_what_another_says_of_a_party_never_fills_its_cell_as_its_own_word() -> None:
    brief = brief_of(extracted(CLAIMED, TRUMP_SAYS))
    assert cell(brief, "russia") == ("claimed_by_others", "accepts")
    assert brief.positions[0].voice == "other_party"


def test_the_holders_own_word_leads_and_disputes_what_others_claim() -> None:
    brief = brief_of(extracted(CLAIMED, TRUMP_SAYS), extracted(OWN, UNACCEPTABLE))
    assert cell(brief, "russia") == ("held", "rejects")
    assert {one.voice: one.currency for one in brief.positions} == {"self": "current", "other_party": "disputed"}


def test_a_party_without_a_position_has_an_empty_cell_that_says_so() -> None:
    assert cell(brief_of(extracted(OWN, UNACCEPTABLE)), "ukraine") == ("none_found", None)


def test_only_a_later_word_of_its_own_supersedes() -> None:
    brief = brief_of(extracted(OWN, UNACCEPTABLE), extracted(LATER, ACCEPTABLE))
    assert cell(brief, "russia") == ("held", "accepts")
    assert {one.stance: one.currency for one in brief.positions} == {"rejects": "superseded", "accepts": "current"}
    claimed_later = TRUMP_SAYS.model_copy(update={"said": on(AUGUST)})
    brief = brief_of(extracted(OWN, UNACCEPTABLE), extracted(CLAIMED, claimed_later))
    assert cell(brief, "russia") == ("held", "rejects")


def test_two_own_words_on_both_sides_with_no_order_are_disputed() -> None:
    undated = ACCEPTABLE.model_copy(update={"said": on(None)})
    brief = brief_of(extracted(OWN, UNACCEPTABLE), extracted(LATER, undated))
    assert {one.currency for one in brief.positions} == {"disputed"}


def test_a_stance_is_turned_by_the_program_when_the_issue_was_worded_the_other_way_round() -> None:
    contrary = Issue(id="", name="no troops", proposition="Europe keeps its troops at home.", question="Does it?")
    other = extracted(LATER, position(LATER, "would accept", issue="no troops", stance="supports"), issues=(contrary,))
    grouping = by_name([extracted(OWN, UNACCEPTABLE), other])
    turned = dict(grouping.issue_ids)
    turned[LATER.id, "no troops"] = ("troops", True)
    grouping = type(grouping)(**{**vars(grouping), "issue_ids": turned})
    claims = resolved([other], grouping)
    assert [(one.issue, one.stance) for one in claims if hasattr(one, "stance")] == [("troops", "rejects")]


def test_an_assertion_by_a_name_that_turns_out_to_be_the_holder_is_its_own_word() -> None:
    claim = TRUMP_SAYS.model_copy(update={"asserted_by": "Ukraine"})
    part = extracted(CLAIMED, claim)
    grouping = by_name([part])
    ids = {**grouping.party_ids, (CLAIMED.id, "Ukraine"): "russia"}
    (made,) = resolved([part], type(grouping)(**{**vars(grouping), "party_ids": ids}))
    assert (made.voice, made.asserted_by) == ("self", None)  # type: ignore[attr-defined]


def test_a_merge_keeps_the_lead_s_words_and_all_evidence_and_counts_independent_texts() -> None:
    copy = document("Lavrov said that European troops would be unacceptable. Source link", FEBRUARY, outlet="Copy")
    parts = [extracted(OWN, UNACCEPTABLE), extracted(copy, position(copy, "would be unacceptable"))]
    claims = resolved(parts, by_name(parts))
    assert len({cluster_key(one) for one in claims}) == 1
    group = [[one.id for one in claims]]
    (two,) = merged(claims, group, {})
    (echo,) = merged(claims, group, {copy.id: OWN.id})
    assert two.origins == 2
    assert echo.origins == 1
    assert {one.source for one in two.evidence} == {OWN.id, copy.id}
    assert two.statement == "Russia rejects European troops."  # type: ignore[attr-defined]


def test_the_same_claim_has_the_same_id_and_two_claims_on_the_same_words_do_not_share_one() -> None:
    twin = UNACCEPTABLE.model_copy(update={"statement": "Russia calls European troops unacceptable."})
    first = brief_of(extracted(OWN, UNACCEPTABLE, twin))
    again = brief_of(extracted(OWN, twin, UNACCEPTABLE))
    assert len({one.id for one in first.positions}) == 2
    assert first == again


def test_every_order_of_the_inputs_gives_the_same_bytes() -> None:
    demand = Condition(
        party="Ukraine",
        demand="security guarantees",
        in_exchange_for="a ceasefire",
        addressed_to="United States",
        operator="only_if",
        status="open",
        salience="vital",
        evidence=[words(OWN, "said that")],
    )
    parts = [extracted(OWN, UNACCEPTABLE, demand), extracted(CLAIMED, TRUMP_SAYS), extracted(LATER, ACCEPTABLE)]
    made = {brief_of(*order).model_dump_json(by_alias=True) for order in itertools.permutations(parts)}
    assert len(made) == 1


@given(st.permutations(range(6)), st.sets(st.integers(0, 5), max_size=4))
def test_a_merge_only_groups(order: list[int], chosen: set[int]) -> None:
    text = document("One. Two. Three. Four. Five. Six. Seven.")
    quotes = ["One", "Two", "Three", "Four", "Five", "Six"]
    claims = resolved([extracted(text, *(position(text, quotes[one]) for one in order))], by_name([extracted(text)]))
    group = [claims[one].id for one in sorted(chosen)]
    result = merged(claims, [group] if len(group) > 1 else [], {})
    before = sorted(one.text for claim in claims for one in claim.evidence)
    after = sorted(one.text for claim in result for one in claim.evidence)
    assert before == after
    assert {one.statement for one in result} <= {one.statement for one in claims}  # type: ignore[attr-defined]
    assert len(result) == 6 - max(len(group) - 1, 0)


def test_more_issues_than_a_reader_can_see_are_folded_into_other() -> None:
    text = document("We want it.")
    issues = tuple(Issue(id="", name=f"matter {n}", proposition=f"It is {n}.", question="?") for n in range(30))
    claims = [position(text, "We want it", issue=one.name, salience="background") for one in issues]
    claims.append(position(text, "want it", issue="matter 29", salience="vital", stance="supports"))
    brief = brief_of(extracted(text, *claims, issues=issues))
    assert len(brief.issues) == 19
    assert brief.issues[0].id == "matter-29"
    assert brief.issues[-1].id == "other"
    assert len(brief.positions) == 31
    folded = [claim for claim in brief.positions if claim.issue == "other"]
    assert len(folded) == 12
    assert {claim.currency for claim in folded} == {"current"}
    assert [cell.current for cell in brief.matrix if cell.issue == "other"] == [None, None, None]
