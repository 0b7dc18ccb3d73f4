"""Structured briefs from messy reports: who holds what, on what terms, every line checked against its source.

    from summarizer import brief

    made = brief("reports/")

The names below are the public ones. Each is imported when it is first used: `import summarizer` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarizer.api import Event, Job, abrief, brief
    from summarizer.claims import Brief
    from summarizer.documents import Document
    from summarizer.errors import SummarizerError
    from summarizer.ledger import Ledger
    from summarizer.reading import ReadSettings, aread, read
    from summarizer.rendering import render
    from summarizer.settings import AskSettings as Settings
    from summarizer.settings import load_settings
    from summarizer.streaming import abrief_stream
    from summarizer.topics import Topic, load_topic
    from summarizer.verifying import verify

__all__ = [
    "Brief",
    "Document",
    "Event",
    "Job",
    "Ledger",
    "ReadSettings",
    "Settings",
    "SummarizerError",
    "Topic",
    "abrief",
    "abrief_stream",
    "aread",
    "brief",
    "load_settings",
    "load_topic",
    "read",
    "render",
    "verify",
]

_PLACES = {
    "Brief": "claims",
    "Document": "documents",
    "Event": "api",
    "Job": "api",
    "Ledger": "ledger",
    "ReadSettings": "reading",
    "Settings": "settings:AskSettings",
    "SummarizerError": "errors",
    "Topic": "topics",
    "abrief": "api",
    "abrief_stream": "streaming",
    "aread": "reading",
    "brief": "api",
    "load_settings": "settings",
    "load_topic": "topics",
    "read": "reading",
    "render": "rendering",
    "verify": "verifying",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'summarizer' has no attribute {name!r}")
    module, _, other = _PLACES[name].partition(":")
    return getattr(importlib.import_module(f"summarizer.{module}"), other or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
