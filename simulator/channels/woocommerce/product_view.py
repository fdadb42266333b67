"""A product as the API shows it; variations too where they are read as products."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import (
    attributes,
    checks,
    currencies,
    images,
    properties,
    rules,
    terms,
)
from simulator.channels.woocommerce.calls import Call, Reply, item_links
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce
    from simulator.channels.woocommerce.shelf import Shelf


def reply(call: Call, document: Document, *, edit: bool = True, status: int = 200) -> Reply:
    """One product; `edit` shows it raw, as answers to writes do."""
    found = shown(call, document, edit=edit or call.params.get("context") == "edit")
    return Reply(found, status, links=links(call, document))


def links(call: Call, document: Document) -> dict[str, Any]:
    """`_links` of a product."""
    above = document.parent_id or document.body.get("parent_id")
    up: dict[str, Any] = {"up": [{"href": call.link(f"/products/{above}")}]} if above else {}
    return item_links(call, f"/products/{document.id}", "/products", **up)


def shown(call: Call, document: Document, *, edit: bool) -> dict[str, Any]:
    """A product's fields, only those that `_fields` names (whole); `id` and `brands` always."""
    view = View(call.dialect, document, edit=edit)
    wanted = call.params.get("_fields")
    names: Iterable[str] = _wanted(wanted) if wanted else FIELDS
    return {n: FIELDS[n](view) for n in names if edit or n not in EDIT_ONLY}


def _wanted(fields: Any) -> list[str]:
    names = {str(f).strip() for f in checks.as_list(fields)} | {"id", "brands"}
    return [name for name in FIELDS if name in names]


def money_html(dialect: WooCommerce, value: float | Decimal) -> str:
    """An amount as the shop's pages print it."""
    sign = currencies.symbol(str(dialect.option("woocommerce_currency")))
    return (
        '<span class="woocommerce-Price-amount amount"><bdi>'
        f'<span class="woocommerce-Price-currencySymbol">{sign}</span>{value:,.2f}</bdi></span>'
    )


def local(moment: datetime | None, zone: Any) -> str | None:
    """A moment in the shop's time, without zone."""
    return None if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


