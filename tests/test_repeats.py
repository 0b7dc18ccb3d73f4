"""The same reports asked about three times: how far the replies of one model agree, and what none of them gets wrong.

The first recording is `fixtures/negotiation`, the others stand in `data/repeats`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.api import Job, brief, check_recordings, run_sync
from summarizer.claims import Brief
from summarizer.evaluation import evaluate, load_gold
from summarizer.samples import recordings_folder, seeds_folder
from summarizer.scoring import agreement
from summarizer.settings import AskSettings

REPEATS = Path(__file__).parent / "data" / "repeats"
RECORDINGS = {"first": recordings_folder("negotiation"), "second": REPEATS / "second", "third": REPEATS / "third"}


@pytest.fixture(scope="module")
def made() -> dict[str, Brief]:
    return {name: brief(seeds_folder(), AskSettings(replay=folder)) for name, folder in RECORDINGS.items()}


def test_three_recordings_say_the_same_of_the_same_words(made: dict[str, Brief]) -> None:
    found = agreement(list(made.values()))
    assert found.by_evidence["all"] is not None
    assert found.by_evidence["all"] > 0.8
    assert found.stance is not None
    assert found.stance > 0.9
    assert found.voice is not None
    assert found.voice > 0.9


@pytest.mark.parametrize("name", RECORDINGS)
def test_what_no_recording_gets_wrong(made: dict[str, Brief], name: str) -> None:
    scores = evaluate(made[name], load_gold(seeds_folder() / "gold")).scores
    for score in ("voice.laundering", "conditions.inverted", "dates.invented", "boilerplate.leaks", "aliases.merged"):
        assert scores[score].value == 0, score
    assert (scores["vital.recall"].value or 0) > 0.95


@pytest.mark.parametrize("name", RECORDINGS)
def test_no_recording_is_stale_or_left_over(name: str) -> None:
    check = run_sync(check_recordings(Job([seeds_folder()]), RECORDINGS[name]))
    assert [*check.stale, *check.orphaned, *check.broken] == []


def test_the_order_of_the_reports_changes_no_byte(made: dict[str, Brief]) -> None:
    reports = sorted(path for path in seeds_folder().iterdir() if path.suffix in {".txt", ".md"} and "20" in path.name)
    settings = AskSettings(replay=RECORDINGS["first"])
    one, other = brief(reports, settings), brief(reports[::-1], settings)
    assert one.model_dump_json() == other.model_dump_json()
    assert [claim.id for claim in one.claims()] == [claim.id for claim in made["first"].claims()]
