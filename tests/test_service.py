"""The service: jobs over HTTP, against recorded replies and a scripted endpoint."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted import Act, Asked, Scripted, completion, never
from starlette.testclient import TestClient
from test_trip import GOOD, TEXT, Model, report

from summarizer import Ledger, Settings, verify
from summarizer.cli import main
from summarizer.errors import SettingsError
from summarizer.kinds import parse_brief
from summarizer.ledger import Briefs, Kept, register
from summarizer.reading import ReadSettings
from summarizer.samples import recordings_folder, seeds_folder
from summarizer.service import Limits, create_app, read_tokens
from summarizer.service.answers import FORMS, accepted
from summarizer.service.guard import Guarding
from summarizer.service.jobs import Work
from summarizer.service.limits import Rates

REPLAY = Work(Settings(replay=recordings_folder("negotiation")), reading=ReadSettings(offline=True))
REPORT = seeds_folder() / "2025-02-12-contacts.txt"
BRIEF = "application/vnd.summarizer.brief+json"
PASTED = {"texts": [{"text": TEXT, "published": "2025-02-25", "outlet": "A wire"}], "title": "Troops"}
SECRET, OTHER_SECRET = "0123456789abcdef", "fedcba9876543210"


@contextlib.contextmanager
def served(folder: Path, work: Work = REPLAY, guarding: Guarding | None = None, **client: Any) -> Iterator[TestClient]:
    with Ledger(f"sqlite:///{folder}/ledger.db") as ledger:
        app = create_app(ledger, work, guarding)
        with TestClient(app, **{"base_url": "http://localhost", "raise_server_exceptions": False, **client}) as found:
            yield found


def asking(endpoint: Scripted, folder: Path) -> Work:
    settings = Settings(base_url=endpoint.url, api_key="none", model="scripted", store=folder / "kept", max_retries=0)  # type: ignore[arg-type]
    return Work(settings)


def ended(client: TestClient, place: str) -> dict[str, Any]:
    """Wait for a job by watching it, and return its last state."""
    with client.stream("GET", f"{place}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = list(events.iter_lines())
    assert "event: end" in lines
    return dict(client.get(place).json())


def problem(response: Any, status: int, name: str) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert (response.status_code, found["status"]) == (status, status)
    assert found["type"] == f"urn:summarizer:problem:{name}"
    return str(found["detail"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str]]:
    """Yield a service with one finished brief, made of a file under a name that leads elsewhere."""
    with served(tmp_path_factory.mktemp("service")) as client:
        answer = client.post("/v1/briefs", files={"file": ("../../etc/contacts.txt", REPORT.read_bytes())})
        assert answer.status_code == 202
        place = answer.headers["location"]
        assert answer.json()["id"] == place.rpartition("/")[2]
        assert ended(client, place)["state"] == "done"
        yield client, place


def test_a_file_becomes_a_brief_that_holds_and_its_name_leads_nowhere(made: tuple[TestClient, str]) -> None:
    client, place = made
    told = client.get(place, headers={"accept": "application/json"}).json()
    brief = parse_brief(json.dumps(told["brief"]))
    assert verify(brief) == []
    assert [source.path for source in brief.sources] == ["contacts.txt"]
    assert told["title"] == brief.title
    assert told["ended"] >= told["created"]


@pytest.mark.parametrize(
    ("accept", "media", "begins"),
    [
        (BRIEF, BRIEF, "{"),
        ("text/markdown", "text/markdown; charset=utf-8", "# "),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8", "<!doctype html>"),
    ],
)
def test_the_accept_header_says_the_form(made: tuple[TestClient, str], accept: str, media: str, begins: str) -> None:
    client, place = made
    answer = client.get(place, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.text.startswith(begins)
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = next(name for name, form in FORMS.items() if media.startswith(form))
    assert client.get(f"{place}?format={name}").content == answer.content


def test_the_brief_alone_is_what_the_command_line_writes(
    made: tuple[TestClient, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, place = made
    (tmp_path / "contacts.txt").write_bytes(REPORT.read_bytes())
    monkeypatch.chdir(tmp_path)
    replay = str(recordings_folder("negotiation"))
    assert main(["brief", "contacts.txt", "--replay", replay, "-q", "-o", "brief.json"]) == 0
    assert client.get(f"{place}?format=brief").content == (tmp_path / "brief.json").read_bytes()


def test_forms_that_there_are_not(made: tuple[TestClient, str]) -> None:
    client, place = made
    problem(client.get(place, headers={"accept": "image/png"}), 406, "not-acceptable")
    problem(client.get(f"{place}?format=pdf"), 422, "invalid")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "job"),
        ("*/*", "job"),
        ("text/*", "markdown"),
        ("text/markdown;q=0.1, text/html;q=0.2", "html"),
        ("application/json;q=0, */*;q=0.1", "brief"),
        ("text/html;q=nonsense, text/markdown;q=0.3", "markdown"),
    ],
)
def test_weights_of_the_accept_header(accept: str, form: str) -> None:
    assert accepted(accept, None, FORMS) == form


def test_texts_and_progress_and_events(tmp_path: Path) -> None:
    def slow(asked: Asked) -> Act:
        return replace(model(asked), until=seen.is_set)

    model, seen = Model(report(GOOD)), threading.Event()
    with Scripted(slow) as endpoint, served(tmp_path, asking(endpoint, tmp_path)) as client:
        answer = client.post("/v1/briefs", json=PASTED)
        place = answer.headers["location"]
        problem(client.get(f"{place}?format=markdown"), 409, "not-finished")
        waiting = client.get(f"{place}?format=html")
        assert 'http-equiv="refresh"' in waiting.text
        seen.set()
        with client.stream("GET", f"{place}/events") as events:
            stages = [line.removeprefix("event: ") for line in events.iter_lines() if line.startswith("event: ")]
        assert stages == ["read", "extract", "reconcile", "corroborate", "headline", "done", "end"]
        told = client.get(place).json()
    assert told["brief"]["title"] == told["title"] == "Troops"
    (source,) = told["brief"]["sources"]
    assert (source["outlet"], source["published"]) == ("A wire", {"date": "2025-02-25", "basis": "given"})
    assert told["brief"]["positions"][0]["evidence"][0]["text"] == "would not be acceptable"


def test_the_same_key_is_the_same_job_and_another_request_with_it_is_refused(tmp_path: Path) -> None:
    with Scripted(Model(report(GOOD))) as endpoint, served(tmp_path, asking(endpoint, tmp_path)) as client:
        key = {"Idempotency-Key": "monday-1"}
        first = client.post("/v1/briefs", json=PASTED, headers=key)
        ended(client, first.headers["location"])
        again = client.post("/v1/briefs", json=PASTED, headers=key)
        assert (again.status_code, again.headers["location"]) == (202, first.headers["location"])
        assert again.json()["state"] == "done"
        problem(client.post("/v1/briefs", json={**PASTED, "title": "x"}, headers=key), 422, "key-reused")
        assert client.post("/v1/briefs", json=PASTED).headers["location"] != first.headers["location"]
        assert len(client.get("/v1/briefs").json()["briefs"]) == 2
        problem(client.post("/v1/briefs", json=PASTED, headers={"Idempotency-Key": "a b"}), 400, "bad-request")


def test_deleting_stops_the_work(tmp_path: Path) -> None:
    with (
        Scripted(completion("{}", until=never)) as endpoint,
        served(tmp_path, replace(asking(endpoint, tmp_path), at_once=1)) as client,
    ):
        running, waiting = (client.post("/v1/briefs", json=PASTED).headers["location"] for _ in range(2))
        while not endpoint.asked:
            time.sleep(0.02)
        assert client.get(running).json()["progress"]["stage"] == "read"
        for place in (running, waiting):
            assert client.delete(place).status_code == 204
            problem(client.get(place), 404, "not-found")
            problem(client.delete(place), 404, "not-found")
            problem(client.get(f"{place}/events"), 404, "not-found")
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.get("/v1/briefs").json() == {"briefs": []}


def test_a_job_that_fails_says_why(tmp_path: Path) -> None:
    with served(tmp_path) as client:
        place = client.post("/v1/briefs", json={"addresses": ["https://news.example/a"]}).headers["location"]
        told = ended(client, place)
        assert told["state"] == "failed"
        assert "offline" in told["problem"]["detail"]
        assert told["problem"]["error"] == "NothingToRead"
        assert "offline" in client.get(f"{place}?format=html").text
        assert "offline" in client.get("/").text


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "nothing to brief"),
        ({"texts": [{"text": " "}]}, "texts.0.text"),
        ({"texts": [{"text": "a", "when": "b"}]}, "texts.0.when"),
        ({"texts": ["a"], "kind": "/etc"}, "no such kind"),
        ({"addresses": ["/etc/passwd"]}, "not an http"),
        ({"addresses": ["-"]}, "not an http"),
        ({"addresses": ["file:///etc/passwd"]}, "not an http"),
        ({"addresses": ["http://"]}, "not an http"),
        ({"texts": [{"text": "a"}], "earlier": "j-0000000000000000"}, "no job"),
    ],
)
def test_requests_that_do_not_fit(made: tuple[TestClient, str], body: Any, says: str) -> None:
    answer = made[0].post("/v1/briefs", json=body)
    assert says in problem(answer, *((404, "not-found") if says == "no job" else (422, "invalid")))


def test_bodies_that_are_none(made: tuple[TestClient, str]) -> None:
    client, _ = made
    json_ = {"content-type": "application/json"}
    problem(client.post("/v1/briefs", content=b"{", headers=json_), 400, "bad-request")
    problem(client.post("/v1/briefs", content=b"x", headers={"content-type": "text/plain"}), 415, "media-type")
    form = {"content-type": "multipart/form-data; boundary=x"}
    problem(client.post("/v1/briefs", content=b"nonsense", headers=form), 400, "bad-request")
    problem(client.post("/v1/briefs", data={"password": "x"}), 422, "invalid")
    problem(client.get("/v1/nowhere"), 404, "not-found")
    problem(client.put("/v1/briefs"), 405, "method")


def test_the_limits(tmp_path: Path) -> None:
    limits = Limits(max_body=2000, max_inputs=2, max_waiting=1, per_minute=12)
    with (
        Scripted(completion("{}", until=never)) as endpoint,
        served(tmp_path, asking(endpoint, tmp_path), Guarding(limits)) as client,
    ):
        problem(client.post("/v1/briefs", json={"texts": [{"text": "a" * 2000}]}), 413, "too-large")
        unsaid = client.post(
            "/v1/briefs", content=iter([b"a" * 1500] * 2), headers={"content-type": "application/json"}
        )
        problem(unsaid, 413, "too-large")
        problem(client.post("/v1/briefs", json={"texts": [{"text": "a"}] * 3}), 413, "too-large")
        assert client.post("/v1/briefs", json=PASTED, headers={"Idempotency-Key": "k"}).status_code == 202
        full = client.post("/v1/briefs", json=PASTED)
        assert full.headers["retry-after"]
        problem(full, 503, "unavailable")
        assert client.post("/v1/briefs", json=PASTED, headers={"Idempotency-Key": "k"}).status_code == 202
        codes = [client.get("/v1/briefs").status_code for _ in range(8)]
        assert codes == [200] * 7 + [429]
        assert 0 < int(client.get("/v1/briefs").headers["retry-after"]) <= 61
        assert client.get("/healthz").status_code == 200


def test_a_sliding_minute() -> None:
    times = {"now": 0.0}
    rates = Rates(lambda: times["now"])
    waits = []
    for times["now"] in (0.0, 30.0, 59.0, 60.5, 61.0, 90.5):
        waits.append(rates.count("a", 2))
    assert waits == [0, 0, 1.0, 0, 29.0, 0]
    assert rates.count("b", 2) == 0


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(f"# who\n\nann:{SECRET}\nbob:{OTHER_SECRET}:3\n")
    return path


def test_each_token_has_its_own_jobs_and_limits(tmp_path: Path, tokens: Path) -> None:
    ann, bob = ({"authorization": f"Bearer {one}"} for one in (SECRET, OTHER_SECRET))
    guarding = Guarding(Limits(refusals_per_minute=3), read_tokens(tokens))
    with (
        Scripted(Model(report(GOOD))) as endpoint,
        served(tmp_path, asking(endpoint, tmp_path), guarding, base_url="http://briefs.example") as client,
    ):
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
        refused = client.get("/v1/briefs")
        problem(refused, 401, "unauthorised")
        assert "Basic" in refused.headers["www-authenticate"]
        problem(client.get("/metrics"), 401, "unauthorised")
        place = client.post("/v1/briefs", json=PASTED, headers=ann).headers["location"]
        problem(client.get(place, headers=bob), 404, "not-found")
        basic = base64.b64encode(f"anyone:{SECRET}".encode()).decode()
        assert client.get(place, headers={"authorization": f"Basic {basic}"}).status_code == 200
        assert [client.get("/v1/briefs", headers=bob).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/v1/briefs", headers=ann).status_code == 200
        wrong = [client.get("/", headers={"authorization": f"Bearer {SECRET}x"}).status_code for _ in range(2)]
        assert wrong == [401, 429]
        assert client.get("/v1/briefs", headers=ann).status_code == 200


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("", "no token"),
        ("ann:short\n", "line 1"),
        (f"ann:{SECRET}:0\n", "line 1"),
        (f"ann:{SECRET}\nann:{OTHER_SECRET}\n", "line 2"),
        (f"ann {SECRET}\n", "line 1"),
    ],
)
def test_token_files_that_do_not_fit(tmp_path: Path, lines: str, says: str) -> None:
    (tmp_path / "tokens").write_text(lines)
    with pytest.raises(SettingsError, match=says) as caught:
        read_tokens(tmp_path / "tokens")
    assert SECRET not in str(caught.value)


def test_without_tokens_only_this_machine_is_served(made: tuple[TestClient, str]) -> None:
    client, _ = made
    for host in ("evil.example", "localhost.evil.example", "", "[", "10.0.0.1"):
        problem(client.get("/", headers={"host": host}), 421, "misdirected")
    for host in ("127.0.0.1:8000", "[::1]:9", "LOCALHOST"):
        assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_another_sites_page_cannot_send_anything(made: tuple[TestClient, str]) -> None:
    client, _ = made
    form = {"text": "Buy."}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        problem(client.post("/briefs", data=form, headers=headers), 403, "forbidden")
        problem(client.delete("/v1/briefs/x", headers=headers), 403, "forbidden")


def test_open_addresses_need_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0"]) == 2  # noqa: S104 - the point of the test
    assert "--token-file" in capsys.readouterr().err


def test_addresses_are_under_the_reading_rules(tmp_path: Path) -> None:
    with Scripted(completion("inside")) as inside, served(tmp_path, Work(REPLAY.settings)) as client:
        place = client.post("/v1/briefs", json={"addresses": [inside.url]}).headers["location"]
        assert "not a public address" in ended(client, place)["problem"]["detail"]
        assert inside.asked == []


def test_the_start_page_needs_no_script_and_shows_names_as_text(tmp_path: Path) -> None:
    with Scripted(Model(report(GOOD))) as endpoint, served(tmp_path, asking(endpoint, tmp_path)) as client:
        empty = client.post("/briefs", data={"text": ""}, headers={"origin": "http://localhost"})
        assert empty.status_code == 422
        assert "nothing to brief" in empty.text
        shown = client.post("/briefs", data={"text": TEXT, "title": "<script>alert(1)</script>"})
        assert str(shown.url).endswith("?format=html")
        place = shown.url.path
        ended(client, place)
        page = client.get("/")
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script" not in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script-src" not in policy
        assert "Troops" not in page.text
        gone = client.post(f"/briefs/{place.rpartition('/')[2]}/delete")
        assert "None yet" in gone.text


def test_digests_are_shown_from_the_ledger(made: tuple[TestClient, str], tmp_path: Path) -> None:
    brief = made[0].get(made[1]).json()["brief"]
    day = datetime.date(2025, 2, 13)
    values = {"id": 0, "day": day, "revision": 0, "base": None, "announced": True, "brief": brief, "news": {}}
    known = {name: values.get(name, datetime.datetime.now(datetime.UTC)) for name in Kept.__dataclass_fields__}
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger, ledger.writing() as session:
        register(session, "talks", "negotiation")
        Briefs(session, "talks").keep(Kept(**known))
    with served(tmp_path) as client:
        (digest,) = client.get("/v1/digests").json()["digests"]
        assert digest == {"name": "talks", "kind": "negotiation", "days": ["2025-02-13"]}
        place = "/v1/digests/talks/2025-02-13"
        assert client.get(place, headers={"accept": "application/json"}).json() == brief
        assert client.get(place, headers={"accept": "text/html"}).text.startswith("<!doctype html>")
        assert place in client.get("/").text
        problem(client.get("/v1/digests/talks/2025-02-14"), 404, "not-found")
        problem(client.get("/v1/digests/other/2025-02-13"), 404, "not-found")
        problem(client.get("/v1/digests/talks/monday"), 422, "invalid")


def test_what_changed_since_an_earlier_brief(tmp_path: Path) -> None:
    softer = report({**GOOD, "stance": "accepts", "statement": "Russia accepts."})
    later = "Peskov said on reflection they would not be acceptable soon. Trump said that Putin will accept them.\n"
    with Scripted(Model(report(GOOD), softer)) as endpoint, served(tmp_path, asking(endpoint, tmp_path)) as client:
        first = ended(client, client.post("/v1/briefs", json=PASTED).headers["location"])
        asked = {"texts": [{"text": later, "published": "2025-03-01"}], "earlier": first["id"]}
        second = ended(client, client.post("/v1/briefs", json=asked).headers["location"])
        assert second["state"] == "done"
        assert {one["party"] for one in second["brief"]["changes"]} == {"russia"}


def test_figures_for_prometheus(made: tuple[TestClient, str]) -> None:
    told = made[0].get("/metrics").text
    assert 'summarizer_jobs{state="done"} 1.0' in told
    assert 'summarizer_jobs_ended_total{state="done"} 1.0' in told
    assert 'route="/v1/briefs/{ident}"' in told
    assert made[1].rpartition("/")[2] not in told


def test_two_services_do_not_work_on_one_ledger(tmp_path: Path) -> None:
    with served(tmp_path), pytest.raises(Exception, match="the service is being run by process"), served(tmp_path):
        pass
