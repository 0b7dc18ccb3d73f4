"""Makes the day's brief out of what the ledger holds, tells what changed, and keeps both in one transaction."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from summarizer.assembling import assemble
from summarizer.changes import changes_in
from summarizer.claims import BottomLine, Brief, Change, Claim, Gap, Run, StanceClaim, Statement
from summarizer.digest.comparing import look, look_back
from summarizer.digest.conditions import conditions_since
from summarizer.digest.config import DigestConfig
from summarizer.digest.news import ConditionChange, NewDocument, News, Waiting
from summarizer.digest.state import Picture
from summarizer.kinds import Kind
from summarizer.ledger import Briefs, Corrections, Documents, Entry, Kept, Ledger
from summarizer.trip import Trip

__all__ = ["Told", "Writer", "Written"]

_HEADLINED = 120
"""Claims that are sent for the bottom line, so that its request does not grow with the ledger."""

_WEIGHT = {"vital": 0, "supporting": 1, "background": 2}


@dataclass(frozen=True)
class Told:
    """What a run has to tell besides what is in the ledger."""

    day: datetime.date
    now: datetime.datetime
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A day's brief and news, as they were kept."""

    brief: Brief
    news: News


@dataclass(frozen=True)
class _State:
    """Where the ledger stands before the day's brief is made."""

    entries: Mapping[str, Entry]
    waiting: tuple[Waiting, ...]
    latest: Kept | None
    base: Kept | None
    """The brief that changes are counted from."""
    unwritten: bool
    """There is something that no brief holds yet."""
    corrected: bool
    """A person corrected names since the latest brief."""


@dataclass(frozen=True)
class _Found:
    """What the day's brief is made of."""

    picture: Picture
    fresh: frozenset[str]
    """The documents that the base did not hold."""
    changes: tuple[Change, ...]
    conditions: tuple[ConditionChange, ...]
    claims: tuple[Claim, ...]
    """Those that the brief shows."""


class Writer:
    """Writes the briefs of one digest. `closed`: its issues are the user's own."""

    def __init__(self, config: DigestConfig, ledger: Ledger, kind: Kind, *, closed: bool) -> None:
        self.config, self.ledger, self.kind, self.closed = config, ledger, kind, closed
        self.name = config.name

    async def write(self, trip: Trip | None, told: Told, picture: Picture | None = None) -> Written | None:
        """Make and keep the day's brief; None when there is nothing to tell that was not told already.

        `trip` asks for the bottom line when something is new; without it the last one stays as far as it holds.
        `picture` is what is known, when it was looked at already.
        """
        state = self._state(told.day)
        copies = any(one.origin and one.seen == told.day for one in state.entries.values())
        if not (state.unwritten or state.waiting or told.gaps or state.corrected or copies or self.config.always):
            return None
        picture = picture or look(self.ledger, self.name, self.kind.brief, closed=self.closed)
        found = self._found(picture, state)
        lines = await self._bottom_line(trip if state.unwritten else None, found, state)
        gaps = _gaps([*told.gaps, *(trip.gaps if trip else [])], state)
        told = replace(told, gaps=gaps)
        brief = self._brief(found, told, lines, trip.run() if trip else None)
        news = self._news(found, told, state, brief)
        return self._keep(Written(brief, news), told, state)

    def _state(self, day: datetime.date) -> _State:
        with self.ledger.reading() as session:
            briefs, documents = Briefs(session, self.name), Documents(session, self.name, self.kind.brief)
            latest, today = briefs.latest(), briefs.of_day(day)
            base = briefs.announced()
            if today is not None:
                base = None if today.base is None else briefs.get(today.base)
            corrections = Corrections(session, self.name).history()
            entries = {one.document: one for one in documents.entries()}
            unwritten = documents.unwritten()
            unfinished = documents.unfinished()
        return _State(
            entries=entries,
            waiting=tuple(_waiting(entries.values(), unfinished)),
            latest=latest,
            base=base,
            unwritten=unwritten,
            corrected=latest is not None and any(one["made"] > latest.made for one in corrections),
        )

    def _found(self, picture: Picture, state: _State) -> _Found:
        """Compare with what the base held, in the names of today: so a corrected name makes no change."""
        base = state.base.id if state.base else 0
        fresh = frozenset(one.extracted.document.id for one in picture.held if one.since is None or one.since > base)
        changes: list[Change] = []
        conditions: list[ConditionChange] = []
        if state.base is not None:
            before = look_back(self.ledger, self.name, self.kind.brief, picture, base)
            known = {claim.id for claim in before.by_row.values()}
            copies = set(picture.origins)
            told = changes_in(before.by_row.values(), picture.by_row.values(), before.newest, copies)
            changes = [_standing(change, picture.standing_id) for change in told]
            conditions = conditions_since(picture, known, before.newest)
        needed = {one for change in changes for one in change.items}
        needed |= {side.item for one in conditions for side in (one.before, one.after) if side}
        claims = picture.shown(fresh, needed, self.config.limits.claims)
        return _Found(picture, fresh, tuple(changes), tuple(conditions), tuple(claims))

    async def _bottom_line(self, trip: Trip | None, found: _Found, state: _State) -> list[BottomLine]:
        if trip is not None:
            new = found.picture.of(found.fresh)
            lines = await trip.headline(sorted(found.claims, key=lambda one: _first_told(one, new))[:_HEADLINED])
            if lines is not None:
                return lines
        if state.latest is None:
            return []
        shown = {claim.id for claim in found.claims}
        last = (BottomLine.model_validate(line) for line in state.latest.brief["bottom_line"])
        return [line for line in last if shown.issuperset(line.items)]

    def _brief(self, found: _Found, told: Told, lines: Sequence[BottomLine], run: Run | None) -> Brief:
        material = replace(
            found.picture.material(found.claims, found.fresh),
            gaps=told.gaps,
            bottom_line=lines,
            changes=found.changes,
            run=run or Run(prompts=dict(self.kind.hashes), schema_=self.kind.schema_sha256),
            title=self.config.title,
        )
        return assemble(self.kind.brief, found.claims, material)

    def _news(self, found: _Found, told: Told, state: _State, brief: Brief) -> News:
        since = state.base.day if state.base else None
        grouping = found.picture.grouping
        names = {issue.id: issue.name for issue in grouping.issues}
        names |= {party.id: party.name for party in grouping.parties}
        used = {one for change in found.changes for one in (change.party, change.issue)}
        used |= {one.party for one in found.conditions}
        copies = {one.document for one in state.entries.values() if one.origin and (since is None or one.seen > since)}
        return News(
            digest=self.name,
            title=self.config.title,
            day=told.day,
            since=since,
            changes=list(found.changes),
            conditions=list(found.conditions),
            new=[
                NewDocument(
                    id=source.id,
                    label=source.label,
                    outlet=source.outlet,
                    url=source.url,
                    published=source.published.date,
                    copy_of=source.origin if source.origin != source.id else None,
                )
                for source in brief.sources
                if source.id in found.fresh or source.id in copies
            ],
            waiting=list(state.waiting),
            gaps=[gap for gap in told.gaps if gap.source not in {one.label for one in state.waiting}],
            notes=list(told.notes),
            left_out=len(found.picture.claims) - len(found.claims),
            bottom_line=[line.text for line in brief.bottom_line],
            names={one: names[one] for one in sorted(used)},
        )

    def _keep(self, written: Written, told: Told, state: _State) -> Written | None:
        brief = written.brief.model_dump(mode="json", by_alias=True)
        news = written.news.model_dump(mode="json", by_alias=True)
        latest = state.latest
        if latest is not None and latest.day == told.day and _same(latest, brief, news):
            return None
        with self.ledger.writing() as session:
            briefs = Briefs(session, self.name)
            gone = [
                channel
                for channel in self.config.channels
                if channel != "files" and (slot := briefs.slot(told.day, channel)) and slot.state != "pending"
            ]
            kept = Kept(
                id=0,
                day=told.day,
                revision=0,
                made=told.now,
                base=state.base.id if state.base else None,
                # What comes after the day's mail has gone is told by the next one.
                announced=not gone,
                brief=brief,
                news=news,
            )
            number = briefs.keep(kept)
            Documents(session, self.name, self.kind.brief).include(number)
            briefs.queue(told.day, self.config.channels, number)
        return written


