"""Variants: a parent that names its axes, and children that each have one value on every axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.houzz.errors import Fault, missing
from simulator.commerce.shop import Document, Shop


def family_faults(shop: Shop, facts: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a listing as the member of a family; nothing for one that stands alone."""
    if facts.get("Parentage") == "Parent":
        return [] if axes(facts) else [missing("VariationTheme")]
    if facts.get("Parentage") == "Child":
        return _child_faults(shop, facts)
    return []


def axes(facts: Mapping[str, Any]) -> list[str]:
    """What the variants of a parent differ in: "Color, Size"."""
    names = (name.strip() for name in facts.get("VariationTheme", "").split(","))
    return [name for name in names if name]


def choice(facts: Mapping[str, Any]) -> dict[str, str]:
    """A child's value on each axis."""
    pairs = facts.get("ProductAttributes", ())
    return {pair["Type"]: pair["Value"] for pair in pairs if "Type" in pair and "Value" in pair}


def parent_of(shop: Shop, facts: Mapping[str, Any]) -> Document | None:
    """A child's parent, unless it was deleted."""
    for found in shop.all("listing", sku=facts.get("ParentSKU", "")):
        if found.body.get("Parentage") == "Parent" and found.body["Status"] != "Deleted":
            return found
    return None


def _child_faults(shop: Shop, facts: Mapping[str, Any]) -> list[Fault]:
    needed = ("ParentSKU", "RelationshipType", "ProductAttributes")
    if faults := [missing(name) for name in needed if not facts.get(name)]:
        return faults
    parent = parent_of(shop, facts)
    if parent is None:
        return [Fault("3006", f"ParentSKU {facts['ParentSKU']} is not a parent listing")]
    chosen = choice(facts)
    if lacking := [name for name in axes(parent.body) if name not in chosen]:
        return [Fault("3007", f"ProductAttributes has no {name}") for name in lacking]
    return []
