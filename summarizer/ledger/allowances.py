"""Requests and tokens a minute that hold over all processes that share a ledger on PostgreSQL.

The state is one row for each endpoint and model, and each step is one statement. It locks the row first, which under
READ COMMITTED gives the row as the one before left it, and works from what the lock gave. A lone `UPDATE` with CTEs
over the row that it changes does not do: on PostgreSQL 15, of 800 additions by four connections at once, 40 to 210 were
lost; without CTEs none were.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, BigInteger, Double, String, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from summarizer.errors import LedgerError, SettingsError
from summarizer.ledger.models import Base
from summarizer.ledger.store import Ledger, insert_new
from summarizer.settings import DEFAULT_MODEL, AskSettings

__all__ = ["AllowanceRow", "Granted", "SharedAllowance", "Window"]

_SLOTS = 60
"""Leaves of a window are counted in so many slots, each of which counts until its last moment has left the window."""
_LOOKS = 12
"""Whoever waits looks again so many times in a window: corrections give tokens back, and the dead lose their place."""
_STALE_TRIES = 5
_TAKE = text("""
WITH
  a AS MATERIALIZED (
    SELECT * FROM allowances WHERE name = :name FOR UPDATE
  ),
  -- From `a`, so that the clock is read when the row is ours.
  clock AS MATERIALIZED (
    SELECT read.now, floor(read.now / :slot_seconds)::bigint AS slot
    FROM (
      -- A crash of the database may forget leaves of its last second; a wait for its disk at each would cost more.
      SELECT extract(epoch FROM clock_timestamp())::float8 AS now, set_config('synchronous_commit', 'off', true)
      FROM a OFFSET 0
    ) AS read
  ),
  -- What still counts. A slot later than now is from before the clock was set back.
  held AS MATERIALIZED (
    SELECT least(h.slot, clock.slot) AS slot, sum(h.requests)::bigint AS requests, sum(h.tokens)::bigint AS tokens
    FROM a, clock, unnest(a.slots, a.requests, a.tokens) AS h (slot, requests, tokens)
    WHERE (least(h.slot, clock.slot) + 1) * :slot_seconds + :counts_seconds > clock.now
    GROUP BY 1
  ),
  queue AS MATERIALIZED (
    SELECT w.place, w.wanted, w.until, w.rank
    FROM a, clock, unnest(a.places, a.wanted, a.until) WITH ORDINALITY AS w (place, wanted, until, rank)
    WHERE w.place = :place OR w.until BETWEEN clock.now AND clock.now + :look_seconds + 2 * :grace_seconds
  ),
  mine AS (
    SELECT coalesce(min(rank), 9223372036854775807) AS rank FROM queue WHERE place = :place
  ),
  -- Room for this request, and for those that came before it.
  need AS MATERIALIZED (
    SELECT
      1 + count(*) AS requests,
      least(:tokens, CAST(:tpm AS bigint)) + coalesce(sum(least(queue.wanted, CAST(:tpm AS bigint))), 0) AS tokens
    FROM mine, queue WHERE queue.rank < mine.rank AND queue.place <> :place
  ),
  -- What counts now, and once each of the slots has left the window.
  ahead AS MATERIALIZED (
    SELECT 0::float8 AS seconds, coalesce(sum(requests), 0) AS requests, coalesce(sum(tokens), 0) AS tokens FROM held
    UNION ALL
    SELECT
      (held.slot + 1) * :slot_seconds + :counts_seconds - clock.now,
      coalesce(sum(requests) OVER newer, 0),
      coalesce(sum(tokens) OVER newer, 0)
    FROM held, clock
    WINDOW newer AS (ORDER BY held.slot DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  ),
  waits AS (
    SELECT 'rpm' AS reason, coalesce(
      min(ahead.seconds) FILTER (WHERE ahead.requests + need.requests <= CAST(:rpm AS bigint)),
      greatest(max(ahead.seconds), :again_seconds)
    ) AS seconds
    FROM ahead, need HAVING CAST(:rpm AS bigint) IS NOT NULL
    UNION ALL
    SELECT 'tpm', coalesce(
      min(ahead.seconds) FILTER (WHERE ahead.tokens + need.tokens <= CAST(:tpm AS bigint)),
      greatest(max(ahead.seconds), :again_seconds)
    )
    FROM ahead, need HAVING CAST(:tpm AS bigint) IS NOT NULL
    UNION ALL
    SELECT 'pause', a.paused_until - clock.now FROM a, clock
    WHERE a.paused_until BETWEEN clock.now AND clock.now + :longest_pause
    UNION ALL
    SELECT '', 0
  ),
  answer AS MATERIALIZED (
    SELECT
      CASE WHEN seconds <= 0 THEN 0 ELSE least(seconds, :look_seconds) + random() * :jitter_seconds END AS seconds,
      reason
    FROM waits ORDER BY waits.seconds DESC LIMIT 1
  ),
  counted AS MATERIALIZED (
    SELECT slot, sum(requests)::bigint AS requests, sum(tokens)::bigint AS tokens
    FROM (
      SELECT slot, requests, tokens FROM held
      UNION ALL
      SELECT clock.slot, 1, :tokens FROM clock, answer WHERE answer.seconds = 0
    ) AS with_this
    GROUP BY slot
  ),
  waiting AS MATERIALIZED (
    SELECT place, wanted, until, rank FROM queue WHERE place <> :place
    UNION ALL
    SELECT :place, :tokens, clock.now + answer.seconds + :grace_seconds, mine.rank
    FROM clock, answer, mine WHERE answer.seconds > 0
  ),
  fresh AS MATERIALIZED (
    SELECT
      (SELECT coalesce(array_agg(slot ORDER BY slot), '{}') FROM counted) AS slots,
      (SELECT coalesce(array_agg(requests ORDER BY slot), '{}') FROM counted) AS requests,
      (SELECT coalesce(array_agg(tokens ORDER BY slot), '{}') FROM counted) AS tokens,
      (SELECT coalesce(array_agg(place ORDER BY rank), '{}') FROM waiting) AS places,
      (SELECT coalesce(array_agg(wanted ORDER BY rank), '{}') FROM waiting) AS wanted,
      (SELECT coalesce(array_agg(until ORDER BY rank), '{}') FROM waiting) AS until,
      clock.slot, answer.seconds, answer.reason
    FROM clock, answer
  )
UPDATE allowances
SET
  slots = fresh.slots, requests = fresh.requests, tokens = fresh.tokens,
  places = fresh.places, wanted = fresh.wanted, until = fresh.until,
  answer_slot = fresh.slot, answer_seconds = fresh.seconds, answer_reason = fresh.reason
FROM fresh
WHERE name = :name
RETURNING answer_slot, answer_seconds, answer_reason
""").bindparams(
    bindparam("place", type_=Text),
    bindparam("name", type_=Text),
    bindparam("tokens", type_=BigInteger),
    bindparam("rpm", type_=BigInteger),
    bindparam("tpm", type_=BigInteger),
)

_CORRECT = text("""
UPDATE allowances
SET tokens[array_position(slots, :mark)] = greatest(0, tokens[array_position(slots, :mark)] + :by)
WHERE name = :name AND array_position(slots, :mark) IS NOT NULL
""").bindparams(bindparam("mark", type_=BigInteger), bindparam("by", type_=BigInteger))

_PAUSE = text("""
UPDATE allowances
SET paused_until = CASE
  WHEN paused_until BETWEEN extract(epoch FROM clock_timestamp()) + :seconds
    AND extract(epoch FROM clock_timestamp()) + :longest_pause
  THEN paused_until
  ELSE extract(epoch FROM clock_timestamp()) + :seconds
END
WHERE name = :name
RETURNING paused_until
""").bindparams(bindparam("seconds", type_=Double), bindparam("longest_pause", type_=Double))


def _list_of(type_: Any) -> Any:
    return JSON().with_variant(ARRAY(type_), "postgresql")


class AllowanceRow(Base):
    """What was sent to an endpoint in the last minute, and who waits."""

    __tablename__ = "allowances"

    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    slots: Mapped[list[int]] = mapped_column(_list_of(BigInteger), default=list)
    """Numbers of the slots in which leave was given: seconds of the database's clock through the slot's length."""
    requests: Mapped[list[int]] = mapped_column(_list_of(BigInteger), default=list)
    """Requests in each of the slots."""
    tokens: Mapped[list[int]] = mapped_column(_list_of(BigInteger), default=list)
    """Tokens in each of the slots."""
    places: Mapped[list[str]] = mapped_column(_list_of(Text), default=list)
    """Who waits, in the order that they came."""
    wanted: Mapped[list[int]] = mapped_column(_list_of(BigInteger), default=list)
    """The tokens that each of them waits for."""
    until: Mapped[list[float]] = mapped_column(_list_of(Double), default=list)
    """When each of them loses its place, unless it asks again before."""
    paused_until: Mapped[float] = mapped_column(Double, default=0.0)
    answer_slot: Mapped[int] = mapped_column(BigInteger, default=0)
    """The slot of the last answer; an `UPDATE` returns only what is in the row."""
    answer_seconds: Mapped[float] = mapped_column(Double, default=0.0)
    answer_reason: Mapped[str] = mapped_column(String(16), default="")


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which no more may arrive than is allowed. All processes that share an allowance have the same."""

    seconds: float = 60.0
    margin: float = 2.0
    """Seconds that a request may be on its way from the database's leave to the endpoint: a leave counts so much
    longer. A leave that took more than half of it to come is not used."""
    grace: float = 2.0
    """Seconds that whoever waits may come late before it loses its place."""
    longest_pause: float = 120.0
    """Seconds; a pause that is longer was set by another clock."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The answer to one that asked for leave."""

    seconds: float
    """How long to wait before asking again; 0: leave is given, to send at once or not at all."""
    reason: str = ""
    """Why to wait."""
    mark: int = 0
    """By which the leave can be corrected."""


class SharedAllowance:
    """The requests and tokens a minute of an endpoint and a model, shared by all that share the ledger.

    In every window of 60 seconds no more requests arrive at the endpoint than `rpm`, and no more tokens than `tpm`,
    as estimated when they were sent and corrected since. The database's clock decides. A request of more tokens than
    `tpm` goes alone. Whoever came first goes first: others pass only where there is room for both.

    Raises SettingsError for a ledger that is not on PostgreSQL.
    """

    def __init__(self, ledger: Ledger, settings: AskSettings, window: Window | None = None) -> None:
        if ledger.engine.dialect.name != "postgresql":
            raise SettingsError(
                f"{ledger.address}: limits a minute are shared through PostgreSQL. Name such a ledger with --ledger"
            )
        self.ledger = ledger
        self.window = window or Window()
        self.name = _name(settings)

    async def take(self, place: str, tokens: int, rpm: int | None, tpm: int | None) -> Granted:
        """Ask for leave to send one request of so many tokens.

        `place` names the one that asks and keeps its place in the queue. Raises LedgerError, also when the ledger
        answers too slowly for the limits to hold.
        """
        values = {"place": place, "tokens": max(0, tokens), "rpm": rpm, "tpm": tpm, **self._lengths()}
        for _ in range(_STALE_TRIES):
            began, row = await asyncio.to_thread(self._run, _TAKE, values)
            if row is None:
                await asyncio.to_thread(self._make)
                continue
            if row.answer_seconds > 0:
                reasons = {"rpm": f"--rpm {rpm}", "tpm": f"--tpm {tpm}", "pause": "the server asked to wait"}
                return Granted(row.answer_seconds, reasons[row.answer_reason])
            if time.monotonic() - began <= self.window.margin / 2:
                return Granted(0.0, mark=row.answer_slot)
        raise LedgerError(
            f"{self.ledger.address}: it takes more than {self.window.margin / 2:g} s to answer, so that the limits a "
            "minute cannot hold. Start fewer workers, or give the database or this machine less to do."
        )

    async def correct(self, mark: int, by: int) -> None:
        """Add to the tokens of a leave that was given, or take from them. Raises LedgerError."""
        await asyncio.to_thread(self._run, _CORRECT, {"mark": mark, "by": by})

    async def pause(self, seconds: float) -> None:
        """Give no leave to anybody for a while. Raises LedgerError."""
        longest = self.window.longest_pause
        values = {"seconds": min(seconds, longest), "longest_pause": longest}
        if (await asyncio.to_thread(self._run, _PAUSE, values))[1] is None:
            await asyncio.to_thread(self._make)
            await asyncio.to_thread(self._run, _PAUSE, values)

    def _run(self, statement: TextClause, values: Mapping[str, Any]) -> tuple[float, Any]:
        """Run a statement on the row; return when it was sent, and what it returns."""
        with self.ledger.at_once() as connection:
            began = time.monotonic()
            result = connection.execute(statement, {"name": self.name, **values})
            return began, result.one_or_none() if result.returns_rows else None

    def _lengths(self) -> dict[str, float]:
        """Return the seconds that asking for leave goes by."""
        window = self.window
        slot = window.seconds / _SLOTS
        return {
            "slot_seconds": slot,
            "counts_seconds": float(window.seconds + window.margin),
            "look_seconds": window.seconds / _LOOKS,
            "again_seconds": slot / 10,
            "jitter_seconds": slot / 20,
            "grace_seconds": float(window.grace),
            "longest_pause": float(window.longest_pause),
        }

    def _make(self) -> None:
        with self.ledger.writing() as session:
            insert_new(session, AllowanceRow, name=self.name)


def _name(settings: AskSettings) -> str:
    """Return what an allowance is for: the endpoint, without a user's name and password, and the model."""
    address = urlsplit(settings.endpoint)
    return f"{address.netloc.rpartition('@')[2]}{address.path} {settings.model or DEFAULT_MODEL}"[:400]
