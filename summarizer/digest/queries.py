"""What a digest can be asked afterwards: where it stands, what there was, what changed between two days."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from summarizer.changes import changes_in
from summarizer.claims import Attributed, Brief, Claim
from summarizer.digest.comparing import look
from summarizer.digest.conditions import conditions_since
from summarizer.digest.config import DigestConfig
from summarizer.digest.news import News
from summarizer.digest.state import Picture
from summarizer.errors import InputError
from summarizer.kinds import load_kind
from summarizer.ledger import Briefs, Documents, Entry, Holder, Ledger, Outgoing, RunRecord, holder
from summarizer.topics import load_topic

__all__ = ["Status", "brief_of", "changes_over", "days", "status_of"]


@dataclass(frozen=True)
class Status:
    """Where a digest stands."""

    documents: int
    waiting: tuple[Entry, ...]
    given_up: tuple[Entry, ...]
    due: tuple[Outgoing, ...]
    """What is still to go out, with the reason when it was tried."""
    runs: tuple[RunRecord, ...]
    holder: Holder | None
    latest: datetime.date | None


def status_of(config: DigestConfig, ledger: Ledger) -> Status:
    """Return where a digest stands."""
    with ledger.reading() as session:
        entries = Documents(session, config.name, load_kind(config.kind).brief).entries()
        briefs = Briefs(session, config.name)
        due, runs, latest = briefs.due(), briefs.runs(5), briefs.latest()
    return Status(
        documents=len(entries),
        waiting=tuple(one for one in entries if one.state == "waiting" and one.origin is None),
        given_up=tuple(one for one in entries if one.state == "given_up"),
        due=tuple(due),
        runs=tuple(runs),
        holder=holder(ledger, config.name),
        latest=latest.day if latest else None,
    )


def days(config: DigestConfig, ledger: Ledger) -> Iterator[tuple[datetime.date, int, News]]:
    """Yield for each day its last revision and what it brought, oldest first."""
    with ledger.reading() as session:
        found = Briefs(session, config.name).history()
    for day, revision, news in found:
        yield day, revision, News.model_validate(news)


def brief_of(config: DigestConfig, ledger: Ledger, day: datetime.date) -> Brief:
    """Return the brief of a day; of a day without one, the last before it.

    Raises InputError when there is none that early.
    """
    with ledger.reading() as session:
        kept = Briefs(session, config.name).up_to(day)
    if kept is None:
        raise InputError(f"{config.name} has no brief of {day} or earlier. See: summarizer digest history")
    return load_kind(config.kind).brief.model_validate(kept.brief)


def changes_over(config: DigestConfig, ledger: Ledger, start: datetime.date, end: datetime.date) -> News:
    """Return what changed between two days by the dates of the statements, from all that is known now.

    The last own word up to the one day is compared with the last up to the other. So it does not matter when a
    report came in, and the answer may change when an older report turns up.

    Raises InputError when the days stand the other way round.
    """
    if start > end:
        raise InputError(f"{start} is after {end}. Name the earlier day first.")
    kind = load_kind(config.kind)
    topic = load_topic(config.at(config.topic)) if config.topic else None
    picture = look(ledger, config.name, kind.brief, closed=bool(topic and topic.issues))
    before = [claim for claim in picture.by_row.values() if _by(claim, start)]
    until = [claim for claim in picture.by_row.values() if _by(claim, end)]
    changes = changes_in(before, until, start, set(picture.origins))
    known = {claim.id for claim in before} | {claim.id for claim in picture.by_row.values() if not _by(claim, end)}
    conditions = [one for one in conditions_since(picture, known, start) if _told_by(one.after.said.to, end)]
    return News(
        digest=config.name,
        title=config.title,
        day=end,
        since=start,
        changes=changes,
        conditions=conditions,
        names=_names(picture),
    )


def _by(claim: Claim, day: datetime.date) -> bool:
    """Tell whether a claim was made by a day, and is dated at all."""
    said = (claim.said.to or claim.said.from_) if isinstance(claim, Attributed) else None
    return said is not None and said <= day


def _told_by(said: datetime.date | None, day: datetime.date) -> bool:
    return said is None or said <= day


def _names(picture: Picture) -> dict[str, str]:
    names = {issue.id: issue.name for issue in picture.grouping.issues}
    return names | {party.id: party.name for party in picture.grouping.parties}
