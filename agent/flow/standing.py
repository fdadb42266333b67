"""How things stand: feeds, channels, orders, and everything that waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.flow import people
from agent.flow.people import Held
from agent.flow.site import Site
from agent.model.plan import Unmade
from agent.store import channel_state, families, jobs, parked
from agent.store import standing as counted
from agent.store.standing import FeedStanding


@dataclass(frozen=True, slots=True)
class Stuck:
    """Work that a channel took on and does not finish."""

    job: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Parking:
    """Changes that a channel refused in the same words: the first sku, and how many there are."""

    sku: str
    count: int
    words: str
    next: str


@dataclass(frozen=True, slots=True)
class ShopStanding:
    """One channel."""

    shop: str
    vendor: str
    listings: Mapping[str, int]  # by state
    parked: int
    refused: tuple[Parking, ...]  # of the parked, what listings were refused
    doubts: int
    working: int  # listings that the channel is at work on
    stuck: tuple[Stuck, ...]  # work that takes longer than the vendor's patience
    not_made: tuple[Unmade, ...]  # variants that the channel cannot be given
    commands: int
    trouble: str  # "" when the last call went well
    trouble_next: str  # what to do about it
    trouble_kind: str  # the error's name, such as Unavailable; ""
    quiet_until: datetime | None
    observed_at: datetime | None
    pulled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that `tally status` shows."""

    feeds: tuple[FeedStanding, ...]
    shops: tuple[ShopStanding, ...]
    orders: Mapping[str, int]  # by state
    rejects: int
    refused_files: int
    held: tuple[Held, ...]
    waiting: int  # new items that nobody has activated


def standing(site: Site) -> Standing:
    """How things stand, from the tables alone."""
    feeds = tuple(counted.feeds(site.db))
    return Standing(
        feeds=feeds,
        shops=tuple(_shop(site, shop) for shop in site.settings.channels),
        orders=counted.orders(site.db),
        rejects=counted.rejects(site.db),
        refused_files=sum(feed.refused for feed in feeds),
        held=tuple(people.held(site)),
        waiting=len(people.waiting(site)),
    )


def _shop(site: Site, shop: str) -> ShopStanding:
    state, counts = channel_state.state(site.db, shop), counted.counts(site.db, shop)
    trouble = state.trouble
    return ShopStanding(
        shop=shop,
        vendor=site.settings.channels[shop].kind,
        listings=counted.listings(site.db, shop),
        parked=counts["parked"] + counts["parked_commands"],
        refused=_refused(site, shop),
        doubts=counts["doubts"],
        working=counts["working"],
        stuck=stuck(site, shop),
        not_made=tuple(families.unmade(site.db, shop)),
        commands=counts["commands"],
        trouble=trouble.what if trouble else "",
        trouble_next=trouble.next if trouble else "",
        trouble_kind=trouble.kind if trouble else "",
        quiet_until=state.quiet_until,
        observed_at=state.observed_at,
        pulled_at=state.pulled_at,
    )


def _refused(site: Site, shop: str) -> tuple[Parking, ...]:
    skus: dict[tuple[str, str], dict[str, None]] = {}
    for change in parked.all_of(site.db, shop):
        skus.setdefault((change.words, change.next), {})[change.sku] = None
    return tuple(Parking(next(iter(its)), len(its), *said) for said, its in skus.items())


def stuck(site: Site, shop: str) -> tuple[Stuck, ...]:
    """The shop's jobs that take longer than its vendor's patience."""
    return tuple(Stuck(job.job, job.since) for job in jobs.stuck(site.db, shop))
