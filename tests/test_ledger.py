"""The ledger: opened, brought up to date, and the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from making import DAY, document, extracted, position
from sqlalchemy import inspect, text
from summarizer.schemas.negotiation import Negotiation

from summarizer.claims import Issue, Party, Person
from summarizer.documents import Document
from summarizer.errors import DigestError, LedgerError
from summarizer.ledger import Briefs, Documents, Kept, Ledger, Lock, Names, Replies, default_address, holder, register
from summarizer.ledger.models import Base
from summarizer.recordings.format import Exchange

NOW = datetime.datetime(2025, 9, 4, 5, 0, tzinfo=datetime.UTC)


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    with Ledger(address) as opened:
        with opened.writing() as session:
            register(session, "talks", "negotiation")
        yield opened


def test_the_migrations_make_the_tables_that_the_models_describe(ledger: Ledger) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_go_back_too(ledger: Ledger) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parent.parent / "summarizer" / "ledger" / "migrations")
    )
    with ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_opening_again_keeps_what_is_there_and_two_may_open_at_once(address: str) -> None:
    failures: list[BaseException] = []

    def go() -> None:
        try:
            Ledger(address).close()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Ledger(address) as again, again.reading() as session:
        assert Documents(session, "talks", Negotiation).known() == set()


def test_a_ledger_of_a_newer_program_is_refused(address: str) -> None:
    with Ledger(address) as ledger, ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer version"):
        Ledger(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "no address"),
        ("mysql://host/name", "SQLite or a PostgreSQL"),
        ("postgresql://user:geheim@127.0.0.1:1/none", "the database says"),
        ("sqlite:////proc/nothing/ledger.db", "folder"),
    ],
)
def test_an_address_that_cannot_work_is_told_in_one_line_without_its_password(address: str, said: str) -> None:
    with pytest.raises(LedgerError, match=said) as told:
        Ledger(address)
    assert "geheim" not in str(told.value)
    assert "\n" not in str(told.value)


def test_the_users_own_ledger_is_a_file_in_the_data_folder() -> None:
    with Ledger() as ledger:
        assert ledger.address == default_address()
        with ledger.engine.connect() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_file_that_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("these are notes, not a database " * 100)
    with pytest.raises(LedgerError, match="not a ledger"):
        Ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_locked_file_is_told_after_a_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarizer.ledger.store._LOCKED_SECONDS", 0)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="locked"), ledger.writing():
            pass
        with ledger.reading() as session:  # a reader is not hindered
            assert Documents(session, "talks", Negotiation).known() == set()
        other.close()


def test_a_full_disk_keeps_nothing_of_the_step(tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        with ledger.writing() as session:
            register(session, "talks", "negotiation")
            pages = session.scalar(text("PRAGMA page_count"))
        big = [document(f"{number} " * 3000) for number in range(40)]
        with pytest.raises(LedgerError, match="full"), ledger.writing() as session:
            session.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
            Documents(session, "talks", Negotiation).add(big, DAY)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger, ledger.reading() as session:
        assert Documents(session, "talks", Negotiation).known() == set()


def test_a_document_comes_back_as_it_was_and_once(ledger: Ledger) -> None:
    odd = document("Lone \ud800 and \x00 and ligature ﬁ.", title="Odd \udfff", url="https://example.com/a")
    with ledger.writing() as session:
        documents = Documents(session, "talks", Negotiation)
        assert documents.add([odd], DAY) == [odd]
        assert documents.add([odd], DAY) == []
        assert documents.waiting() == [odd]
    with ledger.writing() as session, pytest.raises(LedgerError, match="another document"):
        Documents(session, "talks", Negotiation).add([Document(id=odd.id, text="Something else.")], DAY)


def test_an_extraction_comes_back_as_it_was(ledger: Ledger) -> None:
    one = document("Moscow \ud800 said no. It said no again.")
    said = extracted(one, position(one, "said no"), position(one, "said no again", stance="opposes"))
    with ledger.writing() as session:
        documents = Documents(session, "talks", Negotiation)
        documents.add([one], DAY)
        number = documents.keep(said, {"model": "m"}, NOW)
        assert documents.waiting() == []
        assert documents.held() == []
        (held,) = documents.unreconciled()
        assert held.extracted == said
        assert held.extraction == number
        documents.mark([number], reconciled=True)
        assert documents.uncompared() == {number}
        assert documents.held() == []
        assert [one.extracted for one in documents.held(uncompared=True)] == [said]
        documents.mark([number], compared=True)
        assert [one.extracted for one in documents.held()] == [said]


def test_a_later_extraction_replaces_the_earlier_and_a_brief_still_knows_its_own(ledger: Ledger) -> None:
    one = document("Moscow said no.")
    first, second = (extracted(one, position(one, "said no", stance=stance)) for stance in ("rejects", "opposes"))
    with ledger.writing() as session:
        documents, briefs = Documents(session, "talks", Negotiation), Briefs(session, "talks")
        documents.add([one], DAY)
        documents.mark([documents.keep(first, {}, NOW)], reconciled=True, compared=True)
        brief = briefs.keep(Kept(0, DAY, 0, NOW, None, True, {}, {}))
        documents.include(brief)
        documents.ask_again([one.id])
        assert [one.id for one in documents.waiting()] == [one.id]
        documents.mark([documents.keep(second, {}, NOW)], reconciled=True, compared=True)
        assert [held.extracted for held in documents.held()] == [second]
        assert [held.extracted for held in documents.replaced(brief)] == [first]
        with pytest.raises(LedgerError, match="no document"):
            documents.ask_again(["s-none"])


def test_groups_that_share_a_claim_become_one(ledger: Ledger) -> None:
    one = document("a b c d e")
    said = extracted(one, *(position(one, word) for word in "abcde"))
    with ledger.writing() as session:
        documents = Documents(session, "talks", Negotiation)
        documents.add([one], DAY)
        documents.mark([documents.keep(said, {}, NOW)], reconciled=True, compared=True)
        a, b, c, d, e = documents.held()[0].rows
        documents.group([[b, c], [d, e], [c, d]])
        documents.follow(e, a, "meets")
        (held,) = documents.held()
        assert held.same == dict.fromkeys((b, c, d, e), b)
        assert held.follows == {e: (a, "meets")}


def test_a_document_that_fails_waits_and_is_given_up_in_the_end(ledger: Ledger) -> None:
    one = document("Moscow said no.")
    with ledger.writing() as session:
        documents = Documents(session, "talks", Negotiation)
        documents.add([one], DAY)
        documents.failed(one.id, "no connection", most=None)
        documents.failed(one.id, "refused", most=2)
        assert [entry.state for entry in documents.entries()] == ["waiting"]
        documents.failed(one.id, "refused", most=2)
        (entry,) = documents.entries()
        assert (entry.state, entry.tries, entry.reason) == ("given_up", 2, "refused")
        assert documents.waiting() == []


def test_copies_are_not_asked_about(ledger: Ledger) -> None:
    one, other = document("Moscow said no."), document("Moscow said no. Read also.")
    with ledger.writing() as session:
        documents = Documents(session, "talks", Negotiation)
        documents.add([one, other], DAY)
        documents.set_origins({other.id: one.id})
        assert documents.waiting() == [one]
        assert documents.copies() == [other]
        assert documents.origins() == {other.id: one.id}


def test_a_digest_keeps_its_kind(ledger: Ledger) -> None:
    with ledger.writing() as session, pytest.raises(LedgerError, match="another name"):
        register(session, "talks", "meeting")


def test_briefs_have_revisions_and_go_out_once(ledger: Ledger) -> None:
    with ledger.writing() as session:
        briefs = Briefs(session, "talks")
        first = briefs.keep(Kept(0, DAY, 0, NOW, None, True, {"n": 1}, {}))
        briefs.queue(DAY, ["files", "mail"], first)
        files, mail = briefs.due()
        briefs.sending(mail.id)
        briefs.sent(mail.id, NOW)
        briefs.sent(files.id, NOW)
        second = briefs.keep(Kept(0, DAY, 0, NOW, first, False, {"n": 2}, {}))
        briefs.queue(DAY, ["files", "mail"], second)
        assert [(one.channel, one.brief) for one in briefs.due()] == [("files", second)]
        latest, announced = briefs.latest(), briefs.announced()
        assert latest is not None
        assert announced is not None
        assert (latest.revision, latest.brief) == (2, {"n": 2})
        assert announced.id == first
        briefs.refused(files.id, "disk full")
        assert briefs.due()[0].reason == "disk full"
        assert [revision for _, revision, _ in briefs.history()] == [2]
        sent = briefs.slot(DAY, "mail")
        assert sent is not None
        assert sent.sent == NOW


def test_a_run_that_was_left_unfinished_is_noted(ledger: Ledger) -> None:
    with ledger.writing() as session:
        briefs = Briefs(session, "talks")
        briefs.begin(DAY, NOW)
        run = briefs.begin(DAY, NOW)
        briefs.end(run, "done", NOW, {"new": 1})
        assert [one.state for one in briefs.runs()] == ["done", "broken_off"]


def test_one_run_at_a_time(ledger: Ledger) -> None:
    lock = Lock(ledger, "talks", lambda: NOW)
    lock.take()
    with pytest.raises(DigestError, match=r"process \d+ on .* since 2025-09-04 05:00:00 UTC"):
        Lock(ledger, "talks", lambda: NOW).take()
    Lock(ledger, "other", lambda: NOW).take()
    lock.release()
    assert holder(ledger, "talks") is None
    Lock(ledger, "talks", lambda: NOW).take()


@pytest.mark.parametrize("later", [datetime.timedelta(hours=1), -datetime.timedelta(hours=1)])
def test_a_lock_without_a_sign_of_life_is_taken_over_and_its_old_holder_stops(
    ledger: Ledger, later: datetime.timedelta
) -> None:
    old = Lock(ledger, "talks", lambda: NOW)
    old.take()
    Lock(ledger, "talks", lambda: NOW + later).take()
    with pytest.raises(DigestError, match="taken over"):
        old.beat()
    old.release()
    assert holder(ledger, "talks") is not None


def test_a_sign_of_life_keeps_a_lock(ledger: Ledger) -> None:
    now = [NOW]
    lock = Lock(ledger, "talks", lambda: now[0])
    lock.take()
    now[0] += datetime.timedelta(hours=1)
    lock.beat()
    with pytest.raises(DigestError):
        Lock(ledger, "talks", lambda: now[0]).take()


def test_the_lock_of_a_dead_process_is_taken_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    ended = subprocess.Popen(["true"])
    ended.wait()
    with monkeypatch.context() as patched:
        patched.setattr("os.getpid", lambda: ended.pid)
        Lock(ledger, "talks", lambda: NOW).take()
    Lock(ledger, "talks", lambda: NOW).take()


def test_replies_are_kept_by_their_key(ledger: Ledger, tmp_path: Path) -> None:
    replies = Replies(ledger, tmp_path)
    recording: dict[str, Any] = {"key": "k" * 64, "purpose": "extract", "reply": {"n": "\ud800"}}
    assert replies.get("k" * 64, Exchange()) is None
    replies.put(recording, "name")
    replies.put({**recording, "reply": {"n": 2}}, "name")
    assert replies.get("k" * 64, Exchange()) == recording
    replies.forget("k" * 64)
    assert replies.get("k" * 64, Exchange()) is None


def test_names_are_learnt_with_their_forms_people_and_wordings(ledger: Ledger) -> None:
    from summarizer.reconciling import by_name

    one = document("The Kremlin said no.")
    kremlin = Party(
        id="",
        name="Russia",
        kind="state",
        aliases=["The Kremlin"],
        people=[Person(name="Dmitry Peskov", office="spokesman", aliases=["Peskov"])],
    )
    said = extracted(one, position(one, "said no"), parties=(kremlin,))
    with ledger.writing() as session:
        names = Names(session, "talks")
        names.learn(by_name([said]), [said])
        names.learn(by_name([said], names.registry()), [said])
        known = names.registry()
    (russia,) = known.parties
    assert (russia.id, russia.aliases) == ("russia", ["The Kremlin"])
    assert [person.aliases for person in russia.people] == [["Peskov"]]
    assert known.party("Kremlin") == russia
    assert known.issue("Troops", "European troops are in Ukraine.") == ("troops", False)
    assert known.uses == {"russia": 2, "troops": 2}
    assert by_name([said], known).party_ids == {(one.id, "Russia"): "russia"}


def test_a_topics_parties_and_issues_are_known_from_the_start(ledger: Ledger) -> None:
    from summarizer.registry import OTHER, Registry

    topic = Registry(
        parties=(Party(id="russia", name="Russia", kind="state", aliases=["Moscow"]),),
        issues=(Issue(id="troops", name="troops", proposition="They are there.", question="?"),),
        closed=True,
    )
    with ledger.writing() as session:
        names = Names(session, "talks")
        names.seed(topic)
        names.seed(topic)
        known = names.registry(closed=True)
    assert known.parties == topic.parties
    assert known.issue("troops", "Whatever.") == ("troops", False)
    assert known.issue("another", "Whatever.") == (OTHER, False)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hun@ter2@127.0.0.1:1/x",
        "postgresql://u:hunter2@127.0.0.1:port/x",
        "postgresql://127.0.0.1:1/x?user=u&password=hunter2",
        "u:hunter2@127.0.0.1/x",
    ],
)
def test_no_error_shows_a_password(url: str) -> None:
    with pytest.raises(LedgerError) as told:
        Ledger(url)
    assert "ter2" not in str(told.value)
    assert "\n" not in str(told.value)
