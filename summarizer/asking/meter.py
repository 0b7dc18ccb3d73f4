"""Counts what the requests of a run took."""

from __future__ import annotations

from typing import Any

from summarizer.asking.client import Reply
from summarizer.asking.prices import price
from summarizer.asking.requests import Usage
from summarizer.claims import Tokens
from summarizer.recordings import Exchange

__all__ = ["Meter"]


class Meter:
    """Adds up replies."""

    def __init__(self) -> None:
        self.reasks = 0
        self._requests = self._replayed = self._repairs = 0
        self._input = self._cached = self._output = 0
        self._model: str | None = None
        self._cost: float | None = 0.0
        self._spent: float | None = 0.0

    def add(self, reply: Reply[Any], exchange: Exchange) -> None:
        """Count a reply, whether it could be used or not."""
        self._requests += 1
        self._replayed += exchange.replayed
        self._repairs += exchange.repaired
        self._input += reply.tokens.input
        self._cached += reply.tokens.cached_input
        self._output += reply.tokens.output
        self._model = reply.model or self._model
        cost = price(reply.model, reply.tokens, batch=reply.batch)
        self._cost = _sum(self._cost, cost)
        if not exchange.replayed:
            self._spent = _sum(self._spent, cost)

    def usage(self) -> Usage:
        """Return the sums."""
        return Usage(
            requests=self._requests,
            replayed=self._replayed,
            reasks=self.reasks,
            repairs=self._repairs,
            tokens=Tokens(input=self._input, cached_input=self._cached, output=self._output),
            model=self._model,
            cost_usd=self._cost if self._requests else None,
            spent_usd=self._spent,
        )


def _sum(total: float | None, cost: float | None) -> float | None:
    return None if total is None or cost is None else total + cost
