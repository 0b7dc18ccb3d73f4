"""Replies of the model, kept in the ledger: what was paid for once is not asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from summarizer.ledger.models import ReplyRow
from summarizer.ledger.store import Ledger, insert_new
from summarizer.recordings.format import Exchange

__all__ = ["Replies"]


class Replies:
    """Stands where a folder of recordings stands: `summarizer.recordings.Recordings`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.used: set[str] = set()
        """The keys that were read or written."""

    def get(self, key: str, exchange: Exchange) -> dict[str, Any] | None:  # noqa: ARG002 - the key says it all
        """Return the recording of a request, or None."""
        with self.ledger.reading() as session:
            row = session.get(ReplyRow, key)
            if row is None:
                return None
            self.used.add(key)
            return dict(row.recording)

    def put(self, recording: Mapping[str, Any], name: str) -> None:  # noqa: ARG002 - the key says it all
        """Keep a recording. The same request may be answered twice at once: the first reply stays."""
        key = recording["key"]
        with self.ledger.writing() as session:
            insert_new(session, ReplyRow, key=key, purpose=recording["purpose"], recording=dict(recording))
        self.used.add(key)

    def forget(self, key: str) -> None:
        """Remove the recording of a request."""
        with self.ledger.writing() as session:
            session.execute(delete(ReplyRow).where(ReplyRow.key == key))
        self.used.discard(key)
