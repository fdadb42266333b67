"""How a page of variants is told: Etsy's own properties for two choices, its products for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.errors import Lossy
from agent.model.family import Family

# Two properties that a seller may name; a third is being opened by the vendor (see NOTES.md).
PROPERTIES = (513, 514)
FORBIDDEN = "()"


def project(family: Family) -> dict[str, Any]:
    """The listing's title, and its products with the values that tell them apart."""
    where = f"family {family.code}"
    for axis in family.axes:
        folded: dict[str, str] = {}
        for text in (axis, *family.values(axis)):
            if any(letter in text for letter in FORBIDDEN):
                what = f'etsy takes no parentheses in a choice: "{text}"'
                raise Lossy(what, where, "write it without parentheses in the ERP")
        for value in family.values(axis):
            twin = folded.setdefault(value.strip().casefold(), value)
            if twin != value:
                what = f'etsy takes "{twin}" and "{value}" for one choice'
                raise Lossy(what, where, "tell them apart by more than case and blanks")
    ids = [id for id, _ in zip(PROPERTIES, family.axes, strict=False)]
    return {
        "title": family.title,
        "products": [
            {"sku": sku, "property_values": values(family, sku)} for sku in family.variants
        ],
        **dict.fromkeys(("price_on_property", "quantity_on_property", "sku_on_property"), ids),
    }


def values(family: Family, sku: str, ids: Sequence[int] = PROPERTIES) -> list[dict[str, Any]]:
    """One member's property values, as an inventory takes them; `ids` are those of the page."""
    pairs = zip(ids, family.axes, family.choices(sku), strict=False)
    return [
        {
            "property_id": id,
            "property_name": axis,
            "scale_id": None,
            "value_ids": [],
            "values": [choice],
        }
        for id, axis, choice in pairs
    ]
