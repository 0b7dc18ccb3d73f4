"""How long the page of a large brief takes: to make, and to open in Chromium until it can be used.

Run: `python benchmarks/page.py [CLAIMS] [DOCUMENTS]` (500 and 100). Needs Chromium and Playwright.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from rendering_briefs import large

from summarizer.rendering import render

RUNS = 5


def main() -> None:
    """Print the size of the page and the median of each time."""
    claims, documents = (int(given) for given in (*sys.argv[1:3], "500", "100")[:2])
    brief = large(claims, documents)
    began = time.perf_counter()
    page = render(brief, "html")
    made = time.perf_counter() - began
    opened, searched = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "brief.html"
        path.write_text(page, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(RUNS):
            tab = browser.new_page(viewport={"width": 1440, "height": 900})
            began = time.perf_counter()
            tab.goto(path.as_uri())
            tab.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            opened.append(time.perf_counter() - began)
            began = time.perf_counter()
            tab.fill("input[name=text]", "flood")
            tab.locator(".found", has_text=" of ").wait_for()
            searched.append(time.perf_counter() - began)
            tab.close()
        browser.close()
    texts = sum(len(source.text.encode()) for source in brief.sources)
    print(f"{claims} claims, {documents} documents: {len(page.encode()) / 1000:.0f} kB, texts {texts / 1000:.0f} kB")
    opening, search = statistics.median(opened), statistics.median(searched)
    print(f"made in {made:.2f} s; opened in {opening:.2f} s; searched in {search:.2f} s")


if __name__ == "__main__":
    main()
