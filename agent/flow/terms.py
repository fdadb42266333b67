"""What offers are decided with: each channel's terms, the feeds in order, and digests that tell changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from agent import channels
from agent.channels import Limits
from agent.decide.digest import digest_of
from agent.decide.expressible import Speech
from agent.decide.projection import Terms
from agent.flow.site import Site
from agent.model.item import AXIS
from agent.store import channel_state, touched, truth
from agent.store.moments import to_text
from agent.store.truth import Source

COUNTED = frozenset({"on_hand", "available"})


def limits_of(site: Site, shop: str) -> Limits:
    """What this shop's vendor can take and express."""
    return channels.limits(site.settings.channels[shop].kind)


def terms_of(site: Site, shop: str) -> Terms:
    """The shop's policy, with what its channel and the site's files can say."""
    limits = limits_of(site, shop)
    columns = {field for feed in site.settings.feeds.values() for field in feed.columns}
    return Terms(
        policy=site.settings.policy(shop),
        sale_dates=limits.sale_dates,
        compare_at=limits.compare_at,
        counts_stock=bool(columns & COUNTED),
        speech=Speech(limits.states, limits.backorders, limits.rests, limits.most_pieces),
        pages=limits.axes != 0,
    )


def sources_of(site: Site) -> list[Source]:
    """The feeds that state items, in the order of the settings."""
    return [
        Source(name, feed.full, feed.gone_after, feed.currency or site.settings.currency)
        for name, feed in site.settings.feeds.items()
        if feed.kind == "items"
    ]


def axes_of(site: Site) -> list[str]:
    """The choices that variants may have, in the order in which the feeds name them."""
    feeds = site.settings.feeds.values()
    named = [name for feed in feeds for name in feed.columns if name.startswith(AXIS)]
    return list(dict.fromkeys(name.removeprefix(AXIS) for name in named))


def policy_digest(site: Site, shop: str) -> str:
    """Stands for every setting that the shop's offers depend on."""
    terms = asdict(terms_of(site, shop))
    feeds = [asdict(source) for source in sources_of(site)]
    limits = limits_of(site, shop)
    pages = [limits.axes, limits.variants, axes_of(site)]
    return digest_of(_plain([terms, feeds, pages]))


def figures_digest(site: Site) -> str:
    """Stands for the newest stock files."""
    newest = truth.applied(site.db)
    return digest_of(
        sorted([feed, *was.files] for feed, was in newest.items() if was.fields & COUNTED)
    )


def unready(site: Site, shop: str) -> str:
    """Why nothing may be planned or sent for this shop just now; "" when it may.

    A plan made while only some offers are decided would show the guards a small part of a large
    change, and they would let it pass.
    """
    if channel_state.state(site.db, shop).observed_at is None:
        return "the channel has not been looked at yet"
    if touched.waiting(site.db, to_text(site.ports.clock.now())):
        return "offers are being decided"
    if channel_state.decided(site.db).get(shop, ("", ""))[0] != policy_digest(site, shop):
        return "the settings have changed and offers are being decided"
    return ""


def _plain(value: Any) -> Any:
    """The value as JSON can say it, sets in order."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value
