"""One run of a digest: what is new, ask about it, compare, write, remember, send.

Every step ends in one transaction, and every step begins by asking the ledger what is still to be done: so a run that
is killed anywhere is completed by the next one, and nothing is paid, sent or recorded twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.asking import Allowance, Asker
from summarizer.assembling import Extracted
from summarizer.claims import Gap
from summarizer.digest.clock import Clock, system_clock
from summarizer.digest.comparing import compare
from summarizer.digest.config import DigestConfig
from summarizer.digest.delivery import Sent, deliver_due
from summarizer.digest.sources import read_sources
from summarizer.digest.state import Picture
from summarizer.digest.writing import Told, Writer, Written
from summarizer.documents import Document
from summarizer.errors import BadReply, BadRequest, LedgerError, ModelError, SummarizerError, Unauthorised
from summarizer.kinds import Kind, load_kind
from summarizer.ledger import Briefs, Documents, Ledger, Lock, Names, Replies, register
from summarizer.reading.copies import find_origins
from summarizer.reconciling import by_name, nearest
from summarizer.settings import AskSettings, Secrets
from summarizer.topics import Topic, load_topic
from summarizer.trip import Event, Trip

__all__ = ["DigestRun", "Outcome", "run_digest", "take_in"]

_BEAT = 15.0
"""Seconds between two signs of life."""

_TOGETHER = 20
"""Documents whose names are grouped in one request."""


@dataclass(frozen=True)
class DigestRun:
    """What a run needs."""

    config: DigestConfig
    ledger: Ledger
    settings: AskSettings
    secrets: Secrets = field(default_factory=Secrets)
    clock: Clock = system_clock
    tell: Callable[[Event], None] = lambda _: None
    documents: Sequence[Document] | None = None
    """These instead of what the sources hold."""
    again: Collection[str] = ()
    """Ids of documents that are to be asked about again."""
    allowance: Allowance | None = None
    """Requests and tokens a minute that are shared with other processes."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    day: datetime.date
    written: Written | None
    """The day's brief; None when nothing was new."""
    sent: tuple[Sent, ...]
    asked: int
    """Requests that were sent to the model; replies that had been kept are none."""
    notes: tuple[str, ...] = ()


async def run_digest(run: DigestRun) -> Outcome:
    """Do one day of a digest.

    Returns:
        What came of it. What could not be read, asked or sent is told there and in the day's brief.

    Raises:
        DigestError: another run holds the digest.
        LedgerError: the ledger cannot be written. What was done before is kept.
        KindError, TopicError, SettingsError: the digest is not set up well.

    """
    kind = load_kind(run.config.kind)
    topic = load_topic(run.config.at(run.config.topic)) if run.config.topic else None
    async with _held(run):
        return await _Day(run, kind, topic).go()


async def take_in(run: DigestRun) -> list[Document]:
    """Take in what is new, as the first step of a run does, and return what that run will ask about.

    Whoever asks about these before the run, with the digest's settings and the ledger's store of replies, spares it
    the asking.

    Raises:
        DigestError, LedgerError, KindError, TopicError: as `run_digest` does.

    """
    kind = load_kind(run.config.kind)
    topic = load_topic(run.config.at(run.config.topic)) if run.config.topic else None
    async with _held(run):
        day = _Day(run, kind, topic)
        await day.take_in()
        return day.waiting()


@contextlib.asynccontextmanager
async def _held(run: DigestRun) -> AsyncIterator[None]:
    """Hold the digest, and give signs of life meanwhile. Whoever lost it to another run stops."""
    with run.ledger.writing() as session:
        register(session, run.config.name, run.config.kind)
    lock = Lock(run.ledger, run.config.name, run.clock)
    lock.take()

    async def beat() -> None:
        while True:
            await asyncio.sleep(_BEAT)
            await asyncio.to_thread(lock.beat)

    async def guarded(body: asyncio.Task[None] | None) -> None:
        try:
            await beat()
        except SummarizerError as error:
            lost.append(error)
            if body is not None:
                body.cancel()

    lost: list[SummarizerError] = []
    heart = asyncio.create_task(guarded(asyncio.current_task()))
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            raise lost[0] from None
        raise
    finally:
        heart.cancel()
        lock.release()