class View:
    """A product or variation together with what its fields are made from."""

    def __init__(self, dialect: WooCommerce, document: Document, *, edit: bool) -> None:
        self.dialect, self.document, self.edit = dialect, document, edit
        self.shelf: Shelf = dialect.shelf
        self.now = dialect.shop.clock.now()
        self.is_variation: bool = document.kind == "variation"
        parent = self.shelf.product(document.parent_id or 0) if self.is_variation else None
        self.parent: Props | None = parent.body if parent else None
        self.props: Props = document.body
        self.type: str = "variation" if self.is_variation else self.props["type"]

    def prop(self, name: str, default: Any = None) -> Any:
        """A stored property."""
        return self.props.get(name, default)

    def inherited(self, name: str) -> Any:
        """A variation's own value, the parent's where it has none."""
        return self.props[name] or (self.parent or self.props)[name]

    @property
    def price(self) -> str:
        """The active price; a variation's follows the clock."""
        price: str = self.props["price"]
        return properties.active_price(self.props, self.now) if self.is_variation else price

    @property
    def on_sale(self) -> bool:
        """Whether it is on sale now."""
        if self.type in ("variable", "grouped"):
            return bool(self.props["children_on_sale"])
        return properties.on_sale(self.props, self.now)

    @property
    def counts(self) -> bool:
        """Whether the shop counts stock at all."""
        return bool(self.dialect.option("woocommerce_manage_stock") == "yes")

    @property
    def manages(self) -> bool | str:
        """Whether stock is counted here; "parent" where the parent counts it."""
        if not self.counts:
            return False
        if self.props["manage_stock"]:
            return True
        return "parent" if self.parent is not None and self.parent["manage_stock"] else False

    @property
    def stock(self) -> Props:
        """The properties that hold the stock which counts."""
        parent = self.parent
        return parent if self.manages == "parent" and parent is not None else self.props

    @property
    def allows_backorders(self) -> bool:
        """Whether it may be bought beyond what is there."""
        return self.stock["backorders"] in ("yes", "notify")

    @property
    def backordered(self) -> bool:
        """On backorder now: by its status, or sold below zero where that is allowed."""
        is_below = self.allows_backorders and (self.stock["stock_quantity"] or 0) < 0
        return self.stock["stock_status"] == "onbackorder" or bool(self.manages and is_below)

    @property
    def purchasable(self) -> bool:
        """Whether it has a price and may be bought."""
        if self.is_variation and self.props["status"] != "publish":
            return False
        return self.type not in ("grouped", "external") and self.price != ""

    def time(self, name: str, *, gmt: bool) -> str | None:
        """A stored time, in the shop's zone or UTC."""
        return local(properties.moment(self.props[name]), UTC if gmt else self.dialect.zone)

    def modified(self, *, gmt: bool) -> str | None:
        """When it was last changed."""
        return local(self.document.modified_at, UTC if gmt else self.dialect.zone)

    def html(self, name: str) -> str:
        """A description: raw for editing, in paragraphs for showing."""
        raw = self.props.get(name, "")
        return raw if self.edit else rules.paragraphs(raw)

    def permalink(self) -> str:
        """Where shoppers find it."""
        home, props = self.dialect.home, self.parent if self.is_variation else self.props
        slug = (props or {}).get("slug", "")
        if not self.is_variation:
            return f"{home}/product/{slug}/" if slug else f"{home}/?p={self.document.id}"
        query = "&".join(f"attribute_{k}={v}" for k, v in self.props["attributes"].items())
        return f"{home}/product/{slug}/" + (f"?{query}" if query else "")

    def price_html(self) -> str:
        """The price as the shop's pages print it."""
        if self.price == "":
            return ""
        return money_html(self.dialect, rules.number(self.price))

    def name(self) -> str:
        """The full name."""
        return self.shelf.title(self.document) if self.is_variation else self.props["name"]

    def slug(self) -> str:
        """The part of the address."""
        return rules.slug_of(self.name()) if self.is_variation else self.props["slug"]

    def term_rows(self, name: str) -> list[dict[str, Any]]:
        """Categories, tags or brands."""
        kinds = {"categories": "category", "tags": "tag", "brands": "brand"}
        kind = kinds[name]
        return terms.rows(self.dialect, kind, self.props.get(f"{kind}_ids", ()))

    def attribute_rows(self) -> list[dict[str, Any]]:
        """The attributes with their options, of a variation its choices."""
        if self.is_variation:
            return attributes.choices(self.dialect, self.props, self.parent or {})
        return attributes.shown(self.dialect, self.props["attributes"])

    def pictures(self) -> list[dict[str, Any]]:
        """The pictures, the featured one first."""
        return images.gallery(self.dialect, self.props)


def _field(name: str, default: Any = None) -> Callable[[View], Any]:
    return lambda v: v.prop(name, default)


