"""Workers under fire: every document briefed once, nothing completed paid again, the allowance held, and how fast.

    .venv/bin/python benchmarks/workers.py                         5,000 documents, 4 workers, 200 ms, 2 % faults
    .venv/bin/python benchmarks/workers.py --rpm 3000 --tpm 5000000      with an allowance that binds
    .venv/bin/python benchmarks/workers.py --kill-every 0 --faults 0     left alone

An endpoint in this process answers each request after 200 ms; two in a hundred get a 429 with Retry-After 1, a 500
or a dropped connection. The oldest worker that has begun to ask is killed (SIGKILL) every few seconds, and a new one is
started. All is measured at the endpoint: each worker has a key of its own, so that it is known to whom a reply went.

A document is paid again when it is asked about after a whole 200 reply to it was sent. When that reply went to a
worker that was killed before it could keep it, this is counted apart, with the time from the reply's last byte to the
kill.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime
import itertools
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import databases
import psycopg
from digesting import ISSUES, STANCES, TRUTH, World
from scripted import Act, Asked, Scripted, refuse

from summarizer.api import Job
from summarizer.documents import Document, Published
from summarizer.ledger import JobDocuments, Jobs, Ledger
from summarizer.queueing import Queue, enqueue

_CODE = re.compile(r"Report (\d+) of the desk")
_MINUTE = 60.0


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    documents: int = 5000
    jobs: int = 50
    workers: int = 4
    concurrency: int = 16
    latency: float = 0.2
    faults: float = 0.02
    kill_every: float = 8.0
    """Seconds; 0: nobody is killed."""
    kills: int = 1000
    """At most."""
    stalled: float = 6.0
    rpm: int | None = None
    tpm: int | None = None
    tokens: tuple[int, int] = (1500, 500)
    """Of each reply: input and output."""
    seed: int = 7


@dataclass
class Request:
    """A request as the endpoint saw it."""

    document: int | None
    """None: about names, claims or the bottom line."""
    worker: int
    arrived: float
    status: int
    sent: float | None = None
    """When the last byte of the answer was handed over; None when it never was."""
    tokens: int = 0


@dataclass
class Worker:
    """A worker process."""

    number: int
    process: subprocess.Popen[bytes]
    killed: float | None = None


_KEEPING = 1.0
"""Seconds that a worker may take to keep a reply: killed later than that, it should have kept it."""


class Endpoint(Scripted):
    """The scripted model with faults, and a book of what was asked and answered."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(self._answer)
        self.plan, self._world = plan, World()
        self.book: list[Request] = []
        self._dice = random.Random(plan.seed)  # noqa: S311 - no secret

    def _answer(self, asked: Asked) -> Act:
        code = _CODE.search(asked.user)
        act = self._fault() if self._dice.random() < self.plan.faults else self._reply(asked)
        number = len(self.book)
        self.book.append(
            Request(
                document=int(code[1]) if code else None,
                worker=int(asked.headers["authorization"].removeprefix("Bearer worker-")),
                arrived=time.monotonic(),
                status=0 if act.drop else act.status,
                tokens=sum(self.plan.tokens) if act.status == 200 and not act.drop else 0,  # noqa: PLR2004
            )
        )
        self.asked[asked.number - 1] = replace(asked, raw=b"")  # else they would fill the memory
        return replace(act, headers={**act.headers, "x-number": str(number)}, after=self.plan.latency)

    def _fault(self) -> Act:
        return self._dice.choice([refuse(429, retry_after="1"), refuse(500), Act(drop=True)])

    def _reply(self, asked: Asked) -> Act:
        act = self._world(asked)
        self._world.keys.clear()
        reply = json.loads(act.body)
        read, written = self.plan.tokens
        reply["usage"] = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        return replace(act, body=json.dumps(reply).encode())

    async def _act(self, act: Act, writer: asyncio.StreamWriter) -> bool:
        going_on = await super()._act(act, writer)
        if not act.drop:
            self.book[int(act.headers["x-number"])].sent = time.monotonic()
        return going_on


def documents(plan: Plan) -> Iterator[Document]:
    """Make documents of some 3,000 characters, none like another, with six statements each."""
    dice = random.Random(plan.seed)  # noqa: S311 - no secret
    words = ["".join(dice.choices("abcdefghiklmnoprstuvw", k=dice.randint(3, 9))) for _ in range(4000)]
    first = datetime.date(2025, 1, 1)
    for number in range(plan.documents):
        said = [f"{dice.choice(list(TRUTH))} {dice.choice(STANCES)} {dice.choice(list(ISSUES))}." for _ in range(6)]
        filler = [" ".join(dice.choices(words, k=12)).capitalize() + "." for _ in range(34)]
        sentences = [f"Report {number} of the desk.", *said, *filler]
        day = first + datetime.timedelta(days=number % 365)
        yield Document(
            text="\n".join(sentences) + "\n",
            title=f"Report {number}",
            published=Published(date=day, basis="given"),
        )


