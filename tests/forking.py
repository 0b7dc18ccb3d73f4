"""Processes of the tests' own: one server that has imported what they need forks them, so that each begins at once.

There is one such server in a process, and what it imports is settled when it starts: so all tests share this one.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path

context = multiprocessing.get_context("forkserver")


def start() -> None:
    """Start the server, unless it runs."""
    context.set_forkserver_preload(["asking_worker", "crashing", "crashing_warm"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # where it finds these modules
    forkserver.ensure_running()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before
