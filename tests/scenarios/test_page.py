"""The page of a replayed scenario in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from simulator.scenario import report, shipped
from simulator.scenario.runner import play

async_api = pytest.importorskip("playwright.async_api", reason="needs the package playwright")

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


async def looked_at(page: Path, width: int, browser_path: str) -> tuple[list[str], int, list[str]]:
    """Words on the storefronts, pixels that stick out to the right, and what was fetched."""
    async with async_api.async_playwright() as play:
        browser = await play.chromium.launch(executable_path=browser_path, args=list(SWITCHES))
        try:
            view = await browser.new_page(viewport={"width": width, "height": 900})
            fetched: list[str] = []
            view.on("request", lambda request: fetched.append(request.url))
            await view.goto(page.as_uri())
            for frame in await view.query_selector_all("iframe"):
                await frame.scroll_into_view_if_needed()
            words = [await frame.inner_text("body") for frame in view.frames[1:]]
            return words, await view.evaluate(WIDER), fetched
        finally:
            await browser.close()


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_shows_both_storefronts_at_every_width_and_fetches_nothing(
    tmp_path: Path, width: int
) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("needs Chromium")
    page = tmp_path / "page.html"
    page.write_text(
        report.page(play(shipped.find("last-unit"), with_shelves=True)), encoding="utf-8"
    )
    words, sticks_out, fetched = asyncio.run(looked_at(page, width, browser))
    assert any("WooCommerce" in shelf and "Only 1 left" in shelf for shelf in words)
    assert any("Shopify" in shelf and "Sold out" in shelf for shelf in words)
    assert sticks_out == 0
    assert [url for url in fetched if not url.startswith(("file:", "about:"))] == []