class Crew:
    """The worker processes: so many at a time, and now and then the oldest is killed and another started."""

    def __init__(self, plan: Plan, endpoint: str, ledger: str, folder: Path) -> None:
        self.plan, self.endpoint, self.ledger, self.folder = plan, endpoint, ledger, folder
        self.workers: list[Worker] = []
        self.gone: list[Worker] = []
        self._numbers = itertools.count(1)

    def hire(self) -> None:
        """Start a worker."""
        number, plan = next(self._numbers), self.plan
        command = [sys.executable, "-m", "summarizer", "worker", "--ledger", self.ledger, "--base-url", self.endpoint]
        command += ["--model", "scripted", "--concurrency", str(plan.concurrency), "--wait", "2"]
        command += ["--stalled-after", str(plan.stalled), "--store", str(self.folder / "store")]
        for name in ("rpm", "tpm"):
            if getattr(plan, name):
                command += [f"--{name}", str(getattr(plan, name))]
        own = {"OPENAI_API_KEY": f"worker-{number}", "NO_PROXY": "127.0.0.1", "HOME": str(self.folder)}
        with (self.folder / f"worker-{number}.log").open("wb") as said:
            process = subprocess.Popen(command, env={**os.environ, **own}, stderr=said, stdout=said)  # noqa: S603
        self.workers.append(Worker(number, process))

    def kill(self, begun: set[int]) -> None:
        """Kill the oldest worker that has begun to ask, and start another."""
        oldest = next((one for one in self.workers if one.number in begun), None)
        if oldest is None:
            return
        self.workers.remove(oldest)
        oldest.process.kill()
        oldest.killed = time.monotonic()
        oldest.process.wait()
        self.gone.append(oldest)
        self.hire()

    def dismiss(self) -> list[int]:
        """Tell all to end, and return how they ended."""
        for one in self.workers:
            one.process.send_signal(signal.SIGTERM)
        return [one.process.wait(60) for one in self.workers]


def _watch(plan: Plan, ledger: Ledger, crew: Crew, endpoint: Endpoint) -> float:
    """Kill workers until all jobs have ended, and return when that was."""
    next_kill = None
    while True:
        time.sleep(0.25)
        with ledger.reading() as session:
            counts = Jobs(session).counts()
        if counts.get("waiting", 0) + counts.get("running", 0) == 0:
            return time.monotonic()
        if endpoint.book and plan.kill_every and len(crew.gone) < plan.kills:
            next_kill = next_kill or time.monotonic() + plan.kill_every
            if time.monotonic() >= next_kill:
                crew.kill({one.worker for one in endpoint.book})
                next_kill += plan.kill_every


def _processor(server: str) -> dict[str, float]:
    """Return the processor time so far: of ended workers, of this process with its endpoint, of PostgreSQL."""
    children, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    folder = Path(server.partition("host=")[2])
    leader = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    return {
        "workers": children.ru_utime + children.ru_stime,
        "endpoint": own.ru_utime + own.ru_stime,
        "PostgreSQL": sum(_ticks(pid) for pid in _family(leader)) / os.sysconf("SC_CLK_TCK"),
    }


def _family(leader: int) -> list[int]:
    found = [leader]
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if entry.name.isdigit() and int(_stat(int(entry.name))[1]) == leader:
                found.append(int(entry.name))
    return found


def _stat(pid: int) -> list[str]:
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _ticks(pid: int) -> int:
    try:
        return sum(map(int, _stat(pid)[11:15]))  # its own and its ended children's, user and system
    except OSError:
        return 0


@dataclass
class Found:
    """What came of a run."""

    enqueued: float
    seconds: float
    """From the first request to the last brief."""
    states: dict[str, int]
    endings: list[int]
    kills: int
    processor: dict[str, float]
    """Seconds of processor time, by whose."""
    tally: Tally
    gaps: int


@dataclass
class Tally:
    """What the endpoint's book says."""

    requests: int
    faults: int
    other: int
    """About names, claims and bottom lines."""
    asked: int
    """Documents."""
    unanswered: int
    """Requests whose answer never reached a living worker: broken off by a kill."""
    again: int
    """Requests about a document after a whole reply that a living worker had."""
    in_the_moment: list[float]
    """Seconds between a reply's last byte and the kill of its worker, where the document was paid again."""
    most_requests: int
    most_tokens: int


