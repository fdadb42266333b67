"""An index of products and variations in memory, so that lists need not read every document.

It is built from the documents at first use and follows every change of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.channels.woocommerce import properties, rules
from simulator.commerce.shop import Document, Event, Shop

KINDS = ("product", "variation")


@dataclass(frozen=True, slots=True)
class Entry:
    """What lists filter and sort products and variations by."""

    id: int
    kind: str
    parent: int
    type: str
    name: str
    slug: str
    status: str
    created: str  # UTC to the second, as text that sorts
    modified: str
    sku: str  # as it is compared
    gtin: str
    price: str
    visible: bool  # in the shop's lists
    terms: frozenset[int]  # categories, tags, brands, values of global attributes
    kin: frozenset[int]  # categories and tags: what makes products related
    due: str | None  # when a sale starts or ends next, as far as was ever stored


def entry(document: Document) -> Entry:
    """A document's entry."""
    body, is_product = document.body, document.kind == "product"
    kin = frozenset(i for n in ("category_ids", "tag_ids") for i in body.get(n, ()))
    shipped = [i for i in (body["shipping_class_id"],) if i]
    values = (a["options"] for a in body.get("attributes", ()) if is_product and a["id"])
    return Entry(
        id=document.id,
        kind=document.kind,
        parent=document.parent_id or 0,
        type=body.get("type", "variation"),
        name=body.get("name", ""),
        slug=body.get("slug", ""),
        status=body["status"],
        created=body["date_created"],
        modified=properties.stamp(document.modified_at) or "",
        sku=rules.normal_sku(body["sku"]),
        gtin=body["global_unique_id"],
        price=body["price"],
        visible=body.get("catalog_visibility", "visible") in ("visible", "catalog"),
        terms=kin.union(body.get("brand_ids", ()), shipped if is_product else (), *values),
        kin=kin,
        due=min(body.get("due", ()), default=None) if is_product else None,
    )


class Lookup:
    """Entries by id, and the ways to them that must not depend on how many there are."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._entries: dict[int, Entry] | None = None
        self._by_slug: dict[str, set[int]] = {}
        self._by_gtin: dict[str, set[int]] = {}
        self._by_sku: dict[str, set[int]] = {}
        self._by_term: dict[int, dict[int, None]] = {}
        self._due: dict[int, str] = {}
        shop.listeners.append(self._happened)

    def forget(self) -> None:
        """Read everything anew at the next use."""
        self._entries = None

    def entries(self) -> dict[int, Entry]:
        """All entries by id."""
        if self._entries is None:
            self._entries = {}
            for index in (self._by_slug, self._by_gtin, self._by_sku, self._by_term, self._due):
                index.clear()
            for kind in KINDS:
                for document in self._shop.all(kind):
                    self.note(document)
        return self._entries

    def get(self, id: int) -> Entry | None:
        """The entry of an id."""
        return self.entries().get(id)

    def note(self, document: Document) -> None:
        """Remember a document as it is now."""
        found = self.entries()
        self._drop(found.get(document.id))
        made = found[document.id] = entry(document)
        if made.kind == "product" and made.slug:
            self._by_slug.setdefault(made.slug, set()).add(made.id)
        if made.sku:
            self._by_sku.setdefault(made.sku, set()).add(made.id)
        if made.gtin:
            self._by_gtin.setdefault(made.gtin, set()).add(made.id)
        if made.status == "publish":
            for term in made.terms:
                self._by_term.setdefault(term, {})[made.id] = None
        if made.due is not None:
            self._due[made.id] = made.due

    def drop(self, id: int) -> None:
        """Forget a document that is gone."""
        self._drop(self.entries().pop(id, None))

    def with_slug(self, slug: str) -> Iterable[int]:
        """Products of that slug."""
        self.entries()
        return self._by_slug.get(slug, ())

    def with_sku(self, sku: str) -> Iterable[int]:
        """Products and variations of that sku, case ignored."""
        self.entries()
        return self._by_sku.get(rules.normal_sku(sku), ())

    def with_gtin(self, gtin: str) -> Iterable[int]:
        """Products and variations of that GTIN."""
        self.entries()
        return self._by_gtin.get(gtin, ())

    def count(self, term: int) -> int:
        """How many published products carry a term."""
        self.entries()
        return len(self._by_term.get(term, ()))

    def related(self, id: int, limit: int = 5) -> list[int]:
        """Some published products that share a term with a product."""
        mine = self.get(id)
        found: dict[int, None] = {}
        for term in sorted(mine.kin) if mine else ():
            for other in self._by_term.get(term, ()):
                if other != id and self.entries()[other].visible:
                    found[other] = None
                if len(found) == limit:
                    return list(found)
        return list(found)

    def due(self, now: str) -> Iterator[int]:
        """Products whose sale has to be looked at."""
        self.entries()
        yield from sorted(id for id, when in self._due.items() if when <= now)

    def _drop(self, old: Entry | None) -> None:
        if old is None:
            return
        self._by_slug.get(old.slug, set()).discard(old.id)
        self._by_gtin.get(old.gtin, set()).discard(old.id)
        self._by_sku.get(old.sku, set()).discard(old.id)
        self._due.pop(old.id, None)
        for term in old.terms:
            self._by_term.get(term, {}).pop(old.id, None)

    def _happened(self, event: Event) -> None:
        if event.document.kind not in KINDS or self._entries is None:
            return
        if event.what == "deleted":
            self.drop(event.document.id)
        else:
            self.note(event.document)
