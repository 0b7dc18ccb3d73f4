"""A digest over days: only what is new is asked about, what changed is told, nothing is told twice."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from digesting import Bench, Make, World, report
from scripted import never
from sqlalchemy import event, text

from summarizer.digest import Outcome
from summarizer.errors import DigestError, LedgerError
from summarizer.kinds import parse_brief
from summarizer.ledger import holder
from summarizer.verifying import verify

FEBRUARY = report("2025-02-12", "Moscow rejects foreign troops. Kyiv supports foreign troops.", title="February")
MARCH = report("2025-03-17", "Moscow opposes foreign troops. Kyiv demands a ceasefire, which is open.", title="March")
AUGUST = report("2025-08-20", "Kremlin accepts Western soldiers. Kyiv supports a summit.", title="August")


def go(bench: Bench, *args: Any, **given: Any) -> Outcome:
    return asyncio.run(bench.go(*args, **given))


def filler(number: int) -> str:
    """Return words that stand in no other text, so that short texts are not taken for copies."""
    return " ".join(f"word{number}x{place}" for place in range(30)) + "."


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


def told(outcome: Outcome) -> Any:
    assert outcome.written is not None
    return outcome.written.news


def test_an_old_report_that_comes_late_changes_nothing(make: Make) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    go(bench, "2025-08-20", [AUGUST])
    late = go(bench, "2025-08-21", [MARCH])
    assert changes(late) == []
    assert [one.label for one in told(late).new] == ["March"]
    current = {(claim.party, claim.stance): claim.currency for claim in late.written.brief.positions}  # type: ignore[union-attr]
    assert current["moscow", "accepts"] == "current"
    assert current["moscow", "opposes"] == "superseded"


def test_a_copy_is_not_asked_about_and_changes_nothing(make: Make, world: World) -> None:
    bench = make()
    text = FEBRUARY.text + " It was a long day, with many words, in many rooms, and nobody wanted to go home early."
    go(bench, "2025-02-12", [report("2025-02-12", text, outlet="One")])
    asked = list(world.asked)
    second = go(bench, "2025-02-14", [report("2025-02-14", f"{text} Read also.", outlet="Other")])
    assert world.asked == asked
    assert changes(second) == []
    assert [one.copy_of for one in told(second).new] != [None]
    assert second.written is not None
    assert verify(second.written.brief) == []
    assert go(bench, "2025-02-14").written is None


def test_what_a_third_party_says_changes_nothing(make: Make) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    other = go(bench, "2025-03-01", [report("2025-03-01", "Kyiv says Moscow accepts foreign troops.")])
    assert changes(other) == []


def test_a_wrong_extraction_that_is_corrected_is_a_correction(make: Make, world: World) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY, MARCH])
    world.misread = {"Moscow opposes": "accepts"}
    bench.settings = bench.settings.model_copy(update={"model": "another"})
    again = go(bench, "2025-03-18", again=[MARCH.id])
    assert changes(again) == [("moscow", "foreign-troops", "correction")]
    (change,) = told(again).changes
    assert (change.before.stance, change.after.stance) == ("opposes", "accepts")
    assert go(bench, "2025-03-19").written is None


def test_conditions_are_added_and_met_by_dated_words_alone(make: Make) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    added = go(bench, "2025-03-17", [MARCH])
    assert [(one.party, one.kind) for one in told(added).conditions] == [("kyiv", "added")]
    met = report("2025-08-01", "Kyiv demands a ceasefire, which is met. Moscow demands guarantees, which is open.")
    older = report("2025-03-10", "Kyiv demands a ceasefire, which is rejected.")
    again = report("2025-08-05", "Kyiv demands a ceasefire, which is met.")
    done = told(go(bench, "2025-08-01", [met]))
    assert [(one.party, one.kind) for one in done.conditions] == [("kyiv", "met"), ("moscow", "added")]
    assert (done.conditions[0].before.status, done.conditions[0].after.status) == ("open", "met")
    assert told(go(bench, "2025-08-02", [older])).conditions == []
    assert told(go(bench, "2025-08-05", [again])).conditions == []


def test_when_the_model_is_down_the_brief_says_what_waits_and_the_next_run_takes_it(
    make: Make, world: World, tmp_path: Path
) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    world.down = True
    down = go(bench, "2025-03-17", [MARCH])
    assert [one.label for one in told(down).waiting] == ["March"]
    assert down.written is not None
    assert [gap.source for gap in down.written.brief.gaps] == ["March"]
    assert len(list(down.written.brief.claims())) == 2
    assert down.written.brief.bottom_line != [], "yesterday's stays"
    assert go(bench, "2025-03-17").written is None, "nothing else to tell"
    world.down = False
    up = go(bench, "2025-03-17")
    assert told(up).waiting == []
    assert changes(up) == [("moscow", "foreign-troops", "softened")]
    assert '"softened"' in (tmp_path / "out" / "2025-03-17.json").read_text()


def test_a_refused_key_is_told_and_costs_nothing(make: Make, world: World) -> None:
    bench = make()
    bench.settings = bench.settings.model_copy(update={"base_url": None, "api_key": None})
    refused = go(bench, "2025-02-12", [FEBRUARY])
    assert len(told(refused).waiting) == 1
    assert any("OPENAI_API_KEY" in gap.reason for gap in told(refused).gaps)


def test_a_document_with_unusable_replies_is_given_up_in_the_end(make: Make, world: World) -> None:
    bench = make(limits={"tries": 2})
    world.refuse = {"opposes"}
    first = go(bench, "2025-03-17", [FEBRUARY, MARCH])
    assert [one.label for one in told(first).waiting] == ["March"]
    second = go(bench, "2025-03-18")
    assert told(second).waiting == []
    assert [gap.source for gap in told(second).gaps] == ["March"]
    asked = len(world.asked)
    assert go(bench, "2025-03-19").written is None
    assert len(world.asked) == asked


def test_documents_beyond_the_limit_wait(make: Make) -> None:
    bench = make(limits={"documents": 1})
    first = go(bench, "2025-08-20", [FEBRUARY, MARCH, AUGUST])
    assert sorted(one.label for one in told(first).waiting) == ["August", "March"]
    assert "beyond the day's limit" in told(first).notes[0]
    go(bench, "2025-08-20")
    last = go(bench, "2025-08-20")
    assert told(last).waiting == []
    assert len(told(last).new) == 3


def test_a_source_that_is_down_is_told_and_costs_itself(make: Make, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "one.txt").write_text("Moscow rejects foreign troops.")
    bench = make(
        sources=["inbox", "gone", {"place": "inbox/one.txt", "published": "2025-02-12"}, "http://127.0.0.1:1/"]
    )
    first = go(bench, "2025-02-12", None)
    reasons = {gap.source: gap.reason for gap in told(first).gaps}
    assert len(reasons) == 2
    assert "no such file" in reasons["gone"]
    assert len(told(first).new) == 1


def test_the_date_of_an_undated_source_is_given(make: Make, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Moscow rejects foreign troops.")
    bench = make(sources=[{"place": "one.txt", "published": "2025-02-12"}])
    first = go(bench, "2025-02-13", None)
    assert first.written is not None
    assert str(first.written.brief.as_of) == "2025-02-12"


def test_a_missed_day_is_caught_up_once(make: Make) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    later = go(bench, "2025-08-25", [MARCH, AUGUST])
    assert changes(later) == [("kyiv", "a-summit", "new"), ("moscow", "foreign-troops", "reversed")]
    assert go(bench, "2025-08-26").written is None


def test_a_clock_that_was_set_back_does_not_bring_an_old_day_back(make: Make) -> None:
    bench = make()
    go(bench, "2025-03-17", [FEBRUARY])
    back = go(bench, "2025-03-02", [MARCH])
    assert str(back.day) == "2025-03-17"
    assert "before the last digest's day" in back.notes[0]
    assert changes(back) == []


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-03-29T23:30:00+00:00", "2025-03-30"),  # 00:30 in Vienna, the night of the change to summer time
        ("2025-03-30T01:30:00+00:00", "2025-03-30"),
        ("2025-03-30T21:59:00+00:00", "2025-03-30"),
        ("2025-03-30T22:00:00+00:00", "2025-03-31"),
        ("2025-10-26T00:30:00+00:00", "2025-10-26"),  # 02:30 for the first time
        ("2025-10-26T01:30:00+00:00", "2025-10-26"),  # and for the second
        ("2025-10-26T22:59:00+00:00", "2025-10-26"),
        ("2025-10-26T23:00:00+00:00", "2025-10-27"),
    ],
)
def test_the_day_is_the_one_of_the_time_zone_also_when_the_clocks_change(make: Make, moment: str, day: str) -> None:
    bench = make(timezone="Europe/Vienna")
    assert str(go(bench, moment, [FEBRUARY]).day) == day


def test_a_topic_keeps_to_the_users_own_issues(make: Make, tmp_path: Path) -> None:
    (tmp_path / "topic.toml").write_text(
        '[[parties]]\nname = "Russia"\naliases = ["Moscow", "Kremlin"]\n\n'
        '[[issues]]\nname = "foreign troops"\nproposition = "There is foreign troops."\n'
    )
    bench = make(topic="topic.toml")
    go(bench, "2025-02-12", [FEBRUARY])
    second = go(bench, "2025-08-20", [report("2025-08-20", "Kremlin accepts foreign troops.")])
    assert changes(second) == [("russia", "foreign-troops", "reversed")]


def test_when_always_is_set_a_day_without_news_goes_out_too(make: Make) -> None:
    bench = make(always=True)
    go(bench, "2025-02-12", [FEBRUARY])
    second = go(bench, "2025-02-13")
    assert told(second).new == []
    assert [sent.channel for sent in second.sent] == ["files"]
    assert go(bench, "2025-02-13").written is None


def test_a_brief_has_its_size_and_says_what_it_leaves_out(make: Make) -> None:
    bench = make(limits={"claims": 50})
    days = [f"2025-0{month}-{day:02}" for month in (2, 3, 4) for day in range(1, 21)]
    parties = [f"Party{chr(97 + number)}" for number in range(20)]
    many = [
        report(day, f"{parties[n % 20]} {stance} foreign troops. {parties[n % 7]} supports a summit. {filler(n)}")
        for n, (day, stance) in enumerate(zip(days, ("rejects", "opposes", "accepts") * 20, strict=True))
    ]
    made = go(bench, "2025-05-01", many)
    assert made.written is not None
    claims = list(made.written.brief.claims())
    assert len(claims) <= 50
    assert told(made).left_out + len(claims) == 120
    assert verify(made.written.brief) == []
    latest = {cell.party: cell for cell in made.written.brief.matrix if cell.issue == "foreign-troops"}
    by_id = {claim.id: claim for claim in claims}
    for cell in latest.values():
        if cell.current:
            newest = max(str(one.published.date) for one in many if f"Party{cell.party[-1]} " in one.text.split(".")[0])
            assert str(by_id[cell.current].said.from_) == newest  # type: ignore[attr-defined]


def test_names_that_cannot_be_grouped_make_their_documents_wait(make: Make, world: World) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    world.silent = {"Names"}
    waits = go(bench, "2025-08-20", [AUGUST])
    assert [one.reason for one in told(waits).waiting] == ["its names are not grouped yet"]
    world.silent = set()
    asked = world.asked.count("NegotiationReport")
    taken = go(bench, "2025-08-21")
    assert world.asked.count("NegotiationReport") == asked
    assert ("moscow", "foreign-troops", "reversed") in changes(taken)


def test_a_bottom_line_that_fails_leaves_the_rest(make: Make, world: World) -> None:
    bench = make()
    world.silent = {"Lines"}
    made = go(bench, "2025-02-12", [FEBRUARY])
    assert made.written is not None
    assert [gap.stage for gap in made.written.brief.gaps] == ["headline"]
    assert len(list(made.written.brief.claims())) == 2


def test_two_digests_share_a_ledger_and_what_they_have_read(make: Make, world: World, address: str) -> None:
    one, other = make(address), make(address, title="Other", name="other")
    go(one, "2025-02-12", [FEBRUARY])
    asked = len(world.asked)
    assert told(go(other, "2025-02-12", [FEBRUARY])).digest == "other"
    assert len(world.asked) == asked, "the replies are kept in the ledger"


def test_a_disk_that_is_full_costs_the_run_and_nothing_else(make: Make, world: World) -> None:
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    pages: list[int] = []

    def small(connection: Any, _: Any) -> None:
        pages.append(connection.execute("PRAGMA page_count").fetchone()[0])
        connection.execute(f"PRAGMA max_page_count = {pages[-1] + 3}")

    bench.ledger.engine.dispose()
    event.listen(bench.ledger.engine, "connect", small)
    big = report("2025-03-17", f"Moscow opposes foreign troops. {filler(1) * 60}", title="Big")
    with pytest.raises(LedgerError, match="disk is full"):
        go(bench, "2025-03-17", [big])
    event.remove(bench.ledger.engine, "connect", small)
    bench.ledger.engine.dispose()
    assert changes(go(bench, "2025-03-17", [big])) == [("moscow", "foreign-troops", "softened")]


def test_a_ledger_that_stays_locked_costs_the_run_and_nothing_else(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("summarizer.ledger.store._LOCKED_SECONDS", 0)
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    other = sqlite3.connect(tmp_path / "ledger0.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="locked"):
        go(bench, "2025-03-17", [MARCH])
    other.close()
    assert changes(go(bench, "2025-03-17", [MARCH])) == [("moscow", "foreign-troops", "softened")]


def test_a_run_that_was_taken_over_stops(make: Make, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarizer.digest.day._BEAT", 0.05)
    bench = make()
    world.until = never

    async def rival() -> None:
        while not world.asked:  # noqa: ASYNC110 - by the thread of the endpoint
            await asyncio.sleep(0.01)
        with bench.ledger.writing() as session:
            session.execute(text("UPDATE locks SET token = 'of another run'"))

    async def both() -> None:
        task = asyncio.create_task(asyncio.wait_for(rival(), 60))
        try:
            await bench.go("2025-02-12", [FEBRUARY])
        finally:
            await task

    with pytest.raises(DigestError, match="taken over"):
        asyncio.run(both())
    assert (held := holder(bench.ledger, "talks")) is not None
    assert held.pid == os.getpid()


def test_a_run_beside_another_says_who_holds_the_digest(make: Make, world: World, address: str) -> None:
    bench = make(address)
    over = asyncio.Event()
    world.until = over.is_set

    async def second() -> Outcome:
        try:
            return await bench.go("2025-02-12", [FEBRUARY])
        finally:
            over.set()

    async def both() -> list[Any]:
        return await asyncio.gather(bench.go("2025-02-12", [FEBRUARY]), second(), return_exceptions=True)

    outcome, refused = asyncio.run(both())
    assert len(told(outcome).new) == 1
    assert isinstance(refused, DigestError)
    assert world.asked.count("NegotiationReport") == 1