def tally(book: Sequence[Request], killed: dict[int, float], window: float = _MINUTE) -> Tally:
    """Count."""
    again, moments = 0, []
    by_document: dict[int, list[Request]] = defaultdict(list)
    for one in book:
        if one.document is not None:
            by_document[one.document].append(one)
    for asked in by_document.values():
        for earlier, later in itertools.pairwise(sorted(asked, key=lambda one: one.arrived)):
            if earlier.status != 200 or earlier.sent is None or earlier.sent > later.arrived:  # noqa: PLR2004
                continue
            if earlier.worker in killed and killed[earlier.worker] - earlier.sent < _KEEPING:
                moments.append(killed[earlier.worker] - earlier.sent)
            else:
                again += 1
    return Tally(
        requests=len(book),
        faults=sum(one.status != 200 for one in book),  # noqa: PLR2004
        other=sum(one.document is None for one in book),
        asked=len(by_document),
        unanswered=sum(one.sent is None and one.status == 200 for one in book),  # noqa: PLR2004
        again=again,
        in_the_moment=moments,
        most_requests=_most(book, window, lambda _: 1),
        most_tokens=_most(book, window, lambda one: one.tokens),
    )


def _most(book: Sequence[Request], window: float, count: Callable[[Request], int]) -> int:
    """Return the most that came in any sliding window."""
    most = now = start = 0
    ordered = sorted(book, key=lambda one: one.arrived)
    for one in ordered:
        now += count(one)
        while ordered[start].arrived <= one.arrived - window:
            now -= count(ordered[start])
            start += 1
        most = max(most, now)
    return most


def run(plan: Plan) -> Found:
    """Measure."""
    with databases.postgres() as server, Endpoint(plan) as endpoint, tempfile.TemporaryDirectory() as given:
        with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE workers")
        address = server.format(name="workers")
        folder = Path(given)
        with Ledger(address) as ledger:
            queue = Queue(ledger)
            made = list(documents(plan))
            began = time.monotonic()
            for start in range(plan.jobs):
                asyncio.run(enqueue(queue, Job(inputs=made[start :: plan.jobs])))
            enqueued = time.monotonic() - began
            crew = Crew(plan, endpoint.url, address, folder)
            used = _processor(server)
            try:
                for _ in range(plan.workers):
                    crew.hire()
                ended = _watch(plan, ledger, crew, endpoint)
                endings = crew.dismiss()
            finally:
                for one in crew.workers:
                    one.process.kill()
                    one.process.wait()
            with ledger.reading() as session:
                records = Jobs(session).listed(None, plan.jobs)
                states = Counter(
                    state for one in records for state in Counter(JobDocuments(session, one.id).counts()).elements()
                )
                states.update(f"job {one.state}" for one in records)
                briefs = [json.loads(Jobs(session).get(one.id, brief=True).brief or "{}") for one in records]
        spent = {name: value - used[name] for name, value in _processor(server).items()}
        killed = {one.number: one.killed for one in crew.gone if one.killed is not None}
        return Found(
            enqueued,
            ended - min(one.arrived for one in endpoint.book),
            dict(states),
            endings,
            len(killed),
            spent,
            tally(endpoint.book, killed),
            sum(len(one.get("gaps", ())) for one in briefs),
        )


def report(plan: Plan, found: Found) -> str:
    """Return the figures as a table."""
    tally, cores = found.tally, os.cpu_count() or 1
    ideal = plan.latency * plan.documents / (plan.workers * plan.concurrency)
    spent = sum(found.processor.values())
    each = ", ".join(f"{name} {1000 * value / plan.documents:.1f}" for name, value in found.processor.items())
    moments = [f"{1000 * one:.0f}" for one in sorted(tally.in_the_moment)]
    rows = {
        "documents, jobs": f"{plan.documents}, {plan.jobs}",
        "workers × at a time": f"{plan.workers} × {plan.concurrency}, {found.kills} killed and replaced",
        "enqueued in": f"{found.enqueued:.1f} s",
        "states": ", ".join(f"{count} {name}" for name, count in sorted(found.states.items())),
        "gaps in briefs": str(found.gaps),
        "requests": f"{tally.requests}: {tally.asked} documents, {tally.other} other, {tally.faults} met a fault",
        "broken off by a kill": f"{tally.unanswered}",
        "paid again, reply with a living worker": f"{tally.again}",
        "paid again, worker killed at that moment": f"{len(moments)} (ms to the kill: {' '.join(moments) or '-'})",
        "most requests in 60 s": f"{tally.most_requests} (allowed: {plan.rpm or 'any'})",
        "most tokens in 60 s": f"{tally.most_tokens} (allowed: {plan.tpm or 'any'})",
        "seconds": f"{found.seconds:.1f}, {plan.documents / found.seconds:.0f} documents/s",
        "ideal (latency / at a time)": f"{ideal:.1f} s: {100 * ideal / found.seconds:.0f} % of it",
        "processor floor": f"{spent / cores:.1f} s on {cores}: {100 * spent / cores / found.seconds:.0f} % of it",
        "processor, ms a document": each,
        "workers told to end": ", ".join(f"exit {code}" for code in found.endings),
    }
    return "\n".join(f"{name:<42}{value}" for name, value in rows.items())


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for one in fields(Plan):
        if one.name != "tokens":
            kind = float if "float" in str(one.type) else int
            parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=one.default)
    plan = Plan(**vars(parser.parse_args()))
    print(report(plan, run(plan)))


if __name__ == "__main__":
    main()
