"""New listings: one by itself, or as a variant under a parent that is made before it."""

from __future__ import annotations

from agent.channels import parts
from agent.channels.houzz import listings, mapping, variants
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.errors import VendorRefused
from agent.errors import ChannelError, Lossy
from agent.model.change import CreateListing, Receipt
from agent.model.family import Family
from agent.model.listing import Listing

NO_CATEGORY = "Houzz wants the number of a category for every new listing"
SET_CATEGORY = "set `category`, or `categories` by the ERP's own, for this channel in tally.yaml"
HIDE = [("Action", "update"), ("Status", "inactive")]


def calls(c: Connection, change: CreateListing) -> int:
    """How many calls it takes: added and read back, and perhaps its parent looked for and added."""
    if change.family is None or _parent_of(change) in c.themes:
        return 2
    return 4


def create(c: Connection, change: CreateListing) -> Receipt:
    """Make it, unseen by shoppers. Its receipt carries the listing."""
    category = c.settings.categories.get(change.details.category, c.settings.category)
    if category is None:
        return parts.refused(change, NO_CATEGORY, SET_CATEGORY)
    parent, child = "", None
    if change.family is not None:
        parent = _parent_of(change)
        wrong = _page(c, change, change.family, parent, category)
        if wrong is not None:
            return wrong
        child = variants.child(change.family, change.sku, parent)
    try:
        c.client.write("addListing", mapping.new_listing(change, c.settings, category, child))
    except VendorRefused as refusal:
        return _refused(c, change, refusal)
    return _made(c, change, parent)


def _made(c: Connection, change: CreateListing, parent: str) -> Receipt:
    """As Houzz shows it, which must not be live. What cannot be read back is as it was sent."""
    words = "Houzz reviews a new listing before shoppers can see it"
    sent = mapping.as_sent(change, parent)
    try:
        now = listings.one(c, change.sku) or sent
        if now.shown.state == "live":  # whether a new listing's status is heeded is not published
            c.client.write("updateInventory", [("SKU", change.sku), *HIDE])
            now, words = sent, "Houzz showed it at once; it was hidden again"
    except ChannelError as error:
        now, words = sent, f"made; it could not be read back: {error.what}"
    return parts.done(change, now, words)


def _refused(c: Connection, change: CreateListing, refusal: VendorRefused) -> Receipt:
    """Its sku may be there already, whoever put it: then it is taken as it is."""
    there: Listing | None = listings.one(c, change.sku)
    if there is not None:
        return parts.moved(change, refusal.what, there)
    return parts.refused(change, refusal.what, refusal.next)


def _parent_of(change: CreateListing) -> str:
    """The parent that its siblings have, or that it will have; "" when they stand alone."""
    if change.siblings:
        return change.siblings[0].handles.get("parent", "")
    return "" if change.family is None else variants.parent_sku(change.family)


def _page(
    c: Connection, change: CreateListing, family: Family, parent: str, category: int
) -> Receipt | None:
    """See to it that the parent is there; a receipt when it cannot be the variant's."""
    parents = {sibling.handles.get("parent", "") for sibling in change.siblings}
    if not parent or (parents and parents != {parent}):
        skus = ", ".join(sibling.sku for sibling in change.siblings)
        what = f"its family is not on one page at Houzz ({skus})"
        return parts.refused(change, what, "put them under one parent in Seller Central")
    try:
        told = variants.project(family)["parent"]
    except Lossy as reason:
        return parts.refused(change, reason.what, reason.next)
    if parent not in c.themes:
        wrong = _find_or_make(c, change, {**told, "SKU": parent}, category)
        if wrong is not None:
            return wrong
    if variants.same_theme(c.themes[parent], told["VariationTheme"]):
        return None
    what = f'its page {parent} is about "{c.themes[parent]}", not "{told["VariationTheme"]}"'
    return parts.refused(change, what, "state the same choices in the ERP, or delete the page")


def _find_or_make(
    c: Connection, change: CreateListing, told: dict[str, str], category: int
) -> Receipt | None:
    parent = told["SKU"]
    row = listings.raw(c, parent)
    if row is None:
        # Nobody can buy it: without pieces, and not shown before its first variant is.
        facts = {**told, "CategoryId": category, "Status": "inactive"}
        try:
            c.client.write("addListing", [("Listing", mapping.document(facts))])
        except VendorRefused as refusal:
            words = f"its page {parent} cannot be made: {refusal.what}"
            return parts.refused(change, words, refusal.next)
        row = told
    elif not mapping.is_page(row):
        what = f"the code of its family, {parent}, is the sku of a listing at Houzz"
        return parts.refused(change, what, "give the family another code in the ERP")
    c.themes[parent] = variants.theme_of(row)
    return None
