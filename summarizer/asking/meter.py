"""Counts what the requests of a run took."""

from __future__ import annotations

from functools import cache
from typing import Any

from summarizer.asking.client import Reply
from summarizer.asking.requests import Usage
from summarizer.claims import Tokens
from summarizer.recordings import Exchange

__all__ = ["Meter", "price"]


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
        cost = price(reply.model, reply.tokens)
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


def price(model: str | None, tokens: Tokens) -> float | None:
    """Return the list price of a reply in US dollars, or None when the model is unknown.

    From genai-prices, an offline table that also knows the price of cached tokens.
    """
    if model is None or not _known(model):
        return None
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    counted = Counted(input_tokens=tokens.input, cache_read_tokens=tokens.cached_input, output_tokens=tokens.output)
    return float(calc_price(counted, model).total_price)


@cache
def _known(model: str) -> bool:
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    try:
        calc_price(Counted(input_tokens=1, output_tokens=1), model)
    except LookupError:
        return False
    return True
