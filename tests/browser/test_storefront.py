"""Storefronts and the control desk in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import channels
from simulator.channels import Goods
from simulator.faults import Fault
from simulator.serve import Served, Wish, served

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser
TOYS = Path(__file__).parents[1] / "simulator" / "toys"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"desktop": 1280, "phone": 390}
LONG = Goods(
    "X" * 60,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenkapitänsmütze",
    Decimal("123456789.00"),
    1,
)
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Served]:
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(TOYS)])
    with served(Wish(channels=["corner"], folder=tmp_path)) as world:
        world.world.dialects["corner"].stock([LONG])
        shop = world.world.dialects["corner"].shop
        (clock,) = shop.all("item", sku="RETRO-CLOCK")
        shop.put(type(clock)(**{**vars(clock), "body": {**clock.body, "was": "159.00"}}))
        yield world


@pytest.fixture(params=WIDTHS)
def page(browser: sync_api.Browser, request: pytest.FixtureRequest) -> Iterator[sync_api.Page]:
    width = WIDTHS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": 844}, ignore_https_errors=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def look(page: sync_api.Page, name: str) -> None:
    """No page is wider than its window. With TALLY_SCREENSHOTS set, a picture of it goes there."""
    assert page.evaluate(WIDER) == 0, name
    if folder := os.environ.get("TALLY_SCREENSHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_a_shopper_finds_buys_and_follows_an_order(world: Served, page: sync_api.Page) -> None:
    page.goto(world.announcement()["storefronts"]["corner"])
    look(page, "shelf")
    texts = {
        sku: page.locator(f'[data-sku="{sku}"]').inner_text() for sku in ("LAMP-ARC", "LINEN-APRON")
    }
    assert "Only 2 left" in texts["LAMP-ARC"]
    assert "Sold out" in texts["LINEN-APRON"]
    assert page.locator('[data-sku="RETRO-CLOCK"] s').inner_text() == "159.00"
    page.click('[data-sku="LAMP-ARC"] a')
    look(page, "item")
    page.fill("input[name=quantity]", "2")
    page.click("text=Buy")
    assert page.inner_text("h1") == "Order 1"
    look(page, "order")
    page.click("text=All items")
    assert "Sold out" in page.locator('[data-sku="LAMP-ARC"]').inner_text()
    page.click('[data-sku="LAMP-ARC"] a')
    assert page.locator("button").count() == 0
    look(page, "sold-out")


def test_too_late_for_the_last_piece(world: Served, page: sync_api.Page) -> None:
    page.goto(world.announcement()["storefronts"]["corner"] + "item?sku=LAMP-ARC")
    with world.world.lock:
        world.world.shoppers.buy("corner", {"LAMP-ARC": 2})
    page.click("text=Buy")
    assert page.inner_text("[role=alert]") == "LAMP-ARC is sold out"
    look(page, "too-late")


def test_what_is_no_longer_there(world: Served, page: sync_api.Page) -> None:
    base = world.announcement()["storefronts"]["corner"]
    answer = page.goto(f"{base}item?sku=NEVER-WAS")
    assert answer is not None
    assert (answer.status, page.inner_text("h1")) == (410, "No longer sold")
    look(page, "gone")
    answer = page.goto(f"{base}nowhere")
    assert answer is not None
    assert (answer.status, page.inner_text("h1")) == (404, "This page does not exist")


def test_longest_names_fit(world: Served, page: sync_api.Page) -> None:
    page.goto(world.announcement()["storefronts"]["corner"])
    page.click(f'[data-sku="{LONG.sku}"] a')
    look(page, "long-item")
    page.click("text=Buy")
    look(page, "long-order")


def test_the_control_desk(world: Served, page: sync_api.Page) -> None:
    world.world.faults.add(Fault("503", "corner", count=3))
    world.world.faults.down("corner", timedelta(hours=1))
    page.goto(world.control_url)
    page.click("text=Advance")
    assert page.inner_text("[role=status]").startswith("It is now ")
    page.select_option("select[name=sku]", "MUG-STONE")
    page.click("button:text-is('Buy')")
    assert page.inner_text("[role=status]") == "Order 1 on corner."
    look(page, "desk")
    page.click("text=Operator and reset")
    page.click("text=Reset this shop")
    assert page.inner_text("[role=status]") == "Back to the beginning."