def _waiting(entries: Iterable[Entry], unfinished: Mapping[str, str]) -> Iterable[Waiting]:
    for one in entries:
        if one.state == "waiting" and one.origin is None:
            yield Waiting(id=one.document, label=one.label, reason=one.reason or "not asked about yet")
        elif one.document in unfinished:
            yield Waiting(id=one.document, label=one.label, reason=unfinished[one.document])


def _gaps(gaps: Iterable[Gap], state: _State) -> tuple[Gap, ...]:
    """Return the gaps in a form to read: documents by what they are called, each once."""
    labels = {one.document: one.label for one in state.entries.values()}
    found = {(labels.get(gap.source, gap.source), gap.stage): gap.reason for gap in gaps}
    found |= {(one.label, "extract"): one.reason for one in state.waiting}
    return tuple(
        Gap.model_validate({"source": source, "stage": stage, "reason": reason})
        for (source, stage), reason in sorted(found.items())
    )


def _standing(change: Change, standing: Mapping[str, str]) -> Change:
    """Name the claims of a change as the brief has them, where some report the same thing."""

    def side(one: Statement | None) -> Statement | None:
        return one and one.model_copy(update={"item": standing.get(one.item, one.item)})

    items = list(dict.fromkeys(standing.get(one, one) for one in change.items))
    return change.model_copy(update={"before": side(change.before), "after": side(change.after), "items": items})


def _first_told(claim: Claim, new: Collection[str]) -> tuple[int, int, str]:
    """Order claims for the bottom line: what stands before what is superseded, then weight, the new ones first."""
    passed = isinstance(claim, StanceClaim) and claim.currency == "superseded"
    weight = 2 * _WEIGHT[claim.salience] - (claim.id in new) + 4 * passed
    said = getattr(claim, "said", None)
    day = (said.to or said.from_) if said else None
    return (weight, -day.toordinal() if day else 0, claim.id)


def _same(kept: Kept, brief: Mapping[str, object], news: Mapping[str, object]) -> bool:
    """Tell whether a brief says what the kept one says; how often the model was asked does not matter."""
    return {**kept.brief, "run": None} == {**brief, "run": None} and kept.news == news
