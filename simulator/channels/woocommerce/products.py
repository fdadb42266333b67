"""Routes of products: list, item, batch, duplicate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.channels.woocommerce import (
    attributes,
    batch,
    lists,
    product_edit,
    product_lists,
    product_view,
    properties,
    rules,
    taxes,
)
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Allow,
    Call,
    Endpoint,
    Reply,
    Route,
    may,
)
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lists import FORCE
from simulator.channels.woocommerce.product_schema import INT, LIST, ONE, PRODUCT, PRODUCT_RESOURCE
from simulator.commerce.shop import Document

PATH = "/products"


def _no_such(status: int) -> WooError:
    return WooError("woocommerce_rest_product_invalid_id", "Invalid ID.", status)


def _allow(action: str) -> Allow:
    """The id is looked at first: what does not exist may be asked for by anybody."""

    def allow(call: Call) -> None:
        if call.dialect.shelf.lookup.get(call.number()) is not None:
            call.refuse(action)

    return allow


def seen(call: Call, id: int) -> Document | None:
    """A product or variation as a reader sees it, which may lag behind."""
    if not call.shop.lag:
        return call.dialect.shelf.any(id)
    found = (d for kind in ("product", "variation") for d in call.shop.seen(kind) if d.id == id)
    return next(found, None)


def _own(call: Call, status: int) -> Document:
    """The product to be changed; a variation may only be read here."""
    document = call.dialect.shelf.any(call.number())
    if document is None:
        raise _no_such(status)
    if document.kind == "variation":
        raise WooError(
            "woocommerce_rest_invalid_product_id",
            "To manipulate product variations you should use the"
            " /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
            404,
        )
    return document


def list_products(call: Call) -> Reply:
    """One page of products (and variations, where skus are asked for)."""
    taxes.check_class(call, "tax_class")
    found, total = product_lists.page(call, product_lists.kinds_of_products(call))
    edit = call.params.get("context") == "edit"
    rows = [
        {**product_view.shown(call, d, edit=edit), "_links": product_view.links(call, d)}
        for d in found
    ]
    return lists.answer(call, PATH, rows, total)


def read(call: Call) -> Reply:
    """One product."""
    document = seen(call, call.number())
    if document is None:
        raise _no_such(404)
    return product_view.reply(call, document, edit=False)


def create(call: Call) -> Reply:
    """A new product."""
    if call.params.get("id"):
        raise WooError("woocommerce_rest_product_exists", "Cannot create existing product.")
    props = properties.new_product()
    props["date_created"] = properties.stamp(call.shop.clock.now())
    product_edit.apply(call, props)
    made = call.dialect.shelf.create("product", props)
    reply = product_view.reply(call, made, status=201)
    return replace(reply, headers={"Location": call.link(f"{PATH}/{made.id}")})


def update(call: Call) -> Reply:
    """A changed product."""
    document = _own(call, 400)
    before = document.body
    props = dict(before)
    product_edit.apply(call, props)
    saved = call.dialect.shelf.save(replace(document, body=props), before)
    return product_view.reply(call, saved)


def delete(call: Call) -> Reply:
    """A product that went to the trash, or away for good; shown as it was."""
    document = _own(call, 404)
    reply = product_view.reply(call, document)
    if call.flag("force"):
        call.dialect.shelf.delete(document)
    elif document.body["status"] == "trash":
        raise WooError(
            "woocommerce_rest_already_trashed", "The product has already been deleted.", 410
        )
    else:
        call.dialect.shelf.trash(document)
    return reply


def duplicate(call: Call) -> Reply:
    """A copy of a product as a draft, in the shop's raw inner shape."""
    document = call.dialect.shelf.product(call.number())
    if document is None:
        raise WooError("woocommerce_rest_product_invalid_id", "Invalid product ID.", 404)
    shelf, props = call.dialect.shelf, {**document.body}
    props.update(date_created=properties.stamp(call.shop.clock.now()), global_unique_id="")
    sku = props["sku"]
    product_edit.apply(call, props)
    if sku and props["sku"] == sku:
        props["sku"] = shelf.free_sku(sku)
    props.update(name=f"{props['name']} (Copy)", status="draft", slug="", total_sales=0)
    made = shelf.create("product", props)
    for child in shelf.children(document.id):
        own = {**child.body, "sku": shelf.free_sku(s) if (s := child.body["sku"]) else ""}
        shelf.create("variation", {**own, "global_unique_id": ""}, made.id)
    return Reply(_raw(call, made))


def _raw(call: Call, document: Document) -> dict[str, Any]:
    """A product's inner data, as `duplicate` answers it."""
    props = dict(document.body)
    props["attributes"] = {
        key: {} for key in attributes.keys(call.dialect, props["attributes"])
    } or []
    for name in ("type", "external_url", "button_text", "grouped_products", "children_price",
                 "children_on_sale", "listed_on_sale", "due"):  # fmt: skip
        props.pop(name, None)
    zone = call.dialect.zone
    for name, moment in (("created", document.created_at), ("modified", document.modified_at)):
        there = moment.astimezone(zone)
        props[f"date_{name}"] = {
            "date": there.strftime("%Y-%m-%d %H:%M:%S.000000"),
            "timezone_type": 3,
            "timezone": str(zone),
        }
    low, image = props["low_stock_amount"], props["image_id"]
    props.update(
        id=document.id,
        image_id=str(image) if image else "",
        low_stock_amount="" if low is None else low,
        default_attributes=props["default_attributes"] or [],
        rating_counts=[],
        average_rating="0",
        review_count=0,
        cogs_value=None,
    )
    return props


def related_names(call: Call) -> Reply:
    """Products that share a category or tag with one, as a list of products."""
    document = _own(call, 404)
    ids = call.dialect.shelf.lookup.related(document.id)
    found = [d for id in ids if (d := call.dialect.shelf.product(id)) is not None]
    return Reply([product_view.reply(call, d, edit=False).whole() for d in found])


def _meta_names(call: Call) -> Reply:
    word = rules.text(call.params.get("search")).casefold()
    found = {
        m["key"]
        for e in call.dialect.shelf.lookup.entries().values()
        if (d := call.shop.get(e.kind, e.id)) is not None
        for m in d.body["meta_data"]
    }
    names = sorted(n for n in found if word in n.casefold() and not n.startswith("_"))
    return Reply(names, headers={"X-WP-Total": str(len(names)), "X-WP-TotalPages": "1"})


ROUTES = (
    Route(
        PATH,
        (
            Endpoint(GET, may("list"), list_products, LIST),
            Endpoint(CREATE, may("create"), create, PRODUCT),
        ),
        PRODUCT_RESOURCE,
    ),
    Route(
        PATH + r"/(?P<id>[\d]+)",
        (
            Endpoint(GET, _allow("view"), read, {**ONE, "image_size": {"type": "string"}}),
            Endpoint(UPDATE, _allow("edit"), update, {"id": INT, **PRODUCT}),
            Endpoint(DELETE, _allow("delete"), delete, {"id": INT, **FORCE}),
        ),
        PRODUCT_RESOURCE,
    ),
    Route(PATH + "/batch", (batch.batch(create, update, delete),)),
    Route(
        PATH + r"/(?P<id>[\d]+)/duplicate",
        (Endpoint(CREATE, may("create"), duplicate, {"id": INT, **PRODUCT}),),
    ),
    Route(
        PATH + r"/(?P<id>[\d]+)/related",
        (Endpoint(GET, may("list"), related_names, {"id": INT}),),
    ),
    Route(PATH + "/custom-fields/names", (Endpoint(GET, may("list"), _meta_names),)),
)
