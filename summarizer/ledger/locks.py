"""One run at a time: who holds a digest, and since when."""

from __future__ import annotations

import datetime
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, update

from summarizer.errors import DigestError
from summarizer.ledger.models import LockRow
from summarizer.ledger.store import Ledger, insert_new

__all__ = ["STALE", "Holder", "Lock", "holder"]

STALE = datetime.timedelta(seconds=120)
"""Without a sign of life for so long, a holder on another machine is taken for dead."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock."""

    host: str
    pid: int
    since: datetime.datetime
    heartbeat: datetime.datetime

    def alive(self, now: datetime.datetime) -> bool:
        """Tell whether the holder still runs: by its process on this machine, else by its last sign of life."""
        if self.host == socket.gethostname() and not _runs(self.pid):
            return False
        # Also a sign of life far ahead is none: the clock was set back since.
        return abs(now - self.heartbeat) < STALE


class Lock:
    """A lock in the ledger. `take` it, `beat` now and then, `release` it.

    Raises DigestError from `take` when another run holds it, and from `beat` when it was lost.
    """

    def __init__(self, ledger: Ledger, name: str, clock: Callable[[], datetime.datetime]) -> None:
        self.ledger, self.name, self.clock = ledger, name, clock
        self.token = secrets.token_hex(16)

    def take(self) -> None:
        """Take the lock, also from a holder that is dead."""
        now = self.clock()
        with self.ledger.writing() as session:
            row = session.get(LockRow, self.name, with_for_update=True)
            if row is not None and not _holder(row).alive(now):
                session.delete(row)
                session.flush()
            mine = {"host": socket.gethostname(), "pid": os.getpid(), "token": self.token}
            if not insert_new(session, LockRow, name=self.name, since=now, heartbeat=now, **mine):
                session.expire_all()
                known = _holder(session.get_one(LockRow, self.name))
                raise DigestError(
                    f"{self.name} is being run by process {known.pid} on {known.host} since "
                    f"{known.since:%Y-%m-%d %H:%M:%S} UTC. Wait for it to end."
                )

    def beat(self) -> None:
        """Give a sign of life."""
        with self.ledger.writing() as session:
            mine = update(LockRow).where(LockRow.name == self.name, LockRow.token == self.token)
            if session.execute(mine.values(heartbeat=self.clock())).rowcount != 1:  # type: ignore[attr-defined]
                raise DigestError(f"{self.name} was taken over by another run: this one gave no sign of life.")

    def release(self) -> None:
        """Give the lock back, if it is still ours."""
        with self.ledger.writing() as session:
            session.execute(delete(LockRow).where(LockRow.name == self.name, LockRow.token == self.token))


def holder(ledger: Ledger, name: str) -> Holder | None:
    """Return who holds a lock."""
    with ledger.reading() as session:
        row = session.get(LockRow, name)
        return None if row is None else _holder(row)


def _holder(row: LockRow) -> Holder:
    return Holder(row.host, row.pid, row.since, row.heartbeat)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
