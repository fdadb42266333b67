"""What would change: everything is read and looked at, and nothing is sent or written for the ERP."""

from __future__ import annotations

from agent.flow import plan
from agent.flow.engine import Engine
from agent.flow.site import Site
from agent.model.change import CreateListing, ListingChange, SetPrice, SetState, SetStock, SetTitle
from agent.model.listing import Shown
from agent.model.money import from_minor
from agent.model.plan import Plan, Unmade

READING = ("scan", "ingest", "acknowledge", "match", "offer", "observe")


def look_and_plan(site: Site, engine: Engine) -> list[Plan]:
    """The plan of every connected channel, from files and channels as they are now."""
    engine.only(*READING)
    return [plan.plan(site, shop) for shop in site.channels]


def said(change: ListingChange, currency: str) -> str:
    """A change as a shopkeeper would say it."""
    match change:
        case CreateListing():
            face = f"{price_said(change.shown, currency)}, {change.shown.quantity or 0} pieces"
            return f"new draft at {face}{_page_said(change)}"
        case SetPrice():
            return f"price {price_said(change.listing.shown, currency)} → {price_said(change.shown, currency)}"
        case SetStock():
            tail = ", backorders" if change.backorders else ""
            return f"stock {_pieces(change.listing.shown.quantity)} → {change.quantity}{tail}"
        case SetState():
            return f"{change.listing.shown.state} → {change.state}"
        case SetTitle():
            return f"title → {change.title}"


def _page_said(change: CreateListing) -> str:
    """Its choices on the page that it is made on; "" for what stands by itself."""
    if change.family is None:
        return ""
    return f", {' / '.join(change.family.choices(change.sku))} of {change.family.title}"


def unmade_said(unmade: Unmade) -> str:
    """Why new listings are left out, as a shopkeeper would say it."""
    others = f" and {unmade.count - 1} more" if unmade.count > 1 else ""
    return f"{unmade.sku}{others}: {unmade.reason}"


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
