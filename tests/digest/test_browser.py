"""The HTML digest in a real browser: at a phone's and a desktop's width, light and dark."""

import os
import shutil
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.digest.render import Renderer
from monitor.digest.sample import sample_digests
from tests.digest.hostile import TITLES
from tests.digest.samples import TEMPLATES, cyrillic_line, digest, line

RULES = ["wcag2a", "wcag2aa"]
DIGESTS = {
    "every-part": sample_digests()[0],
    "alert": sample_digests()[1],
    "nothing-answered": sample_digests()[3],
    "long-and-hostile": digest(
        cyrillic_line(1),
        *(line(number, title, source=title) for number, title in enumerate(TITLES, 2)),
    ),
}
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; CI must have one."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here: apt-get install chromium")
    assert program, "CI needs Chromium: apt-get install chromium"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, name: str, width: int, scheme: Scheme) -> Page:
    """Open the mail of a digest, cut off from the network."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page.set_content(Renderer([TEMPLATES]).render(DIGESTS[name], "email")[0].html)
    return page


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", DIGESTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280], ids=["phone", "desktop"])
def test_reads_well(browser: Browser, name: str, width: int, scheme: Scheme) -> None:
    """Nothing sticks out or is an image, and axe finds every text at 4.5:1 or better (E12, E13)."""
    page = opened(browser, name, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img, svg, picture, video, canvas").count() == 0
    found = Axe().run(page, options={"runOnly": RULES}).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert "color-contrast" not in {rule["id"] for rule in found["incomplete"]}
    page.close()
