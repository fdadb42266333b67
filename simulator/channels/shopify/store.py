"""The shop as this dialect keeps it: documents by global id, settings, time in the vendor's form."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from simulator.channels.shopify import gids
from simulator.channels.shopify.moments import iso
from simulator.channels.shopify.webhooks import Webhooks
from simulator.commerce.shop import Document, Shop

Body = dict[str, Any]


class Store:
    """One Shopify shop. Hold the world's lock while using it."""

    def __init__(self, shop: Shop, webhooks: Webhooks) -> None:
        self.shop, self.webhooks = shop, webhooks

    # -- time and settings --------------------------------------------------------------------

    def now(self) -> datetime:
        """The present, UTC."""
        return self.shop.clock.now()

    def stamp(self) -> str:
        """The present as the API shows it."""
        return iso(self.now())

    def stamp_of(self, document: Document) -> str:
        """When a document last changed, as the API shows it."""
        return iso(document.modified_at)

    def setting(self, name: str) -> Any:
        """One of the settings given at set-up; KeyError when there is none."""
        return self.shop.setting("shopify")[name]

    @property
    def currency(self) -> str:
        """The shop's currency, ISO 4217."""
        return cast(str, self.setting("currency"))

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.setting("zone"))

    def token(self, stream: str) -> str:
        """A random id in the form of a UUID, from the world's seed."""
        bits = self.shop.chance.stream(f"shopify:{stream}").getrandbits(128)
        return str(uuid.UUID(int=bits, version=4))

    # -- documents ----------------------------------------------------------------------------

    def number(self, kind: str) -> int:
        """The next number of a kind of thing."""
        return self.shop.next_number(f"shopify:{kind}", gids.FIRST[kind])

    def add(
        self,
        kind: str,
        body: Body,
        *,
        parent_id: int | None = None,
        sku: str | None = None,
        quiet: bool = False,
    ) -> Document:
        """Store a new document under the next number of its kind."""
        return self.shop.add(
            kind, body, id=self.number(kind), parent_id=parent_id, sku=sku, quiet=quiet
        )

    def get(self, kind: str, number: int | None) -> Document | None:
        """A document, or None."""
        return None if number is None else self.shop.get(kind, number)

    def need(self, kind: str, number: int | None) -> Document:
        """A document that must be there: LookupError when it is not."""
        found = self.get(kind, number)
        if found is None:
            raise LookupError(f"no {kind} {number}")
        return found

    def by_gid(self, kind: str, id: str | None) -> Document | None:
        """The document that a global id names, if it is of that kind and still there."""
        return self.get(kind, gids.number(id, gids.TYPES[kind]))

    def children(self, kind: str, parent: Document | int) -> list[Document]:
        """The documents under a parent, by number."""
        parent_id = parent.id if isinstance(parent, Document) else parent
        return list(self.shop.all(kind, parent_id=parent_id))

    def put(self, document: Document, **changes: Any) -> Document:
        """Store a document with some of its fields changed."""
        document.body.update(changes)
        return self.shop.put(document)

    def touch(self, kind: str, number: int) -> None:
        """Move a document's time of change to now (a part of it changed)."""
        self.shop.put(self.need(kind, number))

    def with_sku(self, document: Document, sku: str | None) -> Document:
        """The same document under another sku (not stored yet)."""
        return Document(
            document.kind,
            document.id,
            document.parent_id,
            sku,
            document.body,
            document.created_at,
            document.modified_at,
        )

    # -- often asked --------------------------------------------------------------------------

    def locations(self) -> list[Document]:
        """The active locations, by number."""
        return [d for d in self.shop.all("location") if d.body["isActive"]]

    def variant_of(self, item: Document) -> Document | None:
        """The variant that an inventory item belongs to."""
        return self.get("variant", item.body["variantId"])

    def levels(self, item: Document | int) -> list[Document]:
        """An inventory item's active levels, by number."""
        return [d for d in self.children("inventory_level", item) if d.body["isActive"]]

    def level(self, item: int, location: int) -> Document | None:
        """The level of an item at a location; None where it is not stocked."""
        return next((d for d in self.levels(item) if d.body["locationId"] == location), None)

    def metafields(self, given: Sequence[Mapping[str, Any]], had: list[Body]) -> list[Body]:
        """Metafields after some were set: by namespace and key, others kept."""
        kept = {(m["namespace"], m["key"]): m for m in copy.deepcopy(had)}
        for field in given:
            key = (field.get("namespace") or "custom", field["key"])
            before = kept.get(key, {"id": self.number("metafield"), "createdAt": self.stamp()})
            kept[key] = {
                **before,
                "namespace": key[0],
                "key": key[1],
                "type": field.get("type") or before.get("type") or "single_line_text_field",
                "value": field.get("value") or "",
                "updatedAt": self.stamp(),
            }
        return list(kept.values())
