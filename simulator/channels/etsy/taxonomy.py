"""The seller's taxonomy: a few branches of the vendor's tree, and the properties for variations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import not_found

CUSTOM = {513: "Custom property 1", 514: "Custom property 2", 515: "Custom property 3"}


@dataclass(frozen=True)
class Node:
    """A category."""

    id: int
    name: str
    parent: int | None = None


NODES = {
    node.id: node
    for node in (
        Node(1, "Accessories"),
        Node(66, "Art & Collectibles"),
        Node(374, "Clothing"),
        Node(891, "Home & Living"),
        Node(1005, "Home Decor", 891),
        Node(1012, "Clocks", 1005),
        Node(1015, "Wall Clocks", 1012),
        Node(967, "Furniture", 891),
        Node(974, "Storage & Shelving", 967),
        Node(1017, "Lighting", 891),
        Node(1026, "Floor Lamps", 1017),
        Node(1060, "Kitchen & Dining", 891),
        Node(1062, "Drinkware", 1060),
        Node(1070, "Mugs", 1062),
        Node(1129, "Aprons", 1060),
        Node(938, "Bedding", 891),
        Node(946, "Blankets & Throws", 938),
    )
}
PROPERTIES: dict[int, tuple[str, tuple[str, ...]]] = {  # id: (name, values by number from 1)
    200: ("Primary color", ("Beige", "Black", "Blue", "Brown", "Gray", "Green", "Red", "White")),
    100: ("Size", ("S", "M", "L", "XL")),
    507: ("Material", ("Oak", "Walnut", "Steel", "Linen", "Wool")),
}


def property_name(id: int) -> str:
    """What a property is called."""
    return PROPERTIES[id][0] if id in PROPERTIES else CUSTOM.get(id, f"Property {id}")


def value_name(id: int, value: int) -> str:
    """What a value of a property is called."""
    names = PROPERTIES.get(id, ("", ()))[1]
    return names[value - 1] if 0 < value <= len(names) else str(value)


def path(node: Node) -> list[int]:
    """The numbers from the root to a category."""
    above = path(NODES[node.parent]) if node.parent else []
    return [*above, node.id]


def _view(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "level": len(path(node)),
        "name": node.name,
        "parent_id": node.parent,
        "children": [_view(n) for n in NODES.values() if n.parent == node.id],
        "full_path_taxonomy_ids": path(node),
    }


def _nodes(call: Call) -> Reply:
    return Reply(listed([_view(node) for node in NODES.values() if node.parent is None]))


def _properties(call: Call) -> Reply:
    if call.number("taxonomy_id") not in NODES:
        raise not_found()
    rows = [_property(id, name, values) for id, (name, values) in PROPERTIES.items()]
    return Reply(listed(rows))


def _property(id: int, name: str, values: tuple[str, ...]) -> dict[str, Any]:
    possible: list[dict[str, Any]] = [
        {"value_id": n, "name": value, "scale_id": None, "equal_to": []}
        for n, value in enumerate(values, 1)
    ]
    return {
        "property_id": id,
        "name": name,
        "display_name": name,
        "scales": [],
        "is_required": False,
        "supports_attributes": True,
        "supports_variations": True,
        "is_multivalued": False,
        "max_values_allowed": None,
        "possible_values": possible,
        "selected_values": [],
    }


ROUTES = tuple(  # the buyer's tree is the seller's here
    Route("GET", f"/{whose}-taxonomy/nodes{more}", handle)
    for whose in ("seller", "buyer")
    for more, handle in (("", _nodes), ("/{taxonomy_id}/properties", _properties))
)
