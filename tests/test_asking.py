"""Asking, against the scripted endpoint."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from scripted import Act, Scripted, Waits, completion, in_turn, refuse
from summarizer.schemas.negotiation import Position

from summarizer.asking import Answer, Asker, Event, Request, strict_schema
from summarizer.errors import (
    BadReply,
    BadRequest,
    CutOff,
    Filtered,
    KindError,
    ModelError,
    Refused,
    Unauthorised,
    Unreachable,
)
from summarizer.fields import asked_form
from summarizer.settings import AskSettings

KEY = "sk-not-a-key-0123456789"


class Claim(BaseModel):
    model_config = ConfigDict(extra="forbid")

    party: str
    stance: Literal["supports", "opposes"]


class Form(BaseModel):
    """What is asked in these tests."""

    model_config = ConfigDict(extra="forbid")

    claims: list[Claim]


GOOD = '{"claims": [{"party": "Ruritania", "stance": "supports"}]}'
BAD = '{"claims": [{"party": 7, "stance": "likes"}], "more": 1}'

REQUEST = Request("extract", "A report", "Read the report.", "Ruritania supports it. {{ 1/0 }} {% if", Form)


def settings(endpoint: Scripted | None = None, **given: Any) -> AskSettings:
    given = {"no_store": True, "model": "scripted", **given}
    if endpoint is not None:
        given = {"base_url": endpoint.url, "api_key": SecretStr(KEY), **given}
    return AskSettings(**given)


def ask(chosen: AskSettings, request: Request[Any] = REQUEST, **made: Any) -> Answer[Any]:
    async def run() -> Answer[Any]:
        async with Asker(chosen, **made) as asker:
            return await asker.ask(request)

    return asyncio.run(run())


def with_asker(chosen: AskSettings, work: Callable[[Asker], Coroutine[Any, Any, Any]], **made: Any) -> Any:
    async def run() -> Any:
        async with Asker(chosen, **made) as asker:
            return await work(asker)

    return asyncio.run(run())


def test_a_reply_becomes_the_form() -> None:
    with Scripted(completion(GOOD)) as endpoint:
        answer = ask(settings(endpoint))
    assert answer.value == Form.model_validate_json(GOOD)
    assert type(answer.value) is Form
    assert vars(answer.value).keys() == {"claims"}
    assert not answer.reasked
    assert [message["role"] for message in answer.transcript] == ["system", "user", "assistant"]
    assert answer.transcript[-1]["content"] == GOOD


def test_what_is_sent() -> None:
    with Scripted(completion(GOOD)) as endpoint:
        ask(settings(endpoint))
        (asked,) = endpoint.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": "scripted",
        "messages": [{"role": "system", "content": REQUEST.system}, {"role": "user", "content": REQUEST.user}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Form", "strict": True, "schema": strict_schema(Form)},
        },
    }


def test_a_reply_that_does_not_fit_is_asked_again_with_every_failure() -> None:
    with Scripted(in_turn(completion(BAD), completion(GOOD))) as endpoint:

        async def work(asker: Asker) -> None:
            answer = await asker.ask(REQUEST)
            assert answer.reasked
            assert answer.value.claims[0].party == "Ruritania"
            assert [message["role"] for message in answer.transcript][2:] == ["assistant", "user", "assistant"]
            assert asker.usage.requests == 2
            assert asker.usage.reasks == 1
            assert (asker.usage.tokens.input, asker.usage.tokens.cached_input, asker.usage.tokens.output) == (
                200,
                80,
                40,
            )

        with_asker(settings(endpoint), work)
        first, second = endpoint.bodies
    assert second["messages"][:2] == first["messages"]
    assert second["messages"][2] == {"role": "assistant", "content": BAD}
    assert second["messages"][3]["content"] == (
        "Your reply does not fit the JSON Schema that was asked for:\n"
        "- claims.0.party: must be a string\n"
        "- claims.0.stance: must be one of 'supports' or 'opposes'\n"
        "- more: is not a field of the form\n"
        "Reply again with the whole JSON object, with these mended and all else as it was, and nothing around it."
    )


def test_a_reply_that_is_wrong_all_over_is_not_listed_without_end() -> None:
    wrong = json.dumps({"claims": [{"party": 1, "stance": "likes"}] * 100})
    with Scripted(in_turn(completion(wrong), completion(GOOD))) as endpoint:
        ask(settings(endpoint))
        said = endpoint.asked[1].last
    assert said.count("\n- ") == 61
    assert "- and 140 more of the kind" in said


def test_a_second_reply_that_does_not_fit_ends_it() -> None:
    with Scripted(completion(BAD)) as endpoint:
        with pytest.raises(BadReply, match=r"claims\.0\.party: must be a string") as caught:
            ask(settings(endpoint))
        assert len(endpoint.asked) == 2
    assert "pydantic.dev" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_follow_up_goes_on_in_the_conversation() -> None:
    async def work(asker: Asker) -> None:
        answer = await asker.ask(REQUEST)
        second = await asker.follow_up(answer, "These words are not in the text: …", Claim)
        assert second.value.party == "Ruritania"
        assert len(second.transcript) == 5
        assert not second.reasked
        assert asker.usage.reasks == 1

    with Scripted(in_turn(completion(GOOD), completion('{"party": "Ruritania", "stance": "opposes"}'))) as endpoint:
        with_asker(settings(endpoint), work)
        assert [message["role"] for message in endpoint.bodies[1]["messages"]] == [
            "system",
            "user",
            "assistant",
            "user",
        ]


def test_a_follow_up_that_does_not_fit_is_not_asked_again() -> None:
    async def work(asker: Asker) -> None:
        answer = await asker.ask(REQUEST)
        with pytest.raises(BadReply):
            await asker.follow_up(answer, "again", Form)

    with Scripted(in_turn(completion(GOOD), completion(BAD))) as endpoint:
        with_asker(settings(endpoint), work)
        assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (refuse(401, f"Incorrect API key provided: {KEY}"), Unauthorised, "OPENAI_API_KEY"),
        (refuse(403), Unauthorised, "OPENAI_API_KEY"),
        (refuse(429, "quota", "insufficient_quota"), Unauthorised, "no credit left"),
        (refuse(400, f"Bad\nthing {KEY}"), BadRequest, r"refuses the request \(400: Bad thing …\)"),
        (refuse(404, "The model `scripted` does not exist", "model_not_found"), BadRequest, 'has no model "scripted"'),
        (refuse(404, "Not Found"), BadRequest, "--base-url"),
        (completion("{", finish="length"), CutOff, "length limit"),
        (completion(None, refusal="I cannot"), Refused, "declined"),
        (completion(None, finish="content_filter"), Filtered, "filter"),
        (Act(body=b"<html>Welcome</html>", headers={"content-type": "text/html"}), BadRequest, "--base-url"),
    ],
)
def test_what_asking_again_cannot_help_is_asked_once(act: Act, error: type[ModelError], words: str) -> None:
    with Scripted(act) as endpoint:
        with pytest.raises(error, match=words) as caught:
            ask(settings(endpoint))
        assert len(endpoint.asked) == 1
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("act", [refuse(429), refuse(500), refuse(503), refuse(408), refuse(409), Act(drop=True)])
def test_a_passing_fault_is_tried_again(act: Act) -> None:
    waits = Waits()
    with Scripted(in_turn(act, act, completion(GOOD))) as endpoint:
        assert ask(settings(endpoint), clock=waits).value.claims
        assert len(endpoint.asked) == 3
    assert len(waits.seconds) == 2


def test_a_fault_that_does_not_pass_ends_after_all_tries() -> None:
    with Scripted(refuse(500)) as endpoint:
        with pytest.raises(Unreachable, match=r"\(500\)"):
            ask(settings(endpoint, max_retries=3), clock=Waits())
        assert len(endpoint.asked) == 4


def test_retry_after_is_waited_for() -> None:
    waits = Waits()
    with Scripted(in_turn(refuse(429, retry_after="7"), completion(GOOD))) as endpoint:
        ask(settings(endpoint), clock=waits)
    (seconds,) = waits.seconds
    assert 7 <= seconds < 8


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("retry-after-ms", "1500", 1.5),
        ("retry-after", "0.5", 0.5),
        ("retry-after", "-3", 0),
        ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("retry-after", "soon", None),
    ],
)
def test_every_form_of_retry_after_is_read(name: str, value: str, seconds: float | None) -> None:
    waits = Waits()
    with Scripted(in_turn(refuse(503, **{name.replace("-", "_"): value}), completion(GOOD))) as endpoint:
        ask(settings(endpoint), clock=waits)
    held = waits.seconds[0] if waits.seconds else 0
    assert held <= (seconds or 0) + 0.5
    assert held >= (seconds or 0)


def test_a_server_that_asks_for_long_is_not_asked_again() -> None:
    with Scripted(refuse(429, retry_after="300")) as endpoint:
        with pytest.raises(Unreachable, match="300 s"):
            ask(settings(endpoint), clock=Waits())
        assert len(endpoint.asked) == 1


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        chosen = settings(base_url=url, api_key=SecretStr(KEY), max_retries=1)
        with pytest.raises(Unreachable, match="cannot be reached"):
            ask(chosen, clock=Waits())


def test_a_stall_and_a_drip_are_timed_out() -> None:
    for act in (completion(GOOD, after=5), completion(GOOD, drip=0.02)):
        with Scripted(act) as endpoint, pytest.raises(Unreachable, match=r"within 0\.2 s"):
            ask(settings(endpoint, timeout=0.2, max_retries=0))


def test_no_key_for_openai_is_said_before_anything_is_sent() -> None:
    with pytest.raises(Unauthorised, match="OPENAI_API_KEY"):
        ask(settings())


def test_after_a_refused_key_nothing_more_is_sent() -> None:
    async def work(asker: Asker) -> None:
        for _ in range(3):
            with pytest.raises(Unauthorised):
                await asker.ask(REQUEST)

    with Scripted(refuse(401)) as endpoint:
        with_asker(settings(endpoint), work)
        assert len(endpoint.asked) == 1


def test_no_more_requests_in_flight_than_allowed() -> None:
    async def work(asker: Asker) -> None:
        requests = [Request("extract", str(n), "s", str(n), Form) for n in range(12)]
        answers = await asyncio.gather(*(asker.ask(request) for request in requests))
        assert [answer.request.about for answer in answers] == [str(n) for n in range(12)]

    # A reply waits until three requests have been there at once, and a little longer, for a fourth to show itself.
    with Scripted(lambda _: completion(GOOD, after=0.02, until=lambda: endpoint.most_at_once >= 3)) as endpoint:
        with_asker(settings(endpoint, concurrency=3, timeout=60, max_retries=0), work)
        assert endpoint.most_at_once == 3


def test_neither_key_nor_article_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Scripted(in_turn(completion(BAD), refuse(500), completion(GOOD))) as endpoint:
        ask(settings(endpoint), clock=Waits())
    assert caplog.records
    assert KEY not in caplog.text
    assert "Ruritania" not in caplog.text


def test_events_tell_what_happens() -> None:
    events: list[Event] = []
    with Scripted(in_turn(refuse(500), completion(BAD), completion(GOOD))) as endpoint:
        ask(settings(endpoint), watch=events.append, clock=Waits())
    kinds = [event.kind for event in events]
    assert kinds == ["sent", "waiting", "sent", "answered", "reasked", "sent", "answered"]
    assert all(event.about == "A report" for event in events)


def test_a_text_that_no_request_can_carry_is_made_sendable() -> None:
    with Scripted(completion(GOOD)) as endpoint:
        ask(settings(endpoint), Request("extract", "x", "s", "a\ud800b", Form))
        assert endpoint.asked[0].user == "a\ufffdb"


def test_usage_has_the_model_and_the_price() -> None:
    async def work(asker: Asker) -> None:
        await asker.ask(REQUEST)
        assert asker.usage.model == "gpt-4.1-mini-2025-04-14"
        assert asker.usage.cost_usd == pytest.approx(1000 * 0.4e-6 + 100 * 1.6e-6)
        assert asker.usage.spent_usd == asker.usage.cost_usd

    with Scripted(completion(GOOD, model="gpt-4.1-mini-2025-04-14", tokens=(1000, 0, 100))) as endpoint:
        with_asker(settings(endpoint), work)


def test_an_unknown_price_is_unknown() -> None:
    async def work(asker: Asker) -> None:
        await asker.ask(REQUEST)
        assert asker.usage.model == "scripted-1"
        assert asker.usage.cost_usd is None
        assert asker.usage.spent_usd is None

    with Scripted(completion(GOOD)) as endpoint:
        with_asker(settings(endpoint), work)


class Inner(BaseModel):
    """Something inside."""

    title: str
    default: int = 3


class Outer(BaseModel):
    plain: Inner
    described: Inner = Field(description="with words beside the reference")
    maybe: Inner | None = None


class Tree(BaseModel):
    children: list[Tree]
    mother: Tree = Field(description="words beside a reference to itself")


class Open(BaseModel):
    anything: dict[str, str]


class Pair(BaseModel):
    both: tuple[str, int]


def walk(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from walk(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from walk(inner)


@pytest.mark.parametrize("form", [Form, Outer, Tree, asked_form(Position)])
def test_a_strict_schema_is_strict(form: type[BaseModel]) -> None:
    schema = strict_schema(form)
    for node in walk(schema):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if "$ref" in node:
            assert set(node) == {"$ref"}
            assert node["$ref"].rsplit("/", 1)[-1] in schema["$defs"]
    assert json.loads(json.dumps(schema)) == schema


def test_a_strict_schema_keeps_fields_that_are_named_like_keywords() -> None:
    schema = strict_schema(Outer)
    assert list(schema["$defs"]["Inner"]["properties"]) == ["title", "default"]
    assert "default" not in schema["properties"]["maybe"]
    described = schema["properties"]["described"]
    assert described["description"] == "with words beside the reference"
    assert list(described["properties"]) == ["title", "default"]


def test_an_open_dictionary_is_refused_with_its_field() -> None:
    with pytest.raises(KindError, match=r"Open\.anything: an open dictionary"):
        strict_schema(Open)
    with pytest.raises(KindError, match=r"Pair\.both: structured output has no prefixItems"):
        strict_schema(Pair)


def test_the_store_is_used_by_default(tmp_path: Path) -> None:
    with Scripted(completion(GOOD)) as endpoint:
        for replayed in (0, 1):

            async def work(asker: Asker, replayed: int = replayed) -> None:
                await asker.ask(REQUEST)
                assert asker.usage.replayed == replayed
                assert asker.usage.requests == 1

            with_asker(settings(endpoint, no_store=False, store=tmp_path), work)
        assert len(endpoint.asked) == 1


def test_a_reply_that_came_to_nothing_is_asked_again_by_the_next_run(tmp_path: Path) -> None:
    with Scripted(in_turn(completion("{", finish="length"), completion(GOOD))) as endpoint:
        chosen = settings(endpoint, no_store=False, store=tmp_path)
        with pytest.raises(CutOff):
            ask(chosen)
        assert ask(chosen).value.claims
        assert len(endpoint.asked) == 2


def test_an_error_of_ours_is_not_taken_for_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: str, _body: Any) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("summarizer.recordings.transport.request_key", broken)
    with Scripted(completion(GOOD)) as endpoint, pytest.raises(ZeroDivisionError):
        ask(settings(endpoint))


def test_a_run_that_is_broken_off_ends_at_once_with_what_is_done_kept(tmp_path: Path) -> None:
    async def work() -> None:
        async with Asker(chosen) as asker:
            requests = [Request("extract", str(n), "s", str(n), Form) for n in range(30)]
            tasks = [asyncio.create_task(asker.ask(request)) for request in requests]
            await asyncio.wait(tasks[:3])
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # By what is asked, not by its number: requests reach the endpoint in no order that could be relied on. The others
    # are never answered, so that a run that waited for one would not end before its time for a reply is over.
    first = {"0", "1", "2"}
    with Scripted(lambda asked: completion(GOOD, until=lambda: asked.last in first)) as endpoint:
        chosen = settings(endpoint, no_store=False, store=tmp_path, timeout=600)
        asyncio.run(asyncio.wait_for(work(), 120))
    assert len(list(tmp_path.iterdir())) == 3
