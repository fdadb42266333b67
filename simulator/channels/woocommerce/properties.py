"""What a product and a variation hold, and how their stored properties are kept in line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.channels.woocommerce import rules

Props = dict[str, Any]

SALE_PROPS = ("regular_price", "sale_price", "date_on_sale_from", "date_on_sale_to", "type")
STATUSES = ("draft", "pending", "private", "publish", "future", "auto-draft", "trash")
TYPES = ("simple", "grouped", "external", "variable")
NO_SLUG = ("draft", "pending", "auto-draft")  # these get theirs when they are published


def new_product() -> Props:
    """A product as it is before the first field is set."""
    return {
        "name": "Product",
        "slug": "",
        "type": "simple",
        "status": "publish",
        "featured": False,
        "catalog_visibility": "visible",
        "short_description": "",
        "total_sales": 0,
        "external_url": "",
        "button_text": "",
        "sold_individually": False,
        "reviews_allowed": True,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": 0,
        "purchase_note": "",
        "category_ids": [],
        "tag_ids": [],
        "brand_ids": [],
        "attributes": [],
        "default_attributes": {},
        "grouped_products": [],
        "post_password": "",
        "children_price": "",
        "children_on_sale": False,
        **_common(),
    }


def new_variation() -> Props:
    """A variation as it is before the first field is set."""
    return {**_common(), "status": "publish", "tax_class": "parent", "attributes": {}}


def _common() -> Props:
    return {
        "description": "",
        "sku": "",
        "global_unique_id": "",
        "price": "",
        "regular_price": "",
        "sale_price": "",
        "date_on_sale_from": None,
        "date_on_sale_to": None,
        "virtual": False,
        "downloadable": False,
        "downloads": [],
        "download_limit": -1,
        "download_expiry": -1,
        "tax_status": "taxable",
        "tax_class": "",
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "backorders": "no",
        "low_stock_amount": None,
        "weight": "",
        "length": "",
        "width": "",
        "height": "",
        "shipping_class_id": 0,
        "image_id": 0,
        "gallery_image_ids": [],
        "menu_order": 0,
        "meta_data": [],
    }


def stamp(moment: datetime | None) -> str | None:
    """A time as it is stored: UTC to the second."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def moment(text: str | None) -> datetime | None:
    """A stored time, UTC."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_sale(props: Mapping[str, Any], now: datetime) -> bool:
    """Whether the own sale price counts now."""
    return rules.is_on_sale(
        props["regular_price"],
        props["sale_price"],
        moment(props["date_on_sale_from"]),
        moment(props["date_on_sale_to"]),
        now,
    )


def active_price(props: Mapping[str, Any], now: datetime) -> str:
    """The price that counts now by the clock."""
    price: str = props["sale_price"] if on_sale(props, now) else props["regular_price"]
    return price


def settle(props: Props, before: Mapping[str, Any] | None, now: datetime, threshold: int) -> None:
    """Bring prices and stock in line, as every save does.

    The active price follows only when a price or a date changed; otherwise a scheduled action
    does it later.
    """
    if props.get("type") in ("variable", "grouped"):
        props["regular_price"] = props["sale_price"] = ""
        props["date_on_sale_from"] = props["date_on_sale_to"] = None
    props["sale_price"] = rules.kept_sale_price(props["regular_price"], props["sale_price"])
    if before is None or any(props.get(n) != before.get(n) for n in SALE_PROPS):
        props["price"] = active_price(props, now)
    props["listed_on_sale"] = on_sale(props, now)
    if not props["manage_stock"]:
        props.update(stock_quantity=None, backorders="no", low_stock_amount=None)
    else:
        props["stock_status"] = rules.stock_status(
            props["stock_quantity"] or 0, props["backorders"], threshold
        )


def due(props: Mapping[str, Any]) -> list[str]:
    """When delayed work has to look at the product: as its sale starts, just after it ends."""
    start, end = moment(props["date_on_sale_from"]), moment(props["date_on_sale_to"])
    over = None if end is None else end + timedelta(seconds=1)
    return [t for t in (stamp(start), stamp(over)) if t]


def set_meta(rows: list[dict[str, Any]], sent: list[Any], next_id: Any) -> list[dict[str, Any]]:
    """Meta rows after `[{"key", "value", "id"?}]` was sent: the same key is replaced, null deletes.

    `next_id()` numbers a new row.
    """
    kept = [dict(row) for row in rows]
    for item in sent:
        if not isinstance(item, dict) or item.get("key") in (None, ""):
            continue
        key, value, id = str(item["key"]), _kept(item.get("value")), item.get("id")
        same = [r for r in kept if (r["id"] == id if id else r["key"] == key)]
        if value is None:
            kept = [r for r in kept if r not in same]
        elif same:
            same[0].update(key=key, value=value)
            kept = [r for r in kept if r is same[0] or r not in same]
        else:
            kept.append({"id": next_id(), "key": key, "value": value})
    return kept


def _kept(value: Any) -> Any:
    """A meta value as the database keeps it: numbers and truth values become text."""
    return value if value is None or isinstance(value, list | dict) else rules.text(value)
