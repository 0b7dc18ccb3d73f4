"""The digests that the ledger holds, to be read."""

from __future__ import annotations

import datetime
import json

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from summarizer.ledger import Briefs
from summarizer.ledger.models import BriefRow, DigestRow

__all__ = ["DigestAnswer", "brief_of_day", "digests_in"]


class DigestAnswer(BaseModel):
    """A digest, and the days that it has a brief of."""

    name: str
    kind: str
    days: list[datetime.date]

    @property
    def latest(self) -> datetime.date:
        """The newest day."""
        return self.days[-1]


def digests_in(session: Session) -> list[DigestAnswer]:
    """Return the digests that have a brief, by name."""
    found: dict[str, DigestAnswer] = {}
    rows = select(DigestRow.name, DigestRow.kind, BriefRow.day).join(BriefRow, BriefRow.digest == DigestRow.name)
    for name, kind, day in session.execute(rows.distinct().order_by(DigestRow.name, BriefRow.day)):
        found.setdefault(name, DigestAnswer(name=name, kind=kind, days=[])).days.append(day)
    return list(found.values())


def brief_of_day(session: Session, name: str, day: datetime.date) -> tuple[str, str] | None:
    """Return the brief of a digest's day as JSON, and its kind; None when there is none."""
    digest = session.get(DigestRow, name)
    kept = Briefs(session, name).of_day(day)
    if digest is None or kept is None:
        return None
    return json.dumps(kept.brief, indent=2), digest.kind
