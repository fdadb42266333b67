"""The shop's products and variations: kept, numbered, found, saved by the shop's rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.woocommerce import properties, rules
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lookup import Lookup
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

SERIES = "post"  # products, orders, coupons, pictures: one row of numbers
COUNTED = ("publish", "private")  # variations in these states make up a product
NOT_CREATED = {"product": "product", "variation": "product_variation"}


class Shelf:
    """Products and variations of one shop."""

    def __init__(self, dialect: WooCommerce) -> None:
        self.dialect, self.shop = dialect, dialect.shop
        self.lookup: Lookup = Lookup(dialect.shop)
        self._waiting: set[int] | None = None

    # -- finding ----------------------------------------------------------------------------

    def product(self, id: int) -> Document | None:
        """The product now."""
        return self.shop.get("product", id)

    def variation(self, id: int) -> Document | None:
        """The variation now."""
        return self.shop.get("variation", id)

    def any(self, id: int) -> Document | None:
        """The product or variation now."""
        return self.product(id) or self.variation(id)

    def children(self, parent: int) -> list[Document]:
        """A product's variations, by id; empty for what has none."""
        return list(self.shop.all("variation", parent_id=parent))

    def child_ids(self, parent: int) -> list[int]:
        """The ids of a product's published and private variations, in shop order."""
        found = [c for c in self.children(parent) if c.body["status"] in COUNTED]
        return [c.id for c in sorted(found, key=lambda c: (c.body["menu_order"], c.id))]

    def threshold(self) -> int:
        """Counted stock up to this is no stock."""
        return abs(rules.whole(self.dialect.option("woocommerce_notify_no_stock_amount", "0")))

    # -- saving -----------------------------------------------------------------------------

    def create(self, kind: str, props: Props, parent_id: int | None = None) -> Document:
        """Store a new product or variation; WooError when its sku or GTIN is taken."""
        self._check_unique(kind, props, 0, is_new=True)
        now = self.shop.clock.now()
        props.setdefault("date_created", properties.stamp(now))
        props.setdefault("due", [])
        self._settle(props, None)
        if kind == "product":
            self._give_slug(props, 0)
        made = self.shop.add(
            kind,
            props,
            parent_id=parent_id,
            sku=rules.normal_sku(props["sku"]) or None,
            series=SERIES,
        )
        self.lookup.note(made)
        if kind == "variation":
            self.sync(parent_id or 0)
        elif props["type"] == "variable":
            made = self.sync_now(made)
        self.dialect.announce("product.created", made.id)
        return made

    def put_up(self, good: Goods) -> Document:
        """Goods as a published simple product with counted stock."""
        props = properties.new_product()
        props.update(
            name=good.title,
            sku=good.sku,
            regular_price=format(good.price, "f"),
            manage_stock=True,
            stock_quantity=good.quantity,
            category_ids=[int(self.shop.setting("default category", 0))],
        )
        return self.create("product", props)

    def save(self, document: Document, before: Props, *, quiet: bool = False) -> Document:
        """Store a changed product or variation whose properties were `before`."""
        props = document.body
        self._check_unique(document.kind, props, document.id, before=before)
        self._settle(props, before)
        if document.kind == "product":
            self._move_status(props, before, document.id)
            if before["type"] == "variable" != props["type"]:
                self._delete_children(document.id)
        saved = self._write(document, touch=not quiet)
        if document.kind == "variation":
            self.sync(document.parent_id or 0)
        elif props["type"] == "variable":
            saved = self.sync_now(saved)
        if not quiet:
            self.dialect.announce("product.updated", saved.id)
        return saved

    def trash(self, document: Document) -> None:
        """Put a product (with its variations) or a variation into the trash."""
        before = dict(document.body)
        now = int(self.shop.clock.now().timestamp())
        rows = [("_wp_trash_meta_status", before["status"]), ("_wp_trash_meta_time", str(now))]
        props = {**before, "status": "trash"}
        props["meta_data"] = [
            *before["meta_data"],
            *({"id": self.next_meta(), "key": k, "value": v} for k, v in rows),
        ]
        if document.kind == "product":
            self._move_status(props, before, document.id)
            for child in self.children(document.id):
                self._write(replace(child, body={**child.body, "status": "trash"}), touch=False)
        else:
            slug = {"id": self.next_meta(), "key": "_wp_desired_post_slug"}
            props["meta_data"].append({**slug, "value": rules.slug_of(self.title(document))})
        self._write(replace(document, body=props))
        if document.kind == "variation":
            self.sync(document.parent_id or 0)
        self.dialect.announce("product.deleted", document.id)

    def delete(self, document: Document) -> None:
        """Delete a product, with its variations, or a variation, for good."""
        if document.kind == "product":
            self._delete_children(document.id)
        self.shop.drop(document.kind, document.id)
        self.lookup.drop(document.id)
        if document.kind == "variation":
            self.sync(document.parent_id or 0)

    def move_stock(self, id: int, difference: int) -> int:
        """Add pieces to a counted stock (or take them, also below zero); gives what is there then.

        Where the parent counts for a variation, the parent's stock moves.
        """
        document = self.any(id)
        if document is not None and document.parent_id and not document.body["manage_stock"]:
            document = self.product(document.parent_id)
        if document is None:
            return 0
        before = dict(document.body)
        left = (document.body["stock_quantity"] or 0) + difference
        document.body["stock_quantity"] = left
        self.save(document, before)
        return left

    def next_meta(self) -> int:
        """The number of the next meta row."""
        return self.shop.next_number("meta", 40)

    def without_term(self, kind: str, id: int) -> None:
        """Take a deleted term off all products; who is left without category gets the default."""
        name = f"{kind}_ids"
        for found in [e.id for e in self.lookup.entries().values() if id in e.terms]:
            document = self.product(found)
            if document is not None and name in document.body:
                left = [i for i in document.body[name] if i != id]
                if kind == "category" and not left:
                    left = [int(self.shop.setting("default category", 0))]
                self._write(replace(document, body={**document.body, name: left}), touch=False)
        for document in self.shop.all("product") if kind == "shipping_class" else ():
            if document.body["shipping_class_id"] == id:
                body = {**document.body, "shipping_class_id": 0}
                self._write(replace(document, body=body), touch=False)

    # -- families ---------------------------------------------------------------------------

    def title(self, variation: Document) -> str:
        """A variation's full name: the parent's and its options."""
        parent = self.product(variation.parent_id or 0)
        options = ", ".join(v for v in variation.body["attributes"].values() if v)
        name = parent.body["name"] if parent else ""
        return f"{name} - {options}" if options else name

    def sync(self, parent: int) -> None:
        """Derive a variable product's price, sale and stock status from its variations."""
        if self._waiting is not None:
            self._waiting.add(parent)
        elif (document := self.product(parent)) is not None:
            self.sync_now(document)

    def together(self, act: Callable[[], Any]) -> Any:
        """Do something that saves many variations; their parents are derived once, at the end."""
        self._waiting = set()
        try:
            return act()
        finally:
            waiting, self._waiting = self._waiting, None
            for parent in sorted(waiting):
                self.sync(parent)

    def sync_now(self, parent: Document) -> Document:
        """The same, giving the parent as it is then."""
        if parent.body["type"] != "variable":
            return parent
        now = self.shop.clock.now()
        children = [c for c in self.children(parent.id) if c.body["status"] in COUNTED]
        shown = [c.body for c in children if c.body["status"] == "publish"]
        prices = [p for p in (properties.active_price(b, now) for b in shown) if p != ""]
        props = dict(parent.body)
        for child in children if props["manage_stock"] else ():
            status = self.child_status(child.body, props)
            if child.body["stock_status"] != status:
                body = {**child.body, "stock_status": status}
                self._write(replace(child, body=body), touch=False)
        props["price"] = min(prices, key=rules.number, default="")
        props["children_on_sale"] = any(properties.on_sale(b, now) for b in shown)
        if not props["manage_stock"]:
            props["stock_status"] = rules.family_status(
                self.child_status(c.body, props) for c in children
            )
        if props == parent.body:
            return parent
        return self._write(replace(parent, body=props), touch=False)

    @staticmethod
    def child_status(child: Props, parent: Props) -> str:
        """A variation's stock status: the parent's where the parent counts for it."""
        followed = not child["manage_stock"] and parent["manage_stock"]
        status: str = parent["stock_status"] if followed else child["stock_status"]
        return status

    # -- inner steps ------------------------------------------------------------------------

    def _delete_children(self, parent: int) -> None:
        for child in self.children(parent):
            self.shop.drop("variation", child.id)
            self.lookup.drop(child.id)

    def _settle(self, props: Props, before: Props | None) -> None:
        now = self.shop.clock.now()
        properties.settle(props, before, now, self.threshold())
        if props.get("type") == "variable" and before is not None:
            props["price"] = before["price"]
        if props.get("type") == "grouped":
            found = [d.body for d in map(self.product, props["grouped_products"]) if d is not None]
            prices = [b["price"] for b in found if b["price"] != ""]
            props["price"] = min(prices, key=rules.number, default="")
            props["children_on_sale"] = any(properties.on_sale(b, now) for b in found)
        if "type" in props and (
            before is None or any(props[n] != before.get(n) for n in properties.SALE_PROPS)
        ):
            stamp = properties.stamp(now) or ""
            props["due"] = [t for t in properties.due(props) if t >= stamp]

    def _write(self, document: Document, *, touch: bool = True) -> Document:
        sku = rules.normal_sku(document.body["sku"]) or None
        saved = self.shop.put(replace(document, sku=sku), touch=touch)
        self.lookup.note(saved)
        return saved

    def _move_status(self, props: Props, before: Props, id: int) -> None:
        """Into the trash the slug gains a mark, out of it the old one comes back."""
        if props["status"] == "trash" and before["status"] != "trash":
            wanted = {"key": "_wp_desired_post_slug", "value": props["slug"]}
            props["meta_data"] = [*props["meta_data"], {"id": self.next_meta(), **wanted}]
            props["slug"] = f"{props['slug']}__trashed"
        elif before["status"] == "trash" and props["status"] != "trash":
            kept = [m for m in props["meta_data"] if m["key"] == "_wp_desired_post_slug"]
            if kept:
                props["slug"] = kept[0]["value"]
                props["meta_data"] = [m for m in props["meta_data"] if m not in kept]
        self._give_slug(props, id)

    def _give_slug(self, props: Props, id: int) -> None:
        if props["slug"] == "" and props["status"] in properties.NO_SLUG:
            return
        props["slug"] = self.free_slug(props["slug"] or rules.slug_of(props["name"]), id)

    def free_slug(self, slug: str, id: int) -> str:
        """The slug, or the first of slug-2, slug-3 … that no other product has."""
        wanted, number = slug, 2
        while any(other != id for other in self.lookup.with_slug(wanted)):
            wanted, number = f"{slug}-{number}", number + 1
        return wanted

    def sku_owner(self, sku: str, besides: int) -> Document | None:
        """Another product or variation of that sku; one that is not in the trash foremost."""
        ids = sorted(id for id in self.lookup.with_sku(sku) if id != besides)
        found = [d for d in map(self.any, ids) if d is not None]
        return min(found, key=lambda d: (d.body["status"] == "trash", d.id), default=None)

    def free_sku(self, sku: str) -> str:
        """The first of sku-1, sku-2 … that nobody has."""
        number = 1
        while self.sku_owner(f"{sku}-{number}", 0) is not None:
            number += 1
        return f"{sku}-{number}"

    def _check_unique(
        self,
        kind: str,
        props: Props,
        id: int,
        *,
        is_new: bool = False,
        before: Props | None = None,
    ) -> None:
        sku, gtin = props["sku"], props["global_unique_id"]
        if sku and (before is None or sku != before["sku"]):
            self._check_sku(kind, sku, id, is_new)
        if gtin and (before is None or gtin != before["global_unique_id"]):
            owners = [o for o in self.lookup.with_gtin(gtin) if o != id]
            if owners:
                raise WooError(
                    "product_invalid_global_unique_id",
                    "Invalid or duplicated GTIN, UPC, EAN or ISBN.",
                    400,
                    {"resource_id": min(owners)},
                )

    def _check_sku(self, kind: str, sku: str, id: int, is_new: bool) -> None:
        owner = self.sku_owner(sku, id)
        if owner is None:
            return
        if owner.body["status"] != "trash":
            raise WooError(
                "product_invalid_sku",
                "Invalid or duplicated SKU.",
                400,
                {"resource_id": owner.id, "unique_sku": self.free_sku(sku)},
            )
        if is_new:
            raise WooError(
                f"woocommerce_rest_{NOT_CREATED[kind]}_not_created",
                f"The product with SKU ({sku}) you are trying to insert is already present"
                " in the lookup table",
            )
