"""Corrections of the registry: by a person, without a model, and for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from digesting import ISSUES, TRUTH, Bench, Make, World, report

from summarizer.cli import main
from summarizer.digest import Outcome, system_clock
from summarizer.errors import LedgerError
from summarizer.ledger import Corrections, Names

FEBRUARY = report("2025-02-12", "Moscow rejects foreign troops.")
LATER = report("2025-02-13", "Kremlin rejects a summit.")
MARCH = report("2025-03-17", "Moscow opposes foreign troops. Kyiv accepts Western soldiers.")
AUGUST = report("2025-08-20", "Kremlin accepts foreign troops.")


@pytest.fixture
def bench(make: Make, address: str) -> Bench:
    return make(address)


@pytest.fixture
def correct(bench: Bench) -> Callable[..., Any]:
    def go(action: str, *args: Any, **given: Any) -> Any:
        with bench.ledger.writing() as session:
            return getattr(Corrections(session, "talks", system_clock()), action)(*args, **given)

    return go


def go(bench: Bench, day: str, *documents: Any) -> Outcome:
    return asyncio.run(bench.go(day, documents))


def cells(outcome: Outcome) -> dict[tuple[str, str], list[str]]:
    assert outcome.written is not None
    found: dict[tuple[str, str], list[str]] = {}
    for claim in outcome.written.brief.positions:  # type: ignore[attr-defined]
        found.setdefault((claim.party, claim.issue), []).append(claim.stance)
    return {cell: sorted(stances) for cell, stances in found.items()}


def test_merged_parties_are_one_in_old_claims_too_and_no_model_is_asked(
    bench: Bench, world: World, correct: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(TRUTH, "Kremlin")  # the model takes the Kremlin for a party of its own
    first = go(bench, "2025-02-13", FEBRUARY, LATER)
    assert set(cells(first)) == {("moscow", "foreign-troops"), ("kremlin", "a-summit")}
    correct("merge", "moscow", ["kremlin"])
    asked = list(world.asked)
    second = go(bench, "2025-02-14")
    assert world.asked == asked
    assert set(cells(second)) == {("moscow", "foreign-troops"), ("moscow", "a-summit")}
    assert second.written is not None
    assert second.written.news.changes == [], "a corrected name is no change"
    third = go(bench, "2025-08-20", AUGUST)
    assert third.written is not None
    assert [(one.party, one.kind) for one in third.written.news.changes] == [("moscow", "reversed")]


def test_what_was_split_stays_apart_whatever_the_model_says(bench: Bench, correct: Callable[..., Any]) -> None:
    go(bench, "2025-02-13", FEBRUARY, LATER)
    with bench.ledger.reading() as session:
        assert [party.id for party in Names(session, "talks").registry().parties] == ["kremlin"]
    assert correct("split", "kremlin", ["Moscow"]) == "moscow"
    second = go(bench, "2025-03-17", MARCH)
    assert set(cells(second)) == {
        ("moscow", "foreign-troops"),
        ("kremlin", "a-summit"),
        ("kyiv", "foreign-troops"),
    }
    assert second.written is not None
    assert [(one.party, one.kind) for one in second.written.news.changes][-1] == ("moscow", "softened")
    with pytest.raises(LedgerError, match="said to be different"):
        correct("merge", "kremlin", ["moscow"])
    correct("together", "moscow", "kremlin")
    correct("merge", "kremlin", ["moscow"])
    third = go(bench, "2025-08-20", AUGUST)
    assert cells(third)["kremlin", "foreign-troops"] == ["accepts", "opposes", "rejects"]


def test_a_merge_is_undone_by_splitting_the_id(bench: Bench, correct: Callable[..., Any]) -> None:
    go(bench, "2025-03-17", MARCH)
    correct("merge", "moscow", ["kyiv"])
    assert correct("split", "moscow", ["kyiv"]) == "kyiv"
    with bench.ledger.reading() as session:
        assert [party.id for party in Names(session, "talks").registry().parties] == ["kyiv", "moscow"]


def test_a_renamed_party_keeps_its_id_and_its_old_name(bench: Bench, correct: Callable[..., Any]) -> None:
    go(bench, "2025-02-13", FEBRUARY, LATER)
    correct("rename", "kremlin", "Russian Federation")
    second = go(bench, "2025-08-20", AUGUST)
    assert second.written is not None
    (party,) = second.written.brief.parties
    assert (party.id, party.name) == ("kremlin", "Russian Federation")
    assert {"Kremlin", "Moscow"} <= set(party.aliases)


def test_issues_are_merged_as_opposites_and_split_again(
    bench: Bench, correct: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ISSUES, "no foreign soldiers")
    opposite = report("2025-02-20", "Moscow supports no foreign soldiers. Kyiv rejects no foreign soldiers.")
    go(bench, "2025-02-13", FEBRUARY, LATER)
    go(bench, "2025-02-20", opposite)
    correct("merge", "foreign-troops", ["no-foreign-soldiers"], opposite=True)
    merged = cells(go(bench, "2025-02-21"))
    assert merged["kremlin", "foreign-troops"] == ["rejects", "rejects"]
    assert merged["kyiv", "foreign-troops"] == ["supports"]
    correct("split", "foreign-troops", ["no foreign soldiers"])
    split = cells(go(bench, "2025-02-22"))
    assert split["kremlin", "foreign-troops"] == ["rejects"]
    assert split["kyiv", "no-foreign-soldiers-2"] == ["rejects"]


@pytest.mark.parametrize(
    ("action", "args", "said"),
    [
        ("merge", ("nobody", ["moscow"]), "no party or issue"),
        ("merge", ("moscow", ["moscow"]), "with itself"),
        ("merge", ("moscow", ["foreign-troops"]), "one is a party"),
        ("rename", ("moscow", "  "), "empty"),
        ("split", ("moscow", ["Mordor"]), "no form"),
        ("split", ("moscow", ["Moscow"]), "name of moscow itself"),
        ("split", ("foreign-troops", ["Mordor"]), "no wording"),
        ("split", ("foreign-troops", ["foreign troops"]), "wording of foreign-troops itself"),
        ("together", ("moscow", "kyiv"), "not said to be different"),
        ("apart", ("moscow", "moscow"), "one at present"),
    ],
)
def test_a_correction_that_makes_no_sense_is_told(
    bench: Bench, correct: Callable[..., Any], action: str, args: Any, said: str
) -> None:
    go(bench, "2025-03-17", MARCH)
    with pytest.raises(LedgerError, match=said):
        correct(action, *args)
    assert [one["action"] for one in correct("history")] == []


def test_the_command_lists_and_corrects(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    go(bench, "2025-03-17", MARCH)
    config = tmp_path / "digest.toml"
    url = request.getfixturevalue("address")
    config.write_text(f'title = "Talks"\nsources = ["inbox"]\nledger = "{url}"\n')
    given = ["--config", str(config)]

    def run(*arguments: str) -> str:
        assert main(["names", *arguments, *given]) == 0
        return capsys.readouterr().out

    assert "moscow  Moscow (state), 1 documents" in run("list")
    assert "foreign-troops  " in run("list")
    run("rename", "moscow", "Russia")
    run("merge", "moscow", "kyiv")
    assert "also: Kyiv" in run("list", "moscow")
    run("split", "moscow", "kyiv")
    assert "stay apart" in run("apart", "moscow", "kyiv")
    run("together", "kyiv", "moscow")
    assert run("history").count("\n") == 5
    assert "same: There is foreign troops." in run("list", "foreign-troops")
    assert main(["names", "merge", "moscow", "mordor", *given]) == 2
    assert main(["names", "list", "mordor", *given]) == 2
    assert "mordor" in capsys.readouterr().err
