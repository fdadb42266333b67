"""The whole answer for one item on one channel: what it should show, and every reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.decide.availability import Available, available_to_sell
from agent.decide.expressible import Speech, expressible
from agent.decide.pricing import Price, price_to_ask
from agent.decide.publication import Publication, publication
from agent.decide.rules import policy_for
from agent.model.family import Variant
from agent.model.gtin import is_gtin
from agent.model.item import Item
from agent.model.listing import Details, Offer, Shown
from agent.model.policy import ChannelPolicy
from agent.model.sale import Sale


@dataclass(frozen=True, slots=True)
class Terms:
    """A channel's policy, and what the channel and the ERP's files can say at all."""

    policy: ChannelPolicy
    sale_dates: bool  # the channel itself switches sales on and off
    compare_at: bool  # the channel has a struck-through price
    counts_stock: bool = True  # some feed of this site states stock
    speech: Speech = field(default_factory=Speech)  # what the channel has words for
    pages: bool = False  # variants are choices on one page, whose title is not theirs


def offer_of(
    item: Item, terms: Terms, *, sales: Sequence[Sale] = (), activated: bool, now: datetime
) -> Offer:
    """What the channel should show for this item now.

    An item whose rule says `never` is not offered. A listing is created only for an item that has a
    title and a price, and a stock figure where the site's files state stock; until then an existing
    listing keeps whatever the ERP does not state.
    """
    chosen = policy_for(item, terms.policy)
    if chosen.publish == "never":
        return Offer(item.sku, None, None, ("never offered here",), variant=_variant(item))
    available = available_to_sell(
        item.stock,
        locations=terms.policy.locations,
        sales=sales,
        safety_stock=chosen.safety_stock,
    )
    face = publication(item, chosen, available, activated=activated)
    price = price_to_ask(
        item,
        terms.policy,
        sale_dates=terms.sale_dates,
        compare_at=terms.compare_at,
        now=now,
    )
    missing = _missing(item, terms, price, available)
    shown, unsaid = expressible(
        _shown(item, terms, face, price), terms.speech, state_is_ours=face.state_is_ours
    )
    return Offer(
        sku=item.sku,
        shown=shown,
        details=None if missing else _details(item),
        because=(
            *available.because,
            *face.because,
            *unsaid,
            *price.because,
            *_left_out(item),
            *missing,
        ),
        next_at=price.next_at,
        cost=price.cost,
        state_is_ours=face.state_is_ours,
        sold=available.sold,
        variant=_variant(item),
    )


def _variant(item: Item) -> Variant | None:
    if not item.family:
        return None
    return Variant(item.family, item.family_title or "", item.choices)


def _shown(item: Item, terms: Terms, face: Publication, price: Price) -> Shown:
    return Shown(
        state=face.state,
        price=price.price,
        compare_at=price.compare_at,
        sale_price=price.sale_price,
        sale_from=price.sale_from,
        sale_until=price.sale_until,
        quantity=face.quantity,
        backorders=face.backorders,
        title=None if terms.policy.keep_titles or (terms.pages and item.family) else item.title,
    )


def _missing(item: Item, terms: Terms, price: Price, available: Available) -> tuple[str, ...]:
    """What keeps a listing from being created."""
    lacks = [] if item.title else ["a title"]
    if price.price is None:
        lacks.append("a price")
    if terms.counts_stock and available.quantity is None:
        lacks.append("a stock figure")
    return (f"not created before it has {' and '.join(lacks)}",) if lacks else ()


def _left_out(item: Item) -> tuple[str, ...]:
    if not item.gtin or is_gtin(item.gtin):
        return ()
    return (f"the barcode {item.gtin} is no GTIN, and is left out",)


def _details(item: Item) -> Details:
    return Details(
        title=item.title or "",
        description=item.description or "",
        gtin=item.gtin if item.gtin and is_gtin(item.gtin) else "",
        brand=item.brand or "",
        category=item.category or "",
        image=item.image or "",
        weight_g=item.weight_g,
    )
