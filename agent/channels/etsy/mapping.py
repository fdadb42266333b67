"""Etsy's listings with their inventories ⇄ listings as everybody means them. Pure.

A page is one of the vendor's listings: one product, or several that a shopper chooses among.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.channels import strict
from agent.channels.etsy import shape
from agent.channels.strict import Row
from agent.model.listing import Listing, Shown, State
from agent.model.money import from_minor

ON = (
    "price_on_property",
    "quantity_on_property",
    "sku_on_property",
    "readiness_state_on_property",
)
MARK = "SKU: "  # last line of the description of a draft that we have begun
MARKED = re.compile(r"\n*SKU: ([^\n]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Product:
    """One buyable choice. `values` are its property values as a write takes them; price in minor units."""

    sku: str
    price: int
    quantity: int
    is_enabled: bool = True
    readiness: int | None = None
    values: tuple[Row, ...] = ()

    @property
    def sells(self) -> bool:
        """Whether a shopper could buy it on a page that is shown."""
        return self.is_enabled and self.quantity > 0


@dataclass(frozen=True, slots=True)
class Page:
    """One listing of the vendor's. `state` is its own word; `on` says by which properties facts differ."""

    id: int
    state: str
    title: str
    description: str
    currency: str
    products: tuple[Product, ...]
    on: Mapping[str, tuple[int, ...]]

    @property
    def is_alone(self) -> bool:
        """Whether it is one product without choices."""
        return len(self.products) == 1 and not self.products[0].values

    @property
    def is_active(self) -> bool:
        """Whether shoppers see it for sale."""
        return self.state == "active"

    @property
    def sells(self) -> bool:
        """Whether it has anything to sell."""
        return any(product.sells for product in self.products)

    @property
    def begun_for(self) -> str:
        """The sku for which we made this draft, when its inventory does not know of it yet; or ""."""
        found = MARKED.search(self.description)
        is_blank = self.is_alone and not self.products[0].sku
        return found[1].strip() if found and is_blank and self.state == "draft" else ""


# -- reading ----------------------------------------------------------------------------------------


def page(row: Row) -> Page | None:
    """A listing read with its inventory; None when it has none. Misshapen for anything else."""
    inventory = row.get("inventory")
    if inventory is None:
        return None
    if not isinstance(inventory, dict):
        raise strict.Misshapen("inventory is no object")
    found = Page(
        id=strict.needed_whole(row, "listing_id"),
        state=strict.text(row, "state"),
        title=html.unescape(strict.text(row, "title")),
        description=html.unescape(strict.text(row, "description")),
        currency="",
        products=(),
        on={},
    )
    return stocked(found, inventory)


def stocked(before: Page, inventory: Row) -> Page:
    """The page with the inventory that an answer tells."""
    products, currency = [], before.currency
    for row in strict.rows(inventory, "products"):
        offerings = [o for o in strict.rows(row, "offerings") if not strict.flag(o, "is_deleted")]
        if strict.flag(row, "is_deleted") or not offerings:
            continue
        currency = shape.currency(offerings[0], "price")
        products.append(_product(row, offerings[0]))
    on = {name: tuple(strict.numbers(inventory, name)) for name in ON}
    return replace(before, products=tuple(products), on=on, currency=currency)


def restated(before: Page, row: Row) -> Page:
    """The page with what the answer to an update of the listing tells."""
    return replace(
        before,
        state=strict.text(row, "state"),
        title=html.unescape(strict.text(row, "title")),
        description=html.unescape(strict.text(row, "description")),
    )


def listings(found: Page) -> list[Listing]:
    """What can be bought on the page, each as a listing."""
    if found.is_alone:
        only = found.products[0]
        shown = Shown(state(found, only), only.price, quantity=only.quantity, title=found.title)
        return [Listing(only.sku or found.begun_for, str(found.id), shown)]
    return [
        Listing(
            product.sku,
            f"{found.id}/{product.sku}",
            Shown(state(found, product), product.price, quantity=product.quantity),
        )
        for product in found.products
    ]


