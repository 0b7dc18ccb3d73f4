"""Limits on requests, tokens and money, checked before anything is sent, with what is in flight counted."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from summarizer.asking.allowance import Allowance
from summarizer.asking.faults import MAX_WAIT
from summarizer.asking.prices import price
from summarizer.claims import Tokens
from summarizer.errors import LedgerError, LimitReached, ModelError, SettingsError
from summarizer.settings import AskSettings

__all__ = ["Clock", "Estimate", "Estimator", "Limits", "SystemClock", "Ticket"]

_log = logging.getLogger("summarizer.asking")

_MINUTE = 60.0
_GO_ON = "Raise it and run the same command again: what is done is kept"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Clock(Protocol):
    """Tells the time in seconds from some start, and waits."""

    def now(self) -> float:
        """Return the time."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> float:
        """Return the time."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will probably take."""

    tokens: Tokens
    cost_usd: float | None
    """None when the price is unknown."""


class Estimator:
    """Guesses what a request will take from the size of its body, and learns from what requests took.

    Four bytes to a token is ten per cent too many for English, half too many for Russian and ten per cent too
    few for Chinese; a reply is at first taken to be as long as its request, then as long as the longest so far.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._guessed = self._counted = 0
        self._longest: float | None = None

    @property
    def learnt(self) -> bool:
        """Whether any request has told what it really took."""
        return self._longest is not None

    def estimate(self, size: int) -> Estimate:
        """Return the estimate for a body of so many bytes."""
        correction = self._counted / self._guessed if self._guessed else 1.0
        sent = math.ceil(size / 4 * correction)
        ratio = 1.0 if self._longest is None else self._longest
        tokens = Tokens(input=sent, output=math.ceil(sent * ratio))
        return Estimate(tokens, self.cost(tokens))

    def cost(self, tokens: Tokens) -> float | None:
        """Return the list price of tokens of this model."""
        return price(self._model, tokens)

    def learn(self, size: int, tokens: Tokens) -> None:
        """Learn from a request of so many bytes what it really took."""
        if tokens.input:
            self._guessed += math.ceil(size / 4)
            self._counted += tokens.input
            self._longest = max(self._longest or 0.0, tokens.output / tokens.input)


@dataclass(slots=True)
class Ticket:
    """Leave to send one request."""

    at: float
    size: int
    estimate: Estimate
    tokens: int
    """Counted in the minute's total: estimated, then real."""
    mark: int | None = None
    """Of the leave that the shared allowance gave; None when there is none to correct."""
    answered: bool = False
    """The endpoint answered, so that what it took is known: nothing, for an error."""


@dataclass(slots=True)
class _Left:
    """What a server's headers said is left until it resets."""

    left: float
    limit: float | None
    seen: float
    until: float


