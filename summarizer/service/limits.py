"""What a client may ask for, and how often."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Limits", "Rates"]

MINUTE = 60.0
MOST_NAMES = 10_000
"""Clients remembered at the same time."""


@dataclass(frozen=True)
class Limits:
    """The limits of the service."""

    max_body: int = 25_000_000
    """Bytes of one request."""
    max_inputs: int = 100
    """Texts, addresses and files of one job together."""
    max_waiting: int = 100
    """Jobs that wait or run."""
    per_minute: int = 300
    """Requests of one client in any minute, unless its token says otherwise."""
    refusals_per_minute: int = 30
    """Wrong tokens from one address in any minute."""


class Rates:
    """Counts requests by name in a sliding minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def full(self, name: str, most: int) -> float:
        """Return the seconds to wait before one more would fit; 0 when it fits now."""
        times = self._recent(name)
        return 0.0 if len(times) < most else times[len(times) - most] + MINUTE - self._clock()

    def count(self, name: str, most: int) -> float:
        """Count one, if it fits; return the seconds to wait when it does not, else 0."""
        wait = self.full(name, most)
        if not wait:
            self._recent(name).append(self._clock())
        return wait

    def _recent(self, name: str) -> deque[float]:
        if name not in self._times and len(self._times) >= MOST_NAMES:
            self._times.pop(next(iter(self._times)))
        times = self._times.setdefault(name, deque())
        while times and times[0] <= self._clock() - MINUTE:
            times.popleft()
        return times
