"""What happens to jobs, for those who watch them while they are done here or by workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from summarizer.api import Event
from summarizer.errors import SummarizerError

__all__ = ["Course", "Watched"]


class Course:
    """What has happened to a job since this program took it up, for those who watch."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.closed = False
        self._news = asyncio.Event()

    def tell(self, event: Event) -> None:
        """Add an event."""
        told = {name: getattr(event, name) for name in ("stage", "about", "done", "total", "failed")}
        self.events.append(told)
        self._wake()

    def close(self) -> None:
        """Nothing more will come."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, after: int, patience: float) -> AsyncGenerator[tuple[int, dict[str, Any]] | None]:
        """Yield the events from a number on, as they come, until it is closed; None when nothing came for so long."""
        number = after
        while True:
            while number < len(self.events):
                number += 1
                yield number, self.events[number - 1]
            if self.closed:
                return
            news = self._news
            try:
                await asyncio.wait_for(news.wait(), patience)
            except TimeoutError:
                yield None


class Watched:
    """What all runners of jobs have: a course for each job that may be watched."""

    def __init__(self) -> None:
        self.courses: dict[str, Course] = {}
        self.stopping = False
        self.refused: SummarizerError | None = None
        """Why it could not start."""

    def hang_up(self) -> None:
        """Let those who watch go, so that their connections do not hold up the end."""
        self.stopping = True
        for course in self.courses.values():
            course.close()

    def close_course(self, ident: str) -> None:
        """Nothing more will come of a job; to do so twice is no harm."""
        course = self.courses.pop(ident, None)
        if course is not None:
            course.close()
