"""Jobs for many workers: Procrastinate's queue in the ledger's own PostgreSQL, a task for each document.

    enqueue → jobs, job_documents and the queue's tasks, in one transaction
            → `document` (one for each, by any worker) → replies in the ledger
            → `finish`: the ordinary trip over the whole job, whose replies are found there

Every task may run twice and end anywhere: it begins by asking the ledger what is still to be done.
"""

from summarizer.queueing.enqueuing import cancel, enqueue, remove, retry
from summarizer.queueing.queue import QUEUE, Queue
from summarizer.queueing.settings import Digest, Patience, WorkerSettings
from summarizer.queueing.worker import run_worker

__all__ = [
    "QUEUE",
    "Digest",
    "Patience",
    "Queue",
    "WorkerSettings",
    "cancel",
    "enqueue",
    "remove",
    "retry",
    "run_worker",
]
