"""Variable products: how a family is told, made, added to, and published with its first variation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.channels import parts, trouble
from agent.channels.woocommerce import errors, listings, mapping
from agent.channels.woocommerce.connection import API, Connection
from agent.errors import Lossy, OutcomeUnknown
from agent.model.change import CreateListing, ListingChange, Receipt, SetState
from agent.model.family import Family
from agent.model.listing import State

FAMILY_KEY = "_tally_family"  # on the parents that we made: they are published with a variation
PARENT_FIELDS = f"{mapping.VARIATION_FIELDS},attributes"
OTHERS = "in WooCommerce, give the product these attributes, or delete it to let it be made anew"

Row = Mapping[str, Any]


def project(family: Family) -> dict[str, Any]:
    """The variable product with its attributes, and the variations with their choices."""
    where = f"family {family.code}"
    slugs: dict[str, str] = {}
    for axis in family.axes:
        first = slugs.setdefault(re.sub(r"[\W_]+", "-", axis.casefold()).strip("-"), axis)
        if first != axis:
            what = f'woocommerce takes "{first}" and "{axis}" for one choice'
            raise Lossy(what, where, "give the axes names that differ in their letters")
        for value in family.values(axis):
            if "|" in value:
                what = f'woocommerce parts choices at "|", and "{value}" has one'
                raise Lossy(what, where, "write the choice without it in the ERP")
    return {
        "parent": {
            "name": family.title,
            "type": "variable",
            "sku": parent_sku(family),
            "attributes": [
                attribute(axis, family.values(axis), place)
                for place, axis in enumerate(family.axes)
            ],
        },
        "variations": [{"sku": sku, "attributes": chosen(family, sku)} for sku in family.variants],
    }


def parent_sku(family: Family) -> str:
    """What the parent is found by when the answer that made it was lost; never a variation's own."""
    return family.code if family.code not in family.variants else f"{family.code}-page"


def attribute(axis: str, values: Sequence[str], place: int) -> dict[str, Any]:
    """A product's own attribute, from which variations choose."""
    own = {"name": axis, "position": place, "visible": True, "variation": True}
    return {**own, "options": list(values)}


def chosen(family: Family, sku: str) -> list[dict[str, str]]:
    """One variation's choices."""
    pairs = zip(family.axes, family.choices(sku), strict=True)
    return [{"name": axis, "option": value} for axis, value in pairs]


# -- Making -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parents:
    """The parent of each family by its code, with its state; or why its variations cannot be made."""

    ids: Mapping[str, int]
    states: Mapping[str, State]
    refused: Mapping[str, str]


def parents(c: Connection, changes: Sequence[CreateListing]) -> Parents:
    """See to it that every family's parent is there, and offers what these variations choose.

    Those that are there are read afresh first: their other attributes and options stay.
    """
    families = {x.family.code: x for x in changes if x.family is not None}
    refused = {code: why for code, x in families.items() if (why := _scattered(x))}
    wanted = {code: x for code, x in families.items() if code not in refused}
    there = _found(c, list(wanted.values())) if wanted else {}
    ids = {code: int(row["id"]) for code, row in there.items()}
    states = {code: mapping.state(row) for code, row in there.items()}
    wider = {}
    for code, row in there.items():
        missing = widened(_family(wanted[code]), row)
        if isinstance(missing, str):
            refused[code] = missing
        elif missing:
            wider[code] = {"id": ids[code], "attributes": missing}
    new = [code for code in wanted if code not in there]
    told = _write(c, "update", list(wider.values()))
    made = _write(c, "create", [_parent_row(c, wanted[code]) for code in new])
    for code, row in zip([*wider, *new], [*told, *made], strict=True):
        fault = errors.row_fault(row)
        if fault is not None:
            refused[code] = fault.words
        elif code in new:
            ids[code], states[code] = int(row["id"]), "draft"
    return Parents(ids, states, refused)


def _family(change: CreateListing) -> Family:
    if change.family is None:
        raise TypeError(f"{change.sku} is no variant")
    return change.family


def _scattered(change: CreateListing) -> str:
    """Why the variation cannot join those of its family that are in the shop; "" when it can."""
    alone = [s.sku for s in change.siblings if "parent" not in s.handles]
    if alone:
        return f"{alone[0]} of its family is a simple product in the shop"
    products = {s.handles["parent"] for s in change.siblings}
    return f"its family is on {len(products)} products in the shop" if len(products) > 1 else ""


def _found(c: Connection, changes: Sequence[CreateListing]) -> dict[str, Row]:
    """The families' parents that are in the shop, by code: known by a sibling, or by their sku."""
    by_id = {x.siblings[0].handles["parent"]: _family(x).code for x in changes if x.siblings}
    by_sku = {parent_sku(_family(x)): _family(x).code for x in changes if not x.siblings}
    found: dict[str, Row] = {}
    for some in listings.chunks(sorted(by_id), listings.PAGE):
        for row in listings.every(c, f"{API}/products", _query("include", some)):
            found[by_id[str(row["id"])]] = row
    for some in listings.chunks(sorted(sku for sku in by_sku if "," not in sku)):
        for row in listings.every(c, f"{API}/products", _query("sku", some)):
            if row.get("type") == "variable" and row.get("sku") in by_sku:
                found[by_sku[row["sku"]]] = row
    return found


