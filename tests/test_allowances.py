"""Requests and tokens a minute over all processes that share a ledger, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allowance_worker import work
from asking_worker import Form
from pydantic import SecretStr
from scripted import Act, Asked, Scripted, Waits, completion, refuse
from sqlalchemy import text

from summarizer.asking import Asker, Request
from summarizer.asking.limits import Limits
from summarizer.claims import Tokens
from summarizer.errors import LedgerError, LimitReached, SettingsError, Unreachable
from summarizer.ledger import Ledger, SharedAllowance, Window
from summarizer.settings import AskSettings

PATIENCE = 40.0
SETTINGS = AskSettings(base_url="http://127.0.0.1:9/v1", model="scripted", no_store=True)
KNOWN = "gpt-4.1-mini"
GOOD = '{"names": []}'
SHORT = Window(seconds=0.2, margin=1.0)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["summarizer.asking", "summarizer.ledger"])


@pytest.fixture(scope="module")
def _shared_ledger(_server: str) -> Iterator[Ledger]:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    with Ledger(_server.format(name=name)) as opened:
        yield opened


@pytest.fixture
def ledger(_shared_ledger: Ledger) -> Ledger:
    """Return a ledger without allowances; one database does for all tests here."""
    with _shared_ledger.engine.begin() as connection:
        connection.execute(text("DELETE FROM allowances"))
    return _shared_ledger


class Desk:
    """Asks for leave step by step, and lets time pass for the row instead of waiting."""

    def __init__(self, ledger: Ledger, **window: float) -> None:
        self.ledger = ledger
        self.shared = SharedAllowance(ledger, SETTINGS, Window(**window))

    def take(self, place: str = "a", tokens: int = 1, rpm: int | None = None, tpm: int | None = None) -> Any:
        return asyncio.run(self.shared.take(place, tokens, rpm, tpm))

    def passes(self, place: str = "a", tokens: int = 1, rpm: int | None = None, tpm: int | None = None) -> bool:
        return bool(self.take(place, tokens, rpm, tpm).seconds == 0)

    def correct(self, mark: int, by: int) -> None:
        asyncio.run(self.shared.correct(mark, by))

    def pause(self, seconds: float) -> None:
        asyncio.run(self.shared.pause(seconds))

    def age(self, seconds: int) -> None:
        """Make all that the row holds so many seconds older; a slot is a second."""
        self._execute(
            "UPDATE allowances SET paused_until = paused_until - :s,"
            " slots = ARRAY(SELECT s - CAST(:s AS bigint) FROM unnest(slots) s),"
            " until = ARRAY(SELECT u - :s FROM unnest(until) u)",
            s=float(seconds),
        )

    def _execute(self, statement: str, **values: Any) -> None:
        with self.ledger.engine.begin() as connection:
            connection.execute(text(statement), values)

    def row(self) -> Any:
        with self.ledger.engine.connect() as connection:
            return connection.execute(text("SELECT * FROM allowances")).one()


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)


def test_a_ledger_on_sqlite_is_refused(tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/l.db") as ledger, pytest.raises(SettingsError, match="PostgreSQL"):
        SharedAllowance(ledger, SETTINGS)


def test_requests_count_until_they_and_the_margin_have_left_the_window(desk: Desk) -> None:
    assert [desk.passes(rpm=3) for _ in range(4)] == [True, True, True, False]
    desk.age(60)
    refused = desk.take(rpm=3)
    assert 0 < refused.seconds <= 3.1  # the rest of the slot, the margin and the jitter
    assert refused.reason == "--rpm 3"
    desk.age(3)
    assert [desk.passes(rpm=3) for _ in range(4)] == [True, True, True, False]


def test_nobody_is_told_to_wait_long_without_looking_again(desk: Desk) -> None:
    assert desk.passes(rpm=1)
    assert 5 <= desk.take(rpm=1).seconds <= 5.1


def test_tokens_count_as_estimated_and_as_corrected(desk: Desk) -> None:
    first = desk.take(tokens=900, tpm=1000)
    assert desk.take(tokens=200, tpm=1000).reason == "--tpm 1000"
    desk.correct(first.mark, -500)
    assert desk.passes(tokens=200, tpm=1000)
    assert sum(desk.row().tokens) == 600
    desk.correct(first.mark, 350)
    assert not desk.passes(tokens=100, tpm=1000)
    assert desk.passes(tokens=50, tpm=1000, place="b") is False  # "a" came first, and both do not fit
    desk.correct(first.mark, -5000)
    assert min(desk.row().tokens) >= 0
    assert desk.passes(tokens=100, tpm=1000)


def test_a_correction_that_comes_when_the_request_has_aged_changes_nothing(desk: Desk) -> None:
    first = desk.take(tokens=900, tpm=1000)
    desk.age(63)
    assert desk.passes(tokens=900, tpm=1000)
    before = desk.row().tokens
    desk.correct(first.mark - 63, 5000)
    assert desk.row().tokens == before


def test_a_request_of_more_tokens_than_allowed_goes_alone(desk: Desk) -> None:
    assert desk.passes(tokens=10, tpm=1000)
    assert not desk.passes("large", tokens=5000, tpm=1000)
    assert not desk.passes("small", tokens=10, tpm=1000)  # there is room, but the large one came first
    desk.age(1)
    assert not desk.passes("large", tokens=5000, tpm=1000)
    desk._execute("UPDATE allowances SET slots = ARRAY(SELECT s - 62 FROM unnest(slots) s)")
    assert not desk.passes("small", tokens=10, tpm=1000)
    assert desk.passes("large", tokens=5000, tpm=1000)
    assert not desk.passes("small", tokens=10, tpm=1000)
    desk.age(63)
    assert desk.passes("small", tokens=10, tpm=1000)


def test_whoever_came_first_goes_first_and_nobody_waits_where_there_is_room_for_both(desk: Desk) -> None:
    assert [desk.passes(rpm=2) for _ in range(2)] == [True, True]
    assert not desk.passes("b", rpm=2)
    assert not desk.passes("c", rpm=2)
    assert not desk.passes("d", rpm=2)
    assert desk.row().places == ["b", "c", "d"]
    desk._execute("UPDATE allowances SET slots = ARRAY(SELECT s - 63 FROM unnest(slots) s)")
    assert not desk.passes("d", rpm=2)
    assert desk.passes("c", rpm=2)
    assert not desk.passes("d", rpm=2)
    assert desk.passes("b", rpm=2)
    assert desk.row().places == ["d"]


def test_a_place_is_lost_by_whoever_does_not_come_again(desk: Desk) -> None:
    assert desk.passes(tokens=600, tpm=1000)
    assert not desk.passes("dead", tokens=5000, tpm=1000)
    assert not desk.passes("b", tokens=10, tpm=1000)
    desk.age(8)
    assert desk.passes("b", tokens=10, tpm=1000)


def test_processes_with_other_limits_count_what_all_sent(desk: Desk) -> None:
    assert desk.passes(tokens=100)
    assert desk.passes(tokens=100, rpm=2)
    assert not desk.passes("b", tokens=100, rpm=2)
    assert not desk.passes("c", tokens=100, tpm=250)
    assert sum(desk.row().requests) == 2


def test_a_pause_holds_for_all_and_a_shorter_one_does_not_cut_it(ledger: Ledger, desk: Desk) -> None:
    desk.pause(30)
    desk.pause(1)
    refused = Desk(ledger).take("b")
    assert refused.reason == "the server asked to wait"
    assert refused.seconds > 0
    desk.age(20)
    assert not desk.passes()
    desk.age(11)
    assert desk.passes()
    assert desk.passes("c")


def test_a_clock_that_was_set_back_holds_nobody_for_long(desk: Desk) -> None:
    assert desk.passes(rpm=1)
    desk.pause(1)
    assert not desk.passes("gone", rpm=1)
    desk.age(-86400)
    refused = desk.take(rpm=1)
    assert refused.reason == "--rpm 1"
    assert desk.row().places == ["a"]
    desk.age(63)
    assert desk.passes(rpm=1)
    desk.pause(0.01)
    assert desk.row().paused_until < time.time() + 3600


def test_each_endpoint_and_model_has_its_own_and_no_password_is_kept(ledger: Ledger) -> None:
    names = set()
    for base_url, model in (
        ("https://ann:geheim@one.example/v1", "m"),
        ("https://one.example/v1/", "m"),
        ("https://one.example/v1", "n"),
        ("https://two.example/v1", "m"),
    ):
        shared = SharedAllowance(ledger, AskSettings(base_url=base_url, model=model))
        asyncio.run(shared.take("a", 1, 1, None))
        names.add(shared.name)
    assert names == {"one.example/v1 m", "one.example/v1 n", "two.example/v1 m"}


def test_a_leave_that_took_too_long_to_come_is_not_used(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="more than 0 s to answer"):
        Desk(ledger, margin=0.0).take()


@dataclass(frozen=True)
class Passed:
    """A request that was given leave at some moment between two."""

    began: float
    ended: float
    tokens: int


def most_in_a_window(passed: list[Passed], seconds: float, weight: Callable[[Passed], int]) -> int:
    """Return the most that surely was given leave within some window of less than so many seconds."""
    return max(
        sum(weight(one) for one in passed if first.began <= one.began and one.ended < first.began + seconds)
        for first in passed
    )


@pytest.mark.parametrize(("rpm", "tpm"), [(7, None), (None, 700), (9, 800)])
def test_no_window_has_more_than_allowed_when_many_ask_at_once(
    ledger: Ledger, rpm: int | None, tpm: int | None
) -> None:
    shared = SharedAllowance(ledger, SETTINGS, SHORT)
    passed: list[Passed] = []

    async def go(place: str, sizes: list[int]) -> None:
        for tokens in sizes:
            while True:
                began = time.monotonic()
                leave = await shared.take(place, tokens, rpm, tpm)
                if leave.seconds == 0:
                    passed.append(Passed(began, time.monotonic(), tokens))
                    break
                await asyncio.sleep(leave.seconds)

    async def all_of_them() -> None:
        sizes = [[40 + 17 * n, 160 - 20 * n, 90, 5] for n in range(6)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(go(str(n), each) for n, each in enumerate(sizes)))

    asyncio.run(all_of_them())
    assert len(passed) == 24
    counted = SHORT.seconds + SHORT.margin
    if rpm is not None:
        assert most_in_a_window(passed, counted, lambda _: 1) <= rpm
    if tpm is not None:
        assert most_in_a_window(passed, counted, lambda one: one.tokens) <= tpm


def test_no_leave_is_lost_when_many_ask_at_once(desk: Desk) -> None:
    async def go(place: str) -> None:
        for _ in range(50):
            leave = await desk.shared.take(place, 10, 1_000_000, 1_000_000)
            await desk.shared.correct(leave.mark, -3)

    async def all_of_them() -> None:
        await asyncio.gather(*(go(str(n)) for n in range(6)))

    asyncio.run(all_of_them())
    assert sum(desk.row().requests) == 300
    assert sum(desk.row().tokens) == 2100


@dataclass
class Arrivals:
    """A script that notes when each request arrived."""

    act: Act

    def __post_init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, asked: Asked) -> Act:
        self.times.append(time.monotonic())
        return self.act

    def most_in(self, seconds: float) -> int:
        return max(sum(start <= each < start + seconds for each in self.times) for start in self.times)


def start(
    ledger: Ledger, endpoint: Scripted, window: Window, count: int, **limits: int
) -> tuple[BaseProcess, Connection]:
    settings = asking(endpoint, **limits)
    mine, theirs = _context.Pipe(duplex=False)
    url = ledger.engine.url.render_as_string(hide_password=False)
    process = _context.Process(target=work, args=(url, settings, window, count, theirs))
    process.start()
    theirs.close()
    return process, mine


def asking(endpoint: Scripted, **given: Any) -> AskSettings:
    values = {"api_key": SecretStr("k"), "model": "scripted", "no_store": True, **given}
    return AskSettings(base_url=endpoint.url, **values)


def end(*workers: tuple[BaseProcess, Connection]) -> list[int]:
    answered = []
    for process, pipe in workers:
        assert pipe.poll(PATIENCE)
        answered.append(pipe.recv())
        process.join()
    return answered


WINDOW = Window(seconds=1.0, margin=2.0)


def test_requests_of_four_processes_arrive_within_the_limit(ledger: Ledger) -> None:
    arrivals = Arrivals(completion(GOOD, after=0.02))
    with Scripted(arrivals) as endpoint:
        workers = [start(ledger, endpoint, WINDOW, 5, rpm=12) for _ in range(4)]
        assert end(*workers) == [5] * 4
    assert len(arrivals.times) == 20
    assert arrivals.most_in(WINDOW.seconds) <= 12


def test_tokens_of_four_processes_arrive_within_the_limit_and_a_killed_one_leaves_only_what_ages(
    ledger: Ledger,
) -> None:
    arrivals = Arrivals(completion(GOOD, tokens=(90, 0, 10)))  # less than a request's estimate
    with Scripted(arrivals) as endpoint:
        killed, *others = [start(ledger, endpoint, WINDOW, count, tpm=1000) for count in (50, 3, 3, 3)]
        deadline = time.monotonic() + PATIENCE
        while not arrivals.times and time.monotonic() < deadline:
            time.sleep(0.01)
        killed[0].kill()
        killed[0].join()
        assert end(*others) == [3] * 3
    assert arrivals.most_in(WINDOW.seconds) * 100 <= 1000


def ask(ledger: Ledger, act: Act, count: int = 1, **given: Any) -> tuple[list[Any], Scripted]:
    """Ask so many questions at once with a shared allowance; return how each ended, and the endpoint."""

    async def go() -> list[Any]:
        async with Asker(settings, allowance=SharedAllowance(ledger, settings)) as asker:
            requests = [Request("extract", str(n), "Read. " * 1260, f"report {n}", Form) for n in range(count)]
            return await asyncio.gather(*(asker.ask(request) for request in requests), return_exceptions=True)

    with Scripted(act) as endpoint:
        settings = asking(endpoint, **given)
        return asyncio.run(go()), endpoint


def test_what_a_request_took_is_told_to_all(desk: Desk) -> None:
    ended, _ = ask(desk.ledger, completion(GOOD, tokens=(2000, 0, 50)), count=3)
    assert [answer.value.names for answer in ended] == [[], [], []]
    assert sum(desk.row().tokens) == 3 * 2050
    assert sum(desk.row().requests) == 3


def test_a_request_that_got_no_reply_counts_as_estimated(desk: Desk) -> None:
    ended, _ = ask(desk.ledger, Act(drop=True), max_retries=1)
    assert isinstance(ended[0], Unreachable)
    assert sum(desk.row().requests) == 2
    assert sum(desk.row().tokens) > 2 * 2000


def test_a_servers_wait_is_told_to_all(desk: Desk) -> None:
    ended, endpoint = ask(desk.ledger, refuse(429, retry_after="30"), max_retries=0)
    assert isinstance(ended[0], Unreachable)
    assert desk.row().paused_until > time.time() + 20
    other = SharedAllowance(desk.ledger, asking(endpoint))
    assert asyncio.run(other.take("b", 1, None, None)).reason == "the server asked to wait"


def test_the_limits_of_a_run_stay_those_of_the_run(desk: Desk) -> None:
    ended, endpoint = ask(desk.ledger, completion(GOOD), count=10, max_requests=4)
    assert sum(isinstance(each, LimitReached) for each in ended) == 6
    assert len(endpoint.asked) == sum(desk.row().requests) == 4


def test_the_cost_of_a_run_stays_that_of_the_run(desk: Desk) -> None:
    price = (2000 * 0.40 + 500 * 1.60) / 1e6
    act = completion(GOOD, model=KNOWN, tokens=(2000, 0, 500))
    ended, endpoint = ask(desk.ledger, act, count=20, model=KNOWN, max_cost=price * 7.5, concurrency=3)
    assert sum(isinstance(each, LimitReached) for each in ended) == 13
    assert len(endpoint.asked) == sum(desk.row().requests) == 7


def test_nothing_is_counted_twice(desk: Desk) -> None:
    clock = Waits()

    async def go() -> None:
        limits = Limits(SETTINGS.model_copy(update={"rpm": 2, "tpm": 400}), "scripted", clock, desk.shared)
        for _ in range(3):
            for _ in range(2):
                await limits.admit(400, lambda _seconds, _reason: None)
            desk.age(63)

    asyncio.run(go())
    assert clock.seconds == []


def test_a_ledger_that_is_gone_stops_what_would_be_sent_and_keeps_what_was_paid(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def go() -> None:
        limits = Limits(SETTINGS, "scripted", Waits(), desk.shared)
        ticket = await limits.admit(400, lambda _seconds, _reason: None)
        desk._execute("ALTER TABLE allowances RENAME TO gone")
        limits.settle(ticket, Tokens(input=7, output=7))
        await limits.correct(ticket)
        await limits.pause(5)

    try:
        with caplog.at_level(logging.WARNING, "summarizer.asking"):
            asyncio.run(go())
        ended, endpoint = ask(desk.ledger, completion(GOOD))
    finally:
        desk._execute("ALTER TABLE gone RENAME TO allowances")
    assert len(caplog.records) == 2
    assert isinstance(ended[0], LedgerError)
    assert endpoint.asked == []
