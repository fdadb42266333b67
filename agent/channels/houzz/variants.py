"""Variants: a parent listing that names what they differ in, and a listing of its own for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.errors import Lossy
from agent.model.family import Family

# What Houzz's own examples call the two usual choices; other axes keep the ERP's words.
WORDS = {"colour": "Color", "color": "Color", "size": "Size"}
ALIKE = "spell it so that shoppers can tell them apart"


def project(family: Family) -> dict[str, Any]:
    """{"parent": …, "children": {sku: …}}: the elements of their documents that tie them together."""
    where = f"family {family.code}"
    names = [axis_name(axis) for axis in family.axes]
    for axis in family.axes:
        if "," in axis:
            what = f'houzz parts the names of choices by commas, and "{axis}" has one'
            raise Lossy(what, where, "rename that column or `axis.NAME` in the feed")
    if len({name.casefold() for name in names}) < len(names):
        told = ", ".join(family.axes)
        raise Lossy(f"houzz takes two of these choices for one: {told}", where, "map one of them")
    _tell_apart(family, where)
    parent = {
        "SKU": parent_sku(family),
        "Parentage": "Parent",
        "VariationTheme": ", ".join(names),
        "Title": family.title,
    }
    return {"parent": parent, "children": {sku: child(family, sku) for sku in family.variants}}


def parent_sku(family: Family) -> str:
    """The parent's own sku: the family's code, unless a variant has that already."""
    return f"{family.code}-page" if family.code in family.variants else family.code


def theme(family: Family) -> str:
    """What its variants differ in, as a parent says it."""
    return ", ".join(axis_name(axis) for axis in family.axes)


def child(family: Family, sku: str, parent: str = "") -> dict[str, Any]:
    """One variant's place, under the family's own parent or another that is there already."""
    chosen = zip(family.axes, family.choices(sku), strict=True)
    return {
        "Parentage": "Child",
        "ParentSKU": parent or parent_sku(family),
        "RelationshipType": "Variation",
        "ProductAttributes": [
            {"Type": axis_name(axis), "Value": value.strip()} for axis, value in chosen
        ],
    }


def axis_name(axis: str) -> str:
    """What Houzz calls a choice."""
    return WORDS.get(axis.strip().casefold(), axis.strip())


def _tell_apart(family: Family, where: str) -> None:
    by_choice: dict[tuple[str, ...], str] = {}
    for sku in family.variants:
        said = tuple(value.strip().casefold() for value in family.choices(sku))
        if "" in said:
            raise Lossy(f"{sku} has an empty choice", where, "fill it in in the ERP")
        other = by_choice.setdefault(said, sku)
        if other != sku:
            told = ", ".join(family.choices(sku))
            raise Lossy(f"{other} and {sku} are both {told} to houzz", where, ALIKE)


def same_theme(one: str, other: str) -> bool:
    """Whether two parents' variants differ in the same."""
    return _parts(one) == _parts(other)


def _parts(said: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in said.split(",") if part.strip())


def theme_of(row: Mapping[str, Any]) -> str:
    """What a parent's row says that its variants differ in."""
    return str(row.get("VariationTheme") or "")
