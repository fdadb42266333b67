"""What is wrong with submitted listing data: one rule per function, each giving issues. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from simulator.channels.amazon import moments, product_types
from simulator.channels.amazon.attributes import OPS, selectors
from simulator.channels.amazon.offers import SELLER

Issue = dict[str, Any]
REQUIRED, UNKNOWN, SHAPE, VALUE, IMAGE = "90220", "90000900", "4000001", "90244", "20010"
CHANNELS = (SELLER, "AMAZON_NA", "AMAZON_EU", "AMAZON_JP", "AMAZON_FE")
PRICES = (
    *("our_price", "discounted_price", "map_price", "minimum_seller_allowed_price"),
    "maximum_seller_allowed_price",
)
LONGEST_HANDLING = 60


def issue(
    code: str,
    message: str,
    *names: str,
    category: str = "INVALID_ATTRIBUTE",
    severity: str = "ERROR",
) -> Issue:
    """One issue as every answer shows it."""
    return {
        "code": code,
        "message": message,
        "severity": severity,
        "attributeNames": list(names),
        "categories": [category],
    }


def has_errors(issues: Sequence[Issue]) -> bool:
    """Whether a submission with these issues is invalid."""
    return any(one["severity"] == "ERROR" for one in issues)


def patches(given: Sequence[Any]) -> Iterator[Issue]:
    """Issues of patch operations."""
    for patch in given:
        name = str(patch.get("path", "")).removeprefix("/attributes/")
        if patch.get("op") not in OPS or not str(patch.get("path")).startswith("/attributes/"):
            yield issue(SHAPE, f"The patch operation at '{patch.get('path')}' is not valid.")
        elif "/" in name:
            yield issue(SHAPE, f"'{patch['path']}' is not a first-level attribute.", name)
        elif patch["op"] == "delete":
            yield from _deletion(name, patch.get("value"))
        else:
            yield from attribute(name, patch.get("value"))


def _deletion(name: str, value: Any) -> Iterator[Issue]:
    yield from _known(name)
    if not _objects(value) or not all(set(e) & set(selectors(name)) for e in value):
        text = f"A delete operation needs the selectors of '{name}': {', '.join(selectors(name))}."
        yield issue(SHAPE, text, name)


def attributes(given: Mapping[str, Any]) -> Iterator[Issue]:
    """Issues of a set of attributes."""
    for name, value in given.items():
        yield from attribute(name, value)


def attribute(name: str, value: Any) -> Iterator[Issue]:
    """Issues of one attribute's value."""
    unknown = list(_known(name))
    if unknown:
        yield from unknown
    elif not _objects(value):
        yield issue(SHAPE, f"The value of '{name}' is not an array of objects.", name)
    else:
        if name in RULES:
            yield from RULES[name](name, value)
        if name.endswith(("_image_locator",)) or "_image_locator_" in name:
            yield from _image(name, value)


def needed(given: Mapping[str, Any], requirements: str) -> Iterator[Issue]:
    """Issues of what a full submission leaves out."""
    parent = (given.get("parentage_level") or [{}])[0].get("value") == "parent"
    names = [
        name
        for name in product_types.NEEDED[requirements]
        if not (parent and name in product_types.TERMS)
    ]
    themes = given.get("variation_theme") or []
    theme = themes[0].get("name") if themes and isinstance(themes[0], dict) else None
    if theme and not parent:
        names += product_types.theme_attributes(str(theme))
    for name in names:
        if not given.get(name):
            text = f"'{name}' is required but not supplied."
            yield issue(REQUIRED, text, name, category="MISSING_ATTRIBUTE")


