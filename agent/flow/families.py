"""A part of deciding offers: pages of variants are put together when all their members are decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent import channels
from agent.decide.families import Member, family_of
from agent.errors import Lossy
from agent.flow.site import Site
from agent.flow.terms import axes_of, limits_of
from agent.model.family import Family
from agent.model.listing import Offer
from agent.store import families
from agent.store.families import Place

PAGES = 200  # in one transaction

Places = Mapping[str, Mapping[str, Place]]  # by shop, then by sku


def places(site: Site, skus: Sequence[str]) -> dict[str, dict[str, Place]]:
    """What pages depend on of these offers, as last decided."""
    if not families.are_any(site.db):
        return {shop: {} for shop in site.settings.channels}
    return {shop: families.of_skus(site.db, shop, skus) for shop in site.settings.channels}


def touch_changed(site: Site, before: Places, decided: Mapping[str, Sequence[Offer]]) -> None:
    """Touch the pages that these offers, just decided, leave, enter or change."""
    codes = set[str]()
    for shop, offers in decided.items():
        for offer in offers:
            was, now = before[shop].get(offer.sku), _place(offer)
            if was != now:
                codes |= {place.variant.family for place in (was, now) if place is not None}
        stay = {offer.sku for offer in offers}
        codes |= {p.variant.family for sku, p in before[shop].items() if sku not in stay}
    if codes:
        families.touch(site.db, codes)


def _place(offer: Offer) -> Place | None:
    if offer.variant is None:
        return None
    state = None if offer.shown is None else offer.shown.state
    title = offer.details.title if offer.details is not None else ""
    return Place(offer.sku, offer.variant, state, offer.details is not None, title)


def put_together(site: Site) -> int:
    """Put some touched pages together for every shop, in one transaction; gives how many."""
    with site.db.atomic():
        codes = families.first(site.db, PAGES)
        if codes:
            axes = axes_of(site)
            for shop in site.settings.channels:
                everyone = families.of_codes(site.db, shop, codes)
                for code in codes:
                    _put(site, shop, code, everyone[code], axes)
            families.settle(site.db, codes)
        return len(codes)


def _put(site: Site, shop: str, code: str, everyone: Sequence[Place], axes: Sequence[str]) -> None:
    members = {
        place.sku: Member(place.variant, place.title)
        for place in everyone
        if place.is_offered and place.complete
    }
    family, reasons = family_of(code, members, axes=axes, named=len(everyone))
    if family is not None and (lossy := _lossy(site, shop, family)):
        reasons = {**dict.fromkeys(family.variants, lossy), **reasons}
    families.put(site.db, shop, code, family, reasons)
    if limits_of(site, shop).page_state:
        families.share_state(site.db, shop, code)


def _lossy(site: Site, shop: str, family: Family) -> str:
    """Why the vendor cannot express this page whole; "" when it can."""
    try:
        channels.projected(site.settings.channels[shop].kind, family)
    except Lossy as error:
        return f"{error.what}: {error.next}" if error.next else error.what
    return ""
