"""Workers on a real PostgreSQL: what they make, what they survive, and what a person can do with their jobs."""

from __future__ import annotations

import contextlib
import datetime
import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from digesting import World, report
from procrastinate.jobs import Job as QueueJob
from scripted import Act, Asked, Scripted, completion, refuse
from sqlalchemy import text
from working import QUICK, asking, counts, job, put, until, work, worker

from summarizer import Job, brief
from summarizer.cli import main
from summarizer.documents import Document
from summarizer.errors import InputError, LedgerError, SettingsError, Unauthorised
from summarizer.ledger import JobDocuments, Jobs, Ledger, Replies
from summarizer.queueing import Queue, WorkerSettings, cancel, remove, retry
from summarizer.queueing.queue import FINISH
from summarizer.queueing.tasks import Again

TEXTS = {
    "harbour": "Moscow rejects foreign troops. The harbour was opened again after two long winters of work.",
    "steel": "Kyiv supports a summit. A strike in the steel mills of the north came to its end on Monday.",
    "chess": "Kremlin opposes Western soldiers. At the chess congress nobody spoke of anything but openings.",
}
HARBOUR, STEEL, CHESS = (report("2025-02-18", f"{words}\n", title=name) for name, words in TEXTS.items())
ALL = (HARBOUR, STEEL, CHESS)


class Model(World):
    """The scripted model, which counts how often each document was asked about, and can hang on one."""

    def __init__(self) -> None:
        super().__init__()
        self.read: Counter[str] = Counter()
        self.hang: str | None = None
        self.faults: dict[str, list[Act]] = {}

    def __call__(self, asked: Asked) -> Act:
        name = next((name for name in TEXTS if name in asked.user), None)
        if name and "NegotiationReport" in str(asked.body["response_format"]):
            self.read[name] += 1
            if self.faults.get(name):
                return self.faults[name].pop(0)
            if name == self.hang:
                return completion("{}", after=60)
        return super().__call__(asked)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def endpoint(model: Model) -> Iterator[Scripted]:
    with Scripted(model) as running:
        yield running


@pytest.fixture
def ledger(on_postgresql: str) -> Iterator[Ledger]:
    with Ledger(on_postgresql) as opened:
        yield opened


@pytest.fixture
def queue(ledger: Ledger) -> Queue:
    return Queue(ledger)


@pytest.fixture
def settings(endpoint: Scripted, tmp_path: Path) -> WorkerSettings:
    return WorkerSettings(asking(endpoint.url, tmp_path), QUICK, stalled=6)


def items(made: Any) -> Any:
    """Return a brief without what tells how it was made."""
    told = json.loads(made) if isinstance(made, str) else made.model_dump(mode="json", by_alias=True)
    del told["run"]
    return told


def test_what_workers_make_is_what_one_process_makes(
    queue: Queue, settings: WorkerSettings, endpoint: Scripted, tmp_path: Path, model: Model
) -> None:
    copy = Document(**{**STEEL.model_dump(exclude={"id"}), "outlet": "Another"})
    alone = brief(Job(inputs=[*ALL, copy], title="Talks"), asking(endpoint.url, tmp_path, no_store=True))
    ident = put(queue, [*ALL, copy], title="Talks", earlier=alone)
    first = len(endpoint.asked)
    work(queue, settings)
    done = job(queue.ledger, ident)
    assert (done.state, done.problem, done.title) == ("done", None, "Talks")
    assert items(done.brief) == items(alone)
    assert counts(queue.ledger, ident) == {"done": 3, "copy": 1}
    assert len(endpoint.asked) - first == first
    with queue.ledger.reading() as session:  # the brief holds the texts now
        assert [one.document for one in JobDocuments(session, ident).all()] == [None] * 4
        assert Jobs(session).files(ident) == []
    with pytest.raises(InputError, match="no document to try again"):
        retry(queue, ident)


