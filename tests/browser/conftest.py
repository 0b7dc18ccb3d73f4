"""The system's Chromium, driven by Playwright. Without Chromium these tests are skipped, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rendering_briefs import river

from summarizer.claims import Brief
from summarizer.rendering import render

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

PATIENCE = 60_000
"""Milliseconds that a busy machine may take over what takes an idle one a tenth of a second."""
expect.set_options(timeout=PATIENCE)

Opened = Callable[..., Page]


# Of a module, not of the session: while Playwright's loop runs, no other test could run one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
            timeout=2 * PATIENCE,
        )
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page that the tests of a module share, and what went wrong on it since it was last looked at."""

    page: Page
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> dict[tuple[tuple[str, object], ...], Tab]:
    return {}


def new_tab(browser: Browser, **context: object) -> Tab:
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    tab = Tab(page)
    page.on("console", lambda message: tab.wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: tab.wrong.append(f"error: {error}"))
    page.on("request", lambda request: request.url.startswith("file:") or tab.wrong.append(f"asked: {request.url}"))
    return tab


@pytest.fixture
def opened(
    browser: Browser, tabs: dict[tuple[tuple[str, object], ...], Tab], tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Open the page of a brief; at the end of the test nothing may have gone wrong or been asked of a network."""
    used: list[Tab] = []

    def open_page(
        brief: Brief | None = None, *, fragment: str = "", width: int = 1440, height: int = 900, **context: object
    ) -> Page:
        path = tmp_path / "brief.html"
        path.write_text(render(brief or river(), "html"), encoding="utf-8")
        key = tuple(sorted(context.items()))
        tab = tabs.get(key) or tabs.setdefault(key, new_tab(browser, **context))
        used.append(tab)
        tab.page.emulate_media(media="screen")
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.goto(path.as_uri() + fragment)
        return tab.page

    yield open_page
    wrong = [message for tab in used for message in tab.wrong]
    for tab in used:
        tab.wrong.clear()
    assert wrong == []
