"""How long pages take to read, as a ratio to trafilatura alone, and how many characters a second.

Run: `python benchmarks/reading.py [FOLDER]`: the pages of a folder of your own, or those of the tests.
"""

from __future__ import annotations

import logging
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from pages import stories
from pages.templates import TEMPLATES
from trafilatura import extract

from summarizer.reading import ReadSettings, read
from summarizer.reading.pages.page import Origin, read_page

RUNS = 5


def main() -> None:
    """Print the times."""
    logging.disable(logging.CRITICAL)
    pages = given(Path(sys.argv[1])) if len(sys.argv) > 1 else written()
    for _, page in pages[:3]:  # imports and caches
        read_page(page, Origin("page"))
        extract(page, with_metadata=True)
    ratios, ours = [], []
    for name, page in pages:
        alone = median(
            lambda page=page: extract(page, favor_precision=True, include_comments=False, with_metadata=True)
        )
        whole = median(lambda page=page: read_page(page, Origin("page")))
        ratios.append(whole / alone)
        ours.append(whole)
        print(f"{name[:40]:40} {len(page):>9,} {alone * 1000:8.1f} ms alone {whole * 1000:8.1f} ms {ratios[-1]:4.1f}x")
    usual = statistics.median(ours) * 1000
    print(f"\n{len(pages)} pages: median {usual:.1f} ms, {statistics.median(ratios):.1f} times trafilatura alone")
    folder_speed()


def given(folder: Path) -> list[tuple[str, bytes]]:
    """Return the saved pages of a folder."""
    return [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.htm*"))]


def written() -> list[tuple[str, bytes]]:
    """Return the pages that the tests write, each with a long report, comments and a style sheet as real ones have."""
    css = "".join(
        f".a{at} .b{at}:hover,.c{at}{{color:#33{at % 10}6{at % 10}9;padding:{at % 9}px;display:block}}"
        for at in range(300)
    )
    report = [text for story in (stories.FERRY, stories.DAM, stories.STRIKE) for text in story]
    pages = ((name, template(report)) for name, template in TEMPLATES.items())
    return [(name, page.replace("</head>", f"<style>{css}</style></head>", 1).encode()) for name, page in pages]


def median(function: Callable[[], object]) -> float:
    """Return the median seconds of a call."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def folder_speed() -> None:
    """Print how long a folder of 1,000 texts takes, copies looked for."""
    import tempfile

    words = " ".join((*stories.FERRY, *stories.DAM, *stories.STRIKE)).split()
    with tempfile.TemporaryDirectory() as name:
        for at in range(1000):  # a tenth of them a copy with another first line
            mixed = random.Random(at // 10 * 10 if at % 10 == 1 else at).choices(words, k=600)  # noqa: S311 - texts, not secrets
            (Path(name) / f"{at}.txt").write_text(f"Report {at}\n{' '.join(mixed)}.\n", encoding="utf-8")
        began = time.perf_counter()
        reading = read([name], ReadSettings(offline=True))
        print(
            f"{len(reading.documents):,} text files: {time.perf_counter() - began:.1f} s, {len(reading.origins)} copies"
        )


if __name__ == "__main__":
    main()