def test_the_commands(
    on_postgresql: str, endpoint: Scripted, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: WorkerSettings
) -> None:
    for name, words in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(words)
    at = ["--ledger", on_postgresql]
    assert main(["jobs", *at]) == 0
    assert "no jobs" in capsys.readouterr().err
    assert main(["brief", str(tmp_path), "--enqueue", *at]) == 0
    ident = capsys.readouterr().out.strip()
    main(["jobs", *at])
    assert f"{ident} waiting" in (listed := capsys.readouterr().out)
    assert "3 waiting, 0 running, 0 done, 0 failed" in listed
    assert main(["jobs", *at, "brief", ident]) == 2
    assert "is waiting and has no brief" in capsys.readouterr().err
    assert main(["jobs", *at, "cancel", ident]) == 0
    assert main(["jobs", *at, "retry", ident]) == 0
    assert "3 documents wait again" in capsys.readouterr().out
    with Ledger(on_postgresql) as ledger:
        work(Queue(ledger), settings)
    assert main(["jobs", *at, "show", ident]) == 0
    assert "3 done, 0 failed" in (before := capsys.readouterr().out)
    assert main(["jobs", "show", ident, *at]) == 0
    assert capsys.readouterr().out == before
    assert main(["jobs", *at, "brief", ident, "-q", "-o", str(tmp_path / "brief.json")]) == 0
    assert main(["verify", str(tmp_path / "brief.json")]) == 0
    assert main(["jobs", *at, "remove", ident]) == 0
    assert main(["jobs", *at, "show", ident]) == 2
    assert "There is no job" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--enqueue", "--model", "m"], "--model is for the workers"),
        (["--enqueue", "-o", "brief.json"], "There is no brief yet"),
        (["--enqueue", "--dry-run"], "does not go with --dry-run or --batch"),
        (["--enqueue", "--batch", "submit"], "does not go with --dry-run or --batch"),
        (["--ledger", "sqlite:///l.db"], "--ledger belongs to --enqueue"),
    ],
)
def test_what_does_not_go_with_enqueue(
    given: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(TEXTS["steel"])
    assert main(["brief", str(tmp_path), *given]) == 2
    assert said in capsys.readouterr().err


def test_sqlite_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXTS["steel"])
    at = ["--ledger", f"sqlite:///{tmp_path}/ledger.db"]
    for command in (["brief", str(tmp_path / "a.txt"), "--enqueue"], ["worker"], ["serve", "--enqueue"]):
        assert main([*command, *at]) == 2
        said = capsys.readouterr().err.strip()
        assert "is SQLite, and workers share a PostgreSQL database" in said
        assert "\n" not in said


def test_a_setting_that_holds_for_one_process_is_refused(tmp_path: Path) -> None:
    for name, value in (("max_cost", 0.0), ("max_requests", 5), ("no_store", True), ("record", tmp_path)):
        with pytest.raises(SettingsError, match=f"{name} holds for one process alone"):
            WorkerSettings(asking("http://127.0.0.1:1/v1", tmp_path, **{name: value}))


def test_the_name_of_a_queue(ledger: Ledger) -> None:
    for name in ("q" * 35, "", "two\nlines"):
        with pytest.raises(SettingsError, match="one line of one to 34 bytes"):
            Queue(ledger, name)
    Queue(ledger, "q" * 34)


