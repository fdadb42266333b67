"""The shop's documents by the vendor's nouns, as they are and as a reader sees them.

A listing's document has its state as parent number and each sku of it as a small document beside it,
so that both are found by index. An inventory lives inside its listing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.errors import not_found
from simulator.commerce.shop import Document, document

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy

STATES = {"active": 1, "inactive": 2, "sold_out": 3, "draft": 4, "expired": 5}
FIRST = {  # numbers begin about where the vendor's stand
    "listing": 1_700_000_001,
    "product": 21_000_000_001,
    "offering": 22_000_000_001,
    "image": 6_100_000_001,
    "receipt": 3_500_000_001,
    "transaction": 4_400_000_001,
    "shipment": 1_100_000_000_001,
    "payment": 1_600_000_001,
    "buyer": 710_000_001,
    "readiness": 1_400_000_001,
    "shipping_profile": 250_000_000_001,
    "destination": 260_000_000_001,
    "upgrade": 270_000_001,
    "policy": 1_300_000_001,
    "section": 48_000_001,
    "ledger": 9_000_000_001,
    "adjustment": 880_000_001,
}
WITHOUT_CENTS = ("JPY", "KRW", "VND", "CLP")
LISTING = "select kind, id, parent_id, sku, body, created_at, modified_at from documents"


class Store:
    """What the handlers work with. Hold the world's lock."""

    def __init__(self, dialect: Etsy) -> None:
        self.dialect, self.world, self.shop = dialect, dialect.world, dialect.shop
        self._next_ending: int | None = None

    # -- time, money, settings ----------------------------------------------------------------

    def second(self) -> int:
        """The present as epoch seconds."""
        return int(self.shop.clock.now().timestamp())

    def given(self, name: str) -> Any:
        """A setting of the shop, as it was set up or changed since."""
        return self.shop.setting("etsy")[name]

    def change(self, **settings: Any) -> None:
        """Change settings of the shop."""
        self.shop.set_setting("etsy", {**self.shop.setting("etsy"), **settings})

    @property
    def currency(self) -> str:
        """The shop's currency."""
        return str(self.given("currency"))

    @property
    def divisor(self) -> int:
        """Minor units in one of the currency's units."""
        return 1 if self.currency in WITHOUT_CENTS else 100

    def money(self, minor: int) -> dict[str, Any]:
        """An amount as the API shows it."""
        return {"amount": minor, "divisor": self.divisor, "currency_code": self.currency}

    def minor(self, amount: float | Decimal | str) -> int:
        """An amount in minor units, halves away from zero."""
        exact = Decimal(str(amount)) * self.divisor
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    def major(self, minor: int) -> Decimal:
        """Minor units as an amount."""
        return Decimal(minor) / self.divisor

    def new_id(self, series: str) -> int:
        """The next number of a series."""
        return self.shop.next_number(series, FIRST[series])

    # -- documents of any kind ----------------------------------------------------------------

    def add(self, kind: str, body: dict[str, Any], **more: Any) -> Document:
        """A new document with the next number of its kind."""
        return self.shop.add(kind, body, id=self.new_id(kind), **more)

    def need(self, kind: str, id: int) -> Document:
        """A document as it is now; the vendor's 404 when there is none."""
        found = self.shop.get(kind, id)
        if found is None:
            raise not_found()
        return found

    def seen(self, kind: str, id: int) -> Document:
        """A document as a reader sees it: as it was before the dialled lag."""
        if not self.shop.lag:
            return self.need(kind, id)
        horizon = (self.shop.clock.now() - self.shop.lag).astimezone(UTC)
        row = self.shop.db.execute(
            "select what, before from journal where shop = ? and kind = ? and id = ? and at > ?"
            " order by seq limit 1",
            (self.shop.name, kind, id, _text(horizon)),
        ).fetchone()
        if row is None:
            return self.need(kind, id)
        if row[0] == "created":
            raise not_found()
        now = self.shop.get(kind, id)
        at = horizon if now is None else min(now.modified_at, horizon)
        made = horizon if now is None else now.created_at
        return Document(kind, id, None, None, json.loads(row[1]), made, at)

    # -- listings -----------------------------------------------------------------------------

    def add_listing(self, body: dict[str, Any]) -> Document:
        """A new listing."""
        made = self.add("listing", body, parent_id=STATES[body["state"]])
        self._index(made.id, set(), skus(body))
        self._ends(body)
        return made

    def put_listing(self, listing: Document, *, touch: bool = True) -> Document:
        """Store a changed listing."""
        before = {d.sku for d in self.shop.all("sku", parent_id=listing.id)}
        parent = STATES[listing.body["state"]]
        changed = Document(
            "listing",
            listing.id,
            parent,
            None,
            listing.body,
            listing.created_at,
            listing.modified_at,
        )
        self._index(listing.id, before, skus(listing.body))
        self._ends(listing.body)
        return self.shop.put(changed, touch=touch)

    def drop_listing(self, id: int) -> None:
        """Delete a listing for good."""
        self._index(id, {d.sku for d in self.shop.all("sku", parent_id=id)}, set())
        self.shop.drop("listing", id)

    def listings_with(self, sku: str) -> Iterator[Document]:
        """The listings that offer a sku, oldest first."""
        ids = sorted({d.parent_id for d in self.shop.all("sku", sku=sku) if d.parent_id})
        found = (self.shop.get("listing", id) for id in ids)
        return (listing for listing in found if listing is not None)

    def page_of_listings(
        self, state: str, sort_on: str, descending: bool, limit: int, offset: int
    ) -> tuple[int, list[Document]]:
        """How many listings are in a state, and a page of them."""
        if self.shop.lag or sort_on not in ("created", "updated"):
            return self._sorted_page(state, sort_on, descending, limit, offset)
        values = (self.shop.name, STATES[state])
        where = "where shop = ? and kind = 'listing' and parent_id = ?"
        (count,) = self.shop.db.execute(
            f"select count(*) from documents indexed by documents_by_parent {where}",  # noqa: S608
            values,
        ).fetchone()
        way = "desc" if descending else "asc"
        order = f"id {way}" if sort_on == "created" else f"modified_at {way}, id {way}"
        rows = self.shop.db.execute(
            f"{LISTING} indexed by documents_by_parent {where} order by {order} limit ? offset ?",
            (*values, limit, offset),
        ).fetchall()
        return int(count), [document(row) for row in rows]

    def listings_in(self, state: str) -> Iterator[Document]:
        """Every listing in a state, by number."""
        return self.shop.all("listing", parent_id=STATES[state])

    def _sorted_page(
        self, state: str, sort_on: str, descending: bool, limit: int, offset: int
    ) -> tuple[int, list[Document]]:
        keys: dict[str, Callable[[Document], Any]] = {
            "price": lambda d: (lowest(d.body), d.id),
            "updated": lambda d: (d.modified_at, d.id),
        }
        found = [d for d in self.shop.seen("listing") if d.body["state"] == state]
        found.sort(key=keys.get(sort_on, lambda d: d.id), reverse=descending)
        return len(found), found[offset : offset + limit]

    def _index(self, listing: int, before: Iterable[str | None], after: Iterable[str]) -> None:
        had, has = set(before), set(after)
        if had == has:
            return
        for entry in list(self.shop.all("sku", parent_id=listing)):
            if entry.sku not in has:
                self.shop.drop("sku", entry.id, quiet=True)
        for sku in sorted(has - had):
            self.shop.add("sku", {}, parent_id=listing, sku=sku, quiet=True)

    # -- when listings run out ----------------------------------------------------------------

    def forget(self) -> None:
        """Forget what is remembered beside the documents: they were changed from outside."""
        self._next_ending = None

    def next_ending(self) -> int | None:
        """When the next active listing runs out, epoch seconds; None when there is none."""
        if self._next_ending is None:
            (self._next_ending,) = self.shop.db.execute(
                "select min(json_extract(body, '$.ending')) from documents"
                " indexed by documents_by_parent"
                " where shop = ? and kind = 'listing' and parent_id = 1",
                (self.shop.name,),
            ).fetchone()
        return self._next_ending

    def _ends(self, body: dict[str, Any]) -> None:
        ending = body["ending"]
        if self._next_ending is not None and ending is not None:
            self._next_ending = min(self._next_ending, ending)


