"""getListings, getListing, addListing, updateListing and updateInventory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import lists, shapes, values
from simulator.channels.houzz.calls import Call, demanded, taken
from simulator.channels.houzz.errors import Fault, Refused, invalid, missing, refused
from simulator.channels.houzz.families import family_faults
from simulator.channels.houzz.shelf import IN_REVIEW
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

STATUSES = ("Active", "Inactive", "New", "Rejected", "Deleted")
SETTABLE = ("Active", "Inactive", "Deleted")
NEEDED = ("SKU", "Title", "CategoryId")
NEEDED_TO_SELL = ("Price", "Quantity")  # of all that are not parents
MOST_IMAGES = 5
INVENTORY: Mapping[str, Callable[[str], Any]] = {  # {element of updateInventory: its reader}
    "Quantity": values.pieces,
    "Price": values.price,
    "MSRP": values.money,
    "Status": values.text,
    "ShippingLeadTimeMin": values.whole,
    "ShippingLeadTimeMax": values.whole,
}
LEAD_TIMES = {"ShippingLeadTimeMin": "LeadTimeMin", "ShippingLeadTimeMax": "LeadTimeMax"}


def get_listings(dialect: Houzz, call: Call) -> dict[str, Any]:
    """A page of listings; without `Status` all that are not deleted."""
    asked = call.args.get("Status", "")
    allowed = tuple(s.lower() for s in STATUSES if s != "Deleted")
    if asked:
        if asked.lower() not in (s.lower() for s in STATUSES):
            raise Refused([invalid("Status", asked)])
        allowed = (asked.lower(),)
    wanted = lists.Wanted("listing", (("Status", allowed),))
    return {"Listings": [_view(d) for d in lists.page(dialect, call, wanted, "products")]}


def get_listing(dialect: Houzz, call: Call) -> dict[str, Any]:
    """One listing by its sku."""
    sku = call.args.get("SKU", "")
    if not sku:
        raise Refused([missing("SKU")])
    return {"Listing": _view(dialect.shelf.seen(sku))}


def add_listing(dialect: Houzz, call: Call) -> dict[str, Any]:
    """Take a new listing in for review."""
    facts, faults = _read(dialect, call)
    faults += demanded(NEEDED, facts)
    old = dialect.shelf.find(facts.get("SKU", ""))
    if old is not None and old.body["Status"] != "Deleted":
        raise refused("3002", f"A listing with SKU {facts['SKU']} already exists")
    faults += _whole_faults(dialect, facts)
    if faults:
        raise Refused(faults)
    dialect.shelf.list_new(facts)
    return {}


def update_listing(dialect: Houzz, call: Call) -> dict[str, Any]:
    """Put what was sent over a listing; one that was rejected is reviewed again."""
    facts, faults = _read(dialect, call)
    if "SKU" not in facts:
        raise Refused([*faults, missing("SKU")])
    listing = dialect.shelf.need(facts["SKU"])
    status = facts.pop("Status", None)
    listing.body.update(shapes.merged(listing.body, facts))
    faults += _whole_faults(dialect, listing.body)
    if faults:
        raise Refused(faults)
    if status is not None:
        dialect.shelf.set_status(listing, status)
    dialect.shop.put(listing)
    if listing.body["Status"] == "Rejected":
        dialect.shelf.submit(listing)
    return {}


def update_inventory(dialect: Houzz, call: Call) -> dict[str, Any]:
    """Set quantity, prices, status and lead time of one sku, whatever was sent of them."""
    sku, action = call.body.get("SKU"), call.body.get("Action")
    faults = [missing(n) for n, given in (("SKU", sku), ("Action", action)) if not given]
    if action and action.lower() != "update":
        faults.append(invalid("Action", action))
    sent = {
        name: taken(name, call.body.get(name), reader, None, faults)
        for name, reader in INVENTORY.items()
    }
    status = settable(sent.pop("Status"), faults)
    if not sku:
        raise Refused(faults)
    listing = dialect.shelf.need(sku)
    facts: dict[str, Any] = {n: v for n, v in sent.items() if v is not None and n not in LEAD_TIMES}
    times = {LEAD_TIMES[n]: v for n, v in sent.items() if v is not None and n in LEAD_TIMES}
    if times:
        facts["ShippingDetails"] = times
    listing.body.update(shapes.merged(listing.body, facts))
    faults += _lead_time_faults(listing.body)
    if status == "Active" and listing.body["Status"] == "Rejected":
        raise refused("3003", f"Listing {sku} was rejected: {listing.body['reason']}")
    if faults:
        raise Refused(faults)
    if status is not None:
        dialect.shelf.set_status(listing, status)
    dialect.shop.put(listing)
    return {}


# -- reading and checking -----------------------------------------------------------------------------


def _read(dialect: Houzz, call: Call) -> tuple[dict[str, Any], list[Fault]]:
    """The listing that a request carries, and what is wrong with it by itself."""
    node = call.body.child("Listing")
    if node is None:
        raise Refused([missing("Listing")])
    faults: list[Fault] = []
    facts = shapes.read(shapes.LISTING, node, faults)
    if "Status" in facts and (status := settable(facts.pop("Status"), faults)):
        facts["Status"] = status
    if facts.get("Currency", dialect.currency) != dialect.currency:
        faults.append(invalid("Currency", facts["Currency"]))
    if len(facts.get("Images", ())) > MOST_IMAGES:
        faults.append(Fault("3004", f"A listing takes {MOST_IMAGES} images at most"))
    return facts, faults


def _whole_faults(dialect: Houzz, facts: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a listing as it would stand."""
    to_sell = [] if facts.get("Parentage") == "Parent" else demanded(NEEDED_TO_SELL, facts)
    return [*to_sell, *_lead_time_faults(facts), *family_faults(dialect.shop, facts)]


def _lead_time_faults(facts: Mapping[str, Any]) -> list[Fault]:
    details = facts.get("ShippingDetails", {})
    least, most = details.get("LeadTimeMin"), details.get("LeadTimeMax")
    if least is not None and most is not None and least > most:
        return [Fault("3005", f"LeadTimeMin {least} is above LeadTimeMax {most}")]
    return []


def settable(given: str | None, faults: list[Fault]) -> str | None:
    """A status that a seller may set, as it is kept."""
    if given is None:
        return None
    found = next((s for s in SETTABLE if s.lower() == given.lower()), None)
    if found is None:
        faults.append(invalid("Status", given))
    return found


def _view(listing: Document) -> dict[str, Any]:
    body = listing.body
    shown = {"ProductId": body["ProductId"], **shapes.view(shapes.LISTING, body)}
    if body["Status"] in IN_REVIEW and "reason" in body:
        shown["RejectReason"] = body["reason"]
    return shown
