"""The one place where the present time enters a digest."""

from __future__ import annotations

import datetime
from collections.abc import Callable

__all__ = ["Clock", "system_clock"]

Clock = Callable[[], datetime.datetime]
"""Tells the present moment, with its time zone."""


def system_clock() -> datetime.datetime:
    """Return the machine's time."""
    return datetime.datetime.now(datetime.UTC)
