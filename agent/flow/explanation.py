"""Why a sku shows what it shows: each channel as it is and should be, and each figure back to its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from agent.decide.availability import unknown_to_erp
from agent.errors import NotFound
from agent.flow import origins
from agent.flow.difference import planned
from agent.flow.origins import Chain
from agent.flow.site import Site
from agent.flow.terms import sources_of, unready
from agent.model.item import AXIS, Item
from agent.model.listing import Listing, Offer
from agent.model.money import from_minor
from agent.model.place import Place
from agent.model.plan import Parked, Plan, Planned
from agent.model.quantity import from_milli
from agent.model.sale import Sale
from agent.store import (
    channel_state,
    doubts,
    explained,
    jobs,
    listings,
    offers,
    parked,
    receipts,
    sales,
    truth,
)
from agent.store.channel_state import ChannelState
from agent.store.doubts import Doubt
from agent.store.jobs import Job
from agent.store.receipts import Told

MONEY = ("price", "sale_price", "compare_at", "cost")
QUANTITIES = ("on_hand", "allocated", "on_hold", "available", "incoming")
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One field as the ERP states it: its value as text ("" when stated empty), and where it came from."""

    field: str
    location: str
    value: str
    currency: str  # "" unless it is money
    chain: Chain


@dataclass(frozen=True, slots=True)
class ShopView:
    """One channel: what it shows, what it should show, and everything that stands between."""

    shop: str
    currency: str
    listing: Listing | None
    seen_at: datetime | None
    told_at: datetime | None
    offer: Offer | None
    changes: tuple[Planned, ...]
    plan: Plan
    parked: tuple[Parked, ...]
    doubt: Doubt | None
    jobs: tuple[Job, ...]  # the channel is at work on it
    state: ChannelState  # its trouble, if any, and how long nothing is sent
    waits: str  # why nothing is planned for the channel just now; ""
    receipts: tuple[tuple[Told, datetime], ...]  # newest first


@dataclass(frozen=True, slots=True)
class Pending:
    """Pieces sold and not shipped; `withheld` when the ERP's figures cannot know of them."""

    sale: Sale
    withheld: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that `tally explain` shows of a sku."""

    sku: str
    title: str
    gone: bool  # the ERP has stopped naming it
    shops: tuple[ShopView, ...]
    figures: tuple[Figure, ...]
    chains: tuple[Chain, ...]  # every feed's rows, also those that state no figure any more
    pending: tuple[Pending, ...]
    figures_at: datetime | None  # when the stock figures were written


def explain(site: Site, sku: str) -> Explanation:
    """Everything known of a sku. NotFound, naming the nearest, when nobody has ever named it."""
    if not explained.is_known(site.db, sku):
        raise _stranger(site, sku)
    known = truth.truths(site.db, sources_of(site), [sku]).get(sku)
    item = Item(sku, frozenset()) if known is None else known.item
    figures_at = None if known is None else known.figures_at
    chains = tuple(origins.chains(site, sku))
    return Explanation(
        sku=sku,
        title=item.title or "",
        gone=item.gone,
        shops=tuple(_shop(site, shop, sku) for shop in site.settings.channels),
        figures=tuple(_figures(site, item, chains)),
        chains=chains,
        pending=tuple(_pending(site, sku, figures_at)),
        figures_at=figures_at,
    )


def _stranger(site: Site, sku: str) -> NotFound:
    if spot := explained.refused_naming(site.db, sku):
        advice = f"the row {spot} names it and could not be used: see `tally rejects`"
        return NotFound(f'unknown sku "{sku}"', "the ERP's export files and all channels", advice)
    near = get_close_matches(sku, explained.skus(site.db), n=NEAREST)
    advice = (
        f"did you mean {' or '.join(near)}?"
        if near
        else "look for it in the ERP: skus are compared exactly"
    )
    return NotFound(f'unknown sku "{sku}"', "the ERP's export files and all channels", advice)


def _shop(site: Site, shop: str, sku: str) -> ShopView:
    found = listings.get(site.db, shop, [sku])
    seen_at, told_at = explained.stamps(site.db, shop, sku)
    plan = planned(site, shop)
    return ShopView(
        shop=shop,
        currency=site.settings.channels[shop].currency,
        listing=found[0] if found else None,
        seen_at=seen_at,
        told_at=told_at,
        offer=offers.offer(site.db, shop, sku),
        changes=tuple(p for p in plan.changes if p.change.sku == sku),
        plan=plan,
        parked=tuple(p for p in parked.all_of(site.db, shop) if p.sku == sku),
        doubt=next((d for d in doubts.all_of(site.db, shop) if d.sku == sku), None),
        jobs=tuple(jobs.of_sku(site.db, shop, sku)),
        state=channel_state.state(site.db, shop),
        waits=unready(site, shop),
        receipts=tuple(receipts.latest(site.db, shop, sku)),
    )


def _pending(site: Site, sku: str, figures_at: datetime | None) -> Iterator[Pending]:
    sold = sales.pending_sales(site.db, [sku]).get(sku, [])
    unknown = unknown_to_erp(sold, figures_at)
    return (Pending(sale, sale in unknown) for sale in sold)


def _figures(site: Site, item: Item, chains: Sequence[Chain]) -> Iterator[Figure]:
    for field, place in item.places.items():
        money = (item.currency or site.settings.currency) if field in MONEY else ""
        value = _value(field, _stated(item, field), money)
        yield Figure(field, "", value, money, _chain(chains, place))
    for stock in item.stock:
        for field, place in stock.places.items():
            value = _value(field, getattr(stock, field), "")
            yield Figure(field, stock.location, value, "", _chain(chains, place, stock.location))


def _stated(item: Item, field: str) -> object:
    axis = field.removeprefix(AXIS)
    return getattr(item, field) if axis == field else item.choices.get(axis)


def _value(field: str, value: object, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and currency:
        return str(from_minor(value, currency))
    if isinstance(value, int) and field in QUANTITIES:
        return f"{from_milli(value):f}"
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)


def _chain(chains: Sequence[Chain], place: Place, location: str | None = None) -> Chain:
    """The chain that ends at this place."""
    return next(
        chain
        for chain in chains
        if (chain.changed.digest, chain.changed.line) == (place.digest, place.line)
        and location in (None, chain.location)
    )
