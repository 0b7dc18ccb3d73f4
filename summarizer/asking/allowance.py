"""What the limits ask when requests and tokens a minute are shared with other processes."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Allowance", "Leave"]


class Leave(Protocol):
    """The answer to one that asked for leave."""

    @property
    def seconds(self) -> float:
        """How long to wait before asking again; 0: leave is given, to send at once or not at all."""

    @property
    def reason(self) -> str:
        """Why to wait."""

    @property
    def mark(self) -> int:
        """By which the leave can be corrected."""


class Allowance(Protocol):
    """Requests and tokens a minute that hold over all processes that share it."""

    async def take(self, place: str, tokens: int, rpm: int | None, tpm: int | None) -> Leave:
        """Ask for leave to send one request of so many tokens, as estimated.

        `place` names the one that asks, who has one request waiting at most: it keeps its place in the queue from
        one asking to the next. `rpm` and `tpm` are the requests and tokens in any minute at most, None for any
        number. Raises LedgerError.
        """

    async def correct(self, mark: int, by: int) -> None:
        """Add to the tokens of a leave that was given, or take from them. Raises LedgerError."""

    async def pause(self, seconds: float) -> None:
        """Give no leave to anybody for a while. Raises LedgerError."""