class _Day:
    """One run, step by step."""

    def __init__(self, run: DigestRun, kind: Kind, topic: Topic | None) -> None:
        self.run, self.kind, self.topic = run, kind, topic
        self.config, self.ledger, self.name = run.config, run.ledger, run.config.name
        self.gaps: list[Gap] = []
        self.notes: list[str] = []
        self.picture: Picture | None = None

    async def go(self) -> Outcome:
        now = self.run.clock()
        with self.ledger.writing() as session:
            briefs = Briefs(session, self.name)
            day = self._today(now, briefs)
            number = briefs.begin(day, now)
        try:
            outcome = await self._steps(day)
        except SummarizerError as error:
            with contextlib.suppress(LedgerError), self.ledger.writing() as session:
                Briefs(session, self.name).end(number, "failed", self.run.clock(), {"reason": str(error)})
            raise
        with self.ledger.writing() as session:
            Briefs(session, self.name).end(number, "done", self.run.clock(), _report(outcome))
        return outcome

    async def take_in(self) -> None:
        """Do the first step of a run alone."""
        now = self.run.clock()
        with self.ledger.reading() as session:
            day = self._today(now, Briefs(session, self.name))
        await self._read(day)

    def waiting(self) -> list[Document]:
        """Return the documents that are to be asked about in this run; more than the day's limit wait."""
        with self.ledger.reading() as session:
            waiting = Documents(session, self.name, self.kind.brief).waiting()
        waiting.sort(key=lambda one: (one.published.date or datetime.date.max, one.id))
        over = waiting[self.config.limits.documents :]
        if over:
            self.notes.append(f"{len(over)} documents are beyond the day's limit and wait")
        return waiting[: self.config.limits.documents]

    def _today(self, now: datetime.datetime, briefs: Briefs) -> datetime.date:
        """Return the day in the digest's time zone. It never goes back, whatever the clock does."""
        day = now.astimezone(self.config.zone).date()
        last = briefs.latest()
        if last is not None and last.day > day:
            self.notes.append(f"the clock says {day}, before the last digest's day: counted as {last.day}")
            return last.day
        return day

    async def _steps(self, day: datetime.date) -> Outcome:
        await self._read(day)
        asked = 0
        if self._anything_to_ask():
            kept = Replies(self.ledger, self.run.settings.store_folder or Path())
            async with Asker(self.run.settings, kept=kept, allowance=self.run.allowance) as asker:
                trip = Trip(self.kind, asker, self.topic, self.run.tell)
                await self._ask(trip)
                written = await self._write(day, trip)
                asked = asker.usage.requests - asker.usage.replayed
        else:
            written = await self._write(day, None)
        sent = await deliver_due(self.config, self.ledger, self.run.secrets, self.run.clock)
        return Outcome(day, written, tuple(sent), asked, tuple(self.notes))

    async def _read(self, day: datetime.date) -> None:
        """Take in what is new. Documents wait in the ledger from then on, also when their source forgets them."""
        if self.run.documents is None:
            documents, self.gaps = await read_sources(self.config)
        else:
            documents = list(self.run.documents)
        self.run.tell(Event("read", f"{len(documents)} documents", len(documents), len(documents)))
        with self.ledger.writing() as session:
            if self.topic:
                Names(session, self.name).seed(self.topic.registry())
            kept = Documents(session, self.name, self.kind.brief)
            kept.ask_again(self.run.again)
            fresh: list[Document] = []
            for document in documents:
                try:
                    fresh += kept.add([document], day)
                except LedgerError as error:
                    self.gaps.append(Gap(source=document.id, stage="read", reason=str(error)))
            if fresh:
                kept.set_origins(find_origins(kept.all()))

    def _anything_to_ask(self) -> bool:
        with self.ledger.reading() as session:
            kept = Documents(session, self.name, self.kind.brief)
            return kept.pending()

    async def _ask(self, trip: Trip) -> None:
        """Ask about documents, then names, then claims. What the model does not answer waits for the next run."""
        try:
            await self._extract(trip)
            await self._reconcile(trip)
            self.picture = await compare(trip, self.ledger, self.name, closed=self._closed)
        except ModelError as error:  # a refused key: the same for all that was still to be asked
            trip.gaps.append(Gap(source="model", stage="extract", reason=str(error)))

    @property
    def _closed(self) -> bool:
        return bool(self.topic and self.topic.issues)

    async def _extract(self, trip: Trip) -> None:
        recipe = {"kind": self.kind.name, "prompt": self.kind.hashes["extract"], "schema": self.kind.schema_sha256}

        def keep(document: Document, result: Extracted | ModelError) -> None:
            with self.ledger.writing() as session:
                kept = Documents(session, self.name, self.kind.brief)
                if isinstance(result, Extracted):
                    kept.keep(result, {**recipe, "model": trip.asker.model}, self.run.clock())
                else:
                    # A fault of the model's server is nobody's fault; an unusable reply counts against the document.
                    counts = isinstance(result, (BadReply, BadRequest))
                    kept.failed(document.id, str(result), most=self.config.limits.tries if counts else None)

        try:
            await trip.extract(self.waiting(), keep)
        except Unauthorised:
            raise
        except ModelError:
            pass  # every document failed, and each is told

    async def _reconcile(self, trip: Trip) -> None:
        """Group the names of what is new with those that are known, some documents at a time."""
        with self.ledger.reading() as session:
            held = Documents(session, self.name, self.kind.brief).unreconciled()
        held.sort(key=lambda one: (one.extracted.published.date or datetime.date.max, one.extracted.document.id))
        for start in range(0, len(held), _TOGETHER):
            some = held[start : start + _TOGETHER]
            batch = [one.extracted for one in some]
            with self.ledger.reading() as session:
                near = nearest(Names(session, self.name).registry(closed=self._closed), batch)
            grouping = await trip.reconcile(batch, near)
            if grouping is None:
                if not isinstance(trip.errors[-1], (BadReply, BadRequest)):
                    return
                grouping = by_name(batch, near)
            with self.ledger.writing() as session:
                Names(session, self.name).learn(grouping, batch)
                done = Documents(session, self.name, self.kind.brief)
                done.mark([one.extraction for one in some], reconciled=True)

    async def _write(self, day: datetime.date, trip: Trip | None) -> Written | None:
        writer = Writer(self.config, self.ledger, self.kind, closed=self._closed)
        gaps = [*self.gaps, *(trip.gaps if trip else [])]
        return await writer.write(trip, Told(day, self.run.clock(), tuple(gaps), tuple(self.notes)), self.picture)


def _report(outcome: Outcome) -> dict[str, object]:
    """Return what the ledger keeps of a run."""
    news = outcome.written.news if outcome.written else None
    return {
        "asked": outcome.asked,
        "new": len(news.new) if news else 0,
        "changes": len(news.changes) + len(news.conditions) if news else 0,
        "waiting": len(news.waiting) if news else 0,
        "notes": list(outcome.notes),
    }
