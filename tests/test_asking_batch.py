"""The Batch API, played by a scripted server: what is sent, what is kept, and what a crash in between costs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from scripted import Act, Asked, Scripted, answer, completion, refuse

from summarizer.asking import Asker, Request
from summarizer.asking import batch as batches
from summarizer.asking.batch import collect, submit
from summarizer.errors import ModelError, SettingsError, Unauthorised
from summarizer.recordings import Recordings
from summarizer.settings import AskSettings

KNOWN = "gpt-4.1-mini"


class Form(BaseModel):
    names: list[str]


class BatchServer:
    """Plays files and batches; answers each request of a batch with its document in capitals."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.fail: set[str] = set()
        self.chats = 0
        self.lose_next = False

    def __call__(self, asked: Asked) -> Act:
        path = asked.path.removeprefix("/v1").split("?")[0]
        if path == "/chat/completions":
            self.chats += 1
            return completion('{"names": ["asked now"]}', model=KNOWN)
        if path == "/files":
            return self._upload(asked)
        if path == "/batches" and asked.method == "POST":
            return self._create(asked)
        if path == "/batches":
            return answer({"object": "list", "data": list(self.batches.values()), "has_more": False})
        if path.startswith("/files/"):
            return Act(body=self.files[path.split("/")[2]])
        return answer(self.batches[path.split("/")[2]])

    def _upload(self, asked: Asked) -> Act:
        lines = [line for line in asked.raw.split(b"\n") if line.startswith(b'{"custom_id"')]
        name = f"file-{len(self.files) + 1}"
        self.files[name] = b"\n".join(lines)
        return answer({"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "x", "purpose": "batch"})

    def _create(self, asked: Asked) -> Act:
        name = f"batch_{len(self.batches) + 1}"
        body = asked.body
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "created_at": 1,
            "status": "in_progress",
            "endpoint": body["endpoint"],
            "input_file_id": body["input_file_id"],
            "completion_window": body["completion_window"],
            "metadata": body["metadata"],
            "output_file_id": None,
        }
        if self.lose_next:
            self.lose_next = False
            return Act(drop=True)
        return answer(self.batches[name])

    def finish(self, name: str, status: str = "completed") -> None:
        lines = []
        for line in self.files[self.batches[name]["input_file_id"]].splitlines():
            request = json.loads(line)
            text = request["body"]["messages"][-1]["content"]
            reply = json.loads(
                completion(json.dumps({"names": [text.upper()]}), model=KNOWN, tokens=(1000, 0, 100)).body
            )
            good = {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": reply}, "error": None}
            bad = {**good, "response": {"status_code": 500, "body": {}}}
            lines.append(json.dumps(bad if text in self.fail else good))
        output = f"out-{name}"
        self.files[output] = "\n".join(reversed(lines)).encode() + b"\nnot json\n"
        self.batches[name] |= {"status": status, "output_file_id": output}

    def held(self, name: str) -> list[dict[str, Any]]:
        lines = self.files[self.batches[name]["input_file_id"]].splitlines()
        return [json.loads(line) for line in lines]


def requests(count: int) -> list[Request[Form]]:
    return [Request("extract", f"Report {n}", "Read.", f"report {n}", Form) for n in range(count)]


def settings(endpoint: Scripted, folder: Path, **given: Any) -> AskSettings:
    return AskSettings(**{
        "base_url": endpoint.url, "api_key": SecretStr("sk-none"), "model": KNOWN, "store": folder, **given
    })  # fmt: skip


async def ask(chosen: AskSettings, count: int) -> tuple[list[str], Asker]:
    async with Asker(chosen) as asker:
        answers = [await asker.ask(request) for request in requests(count)]
        return [name for answer in answers for name in answer.value.names], asker


def test_a_batch_is_sent_collected_and_then_replayed_at_half_the_price(tmp_path: Path) -> None:
    server = BatchServer()
    with Scripted(server) as endpoint:
        chosen = settings(endpoint, tmp_path)
        (sent,) = asyncio.run(submit(chosen, requests(3)))
        assert (sent.id, sent.state, sent.requests, sent.ended) == ("batch_1", "in_progress", 3, False)
        assert not asyncio.run(submit(chosen, requests(3)))
        (waiting,) = asyncio.run(collect(chosen))
        assert (waiting.state, waiting.kept) == ("in_progress", 0)
        server.finish("batch_1")
        (done,) = asyncio.run(collect(chosen))
        assert (done.state, done.kept, done.failed, done.ended) == ("completed", 3, 0, True)
        assert asyncio.run(collect(chosen)) == []
        found, asker = asyncio.run(ask(chosen, 3))
    assert found == ["REPORT 0", "REPORT 1", "REPORT 2"]
    assert asker.usage.replayed == 3
    assert asker.usage.cost_usd == pytest.approx(3 * 0.5 * (1000 * 0.4 + 100 * 1.6) / 1e6)
    assert asker.usage.spent_usd == 0
    assert server.chats == 0
    assert len(Recordings(tmp_path).paths()) == 3


def test_a_line_of_a_batch_is_the_request_that_would_be_sent(tmp_path: Path) -> None:
    server = BatchServer()
    with Scripted(server) as endpoint:
        asyncio.run(submit(settings(endpoint, tmp_path), requests(1)))
        asyncio.run(ask(settings(endpoint, tmp_path, no_store=True), 1))
        (line,) = server.held("batch_1")
        assert line["method"] == "POST"
        assert line["url"] == "/v1/chat/completions"
        assert line["body"] == endpoint.asked[-1].body


def test_only_what_is_not_kept_is_sent(tmp_path: Path) -> None:
    server = BatchServer()
    with Scripted(server) as endpoint:
        chosen = settings(endpoint, tmp_path)
        asyncio.run(ask(chosen, 2))
        (sent,) = asyncio.run(submit(chosen, requests(5)))
        assert sent.requests == 3
        assert not asyncio.run(submit(settings(endpoint, tmp_path), requests(2)))


@pytest.mark.parametrize("status", ["completed", "expired", "cancelled"])
def test_what_failed_in_a_batch_is_asked_by_the_next_run(tmp_path: Path, status: str) -> None:
    server = BatchServer()
    server.fail = {"report 1"}
    with Scripted(server) as endpoint:
        chosen = settings(endpoint, tmp_path)
        asyncio.run(submit(chosen, requests(3)))
        server.finish("batch_1", status)
        (done,) = asyncio.run(collect(chosen))
        assert (done.state, done.kept, done.failed) == (status, 2, 1)
        found, _ = asyncio.run(ask(chosen, 3))
    assert found == ["REPORT 0", "asked now", "REPORT 2"]


def test_a_batch_whose_answer_was_lost_is_found_again(tmp_path: Path) -> None:
    server = BatchServer()
    server.lose_next = True
    with Scripted(server) as endpoint:
        chosen = settings(endpoint, tmp_path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(batches, "_RETRIES", 0)
            with pytest.raises(ModelError):
                asyncio.run(submit(chosen, requests(2)))
        assert not asyncio.run(submit(chosen, requests(2)))
        server.finish("batch_1")
        (done,) = asyncio.run(collect(chosen))
        assert (done.id, done.kept) == ("batch_1", 2)
        assert len(server.batches) == 1


def test_a_batch_that_was_never_made_is_forgotten(tmp_path: Path) -> None:
    server = BatchServer()
    server.lose_next = True
    with Scripted(server) as endpoint:
        chosen = settings(endpoint, tmp_path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(batches, "_RETRIES", 0)
            with pytest.raises(ModelError):
                asyncio.run(submit(chosen, requests(2)))
        server.batches.clear()
        (gone,) = asyncio.run(collect(chosen))
        assert (gone.state, gone.failed) == ("failed", 2)
        assert len(asyncio.run(submit(chosen, requests(2)))) == 1


def test_a_refused_batch_leaves_nothing_behind(tmp_path: Path) -> None:
    with Scripted(refuse(401)) as endpoint:
        with pytest.raises(Unauthorised):
            asyncio.run(submit(settings(endpoint, tmp_path), requests(1)))
        assert asyncio.run(collect(settings(endpoint, tmp_path))) == []


def test_a_large_batch_is_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_REQUESTS", 2)
    with Scripted(BatchServer()) as endpoint:
        sent = asyncio.run(submit(settings(endpoint, tmp_path), requests(5)))
    assert [batch.requests for batch in sent] == [2, 2, 1]


def test_a_batch_needs_a_place_for_its_replies(tmp_path: Path) -> None:
    for chosen in (AskSettings(no_store=True), AskSettings(replay=tmp_path)):
        with pytest.raises(SettingsError, match="needs a folder"):
            asyncio.run(collect(chosen))


def test_a_file_that_is_no_batch_is_said(tmp_path: Path) -> None:
    (tmp_path / "batches").mkdir()
    (tmp_path / "batches" / "x.json").write_text("{}")
    with pytest.raises(SettingsError, match="not a batch"):
        asyncio.run(collect(AskSettings(store=tmp_path, base_url="http://127.0.0.1:9/v1")))


def test_neither_key_nor_address_is_written_down(tmp_path: Path) -> None:
    with Scripted(BatchServer()) as endpoint:
        asyncio.run(submit(settings(endpoint, tmp_path), requests(1)))
        (path,) = (tmp_path / "batches").iterdir()
        assert "sk-none" not in path.read_text()
        assert endpoint.url not in path.read_text()
