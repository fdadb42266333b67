"""Pages of variants: a main product, and variants under it, each a product with a number of its own."""

from __future__ import annotations

from typing import Any

from agent.channels.baselinker import listings, mapping
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.mapping import LONGEST_NAME, LONGEST_SKU
from agent.errors import Lossy
from agent.model.change import CreateListing
from agent.model.family import Family

SHORTER = "write it shorter in the ERP"


def project(family: Family) -> dict[str, Any]:
    """The main product, and what tells its variants apart: their names, and their features.

    The vendor knows no axes: shoppers choose by the variants' names.
    """
    where, sku = f"family {family.code}", f"{family.code}{listings.PAGE_SKU}"
    if len(sku) > LONGEST_SKU:
        what = f'baselinker keeps {LONGEST_SKU} characters of a sku, "{sku}" has {len(sku)}'
        raise Lossy(what, where, "give the family a shorter code in the ERP")
    names: dict[str, str] = {}
    for member in family.variants:
        name = ", ".join(family.choices(member))
        first = names.setdefault(name.casefold(), member)
        if first != member:
            what = f'{first} and {member} would both be called "{name}" in baselinker'
            raise Lossy(what, where, "give them choices that differ in their letters")
    for name in (family.title, *names):
        if len(name) > LONGEST_NAME:
            what = f'baselinker keeps {LONGEST_NAME} characters of a name: "{name[:60]}…"'
            raise Lossy(what, where, SHORTER)
    return {
        "main": {"sku": sku, "text_fields": {"name": family.title}},
        "variants": {member: _texts(family, member) for member in family.variants},
    }


def _texts(family: Family, sku: str) -> dict[str, Any]:
    choices = family.choices(sku)
    features = dict(zip(family.axes, choices, strict=True))
    return {"text_fields": {"name": ", ".join(choices), "features": features}}


class Mains:
    """The main products of a batch's families: found, or made with the first variant that needs one."""

    def __init__(self, c: Connection) -> None:
        self._c, self._known = c, dict[str, int]()

    def number(self, change: CreateListing) -> int:
        """The main product for this variant. Lossy when its family is scattered already."""
        family = _family(change)
        if family.code not in self._known:
            self._known[family.code] = (
                self._joined(change) or self._found(family) or self._made(change)
            )
        return self._known[family.code]

    def _joined(self, change: CreateListing) -> int:
        """The main product of those of its family that are there; 0 when there are none."""
        alone = [s.sku for s in change.siblings if "parent" not in s.handles]
        mains = {s.handles["parent"] for s in change.siblings if "parent" in s.handles}
        where = f"{self._c.shop} family {_family(change).code}"
        next = "in BaseLinker, make them variants of one product; or delete them to have them made anew"
        if alone:
            raise Lossy(f"{alone[0]} of its family is a product by itself", where, next)
        if len(mains) > 1:
            raise Lossy(f"its family is under {len(mains)} products", where, next)
        return int(mains.pop()) if mains else 0

    def _found(self, family: Family) -> int:
        """One that was made before, and whose answer or whose variants were lost."""
        there = listings.by_sku(self._c, f"{family.code}{listings.PAGE_SKU}")
        return min(map(int, there), default=0)

    def _made(self, change: CreateListing) -> int:
        family = _family(change)
        told = project(family)["main"]
        face = face_of(self._c, change, family.title)
        given = {"inventory_id": self._c.place.id, **face, "sku": told["sku"]}
        return self._c.made("addInventoryProduct", given, "product_id")


def texts_of(change: CreateListing) -> dict[str, Any]:
    """What a variant is told of itself."""
    told: dict[str, Any] = project(_family(change))["variants"][change.sku]
    return told


def face_of(c: Connection, change: CreateListing, title: str) -> dict[str, Any]:
    """What shoppers read of a new product, with its category and maker, made where there are none."""
    face = mapping.new_face(change.details, title)
    if change.details.category:
        face["category_id"] = c.category(change.details.category)
    if change.details.brand:
        face["manufacturer_id"] = c.maker(change.details.brand)
    return face


def _family(change: CreateListing) -> Family:
    if change.family is None:
        raise TypeError(f"{change.sku} is no variant")
    return change.family
