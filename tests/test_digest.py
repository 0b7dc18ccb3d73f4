"""A digest over days: only what is new is asked about, what changed is told, nothing is told twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from digesting import Bench, World, report
from scripted import Scripted

from summarizer.digest import Outcome
from summarizer.kinds import parse_brief
from summarizer.verifying import verify

Make = Callable[..., Bench]

FEBRUARY = report("2025-02-12", "Moscow rejects foreign troops. Kyiv supports foreign troops.", title="February")
MARCH = report("2025-03-17", "Moscow opposes foreign troops. Kyiv demands a ceasefire, which is open.", title="March")
AUGUST = report("2025-08-20", "Kremlin accepts Western soldiers. Kyiv supports a summit.", title="August")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make(world: World, tmp_path: Path) -> Iterator[Make]:
    made: list[Bench] = []
    with Scripted(world) as endpoint:

        def bench(address: str | None = None, **config: Any) -> Bench:
            given = address or f"sqlite:///{tmp_path}/ledger{len(made)}.db"
            made.append(Bench(endpoint.url, given, tmp_path, **config))
            return made[-1]

        yield bench
        for one in made:
            one.ledger.close()


def go(bench: Bench, *args: Any, **given: Any) -> Outcome:
    return asyncio.run(bench.go(*args, **given))


def changes(outcome: Outcome) -> list[tuple[str, str, str]]:
    assert outcome.written is not None
    return [(change.party, change.issue, change.kind) for change in outcome.written.news.changes]


def test_a_day_is_briefed_and_the_next_tells_what_changed(make: Make, world: World, address: str) -> None:
    bench = make(address)
    first = go(bench, "2025-02-12", [FEBRUARY])
    assert world.asked == ["NegotiationReport", "Lines"]
    assert changes(first) == []
    second = go(bench, "2025-03-17", [FEBRUARY, MARCH])
    assert world.asked[2:] == ["NegotiationReport", "Lines"], "the names were known, no claim stood in two texts"
    assert changes(second) == [("moscow", "foreign-troops", "softened")]
    third = go(bench, "2025-08-20", [AUGUST])
    assert world.asked[4:] == ["NegotiationReport", "Names", "Lines"]
    assert changes(third) == [("kyiv", "a-summit", "new"), ("moscow", "foreign-troops", "reversed")]
    assert third.written is not None
    change = third.written.news.changes[1]
    assert change.before is not None
    assert change.after is not None
    assert (change.before.quote, change.after.quote) == (
        "Moscow opposes foreign troops",
        "Kremlin accepts Western soldiers",
    )
    assert (str(change.before.said.from_), str(change.after.said.from_)) == ("2025-03-17", "2025-08-20")


def test_the_files_of_a_day_hold(make: Make, tmp_path: Path) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    go(bench, "2025-03-17", [MARCH])
    names = {path.name for path in (tmp_path / "out").iterdir()}
    endings = ("json", "md", "html", "changes.json", "changes.txt")
    assert names == {f"{day}.{end}" for day in ("2025-02-12", "2025-03-17", "latest") for end in endings}
    text = (tmp_path / "out" / "2025-03-17.json").read_text()
    assert text == (tmp_path / "out" / "latest.json").read_text()
    brief = parse_brief(text)
    assert verify(brief) == []
    assert len(list(brief.claims())) == 4
    assert [change.kind for change in brief.changes] == ["softened"]
    news = json.loads((tmp_path / "out" / "2025-03-17.changes.json").read_text())
    assert news["format"] == "summarizer.digest/1"
    assert "softened" in (tmp_path / "out" / "2025-03-17.changes.txt").read_text()


def test_a_run_with_nothing_new_asks_nothing_and_says_so(make: Make, world: World) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    before = list(world.asked)
    for day in ("2025-02-12", "2025-02-13"):
        again = go(bench, day, [FEBRUARY])
        assert (again.written, again.sent, again.asked) == (None, (), 0)
    assert world.asked == before
