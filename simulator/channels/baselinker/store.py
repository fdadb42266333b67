"""The account's documents: catalogues with their products, orders, and what reads lag behind.

Each catalogue's products and variants are documents of the kind `goods(inventory_id)`: a main
product has the parent 0, a variant its main product's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from simulator.commerce.shop import Document, Shop, document

COLUMNS = "id, parent_id, sku, body, created_at, modified_at"


def goods(inventory_id: int) -> str:
    """The kind of a catalogue's products and variants."""
    return f"product {inventory_id}"


class Store:
    """What one account keeps."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def now(self) -> int:
        """The vendor's present in unix seconds."""
        return int(self.shop.clock.now().timestamp())

    # -- documents --------------------------------------------------------------------------

    def save(self, found: Document) -> Document:
        """Keep a changed document; its sku follows the body where the body has one."""
        if "sku" in found.body:
            found = replace(found, sku=found.body["sku"] or None)
        return self.shop.put(found, quiet=self.is_prompt)

    def add(self, kind: str, body: dict[str, Any], **place: Any) -> Document:
        """Keep a new document; `place` as `Shop.add` takes it."""
        return self.shop.add(kind, body, quiet=self.is_prompt, **place)

    def drop(self, found: Document) -> None:
        """Delete a document for good."""
        self.shop.drop(found.kind, found.id, quiet=self.is_prompt)

    @property
    def is_prompt(self) -> bool:
        """Whether clients read what was just written: then nobody needs to know what was before."""
        return not self.shop.lag

    def visible(self, kind: str) -> list[Document]:
        """The documents of a kind as a client reads them now, by id."""
        return self.shop.seen(kind)

    def read(self, kind: str, id: int) -> Document | None:
        """One document as a client reads it now."""
        if not self.shop.lag:
            return self.shop.get(kind, id)
        return next((d for d in self.shop.seen(kind) if d.id == id), None)

    def read_many(self, kind: str, ids: Iterable[int]) -> list[Document]:
        """Those of these documents that a client can read now, in the order asked for."""
        if self.shop.lag:
            seen = {d.id: d for d in self.shop.seen(kind)}
            return [seen[i] for i in ids if i in seen]
        return [d for d in (self.shop.get(kind, i) for i in ids) if d is not None]

    def under(self, kind: str, parent_id: int) -> list[Document]:
        """The documents under a parent as a client reads them now, by id."""
        if self.shop.lag:
            return [d for d in self.shop.seen(kind) if d.parent_id == parent_id]
        return list(self.shop.all(kind, parent_id=parent_id))

    def page(
        self,
        kind: str,
        *,
        parent_id: int | None = None,
        limit: int,
        offset: int = 0,
        descending: bool = False,
    ) -> list[Document]:
        """Some documents of a kind by id, only those of a parent where given."""
        if self.shop.lag:
            found = [
                d for d in self.shop.seen(kind) if parent_id is None or d.parent_id == parent_id
            ]
            found = found[::-1] if descending else found
            return found[offset : offset + limit]
        where, values = "shop = ? and kind = ?", [self.shop.name, kind]
        hint = ""
        if parent_id is not None:
            where, hint = f"{where} and parent_id = ?", "indexed by documents_by_parent"
            values = [*values, parent_id]  # type: ignore[list-item]
        order = "id desc" if descending else "id"
        rows = self.shop.db.execute(
            f"select kind, {COLUMNS} from documents {hint} where {where}"  # noqa: S608
            f" order by {order} limit ? offset ?",
            (*values, limit, offset),
        )
        return [document(row) for row in rows.fetchall()]

    def since(self, kind: str, key: int) -> Iterator[Document]:
        """Documents whose parent is `key` or above, by parent, then by id; read as they are used."""
        if self.shop.lag:
            found = [d for d in self.shop.seen(kind) if (d.parent_id or 0) >= key]
            yield from sorted(found, key=lambda d: (d.parent_id or 0, d.id))
            return
        rows = self.shop.db.execute(
            f"select kind, {COLUMNS} from documents indexed by documents_by_parent"  # noqa: S608
            " where shop = ? and kind = ? and parent_id >= ? order by parent_id, id",
            (self.shop.name, kind, key),
        )
        yield from map(document, rows)

    def onward(self, kind: str, id: int) -> Iterator[Document]:
        """Documents whose id is `id` or above, by id; read as they are used."""
        if self.shop.lag:
            yield from (d for d in self.shop.seen(kind) if d.id >= id)
            return
        rows = self.shop.db.execute(
            f"select kind, {COLUMNS} from documents"  # noqa: S608
            " where shop = ? and kind = ? and id >= ? order by id",
            (self.shop.name, kind, id),
        )
        yield from map(document, rows)

    # -- catalogues -------------------------------------------------------------------------

    def inventories(self) -> list[Document]:
        """The catalogues, by id."""
        return list(self.shop.all("inventory"))

    def default_inventory(self) -> Document:
        """The catalogue that orders are matched against."""
        found = self.inventories()
        return next((d for d in found if d.body["is_default"]), found[0])

    def product(self, id: int) -> Document | None:
        """A product or variant of any catalogue, as it is now."""
        for inventory in self.inventories():
            found = self.shop.get(goods(inventory.id), id)
            if found is not None:
                return found
        return None

    def by_sku(self, sku: str, inventory: Document | None = None) -> Document | None:
        """The first product or variant with this sku in a catalogue (default: the default one)."""
        kind = goods((inventory or self.default_inventory()).id)
        return next(iter(self.shop.all(kind, sku=sku)), None) if sku else None

    def setting(self, name: str) -> Any:
        """One of the account's settings, as set up or changed by its operator."""
        return self.shop.setting("account", {})[name]

    def set_setting(self, name: str, value: Any) -> None:
        """Change one of the account's settings."""
        self.shop.set_setting("account", {**self.shop.setting("account", {}), name: value})
