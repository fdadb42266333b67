"""What shoppers do with their orders: buy, take back, look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer, OrderView, SoldOut
from simulator.channels.woocommerce import (
    fulfilments,
    order_edit,
    order_flow,
    order_goods,
    order_trackings,
    order_views,
)
from simulator.channels.woocommerce.order_goods import Good
from simulator.commerce.orders import added
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

Pieces = dict[str, int]


def buy(dialect: WooCommerce, basket: Mapping[str, int], buyer: Buyer) -> str:
    """Place and pay an order as the checkout does; gives its number. SoldOut when refused."""
    goods = {sku: _offered(dialect, sku, pieces) for sku, pieces in basket.items()}
    stream = dialect.world.chance.stream(f"{dialect.name} payments")
    params: dict[str, Any] = {
        "billing": {**_address(buyer), "email": buyer.email},
        "shipping": _address(buyer),
        "payment_method": "card",
        "payment_method_title": "Card",
        "line_items": [_line(goods[sku], pieces) for sku, pieces in basket.items()],
        "shipping_lines": [
            {"method_id": "free_shipping", "method_title": "Free shipping", "total": "0.00"}
        ],
        "meta_data": [
            {"key": "_wc_order_attribution_source_type", "value": "typein"},
            {"key": "_wc_order_attribution_utm_source", "value": "(direct)"},
        ],
    }
    order = order_edit.make(dialect, params, "checkout")
    order = order_flow.pay(dialect, order, f"ch_{stream.getrandbits(64):016x}")
    return str(order.id)


def cancel(dialect: WooCommerce, number: str) -> None:
    """The buyer takes an unshipped order back. LookupError when there is none, ValueError when
    any of it was sent."""
    found = _order(dialect, number)
    if found.body["status"] == "completed" or any(_shipped(dialect, found).values()):
        raise ValueError(f"order {number} was sent already")
    if found.body["status"] != "cancelled":
        found.body["status"] = "cancelled"
        order_flow.save(dialect, found)


def order(dialect: WooCommerce, number: str) -> OrderView:
    """An order as its buyer sees it. LookupError when there is none.

    Pieces refunded before they were sent count as cancelled.
    """
    found = _order(dialect, number)
    lines, shipped = _ordered(dialect, found), _shipped(dialect, found)
    is_cancelled = found.body["status"] == "cancelled"
    refunded = lines if is_cancelled else _refunded(dialect, found)
    cancelled = {
        sku: min(refunded.get(sku, 0), pieces - shipped.get(sku, 0))
        for sku, pieces in lines.items()
    }
    return OrderView(
        number=number,
        status=found.body["status"],
        lines=lines,
        shipped={sku: n for sku, n in shipped.items() if n},
        cancelled={sku: n for sku, n in cancelled.items() if n > 0},
        parcels=_parcels(dialect, found),
        is_cancelled=is_cancelled,
    )


# -- buying -------------------------------------------------------------------------------------


def _offered(dialect: WooCommerce, sku: str, pieces: int) -> Good:
    good = order_goods.by_sku(dialect, sku)
    if good is None or not good.is_buyable:
        raise SoldOut(f"{sku}: the shop does not sell it")
    if good.stock_status == "outofstock":
        raise SoldOut(f"{sku}: out of stock")
    if good.counts_stock and good.backorders == "no" and good.stock < pieces:
        raise SoldOut(f"{sku}: {good.stock} in stock, {pieces} wanted")
    return good


def _line(good: Good, pieces: int) -> dict[str, Any]:
    return {
        "product_id": good.product_id,
        "variation_id": good.variation_id,
        "quantity": pieces,
    }


def _address(buyer: Buyer) -> dict[str, str]:
    return {
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "address_1": buyer.street,
        "city": buyer.city,
        "postcode": buyer.postcode,
        "country": buyer.country,
        "phone": buyer.phone,
    }


# -- looking --------------------------------------------------------------------------------------


def _order(dialect: WooCommerce, number: str) -> Document:
    found = order_flow.load(dialect, int(number)) if number.isdigit() else None
    if found is None:
        raise LookupError(f"{dialect.name} has no order {number}")
    return found


def _skus(dialect: WooCommerce, found: Document) -> dict[int, str]:
    """{order row: sku}; the row's name where its product is gone."""
    skus = {}
    for row in found.body["line_items"]:
        good = order_goods.of_row(dialect, row)
        skus[row["id"]] = good.sku if good is not None and good.sku else row["name"]
    return skus


def _ordered(dialect: WooCommerce, found: Document) -> Pieces:
    skus = _skus(dialect, found)
    return added({skus[row["id"]]: row["quantity"]} for row in found.body["line_items"])


def _by_sku(skus: Mapping[int, str], pieces: Mapping[int, int]) -> Pieces:
    return added({skus[row]: n} for row, n in pieces.items() if row in skus)


def _shipped(dialect: WooCommerce, found: Document) -> Pieces:
    """By fulfilments where there are any; else a completed order was sent whole."""
    made = [f for f in fulfilments.of_order(dialect, found.id) if f.body["is_fulfilled"]]
    if made:
        skus = _skus(dialect, found)
        return added(_by_sku(skus, fulfilments.pieces(f)) for f in made)
    return _ordered(dialect, found) if found.body["status"] == "completed" else {}


def _refunded(dialect: WooCommerce, found: Document) -> Pieces:
    skus = _skus(dialect, found)
    return added(
        _by_sku(skus, {int(row["meta_data"][0]["value"]): -row["quantity"]})
        for refund in order_views.refunds_of(dialect, found.id)
        for row in refund.body["line_items"]
    )


def _parcels(dialect: WooCommerce, found: Document) -> list[str]:
    sent = [
        (f.created_at, meta["value"])
        for f in fulfilments.of_order(dialect, found.id)
        for meta in f.body["meta_data"]
        if meta["key"] == "_tracking_number" and f.body["is_fulfilled"]
    ]
    sent += [
        (parcel.created_at, parcel.body["tracking_number"])
        for parcel in order_trackings.of_order(dialect, found.id)
    ]
    return [str(number) for _, number in sorted(sent)]
