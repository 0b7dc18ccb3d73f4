"""The doctor: what it finds out about an endpoint, with how many requests, and what it advises."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from scripted import Act, Asked, Scripted, answer, completion, refuse

from summarizer.asking import Request
from summarizer.asking.doctor import Diagnosis, diagnose
from summarizer.settings import AskSettings

GOOD = '{"greeting": "hello", "letters": 5}'
LIST = {"object": "list", "data": [{"id": "small-2", "object": "model", "max_model_len": 8192}, {"id": "large-2"}]}


class Form(BaseModel):
    names: list[str]


def server(chat: Callable[[Asked], Act] | Act, models: Any = LIST) -> Callable[[Asked], Act]:
    """Answer chat completions by a script, and list models."""

    def script(asked: Asked) -> Act:
        if asked.path == "/v1/models":
            return answer(models)
        return chat(asked) if callable(chat) else chat

    return script


def examine(script: Callable[[Asked], Act], **given: Any) -> tuple[Diagnosis, list[str]]:
    with Scripted(script) as endpoint:
        chosen = {"base_url": endpoint.url, "api_key": SecretStr("k"), "model": "small-2", "no_store": True, **given}
        found = asyncio.run(diagnose(AskSettings(**chosen)))
        return found, [asked.path for asked in endpoint.asked]


def test_a_good_endpoint_takes_one_request() -> None:
    found, paths = examine(server(completion(GOOD)), model="gpt-4.1-mini")
    assert found.healthy
    assert (found.reachable, found.key, found.model_known, found.structured) == (True, "accepted", True, "schema")
    assert found.window == 1_000_000
    assert found.requests == 1
    assert found.advice == ()
    assert paths == ["/v1/chat/completions"]


def test_the_size_of_an_unpriced_model_is_taken_from_the_servers_list() -> None:
    found, paths = examine(server(completion(GOOD)))
    assert found.window == 8192
    assert paths == ["/v1/chat/completions", "/v1/models"]


@pytest.mark.parametrize(
    ("mode", "requests", "takes"),
    [
        ("object", 2, lambda body: body["response_format"]["type"] != "json_schema"),
        ("text", 3, lambda body: body["response_format"]["type"] == "text"),
    ],
)
def test_what_a_server_takes_in_place_of_structured_output(
    tmp_path: Path, mode: str, requests: int, takes: Callable[[Any], bool]
) -> None:
    def chat(asked: Asked) -> Act:
        return completion(GOOD) if takes(asked.body) else refuse(400, "response_format is not supported")

    found, _ = examine(server(chat), no_store=False, store=tmp_path)
    assert (found.structured, found.requests) == (mode, requests)
    assert any(mode in line for line in found.advice)
    (kept,) = json.loads((tmp_path / "servers.json").read_text())["modes"].values()
    assert kept == mode


def test_a_server_that_ignores_the_schema_is_found_out() -> None:
    def chat(asked: Asked) -> Act:
        return completion(GOOD if "JSON Schema" in asked.body["messages"][0]["content"] else "Hello!")

    found, _ = examine(server(chat))
    assert found.structured == "object"


def test_a_model_that_never_fits() -> None:
    found, _ = examine(server(completion("Hello!")))
    assert not found.healthy
    assert found.requests == 3
    assert found.problem == "no reply was JSON of the form that was asked for"


def test_an_unknown_model_is_told_its_neighbours() -> None:
    found, _ = examine(server(refuse(404, "no such model", "model_not_found")), model="smal-2")
    assert (found.reachable, found.key, found.model_known) == (True, "accepted", False)
    assert found.advice == ("--model: the endpoint has small-2, large-2",)
    assert found.problem is not None


def test_a_list_of_models_that_is_none_is_no_obstacle() -> None:
    bad: list[Any] = [{}, {"data": "none"}, [], {"data": ["x"]}]
    for models in bad:
        found, _ = examine(server(completion(GOOD), models))
        assert found.healthy
        assert found.window is None


def test_a_refused_key() -> None:
    found, paths = examine(server(refuse(401)))
    assert (found.reachable, found.key) == (True, "refused")
    assert found.advice == ("OPENAI_API_KEY: a key of this endpoint",)
    assert len(paths) == 1


def test_no_key_for_openai() -> None:
    found = asyncio.run(diagnose(AskSettings(no_store=True)))
    assert (found.key, found.healthy) == ("missing", False)


def test_nobody_there() -> None:
    found = asyncio.run(diagnose(AskSettings(base_url="http://127.0.0.1:9/v1", no_store=True)))
    assert not found.reachable
    assert found.key == "unknown"
    assert found.advice[0].startswith("--base-url")


def test_a_refusal_is_a_problem() -> None:
    found, _ = examine(server(completion(None, refusal="no")))
    assert found.problem is not None
    assert "declined" in found.problem


def test_what_the_sample_would_cost() -> None:
    with Scripted(server(completion(GOOD))) as endpoint:
        chosen = AskSettings(base_url=endpoint.url, api_key=SecretStr("k"), model="gpt-4.1-mini", no_store=True)
        found = asyncio.run(diagnose(chosen, [Request("extract", "x", "Read. " * 1000, "a report", Form)] * 5))
    assert found.sample is not None
    assert found.sample.requests == 5
    assert found.sample.cost_usd == pytest.approx(5 * (1600 * 0.4 + 1600 * 1.6) / 1e6, rel=0.1)
