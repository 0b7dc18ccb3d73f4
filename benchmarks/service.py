"""Two hundred clients at the service: each sends a report and then asks how it stands, again and again.

    python benchmarks/service.py [clients] [questions]

The replies come from the recordings of the samples; the service is a process of its own, the clients are one more.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import httpx2

from summarizer.samples import recordings_folder, seeds_folder

REPORT = (seeds_folder() / "2025-02-12-contacts.txt").read_bytes()


async def client(http: httpx2.AsyncClient, number: int, questions: int, waits: dict[str, list[float]]) -> None:
    """Send a report and ask how it stands; note how long each answer took."""

    async def timed(what: str, method: str, place: str, **given: object) -> httpx2.Response:
        start = time.perf_counter()
        answer = await http.request(method, place, **given)  # type: ignore[arg-type]
        waits[what].append(time.perf_counter() - start)
        assert answer.is_success, answer.text
        return answer

    key = {"Idempotency-Key": f"client-{number}"}
    answer = await timed("send", "POST", "/v1/briefs", files={"file": ("contacts.txt", REPORT)}, headers=key)
    for _ in range(questions):
        await timed("ask", "GET", answer.headers["location"])


async def load(address: str, clients: int, questions: int) -> None:
    """Let all clients go at once, print what they saw, and wait until no job waits."""
    waits: dict[str, list[float]] = {"send": [], "ask": []}
    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits, trust_env=False) as http:
        start = time.perf_counter()
        await asyncio.gather(*(client(http, number, questions, waits) for number in range(clients)))
        took = time.perf_counter() - start
        for what, seconds in waits.items():
            cuts = quantiles(seconds, n=100)
            shown = f"median {cuts[49]:.3f} s, 95th {cuts[94]:.3f} s, 99th {cuts[98]:.3f} s"
            print(f"{what}: {len(seconds)} requests, {shown}")
        print(f"{sum(map(len, waits.values())) / took:.0f} requests a second over {took:.1f} s")
        while 'state="waiting"} 0.0' not in (await http.get("/metrics")).text:  # noqa: ASYNC110 - another process
            await asyncio.sleep(1)
        print(f"all {clients} jobs taken up after {time.perf_counter() - start:.1f} s")


def main() -> None:
    """Start the service, put the load on it, end it."""
    clients, questions = (int(one) for one in (sys.argv[1:] or ["200", "5"]))
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        command = [sys.executable, "-m", "summarizer", "serve", "--port", "0", "--ledger", f"sqlite:///{folder}/l.db"]
        command += ["--replay", str(recordings_folder("negotiation")), "--per-minute", "9999999"]
        with said.open("w") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--max-waiting", "9999"], stderr=errors, stdout=errors, cwd=folder
            )
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", said.read_text())):
                assert process.poll() is None, said.read_text()
                time.sleep(0.1)
            asyncio.run(load(found[0], clients, questions))
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
