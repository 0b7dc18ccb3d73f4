"""Every fault of a provider: how many requests it costs, and what the user is told. `docs/faults.md` is this table."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr
from scripted import Act, Asked, Script, Scripted, StoppedClock, Waits, answer, completion, in_turn, refuse

from summarizer.asking import Asker, Request
from summarizer.errors import ModelError
from summarizer.settings import AskSettings

TABLE = Path(__file__).parent.parent / "docs" / "faults.md"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str]


GOOD = '{"names": ["Ruritania"]}'
WRONG = '{"names": "Ruritania"}'
HTML = Act(body=b"<html><body>Sign in</body></html>", headers={"content-type": "text/html"})
NO_FORMAT = refuse(400, "This response_format type is unavailable now")


def without_structure(asked: Asked) -> Act:
    """Refuse structured output, as some servers do."""
    return NO_FORMAT if asked.body["response_format"]["type"] == "json_schema" else completion(GOOD)


def prompt_only(asked: Asked) -> Act:
    """Refuse JSON mode too."""
    return NO_FORMAT if asked.body["response_format"]["type"] != "text" else completion(GOOD)


def ignores_schema(asked: Asked) -> Act:
    """Answer in prose until the schema stands in the conversation."""
    told = any('"additionalProperties"' in message["content"] for message in asked.body["messages"])
    return completion(GOOD if told else "Ruritania is named in the report.")


@dataclass(frozen=True)
class Fault:
    """A fault that lasts, unless its script says otherwise, met by the first document of a run."""

    name: str
    script: Act | Script
    requests: int
    ends: str
    """The error, or `a reply`."""
    said: str = ""


BIG = json.dumps({"names": ["x" * 5_000_000]})

FAULTS = [
    Fault("400", refuse(400, "bad thing"), 1, "BadRequest", "HOST refuses the request (400: bad thing)"),
    Fault(
        "400, the document is too long",
        refuse(400, "maximum context length is 8192 tokens", "context_length_exceeded"),
        1,
        "BadRequest",
        'the document is longer than "scripted" can read. Name another with --model, or split it',
    ),
    Fault(
        "400, content filter",
        refuse(400, "filtered", "content_filter"),
        1,
        "Filtered",
        "HOST: a content filter refused the document. It stays out",
    ),
    Fault("401", refuse(401), 1, "Unauthorised", "HOST refused the key (401). Check OPENAI_API_KEY"),
    Fault("403", refuse(403), 1, "Unauthorised", "HOST refused the key (403). Check OPENAI_API_KEY"),
    Fault(
        "404, unknown model",
        refuse(404, "The model does not exist", "model_not_found"),
        1,
        "BadRequest",
        'HOST has no model "scripted" (404). Name another with --model',
    ),
    Fault(
        "404, wrong address",
        refuse(404, "Not Found"),
        1,
        "BadRequest",
        "HOST has no chat completions at /v1 (404). Check --base-url: it usually ends in /v1",
    ),
    Fault(
        "429, no credit left",
        refuse(429, "quota", "insufficient_quota"),
        1,
        "Unauthorised",
        "HOST: the account behind OPENAI_API_KEY has no credit left. Add some and run again",
    ),
    Fault(
        "429, Retry-After 1",
        refuse(429, retry_after="1"),
        5,
        "Unreachable",
        "HOST allows no more requests for now (429). Run the same command later: what is done is kept",
    ),
    Fault(
        "429, Retry-After 300",
        refuse(429, retry_after="300"),
        1,
        "Unreachable",
        "HOST asks to wait 300 s (429). Run the same command later: what is done is kept",
    ),
    Fault(
        "500",
        refuse(500),
        5,
        "Unreachable",
        "HOST is in trouble (500). Run the same command later: what is done is kept",
    ),
    Fault(
        "503",
        refuse(503),
        5,
        "Unreachable",
        "HOST is in trouble (503). Run the same command later: what is done is kept",
    ),
    Fault("500 once", in_turn(refuse(500), completion(GOOD)), 2, "a reply"),
    Fault(
        "dropped connection",
        Act(drop=True),
        5,
        "Unreachable",
        "HOST dropped the connection. Run the same command later: what is done is kept",
    ),
    Fault(
        "dropped in the middle of the reply",
        completion(GOOD, cut=20),
        5,
        "Unreachable",
        "HOST dropped the connection. Run the same command later: what is done is kept",
    ),
    Fault(
        "a stall",
        completion(GOOD, after=9),
        2,
        "Unreachable",
        "HOST did not answer within 0.1 s. Raise --timeout",
    ),
    Fault(
        "a slow drip",
        completion(GOOD, drip=0.01),
        2,
        "Unreachable",
        "HOST did not answer within 0.1 s. Raise --timeout",
    ),
    Fault("invalid JSON, then good", in_turn(completion('{"names": ['), completion(GOOD)), 2, "a reply"),
    Fault(
        "invalid JSON",
        completion('{"names": ['),
        2,
        "BadReply",
        "the reply does not fit its form, asked twice (the reply: is not JSON (EOF while parsing a list at line 1 "
        "column 11)). Try another --model",
    ),
    Fault("JSON with slips of punctuation", completion("{'names': ['Ruritania',],}"), 1, "a reply"),
    Fault("JSON in a fence", completion(f"```json\n{GOOD}\n```"), 1, "a reply"),
    Fault("JSON in prose", completion(f"Here is what I found: {GOOD} Tell me if you need more."), 1, "a reply"),
    Fault(
        "JSON that does not fit",
        completion(WRONG),
        2,
        "BadReply",
        "the reply does not fit its form, asked twice (names: must be a list). Try another --model",
    ),
    Fault(
        "cut off at the length limit",
        completion('{"names": ["Ruri', finish="length"),
        1,
        "CutOff",
        "the reply was cut off at the length limit. Name a model with a larger one with --model",
    ),
    Fault(
        "refusal",
        completion(None, refusal="I cannot help with that"),
        1,
        "Refused",
        "the model declined to answer. Name another with --model",
    ),
    Fault(
        "content filter",
        completion(None, finish="content_filter"),
        1,
        "Filtered",
        "a content filter withheld the reply. Name another model with --model",
    ),
    Fault("empty content", completion(""), 5, "BadReply", "the model's reply is empty. Try another --model"),
    Fault(
        "no choices",
        answer({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}),
        5,
        "BadReply",
        "the endpoint answered without a reply in it. Try another --model",
    ),
    Fault(
        "JSON that is no completion",
        answer({"error": "overloaded"}),
        5,
        "BadReply",
        "the endpoint answered without a reply in it. Try another --model",
    ),
    Fault(
        "half a JSON body with status 200",
        Act(body=b'{"id": "1", "choi', headers={"content-type": "application/json"}),
        5,
        "Unreachable",
        "HOST answered with broken JSON. Check --base-url",
    ),
    Fault(
        "HTML with status 200",
        HTML,
        1,
        "BadRequest",
        "HOST answered with a page, not a completion. Check --base-url",
    ),
    Fault(
        "a reply of 5 MB",
        completion(BIG),
        1,
        "BadReply",
        "the reply is 5,000,015 characters long: not a brief. Try another --model",
    ),
    Fault("no structured output: refused", without_structure, 2, "a reply"),
    Fault("no structured output and no JSON mode: refused", prompt_only, 3, "a reply"),
    Fault("structured output ignored", ignores_schema, 2, "a reply"),
]


def met(fault: Fault) -> tuple[int, str, str]:
    """Meet a fault: return the requests, how it ended, and what was said."""

    async def work() -> str:
        async with Asker(settings, clock=Waits()) as asker:
            await asker.ask(Request("extract", "A report", "Read.", "Ruritania is for it.", Form))
        return "a reply"

    clock = StoppedClock()  # a time-out of 0.1 s is kept on a machine that takes longer to connect
    with asyncio.Runner(loop_factory=lambda: clock) as runner, Scripted(fault.script, clock.sleep) as endpoint:
        settings = AskSettings(
            base_url=endpoint.url,
            api_key=SecretStr("sk-none"),
            model="scripted",
            no_store=True,
            timeout=0.1,
        )
        try:
            ends, said = runner.run(work()), ""
        except ModelError as error:
            ends, said = type(error).__name__, str(error)
        return len(endpoint.asked), ends, said.replace(urlsplit(endpoint.url).netloc, "HOST")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_costs_so_many_requests_and_says_so(fault: Fault) -> None:
    assert met(fault) == (fault.requests, fault.ends, fault.said)


def row(fault: Fault) -> str:
    return f"| {fault.name} | {fault.requests} | {fault.ends} | {fault.said} |"


def test_the_table_in_the_docs_is_this_table() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    start = lines.index("| fault | requests | ends in | what is said |") + 2
    assert lines[start : start + len(FAULTS)] == [row(fault) for fault in FAULTS]
    assert lines[start + len(FAULTS)] == ""


def trip(script: Script | Act, documents: int, **given: object) -> tuple[list[str], Scripted]:
    """Ask about several documents at once; return how each ended."""

    async def one(asker: Asker, number: int) -> str:
        try:
            await asker.ask(Request("extract", f"Report {number}", "Read.", f"report {number}", Form))
        except ModelError as error:
            return type(error).__name__
        return "a reply"

    async def work() -> list[str]:
        async with Asker(settings, clock=Waits()) as asker:
            return [await one(asker, 0), *await asyncio.gather(*(one(asker, n) for n in range(1, documents)))]

    with Scripted(script) as endpoint:
        settings = AskSettings(**{
            "base_url": endpoint.url, "api_key": SecretStr("sk-none"), "model": "scripted", "no_store": True, **given
        })  # fmt: skip
        return asyncio.run(work()), endpoint


def test_the_fault_of_one_document_costs_that_document() -> None:
    ended, endpoint = trip(lambda asked: refuse(400) if asked.user == "report 2" else completion(GOOD), 5)
    assert ended == ["a reply", "a reply", "BadRequest", "a reply", "a reply"]
    assert len(endpoint.asked) == 5


def test_a_refused_key_stops_all() -> None:
    ended, endpoint = trip(refuse(401), 20)
    assert set(ended) == {"Unauthorised"}
    assert len(endpoint.asked) == 1


def test_a_server_that_asks_for_a_long_wait_stops_all() -> None:
    ended, endpoint = trip(refuse(429, retry_after="3600"), 20)
    assert set(ended) == {"Unreachable"}
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(("script", "first"), [(without_structure, 2), (prompt_only, 3), (ignores_schema, 2)])
def test_a_server_without_structure_is_found_out_once(script: Script, first: int) -> None:
    ended, endpoint = trip(script, 6)
    assert set(ended) == {"a reply"}
    assert len(endpoint.asked) == first + 5
    last = endpoint.asked[-1].body
    assert last["response_format"]["type"] in {"json_object", "text"}
    assert '"additionalProperties": false' in last["messages"][0]["content"]


def test_what_a_server_takes_is_remembered_between_runs(tmp_path: Path) -> None:
    with Scripted(without_structure) as endpoint:
        settings = AskSettings(base_url=endpoint.url, api_key=SecretStr("k"), model="scripted", store=tmp_path)

        async def work(text: str) -> None:
            async with Asker(settings) as asker:
                await asker.ask(Request("extract", "A report", "Read.", text, Form))

        for text in ("one", "two", "one"):
            asyncio.run(work(text))
        assert len(endpoint.asked) == 3
        (tmp_path / "servers.json").write_text("rubbish")
        asyncio.run(work("two"))
        assert len(endpoint.asked) == 4


def test_recordings_of_a_server_without_structure_are_replayed(tmp_path: Path) -> None:
    def work(settings: AskSettings) -> list[BaseModel]:
        async def run() -> list[BaseModel]:
            async with Asker(settings) as asker:
                requests = [Request("extract", f"{n}", "Read.", f"{n}", Form) for n in range(4)]
                return [(await asker.ask(request)).value for request in requests]

        return asyncio.run(run())

    for script in (without_structure, prompt_only, ignores_schema):
        folder = tmp_path / script.__name__
        with Scripted(script) as endpoint:
            first = work(AskSettings(base_url=endpoint.url, api_key=SecretStr("k"), model="scripted", record=folder))
        assert work(AskSettings(replay=folder)) == first


@pytest.mark.parametrize(("mode", "kind"), [("schema", "json_schema"), ("object", "json_object"), ("text", "text")])
def test_the_way_to_ask_for_structure_can_be_set(mode: str, kind: str) -> None:
    ended, endpoint = trip(completion(GOOD), 2, structured=mode)
    assert ended == ["a reply", "a reply"]
    assert {asked.body["response_format"]["type"] for asked in endpoint.asked} == {kind}


def test_a_way_that_was_set_is_kept_to() -> None:
    ended, endpoint = trip(NO_FORMAT, 1, structured="schema")
    assert ended == ["BadRequest"]
    assert len(endpoint.asked) == 1
