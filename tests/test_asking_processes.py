"""Processes on one store: one that is killed, and two at once."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import forking
from asking_worker import run, work
from scripted import Act, Asked, Scripted, completion

from summarizer.recordings import Recordings

COUNT = 40
PATIENCE = 60.0
EXPECTED = {f"Report {n}": [f"REPORT {n}"] for n in range(COUNT)}


def script(asked: Asked) -> Act:
    return completion(json.dumps({"names": [asked.user.upper()]}), after=0.02)


class Halfway:
    """A script that answers one half of the documents, and the other half once it is let go on."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, asked: Asked) -> Act:
        late = int(asked.user.split()[1]) >= COUNT // 2
        return replace(script(asked), until=self.let_go.is_set if late else None)


def start(url: str, store: Path) -> tuple[BaseProcess, Connection]:
    forking.start()
    mine, theirs = forking.context.Pipe(duplex=False)
    process = forking.context.Process(target=work, args=(url, store, COUNT, theirs))
    process.start()
    theirs.close()
    return process, mine


def kept(store: Path) -> set[str]:
    return {recording["about"] for _, recording in Recordings(store).all()}


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    halfway = Halfway()  # so that the run is not over before it is killed, however late that is
    with Scripted(halfway) as endpoint:
        process, _ = start(endpoint.url, tmp_path)
        deadline = time.monotonic() + PATIENCE
        while len(kept(tmp_path)) < COUNT // 4 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.kill()
        process.join()
        halfway.let_go.set()
        before = kept(tmp_path)
        assert COUNT // 4 <= len(before) < COUNT
        sent = len(endpoint.asked)
        assert run(endpoint.url, tmp_path, COUNT) == EXPECTED
        again = {asked.user.capitalize() for asked in endpoint.asked[sent:]}
    assert not again & before
    assert kept(tmp_path) == set(EXPECTED)


def test_two_runs_at_once_do_no_harm(tmp_path: Path) -> None:
    with Scripted(script) as endpoint:
        both = [start(endpoint.url, tmp_path) for _ in range(2)]
        for process, pipe in both:
            assert pipe.poll(PATIENCE)
            assert pipe.recv() == EXPECTED
            process.join()
        assert COUNT <= len(endpoint.asked) <= 2 * COUNT
    assert kept(tmp_path) == set(EXPECTED)
    assert len(list(tmp_path.iterdir())) == COUNT