def _query(key: str, values: Sequence[str]) -> dict[str, str | int]:
    return {key: ",".join(values), "_fields": PARENT_FIELDS}


def widened(family: Family, row: Row) -> list[dict[str, Any]] | str:
    """The parent's attributes with the family's choices among them; empty when they all are.

    Text: why they cannot be.
    """
    has = [dict(one) for one in row.get("attributes") or () if isinstance(one, Mapping)]
    varied = {str(one.get("name", "")).casefold() for one in has if one.get("variation")}
    if varied != {axis.casefold() for axis in family.axes}:
        told = ", ".join(str(one.get("name")) for one in has if one.get("variation"))
        return f"the product in the shop varies by {told or 'nothing'}, not by {_axes(family)}"
    wider = False
    for one in has:
        axis = next((a for a in family.axes if a.casefold() == str(one["name"]).casefold()), None)
        if axis is None or not one.get("variation"):
            continue
        known = [str(option) for option in one.get("options") or ()]
        folded = {option.casefold() for option in known}
        new = [value for value in family.values(axis) if value.casefold() not in folded]
        one["options"], wider = [*known, *new], wider or bool(new)
    return [_sendable(one) for one in has] if wider else []


def _sendable(one: Mapping[str, Any]) -> dict[str, Any]:
    named = {"id": one["id"]} if one.get("id") else {"name": one["name"]}
    keys = ("position", "visible", "variation", "options")
    return {**named, **{key: one[key] for key in keys if key in one}}


def _axes(family: Family) -> str:
    return ", ".join(family.axes)


def _parent_row(c: Connection, change: CreateListing) -> dict[str, Any]:
    """The parent of a family as it is made, as a draft: what all variations share."""
    details, family = change.details, _family(change)
    category = c.category(details.category) if details.category else None
    face = mapping.new_face(details, family.title, category)
    told = project(family)["parent"]
    brand = face.pop("attributes", [])
    return {
        **face,
        **told,
        "attributes": [*told["attributes"], *brand],
        "meta_data": [{"key": FAMILY_KEY, "value": family.code}],
    }


def _write(c: Connection, key: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Send these rows (`create` or `update`) in as few batches as the vendor takes; its row for each."""
    path = f"{API}/products/batch"
    found: list[Row] = []
    for some in listings.chunks(rows, listings.PAGE):
        found += _answered(c, path, key, some)
    return found


def _answered(c: Connection, path: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    where = f"{c.shop} POST {path}"
    answer = errors.rows(c.client.write("POST", path, {key: list(rows)}), key, where)
    if len(answer) != len(rows):
        raise OutcomeUnknown(f"{len(rows)} sent, {len(answer)} answered", where, trouble.LOOKS)
    return answer


def create(
    c: Connection, code: str, made: Parents, page: Sequence[CreateListing]
) -> parts.Receipts:
    """Make the variations of one family, as drafts."""
    if code in made.refused:
        return {id(change): parts.refused(change, made.refused[code], OTHERS) for change in page}
    weighs = any(change.details.weight_g is not None for change in page)
    unit = c.weight_unit if weighs else ""
    rows = [_variation_row(c, change, unit) for change in page]
    parent = made.ids[code]
    answer = _answered(c, f"{API}/products/{parent}/variations/batch", "create", rows)
    return {
        id(change): _made(c, change, {**row, "parent_id": parent}, made.states[code])
        for change, row in zip(page, answer, strict=True)
    }


def _variation_row(c: Connection, change: CreateListing, unit: str) -> dict[str, Any]:
    choices = chosen(_family(change), change.sku)
    return {**mapping.variation_row(change, c.currency, unit), "attributes": choices}


def _made(c: Connection, change: CreateListing, row: Row, parent: State) -> Receipt:
    fault = errors.row_fault(row)
    if fault is not None:
        return parts.refused(change, fault.words, fault.next)
    now = mapping.listing(row, c.currency, parent)
    return parts.done(change, now, mapping.difference(change, now))


# -- Publishing -------------------------------------------------------------------------------------


def publish(c: Connection, changes: Sequence[ListingChange]) -> bool:
    """Publish the draft parent that we made ourselves, when a variation of it goes live.

    Whether it is public now: another variation may have taken it along before this one.
    """
    wanted = [x for x in changes if isinstance(x, SetState) and x.state == "live"]
    drafts = {x.listing.handles["parent"] for x in wanted if _under_draft(x)}
    if not drafts:
        return False
    rows = list(listings.every(c, f"{API}/products", _query("include", sorted(drafts))))
    ours = [row for row in rows if mapping.state(row) == "draft" and _is_ours(row)]
    _write(c, "update", [{"id": int(row["id"]), "status": "publish"} for row in ours])
    return bool(ours) or any(mapping.state(row) == "live" for row in rows)


def _under_draft(change: SetState) -> bool:
    return change.listing.handles.get("parent_state") == "draft"


def _is_ours(row: Row) -> bool:
    return any(m.get("key") == FAMILY_KEY for m in _metas(row))


def _metas(row: Row) -> Iterator[Mapping[str, Any]]:
    return (meta for meta in row.get("meta_data") or () if isinstance(meta, Mapping))
