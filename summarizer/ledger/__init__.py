"""What has been read, briefed and sent: one database, SQLite by default, PostgreSQL by address.

    with Ledger() as ledger, ledger.writing() as session:
        Documents(session, "talks", kind.brief).add(documents, day)

`Ledger` opens it and hands out sessions, each one transaction. `Documents`, `Names`, `Corrections` and `Briefs` are
the views of one digest within a session; `Lock` and `Replies` open sessions of their own.
"""

from summarizer.ledger.allowances import SharedAllowance, Window
from summarizer.ledger.briefs import Briefs, Kept, Outgoing, RunRecord
from summarizer.ledger.corrections import Corrections
from summarizer.ledger.documents import Documents, Entry, Held
from summarizer.ledger.jobs import JobFile, JobRecord, Jobs, NewJob
from summarizer.ledger.locks import Holder, Lock, holder
from summarizer.ledger.names import Names
from summarizer.ledger.queued import JobDocument, JobDocuments
from summarizer.ledger.replies import Replies
from summarizer.ledger.store import HEAD, Ledger, default_address, register

__all__ = [
    "HEAD",
    "Briefs",
    "Corrections",
    "Documents",
    "Entry",
    "Held",
    "Holder",
    "JobDocument",
    "JobDocuments",
    "JobFile",
    "JobRecord",
    "Jobs",
    "Kept",
    "Ledger",
    "Lock",
    "Names",
    "NewJob",
    "Outgoing",
    "Replies",
    "RunRecord",
    "SharedAllowance",
    "Window",
    "default_address",
    "holder",
    "register",
]
