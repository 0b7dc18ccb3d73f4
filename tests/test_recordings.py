"""Recordings: what is kept, what is replayed, and what a miss says."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, SecretStr
from scripted import Act, Asked, Scripted, Waits, completion, in_turn, refuse

from summarizer.asking import Answer, Asker, Request
from summarizer.errors import InputError, ModelError, NotRecorded, OutputError, Refused, SettingsError
from summarizer.recordings import EXCHANGE, Exchange, Recordings, RecordingTransport, Size, check, request_key
from summarizer.settings import AskSettings

KEY = "sk-not-a-key-0123456789"
ABOUT = "Côte d'Azur: the “talks”"


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str]


class Other(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str]
    extra: int


def request(text: str = "one\ntwo\nthree", about: str = ABOUT, **given: Any) -> Request[Form]:
    return Request(**{"purpose": "extract", "about": about, "system": "Read.", "user": text, "form": Form, **given})


def run(settings: AskSettings, *requests: Request[Any]) -> list[Answer[Any]]:
    async def work() -> list[Answer[Any]]:
        async with Asker(settings, clock=Waits()) as asker:
            return [await asker.ask(each) for each in requests]

    return asyncio.run(work())


def recording(endpoint: Scripted, folder: Path, **given: Any) -> AskSettings:
    return AskSettings(**{
        "base_url": endpoint.url, "api_key": SecretStr(KEY), "model": "scripted", "record": folder, **given
    })  # fmt: skip


def replaying(folder: Path, **given: Any) -> AskSettings:
    return AskSettings(replay=folder, base_url="http://127.0.0.1:9/v1", **given)


SPACED = '{ "names" : [ "Ruritania",\n "Zo\\u00eb" ] }'


def test_what_was_recorded_is_replayed_to_the_byte(tmp_path: Path) -> None:
    wrong = '{"names": "Ruritania", "n": 1.50}'
    with Scripted(in_turn(completion(wrong), completion(SPACED))) as endpoint:
        first = run(recording(endpoint, tmp_path), request())
        assert len(endpoint.asked) == 2
        assert endpoint.bodies[1]["messages"][2]["content"] == '{"names":"Ruritania","n":1.5}'
    second = run(replaying(tmp_path), request())
    assert first == second
    assert first[0].transcript[-1]["content"] == '{"names":["Ruritania","Zoë"]}'
    assert len(list(tmp_path.iterdir())) == 2


def test_recording_again_gives_the_same_file(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path / "a"), request())
        run(recording(endpoint, tmp_path / "b"), request())
    (one,), (two,) = (tmp_path / "a").iterdir(), (tmp_path / "b").iterdir()
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()


def test_what_is_recorded_is_not_asked_again(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
        run(recording(endpoint, tmp_path), request(), request("another"))
        assert len(endpoint.asked) == 2


def test_a_recording_can_be_read_by_a_person(tmp_path: Path) -> None:
    with Scripted(completion(SPACED, headers={"x-request-id": "req_1", "set-cookie": "a=b"})) as endpoint:
        run(recording(endpoint, tmp_path), request())
        host = endpoint.url
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == f"extract-cote-d-azur-the-talks-{kept['key'][:12]}.json"
    assert kept["format"] == "summarizer.recording/1"
    assert kept["purpose"] == "extract"
    assert kept["about"] == ABOUT
    assert kept["request"].pop("system_sha256")
    assert kept["request"].pop("schema_sha256")
    assert kept["request"] == {
        "path": "chat/completions",
        "model": "scripted",
        "schema_name": "Form",
        "parameters": {},
        "messages": [{"role": "user", "content": ["one", "two", "three"]}],
    }
    assert kept["reply"] == {
        "model": "scripted-1",
        "finish_reason": "stop",
        "content": {"names": ["Ruritania", "Zoë"]},
        "usage": {"prompt_tokens": 100, "cached_tokens": 40, "completion_tokens": 20},
    }
    text = path.read_text(encoding="utf-8")
    for secret in (KEY, "req_1", "a=b", host.split("/")[2], "chatcmpl", "created"):
        assert secret not in text


def test_a_refusal_is_recorded_and_replayed_as_one(tmp_path: Path) -> None:
    with Scripted(completion(None, refusal="I cannot")) as endpoint, pytest.raises(Refused):
        run(recording(endpoint, tmp_path), request())
    with pytest.raises(Refused):
        run(replaying(tmp_path), request())


@pytest.mark.parametrize("act", [refuse(500), refuse(429), refuse(400), Act(body=b"<html>"), completion("")])
def test_faults_are_not_recorded(tmp_path: Path, act: Act) -> None:
    with Scripted(act) as endpoint, pytest.raises(ModelError):
        run(recording(endpoint, tmp_path, max_retries=1), request())
    assert list(tmp_path.iterdir()) == []


def test_replaying_takes_the_model_from_the_recordings(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path, model="some-model"), request())
        assert run(replaying(tmp_path), request())[0].value.names
        run(recording(endpoint, tmp_path, model="other-model"), request())
    with pytest.raises(SettingsError, match="recordings of other-model, some-model"):
        run(replaying(tmp_path), request())
    assert run(replaying(tmp_path, model="some-model"), request())


def test_replaying_from_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no recordings there"):
        run(replaying(tmp_path), request())


def test_replaying_never_goes_to_the_network(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
        chosen = AskSettings(base_url=endpoint.url, api_key=SecretStr(KEY), replay=tmp_path)
        with pytest.raises(NotRecorded):
            run(chosen, request("other"))
        assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "one\n2\nthree"}, 'the document, first in line 2 (recorded "two", asked "2")'),
        ({"text": "one\ntwo"}, 'the document, first in line 3 (recorded "three", asked nothing)'),
        ({"system": "Read well."}, "differs in the prompt."),
        ({"form": Other}, "differs in the schema."),
        ({"purpose": "group", "text": "names"}, "there is none of group at all"),
    ],
)
def test_a_miss_says_what_differs_and_what_to_do(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request(), request("quite\nanother\ntext", about="Other"))
    with pytest.raises(NotRecorded) as caught:
        run(replaying(tmp_path), request(**changed))
    said = str(caught.value)
    assert words in said
    assert f'no recording of {changed.get("purpose", "extract")} for "{ABOUT}"' in said
    assert "run the same command with --record in place of --replay" in said
    assert str(tmp_path) not in said
    assert "\n" not in said
    if "purpose" not in changed:
        assert "extract-cote-d-azur-the-talks-" in said


def test_a_miss_of_another_model_says_so(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
    with pytest.raises(NotRecorded, match=r"the model \(recorded scripted, asked new\)"):
        run(replaying(tmp_path, model="new"), request())


def test_a_miss_of_a_re_ask_says_so(tmp_path: Path) -> None:
    with Scripted(in_turn(completion('{"names": 1}'), completion(SPACED))) as endpoint:
        run(recording(endpoint, tmp_path), request())
    for path in tmp_path.iterdir():
        if len(json.loads(path.read_text(encoding="utf-8"))["request"]["messages"]) > 1:
            path.unlink()
    with pytest.raises(NotRecorded, match="the conversation after the document"):
        run(replaying(tmp_path), request())


def test_a_store_file_that_is_rubbish_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        chosen = recording(endpoint, tmp_path, record=None, store=tmp_path)
        run(chosen, request())
        (path,) = tmp_path.iterdir()
        whole = path.read_bytes()
        for broken in (whole[: len(whole) // 2], b"", b"\0\xff", b"[]", b'{"format": "other"}'):
            path.write_bytes(broken)
            with caplog.at_level(logging.WARNING):
                run(chosen, request())
            assert path.read_bytes() == whole
            assert path.with_suffix(".bad").read_bytes() == broken
            assert "set aside" in caplog.text
            caplog.clear()
        assert len(endpoint.asked) == 6


def test_a_broken_file_in_a_named_folder_is_an_error(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
    (path,) = tmp_path.iterdir()
    path.write_text("{")
    with pytest.raises(InputError, match="not a recording"):
        run(replaying(tmp_path, model="scripted"), request())
    assert path.read_text() == "{"


def test_a_recording_that_cannot_be_read(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
        (path,) = tmp_path.iterdir()
        path.unlink()
        path.mkdir()
        with pytest.raises(InputError, match="cannot be read"):
            run(replaying(tmp_path, model="scripted"), request())
        run(recording(endpoint, tmp_path, record=None, store=tmp_path), request())
        assert len(endpoint.asked) == 2


def test_a_renamed_recording_is_found_by_its_key(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / f"renamed-{path.name[-17:]}")
    assert run(replaying(tmp_path), request())[0].value.names


def test_a_recording_of_another_request_under_this_name_is_no_answer(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request())
    (path,) = tmp_path.iterdir()
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, "key": "0" * 64}))
    with pytest.raises(NotRecorded):
        run(replaying(tmp_path), request())


def test_a_folder_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "folder"
    with Scripted(completion(SPACED)) as endpoint:
        with pytest.raises(OutputError, match="could not be recorded"):
            run(recording(endpoint, place), request())
        answers = run(recording(endpoint, place, record=None, store=place), request(), request("b"))
    assert len(answers) == 2
    assert caplog.text.count("cannot be kept") == 1


def test_the_key_leaves_out_host_headers_user_and_metadata() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "é"}]}
    key = request_key("/v1/chat/completions", body)
    assert key == request_key("/openai/v1/chat/completions", {"user": "u", "metadata": {}, **body})
    assert key == request_key("/v1/chat/completions", dict(reversed(body.items())))
    assert key != request_key("/v1/chat/completions", {**body, "temperature": 0})
    assert key != request_key("/v1/responses", body)


def test_other_addresses_pass_through(tmp_path: Path) -> None:
    async def get(inner: httpx2.AsyncBaseTransport | None) -> int:
        transport = RecordingTransport([Recordings(tmp_path)], None, inner)
        async with httpx2.AsyncClient(transport=transport) as client:
            return (await client.get(f"{endpoint.url}/models")).status_code

    with Scripted(Act(status=204)) as endpoint:
        assert asyncio.run(get(httpx2.AsyncHTTPTransport())) == 204
        assert asyncio.run(get(None)) == 404
        assert len(endpoint.asked) == 1


def test_many_at_once_each_get_their_own_reply(tmp_path: Path) -> None:
    def script(asked: Asked) -> Act:
        return completion(json.dumps({"names": [asked.user]}), after=0.001 * (asked.number % 7))

    async def work(settings: AskSettings) -> None:
        async with Asker(settings) as asker:
            requests = [request(str(n), about="the same") for n in range(60)]
            answers = await asyncio.gather(*(asker.ask(each) for each in requests))
            assert [answer.value.names for answer in answers] == [[str(n)] for n in range(60)]
            assert len(asker.used) == 60

    with Scripted(script) as endpoint:
        asyncio.run(work(recording(endpoint, tmp_path, concurrency=50)))
        assert len(endpoint.asked) == 60
    asyncio.run(work(replaying(tmp_path)))


def test_check_tells_stale_from_orphaned_and_broken(tmp_path: Path) -> None:
    current = request("current")
    requests = [current, request("orphaned"), request("stale", system="Read badly."), request("old", form=Other)]
    script = in_turn(*[completion('{"names": []}')] * 3, completion('{"names": [], "extra": 1}'))

    async def work(settings: AskSettings, *asked: Request[Any]) -> Asker:
        async with Asker(settings) as asker:
            for each in asked:
                await asker.ask(each)
            return asker

    with Scripted(script) as endpoint:
        asyncio.run(work(recording(endpoint, tmp_path), *requests))
    (tmp_path / "extract-x-0123456789ab.json").write_text("{}")
    asker = asyncio.run(work(replaying(tmp_path), current))
    found = check(tmp_path, asker.asked, asker.used)
    slugs = {path: json.loads(path.read_text(encoding="utf-8")).get("request") for path in tmp_path.iterdir()}
    assert [slugs[path]["messages"][0]["content"] for path in found.orphaned] == [["orphaned"]]
    assert sorted((slugs[path]["messages"][0]["content"][0], why) for path, why in found.stale) == [
        ("old", "the schema changed since"),
        ("stale", "the prompt changed since"),
    ]
    assert [path.name for path in found.broken] == ["extract-x-0123456789ab.json"]


def test_the_folder_is_listed_once_however_many_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Path] = []
    scandir = os.scandir

    def counted(path: Path) -> Any:
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr("summarizer.recordings.files.os.scandir", counted)
    recordings = Recordings(tmp_path)
    for number in range(50):
        assert recordings.get(f"{number:064x}", Exchange("extract", "report")) is None
    assert listed == [tmp_path]


def test_a_transport_without_an_exchange_works(tmp_path: Path) -> None:
    async def post() -> None:
        transport = RecordingTransport([], Recordings(tmp_path), httpx2.AsyncHTTPTransport())
        async with httpx2.AsyncClient(transport=transport) as client:
            body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
            response = await client.post(f"{endpoint.url}/chat/completions", json=body)
            assert response.json()["choices"][0]["message"]["content"] == "not JSON\nat all"

    with Scripted(completion("not JSON\nat all")) as endpoint:
        assert EXCHANGE.get(None) is None
        asyncio.run(post())
    (path,) = tmp_path.iterdir()
    assert json.loads(path.read_text())["reply"]["text"] == ["not JSON", "at all"]


def test_a_store_tells_its_size_and_is_pruned(tmp_path: Path) -> None:
    with Scripted(completion(SPACED)) as endpoint:
        run(recording(endpoint, tmp_path), request("old"), request("new"))
    store = Recordings(tmp_path)
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    old = next(path for path, held in store.all() if held["request"]["messages"][0]["content"] == ["old"])
    os.utime(old, (1000, 1000))
    (tmp_path / "extract-x-0123456789ab.bad").write_text("half")
    (tmp_path / ".extract-x-0123456789ab.json.1.0.tmp").write_text("half")
    (tmp_path / "servers.json").write_text("{}")
    assert store.size() == Size(2, total, 2)
    gone = store.prune(before=2000)
    assert (gone.replies, gone.rubbish) == (1, 2)
    assert not old.exists()
    assert store.size() == Size(1, total - gone.bytes, 0)
    assert store.prune().replies == 1
    assert [path.name for path in tmp_path.iterdir()] == ["servers.json"]
    assert Recordings(tmp_path / "none").size() == Size(0, 0, 0)