EDIT_ONLY = ("permalink_template", "generated_slug")
FIELDS: dict[str, Callable[[View], Any]] = {
    "id": lambda v: v.document.id,
    "name": View.name,
    "slug": View.slug,
    "permalink": View.permalink,
    "date_created": lambda v: v.time("date_created", gmt=False),
    "date_created_gmt": lambda v: v.time("date_created", gmt=True),
    "date_modified": lambda v: v.modified(gmt=False),
    "date_modified_gmt": lambda v: v.modified(gmt=True),
    "type": lambda v: v.type,
    "status": _field("status"),
    "featured": _field("featured", False),
    "catalog_visibility": _field("catalog_visibility", "visible"),
    "description": lambda v: v.html("description"),
    "short_description": lambda v: v.html("short_description"),
    "sku": lambda v: v.inherited("sku"),
    "price": lambda v: v.price,
    "regular_price": _field("regular_price"),
    "sale_price": lambda v: "" if v.props["sale_price"] == "0" else v.props["sale_price"],
    "date_on_sale_from": lambda v: v.time("date_on_sale_from", gmt=False),
    "date_on_sale_from_gmt": lambda v: v.time("date_on_sale_from", gmt=True),
    "date_on_sale_to": lambda v: v.time("date_on_sale_to", gmt=False),
    "date_on_sale_to_gmt": lambda v: v.time("date_on_sale_to", gmt=True),
    "on_sale": lambda v: v.on_sale,
    "purchasable": lambda v: v.purchasable,
    "total_sales": lambda v: "0" if v.is_variation else v.props["total_sales"],
    "virtual": _field("virtual"),
    "downloadable": _field("downloadable"),
    "downloads": _field("downloads"),
    "download_limit": _field("download_limit"),
    "download_expiry": _field("download_expiry"),
    "external_url": _field("external_url", ""),
    "button_text": _field("button_text", ""),
    "tax_status": lambda v: (v.parent or v.props)["tax_status"],
    "tax_class": lambda v: tax_class(v),
    "manage_stock": lambda v: v.manages,
    "stock_quantity": lambda v: v.stock["stock_quantity"],
    "backorders": lambda v: v.stock["backorders"],
    "backorders_allowed": lambda v: v.allows_backorders,
    "backordered": lambda v: v.backordered,
    "low_stock_amount": lambda v: v.props["low_stock_amount"],
    "sold_individually": _field("sold_individually", False),
    "weight": lambda v: v.inherited("weight"),
    "dimensions": lambda v: {n: v.inherited(n) for n in ("length", "width", "height")},
    "shipping_required": lambda v: not v.props["virtual"],
    "shipping_taxable": lambda v: not v.props["virtual"] and v.props["tax_status"] != "none",
    "shipping_class": lambda v: terms.slug_of_id(v.dialect, v.inherited("shipping_class_id")),
    "shipping_class_id": lambda v: v.inherited("shipping_class_id"),
    "reviews_allowed": _field("reviews_allowed", False),
    "average_rating": lambda v: "0" if v.edit else "0.00",
    "rating_count": lambda v: 0,
    "upsell_ids": _field("upsell_ids", []),
    "cross_sell_ids": _field("cross_sell_ids", []),
    "parent_id": lambda v: v.document.parent_id if v.is_variation else v.props["parent_id"],
    "purchase_note": lambda v: v.html("purchase_note"),
    "categories": lambda v: v.term_rows("categories"),
    "brands": lambda v: v.term_rows("brands"),
    "tags": lambda v: v.term_rows("tags"),
    "images": View.pictures,
    "attributes": View.attribute_rows,
    "default_attributes": lambda v: attributes.default_rows(v.dialect, v.props),
    "variations": lambda v: v.shelf.child_ids(v.document.id) if v.type == "variable" else [],
    "grouped_products": _field("grouped_products", []),
    "menu_order": _field("menu_order"),
    "price_html": View.price_html,
    "related_ids": lambda v: [] if v.is_variation else v.shelf.lookup.related(v.document.id),
    "meta_data": _field("meta_data"),
    "stock_status": lambda v: v.stock["stock_status"],
    "has_options": lambda v: v.type == "variable",
    "post_password": _field("post_password", ""),
    "global_unique_id": _field("global_unique_id"),
    "permalink_template": lambda v: f"{v.dialect.home}/product/%pagename%/",
    "generated_slug": lambda v: v.shelf.free_slug(rules.slug_of(v.name()), v.document.id),
}


def tax_class(view: View) -> str:
    """The tax class; a variation's "parent" is shown as such only for editing."""
    own: str = view.props["tax_class"]
    if own == "parent" and not view.edit:
        return str((view.parent or {}).get("tax_class", ""))
    return own
