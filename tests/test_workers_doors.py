"""The service and the digest on the queue of the workers, and the proof in small."""

from __future__ import annotations

import asyncio
import datetime
import json
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from digesting import World
from scripted import Scripted
from starlette.testclient import TestClient
from working import QUICK, asking, counts, job, work

from summarizer.digest import DigestConfig
from summarizer.errors import SettingsError
from summarizer.ledger import Briefs, Jobs, Ledger, Lock, register
from summarizer.queueing import Digest, Queue, WorkerSettings
from summarizer.queueing.digests import begin_day
from summarizer.service import create_app
from summarizer.service.guard import Guarding
from summarizer.service.jobs import Work
from summarizer.service.queued import QueueRunner

PASTED = {
    "texts": [
        {"text": "Moscow rejects foreign troops. The harbour was opened again.", "published": "2025-02-25"},
        {"text": "Kyiv supports a summit. A strike in the north has ended.", "published": "2025-02-26"},
    ],
    "title": "Talks",
}
KEY = {"Idempotency-Key": "the-one"}
NOON = datetime.datetime(2025, 9, 4, 12, tzinfo=datetime.UTC)


@pytest.fixture
def endpoint(world: World) -> Iterator[Scripted]:
    with Scripted(world) as running:
        yield running


@pytest.fixture
def ledger(on_postgresql: str) -> Iterator[Ledger]:
    with Ledger(on_postgresql) as opened:
        yield opened


