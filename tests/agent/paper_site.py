"""A whole site around paper shops: a real database, a hand-moved clock, files stated row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.config import Every, GuardSettings, Settings, Shop
from agent.erps.feeds import Column, Feed
from agent.erps.imports import Imports
from agent.flow.finish import finish
from agent.flow.observe import observe
from agent.flow.offer import offer
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from agent.flow.site import Did, Site
from agent.model.listing import Listing
from agent.ports import Ports
from agent.ports.chance import Chance
from agent.ports.clock import Clock
from agent.ports.database import Database
from agent.store import listings, offers, touched
from agent.store.moments import to_text
from agent.store.opening import open_store
from tests.agent.paper_channel import PaperChannel
from tests.build import NOON, pieces

LOOSE = {
    "to_zero": 100.0,
    "unpublished": 100.0,
    "price_move": 1000.0,
    "price_moves": 100.0,
    "file_shrunk": 100.0,
    "price_zero": "allow",
    "under_cost": "allow",
    "free": 0,
}
STATED = ("title", "price", "currency", "status", "on_hand", "allocated")


class HandClock(Clock):
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def pass_time(self, **amount: float) -> None:
        self.time += timedelta(**amount)


class NoChance(Chance):
    """Always the smaller figure."""

    def between(self, low: float, high: float) -> float:
        return low


def shop_settings(kind: str = "paper", **said: Any) -> Shop:
    """A shop in Berlin that publishes at once, with guards that hold nothing."""
    limits = GuardSettings(**(LOOSE | said.pop("guards", {})))
    face = {"currency": "EUR", "zone": "Europe/Berlin", "publish": "at_once"} | said
    return Shop(kind=kind, guards=limits, connection={}, **face)


def feed_settings(fields: tuple[str, ...] = STATED, **said: Any) -> Feed:
    """A feed of items that states these fields."""
    columns = {name: Column(column=name) for name in ("sku", *fields)}
    return Feed(files="items*.csv", columns=columns, **said)


@dataclass
class PaperSite:
    """A site, its paper shops and its clock."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    shops: dict[str, PaperChannel] = field(default_factory=dict)
    site: Site = field(init=False)

    @classmethod
    def opened(
        cls,
        folder: Path,
        shops: Mapping[str, Shop] | None = None,
        feeds: Mapping[str, Feed] | None = None,
    ) -> PaperSite:
        """A fresh site in this folder."""
        its = shops or {"paper": shop_settings()}
        found = cls(folder, shops={name: PaperChannel(shop.kind) for name, shop in its.items()})
        settings = Settings(
            path=folder / "tally.yaml",
            data=folder,
            erp="none",
            currency="EUR",
            exports=folder,
            imports=folder,
            feeds=feeds or {"items": feed_settings()},
            import_files=Imports(),
            channels=its,
            every=Every(observe=3600.0),
        )
        ports = Ports(clock=found.clock, chance=NoChance())
        found.site = Site(settings, open_store(folder / "tally.sqlite"), ports, found.shops)
        for name, feed in settings.feeds.items():
            found.export(name, tuple(f for f in feed.columns if f != "sku"))
        return found

    @property
    def db(self) -> Database:
        """The site's database."""
        return self.site.db

    @property
    def paper(self) -> PaperChannel:
        """The shop called paper."""
        return self.shops["paper"]

    def resettle(self, **shops: Shop) -> None:
        """Change the settings of some shops, as after a restart."""
        channels = {**self.site.settings.channels, **shops}
        settings = self.site.settings.model_copy(update={"channels": channels})
        self.site = replace(self.site, settings=settings)

    def reopen(self) -> None:
        """Close the database as a killed process would leave it, and open it again."""
        self.db.close()
        self.site = replace(self.site, db=open_store(self.folder / "tally.sqlite"))

    def export(self, feed: str = "items", fields: tuple[str, ...] = STATED) -> int:
        """A new file of this feed has been applied; gives its id."""
        now = to_text(self.clock.now())
        file_id = self.db.insert(
            "insert into files (feed, name, path, digest, size, written_at, marks, seen_at, stamp,"
            " state) values (?, ?, '', 'd', 1, ?, '', ?, ?, 'applied')",
            (feed, f"{feed}.csv", now, now, now),
        )
        self.db.run(
            "insert or replace into feeds (feed, part, file_id, stamp, fields, layout)"
            " values (?, '', ?, ?, ?, '')",
            (feed, file_id, now, json.dumps(fields)),
        )
        return file_id

    def states(self, sku: str, feed: str = "items", location: str = "", **said: Any) -> None:
        """The newest file of a feed says this of a sku; stock in pieces."""
        values: dict[str, Any] = {"missing": 0, "line": 2}
        if feed == "items":
            values |= {"title": sku.title(), "price": 4900, "currency": "EUR", "on_hand": 12}
        values |= said
        for name in ("on_hand", "allocated", "on_hold", "available", "incoming"):
            if name in values:
                values[name] = pieces(values[name])
        file_id = self.db.value("select file_id from feeds where feed = ?", (feed,))
        if "choices" in values:
            values["choices"] = json.dumps(values["choices"])
        values |= {"feed": feed, "sku": sku, "location": location, "file_id": file_id}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.db.run(f"insert or replace into items ({names}) values ({marks})", values)  # noqa: S608
        touched.touch(self.db, [sku])

    def sold(self, sku: str, reference: str, count: int = 1, **said: Any) -> None:
        """A channel has sold this; keys of the order such as state and known_at."""
        now = to_text(self.clock.now())
        order = {"state": "due", "known_at": None} | said
        order_id = self.db.insert(
            "insert into orders (channel, remote_id, number, reference, content, digest, state,"
            " placed_at, pulled_at, known_at)"
            " values ('paper', :ref, :ref, :ref, '{}', '', :state, :now, :now, :known_at)",
            {"ref": reference, "now": now, **order},
        )
        self.db.run(
            "insert into order_lines (order_id, remote_id, sku, quantity, cancelled)"
            " values (?, '1', ?, ?, 0)",
            (order_id, sku, count),
        )
        touched.touch(self.db, [sku])

    def offered(self, sku: str = "RETRO-CLOCK", shop: str = "paper") -> Any:
        """What the shop should show for this sku."""
        found = offers.offer(self.db, shop, sku)
        return None if found is None else found.shown

    def known(self, *skus: str, shop: str = "paper") -> list[Listing]:
        """What the shop was last seen or told to show."""
        return listings.get(self.db, shop, skus)

    def decide(self) -> Did:
        """Decide all offers."""
        while True:
            did = offer(self.site)
            if not did.more:
                return did

    def work(self, shop: str = "paper", rounds: int = 60) -> None:
        """Run the stations of one shop until none has more to do, moving the clock where they wait."""
        for _ in range(rounds):
            self.decide()
            waits = (
                finish(self.site, shop),
                reconcile(self.site, shop),
                observe(self.site, shop),
                push(self.site, shop),
            )
            if any(did.more for did in waits):
                continue
            soon = [did.again_s for did in waits if did.again_s is not None and did.again_s < 3600]
            if not soon:
                return
            self.clock.pass_time(seconds=min(soon) + 0.001)
        raise AssertionError("the stations never came to rest")

    def answers(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query, for tests that look at the books."""
        return [tuple(row) for row in self.db.rows(sql)]


def utc(text: str) -> datetime:
    """A moment from ISO text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
