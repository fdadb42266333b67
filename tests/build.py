"""Builders in the shop's language: sensible defaults, so that a test shows only what matters to it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from agent.decide.projection import Terms
from agent.model.family import Family
from agent.model.item import Item, Stock
from agent.model.listing import Details, Listing, Offer, Shown
from agent.model.order import Address, Order, OrderLine
from agent.model.policy import ChannelPolicy, Guards

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pieces(count: int | str | None) -> int | None:
    """Pieces as SQLite keeps them: thousandths."""
    return None if count is None else int(Decimal(count) * 1000)


def stock(location: str = "", **figures: Any) -> Stock:
    """Stock as an export states it, in pieces; a figure that is not given is absent, None is empty."""
    counted = {
        name: figure if name == "incoming_on" else pieces(figure)
        for name, figure in figures.items()
    }
    return Stock(location, frozenset(figures), **counted)


def item(sku: str = "RETRO-CLOCK", *at: Stock, **values: Any) -> Item:
    """An item with a title and a price of 49.00 EUR and 12 on the shelf, unless told otherwise."""
    said: dict[str, Any] = {"title": "Retro clock", "price": 4900, "currency": "EUR"}
    gone = values.pop("gone", False)
    said |= values
    rows = at or (() if gone else (stock(on_hand=12),))
    return Item(sku, frozenset(said), **said, stock=rows, gone=gone)


def channel_policy(**settings: Any) -> ChannelPolicy:
    """A shop in Berlin that sells in euros."""
    return ChannelPolicy(
        **({"channel": "paper", "currency": "EUR", "zone": "Europe/Berlin"} | settings)
    )


def terms(*, sale_dates: bool = False, compare_at: bool = True, **settings: Any) -> Terms:
    """The terms of a shop without sale dates and with a struck-through price."""
    return Terms(channel_policy(**settings), sale_dates, compare_at)


def listing(sku: str = "RETRO-CLOCK", external_id: str = "", **face: Any) -> Listing:
    """A live listing at 49.00 with 12 pieces."""
    shown: dict[str, Any] = {"state": "live", "price": 4900, "quantity": 12}
    return Listing(sku, external_id or f"L-{sku}", Shown(**(shown | face)))


def offer(sku: str = "RETRO-CLOCK", **said: Any) -> Offer:
    """The offer of a clock at 49.00 with 12 pieces, live; keys of Offer or of what it shows."""
    own = {k: said.pop(k) for k in ("because", "next_at", "cost", "state_is_ours") if k in said}
    details = said.pop("details", Details(title="Retro clock"))
    shown: dict[str, Any] = {"state": "live", "price": 4900, "quantity": 12}
    return Offer(sku, Shown(**(shown | said)), details, **({"because": ()} | own))


def family(*variants: str, code: str = "OAK-SHELF", axes: str = "Colour Size") -> Family:
    """Shelves of oak on one page: each told as `SKU: choice / choice`, in the order of the axes."""
    names = tuple(axes.split())
    told = dict(variant.split(": ") for variant in variants or SHELVES)
    chosen = {sku: dict(zip(names, said.split(" / "), strict=True)) for sku, said in told.items()}
    return Family(code, "Oak shelf", names, chosen)


SHELVES = (
    "OAK-SHELF-60-N: Natural / 60 cm",
    "OAK-SHELF-60-S: Smoked / 60 cm",
    "OAK-SHELF-80-N: Natural / 80 cm",
    "OAK-SHELF-80-S: Smoked / 80 cm",
)


def guards(**limits: Any) -> Guards:
    """Guards that hold nothing but what a test asks for."""
    loose: dict[str, Any] = {
        "to_zero_pct": Decimal(100),
        "unpublished_pct": Decimal(100),
        "price_move_pct": Decimal(1000),
        "price_moves_pct": Decimal(100),
        "file_shrunk_pct": Decimal(100),
        "price_zero": "allow",
        "under_cost": "allow",
        "free": 0,
    }
    return Guards(**(loose | limits))


def order_line(sku: str = "RETRO-CLOCK", quantity: int = 1, **said: Any) -> OrderLine:
    """A line at 40.00 net and 19 % tax a piece, unless told otherwise."""
    net = said.pop("net", 4000 * quantity)
    tax = said.pop("tax", round(net * 0.19))
    face: dict[str, Any] = {"remote_id": f"L-{sku}", "title": sku.title()} | said
    return OrderLine(sku=sku, quantity=quantity, net=net, tax=tax, **face)


def order(number: str = "1001", *lines: OrderLine, **said: Any) -> Order:
    """A paid order of one retro clock from the shop called stall, its total worked out."""
    its = lines or (order_line(),)
    charges = said.pop("charges", ())
    total = sum(part.net + part.tax for part in (*its, *charges))
    address = Address(
        name="Anna Berg", street="Hauptstr. 5", city="Kiel", postcode="24103", country="DE"
    )
    face: dict[str, Any] = {
        "channel": "stall",
        "remote_id": f"id-{number}",
        "state": "open",
        "payment": "paid",
        "placed_at": NOON,
        "modified_at": NOON,
        "currency": "EUR",
        "total": total,
        "email": "anna@example.org",
        "billing": address,
        "shipping": address,
    }
    return Order(number=number, lines=its, charges=charges, **(face | said))
