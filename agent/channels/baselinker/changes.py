"""Listing changes → as few requests as the vendor takes, and their answers → receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from agent.channels import parts, trouble
from agent.channels.baselinker import errors, listings, mapping, values, variants
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.values import Row
from agent.errors import Lossy, OutcomeUnknown
from agent.model.change import CreateListing, ListingChange, Receipt, SetPrice, SetStock, SetTitle

Some = TypeVar("Some", SetPrice, SetStock)
STOCK, PRICES = "updateInventoryProductsStock", "updateInventoryProductsPrices"
PRODUCT = "addInventoryProduct"  # also changes one, where its number is given
NO_PRICE = "the vendor cannot be told to have no price"
WHERE = "look at `warehouse` and `price_group` in tally.yaml: stock that an outside storage keeps is its own"
SHORTER = "write it shorter in the ERP"


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """One batch of one kind. Stock and prices travel together; each new product or title by itself."""
    stocks = [x for x in changes if isinstance(x, SetStock)]
    prices = [x for x in changes if isinstance(x, SetPrice)]
    single = [[x] for x in changes if isinstance(x, CreateListing | SetTitle)]
    work: list[parts.Part] = [some for some in (stocks, prices) if some]
    work += single
    news = [x for x in changes if isinstance(x, CreateListing)]
    if single:
        pages = {x.family.code for x in news if x.family is not None}
        c.client.expect(len(single) + min(len(news), c.pages) + 2 * len(pages) + 1, PRODUCT)
    there = {x.sku: x for x in listings.find(c, [x.sku for x in news])} if news else {}
    titled = [x.listing.external_id for x in changes if isinstance(x, SetTitle)]
    known = listings.data(c, titled) if titled else {}
    mains = variants.Mains(c)

    def send(part: parts.Part) -> parts.Receipts:
        first = part[0]
        if isinstance(first, SetStock):
            return _stock(c, [x for x in part if isinstance(x, SetStock)])
        if isinstance(first, SetPrice):
            return _prices(c, [x for x in part if isinstance(x, SetPrice)])
        if isinstance(first, SetTitle):
            return {id(first): _title(c, first, known)}
        if not isinstance(first, CreateListing):
            raise TypeError(f"{type(first).__name__} is no change of a product")
        if first.sku in there:
            words = "the catalogue has a product with this sku already"
            return {id(first): parts.moved(first, words, there[first.sku])}
        return {id(first): _create(c, first, mains)}

    return parts.send_all(changes, work, send)


def _stock(c: Connection, changes: Sequence[SetStock]) -> parts.Receipts:
    """Absolute quantities in our warehouse; what orders have reserved there is on top of them."""
    return _bulk(
        c,
        STOCK,
        changes,
        lambda x: {c.place.warehouse: x.quantity + int(x.listing.handles.get("reserved", "0"))},
    )


def _prices(c: Connection, changes: Sequence[SetPrice]) -> parts.Receipts:
    told = [x for x in changes if x.shown.price is not None]
    found = _bulk(
        c,
        PRICES,
        told,
        lambda x: {c.place.group: mapping.money(x.shown.price or 0, c.place.currency)},
    )
    next = "set a price in the ERP, or take it away in BaseLinker"
    left = {id(x): parts.refused(x, NO_PRICE, next) for x in changes if x.shown.price is None}
    return {**found, **left}


def _bulk(
    c: Connection, method: str, changes: Sequence[Some], value: Callable[[Some], Mapping[str, Any]]
) -> parts.Receipts:
    """One request; the products that the vendor warns of are looked at, the others are done."""
    if not changes:
        return {}
    products = {x.listing.external_id: value(x) for x in changes}
    answer = c.client.write(method, {"inventory_id": c.place.id, "products": products})
    where = c.client.where(method)
    warned, counted = errors.understood(
        lambda: (errors.warnings(answer), values.whole(answer, "counter")), where, wrote=True
    )
    if counted < len(products) - len(warned):
        raise OutcomeUnknown(
            f"{len(products)} sent, {counted} counted, {len(warned)} warned of",
            where,
            trouble.LOOKS,
        )
    found = {id(x): parts.done(x) for x in changes if x.listing.external_id not in warned}
    bad = [x for x in changes if x.listing.external_id in warned]
    if bad:
        there = {x.external_id: x for x in listings.look(c, [x.listing for x in bad])}
        for change in bad:
            number = change.listing.external_id
            now = there.get(number)
            found[id(change)] = (
                parts.moved(change, warned[number])
                if now is None
                else parts.refused(change, warned[number], WHERE, now)
            )
    return found


def _title(c: Connection, change: SetTitle, known: Mapping[str, Row]) -> Receipt:
    """A number that is not there might make a new product, so the products were looked at before."""
    if len(change.title) > mapping.LONGEST_NAME:
        return parts.refused(change, _too_long("title", change.title), SHORTER)
    number = change.listing.external_id
    given = {
        "inventory_id": c.place.id,
        "product_id": int(number),
        "text_fields": {"name": change.title},
    }
    if number not in known:
        return parts.moved(change, "the catalogue has no such product")
    answer = c.client.write(PRODUCT, given)
    warned = _warned(c, answer)
    if warned:
        return parts.refused(change, "; ".join(warned.values()), errors.MEND)
    return parts.done(change)


def _create(c: Connection, change: CreateListing, mains: variants.Mains) -> Receipt:
    title = change.details.title or change.sku
    for name, text, most in (
        ("sku", change.sku, mapping.LONGEST_SKU),
        ("title", title, mapping.LONGEST_NAME),
    ):
        if len(text) > most and not (name == "title" and change.family):
            return parts.refused(change, _too_long(name, text), SHORTER)
    parent = ""
    given = mapping.new_product(change, c.place)
    if change.family is None:
        given |= variants.face_of(c, change, title)
    else:
        try:
            texts = variants.texts_of(change)
            parent = str(mains.number(change))
        except Lossy as error:
            return parts.refused(change, error.what, error.next)
        given |= {"parent_id": int(parent), **texts}
    answer = c.client.write(PRODUCT, given)
    where = c.client.where(PRODUCT)
    number = errors.understood(lambda: values.whole(answer, "product_id"), where, wrote=True)
    if not number:
        raise OutcomeUnknown("the answer has no product_id", where, trouble.LOOKS)
    warned = _warned(c, answer)
    now = mapping.made(change, number, c.place, warned, parent)
    return parts.done(change, now, "; ".join(warned.values()))


def _warned(c: Connection, answer: Row) -> dict[str, str]:
    where = c.client.where(PRODUCT)
    return errors.understood(lambda: errors.warnings(answer), where, wrote=True)


def _too_long(what: str, text: str) -> str:
    most = mapping.LONGEST_SKU if what == "sku" else mapping.LONGEST_NAME
    return f'the vendor keeps {most} characters of a {what}, "{text[:60]}" has {len(text)}'
