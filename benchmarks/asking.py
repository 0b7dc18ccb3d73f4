"""What asking costs beside instructor alone and LangExtract, as ratios within one run.

    .venv/bin/python benchmarks/asking.py                          200 documents, 50 ms, 200 in flight
    .venv/bin/python benchmarks/asking.py --langextract PYTHON     PYTHON of an environment with langextract[openai]
    .venv/bin/python benchmarks/asking.py --scale 1000,10000       time and memory of replaying so many documents

An endpoint in a process of its own answers each request after 50 ms with a recorded reply. Each way of asking runs in
a process of its own, after one request to warm up, and the ways take turns, so that a busy machine hits them alike.
`processor` is the process's own time for each document. Only the ratios say something; the seconds are this machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_PART = 1000
WAYS = ("bare instructor", "ours, nothing kept", "ours, replies kept", "ours, replayed")


def material() -> tuple[str, str]:
    """Return a document as it is asked about, and its recorded reply: the longest of the samples."""
    held = []
    for path in (ROOT / "fixtures" / "negotiation").glob("extract-*.json"):
        recording = json.loads(path.read_text(encoding="utf-8"))
        if "content" in recording["reply"] and len(recording["request"]["messages"]) == 1:
            text = "\n".join(recording["request"]["messages"][0]["content"])
            held.append((text, json.dumps(recording["reply"]["content"], ensure_ascii=False)))
    return max(held, key=lambda pair: len(pair[1]))


class Documents:
    """So many documents, each a little different, made when they are needed."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._text, _ = material()

    def __getitem__(self, number: int) -> str:
        """Return one."""
        return f"{self._text}\n({number})"


async def timed(ask: Callable[[str], Awaitable[Any]], texts: Documents, at_once: int) -> dict[str, float]:
    """Ask about one document to warm up, then about all; return seconds and processor seconds for each document."""
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with slots:
            await ask(texts[number])

    await ask(texts[texts.count])
    began, used = time.perf_counter(), time.process_time()
    for start in range(0, texts.count, _PART):  # a run reads its documents as it goes
        await asyncio.gather(*(one(number) for number in range(start, min(start + _PART, texts.count))))
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "processor": (time.process_time() - used) / texts.count,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def bare(url: str, texts: Documents, at_once: int) -> dict[str, float]:
    """Ask with instructor and the openai client as their own documentation shows."""
    import instructor
    import openai

    from summarizer.kinds import load_kind

    kind = load_kind("negotiation")
    system = kind.prompt("extract", topic=None)
    bare_client = openai.AsyncOpenAI(base_url=url, api_key="k")
    client = instructor.from_openai(bare_client, mode=instructor.Mode.JSON_SCHEMA)

    async def ask(text: str) -> Any:
        messages: list[Any] = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        return await client.create(model="m", response_model=kind.reply, messages=messages, strict=False)

    async def work() -> dict[str, float]:
        try:
            return await timed(ask, texts, at_once)
        finally:
            await bare_client.close()

    return asyncio.run(work())


def ours(url: str, texts: Documents, at_once: int, **given: Any) -> dict[str, float]:
    """Ask with an Asker."""
    from pydantic import SecretStr

    from summarizer.asking import Asker, Request
    from summarizer.kinds import load_kind
    from summarizer.settings import AskSettings

    kind = load_kind("negotiation")
    system = kind.prompt("extract", topic=None)
    settings = AskSettings(base_url=url, api_key=SecretStr("k"), model="m", concurrency=at_once, **given)

    async def work() -> dict[str, float]:
        async with Asker(settings) as asker:
            return await timed(
                lambda text: asker.ask(Request("extract", text[-8:], system, text, kind.reply)), texts, at_once
            )

    return asyncio.run(work())


def one_way(way: str, url: str, count: int, at_once: int, store: str) -> dict[str, float]:
    """Ask in one way."""
    texts = Documents(count)
    if way == WAYS[0]:
        return bare(url, texts, at_once)
    if way == WAYS[1]:
        return ours(url, texts, at_once, no_store=True)
    return ours(url, texts, at_once, store=Path(store))


def serve(latency: float) -> None:
    """Answer every request with the recorded reply, or with LangExtract's kind of reply, after some seconds."""
    sys.path.insert(0, str(ROOT / "tests"))
    from scripted import Act, Asked, Scripted, completion

    text, reply = material()
    lines = [line.split("] ", 1)[-1] for line in text.splitlines() if line.startswith("[")]
    found = {"extractions": [{"position": line[:80], "position_attributes": {"party": "x"}} for line in lines]}
    mine, peers = completion(reply, after=latency), completion(json.dumps(found), after=latency)

    def script(asked: Asked) -> Act:
        return peers if b'"gpt-4o-mini"' in asked.raw[:200] or b'"gpt-4o-mini"' in asked.raw[-400:] else mine

    with Scripted(script) as endpoint:
        print(endpoint.url, flush=True)
        sys.stdin.read()


def child(python: str, script: Path, *arguments: Any) -> dict[str, float]:
    """Run a script in a process of its own and return what it found."""
    command = [python, str(script), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own scripts
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def table(rows: Iterable[tuple[str, list[dict[str, float]]]]) -> None:
    """Print the medians, and their ratios to the first row."""
    print(f"{'':24}{'seconds':>9}{'ratio':>7}{'processor':>12}{'ratio':>7}")
    base: tuple[float, float] | None = None
    for way, found in rows:
        seconds = statistics.median(each["seconds"] for each in found)
        processor = statistics.median(each["processor"] for each in found)
        base = base or (seconds, processor)
        spent = f"{processor * 1000:.1f} ms"
        print(f"{way:24}{seconds:9.2f}{seconds / base[0]:7.2f}{spent:>12}{processor / base[1]:7.2f}")


def compare(given: argparse.Namespace, url: str) -> None:
    """Let all ways take turns."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    if given.langextract:
        found["LangExtract"] = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory() as store:
            for way in WAYS:
                found[way].append(
                    child(sys.executable, Path(__file__), "--way", way, "--url", url, "--count", given.count,
                          "--at-once", given.at_once, "--store", store)
                )  # fmt: skip
        if given.langextract:
            peer = HERE / "langextract_peer.py"
            found["LangExtract"].append(child(given.langextract, peer, url, given.count, given.at_once))
    table(found.items())


def scale(given: argparse.Namespace, url: str) -> None:
    """Replay more and more documents."""
    print(f"{'documents replayed':>20}{'seconds':>9}{'processor':>14}{'memory':>10}")
    for count in map(int, given.scale.split(",")):
        with tempfile.TemporaryDirectory() as store:
            for _ in range(2):  # asked, then replayed
                found = child(sys.executable, Path(__file__), "--way", WAYS[3], "--url", url, "--count", count,
                              "--at-once", given.at_once, "--store", store)  # fmt: skip
        each = f"{found['processor'] * 1000:.2f} ms each"
        print(f"{count:20}{found['seconds']:9.2f}{each:>14}{found['memory']:7.0f} MB")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--langextract", metavar="PYTHON")
    parser.add_argument("--scale", metavar="COUNTS")
    for hidden in ("--way", "--url", "--store"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.latency)
    elif given.way:
        print(json.dumps(one_way(given.way, given.url, given.count, given.at_once, given.store)))
    else:
        command = [sys.executable, __file__, "--serve", "--latency", str(given.latency)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
            url = server.stdout.readline().strip() if server.stdout else ""
            (scale if given.scale else compare)(given, url)
            server.communicate()


if __name__ == "__main__":
    main()
