"""Products with several variants: how a family is told, made, and added to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, errors, listings, mapping, variants
from agent.channels.shopify.client import Told
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.documents import Act
from agent.errors import Lossy
from agent.model.change import CreateListing, Receipt
from agent.model.family import Family
from agent.model.listing import Listing

LONGEST = 255  # characters of an option's name or value
Page = Sequence[CreateListing]  # variants of one family, or one listing without a family
NOT_MADE = "not made, because another variant of the product was refused"
ALONE = "in Shopify, give that product its options, or delete it to let it be made anew"


def project(family: Family) -> dict[str, Any]:
    """The product's title and options, and which sku has which values, as productSet takes them."""
    where = f"family {family.code}"
    for axis in family.axes:
        for text in (axis, *family.values(axis)):
            if len(text) > LONGEST:
                what = f'shopify takes {LONGEST} characters for a choice, not {len(text)}: "{text}"'
                raise Lossy(what, where, "shorten it in the ERP")
    return {
        "title": family.title,
        "productOptions": [
            {"name": axis, "values": [{"name": value} for value in family.values(axis)]}
            for axis in family.axes
        ],
        "variants": [
            {"sku": sku, "optionValues": option_values(family, sku)} for sku in family.variants
        ],
    }


def option_values(family: Family, sku: str) -> list[dict[str, str]]:
    """One variant's choices."""
    pairs = zip(family.axes, family.choices(sku), strict=True)
    return [{"optionName": axis, "name": value} for axis, value in pairs]


def pages(changes: Sequence[CreateListing]) -> list[Page]:
    """New listings by the product that they are to be on."""
    found: dict[str, list[CreateListing]] = {}
    for change in changes:
        page = f"sku {change.sku}" if change.family is None else f"page {change.family.code}"
        found.setdefault(page, []).append(change)
    return list(found.values())


def create(c: Connection, changes: Sequence[CreateListing]) -> list[Receipt]:
    """Make each product, or add to the one that has variants of the family already."""
    found: dict[int, Receipt] = {}
    acts: list[tuple[Act, Mapping[str, Any]]] = []
    sent: list[Page] = []
    # The vendor lets many variants have one sku, so we look first: a look that could not be followed by
    # what it is for would be paid for in vain, again and again.
    c.client.afford(("Find", len(changes) + listings.SPARE), ("CreateListings", len(changes)))
    there = {x.sku: x for x in listings.find(c, [change.sku for change in changes])}
    for page in pages(changes):
        if any(change.sku in there for change in page):
            found |= {id(change): _is_there(change, there) for change in page}
            continue
        wrong = _cannot_be_added(page[0])
        if wrong:
            found |= {id(change): parts.refused(change, wrong, ALONE) for change in page}
            continue
        sent.append(page)
        acts.append(_act(c, page))
    if acts:
        told = c.client.tell_all("CreateListings", acts, c.place)
        for number, page in enumerate(sent):
            found |= _receipts(c, told, number, page)
    return [found[id(change)] for change in changes]


def _is_there(change: CreateListing, there: Mapping[str, Listing]) -> Receipt:
    if change.sku in there:
        return parts.moved(change, "the store has this sku already", there[change.sku])
    return parts.moved(change, "another variant of its page is in the store already")


def _cannot_be_added(change: CreateListing) -> str:
    """Why a variant cannot join those of its family that are in the store; "" when it can."""
    products = {sibling.handles["product"] for sibling in change.siblings}
    if len(products) > 1:
        skus = ", ".join(sibling.sku for sibling in change.siblings)
        return f"its family is on {len(products)} products in the store ({skus})"
    alone = [s.sku for s in change.siblings if s.handles.get("alone") == "yes"]
    return f"{alone[0]} of its family is a product without options in the store" if alone else ""


def _act(c: Connection, page: Page) -> tuple[Act, Mapping[str, Any]]:
    first = page[0]
    if first.family is None:
        new = mapping.create_input(first, c.currency, c.location)
        return documents.CREATE, {"input": new, "first": 1}
    if first.siblings:
        rows = [mapping.added_variant(x, _chosen(x), c.currency, c.location) for x in page]
        return documents.ADD_VARIANTS, {
            "product": first.siblings[0].handles["product"],
            "variants": rows,
        }
    return documents.CREATE, {"input": _product(c, page, first.family), "first": len(page)}


def _chosen(change: CreateListing) -> list[dict[str, str]]:
    return [] if change.family is None else option_values(change.family, change.sku)


def _product(c: Connection, page: Page, family: Family) -> dict[str, Any]:
    """A new product of just these variants; the rest of the family is added when it comes."""
    here = {x.sku: family.variants[x.sku] for x in page}
    told = project(Family(family.code, family.title, family.axes, here))
    rows = {x.sku: mapping.new_variant(x, _chosen(x), c.currency, c.location) for x in page}
    face = mapping.new_product(page[0].details, family.title, family.code)
    return {
        **face,
        "productOptions": told["productOptions"],
        "variants": [rows[row["sku"]] for row in told["variants"]],
    }


def _receipts(c: Connection, told: Told, number: int, page: Page) -> parts.Receipts:
    payload = told.payload(documents.alias(number))
    fault = variants.wrong(told, number)
    if fault is not None:
        rows = {f.row for f in errors.faults(payload or {}) if f.row is not None}
        named = [x for row, x in enumerate(page) if row in rows] or list(page)
        return {
            id(x): variants.failed(x, fault) if x in named else parts.moved(x, NOT_MADE)
            for x in page
        }
    made = {str(node.get("sku") or ""): node for node in _nodes(payload or {})}
    found: dict[int, Receipt] = {}
    for change in page:
        node = made.get(change.sku)
        if node is None:
            found[id(change)] = parts.in_doubt(change, "the answer does not show the new product")
        else:
            listing = mapping.listing(node, c.currency)
            found[id(change)] = parts.done(change, listing, request_id=told.request_id)
    return found


def _nodes(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    product = payload.get("product") or {}
    yield from (product.get("variants") or {}).get("nodes") or ()
    yield from payload.get("productVariants") or ()
