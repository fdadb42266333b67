"""A listing as getListingsItem and searchListingsItems show it, part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon import offers, product_types
from simulator.channels.amazon.attributes import first
from simulator.channels.amazon.moments import iso
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

PARTS = (
    *("summaries", "attributes", "issues", "offers", "fulfillmentAvailability"),
    *("procurement", "relationships", "productTypes"),
)
SHOWN_ISSUE = ("code", "message", "severity", "attributeNames", "categories")


def item(dialect: Amazon, listing: Document, parts: Sequence[str]) -> dict[str, Any]:
    """The listing with the parts that were asked for."""
    shown: dict[str, Any] = {"sku": listing.sku}
    for part in parts or ("summaries",):
        shown[part] = VIEWS[part](dialect, listing)
    return shown


def issues(listing: Document) -> list[dict[str, Any]]:
    """The issues as every answer shows them."""
    return [{n: found[n] for n in SHOWN_ISSUE} for found in listing.body["issues"]]


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """Money as the listings and new orders APIs write it."""
    return {"currencyCode": currency, "amount": f"{amount:.2f}"}


def _summaries(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    body, attributes = listing.body, listing.body["attributes"]
    summary: dict[str, Any] = {
        "marketplaceId": dialect.marketplace.id,
        "productType": body["product_type"],
        "status": dialect.catalogue.status(listing),
        "itemName": first(attributes, "item_name") or "",
        "createdDate": iso(listing.created_at),
        "lastUpdatedDate": iso(listing.modified_at),
    }
    if body["asin"]:
        summary["asin"] = body["asin"]
    condition = first(attributes, "condition_type")
    if condition:
        summary["conditionType"] = condition
    images = attributes.get("main_product_image_locator")
    if images:
        link = images[0].get("media_location", "")
        summary["mainImage"] = {"link": link, "height": 500, "width": 500}
    if offers.stock(attributes, body["fba"]).is_fba:
        summary["fnSku"] = fn_sku(listing)
    return [summary]


def fn_sku(listing: Document) -> str:
    """The label that Amazon's warehouses put on the goods."""
    return f"X0{listing.id:08d}"


def _attributes(dialect: Amazon, listing: Document) -> dict[str, Any]:
    found: dict[str, Any] = listing.body["attributes"]
    return found


def _issues(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    return issues(listing)


def _offers(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    now, shown = dialect.shop.clock.now(), []
    for audience, sort, name in (
        ("ALL", "B2C", "Sell on Amazon"),
        ("B2B", "B2B", "Amazon Business"),
    ):
        price = offers.price(offers.offer(listing.body["attributes"], audience), now)
        if price is not None:
            shown.append(
                {
                    "marketplaceId": dialect.marketplace.id,
                    "offerType": sort,
                    "price": money(price.now, dialect.marketplace.currency),
                    "audience": {"value": audience, "displayName": name},
                }
            )
    return shown


def _availability(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    shown = []
    for element in listing.body["attributes"].get("fulfillment_availability", ()):
        row = {"fulfillmentChannelCode": element["fulfillment_channel_code"]}
        if "quantity" in element:
            row["quantity"] = element["quantity"]
        shown.append(row)
    return shown


def _procurement(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    return []


def _relationships(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    themes = listing.body["attributes"].get("variation_theme") or []
    if not themes:
        return [{"marketplaceId": dialect.marketplace.id, "relationships": []}]
    theme = str(themes[0].get("name"))
    relation: dict[str, Any] = {
        "type": "VARIATION",
        "variationTheme": {"theme": theme, "attributes": product_types.theme_attributes(theme)},
    }
    parent = dialect.catalogue.parent(listing)
    children = [c.sku for c in dialect.catalogue.children(listing)]
    if children:
        relation["childSkus"] = children
    if parent is not None:
        relation["parentSkus"] = [parent.sku]
    found = [relation] if children or parent else []
    return [{"marketplaceId": dialect.marketplace.id, "relationships": found}]


def _product_types(dialect: Amazon, listing: Document) -> list[dict[str, Any]]:
    return [{"marketplaceId": dialect.marketplace.id, "productType": listing.body["product_type"]}]


VIEWS: dict[str, Callable[[Amazon, Document], Any]] = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _issues,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _procurement,
    "relationships": _relationships,
    "productTypes": _product_types,
}