def test_a_bad_document_fails_alone_and_can_be_tried_again(
    queue: Queue, settings: WorkerSettings, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    model.faults = {
        "chess": [completion(None, refusal="no"), completion(None, refusal="no")],
        "steel": [refuse(503)],
    }
    ident = put(queue, ALL)
    work(queue, settings)
    assert model.read == {"harbour": 1, "steel": 2, "chess": 2}
    done = job(queue.ledger, ident)
    assert done.state == "done"
    gaps = json.loads(done.brief or "")["gaps"]
    assert [(gap["source"], gap["stage"]) for gap in gaps] == [(CHESS.id, "extract")]
    assert "declined" in gaps[0]["reason"]
    assert main(["jobs", "--ledger", queue.ledger.engine.url.render_as_string(hide_password=False), "show", ident]) == 0
    assert f"{CHESS.id} failed after 2 tries: the model declined" in capsys.readouterr().out

    assert retry(queue, ident) == 1
    work(queue, settings)
    assert model.read == {"harbour": 1, "steel": 2, "chess": 3}
    again = json.loads(job(queue.ledger, ident).brief or "")
    assert (again["gaps"], len(again["sources"])) == ([], 3)


def test_when_every_document_fails_the_job_does(queue: Queue, settings: WorkerSettings, model: Model) -> None:
    model.refuse = {"a"}
    ident = put(queue, ALL)
    work(queue, settings)
    failed = job(queue.ledger, ident)
    assert failed.state == "failed"
    assert failed.problem is not None
    assert "declined" in failed.problem["detail"]
    model.refuse = set()
    assert retry(queue, ident) == 3
    work(queue, settings)
    assert job(queue.ledger, ident).state == "done"
    assert job(queue.ledger, ident).problem is None


def test_a_server_in_trouble_at_the_last_step_is_waited_for(
    queue: Queue, settings: WorkerSettings, model: Model
) -> None:
    model.silent = {"Lines"}
    asked = len(model.asked)
    ident = put(queue, ALL)
    work(queue, settings)
    made = json.loads(job(queue.ledger, ident).brief or "")
    assert [gap["stage"] for gap in made["gaps"]] == ["headline"]
    assert model.asked[asked:].count("NegotiationReport") == 3


def test_cancelled_it_stops_and_goes_on_when_told(queue: Queue, settings: WorkerSettings, model: Model) -> None:
    ident = put(queue, ALL)
    cancel(queue, ident)
    with pytest.raises(InputError, match="is cancelled"):
        cancel(queue, ident)
    work(queue, settings)
    assert (job(queue.ledger, ident).state, model.read.total()) == ("cancelled", 0)
    assert retry(queue, ident) == 3
    with pytest.raises(InputError, match="is waiting"):
        retry(queue, ident)
    work(queue, settings)
    assert (job(queue.ledger, ident).state, model.read.total()) == ("done", 3)
    remove(queue, ident)
    with pytest.raises(InputError, match="There is no job"):
        retry(queue, ident)


def test_a_last_step_that_comes_too_early_does_nothing(queue: Queue, settings: WorkerSettings, model: Model) -> None:
    ident = put(queue, ALL)
    with queue.ledger.writing() as session:
        queue.put(session, FINISH, Jobs(session).listed(None)[0])
    work(queue, settings)
    assert job(queue.ledger, ident).state == "done"
    assert counts(queue.ledger, ident) == {"done": 3}
    assert set(model.read.values()) == {1}


def test_a_mistake_of_the_program_strands_no_task(caplog: pytest.LogCaptureFixture) -> None:
    """A task that met what nobody thought of is tried again, later and later, and the log has the place."""
    task = QueueJob(
        id=1, queue="briefs", lock=None, queueing_lock=None, task_name="summarizer.document", task_kwargs={"job": "j-1"}
    )
    for attempts, seconds in ((0, 30), (3, 240), (20, 3600)):
        before = datetime.datetime.now(datetime.UTC)
        decision = Again().get_retry_decision(exception=KeyError("a text"), job=task.evolve(attempts=attempts))
        assert decision.retry_at is not None
        assert decision.retry_at >= before + datetime.timedelta(seconds=seconds)
    assert "KeyError" in caplog.text
    assert "a text" not in caplog.text


def test_a_reply_that_cannot_be_kept_is_no_reply(queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarizer.ledger.replies._PAUSES", (0, 0))
    recording = {"key": "k", "purpose": "extract"}
    with queue.ledger.writing() as session:
        session.execute(text("DROP TABLE replies"))
    Replies(queue.ledger, tmp_path).put(recording, "extract")  # costs the keeping alone
    with pytest.raises(LedgerError, match="replies"):
        Replies(queue.ledger, tmp_path, surely=True).put(recording, "extract")


def test_when_no_connection_is_free_it_is_said(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.engine.pool, "_timeout", 0.1)
    with contextlib.ExitStack() as stack:
        for _ in range(15):  # five that stay open and ten beyond them
            stack.enter_context(ledger.engine.connect())
        with pytest.raises(LedgerError, match="all connections stayed in use"), ledger.reading() as session:
            session.execute(text("SELECT 1"))


def test_a_job_of_the_service_itself_is_none_of_the_workers(queue: Queue) -> None:
    from test_ledger_jobs import NOW, new

    with queue.ledger.writing() as session:
        record, _ = Jobs(session).add(new(), NOW)
        put(queue, [STEEL])
        assert Jobs(session).resume() == [record.id]
    with pytest.raises(InputError, match="a job of the service itself"):
        cancel(queue, record.id)


def test_a_refused_key_stops_the_worker_and_costs_no_document(
    queue: Queue, settings: WorkerSettings, model: Model
) -> None:
    model.faults = {name: [refuse(401)] for name in TEXTS}
    ident = put(queue, ALL)
    with pytest.raises(Unauthorised, match="refused the key"):
        work(queue, settings, ended=lambda: False)
    assert counts(queue.ledger, ident) == {"waiting": 3}
    model.faults = {}
    work(queue, settings)
    assert counts(queue.ledger, ident) == {"done": 3}


def test_a_kind_that_cannot_work_fails_the_job_and_asks_nothing(
    queue: Queue, settings: WorkerSettings, model: Model, tmp_path: Path
) -> None:
    from summarizer.kinds import load_kind

    ident = put(queue, ALL)
    assert load_kind("negotiation")
    with queue.ledger.writing() as session:
        asked = {**job(queue.ledger, ident).request, "kind": str(tmp_path / "gone")}
        Jobs(session).asked(ident, asked)
    work(queue, settings)
    failed = job(queue.ledger, ident)
    assert (failed.state, model.read.total()) == ("failed", 0)
    assert failed.problem is not None
    assert failed.problem["error"] == "KindError"


def test_a_document_that_ends_workers_is_given_up(queue: Queue, settings: WorkerSettings, model: Model) -> None:
    ident = put(queue, ALL)
    with queue.ledger.writing() as session:
        number = next(one.number for one in JobDocuments(session, ident).all() if one.id == CHESS.id)
        for _ in range(QUICK.lost):
            JobDocuments(session, ident).lost([number])
    work(queue, settings)
    gaps = json.loads(job(queue.ledger, ident).brief or "")["gaps"]
    assert [gap["reason"] for gap in gaps] == ["5 workers ended while they asked about it: it is not tried again"]
    assert model.read == {"harbour": 1, "steel": 1}


def test_a_killed_workers_documents_are_taken_over_and_nothing_is_paid_again(
    queue: Queue, endpoint: Scripted, model: Model, on_postgresql: str, tmp_path: Path
) -> None:
    model.hang = "chess"
    ident = put(queue, ALL)
    with worker(on_postgresql, endpoint.url, tmp_path) as first:
        until(lambda: counts(queue.ledger, ident) == {"done": 2, "waiting": 1} and model.read["chess"])
        first.kill()
        first.wait()
        model.hang = None
        with worker(on_postgresql, endpoint.url, tmp_path) as second:
            until(lambda: job(queue.ledger, ident).state == "done")
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
    assert model.read == {"harbour": 1, "steel": 1, "chess": 2}
    assert json.loads(job(queue.ledger, ident).brief or "")["gaps"] == []
    said = (tmp_path / "worker.log").read_text()
    assert "took over 1 tasks" in said
    assert not any(name in said for name in ("Moscow", "Kyiv", "none\n"))


def test_told_to_end_it_finishes_what_runs_and_a_second_time_it_ends_at_once(
    queue: Queue, endpoint: Scripted, model: Model, on_postgresql: str, tmp_path: Path
) -> None:
    model.hang = "chess"
    ident = put(queue, ALL)
    with worker(on_postgresql, endpoint.url, tmp_path) as process:
        until(lambda: model.read["chess"])
        process.send_signal(signal.SIGTERM)
        until(lambda: "told to end" in (tmp_path / "worker.log").read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert counts(queue.ledger, ident)["waiting"] >= 1


def test_a_refused_key_is_one_line_and_exit_code_3(
    queue: Queue, endpoint: Scripted, model: Model, on_postgresql: str, tmp_path: Path
) -> None:
    model.faults = {name: [refuse(401)] * 9 for name in TEXTS}
    put(queue, ALL)
    with worker(on_postgresql, endpoint.url, tmp_path) as process:
        assert process.wait(60) == 3
    last = (tmp_path / "worker.log").read_text().strip().splitlines()[-1]
    assert last.startswith("summarizer: ")
    assert "refused the key (401)" in last


def test_a_database_that_takes_it_for_dead_is_told(queue: Queue, settings: WorkerSettings) -> None:
    """Its row is gone, as when another worker found no sign of life: it may take no more tasks."""

    def forgotten() -> bool:
        with queue.ledger.writing() as session:
            gone = session.execute(text("DELETE FROM procrastinate_workers RETURNING id")).all()
        if gone:
            put(queue, [STEEL])
        return False

    with pytest.raises(LedgerError, match="the queue"):
        work(queue, settings, ended=forgotten)
