"""BaseLinker products ⇄ listings and changes. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.channels.baselinker import values
from agent.channels.baselinker.values import Row
from agent.model.change import CreateListing
from agent.model.listing import Details, Listing, Shown
from agent.model.money import from_minor, to_minor

LONGEST_NAME, LONGEST_SKU, LONGEST_ADDRESS = 200, 50, 1000


@dataclass(frozen=True)
class Place:
    """The catalogue that we keep, and where in it: one price group, one warehouse."""

    id: int
    name: str
    group: str  # the price group's number, as keys of `prices` have it
    warehouse: str  # bl_205
    currency: str  # of the price group, ISO 4217
    reserves: bool  # orders reserve pieces, and the parcel takes them off the stock


def listing(number: str, row: Row, place: Place, *, parent: str = "", reserved: int = 0) -> Listing:
    """A product, or a variant of a parent, as a listing. ValueError names a field of another type.

    Every product that is in the catalogue is shown: there are no other states. A variant's name is
    its choices, which are compared with nothing.
    """
    return Listing(
        values.text(row, "sku"),
        number,
        Shown(
            "live",
            price=_price(values.mapping(row, "prices"), place),
            quantity=values.whole(values.mapping(row, "stock"), place.warehouse) - reserved,
            title=None if parent else _name(row),
        ),
        _handles(parent, reserved),
    )


def made(
    change: CreateListing, number: int, place: Place, refused: Mapping[str, str], parent: str = ""
) -> Listing:
    """A product as it was just made: as we sent it, less the fields that were not taken."""
    shown = change.shown
    title = None if parent else (change.details.title or change.sku)
    price = None if "prices" in refused else shown.price
    quantity = 0 if "stock" in refused else shown.quantity or 0
    face = Shown("live", price=price, quantity=quantity, title=title)
    return Listing(change.sku, str(number), face, _handles(parent, 0))


def new_product(change: CreateListing, place: Place) -> dict[str, Any]:
    """What can be bought: sku, price, stock, barcode, weight."""
    shown, details = change.shown, change.details
    row: dict[str, Any] = {"inventory_id": place.id, "sku": change.sku}
    if shown.price is not None:
        row["prices"] = {place.group: money(shown.price, place.currency)}
    if shown.quantity is not None:
        row["stock"] = {place.warehouse: shown.quantity}
    if details.gtin:
        row["ean"] = details.gtin
    if details.weight_g is not None:
        row["weight"] = float(Decimal(details.weight_g) / 1000)  # kilograms
    return row


def new_face(details: Details, title: str) -> dict[str, Any]:
    """What shoppers read and see of a new product. A picture whose address is too long is left out."""
    texts = {"name": title}
    if details.description:
        texts["description"] = as_html(details.description)
    row: dict[str, Any] = {"text_fields": texts}
    if details.image and len(details.image) <= LONGEST_ADDRESS - len("url:"):
        row["images"] = {"0": f"url:{details.image}"}
    return row


def money(minor: int, currency: str) -> float:
    """An amount as the vendor's JSON has it: its shortest spelling is the exact amount."""
    return float(from_minor(minor, currency))


def as_html(text: str) -> str:
    """Plain text as the vendor's descriptions, which are HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _name(row: Row) -> str:
    """Lists give the name by itself, the whole data among the texts, perhaps by language only."""
    if row.get("name") is not None:
        return values.text(row, "name")
    texts = values.mapping(row, "text_fields")
    own = next((key for key in texts if str(key).startswith("name|")), "name")
    return values.text(texts, "name" if texts.get("name") else own)


def _price(prices: Row, place: Place) -> int | None:
    if prices.get(place.group) is None:
        return None
    return to_minor(values.amount(prices, place.group), place.currency)


def _handles(parent: str, reserved: int) -> dict[str, str]:
    handles = {"parent": parent} if parent else {}
    return handles | ({"reserved": str(reserved)} if reserved else {})
