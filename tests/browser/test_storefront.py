"""Storefronts and the control desk in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from simulator import channels
from simulator.channels import Goods
from simulator.faults import Fault
from simulator.serve import Served, Wish, served

async_api = pytest.importorskip("playwright.async_api")  # the other one upsets ast in 3.11

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


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Served]:
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(TOYS)])
    with served(Wish(channels=["corner"], folder=tmp_path)) as world:
        world.world.dialects["corner"].stock([LONG])
        shop = world.world.dialects["corner"].shop
        (clock,) = shop.all("item", sku="RETRO-CLOCK")
        shop.put(replace(clock, body={**clock.body, "was": "159.00"}))
        yield world


Story = Callable[[async_api.Page], Awaitable[None]]
Tell = Callable[[Story], None]


@pytest.fixture(params=WIDTHS)
def tell(request: pytest.FixtureRequest) -> Tell:
    """Runs a story on a fresh page of this width."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("needs Chromium")
    return lambda story: asyncio.run(_told(story, found, WIDTHS[request.param]))


async def _told(story: Story, executable: str, width: int) -> None:
    async with async_api.async_playwright() as playwright:
        launch = playwright.chromium.launch
        browser = await launch(executable_path=executable, args=list(SWITCHES))
        viewport = {"width": width, "height": 844}
        page = await browser.new_page(viewport=viewport, ignore_https_errors=True)
        page.set_default_timeout(15_000)
        await story(page)
        await browser.close()


async def look(page: async_api.Page, name: str) -> None:
    """No page is wider than its window. With TALLY_SCREENSHOTS set, a picture of it goes there."""
    await page.wait_for_load_state()  # a click comes back before the new page has its looks
    assert await page.evaluate(WIDER) == 0, name
    if folder := os.environ.get("TALLY_SCREENSHOTS"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        await page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


async def text(page: async_api.Page, selector: str) -> str:
    return await page.inner_text(selector)


def test_a_shopper_finds_buys_and_follows_an_order(world: Served, tell: Tell) -> None:
    async def story(page: async_api.Page) -> None:
        await page.goto(world.announcement()["storefronts"]["corner"])
        await look(page, "shelf")
        assert "Only 2 left" in await text(page, "[data-sku='LAMP-ARC']")
        assert "Sold out" in await text(page, "[data-sku='LINEN-APRON']")
        assert await text(page, "[data-sku='RETRO-CLOCK'] s") == "159.00"
        await page.click("[data-sku='LAMP-ARC'] a")
        await look(page, "item")
        await page.fill("input[name=quantity]", "2")
        await page.click("text=Buy")
        assert await text(page, "h1") == "Order 1"
        await look(page, "order")
        await page.click("text=All items")
        assert "Sold out" in await text(page, "[data-sku='LAMP-ARC']")
        await page.click("[data-sku='LAMP-ARC'] a")
        assert await page.locator("button").count() == 0
        await look(page, "sold-out")

    tell(story)


def test_parcels_and_cancelled_pieces_are_told(world: Served, tell: Tell) -> None:
    with world.world.lock:
        number = world.world.shoppers.buy("corner", {"MUG-STONE": 3}).number
        shop = world.world.dialects["corner"].shop
        order = shop.get("order", int(number))
        assert order is not None
        shop.put(replace(order, body={**order.body, "parcels": ["PL-0001", "PL-0002"]}))
        world.world.dialects["corner"].storefront.cancel(number)

    async def story(page: async_api.Page) -> None:
        await page.goto(f"{world.announcement()['storefronts']['corner']}order?number={number}")
        assert await page.locator("li code").all_inner_texts() == ["PL-0001", "PL-0002"]
        assert await page.locator("td.n").all_inner_texts() == ["3", "0", "3", "0"]
        await look(page, "parcels")

    tell(story)


def test_too_late_for_the_last_piece(world: Served, tell: Tell) -> None:
    async def story(page: async_api.Page) -> None:
        await page.goto(world.announcement()["storefronts"]["corner"] + "item?sku=LAMP-ARC")
        with world.world.lock:
            world.world.shoppers.buy("corner", {"LAMP-ARC": 2})
        await page.click("text=Buy")
        assert await text(page, "[role=alert]") == "LAMP-ARC is sold out"
        await look(page, "too-late")

    tell(story)


def test_what_is_no_longer_there(world: Served, tell: Tell) -> None:
    base = world.announcement()["storefronts"]["corner"]

    async def story(page: async_api.Page) -> None:
        for path, status, said in (
            ("item?sku=NEVER-WAS", 410, "No longer sold"),
            ("order?number=77", 404, "There is no such order"),
            ("nowhere", 404, "This page does not exist"),
        ):
            answer = await page.goto(base + path)
            assert answer is not None
            assert (answer.status, await text(page, "h1")) == (status, said)
        await look(page, "gone")

    tell(story)


def test_longest_names_fit(world: Served, tell: Tell) -> None:
    async def story(page: async_api.Page) -> None:
        await page.goto(world.announcement()["storefronts"]["corner"])
        await page.click(f"[data-sku='{LONG.sku}'] a")
        await look(page, "long-item")
        await page.click("text=Buy")
        await look(page, "long-order")

    tell(story)


def test_the_control_desk(world: Served, tell: Tell) -> None:
    world.world.faults.add(Fault("503", "corner", count=3))
    world.world.faults.add(Fault("webhook late", "corner", chance=0.25))
    url = world.world.base_urls["corner"]
    for _ in range(3):
        httpx.get(f"{url}/items", verify=False, trust_env=False)

    async def story(page: async_api.Page) -> None:
        await page.goto(world.control_url)
        await page.click("text=Advance")
        assert (await text(page, "[role=status]")).startswith("It is now ")
        await page.select_option("select[name=sku]", "MUG-STONE")
        await page.click("button:text-is('Buy')")
        assert await text(page, "[role=status]") == "Order 1 on corner."
        await page.locator("td summary").first.click()
        await look(page, "desk")
        await page.click("text=Operator and reset")
        await page.click("text=Reset this shop")
        assert await text(page, "[role=status]") == "Back to the beginning."

    tell(story)


def test_every_vendors_storefront(tmp_path: Path, tell: Tell) -> None:
    with served(Wish(folder=tmp_path)) as open_world:
        shops = open_world.announcement()["storefronts"]
        with open_world.world.lock:
            for name in shops:
                open_world.world.shoppers.buy(name, {"LAMP-ARC": 2})

        async def story(page: async_api.Page) -> None:
            for name, address in shops.items():
                await page.goto(address)
                assert await page.locator("h1").inner_text() == "All items"
                await look(page, f"{name}-shelf")
                await page.goto(f"{address}item?sku=RETRO-CLOCK")
                assert "In stock" in await text(page, "article")
                await look(page, f"{name}-item")
                await page.goto(f"{address}item?sku=LAMP-ARC")
                assert await page.locator("button").count() == 0
                await look(page, f"{name}-sold-out")

        tell(story)
