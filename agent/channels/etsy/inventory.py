"""What must be told to a page so that its products show what they should, request by request. Pure.

A page whose every offering is at zero is refused by the vendor. So a page with nothing to sell is
switched off with one piece left in its inventory: the piece that rests, which nobody can buy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.channels.etsy import mapping
from agent.channels.etsy.mapping import Page, Product
from agent.model.change import CreateListing, ListingChange, SetPrice, SetState, SetStock, SetTitle

MOST = 999  # pieces of one offering

Existing = SetPrice | SetStock | SetState | SetTitle


@dataclass(frozen=True, slots=True)
class Put:
    """Replace the whole inventory."""

    page: Page


@dataclass(frozen=True, slots=True)
class Patch:
    """Change these fields of the listing itself."""

    fields: Mapping[str, str]


Step = Put | Patch


def steps(page: Page, changes: Sequence[Existing]) -> list[Step]:
    """The requests that bring the page to what is asked, in the order in which nothing sells that must not."""
    wanted = told(page, changes)
    goes_live = any(isinstance(x, SetState) and x.state == "live" for x in changes)
    hides = page.is_alone and any(isinstance(x, SetState) and x.state != "live" for x in changes)
    fields = {x: y for x, y in (("title", _title(page, changes)),) if y}
    found: list[Step]
    if page.is_active and (hides or not wanted.sells):
        found = _switched_off(page, wanted)
    elif not page.is_active and goes_live and wanted.sells:
        found = _switched_on(page, _without_rest(page, wanted, changes))
    else:
        found = _kept(page, wanted)
    if not fields:
        return found
    for at, step in enumerate(found):  # one request less
        if isinstance(step, Patch):
            found[at] = Patch({**step.fields, **fields})
            return found
    return [*found, Patch(fields)]


def told(page: Page, changes: Sequence[Existing]) -> Page:
    """The page after the changes, as far as they are about its products."""
    by_sku: dict[str, list[Existing]] = {}
    for change in changes:
        by_sku.setdefault(change.sku, []).append(change)
    products = tuple(
        _after(page, product, by_sku.get(product.sku or page.begun_for, ()))
        for product in page.products
    )
    return replace(page, products=products)


def is_as_told(page: Page, change: Existing) -> bool:
    """Whether the page shows what the change asks for."""
    now = mapping.listing(page, change.sku)
    if now is None:
        return False
    match change:
        case SetStock():
            shown = min(max(change.quantity, 0), MOST)
            gone = shown == 0 and now.shown.state != "live"
            return gone or now.shown.quantity == shown
        case SetPrice():
            return now.shown.price == change.shown.price
        case SetState():
            return (now.shown.state == "live") == (change.state == "live")
        case SetTitle():
            return now.shown.title == change.title


def in_words(page: Page, change: ListingChange) -> str:
    """What the page shows instead, for a receipt."""
    now = mapping.listing(page, change.sku)
    if now is None:
        return "the listing does not show the sku any more"
    kept = {
        SetStock: f"quantity {now.shown.quantity}",
        SetPrice: f"price {now.shown.price} (minor units)",
        SetState: f'state "{page.state}"',
        SetTitle: f'title "{now.shown.title}"',
        CreateListing: "another listing",
    }
    return f"Etsy kept the {kept[type(change)]}"


def _after(page: Page, product: Product, changes: Sequence[Existing]) -> Product:
    if changes:
        product = replace(product, sku=changes[0].sku)
    for change in sorted(changes, key=lambda x: isinstance(x, SetState)):  # the state comes last
        match change:
            case SetStock():
                product = replace(product, quantity=min(max(change.quantity, 0), MOST))
            case SetPrice(shown=shown) if shown.price is not None:
                product = replace(product, price=shown.price)
            case SetState(state="live"):
                product = replace(product, is_enabled=True)
            case SetState() if not page.is_alone and product.quantity > 0:
                product = replace(product, is_enabled=False)  # at zero it stays, as sold out
            case _:
                pass
    return product


def _title(page: Page, changes: Sequence[Existing]) -> str:
    titles = [x.title for x in changes if isinstance(x, SetTitle)]
    return titles[-1] if titles and page.is_alone and titles[-1] != page.title else ""


def _switched_off(page: Page, wanted: Page) -> list[Step]:
    resting = wanted if wanted.sells else _at_rest(page, wanted)
    switch = Patch({"state": "inactive"})
    if page.is_alone:  # what is gone at once needs no last piece
        return [switch, *_put(page, resting, but_pieces=not wanted.sells)]
    return [*_put(page, resting), switch]


def _switched_on(page: Page, wanted: Page) -> list[Step]:
    switch = Patch({"state": "active", **_description(page)})
    if page.state != "sold_out":
        return [*_put(page, wanted), switch]
    # Renewing a sold-out listing sets its quantity to one: whose it is must be nobody's but ours.
    empty = [p for p in wanted.products if p.is_enabled and not p.quantity]
    only = tuple(replace(p, is_enabled=p.sells) for p in wanted.products)
    before: list[Step] = [Put(replace(wanted, products=only))] if empty else []
    return [*before, switch, Put(wanted)]


def _kept(page: Page, wanted: Page) -> list[Step]:
    if wanted.sells:
        return _put(page, wanted)
    return _put(page, _at_rest(page, wanted), but_pieces=page.is_alone)


def _put(page: Page, wanted: Page, *, but_pieces: bool = False) -> list[Step]:
    """The write, unless it would change nothing."""
    before = page.products
    if but_pieces:
        pairs = zip(before, wanted.products, strict=True)
        before = tuple(replace(b, quantity=w.quantity) for b, w in pairs)
    return [] if before == wanted.products else [Put(wanted)]


def _at_rest(page: Page, wanted: Page) -> Page:
    """The page with one piece left, of what sold last."""
    sold = [at for at, product in enumerate(page.products) if product.sells]
    last = sold[0] if sold else 0
    return replace(
        wanted,
        products=tuple(
            replace(product, quantity=1, is_enabled=True) if at == last else product
            for at, product in enumerate(wanted.products)
        ),
    )


def _without_rest(page: Page, wanted: Page, changes: Sequence[Existing]) -> Page:
    """The page as it is to go live: without the piece that rested, of a draft only what was let go."""
    named = {x.sku for x in changes if isinstance(x, SetStock | SetState)}
    live = {x.sku for x in changes if isinstance(x, SetState) and x.state == "live"}
    if page.is_alone:
        return wanted
    if page.state == "draft":
        shown = tuple(p if p.sku in live else replace(p, is_enabled=False) for p in wanted.products)
        return replace(wanted, products=shown)
    selling = [p for p in page.products if p.sells]
    if len(selling) != 1 or selling[0].quantity != 1 or selling[0].sku in named:
        return wanted
    resting = selling[0].sku
    return replace(
        wanted,
        products=tuple(replace(p, quantity=0) if p.sku == resting else p for p in wanted.products),
    )


def _description(page: Page) -> dict[str, str]:
    """Without the mark by which a draft is found, when it goes to the shoppers."""
    clean = mapping.unmarked(page.description) if page.state == "draft" else ""
    return {"description": clean} if clean else {}
