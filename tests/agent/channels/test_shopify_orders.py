"""Orders from Shopify: whole, to the cent, with cancelled told from returned pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.channels.shopify import mapping_orders
from agent.model.change import CreateListing, SetState
from agent.model.listing import Details, Shown
from agent.model.order import OrderLine
from tests.contract import acts
from tests.contract.shops import BUYER, StagedShop

LINE = "gid://shopify/LineItem/1"


@pytest.fixture
def shop() -> Iterator[StagedShop]:
    """An empty store."""
    staged = StagedShop("shopify")
    yield staged
    staged.close()


def money(amount: str) -> dict[str, Any]:
    """A MoneyBag, as far as we ask for it."""
    return {"shopMoney": {"amount": amount}}


def line(**more: Any) -> dict[str, Any]:
    """Three clocks of 123.00 gross at 23 %."""
    return {
        "id": LINE,
        "sku": "RETRO-CLOCK",
        "title": "Retro wall clock",
        "variantTitle": None,
        "quantity": 3,
        "currentQuantity": 3,
        "originalUnitPriceSet": money("123.00"),
        "discountAllocations": [],
        "taxLines": [{"rate": 0.23, "priceSet": money("69.00")}],
        **more,
    }


def order(lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """An order as the vendor gives it."""
    return {
        "id": "gid://shopify/Order/1",
        "legacyResourceId": "1",
        "name": "#1001",
        "createdAt": "2026-03-02T08:00:00Z",
        "processedAt": "2026-03-02T09:00:00+01:00",
        "updatedAt": "2026-03-02T08:00:05Z",
        "currencyCode": "PLN",
        "taxesIncluded": True,
        "displayFinancialStatus": "PAID",
        "totalPriceSet": money("369.00"),
        "shippingLines": {"nodes": []},
        "lineItems": {"nodes": lines},
        **more,
    }


def refund(pieces: int, kind: str) -> dict[str, Any]:
    """A refund of some clocks."""
    row = {"quantity": pieces, "restockType": kind, "lineItem": {"id": LINE}}
    return {"note": "", "refundLineItems": {"nodes": [row]}}


def only_line(node: dict[str, Any], *refunds: dict[str, Any]) -> OrderLine:
    """The line of an order of one."""
    return mapping_orders.order("shop", node, refunds).lines[0]


# what the line is → (net, tax, rate)
AMOUNTS = {
    "gross": (order([line()]), (30000, 6900, Decimal(23))),  # 3 × 123.00 − 69.00
    "net": (order([line()], taxesIncluded=False), (36900, 6900, Decimal(23))),
    "discounted": (
        order([line(discountAllocations=[{"allocatedAmountSet": money("24.60")}])]),
        (27540, 6900, Decimal(23)),  # 369.00 − 24.60 − 69.00
    ),
    "untaxed": (order([line(taxLines=[])]), (36900, 0, None)),
    "two taxes": (
        order([line(taxLines=[{"rate": 0.05, "priceSet": money("15.00")}] * 2)]),
        (33900, 3000, None),
    ),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_lines_net_and_tax(name: str) -> None:
    node, expected = AMOUNTS[name]
    found = only_line(node)
    assert (found.net, found.tax, found.tax_rate) == expected


# (pieces left of 3, refunds) → cancelled pieces
CANCELLED = {
    "nothing happened": ((3, []), 0),
    "one edited off": ((2, []), 1),
    "one refunded before it left": ((2, [refund(1, "CANCEL")]), 1),
    "one came back": ((2, [refund(1, "RETURN")]), 0),
    "one came back broken": ((2, [refund(1, "NO_RESTOCK")]), 0),
    "one off, one back": ((1, [refund(1, "CANCEL"), refund(1, "RETURN")]), 1),
}


@pytest.mark.parametrize("name", CANCELLED)
def test_cancelled_pieces_are_those_that_never_left(name: str) -> None:
    (left, refunds), cancelled = CANCELLED[name]
    assert only_line(order([line(currentQuantity=left)]), *refunds).cancelled == cancelled


@pytest.mark.parametrize(
    ("status", "payment", "state"),
    [
        ("PAID", "paid", "open"),
        ("PARTIALLY_REFUNDED", "paid", "open"),
        ("AUTHORIZED", "authorised", "open"),
        ("PENDING", "pending", "open"),
        ("PARTIALLY_PAID", "pending", "open"),
        ("VOIDED", "failed", "open"),
        ("REFUNDED", "refunded", "refunded"),
        ("A_NEW_ONE", "pending", "open"),
    ],
)
def test_what_was_paid(status: str, payment: str, state: str) -> None:
    found = mapping_orders.order("shop", order([line()], displayFinancialStatus=status))
    assert (found.payment, found.state) == (payment, state)


def test_a_cancelled_order_has_nothing_left() -> None:
    found = mapping_orders.order("shop", order([line()], cancelledAt="2026-03-02T09:00:00Z"))
    assert found.state == "cancelled"
    assert found.lines[0].cancelled == 3


def test_an_order_carries_every_number_that_others_know_it_by() -> None:
    more = {
        "poNumber": "PO-4711",
        "sourceIdentifier": "till-12",
        "transactions": [{"id": "gid://shopify/OrderTransaction/99", "status": "SUCCESS"}],
        "customAttributes": [
            {"key": "allegro_order_id", "value": "29738e61"},
            {"key": "gift message", "value": "Happy 40th"},
        ],
    }
    assert mapping_orders.order("shop", order([line()], **more)).references == (
        ("id", "1"),
        ("number", "#1001"),
        ("po_number", "PO-4711"),
        ("source_id", "till-12"),
        ("transaction_id", "99"),
        ("allegro_order_id", "29738e61"),
    )


def test_an_order_with_more_lines_than_come_at_once_is_read_whole(shop: StagedShop) -> None:
    skus = [f"MUG-{number:02}" for number in range(25)]
    shown = Shown("draft", 3990, quantity=80)
    news = shop.channel.push([CreateListing(s, shown, Details("Mug")) for s in skus])
    mugs = [receipt.listing for receipt in news if receipt.listing]
    shop.channel.push([SetState(x.sku, x, "live") for x in mugs])
    number = shop.buy(dict.fromkeys(skus, 1))
    found, _ = acts.pulled(shop.channel, "")
    assert sorted(x.sku for x in found[number].lines) == skus
    assert acts.order_of(shop.channel, number) == found[number]


def test_many_orders_all_come_and_a_quiet_store_is_asked_for_little(shop: StagedShop) -> None:
    clock = acts.live(shop, "RETRO-CLOCK", quantity=5000)
    made = set()
    for _ in range(110):
        made.add(shop.world.dialects["shopify"].storefront.buy({clock.sku: 1}, BUYER))
        shop.pass_time(timedelta(seconds=30))
    found, cursor = acts.pulled(shop.channel, "")
    assert len(found) == len(made)
    before = len(shop.recorder.sent)
    again, same = acts.pulled(shop.channel, cursor)
    assert set(again) < set(found)
    assert (len(shop.recorder.sent) - before, same) == (1, cursor)
