"""Limits: on requests and tokens a minute, on requests and money a run, and those that a server tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr
from scripted import Act, Script, Scripted, Waits, completion, in_turn, refuse

from summarizer.asking import Asker, Event, Request
from summarizer.asking.limits import Estimator, Limits
from summarizer.claims import Tokens
from summarizer.errors import LimitReached, ModelError, SettingsError
from summarizer.settings import AskSettings

KNOWN = "gpt-4.1-mini"  # 0.40 dollars for a million tokens sent, 1.60 for a million written


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str]


GOOD = '{"names": []}'


def admitted(sizes: Iterable[int], clock: Waits, **given: Any) -> list[float]:
    """Let requests of so many bytes pass, each settled at once as estimated; return when each passed."""

    async def work() -> list[float]:
        limits = Limits(AskSettings(**given), "unknown", clock)
        times = []
        for size in sizes:
            ticket = await limits.admit(size, lambda _seconds, _reason: None)
            ticket.answered = True
            limits.settle(ticket, ticket.estimate.tokens)
            times.append(clock.now())
        return times

    return asyncio.run(work())


@tries(deadline=None)
@given(st.integers(1, 9), st.integers(1, 40))
def test_no_minute_has_more_requests_than_allowed(rpm: int, count: int) -> None:
    times = admitted([400] * count, Waits(), rpm=rpm)
    for start in times:
        assert sum(start <= time < start + 60 for time in times) <= rpm
    assert times[-1] - times[0] == 60 * ((count - 1) // rpm)


@tries(max_examples=50, deadline=None)
@given(st.integers(500, 4000), st.lists(st.integers(4, 1600), min_size=1, max_size=20))
def test_no_minute_has_more_tokens_than_allowed(tpm: int, sizes: list[int]) -> None:
    times = admitted(sizes, Waits(), tpm=tpm)
    tokens = [2 * -(-size // 4) for size in sizes]  # as much written as sent, until something is learnt
    for start in times:
        inside = [count for time, count in zip(times, tokens, strict=True) if start <= time < start + 60]
        assert sum(inside) <= tpm or len(inside) == 1


def ask_all(
    script: Script | Act, count: int, clock: Waits | None = None, *, instructions: str = "Read.", **given: Any
) -> dict[str, Any]:
    """Ask about so many documents at once; return how each ended, the endpoint, the usage and the events."""
    events: list[Event] = []

    async def one(asker: Asker, number: int) -> str:
        try:
            await asker.ask(Request("extract", str(number), instructions, f"report {number}", Form))
        except ModelError as error:
            return f"{type(error).__name__}: {error}"
        return "a reply"

    async def work() -> list[str]:
        async with Asker(settings, clock=clock, watch=events.append) as asker:
            ended = await asyncio.gather(*(one(asker, number) for number in range(count)))
            found["usage"] = asker.usage
            return ended

    found: dict[str, Any] = {"events": events}
    with Scripted(script) as endpoint:
        chosen = {"base_url": endpoint.url, "api_key": SecretStr("k"), "model": KNOWN, "no_store": True, **given}
        settings = AskSettings(**chosen)
        found["ended"] = asyncio.run(work())
        found["endpoint"] = endpoint
    return found


def test_the_limit_a_minute_holds_in_a_run() -> None:
    clock = Waits()
    found = ask_all(completion(GOOD), 7, clock, rpm=3)
    assert set(found["ended"]) == {"a reply"}
    assert sum(clock.seconds) == pytest.approx(120)
    waiting = [event for event in found["events"] if event.kind == "waiting"]
    assert {event.reason for event in waiting} == {"--rpm 3"}


def test_a_run_sends_no_more_requests_than_allowed() -> None:
    found = ask_all(completion(GOOD), 10, max_requests=4)
    assert len(found["endpoint"].asked) == 4
    assert found["ended"].count("a reply") == 4
    (said,) = set(found["ended"]) - {"a reply"}
    assert (
        said
        == "LimitReached: --max-requests 4 is reached. Raise it and run the same command again: what is done is kept"
    )


def test_tries_are_requests_too() -> None:
    found = ask_all(refuse(500), 1, Waits(), max_requests=3)
    assert len(found["endpoint"].asked) == 3
    assert found["ended"][0].startswith("LimitReached")


def test_replies_that_are_kept_do_not_count(tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"no_store": False, "store": tmp_path}
    assert ask_all(completion(GOOD), 3, **chosen)["ended"] == ["a reply"] * 3
    again = ask_all(completion(GOOD), 4, max_requests=1, base_url="http://127.0.0.1:9/v1", max_retries=0, **chosen)
    assert again["ended"][:3] == ["a reply"] * 3


TOKENS = (2000, 0, 500)
COST = (2000 * 0.40 + 500 * 1.60) / 1e6


@pytest.mark.parametrize("concurrency", [1, 3, 50])
@pytest.mark.parametrize("affordable", [0, 1, 7, 19])
def test_the_cost_stays_below_its_limit_and_comes_near_it(concurrency: int, affordable: int) -> None:
    budget = COST * (affordable + 0.5)
    act = completion(GOOD, model=KNOWN, tokens=TOKENS)
    found = ask_all(act, 20, instructions="Read. " * 1260, max_cost=budget, concurrency=concurrency)
    spent = found["usage"].spent_usd
    answered = found["ended"].count("a reply")
    assert spent == pytest.approx(COST * answered)
    assert spent <= budget
    assert answered == (affordable if affordable > 1 else 0)  # the first is guessed, to be on the safe side
    (said,) = {text for text in found["ended"] if text != "a reply"}
    assert said.startswith(f"LimitReached: --max-cost {budget:g} would be passed: ${spent:.4f} is spent, the next")


def test_what_is_in_flight_is_counted_against_the_cost() -> None:
    """With the size of the requests known, no number of them in flight passes the limit."""

    async def work() -> None:
        limits = Limits(AskSettings(max_cost=COST * 5.5), KNOWN, Waits())
        limits.estimator.learn(8000, Tokens(input=TOKENS[0], output=TOKENS[2]))
        admitted = [await limits.admit(8000, lambda _seconds, _reason: None) for _ in range(5)]
        sixth = asyncio.create_task(limits.admit(8000, lambda _seconds, _reason: None))
        await asyncio.sleep(0.01)
        assert not sixth.done()
        admitted[0].answered = True
        limits.settle(admitted[0], None)  # an error of the server's: it cost nothing
        ticket = await sixth
        for each in [*admitted[1:], ticket]:
            limits.settle(each, Tokens(input=TOKENS[0], output=TOKENS[2]))
        with pytest.raises(LimitReached, match=r"\$0\.0080 is spent"):
            await limits.admit(8000, lambda _seconds, _reason: None)

    asyncio.run(work())


def test_a_request_that_got_no_answer_counts_as_paid() -> None:
    async def work() -> None:
        limits = Limits(AskSettings(max_cost=COST * 1.5), KNOWN, Waits())
        limits.estimator.learn(8000, Tokens(input=TOKENS[0], output=TOKENS[2]))
        limits.settle(await limits.admit(8000, lambda _seconds, _reason: None), None)
        with pytest.raises(LimitReached):
            await limits.admit(8000, lambda _seconds, _reason: None)

    asyncio.run(work())


def test_a_limit_on_cost_needs_a_price() -> None:
    with pytest.raises(SettingsError, match="max_requests"):
        Asker(AskSettings(max_cost=1.0, model="nobody-knows-this", no_store=True))


def test_a_servers_wait_holds_everybody() -> None:
    clock = Waits()
    found = ask_all(in_turn(refuse(429, retry_after="30"), completion(GOOD)), 3, clock, concurrency=1)
    assert set(found["ended"]) == {"a reply"}
    assert clock.now() - 1000 >= 30
    assert len(found["endpoint"].asked) == 4


def headers(**given: str) -> dict[str, str]:
    return {f"x-ratelimit-{name.replace('_', '-')}": value for name, value in given.items()}


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (headers(limit_requests="60", remaining_requests="0", reset_requests="60s"), 1),
        (headers(remaining_requests="0", reset_requests="1m30s"), 90),
        (headers(remaining_requests="5", reset_requests="30s"), 0),
        (headers(remaining_requests="0", reset_requests="500ms"), 0.5),
        (headers(remaining_requests="0", reset_requests="7h0m0s"), 0),
        (headers(limit_tokens="100000", remaining_tokens="0", reset_tokens="1m0s"), 0.12),
        (headers(remaining_tokens="0", reset_tokens="20"), 20),
        (headers(remaining_tokens="nan?", reset_tokens="soon"), 0),
    ],
)
def test_a_servers_headers_are_heeded(told: dict[str, str], seconds: float) -> None:
    async def work() -> None:
        limits = Limits(AskSettings(), "unknown", clock)
        limits.learn(told)
        ticket = await limits.admit(400, lambda _seconds, _reason: None)
        assert ticket.estimate.tokens == Tokens(input=100, output=100)

    clock = Waits()
    asyncio.run(work())
    assert sum(clock.seconds) == pytest.approx(seconds)


def test_headers_of_a_reply_hold_back_the_next_request() -> None:
    clock = Waits()
    told = headers(limit_requests="10", remaining_requests="0", reset_requests="20s")
    found = ask_all(completion(GOOD, headers=told), 2, clock, concurrency=1)
    assert set(found["ended"]) == {"a reply"}
    assert sum(clock.seconds) == pytest.approx(2)


def test_an_estimate_learns_from_what_requests_took() -> None:
    estimator = Estimator(KNOWN)
    assert estimator.estimate(4000).tokens == Tokens(input=1000, output=1000)
    estimator.learn(4000, Tokens(input=500, output=250))
    estimator.learn(4000, Tokens(input=700, output=70))
    assert estimator.estimate(4000).tokens == Tokens(input=600, output=300)
    estimator.learn(4000, Tokens())
    assert estimator.estimate(4000).tokens.input == 600
    assert Estimator("nobody-knows-this").estimate(4000).cost_usd is None


def test_a_forecast_sends_nothing_and_knows_what_is_kept(tmp_path: Path) -> None:
    requests = [Request("extract", str(n), "Read. " * 200, f"report {n}", Form) for n in range(4)]

    async def work(ask: int) -> Any:
        async with Asker(settings) as asker:
            for request in requests[:ask]:
                await asker.ask(request)
            return asker.foresee(requests)

    with Scripted(completion(GOOD, model=KNOWN, tokens=(300, 0, 30))) as endpoint:
        settings = AskSettings(base_url=endpoint.url, api_key=SecretStr("k"), model=KNOWN, store=tmp_path)
        first = asyncio.run(work(0))
        assert (first.requests, first.recorded) == (4, 0)
        assert not endpoint.asked
        asyncio.run(work(2))
        second = asyncio.run(work(0))
        assert (second.requests, second.recorded) == (4, 2)
        assert second.tokens == Tokens(input=600, output=60)
        assert second.cost_usd == pytest.approx((600 * 0.4 + 60 * 1.6) / 1e6)
        assert len(endpoint.asked) == 2
    assert json.loads(next(tmp_path.glob("*.json")).read_text())["reply"]["usage"]["prompt_tokens"] == 300
