"""The listing document: which elements it has, what each may hold, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.channels.houzz import values
from simulator.channels.houzz.answers import ENTRIES
from simulator.channels.houzz.calls import taken
from simulator.channels.houzz.documents import Node
from simulator.channels.houzz.errors import Fault

Reader = Callable[[str], Any]
Shape = Mapping[str, Any]  # {element: its reader, or a Shape, or [the entry's reader or Shape]}

SIZES: Shape = dict.fromkeys(("Width", "Height", "Depth", "Weight"), values.measure)
LISTING: Shape = {
    "SKU": values.text,
    "Parentage": values.parentage,
    "ParentSKU": values.text,
    "RelationshipType": values.relationship,
    "VariationTheme": values.text,
    "ProductAttributes": [{"Type": values.text, "Value": values.text}],
    "Title": values.text,
    "Description": values.text,
    "UPC": values.upc,
    "CategoryId": values.number,
    "Manufacturer": values.text,
    "Keywords": values.text,
    "Price": values.price,
    "Currency": values.text,
    "MSRP": values.money,
    "Quantity": values.pieces,
    "MinimumOrderQuantity": values.number,
    "AssemblyRequired": values.flag,
    "Prop65Disclosure": values.flag,
    "Prop65WarningType": values.text,
    "ProductSpec": {**SIZES, "DimensionsUnit": values.text, "WeightUnit": values.text},
    "Images": [values.link],
    "ShippingDetails": {
        "Packages": [SIZES],
        "PackageDimensionsUnit": values.text,
        "PackageWeightUnit": values.text,
        "FreightItem": values.text,
        "ShippingOptions": [
            {"Country": values.country, "Type": values.shipping_type, "Price": values.money}
        ],
        "LeadTimeMin": values.whole,
        "LeadTimeMax": values.whole,
    },
    "Status": values.text,
}


def read(shape: Shape, node: Node, faults: list[Fault]) -> dict[str, Any]:
    """What an element's children say, in the shape's order. Empty elements count as not sent.

    Elements that the shape does not know are passed over; wrong values join `faults`.
    """
    found: dict[str, Any] = {}
    for name, part in shape.items():
        child = node.child(name)
        if child is None:
            continue
        value = _value(name, part, child, faults)
        if value not in (None, "", {}, []):
            found[name] = value
    return found


def _value(name: str, part: Any, node: Node, faults: list[Fault]) -> Any:
    if isinstance(part, list):
        entries = [c for c in node.children if c.name == ENTRIES[name]]
        read_all = (_value(ENTRIES[name], part[0], entry, faults) for entry in entries)
        return [value for value in read_all if value not in (None, "", {})]
    if isinstance(part, Mapping):
        return read(part, node, faults)
    return taken(name, node.value, part, None, faults)


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """A listing with what was sent put over it: element by element, lists as a whole."""
    result = dict(old)
    for name, value in new.items():
        before = result.get(name)
        nested = isinstance(value, Mapping) and isinstance(before, Mapping)
        result[name] = merged(before, value) if nested else value  # type: ignore[arg-type]
    return result


def view(shape: Shape, body: Mapping[str, Any]) -> dict[str, Any]:
    """A stored listing in the shape's order, without what is not part of the document."""
    return {
        name: view(part, body[name]) if isinstance(part, Mapping) else body[name]
        for name, part in shape.items()
        if name in body
    }
