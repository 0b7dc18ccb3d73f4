"""The service as a process of its own: killed, told to end, and asked whatever its description allows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from scripted import Act, Asked, Scripted, completion
from test_service import REPLAY, ended
from test_trip import GOOD, Model, report

from summarizer import Ledger
from summarizer.ledger import Jobs
from summarizer.service import Limits, create_app
from summarizer.service.guard import Guarding

REPORTS = {
    "harbour": "Foreign troops would not be acceptable, said Peskov while he opened the rebuilt harbour.",
    "steel": "A steel strike in the north ended. Of soldiers Peskov said: they would not be acceptable.",
    "chess": "At the chess congress nobody spoke of peace, but Peskov said it would not be acceptable.",
}
ASKED = {"texts": [{"text": f"{text}\n", "published": "2025-02-25"} for text in REPORTS.values()]}
KEY = {"Idempotency-Key": "the-one"}


class Endpoint:
    """A model that hangs on one report until it is let go."""

    def __init__(self) -> None:
        quoted = {**GOOD, "evidence": [{"sentence": 1, "words": "would not be acceptable"}]}
        self.model = Model(report(quoted))
        self.hanging = True
        self.read: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Act:
        name = next((name for name, text in REPORTS.items() if text[:30] in asked.user), None)
        if name and "NegotiationReport" in str(asked.body["response_format"]):
            self.read[name] += 1
            if name == "chess" and self.hanging:
                return completion("{}", until=lambda: not self.hanging)
        return self.model(asked)


@contextlib.contextmanager
def serving(folder: Path, endpoint: Scripted) -> Iterator[tuple[subprocess.Popen[bytes], httpx2.Client]]:
    command = [sys.executable, "-m", "summarizer", "serve", "--port", "0", "--ledger", f"sqlite:///{folder}/ledger.db"]
    command += ["--base-url", endpoint.url, "--store", str(folder / "kept"), "--model", "scripted"]
    environment = {**os.environ, "OPENAI_API_KEY": "none", "PYTHONUNBUFFERED": "1"}
    said = folder / f"said-{time.monotonic_ns()}"
    with said.open("w") as errors:
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=errors, stdout=errors)
    try:
        where = re.compile(r"running on (http://127\.0\.0\.1:\d+)")
        until(lambda: where.search(said.read_text()) or process.poll() is not None)
        found = where.search(said.read_text())
        assert found, said.read_text()
        with httpx2.Client(base_url=found[1], timeout=60, trust_env=False) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def kept(folder: Path) -> int:
    return len(list((folder / "kept").rglob("*.json")))


def test_killed_it_goes_on_and_pays_for_nothing_twice(tmp_path: Path) -> None:
    model = Endpoint()
    with Scripted(model) as endpoint:
        with serving(tmp_path, endpoint) as (process, client):
            place = client.post("/v1/briefs", json=ASKED, headers=KEY).headers["location"]
            until(lambda: kept(tmp_path) == 2 and model.read["chess"])
            process.send_signal(signal.SIGKILL)
            process.wait()
        model.hanging = False
        with serving(tmp_path, endpoint) as (_, client):
            assert client.post("/v1/briefs", json=ASKED, headers=KEY).headers["location"] == place
            told = ended(client, place)  # type: ignore[arg-type]
    assert told["state"] == "done"
    assert len(told["brief"]["sources"]) == 3
    assert told["brief"]["gaps"] == []
    assert model.read == {"harbour": 1, "steel": 1, "chess": 2}


def test_told_to_end_it_lets_watchers_go_and_loses_no_job(tmp_path: Path) -> None:
    model = Endpoint()
    with Scripted(model) as endpoint, serving(tmp_path, endpoint) as (process, client):
        place = client.post("/v1/briefs", json=ASKED).headers["location"]
        until(lambda: model.read["chess"])
        with client.stream("GET", f"{place}/events") as events:
            lines = events.iter_lines()
            assert next(lines) == "event: read"
            process.send_signal(signal.SIGTERM)
            assert "event: end" in list(lines)
        process.wait(120)
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger, ledger.reading() as session:
        assert Jobs(session).counts() == {"waiting": 1}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a service in this process."""
    guarding = Guarding(Limits(per_minute=1_000_000, max_waiting=5))
    with Ledger(f"sqlite:///{tmp_path_factory.mktemp('described')}/ledger.db") as ledger:
        server = uvicorn.Server(uvicorn.Config(create_app(ledger, REPLAY, guarding), port=0, log_level="critical"))
        thread = threading.Thread(target=server.run)
        thread.start()
        until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in schemathesis.openapi.from_dict(
        create_app(object(), REPLAY).openapi()  # type: ignore[arg-type] # described without being run
    ).get_all_operations()
}


WAYS = [(label, "positive") for label in OPERATIONS] + [
    (label, "negative") for label, one in OPERATIONS.items() if list(one.iter_parameters()) or one.body
]
"""What can be sent wrongly, is."""


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("label", "mode"), WAYS)
def test_nothing_that_the_description_allows_makes_a_server_error(
    label: str, mode: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    generation = schemathesis.GenerationMode(mode)
    operation = OPERATIONS[label]

    @given(case=operation.as_strategy(generation_mode=generation))
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: Any) -> None:
        response = case.call(base_url=service)
        if response.status_code == 503:  # too many jobs wait: told as a problem, with when to come back
            assert response.headers["retry-after"]
            return
        # What a request must hold beyond its schema (a text or an address, say) is told in words: tested by hand.
        case.validate_response(response, excluded_checks=[positive_data_acceptance, negative_data_rejection])

    answered()
