"""The runs of a digest, the briefs that they made, and what is to go out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from summarizer.ledger.models import BriefRow, OutboxRow, RunRow

__all__ = ["Briefs", "Kept", "Outgoing", "RunRecord"]


@dataclass(frozen=True)
class Kept:
    """A brief of a day as it is kept."""

    id: int
    day: datetime.date
    revision: int
    made: datetime.datetime
    base: int | None
    announced: bool
    brief: Mapping[str, Any]
    news: Mapping[str, Any]


@dataclass(frozen=True)
class Outgoing:
    """What is to go out, or went, by one way on one day."""

    id: int
    day: datetime.date
    channel: str
    brief: int
    state: str
    tries: int
    reason: str | None
    sent: datetime.datetime | None


@dataclass(frozen=True)
class RunRecord:
    """One run."""

    id: int
    day: datetime.date
    began: datetime.datetime
    ended: datetime.datetime | None
    state: str
    report: Mapping[str, Any]


class Briefs:
    """The runs and briefs of one digest, within a session."""

    def __init__(self, session: Session, digest: str) -> None:
        self.session, self.digest = session, digest

    def begin(self, day: datetime.date, now: datetime.datetime) -> int:
        """Note that a run begins. Runs that were left unfinished are noted as broken off."""
        for row in self.session.scalars(select(RunRow).where(RunRow.digest == self.digest, RunRow.state == "running")):
            row.state = "broken_off"
        row = RunRow(digest=self.digest, day=day, began=now, state="running", report={})
        self.session.add(row)
        self.session.flush()
        return row.id

    def end(self, run: int, state: str, now: datetime.datetime, report: Mapping[str, Any]) -> None:
        """Note that a run has ended: `done` or `failed`."""
        row = self.session.get_one(RunRow, run)
        row.state, row.ended, row.report = state, now, dict(report)

    def runs(self, most: int = 30) -> list[RunRecord]:
        """Return the latest runs, the newest first."""
        rows = self.session.scalars(
            select(RunRow).where(RunRow.digest == self.digest).order_by(RunRow.id.desc()).limit(most)
        )
        return [RunRecord(row.id, row.day, row.began, row.ended, row.state, row.report) for row in rows]

    def latest(self) -> Kept | None:
        """Return the newest brief."""
        return self._one(BriefRow.id.is_not(None))

    def announced(self) -> Kept | None:
        """Return the newest brief that went out by every way."""
        return self._one(BriefRow.announced)

    def of_day(self, day: datetime.date) -> Kept | None:
        """Return the last revision of a day's brief."""
        return self._one(BriefRow.day == day)

    def up_to(self, day: datetime.date) -> Kept | None:
        """Return the newest brief of a day or of the last one before it."""
        return self._one(BriefRow.day <= day)

    def get(self, brief: int) -> Kept | None:
        """Return a brief by its number."""
        return self._one(BriefRow.id == brief)

    def _one(self, *where: Any) -> Kept | None:
        found = select(BriefRow).where(BriefRow.digest == self.digest, *where).order_by(BriefRow.id.desc()).limit(1)
        row = self.session.scalars(found).first()
        if row is None:
            return None
        return Kept(row.id, row.day, row.revision, row.made, row.base, row.announced, row.brief, row.news)

    def history(self) -> list[tuple[datetime.date, int, Mapping[str, Any]]]:
        """Return for each day, oldest first, its last revision and what changed."""
        rows = self.session.scalars(
            select(BriefRow)
            .where(BriefRow.digest == self.digest)
            .options(defer(BriefRow.brief))
            .order_by(BriefRow.day, BriefRow.revision)
        )
        return list({row.day: (row.day, row.revision, row.news) for row in rows}.values())

    def keep(self, kept: Kept) -> int:
        """Keep a brief as the next revision of its day; its id and revision are given here. Returns the id."""
        revision = self.session.scalar(
            select(func.max(BriefRow.revision)).where(BriefRow.digest == self.digest, BriefRow.day == kept.day)
        )
        row = BriefRow(
            digest=self.digest,
            day=kept.day,
            revision=(revision or 0) + 1,
            made=kept.made,
            base=kept.base,
            announced=kept.announced,
            brief=dict(kept.brief),
            news=dict(kept.news),
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def slot(self, day: datetime.date, channel: str) -> Outgoing | None:
        """Return what goes, or went, out by a way on a day."""
        found = select(OutboxRow).where(
            OutboxRow.digest == self.digest, OutboxRow.day == day, OutboxRow.channel == channel
        )
        row = self.session.scalars(found).first()
        return None if row is None else _outgoing(row)

    def queue(self, day: datetime.date, channels: Iterable[str], brief: int) -> None:
        """Put a brief among what is to go out. What was not sent yet is replaced; files always are."""
        for channel in channels:
            known = self.slot(day, channel)
            if known is None:
                self.session.add(
                    OutboxRow(digest=self.digest, day=day, channel=channel, brief=brief, state="pending", tries=0)
                )
            elif known.state == "pending" or channel == "files":
                row = self.session.get_one(OutboxRow, known.id)
                row.brief, row.state, row.reason = brief, "pending", None
        self.session.flush()

    def due(self) -> list[Outgoing]:
        """Return what is still to go out, oldest first."""
        found = select(OutboxRow).where(OutboxRow.digest == self.digest, OutboxRow.state != "sent")
        return [_outgoing(row) for row in self.session.scalars(found.order_by(OutboxRow.day, OutboxRow.id))]

    def sending(self, outgoing: int) -> None:
        """Note that something is about to go out."""
        row = self.session.get_one(OutboxRow, outgoing)
        row.state = "sending"
        row.tries += 1

    def sent(self, outgoing: int, now: datetime.datetime) -> None:
        """Note that something has gone out."""
        row = self.session.get_one(OutboxRow, outgoing)
        row.state, row.sent, row.reason = "sent", now, None

    def refused(self, outgoing: int, reason: str) -> None:
        """Note that something could not go out: the next run tries again."""
        row = self.session.get_one(OutboxRow, outgoing)
        row.state, row.reason = "pending", reason


def _outgoing(row: OutboxRow) -> Outgoing:
    return Outgoing(row.id, row.day, row.channel, row.brief, row.state, row.tries, row.reason, row.sent)
