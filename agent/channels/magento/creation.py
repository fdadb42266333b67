"""New products, disabled, one call each; and what they are made with: category, brand, stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import parts, trouble
from agent.channels.magento import (
    attributes,
    errors,
    listings,
    mapping,
    pictures,
    stock,
    values,
    variants,
)
from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping import Stock
from agent.channels.magento.values import Row
from agent.errors import ChannelError, Refused
from agent.model.change import CreateListing, Receipt

PATH = "/products"
IN_THE_WAY = (
    "delete the product in the shop, or, where it is the same article, give it the visibility"
    ' "Catalog, Search"'
)
DEFAULT_SOURCE = "default"


def push(c: Connection, news: Sequence[CreateListing]) -> list[Receipt]:
    """Products one by one, pages of variants family by family.

    A POST on a sku that is there would change that product, and give its sku our letters' case; so it
    is looked for first.
    """
    there = mapping.by_sku(listings.rows_of(c, [change.sku for change in news]))
    families: dict[str, list[CreateListing]] = {}
    work: list[parts.Part] = [[change] for change in news if change.family is None]
    for change in news:
        if change.family is not None:
            families.setdefault(change.family.code, []).append(change)
    work += families.values()
    return parts.send_all(news, work, lambda part: _send(c, part, there))


def _send(c: Connection, part: parts.Part, there: Mapping[str, Row]) -> parts.Receipts:
    news = [change for change in part if isinstance(change, CreateListing)]
    if news[0].family is not None:
        return variants.create(c, news, there)
    change = news[0]
    taken = there.get(change.sku.casefold())
    if taken is not None:
        return {id(change): occupied(c, change, taken)}
    try:
        row = make(c, change)
    except Refused as refusal:
        return {id(change): parts.refused(change, refusal.what, refusal.next)}
    return {id(change): made(c, change, row)}


def occupied(c: Connection, change: CreateListing, row: Row) -> Receipt:
    """What it means that the shop has a product with this sku already."""
    sku = values.text(row, "sku")
    if sku != change.sku:
        words = f'the shop has "{sku}", and does not tell letters by their case'
        return parts.refused(change, words, "write the sku in the ERP just as the shop does")
    if mapping.is_on_a_page(row) and mapping.state(row) == "hidden":
        return parts.refused(change, f'a disabled product "{sku}" is in the shop', IN_THE_WAY)
    return parts.moved(change, "it is in the shop already")


def make(c: Connection, change: CreateListing, more: Sequence[dict[str, Any]] = ()) -> Row:
    """Have a product made; the shop's row of it. Refused as the vendor says."""
    website = int(values.amount(c.website, "id"))
    unit = values.text(c.view, "weight_unit")
    product = mapping.new_product(
        change, c.currency, c.zone, c.settings.attribute_set, website, unit
    )
    product["custom_attributes"] += [*_own(c, change), *more]
    extension = product["extension_attributes"]
    shown = change.shown
    if shown.quantity is not None:
        here = not c.has_sources or c.settings.source == DEFAULT_SOURCE
        extension["stock_item"] = mapping.stock_item(
            shown.quantity if here else None, shown.backorders
        )
    if change.details.category:
        link = {"position": 0, "category_id": str(category(c, change.details.category))}
        extension["category_links"] = [link]
    row = c.client.write("POST", PATH, {"product": product})
    if not isinstance(row, dict) or "id" not in row:
        raise trouble.misshapen("it is no product", c.client.where("POST", PATH), wrote=True)
    return row


def made(c: Connection, change: CreateListing, row: Row, page: Row | None = None) -> Receipt:
    """The receipt of a product that was made; its stock and its picture are told now, where they were not."""
    where = c.client.where("POST", PATH)
    shown = change.shown
    held = Stock(shown.quantity, shown.quantity is not None and shown.backorders)
    if c.has_sources and c.settings.source != DEFAULT_SOURCE and shown.quantity is not None:
        is_in = shown.quantity > 0 or shown.backorders
        rows = [stock.source_row(c, change.sku, shown.quantity, is_in)]
        try:
            c.client.write("POST", stock.PATH, {"sourceItems": rows})
        except ChannelError:  # the product is there; its stock is a difference like any other
            held = Stock()
    read = errors.understood(
        lambda: mapping.listing(row, held, c.currency, c.zone, page), where, wrote=True
    )
    picture = change.details.image
    return parts.done(change, read, pictures.add(c, change.sku, change.details.title, picture))


def category(c: Connection, name: str) -> int:
    """The id of the category of this name, which is made, out of the menu, when there is none."""
    known = c.categories.get(name.casefold())
    if known is None:
        path = "/categories/list"
        rows = c.client.found(path, [("name", "eq", name)], fields="items[id,name]")
        known = min((mapping.number(row) for row in rows), default=None)
    if known is None:
        told = {"name": name, "is_active": True, "include_in_menu": False, "parent_id": _root(c)}
        row = c.client.write("POST", "/categories", {"category": told})
        known = mapping.number(row)
    c.categories[name.casefold()] = known
    return known


def _root(c: Connection) -> int:
    """The category under which our website's are."""
    path = "/store/storeGroups"
    rows = c.client.read(path)
    ours = c.website["id"]
    found = [
        row.get("root_category_id")
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and row.get("website_id") == ours
    ]
    if not found or not isinstance(found[0], int):
        raise trouble.misshapen("it names no root category", c.client.where("GET", path))
    return found[0]


def _own(c: Connection, change: CreateListing) -> list[dict[str, Any]]:
    """What the shop's own attributes keep: GTIN and brand, where tally.yaml names them."""
    found, details, names = [], change.details, c.settings
    if details.gtin and names.gtin_attribute:
        found.append(mapping.attribute(names.gtin_attribute, details.gtin))
    if details.brand and names.brand_attribute:
        known = c.attributes.get(names.brand_attribute)
        value = details.brand
        if known is not None:
            value = str(attributes.option(c, known, details.brand))
        found.append(mapping.attribute(names.brand_attribute, value))
    return found