def listing(found: Page, sku: str) -> Listing | None:
    """The listing with this sku on the page, if there is exactly one."""
    same = [one for one in listings(found) if one.sku == sku]
    return same[0] if len(same) == 1 else None


def state(found: Page, product: Product) -> State:
    """Live is what can be bought; a choice without pieces is as hidden as a page that is not active."""
    if not found.is_active:
        return "hidden"
    return "live" if found.is_alone or product.sells else "hidden"


def page_id(listing: Listing) -> int:
    """The vendor's number of the listing's page; 0 for what is no such number."""
    head = listing.external_id.partition("/")[0]
    return int(head) if head.isascii() and head.isdigit() else 0


def is_variant(listing: Listing) -> bool:
    """Whether it is one of several choices on a page."""
    return "/" in listing.external_id


# -- writing ----------------------------------------------------------------------------------------


def document(wanted: Page) -> dict[str, Any]:
    """The whole inventory as a write takes it.

    Of several products each has stock of its own: what goes by no property is one number shared by
    all of them. The other facts go by the properties that they went by, or, where they differ
    otherwise, by all.
    """
    ids = tuple(value["property_id"] for value in wanted.products[0].values)
    on = {name: [id for id in ids if id in wanted.on.get(name, ())] for name in ON}
    told: dict[str, list[Any]] = {
        "price_on_property": [product.price for product in wanted.products],
        "sku_on_property": [product.sku for product in wanted.products],
        "readiness_state_on_property": [product.readiness for product in wanted.products],
    }
    for name, facts in told.items():
        if not _goes_by(wanted.products, facts, on[name]):
            on[name] = list(ids)
    on["quantity_on_property"] = list(ids)
    return {"products": [_written(product, wanted.currency) for product in wanted.products], **on}


def marked(description: str, sku: str) -> str:
    """The description of a draft that we begin, by which it is found when its answer is lost."""
    return f"{description.rstrip()}\n\n{MARK}{sku}".strip()


def unmarked(description: str) -> str:
    """The description as shoppers are to read it; "" when it carries no mark of ours."""
    found = MARKED.search(description)
    return description[: found.start()].rstrip() if found else ""


def _product(row: Row, offering: Row) -> Product:
    readiness = offering.get("readiness_state_id")
    return Product(
        sku=strict.text(row, "sku"),
        price=shape.money(offering, "price"),
        quantity=strict.needed_whole(offering, "quantity"),
        is_enabled=strict.flag(offering, "is_enabled"),
        readiness=None
        if readiness is None
        else strict.needed_whole(offering, "readiness_state_id"),
        values=tuple(_value(value) for value in strict.rows(row, "property_values")),
    )


def _value(row: Row) -> dict[str, Any]:
    """A property value as a write takes it: without what only reads have."""
    scale = row.get("scale_id")
    return {
        "property_id": strict.needed_whole(row, "property_id"),
        "property_name": strict.text(row, "property_name"),
        "scale_id": None if scale is None else strict.needed_whole(row, "scale_id"),
        "value_ids": list(strict.numbers(row, "value_ids")),
        "values": strict.texts(row, "values"),
    }


def _written(product: Product, currency: str) -> dict[str, Any]:
    offering = {
        "price": float(from_minor(product.price, currency)),
        "quantity": product.quantity,
        "is_enabled": product.is_enabled,
        "readiness_state_id": product.readiness,
    }
    return {
        "sku": product.sku,
        "property_values": [dict(value) for value in product.values],
        "offerings": [offering],
    }


def _goes_by(products: Sequence[Product], facts: Sequence[Any], ids: Sequence[int]) -> bool:
    """Whether products that are alike in these properties are alike in this fact."""
    seen: dict[tuple[Any, ...], Any] = {}
    for product, fact in zip(products, facts, strict=True):
        key = tuple(tuple(v["values"]) for v in product.values if v["property_id"] in ids)
        if seen.setdefault(key, fact) != fact:
            return False
    return True
