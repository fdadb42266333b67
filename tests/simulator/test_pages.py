"""Storefront pages: what a shopper is told, and that shop text is never markup."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from simulator.channels import Goods, ShelfItem
from simulator.pages import Badge, badge, look, note, snapshot
from simulator.world import World

NASTY = Goods('A/B?c=1&d="<b>', '<script>alert("x")</script>', Decimal("1.00"), 5)


def shelf_item(**more: object) -> ShelfItem:
    facts = {"sku": "MUG", "title": "Mug", "price": "1.00", "was": None, "currency": "PLN"}
    return ShelfItem(**{**facts, "availability": "in stock", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (shelf_item(), Badge("In stock", "good")),
        (shelf_item(quantity=4), Badge("In stock", "good")),
        (shelf_item(quantity=3), Badge("Only 3 left", "low")),
        (shelf_item(quantity=2, note="Ships in 3 days"), Badge("Only 2 left", "low")),
        (shelf_item(quantity=2, note="Only 2 left in stock"), Badge("In stock", "low")),
        (shelf_item(availability="sold out", quantity=0), Badge("Sold out", "off")),
        (shelf_item(availability="on backorder"), Badge("On backorder", "wait")),
        (shelf_item(availability="gone"), Badge("No longer sold", "off")),
    ],
    ids=lambda v: getattr(v, "text", ""),
)
def test_what_a_shopper_is_told(item: ShelfItem, told: Badge) -> None:
    assert badge(item) == told


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (shelf_item(note="Ships in 3 days"), "Ships in 3 days"),
        (shelf_item(quantity=2, note="only 2 left"), ""),
        (shelf_item(quantity=2, note="Only 2 left in stock"), "Only 2 left in stock"),
        (shelf_item(availability="on backorder", note="Ships by 14 May"), "Ships by 14 May"),
        (shelf_item(availability="gone", note="This offer has ended"), "This offer has ended"),
    ],
    ids=lambda v: getattr(v, "note", ""),
)
def test_what_a_vendor_says_beside_that(item: ShelfItem, told: str) -> None:
    assert note(item) == told


def test_a_large_shelf_has_pages_and_is_searched(world: World, shop: httpx.Client) -> None:
    many = [Goods(f"OAK-{n:03}", f"Oak shelf, {n} cm", Decimal(n), 1) for n in range(1, 251)]
    world.dialects["corner"].stock(many)
    first = shop.get("/storefront/").text
    assert first.count("data-sku=") == 120
    assert "Page 1 of 3" in first
    assert 'rel="next" href="/storefront/?q=&amp;page=2"' in first
    last = shop.get("/storefront/", params={"page": 3}).text
    assert last.count("data-sku=") == 256 - 240
    found = shop.get("/storefront/", params={"q": "shelf OAK-01"}).text
    assert found.count("data-sku=") == 10
    assert shop.get("/storefront/", params={"q": "spoon"}).text.count("data-sku=") == 0
    assert shop.get("/storefront/", params={"page": "-7"}).status_code == 200


def test_shop_text_is_never_markup(world: World, shop: httpx.Client) -> None:
    world.dialects["corner"].stock([NASTY])
    index = shop.get("/storefront/")
    item = shop.get("/storefront/item", params={"sku": NASTY.sku})
    bought = shop.post("/storefront/buy", data={"sku": NASTY.sku}, follow_redirects=True)
    for page in (index, item, bought):
        assert page.status_code == 200
        assert "&lt;script&gt;" in page.text
        assert "<script" not in page.text
        assert 'c=1&d="' not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "item?sku=A/B%3Fc%3D1%26d%3D%22%3Cb%3E" in index.text


def test_buying_leads_to_the_order(world: World, shop: httpx.Client) -> None:
    answer = shop.post("/storefront/buy", data={"sku": "MUG-STONE", "quantity": "3"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/storefront/order?number=1")
    assert world.dialects["corner"].storefront.order("1").lines == {"MUG-STONE": 3}


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({"sku": "LINEN-APRON"}, {}, 409),
        ({"sku": "MUG-STONE", "quantity": "many"}, {}, 409),
        ({"sku": "NEVER-WAS"}, {}, 410),
        ({"sku": "MUG-STONE"}, {"Origin": "https://evil.test"}, 403),
    ],
    ids=str,
)
def test_refused_purchases(
    world: World,
    shop: httpx.Client,
    form: dict[str, str],
    headers: dict[str, str],
    status: int,
) -> None:
    assert shop.post("/storefront/buy", data=form, headers=headers).status_code == status
    assert world.shoppers.purchases == []


def test_a_snapshot_needs_nothing_else(world: World) -> None:
    page = snapshot(world, "corner")
    assert "Stoneware mug" in page
    assert "<style>" in page
    assert "<link" not in page


def test_vendors_have_looks_of_their_own() -> None:
    looks = [look(name) for name in ("woocommerce", "shopify", "corner", "market")]
    assert [one.vendor for one in looks] == ["WooCommerce", "Shopify", "Corner", "Market"]
    assert len({one.accent for one in looks}) == 4
