"""Which fields of a body are objects or lists, wherever they stand: another shape cannot be read at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

OBJECTS = frozenset(
    (
        "additionalMarketplaces",
        "afterSalesServices",
        "b2b",
        "buyNowPrice",
        "category",
        "delivery",
        "external",
        "file",
        "input",
        "lineItem",
        "location",
        "modification",
        "order",
        "overpaid",
        "payment",
        "payments",
        "price",
        "prices",
        "product",
        "publication",
        "receiver",
        "rejection",
        "sellingMode",
        "sender",
        "shippingRates",
        "stock",
        "taxSettings",
    )
)
ROWS = frozenset(  # lists of objects
    (
        "lineItems",
        "modifications",
        "offerCriteria",
        "offers",
        "packages",
        "parameters",
        "productSet",
        "rates",
    )
)


LISTS = frozenset(("images", "values", "valuesIds"))
NAMED = frozenset(("additionalMarketplaces", "prices"))  # objects by marketplace


def misshapen(value: Any, path: str = "") -> Iterator[str]:
    """The fields of a body that are no objects or lists although they should be."""
    if isinstance(value, list):
        for number, row in enumerate(value):
            yield from misshapen(row, f"{path}[{number}]")
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        here = f"{path}.{name}" if path else name
        if _is_odd(name, inner):
            yield here
        else:
            yield from misshapen(inner, here)


def _is_odd(name: str, value: Any) -> bool:
    if name in NAMED and isinstance(value, dict):
        return not all(isinstance(row, dict) for row in value.values())
    if name in OBJECTS:
        return not isinstance(value, dict | None)
    if name in LISTS:
        return not isinstance(value, list | None)
    return name in ROWS and not _are_rows(value)


def _are_rows(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)
