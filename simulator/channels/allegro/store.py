"""The account as this dialect keeps it: documents by number or key, settings, ids in the vendor's form.

Documents of kind offer have their `external.id` as sku; those of kind form, job, refund, return,
claim and product have their public id there, so that it is found through the index.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.channels.allegro.moments import iso
from simulator.commerce.shop import Document, Shop, document

if TYPE_CHECKING:
    from simulator.world import World

NAME = "allegro"
MARKETPLACES = {"PLN": "allegro-pl", "CZK": "allegro-cz", "EUR": "allegro-sk", "HUF": "allegro-hu"}
COLUMNS = "kind, id, parent_id, sku, body, created_at, modified_at"


class Store:
    """One seller's account. Hold the world's lock while using it."""

    def __init__(self, world: World, shop: Shop) -> None:
        self.world, self.shop = world, shop
        self.settings: dict[str, Any] = {}  # given at set-up, the same until the next one

    # -- time, chance, settings ---------------------------------------------------------------

    def now(self) -> datetime:
        """The present, UTC."""
        return self.shop.clock.now()

    def stamp(self) -> str:
        """The present as the API writes it."""
        return iso(self.now())

    def uuid(self, stream: str) -> str:
        """A random UUID of a stream."""
        return str(uuid.UUID(int=self.bits(stream, 128), version=4))

    def hex(self, stream: str, digits: int) -> str:
        """So many random hexadecimal digits of a stream."""
        return f"{self.bits(stream, digits * 4):0{digits}x}"

    def bits(self, stream: str, count: int) -> int:
        """A random whole number of a stream."""
        return self.shop.chance.stream(f"{NAME} {stream}").getrandbits(count)

    def given(self, name: str) -> Any:
        """A setting given at set-up; KeyError when there is none."""
        return self.settings[name]

    @property
    def currency(self) -> str:
        """The currency of the account's marketplace."""
        return str(self.given("currency"))

    @property
    def marketplace(self) -> str:
        """The account's base marketplace."""
        return MARKETPLACES.get(self.currency, "allegro-pl")

    # -- documents ----------------------------------------------------------------------------

    def get(self, kind: str, number: int) -> Document | None:
        """The document now, whatever the lag."""
        return self.shop.get(kind, number)

    def need(self, kind: str, number: int) -> Document:
        """A document that must be there: LookupError when it is not."""
        found = self.shop.get(kind, number)
        if found is None:
            raise LookupError(f"no {kind} {number} in {NAME}")
        return found

    def by_key(self, kind: str, key: str) -> Document | None:
        """The first document of a kind with this key, or None."""
        return next(iter(self.shop.all(kind, sku=key)), None)

    def seen(self, found: Document | None) -> Document | None:
        """A document as a reader sees it: as it was `lag` ago; None when it was not there yet."""
        if found is None or not self.shop.lag:
            return found
        horizon = (self.now() - self.shop.lag).isoformat(timespec="microseconds")
        row = self.shop.db.execute(
            "select what, before from journal"
            " where shop = ? and kind = ? and id = ? and at > ? order by seq limit 1",
            (self.shop.name, found.kind, found.id, horizon),
        ).fetchone()
        if row is None:
            return found
        what, before = row
        if what == "created":
            return None
        return Document(
            found.kind,
            found.id,
            found.parent_id,
            found.sku,
            json.loads(before),
            found.created_at,
            min(found.modified_at, self.now() - self.shop.lag),
        )

    def put(self, doc: Document, *, parent_id: int | None = None, quiet: bool = False) -> Document:
        """Store a changed body; `parent_id` moves it."""
        parent = doc.parent_id if parent_id is None else parent_id
        key = (doc.body.get("external") or {}).get("id") if doc.kind == "offer" else doc.sku
        changed = Document(doc.kind, doc.id, parent, key, doc.body, doc.created_at, doc.modified_at)
        return self.shop.put(changed, quiet=quiet)

    def rows(self, where: str, values: tuple[Any, ...]) -> list[Document]:
        """Documents of this account by a condition in SQL."""
        query = f"select {COLUMNS} from documents where shop = ? and {where}"  # noqa: S608
        found = self.shop.db.execute(query, (self.shop.name, *values)).fetchall()
        return [document(row) for row in found]

    def horizon(self) -> datetime:
        """What was written after this is not to be seen yet."""
        return self.now() - self.shop.lag

    def is_old(self, doc: Document, days: int) -> bool:
        """Whether a document was made more than so many days ago."""
        return self.now() - doc.created_at > timedelta(days=days)
