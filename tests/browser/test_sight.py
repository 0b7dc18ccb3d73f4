"""What counts as seen is what Chromium shows: a page whose words change looks different, or it does not."""

import base64

import pytest
from pages.templates import paras
from playwright.sync_api import Browser, Page
from test_reading_pages import HIDDEN, MARK, SEEN, VISIBLE

OTHER = MARK.translate(str.maketrans("aeiou", "eioua"))
CLEARLY, HARDLY = 90, 20
"""Differences of a colour channel, of 255: letters that can be read, and such as nobody makes out."""

# Not questions of sight: what only screen readers are told, and what one click opens.
HIDDEN_TO_THE_EYE = {
    name: snippet for name, snippet in HIDDEN.items() if name not in {"aria", "font of a pixel", "font in em"}
}
COMPARE = """async ([one, other]) => {
  const pixels = async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const canvas = new OffscreenCanvas(1000, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, 1000, image.height).data;
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  let most = Math.abs(a.length - b.length);
  for (let at = 0; at < Math.min(a.length, b.length); at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 800})


def shown(page: Page, snippet: str, words: str) -> str:
    filled = snippet.replace(">X", f">{words}").replace("X<", f"{words}<").replace("<details>", "<details open>")
    page.set_content(
        f'<!doctype html><html class="no-js"><head><script>document.documentElement.className = "js"</script>'
        f"<style>body {{ font-family: monospace }} table {{ width: 100% }}</style></head>"
        f"<body><h1>Head</h1>{paras([SEEN] * 3)}{filled}<p>{SEEN}</p></body></html>"
    )
    return base64.b64encode(page.screenshot(full_page=True, animations="disabled")).decode()


def difference(page: Page, snippet: str) -> int:
    return int(page.evaluate(COMPARE, [shown(page, snippet, MARK), shown(page, snippet, OTHER)]))


@pytest.mark.parametrize("snippet", HIDDEN_TO_THE_EYE.values(), ids=HIDDEN_TO_THE_EYE)
def test_what_is_taken_out_is_not_shown(page: Page, snippet: str) -> None:
    assert difference(page, snippet) <= HARDLY


@pytest.mark.parametrize("snippet", VISIBLE.values(), ids=VISIBLE)
def test_what_is_kept_is_shown(page: Page, snippet: str) -> None:
    assert difference(page, snippet) >= CLEARLY
