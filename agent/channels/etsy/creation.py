"""New listings, as drafts: the listing, then its inventory with the skus, then its picture.

The vendor makes a draft without a sku and tells its number once. So the draft's description names the
sku until it goes live: one whose answer was lost is found by that, and finished by the next write.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.channels import parts, strict, trouble
from agent.channels.etsy import changes as writes
from agent.channels.etsy import inventory, listings, mapping, pictures, shape, variants
from agent.channels.etsy.client import Body
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.decisions import Decisions
from agent.channels.etsy.mapping import ON, Page, Product
from agent.errors import ChannelError, OutcomeUnknown, Refused
from agent.model.change import CreateListing, Receipt
from agent.model.family import Family
from agent.model.listing import Listing
from agent.model.money import from_minor

News = Sequence[CreateListing]  # variants of one family, or one listing without a family
TAKEN = "the shop has this sku, or another of its page, already"
CALLS = 3  # of one page: the draft, its inventory, its picture
ALONE = "in Shop Manager, give that listing its variations, or delete it to let it be made anew"


def push(c: Connection, changes: News) -> list[Receipt]:
    """Make each page, or add to the one that has variants of the family already."""
    pages: dict[str, list[CreateListing]] = {}
    for change in changes:
        name = f"sku {change.sku}" if change.family is None else f"page {change.family.code}"
        pages.setdefault(name, []).append(change)
    Decisions(c).ask()  # before it is seen how many calls are left: a picture must not want for one
    c.client.need(CALLS * len(pages))
    found: dict[int, Receipt] = {}
    for page in pages.values():
        try:
            c.client.need(CALLS)
            if there := _there(c, page):
                found |= {id(x): parts.moved(x, TAKEN, there.get(x.sku)) for x in page}
                continue
            found |= _add(c, page) if page[0].siblings else _make(c, page)
        except ChannelError as error:
            if not found:
                raise
            found |= _failed(page, error)
            break
    made = [receipt.listing for receipt in found.values() if receipt.listing is not None]
    c.met |= {listing.sku: mapping.page_id(listing) for listing in made}
    return [found.get(id(x)) or parts.unsent(x, writes.LATER) for x in changes]


def _there(c: Connection, page: News) -> dict[str, Listing]:
    """Those of its skus that are in the shop: the vendor lets many listings have one sku.

    It has no search by sku, so what was met in the shop before is looked at, and nothing else.
    """
    known = {change.sku: c.met[change.sku] for change in page if change.sku in c.met}
    pages = listings.read_pages(c, known.values()) if known else {}
    found: dict[str, Listing] = {}
    for sku, number in known.items():
        now = mapping.listing(pages[number], sku) if number in pages else None
        if now is None:
            del c.met[sku]
        else:
            found[sku] = now
    return found


def _failed(page: News, error: ChannelError) -> parts.Receipts:
    if isinstance(error, OutcomeUnknown):
        return {id(x): parts.in_doubt(x, error.what) for x in page}
    return {id(x): parts.unsent(x, error.what) for x in page}


# -- A new page ---------------------------------------------------------------------------------------


def _make(c: Connection, page: News) -> parts.Receipts:
    first = page[0]
    try:
        fields = _fields(c, first)
        answer = c.client.write("POST", f"{c.root}/listings", Body(form=fields))
    except Refused as refusal:
        return {id(x): parts.refused(x, refusal.what, refusal.next) for x in page}
    begun = _begun(c, answer)
    readiness = int(fields["readiness_state_id"])
    products = tuple(_product(x, readiness) for x in page)
    wanted = replace(begun, products=products, on=_on(first.family))
    try:
        made = writes.put(c, _sellable(wanted), begun)
    except Refused as refusal:  # a draft without a sku is of use to nobody
        with contextlib.suppress(ChannelError):
            c.client.write("DELETE", f"/listings/{begun.id}", Body())
        return {id(x): parts.refused(x, refusal.what, refusal.next) for x in page}
    except ChannelError as error:  # whatever it was, something has happened
        what = f"a draft was begun, and not finished: {error.what}"
        raise OutcomeUnknown(what, error.where, trouble.LOOKS) from error
    words = pictures.add(c, begun.id, first.details.image)
    return {id(x): _made(x, made, words) for x in page}


def _on(family: Family | None) -> dict[str, tuple[int, ...]]:
    """By which properties the new products' facts differ."""
    told = {} if family is None else variants.project(family)
    return {name: tuple(told.get(name, ())) for name in ON}


