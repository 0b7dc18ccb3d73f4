"""What a reader must never be told: each mistake looked for in the brief of the sample reports, as a real model gave it.

The replies are the recordings in `fixtures/negotiation`; the annotations in `seeds/gold` say what is right. Claims are
found by the words that they rest on, so that a new recording needs no new test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import pytest
from summarizer.schemas.negotiation import Negotiation

from summarizer.api import brief
from summarizer.claims import Claim
from summarizer.evaluation import evaluate, load_gold
from summarizer.samples import recordings_folder, seeds_folder
from summarizer.scoring import Score
from summarizer.settings import AskSettings

C = TypeVar("C", bound=Claim)

FEBRUARY, SPUN, MARCH = "2025-02-25-peacekeepers.txt", "2025-02-25-peacekeepers-spun.txt", "2025-03-17-ten-yards.md"
CONTACTS, AUGUST = "2025-02-12-contacts.txt", "2025-08-20-summit-doubts.txt"


@pytest.fixture(scope="module")
def made() -> Negotiation:
    found = brief(seeds_folder(), AskSettings(replay=recordings_folder("negotiation")))
    assert isinstance(found, Negotiation)
    return found


@pytest.fixture(scope="module")
def scores(made: Negotiation) -> Mapping[str, Score]:
    return evaluate(made, load_gold(seeds_folder() / "gold")).scores


def resting(made: Negotiation, claims: list[C], report: str, words: str) -> list[C]:
    """Return the claims that rest on words of a report: one at least."""
    source = next(one.id for one in made.sources if one.path and one.path.endswith(report))
    found = [one for one in claims if any(e.source == source and words in e.text for e in one.evidence)]
    assert found, f"nothing rests on {words!r}"
    return found


def test_laundering(made: Negotiation, scores: Mapping[str, Score]) -> None:
    assert {one.voice for one in resting(made, made.positions, FEBRUARY, "he'll accept that")} == {"other_party"}
    assert scores["voice.laundering"].value == 0
    assert scores["voice.laundering"].n > 30
    russia = [one for one in made.positions if one.party == "russia" and one.voice == "self"]
    troops = {one.issue for one in resting(made, made.positions, FEBRUARY, "troops from NATO countries")}
    assert not [one for one in russia if one.issue in troops and one.stance in {"supports", "accepts"}]


def test_a_refer_back_as_a_denial(made: Negotiation) -> None:
    disputes = resting(made, made.contested, FEBRUARY, "he'll accept that")
    by_russia = [one for one in disputes if one.disputed_by == "russia"]
    assert by_russia
    assert {one.form for one in by_russia} == {"refer_back"}


def test_wrong_speaker(scores: Mapping[str, Score]) -> None:
    wrong = scores["speaker.wrong"].value
    assert wrong is not None
    assert wrong < 0.05
    assert scores["speaker.wrong"].n > 100


def test_an_inverted_condition(scores: Mapping[str, Score]) -> None:
    assert scores["conditions.inverted"].value == 0
    assert scores["conditions.inverted"].n > 30


def test_a_hedge_or_a_negation_lost(made: Negotiation) -> None:
    """Whose words hold a hedge or a negation has it in its statement, in one form or another."""
    hedges = r"\b(could|may|might|can|able|perhaps|possibl\w*|would|consider\w*|conditional\w*|offers?|if|only)\b"
    for report, words in ((CONTACTS, "could be sent as peacekeepers"), (AUGUST, 'perhaps "by air')):
        held = [one for one in resting(made, made.positions, report, words) if one.stance not in {"opposes", "rejects"}]
        assert held
        for one in held:
            assert re.search(hedges, one.statement), one.statement
    for one in resting(made, made.positions, CONTACTS, "has never discussed"):
        assert re.search(r"\b(never|not|no|refuses|rejects|rules out)\b", one.statement), one.statement
        assert one.stance in {"opposes", "rejects"}


def test_issues_conflated(made: Negotiation) -> None:
    """A seat at the talks is not a soldier on the ground; American soldiers are not European ones."""
    troops = {one.issue for one in resting(made, made.positions, FEBRUARY, "he'll accept that")}
    talks = [one.id for one in made.issues if re.search(r"\b(talks|negotiations|table)\b", f"{one.proposition}")]
    american = [
        one.id for one in made.issues if re.match(r"(The )?(American|US|United States).*troops", one.proposition)
    ]
    assert talks
    assert not troops & {*talks, *american}


def test_an_echo_as_corroboration(made: Negotiation, scores: Mapping[str, Score]) -> None:
    origin = {one.id: one.origin for one in made.sources}
    by_path = {(one.path or "").rpartition("/")[2]: one.origin for one in made.sources}
    assert by_path[FEBRUARY] == by_path[SPUN]
    for claim in made.claims():
        assert claim.origins == len({origin[one.source] for one in claim.evidence})
    assert scores["origins.error"].value == 0


def test_a_stale_line_as_current(made: Negotiation) -> None:
    """No cell is led by a word that its holder has since replaced."""
    known = {one.id: one for one in made.positions}
    assert any(one.currency == "superseded" for one in made.positions)
    led = [known[cell.current] for cell in made.matrix if cell.current]
    assert led
    assert not [one.id for one in led if one.currency == "superseded"]


def test_names(made: Negotiation, scores: Mapping[str, Score]) -> None:
    people = {person.name: party.name for party in made.parties for person in party.people}
    assert len([name for name in people if re.match(r"V\w+ Z", name)]) == 1
    assert people["Sergei Lavrov"] == "Russia"
    lavrov = next(one for party in made.parties for one in party.people if one.name == "Sergei Lavrov")
    assert not re.search("Secretary of State", lavrov.office or "")
    assert scores["aliases.merged"].value == 0


def test_boilerplate_as_content(scores: Mapping[str, Score]) -> None:
    assert scores["boilerplate.leaks"].value == 0
    assert scores["boilerplate.leaks"].n > 200
