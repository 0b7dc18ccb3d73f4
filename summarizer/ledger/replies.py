"""Replies of the model, kept in the ledger: what was paid for once is not asked for again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from summarizer.errors import LedgerError
from summarizer.ledger.models import ReplyRow
from summarizer.ledger.store import Ledger, insert_new
from summarizer.recordings import Exchange, Recordings

__all__ = ["Replies"]

_log = logging.getLogger(__name__)


class Replies(Recordings):
    """An everyday store of replies in the ledger instead of a folder: all that share the ledger share it.

    `folder` is where the little that is known of servers is kept beside it.
    """

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        super().__init__(folder, everyday=True)
        self.ledger = ledger

    def get(self, key: str, exchange: Exchange) -> dict[str, Any] | None:  # noqa: ARG002 - the key says it all
        """Return the recording of a request, or None."""
        with self.ledger.reading() as session:
            row = session.get(ReplyRow, key)
            if row is None:
                return None
            self.used.add(key)
            return dict(row.recording)

    def has(self, key: str, exchange: Exchange) -> bool:  # noqa: ARG002 - the key says it all
        """Tell whether there is a recording of a request."""
        with self.ledger.reading() as session:
            return session.scalar(select(ReplyRow.key).where(ReplyRow.key == key)) is not None

    def put(self, recording: Mapping[str, Any], name: str) -> None:  # noqa: ARG002 - the key says it all
        """Keep a recording. The same request may be answered twice at once: the first reply stays."""
        key = recording["key"]
        try:
            with self.ledger.writing() as session:
                insert_new(session, ReplyRow, key=key, purpose=recording["purpose"], recording=dict(recording))
        except LedgerError as error:
            # As with a folder: it costs the keeping, not the reply that was just paid for.
            _log.warning("a reply could not be kept: %s", error)
        self.used.add(key)

    def forget(self, key: str) -> None:
        """Remove the recording of a request."""
        with self.ledger.writing() as session:
            session.execute(delete(ReplyRow).where(ReplyRow.key == key))
        self.used.discard(key)
