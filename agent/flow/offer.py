"""Station: decides what every channel should show for the skus that something has touched."""

from __future__ import annotations

from datetime import datetime

from agent.decide.availability import unknown_to_erp
from agent.decide.projection import Terms, offer_of
from agent.flow import families
from agent.flow.site import Did, Site
from agent.flow.terms import figures_digest, policy_digest, sources_of, terms_of
from agent.model.listing import Offer
from agent.store import channel_state, offers, sales, touched, truth
from agent.store.moments import from_text, to_text
from agent.store.truth import Source

SKUS = 500  # in one transaction
ROUNDS = 20  # transactions in one call


def offer(site: Site) -> Did:
    """Decide the offers of touched skus, and of those that time has changed, on every shop."""
    now = site.ports.clock.now()
    _touch_changed(site, now)
    terms = {shop: terms_of(site, shop) for shop in site.settings.channels}
    sources = sources_of(site)
    decided = 0
    for _ in range(ROUNDS):
        count = _decide_some(site, terms, sources, now)
        decided += count
        if count < SKUS:
            break
    more = bool(touched.first(site.db, 1))
    if not more:
        pages = families.put_together(site)
        more = pages == families.PAGES
        decided += pages
    return Did(
        counts={"decided": decided} if decided else {},
        more=more,
        again_s=_next_change_s(site, now),
        wake=frozenset(f"push {shop}" for shop in terms) if decided and not more else frozenset(),
    )


def _touch_changed(site: Site, now: datetime) -> None:
    """Touch what the settings, newer stock files or time alone have changed."""
    figures = figures_digest(site)
    policies = {shop: policy_digest(site, shop) for shop in site.settings.channels}
    with site.db.atomic():
        before = channel_state.decided(site.db)
        known = {shop: before.get(shop, ("", "")) for shop in policies}
        if any(known[shop][0] != digest for shop, digest in policies.items()):
            touched.touch_all(site.db)
        elif any(was != figures for _, was in known.values()):
            touched.touch_sold(site.db)
        for shop, digest in policies.items():
            if known[shop] != (digest, figures):
                channel_state.decide_with(site.db, shop, digest, figures)
        touched.touch_due(site.db, to_text(now))


def _decide_some(site: Site, terms: dict[str, Terms], sources: list[Source], now: datetime) -> int:
    """Decide one portion in one transaction, so that no touch in between can get lost."""
    with site.db.atomic():
        skus = touched.first(site.db, SKUS)
        if not skus:
            return 0
        before = families.places(site, skus)
        decided = _decided(site, skus, terms, sources, now)
        for shop, its in decided.items():
            offers.write(site.db, shop, its)
        families.touch_changed(site, before, decided)
        touched.settle(site.db, skus)
        return len(skus)


def _decided(
    site: Site, skus: list[str], terms: dict[str, Terms], sources: list[Source], now: datetime
) -> dict[str, list[Offer]]:
    items = truth.truths(site.db, sources, skus)
    pending = sales.pending_sales(site.db, skus)
    active = offers.activated(site.db, skus)
    offers.forget(site.db, [sku for sku in skus if sku not in items])
    found: dict[str, list[Offer]] = {shop: [] for shop in terms}
    for sku, known in items.items():
        unknown = unknown_to_erp(pending.get(sku, []), known.figures_at)
        for shop, its in terms.items():
            found[shop].append(
                offer_of(known.item, its, sales=unknown, activated=sku in active, now=now)
            )
    return found


def _next_change_s(site: Site, now: datetime) -> float | None:
    text = offers.next_at(site.db)
    return None if text is None else max(0.0, (from_text(text) - now).total_seconds())