def skus(body: dict[str, Any]) -> set[str]:
    """The skus of a listing."""
    return {p["sku"] for p in body["inventory"]["products"] if p["sku"]}


def lowest(body: dict[str, Any]) -> int:
    """The lowest price of a listing's offerings, in minor units; of the enabled ones if any is."""
    offerings = [p["offering"] for p in body["inventory"]["products"]]
    enabled = [o["price"] for o in offerings if o["enabled"]]
    return int(min(enabled or [o["price"] for o in offerings]))


def pools(body: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """A listing's products by the stock that they share.

    Products alike in the properties that quantity goes by have one quantity between them; where it
    goes by none, all of them.
    """
    inventory = body["inventory"]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in inventory["products"]:
        named = [v for v in row["values"] if v["property_id"] in inventory["quantity_on"]]
        key = json.dumps([[v["property_id"], v["values"]] for v in named])
        found.setdefault(key, []).append(row)
    return list(found.values())


def quantity(body: dict[str, Any]) -> int:
    """A listing's quantity: the sum over its enabled offerings, shared stock counted once."""
    shared = ([p["offering"] for p in pool if p["offering"]["enabled"]] for pool in pools(body))
    return sum(offerings[0]["quantity"] for offerings in shared if offerings)


def move(body: dict[str, Any], product_id: int, pieces: int) -> None:
    """Add pieces to a product's stock (take off, if negative), and to all that share it."""
    for pool in pools(body):
        if any(row["id"] == product_id for row in pool):
            for row in pool:
                row["offering"]["quantity"] += pieces


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