def _known(name: str) -> Iterator[Issue]:
    if name not in product_types.KNOWN:
        yield issue(UNKNOWN, "The attributes are invalid.", name)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def _offer(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        for price in PRICES:
            if price in element:
                yield from _price(f"{name}.{price}", element[price])
        if element.get("audience", "ALL") not in ("ALL", "B2B"):
            yield _unlisted(name, "audience", element["audience"])


def _price(name: str, parts: Any) -> Iterator[Issue]:
    wrong = issue(SHAPE, f"The value of '{name}' does not match the expected schema.", name)
    rows = [part.get("schedule") for part in parts] if _objects(parts) else [None]
    if not all(_objects(row) for row in rows):
        yield wrong
        return
    for row in (row for schedule in rows for row in schedule or ()):
        amount = row.get("value_with_tax")
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            yield wrong
        elif amount <= 0:
            yield issue(VALUE, f"The price in '{name}' must be greater than 0.", name)
        elif round(amount, 2) != amount:
            yield issue(VALUE, f"The price in '{name}' has more than 2 decimals.", name)
        for date in ("start_at", "end_at"):
            if date in row and moments.read(row[date]) is None:
                yield issue(SHAPE, f"'{date}' in '{name}' is not a date or date-time.", name)


def _availability(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        channel = element.get("fulfillment_channel_code")
        if channel is None:
            text = f"'{name}.fulfillment_channel_code' is required but not supplied."
            yield issue(REQUIRED, text, name, category="MISSING_ATTRIBUTE")
        elif channel not in CHANNELS:
            yield _unlisted(name, "fulfillment_channel_code", channel)
        elif channel != SELLER and "quantity" in element:
            yield issue(VALUE, f"'quantity' cannot be given for channel {channel}.", name)
        if "quantity" in element and element.get("is_inventory_available"):
            text = "'quantity' and 'is_inventory_available' exclude each other."
            yield issue(VALUE, text, name)
        yield from _whole(name, element, "quantity", None)
        yield from _whole(name, element, "lead_time_to_ship_max_days", LONGEST_HANDLING)
        if "restock_date" in element and moments.read(element["restock_date"]) is None:
            yield issue(SHAPE, f"'restock_date' in '{name}' is not a date.", name)


def _whole(name: str, element: Mapping[str, Any], field: str, most: int | None) -> Iterator[Issue]:
    if field not in element:
        return
    value = element[field]
    if isinstance(value, bool) or not isinstance(value, int):
        yield issue(SHAPE, f"'{field}' in '{name}' is not a whole number.", name)
    elif value < 0 or (most is not None and value > most):
        yield issue(VALUE, f"'{field}' in '{name}' is out of range: {value}.", name)


def _theme(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        if element.get("name") not in product_types.THEMES:
            yield _unlisted(name, "name", element.get("name"))


def _parentage(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        if element.get("value") not in ("parent", "child"):
            yield _unlisted(name, "value", element.get("value"))


def _relationship(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        kind = element.get("child_relationship_type")
        if kind not in ("variation", "package_hierarchy"):
            yield _unlisted(name, "child_relationship_type", kind)


def _image(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        address = urlsplit(str(element.get("media_location", "")))
        if address.scheme not in ("http", "https") or not address.netloc:
            text = f"The media location of '{name}' is not an address that can be fetched."
            yield issue(IMAGE, text, name, category="INVALID_IMAGE")


def _list_price(name: str, value: Sequence[Mapping[str, Any]]) -> Iterator[Issue]:
    for element in value:
        amount = element.get("value_with_tax", element.get("value"))
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            yield issue(SHAPE, f"The value of '{name}' does not match the expected schema.", name)


def _unlisted(name: str, field: str, value: Any) -> Issue:
    return issue(VALUE, f"The value '{value}' of '{name}.{field}' is not a valid value.", name)


RULES: Mapping[str, Callable[[str, Any], Iterator[Issue]]] = {
    "purchasable_offer": _offer,
    "fulfillment_availability": _availability,
    "variation_theme": _theme,
    "parentage_level": _parentage,
    "child_parent_sku_relationship": _relationship,
    "list_price": _list_price,
}
