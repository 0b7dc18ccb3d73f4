"""The sample records of meetings with a model's recorded replies: what the kind `meeting` gives in earnest."""

from __future__ import annotations

from pathlib import Path

import pytest
from summarizer.schemas.meeting import Meeting

from summarizer.api import Job, brief, check_recordings, run_sync
from summarizer.settings import AskSettings
from summarizer.verifying import verify

RECORDINGS = Path(__file__).parent.parent / "fixtures" / "meeting"
JOB = Job(inputs=[RECORDINGS / "reports"], kind="meeting")


@pytest.fixture(scope="module")
def made() -> Meeting:
    found = brief(JOB, AskSettings(replay=RECORDINGS))
    assert isinstance(found, Meeting)
    return found


def test_it_holds_and_nothing_failed(made: Meeting) -> None:
    assert verify(made) == []
    assert made.gaps == []
    assert len(made.sources) == 3
    assert made.run.replayed == made.run.requests


def test_no_recording_is_stale_or_left_over() -> None:
    found = run_sync(check_recordings(JOB, RECORDINGS))
    assert (found.stale, found.orphaned, found.broken) == ([], [], [])


def test_the_vote_is_a_decision_with_those_who_were_against(made: Meeting) -> None:
    votes = [one for one in made.decisions if any("four votes to two" in quote.text for quote in one.evidence)]
    assert [(one.manner, bool(one.against)) for one in votes] == [("vote", True)]


def test_a_task_that_nobody_took_on_has_no_owner(made: Meeting) -> None:
    roof = [one for one in made.actions if any("roof of the shed" in quote.text for quote in one.evidence)]
    assert all(one.owner is None and one.due is None for one in roof)


def test_the_bee_officers_own_word_is_not_the_chairs_guess(made: Meeting) -> None:
    bees = {party.id for party in made.parties if "bee" in party.name.lower()}
    own = [one for one in made.views if one.party in bees and one.voice == "self"]
    assert any("DO mind" in quote.text for one in own for quote in one.evidence)
    guessed = [one for one in made.views if one.party in bees and any("either way" in q.text for q in one.evidence)]
    assert all(one.voice == "other_party" for one in guessed)


def test_what_was_settled_in_the_chat_by_one_is_no_vote(made: Meeting) -> None:
    assert not any("void" in one.statement and one.status == "decided" for one in made.decisions)


def test_days_are_those_of_the_record(made: Meeting) -> None:
    written = [one for one in made.actions if one.due and one.due.text and "Thursday" in one.due.text]
    assert [str(one.due.to) for one in written if one.due] == ["2031-04-24"]
