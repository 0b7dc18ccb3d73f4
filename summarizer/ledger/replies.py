"""Replies of the model, kept in the ledger: what was paid for once is not asked for again."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from summarizer.errors import LedgerError
from summarizer.ledger.models import ReplyRow
from summarizer.ledger.store import Ledger, insert_new
from summarizer.recordings import Exchange, Recordings

__all__ = ["Replies"]

_PAUSES = (1, 3, 10)
"""Seconds between tries to keep a reply that must not be lost."""

_log = logging.getLogger(__name__)


class Replies(Recordings):
    """An everyday store of replies in the ledger instead of a folder: all that share the ledger share it.

    `folder` is where the little that is known of servers is kept beside it. With `surely` a reply that cannot be kept
    is an error: for those who count on finding it again.
    """

    remote = True

    def __init__(self, ledger: Ledger, folder: Path, *, surely: bool = False) -> None:
        super().__init__(folder, everyday=True)
        self.ledger, self.surely = ledger, surely

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
            for seconds in _PAUSES if self.surely else ():
                try:
                    return self._put(key, recording)
                except LedgerError:
                    time.sleep(seconds)  # a short outage should not cost a paid reply
            self._put(key, recording)
        except LedgerError as error:
            if self.surely:
                raise
            # As with a folder: it costs the keeping, not the reply that was just paid for.
            _log.warning("a reply could not be kept: %s", error)
            self.used.add(key)

    def _put(self, key: str, recording: Mapping[str, Any]) -> None:
        with self.ledger.writing() as session:
            insert_new(session, ReplyRow, key=key, purpose=recording["purpose"], recording=dict(recording))
        self.used.add(key)

    def forget(self, key: str) -> None:
        """Remove the recording of a request."""
        with self.ledger.writing() as session:
            session.execute(delete(ReplyRow).where(ReplyRow.key == key))
        self.used.discard(key)
