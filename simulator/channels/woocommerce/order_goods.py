"""What orders need of the catalogue: products by id and sku, stock, sales, tax rates, coupons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import (
    attributes,
    images,
    product_view,
    properties,
    rules,
    shelf,
)
from simulator.channels.woocommerce.order_coupons import Coupon, coupon_of
from simulator.channels.woocommerce.order_money import Row, amount
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

SERIES = shelf.SERIES  # products, orders, refunds and coupons are numbered together
FIRST = 20  # the numbers before went to the pages that every site begins with


@dataclass(frozen=True)
class Good:
    """A product or variation as an order row sees it."""

    id: int
    product_id: int  # the parent of a variation
    variation_id: int  # 0 for a product
    name: str
    parent_name: str | None
    sku: str
    gtin: str
    price: Decimal
    tax_class: str
    tax_status: str
    image: Mapping[str, Any]
    choices: Sequence[tuple[str, str, str]]  # (key, label, value) of a variation
    counts_stock: bool
    stock: int  # 0 when it is not counted
    stock_status: str
    backorders: str  # no, notify or yes
    is_buyable: bool  # shown in the shop, with a price
    needs_no_processing: bool
    on_sale: bool


def set_up(dialect: WooCommerce) -> None:
    """Number what the shop will hold from where a new site's own pages end."""
    dialect.shop.next_number(SERIES, FIRST - 1)


def find(dialect: WooCommerce, id: int) -> Good | None:
    """The product or variation of that id; None when there is none."""
    document = dialect.shelf.any(id)
    return None if document is None else _good(dialect, document)


def by_sku(dialect: WooCommerce, sku: str) -> Good | None:
    """The product or variation with that sku; None when there is none."""
    document = dialect.shelf.sku_owner(sku, 0) if rules.normal_sku(sku) else None
    return None if document is None else _good(dialect, document)


def of_row(dialect: WooCommerce, row: Row) -> Good | None:
    """The product that an order row is about, as it is now."""
    return find(dialect, row["variation_id"] or row["product_id"])


def _good(dialect: WooCommerce, document: Document) -> Good:
    view = product_view.View(dialect, document, edit=False)
    props, parent, stock = view.props, view.parent, view.stock
    pictures = images.gallery(dialect, props)
    return Good(
        id=document.id,
        product_id=(document.parent_id or 0) if view.is_variation else document.id,
        variation_id=document.id if view.is_variation else 0,
        name=view.name(),
        parent_name=parent["name"] if parent is not None else None,
        sku=view.inherited("sku"),
        gtin=props["global_unique_id"],
        price=amount(view.price),
        tax_class=product_view.tax_class(view),
        tax_status=(parent or props)["tax_status"],
        image={n: pictures[0][n] for n in ("id", "src")}
        if pictures
        else {"id": 0 if view.is_variation else "", "src": ""},
        choices=_choices(view),
        counts_stock=bool(view.manages),
        stock=rules.whole(stock["stock_quantity"]),
        stock_status=stock["stock_status"],
        backorders=stock["backorders"],
        is_buyable=view.purchasable and (parent or props)["status"] == "publish",
        needs_no_processing=props["virtual"] and props["downloadable"],
        on_sale=view.on_sale,
    )


def _choices(view: product_view.View) -> list[tuple[str, str, str]]:
    """What a variation is; an attribute that it leaves open has no name and no value."""
    if view.parent is None:
        return []
    found = {str(c["slug"]): c for c in view.attribute_rows()}
    wanted = attributes.keys(view.dialect, view.parent["attributes"]).items()
    named = {key: (key, key, "") for key, a in wanted if a["variation"]}
    named |= {key: (key, str(c["name"]), str(c["option"])) for key, c in found.items()}
    return list(named.values())


def stock_is_managed(dialect: WooCommerce) -> bool:
    """Whether the shop counts stock at all."""
    return bool(dialect.option("woocommerce_manage_stock", "yes") == "yes")


def move_stock(dialect: WooCommerce, good: Good, difference: int) -> int:
    """Add pieces to stock (or take them, also below zero); gives what is there then."""
    return dialect.shelf.move_stock(good.id, difference)


def count_sales(dialect: WooCommerce, product: int, difference: int) -> None:
    """Count pieces of a product as sold, or as not sold after all."""
    document = dialect.shop.get("product", product)
    if document is not None:
        sold = max(0, int(document.body["total_sales"]) + difference)
        body = {**document.body, "total_sales": sold}
        dialect.shop.put(replace(document, body=body), touch=False, quiet=True)


def tax_rates(dialect: WooCommerce) -> list[dict[str, Any]]:
    """The shop's tax rates, with the fields of the `taxes` resource."""
    return [{**d.body, "id": d.id} for d in dialect.shop.all("tax")]


def shop_place(dialect: WooCommerce) -> dict[str, str]:
    """Where the shop is: {country, state, postcode, city}."""
    country, _, state = str(dialect.option("woocommerce_default_country", "")).partition(":")
    return {
        "country": country,
        "state": state,
        "postcode": str(dialect.option("woocommerce_store_postcode", "")),
        "city": str(dialect.option("woocommerce_store_city", "")),
    }


def coupon(dialect: WooCommerce, code: str) -> Coupon | None:
    """The published coupon of a code (case does not matter); None when there is none."""
    document = _coupon(dialect, code)
    if document is None:
        return None
    expires = properties.moment(document.body.get("date_expires_gmt"))
    return coupon_of(document.id, document.body, expires)


def count_coupon(dialect: WooCommerce, code: str, difference: int, buyer: str) -> None:
    """Count one more use of a coupon by a buyer (customer id or e-mail), or one less."""
    document = _coupon(dialect, code)
    if document is None:
        return
    used, by = int(document.body["usage_count"]), list(document.body["used_by"])
    if difference > 0 and buyer:
        by.append(buyer)
    elif difference < 0 and buyer in by:
        by.remove(buyer)
    body = {**document.body, "usage_count": max(0, used + difference), "used_by": by}
    dialect.shop.put(replace(document, body=body), touch=False, quiet=True)


def _coupon(dialect: WooCommerce, code: str) -> Document | None:
    for document in dialect.shop.all("coupon"):
        if document.body["code"] == code and document.body.get("status") == "publish":
            return document
    return None
