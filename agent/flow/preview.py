"""What would change: everything is read and looked at, and nothing is sent or written for the ERP."""

from __future__ import annotations

from agent.flow import plan
from agent.flow.engine import Engine
from agent.flow.site import Site
from agent.model.change import CreateListing, ListingChange, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Shown
from agent.model.money import from_minor
from agent.model.plan import Plan

READING = ("scan", "ingest", "acknowledge", "match", "offer", "observe")


def look_and_plan(site: Site, engine: Engine) -> list[Plan]:
    """The plan of every connected channel, from files and channels as they are now."""
    engine.only(*READING)
    return [plan.plan(site, shop) for shop in site.channels]


def said(change: ListingChange, currency: str) -> str:
    """A change as a shopkeeper would say it."""
    match change:
        case CreateListing():
            return f"new draft at {price_said(change.shown, currency)}, {change.shown.quantity or 0} pieces"
        case SetPrice():
            return f"price {price_said(change.listing.shown, currency)} → {price_said(change.shown, currency)}"
        case SetStock():
            tail = ", backorders" if change.backorders else ""
            return f"stock {_pieces(change.listing.shown.quantity)} → {change.quantity}{tail}"
        case SetState():
            return f"{change.listing.shown.state} → {change.state}"
        case SetTitle():
            return f"title → {change.title}"


def _pieces(quantity: int | None) -> str:
    return "not counted" if quantity is None else str(quantity)


def price_said(shown: Shown, currency: str) -> str:
    """The price as a shopkeeper would say it, with what it was and the sale beside it."""
    if shown.price is None:
        return "no price"
    text = str(from_minor(shown.price, currency))
    if shown.compare_at is not None:
        text += f" (was {from_minor(shown.compare_at, currency)})"
    if shown.sale_price is not None:
        text += f", sale {from_minor(shown.sale_price, currency)}"
        text += f" from {shown.sale_from:%Y-%m-%d %H:%M}" if shown.sale_from else ""
        text += f" until {shown.sale_until:%Y-%m-%d %H:%M}" if shown.sale_until else ""
        text += " UTC" if shown.sale_from or shown.sale_until else ""
    return text