class Limits:
    """The gate before the network, shared by all tasks of a run. They pass in the order they came.

    With an `allowance`, requests and tokens a minute are counted there, over all processes that share it, and not
    here.

    Raises SettingsError when a limit on cost is set and the model's price is unknown.
    """

    def __init__(self, settings: AskSettings, model: str, clock: Clock, allowance: Allowance | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._allowance = allowance
        self._place = secrets.token_hex(8)
        self._estimator = Estimator(model)
        self._gate = asyncio.Lock()
        self._settled = asyncio.Event()
        self._minute: deque[Ticket] = deque()
        self._flying: list[Ticket] = []
        self._sent = 0
        self._spent = 0.0
        self._paused_until = 0.0
        self._allowances: dict[str, _Left] = {}
        self._closed: ModelError | None = None
        if settings.max_cost is not None and self._estimator.estimate(1000).cost_usd is None:
            raise SettingsError(f'the price of "{model}" is unknown, so max_cost cannot hold. Use max_requests instead')

    @property
    def estimator(self) -> Estimator:
        """What requests take, as learnt so far."""
        return self._estimator

    async def admit(self, size: int, tell: Callable[[float, str], None]) -> Ticket:
        """Wait until a request of so many bytes may be sent; `tell` is given the seconds and the reason.

        Raises LimitReached when the limit on requests or on cost would be passed, LedgerError when the shared
        allowance cannot be asked, and what `close` was given.
        """
        async with self._gate:
            while True:
                self._check_open()
                estimate = self._estimator.estimate(size)
                if not self._within_totals(estimate):
                    self._settled.clear()
                    await self._settled.wait()
                    continue
                seconds, reason = self._hold(estimate)
                mark = None
                if seconds <= 0 and self._allowance is not None:
                    # Last, because a leave that is not used is lost to all.
                    total, settings = estimate.tokens.input + estimate.tokens.output, self._settings
                    leave = await self._allowance.take(self._place, total, settings.rpm, settings.tpm)
                    seconds, reason, mark = leave.seconds, leave.reason, leave.mark
                    self._check_open()
                if seconds <= 0:
                    return self._send(size, estimate, mark)
                tell(seconds, reason)
                await self._clock.sleep(seconds)

    def settle(self, ticket: Ticket, tokens: Tokens | None) -> None:
        """Note what a request took: its tokens, or None when no reply of a model came."""
        self._flying.remove(ticket)
        cost = 0.0 if ticket.answered else ticket.estimate.cost_usd
        if tokens is not None:
            self._estimator.learn(ticket.size, tokens)
            counted = tokens if tokens.input else ticket.estimate.tokens
            ticket.tokens = counted.input + counted.output
            cost = self._estimator.cost(counted)
        self._spent += cost or 0.0
        self._settled.set()

    async def correct(self, ticket: Ticket) -> None:
        """Tell the shared allowance what a request took, after it was settled."""
        by = ticket.tokens - ticket.estimate.tokens.input - ticket.estimate.tokens.output
        if self._allowance is None or ticket.mark is None or not by:
            return
        try:
            await self._allowance.correct(ticket.mark, by)
        except LedgerError as error:
            # It costs the correction, not the reply that was just paid for.
            _log.warning("the tokens of a request could not be corrected: %s", error)

    def learn(self, headers: Mapping[str, str], own_tokens: int = 0) -> None:
        """Take in what a reply's headers say is left of the server's own limits."""
        now = self._clock.now()
        for kind in ("requests", "tokens"):
            left = _number(headers.get(f"x-ratelimit-remaining-{kind}"))
            reset = _duration(headers.get(f"x-ratelimit-reset-{kind}"))
            if left is None or reset is None:
                continue
            flying = len(self._flying) - 1 if kind == "requests" else sum(t.tokens for t in self._flying) - own_tokens
            limit = _number(headers.get(f"x-ratelimit-limit-{kind}"))
            self._allowances[kind] = _Left(left - max(0, flying), limit, now, now + reset)

    async def pause(self, seconds: float) -> None:
        """Let nobody pass for a while, because the server asked one request to wait."""
        self._paused_until = max(self._paused_until, self._clock.now() + seconds)
        if self._allowance is None or seconds <= 0:
            return
        try:
            await self._allowance.pause(seconds)
        except LedgerError as error:
            # This process waits all the same, and asks the ledger again before it sends anything.
            _log.warning("the other processes could not be told to wait: %s", error)

    def close(self, error: ModelError) -> None:
        """Let nobody pass any more."""
        self._closed = self._closed or error

    def _check_open(self) -> None:
        if self._closed is not None:
            raise type(self._closed)(str(self._closed))

    def _within_totals(self, estimate: Estimate) -> bool:
        """Tell whether a request fits the limits of the whole run; False: perhaps, when others are done."""
        most, budget = self._settings.max_requests, self._settings.max_cost
        if most is not None and self._sent >= most:
            raise LimitReached(f"--max-requests {most} is reached. {_GO_ON}")
        if budget is None:
            return True
        if self._flying and not self._estimator.learnt:
            return False  # one goes first, so that the rest are not all guesses
        flying = sum(ticket.estimate.cost_usd or 0.0 for ticket in self._flying)
        next_one = estimate.cost_usd or 0.0
        if self._spent + flying + next_one <= budget:
            return True
        if not self._flying:
            spent = f"${self._spent:.4f} is spent, the next request may cost ${next_one:.4f}"
            raise LimitReached(f"--max-cost {budget:g} would be passed: {spent}. {_GO_ON}")
        return False

    def _hold(self, estimate: Estimate) -> tuple[float, str]:
        """Return how long a request has to wait for the limits per minute, and for which."""
        now = self._clock.now()
        while self._minute and self._minute[0].at <= now - _MINUTE:
            self._minute.popleft()
        holds = [(self._paused_until - now, "the server asked to wait"), *self._by_minute(now, estimate)]
        for kind, allowance in list(self._allowances.items()):
            if allowance.until <= now:
                del self._allowances[kind]
                continue
            needed = 1.0 if kind == "requests" else float(estimate.tokens.input + estimate.tokens.output)
            holds.append((_refill(allowance, needed, now), f"the server's limit on {kind}"))
        return max(holds, key=lambda hold: hold[0])

    def _by_minute(self, now: float, estimate: Estimate) -> list[tuple[float, str]]:
        holds: list[tuple[float, str]] = []
        if self._allowance is not None:
            return holds
        if (rpm := self._settings.rpm) is not None and len(self._minute) >= rpm:
            freed = self._minute[len(self._minute) - rpm].at + _MINUTE
            holds.append((freed - now, f"--rpm {rpm}"))
        if (tpm := self._settings.tpm) is not None:
            over = sum(ticket.tokens for ticket in self._minute) - tpm
            over += min(tpm, estimate.tokens.input + estimate.tokens.output)
            for ticket in self._minute:
                if over <= 0:
                    break
                over -= ticket.tokens
                holds.append((ticket.at + _MINUTE - now, f"--tpm {tpm}"))
        return holds

    def _send(self, size: int, estimate: Estimate, mark: int | None) -> Ticket:
        total = estimate.tokens.input + estimate.tokens.output
        ticket = Ticket(self._clock.now(), size, estimate, total, mark)
        self._minute.append(ticket)
        self._flying.append(ticket)
        self._sent += 1
        for kind, allowance in self._allowances.items():
            allowance.left -= 1 if kind == "requests" else total
        return ticket


def _refill(allowance: _Left, needed: float, now: float) -> float:
    """Return the seconds until a server's allowance covers what is needed.

    It is taken to fill up evenly until its reset. A wait longer than `MAX_WAIT` is left to the server to ask for.
    """
    missing = needed - allowance.left
    if missing <= 0:
        return 0.0
    span = allowance.until - allowance.seen
    room = allowance.limit - allowance.left if allowance.limit is not None else missing
    seconds = span * min(1.0, missing / room) if room > 0 else span
    wait = allowance.seen + seconds - now
    return wait if wait <= MAX_WAIT else 0.0


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _duration(text: str | None) -> float | None:
    """Return the seconds in `1s`, `6m0s`, `120ms` or a plain number."""
    if not text:
        return None
    if (plain := _number(text)) is not None:
        return plain
    parts = _DURATION.findall(text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts else None
