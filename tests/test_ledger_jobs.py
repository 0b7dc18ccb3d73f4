"""The jobs of the service in the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime

from summarizer.ledger import JobFile, Jobs, Ledger, NewJob

NOW = datetime.datetime(2031, 6, 18, 6, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(minutes=1)


def new(owner: str = "ann", key: str | None = None, title: str = "T") -> NewJob:
    return NewJob(owner, key, "f" * 64, title, {"addresses": ["\ud800\0"]}, [JobFile("a.txt", b"\0\xff")])


def test_a_job_from_beginning_to_end(address: str) -> None:
    with Ledger(address) as ledger:
        with ledger.writing() as session:
            record, fresh = Jobs(session).add(new(), NOW)
            assert (fresh, record.state, record.created) == (True, "waiting", NOW)
        with ledger.writing() as session:
            assert Jobs(session).take(record.id) == (
                Jobs(session).get(record.id),
                [JobFile("a.txt", b"\0\xff")],
            )
            assert Jobs(session).counts() == {"running": 1}
        with ledger.writing() as session:
            Jobs(session).end(record.id, LATER, '{"title": "\ud800"}')
            assert Jobs(session).take(record.id) is None
        with ledger.reading() as session:
            kept = Jobs(session).get(record.id, owner="ann", brief=True)
            assert kept is not None
            assert (kept.state, kept.brief, kept.ended) == ("done", '{"title": "\ud800"}', LATER)
            assert kept.request == {"addresses": ["\ud800\0"]}
            assert Jobs(session).get(record.id, owner="bob") is None
            assert [one.brief for one in Jobs(session).listed("ann")] == [None]
        with ledger.writing() as session:
            Jobs(session).remove(record.id)
            assert Jobs(session).get(record.id) is None
            Jobs(session).end(record.id, LATER, {"title": "gone"})


def test_a_key_is_its_owners_and_stands_for_one_job(address: str) -> None:
    with Ledger(address) as ledger, ledger.writing() as session:
        jobs = Jobs(session)
        first, _ = jobs.add(new(key="k", title="first"), NOW)
        again, fresh = jobs.add(new(key="k", title="again"), LATER)
        assert (again.id, again.title, fresh) == (first.id, "first", False)
        assert jobs.again(new(key="k")) == (first, False)
        assert jobs.again(new(key="other")) is None
        assert jobs.again(new()) is None
        assert jobs.add(new(owner="bob", key="k"), NOW)[1]
        assert jobs.add(new(), NOW)[0].id != jobs.add(new(), NOW)[0].id


def test_what_ran_waits_again_in_the_order_that_it_came(address: str) -> None:
    with Ledger(address) as ledger, ledger.writing() as session:
        jobs = Jobs(session)
        second, first, third = (jobs.add(new(), NOW + datetime.timedelta(seconds=later))[0].id for later in (2, 1, 3))
        jobs.take(second)
        jobs.take(third)
        jobs.put_back(third)
        done, _ = jobs.add(new(), NOW)
        jobs.end(done.id, LATER, {"title": "no"})
        assert jobs.resume() == [first, second, third]
        assert jobs.counts() == {"waiting": 3, "failed": 1}