def _fields(c: Connection, first: CreateListing) -> dict[str, str]:
    """The draft as the vendor wants it. Refused, saying what to decide, for what nobody has decided."""
    details, shown = first.details, first.shown
    title = first.family.title if first.family is not None else details.title or first.sku
    decided = Decisions(c)
    currency = c.facts.currency
    found = {
        "title": title,
        "description": mapping.marked(details.description or title, first.sku),
        "price": str(from_minor(shown.price or 0, currency)),
        "quantity": str(min(max(shown.quantity or 0, 1), inventory.MOST)),
        "who_made": c.settings.who_made,
        "when_made": c.settings.when_made,
        "taxonomy_id": str(decided.taxonomy(details.category)),
        "shipping_profile_id": str(decided.shipping_profile),
        "readiness_state_id": str(decided.processing_profile),
        "type": "physical",
    }
    if decided.return_policy is not None:
        found["return_policy_id"] = str(decided.return_policy)
    if details.weight_g:
        found |= {"item_weight": str(details.weight_g), "item_weight_unit": "g"}
    return found


def _begun(c: Connection, answer: Mapping[str, object]) -> Page:
    """The draft as the answer tells it, without an inventory yet."""
    try:
        number, currency = (
            strict.needed_whole(answer, "listing_id"),
            shape.currency(answer, "price"),
        )
        empty: dict[str, tuple[int, ...]] = dict.fromkeys(ON, ())
        return mapping.restated(Page(number, "", "", "", currency, (), empty), answer)
    except strict.Misshapen as error:
        where = c.client.where("POST", f"{c.root}/listings")
        raise trouble.misshapen(str(error), where, wrote=True) from error


# -- A page that is there -----------------------------------------------------------------------------


def _add(c: Connection, news: News) -> parts.Receipts:
    first = news[0]
    family = first.family
    ids = {mapping.page_id(sibling) for sibling in first.siblings}
    if family is None or len(ids) > 1:
        skus = ", ".join(sibling.sku for sibling in first.siblings)
        return _refused(news, f"its family is on {len(ids)} listings at Etsy ({skus})")
    page = listings.read_pages(c, ids).get(ids.pop())
    if page is None:
        return {
            id(x): parts.moved(x, "the listing of its family is not there any more") for x in news
        }
    page = _with_choices(page, family)
    wrong = _cannot_join(page, family)
    if wrong:
        return _refused(news, wrong)
    readiness = page.products[0].readiness
    ids_there = [value["property_id"] for value in page.products[0].values]
    added = [
        replace(_product(x, readiness, ids_there), is_enabled=page.state == "draft")
        for x in news
        if mapping.listing(page, x.sku) is None
    ]
    wanted = replace(page, products=(*page.products, *added))
    try:
        made = writes.put(c, _sellable(wanted), page)
    except Refused as refusal:
        return {id(x): parts.refused(x, refusal.what, refusal.next) for x in news}
    return {id(x): _made(x, made, "") for x in news}


def _with_choices(page: Page, family: Family) -> Page:
    """A draft of ours whose inventory was never written gets its first member's choices."""
    sku = page.begun_for
    if not sku or sku not in family.variants:
        return page
    only = replace(page.products[0], sku=sku, values=tuple(variants.values(family, sku)))
    return replace(page, products=(only,))


def _cannot_join(page: Page, family: Family) -> str:
    """Why variants of the family cannot be put on this page; "" when they can."""
    if page.is_alone:
        return f"{page.products[0].sku} of its family is a listing without variations at Etsy"
    named = [str(value["property_name"]) for value in page.products[0].values]
    if [name.casefold() for name in named] != [axis.casefold() for axis in family.axes]:
        told, wanted = ", ".join(named), ", ".join(family.axes)
        return f"the listing at Etsy varies by {told}, not by {wanted}"
    return ""


def _refused(news: News, words: str) -> parts.Receipts:
    return {id(x): parts.refused(x, words, ALONE) for x in news}


# -- Both -------------------------------------------------------------------------------------------


def _product(
    change: CreateListing, readiness: int | None, ids: Sequence[int] = variants.PROPERTIES
) -> Product:
    chosen = () if change.family is None else variants.values(change.family, change.sku, ids)
    pieces = min(max(change.shown.quantity or 0, 0), inventory.MOST)
    return Product(
        change.sku, change.shown.price or 0, pieces, readiness=readiness, values=tuple(chosen)
    )


def _sellable(wanted: Page) -> Page:
    """The vendor takes no inventory without pieces: then the first has one, which is not for sale."""
    if wanted.sells:
        return wanted
    first, *rest = wanted.products
    return replace(wanted, products=(replace(first, quantity=1, is_enabled=True), *rest))


def _made(change: CreateListing, page: Page, words: str) -> Receipt:
    now = mapping.listing(page, change.sku)
    if now is None:
        return parts.in_doubt(change, "the answer does not show the new product")
    return parts.done(change, now, words)