@pytest.fixture
def settings(endpoint: Scripted, tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(asking(endpoint.url, tmp_path), QUICK, stalled=6)


@pytest.fixture
def client(ledger: Ledger, settings: WorkerSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr("summarizer.service.queued.LOOK_SECONDS", 0.05)
    guarding = Guarding()
    runner = QueueRunner(Queue(ledger), guarding.metrics)
    app = create_app(ledger, Work(settings.asking), guarding, runner)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as found:
        yield found


def test_the_service_leaves_jobs_to_workers(
    client: TestClient, ledger: Ledger, settings: WorkerSettings, world: World
) -> None:
    assert client.get("/readyz").status_code == 200
    place = client.post("/v1/briefs", json=PASTED, headers=KEY).headers["location"]
    assert client.post("/v1/briefs", json=PASTED, headers=KEY).headers["location"] == place
    assert client.get(place).json()["state"] == "waiting"
    told: list[str] = []

    def watch() -> None:
        with client.stream("GET", f"{place}/events") as events:
            told.extend(line.removeprefix("event: ") for line in events.iter_lines() if line.startswith("event: "))

    watching = threading.Thread(target=watch)
    watching.start()
    world.refuse = {"strike"}
    work(Queue(ledger), settings)
    watching.join(30)
    assert (told[0], told[-1]) == ("read", "end")
    assert "extract" in told
    done = client.get(place).json()
    assert (done["state"], done["title"], len(done["brief"]["sources"])) == ("done", "Talks", 1)
    assert len(done["brief"]["gaps"]) == 1
    assert 'summarizer_jobs{state="done"} 1.0' in client.get("/metrics").text
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404


def test_a_job_of_the_service_that_cannot_be_read_fails(
    client: TestClient, ledger: Ledger, settings: WorkerSettings
) -> None:
    place = client.post("/v1/briefs", files={"file": ("a.pdf", b"not a pdf")}).headers["location"]
    work(Queue(ledger), settings)
    failed = client.get(place).json()
    assert failed["state"] == "failed"
    assert failed["problem"]["error"] == "NothingToRead"
    with ledger.reading() as session:
        assert Jobs(session).files(failed["id"]) == []


def test_a_cancelled_job_is_shown_as_one(client: TestClient, ledger: Ledger) -> None:
    from summarizer.queueing import cancel

    place = client.post("/v1/briefs", json=PASTED).headers["location"]
    cancel(Queue(ledger), place.rpartition("/")[2])
    assert client.get(place).json()["state"] == "cancelled"
    assert "It was cancelled." in client.get(place, params={"format": "html"}).text


def test_a_job_that_was_cancelled_before_it_was_read_goes_on_when_told(
    client: TestClient, ledger: Ledger, settings: WorkerSettings
) -> None:
    from summarizer.queueing import cancel, retry

    ident = client.post("/v1/briefs", json=PASTED).headers["location"].rpartition("/")[2]
    cancel(Queue(ledger), ident)
    assert retry(Queue(ledger), ident) == 0
    work(Queue(ledger), settings)
    assert job(ledger, ident).state == "done"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.txt").write_text("Moscow rejects foreign troops. The harbour was opened again.")
    (folder / "b.txt").write_text("Kyiv supports a summit. A strike in the north has ended.")
    return folder


def digest(endpoint: Scripted, inbox: Path, **given: Any) -> Digest:
    config = {"title": "Talks", "name": "talks", "sources": ["inbox"], "folder": inbox.parent, "time": "00:00:00"}
    return Digest(DigestConfig.model_validate({**config, **given}), asking(endpoint.url, inbox.parent))


def with_digest(settings: WorkerSettings, one: Digest) -> WorkerSettings:
    return WorkerSettings(settings.asking, settings.patience, stalled=6, digests=(one,))


def test_a_digest_is_made_once_by_two_workers(
    ledger: Ledger, endpoint: Scripted, inbox: Path, settings: WorkerSettings, world: World
) -> None:
    both = with_digest(settings, digest(endpoint, inbox))

    def made() -> bool:
        with ledger.reading() as session:
            return any(one.state == "done" for one in Jobs(session).listed(None))

    import multiprocessing

    other = multiprocessing.get_context("spawn").Process(
        target=as_worker, args=(ledger.engine.url.render_as_string(hide_password=False), both), daemon=True
    )
    other.start()
    try:
        work(Queue(ledger), both, ended=made)
    finally:
        other.terminate()
        other.join()
    with ledger.reading() as session:
        records = Jobs(session).listed(None)
        runs = Briefs(session, "talks").runs()
        kept = Briefs(session, "talks").latest()
    assert [(one.state, one.request["digest"]) for one in records] == [("done", "talks")]
    assert [one.state for one in runs] == ["done"]
    assert runs[0].report["asked"] <= 3  # names, claims, bottom line: its documents had been asked about
    assert kept is not None
    assert len(kept.brief["sources"]) == 2
    assert json.loads(job(ledger, records[0].id).brief or "") == kept.brief
    assert counts(ledger, records[0].id) == {"done": 2}
    assert world.asked.count("NegotiationReport") == 2
    assert (inbox.parent / "out").is_dir()


def as_worker(address: str, settings: WorkerSettings) -> None:
    from summarizer.queueing import run_worker

    with Ledger(address) as ledger:
        asyncio.run(run_worker(Queue(ledger), settings))


def test_a_digest_begins_when_it_is_due_and_once(ledger: Ledger, endpoint: Scripted, inbox: Path) -> None:
    queue = Queue(ledger)
    late = digest(endpoint, inbox, time="13:00:00")
    assert asyncio.run(begin_day(queue, late, NOON)) is None
    one = digest(endpoint, inbox, time="13:00:00", timezone="Europe/Vienna")  # noon there is two hours earlier
    ident = asyncio.run(begin_day(queue, one, NOON))
    assert ident is not None
    assert counts(ledger, ident) == {"waiting": 2}
    assert asyncio.run(begin_day(queue, one, NOON)) is None
    assert asyncio.run(begin_day(queue, one, NOON + datetime.timedelta(days=1))) is not None


def test_a_day_that_was_made_otherwise_is_not_begun(ledger: Ledger, endpoint: Scripted, inbox: Path) -> None:
    with ledger.writing() as session:
        register(session, "talks", "negotiation")
        briefs = Briefs(session, "talks")
        briefs.end(briefs.begin(NOON.date(), NOON), "done", NOON, {})
    assert asyncio.run(begin_day(Queue(ledger), digest(endpoint, inbox), NOON)) is None


def test_with_a_budget_of_its_own_a_digest_is_not_spread(
    ledger: Ledger, endpoint: Scripted, inbox: Path, settings: WorkerSettings, world: World
) -> None:
    plain = digest(endpoint, inbox)
    one = Digest(plain.config, plain.asking.model_copy(update={"max_requests": 100}))
    ident = asyncio.run(begin_day(Queue(ledger), one, datetime.datetime.now(datetime.UTC)))
    assert ident is not None
    assert counts(ledger, ident) == {}
    work(Queue(ledger), with_digest(settings, one))
    assert job(ledger, ident).state == "done"
    assert world.asked.count("NegotiationReport") == 2


def test_a_digest_that_somebody_runs_is_looked_at_again(
    ledger: Ledger, endpoint: Scripted, inbox: Path, settings: WorkerSettings, caplog: pytest.LogCaptureFixture
) -> None:
    with ledger.writing() as session:
        register(session, "talks", "negotiation")
    lock = Lock(ledger, "talks", lambda: datetime.datetime.now(datetime.UTC))
    lock.take()
    with caplog.at_level("INFO", "summarizer.worker"):
        work(
            Queue(ledger),
            with_digest(settings, digest(endpoint, inbox)),
            ended=lambda: "cannot begin" in caplog.text,
        )
    assert "talks is being run by process" in caplog.text


def test_a_digest_of_another_ledger_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from summarizer.cli import main

    (tmp_path / "digest.toml").write_text('title = "T"\nsources = ["inbox"]\nledger = "sqlite:///other.db"\n')
    at = ["--ledger", "postgresql://host/x", "--digest", str(tmp_path / "digest.toml")]
    assert main(["worker", *at]) == 2
    assert "names another ledger than --ledger" in capsys.readouterr().err
    with pytest.raises(SettingsError, match="no_store holds for one process alone"):
        WorkerSettings(
            asking("http://127.0.0.1:1/v1", tmp_path),
            digests=(
                Digest(
                    DigestConfig(title="T", sources=({"place": "a"},)),  # type: ignore[arg-type]
                    asking("http://127.0.0.1:1/v1", tmp_path, no_store=True),
                ),
            ),
        )


def test_the_proof_in_small() -> None:
    """Sixty documents, two workers, faults, one of them killed: `benchmarks/workers.py` does it at full size."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
    try:
        from workers import Plan, report, run
    finally:
        sys.path.pop(0)
    plan = Plan(documents=60, jobs=2, workers=2, concurrency=4, faults=0.05, kill_every=1, kills=1, stalled=3, rpm=600)
    found = run(plan)
    told = report(plan, found)
    assert found.states == {"done": 60, "job done": 2}, told
    assert (found.gaps, found.tally.asked, found.tally.again) == (0, 60, 0), told
    assert found.tally.most_requests <= 600, told
    assert set(found.endings) <= {0, -signal.SIGTERM}, told  # told to end before it had begun
