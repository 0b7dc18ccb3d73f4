"""A run is killed anywhere, and the next one completes it: nothing paid, sent or recorded twice, nothing lost."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from crashing import crash
from digesting import Bench, World, report
from forking import start
from mailserver import Mailbox
from scripted import Act, Scripted
from sqlalchemy import text

from summarizer.ledger import Ledger
from summarizer.recordings.format import CHAT, request_key

BEFORE = report("2025-02-12", "Moscow rejects foreign troops. Kyiv demands a ceasefire, which is open.", title="Before")
DAY = [
    report("2025-03-17", "Kremlin accepts Western soldiers. Kyiv demands a ceasefire, which is met.", title="First"),
    report("2025-03-17", "Moscow accepts foreign troops. Kyiv opposes a summit.", title="Second"),
]
TABLES = ("documents", "entries", "extractions", "claims", "briefs", "outbox", "names", "wordings", "parties")


class Servers:
    """The model, the mail server and the webhook, and what each got."""

    def __init__(self) -> None:
        self.world = World()
        self.model = Scripted(self.world)
        self.hook = Scripted(Act(status=204))
        self.box = Mailbox()

    def clear(self) -> None:
        for kept in (self.world.asked, self.world.keys, self.hook.asked, self.box.mails):
            kept.clear()


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    start()
    made = Servers()
    with made.model, made.hook, made.box:
        yield made


class Case:
    """A digest after its first day, in a folder of its own, that can be killed on its second."""

    def __init__(self, servers: Servers, template: Path, folder: Path, address: str = "") -> None:
        shutil.copytree(template, folder)
        self.servers, self.folder = servers, folder
        self.address = address or f"sqlite:///{folder}/ledger.db"
        mail = {"host": "127.0.0.1", "port": servers.box.port, "security": "none", "sender": "a@example.org"}
        self.config = {
            "mail": {**mail, "to": ["b@example.org"]},
            "webhook": {"url": servers.hook.url, "brief": False},
        }

    def task(self, day: str = "2025-03-17") -> dict[str, Any]:
        return {
            "url": self.servers.model.url,
            "address": self.address,
            "folder": str(self.folder),
            "config": self.config,
            "documents": [one.model_dump(mode="json") for one in DAY],
            "day": day,
        }

    def finish(self) -> None:
        bench = Bench(self.servers.model.url, self.address, self.folder, **self.config)
        try:
            asyncio.run(bench.go("2025-03-17", DAY))
            asyncio.run(bench.go("2025-03-17", DAY))
        finally:
            bench.ledger.close()

    def state(self) -> dict[str, Any]:
        """Return what is in the ledger and in the folder, without what may differ: how often the model was asked."""
        with Ledger(self.address) as ledger, ledger.engine.connect() as connection:
            counts = {
                table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 - our own
                for table in TABLES
            }
            due = connection.execute(text("SELECT count(*) FROM outbox WHERE state != 'sent'")).scalar()
            held = connection.execute(text("SELECT count(*) FROM locks")).scalar()
        files = {path.name: path.read_text() for path in sorted((self.folder / "out").iterdir())}
        brief = json.loads(files["2025-03-17.json"])
        shown = {name: text for name, text in files.items() if "changes" in name}
        return {**counts, "due": due, "held": held, "names": sorted(files), "brief": {**brief, "run": 0}, **shown}

    def kept(self) -> set[str]:
        """Return the keys of the replies that are kept."""
        with Ledger(self.address) as ledger, ledger.engine.connect() as connection:
            return set(connection.execute(text("SELECT key FROM replies")).scalars())

    def sending(self) -> set[str]:
        """Return the ways by which something was just going out."""
        with Ledger(self.address) as ledger, ledger.engine.connect() as connection:
            return set(connection.execute(text("SELECT channel FROM outbox WHERE state = 'sending'")).scalars())


@pytest.fixture(scope="module")
def template(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("digest") / "template"
    folder.mkdir()
    bench = Bench(servers.model.url, f"sqlite:///{folder}/ledger.db", folder)
    asyncio.run(bench.go("2025-02-12", [BEFORE]))
    bench.ledger.close()
    return folder


@dataclass(frozen=True)
class Whole:
    """A run that nobody kills: how many lines it has, and what it comes to."""

    servers: Servers
    lines: int
    state: dict[str, Any]


@pytest.fixture(scope="module")
def whole(servers: Servers, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    case = Case(servers, template, tmp_path_factory.mktemp("whole") / "case")
    lines = crash(case.task(), None)
    assert lines is not None
    case.finish()
    return Whole(servers, lines, case.state())


def check(servers: Servers, case: Case, kept: set[str], sending: set[str]) -> None:
    """Let the next run finish, and check what was paid and sent in all."""
    paid = len(servers.world.keys)
    case.finish()
    again = {request_key(CHAT, json.loads(body)) for body in servers.world.keys[paid:]}
    assert not again & kept, "a reply that was kept is not paid again"
    ids = [mail["Message-ID"] for mail in servers.box.mails]
    assert len(set(ids)) == 1
    assert len(ids) == 1 or sending == {"mail"}, "only what was just going out may come twice, as the same mail"
    keys = [asked.headers["idempotency-key"] for asked in servers.hook.asked]
    assert len(set(keys)) == 1
    assert len(keys) == 1 or sending == {"webhook"}


def test_a_run_that_is_killed_anywhere_is_completed_by_the_next(
    whole: Whole, template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    points = request.config.getoption("--crash-points")
    servers, lines, wanted = whole.servers, whole.lines, whole.state
    assert lines > points
    assert wanted["due"] == wanted["held"] == 0
    stages: Counter[str] = Counter()
    for point in range(points):
        case = Case(servers, template, tmp_path / f"case{point}")
        servers.clear()
        crash(case.task(), 1 + point * lines // points)
        kept, sending = case.kept(), case.sending()
        stages[f"{len(servers.world.asked)} asked, {len(servers.box.mails)} mails"] += 1
        check(servers, case, kept, sending)
        assert case.state() == wanted, point
        shutil.rmtree(case.folder)
    assert len(stages) > 3, f"the points lie all over the run: {stages}"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_it_is_so_on_postgresql_too(
    whole: Whole, template: Path, tmp_path: Path, request: pytest.FixtureRequest, share: float
) -> None:
    servers, lines, wanted = whole.servers, whole.lines, whole.state
    server: str = request.getfixturevalue("_server")
    name = f"crash{int(share * 10)}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]  # our own name
    case = Case(servers, template, tmp_path / name, server.format(name=name))
    bench = Bench(servers.model.url, case.address, case.folder)
    asyncio.run(bench.go("2025-02-12", [BEFORE]))
    bench.ledger.close()
    servers.clear()
    crash(case.task(), int(lines * share))
    check(servers, case, case.kept(), case.sending())
    assert case.state() == wanted
