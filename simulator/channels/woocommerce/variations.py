"""Routes of variations: under their product, and the list of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.channels.woocommerce import (
    attributes,
    batch,
    images,
    lists,
    product_edit,
    product_lists,
    products,
    properties,
    rules,
    variation_view,
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
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import Fatal, WooError
from simulator.channels.woocommerce.lists import FORCE, ordered
from simulator.channels.woocommerce.product_schema import (
    INT,
    LIST,
    ONE,
    VARIATION,
    VARIATION_RESOURCE,
)
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

PARENT = r"/products/(?P<product_id>[\d]+)"
PATH = PARENT + "/variations"
NOT_LISTED_BY = ("type", "include_types", "exclude_types", "category", "tag", "brand", "featured",
                 "attribute", "attribute_term", "shipping_class")  # fmt: skip
LIST_ARGS: dict[str, Schema] = {
    **{k: v for k, v in LIST.items() if k not in NOT_LISTED_BY},
    **ordered(("date", "id", "include", "title", "slug", "modified", "menu_order")),
    "has_price": {"type": "boolean"},
}


def _find(call: Call) -> Document:
    """The variation of the call's parent and id; WooError 404."""
    found = call.dialect.shelf.variation(call.number())
    if found is None or found.parent_id != call.number("product_id"):
        raise WooError("woocommerce_rest_product_variation_invalid_id", "Invalid ID.", 404)
    return found


def _allow(action: str) -> Allow:
    def allow(call: Call) -> None:
        _find(call)
        call.refuse(action)

    return allow


def list_variations(call: Call) -> Reply:
    """One page of variations, of one product or of all."""
    parent = call.number("product_id") if "product_id" in call.params else None
    no_effect = ("search_sku", *(("parent",) if parent is not None else ()), *NOT_LISTED_BY)
    params = {k: v for k, v in call.params.items() if k not in no_effect}
    found, total = product_lists.page(replace(call, params=params), ("variation",), parent=parent)
    edit = call.params.get("context") == "edit"
    rows = [variation_view.reply(call, d, edit=edit).whole() for d in found]
    path = "/variations" if parent is None else f"/products/{parent}/variations"
    return lists.answer(call, path, rows, total)


def read(call: Call) -> Reply:
    """One variation."""
    document = _find(call)
    if call.shop.lag:
        document = products.seen(call, document.id) or document
    return variation_view.reply(call, document, edit=call.params.get("context") == "edit")


def create(call: Call) -> Reply:
    """A new variation. Fatal under a product that does not exist, as in the real shop."""
    if call.params.get("id"):
        raise WooError(
            "woocommerce_rest_product_variation_exists", "Cannot create existing product_variation."
        )
    parent = call.dialect.shelf.product(call.number("product_id"))
    if parent is None:
        raise Fatal("a variation of nothing")
    props = properties.new_variation()
    props["date_created"] = properties.stamp(call.shop.clock.now())
    apply(call, props, parent.body)
    made = call.dialect.shelf.create("variation", props, parent.id)
    reply = variation_view.reply(call, made, edit=True)
    location = call.link(f"{PATH}/{made.id}")  # the raw pattern, as the real shop has it
    return replace(reply, status=201, headers={"Location": location})


def update(call: Call) -> Reply:
    """A changed variation."""
    document = _find(call)
    parent = call.dialect.shelf.product(document.parent_id or 0)
    props = dict(document.body)
    apply(call, props, parent.body if parent else {"attributes": []})
    saved = call.dialect.shelf.save(replace(document, body=props), document.body)
    return variation_view.reply(call, saved, edit=True)


def delete(call: Call) -> Reply:
    """A variation that went to the trash, or away for good; shown as it was."""
    document = _find(call)
    force = call.flag("force")
    reply = variation_view.reply(call, document, edit=True, is_gone=force)
    if force:
        call.dialect.shelf.delete(document)
    elif document.body["status"] == "trash":
        raise WooError(
            "woocommerce_rest_already_trashed", "The product_variation has already been deleted.",
            410,
        )  # fmt: skip
    else:
        call.dialect.shelf.trash(document)
    return reply


def apply(call: Call, props: Props, parent: Props) -> None:
    """Set on a variation's properties what the call's parameters say."""
    sent = {k: v for k, v in call.params.items() if v is not None}
    if not sent.get("menu_order"):  # 0 changes nothing
        sent.pop("menu_order", None)
    if "description" in sent:
        props["description"] = rules.escaped(sent["description"])
    if "status" in sent:
        status = rules.text(sent["status"])
        props["status"] = status if status in properties.STATUSES else "draft"
    product_edit.apply_common(call, sent, props)
    if "attributes" in sent:
        rows = sent["attributes"] if isinstance(sent["attributes"], list) else []
        props["attributes"] = attributes.picked(call.dialect, rows, parent)
    _set_stock(call, sent, props)
    _set_pictures(call, sent, props)


def _set_stock(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    if "manage_stock" in (sent if call.in_batch else call.params):  # null means no
        own = call.params["manage_stock"]
        props["manage_stock"] = own != "parent" and rules.yes(own)
    if "stock_status" in sent:
        status = rules.text(sent["stock_status"])
        props["stock_status"] = status if status in rules.STOCK_STATUSES else "instock"
    if "backorders" in sent:
        props["backorders"] = rules.text(sent["backorders"]) or "no"
    if props["manage_stock"]:
        product_edit.set_quantity(call, props)


def _set_pictures(call: Call, sent: Mapping[str, Any], props: Props) -> None:
    if "image" in call.params:
        image = call.params["image"]
        is_meant = isinstance(image, dict) and (rules.whole(image.get("id")) or image.get("src"))
        found = images.attach(call, image, images.VARIATION_ERROR) if is_meant else None
        props["image_id"] = found.id if found else 0
    if "gallery_image_ids" in sent:
        props["gallery_image_ids"] = [rules.whole(i) for i in sent["gallery_image_ids"]]


def _batch(call: Call) -> Reply:
    parent = str(call.number("product_id"))

    def act() -> Reply:
        return batch.run(call, create, update, delete, product_id=parent)

    reply: Reply = call.dialect.shelf.together(act)
    return reply


def generate(call: Call) -> Reply:
    """Make the combinations of the parent's options that have no variation yet."""
    shelf = call.dialect.shelf
    parent = shelf.product(call.number("product_id"))
    if parent is None or parent.body["type"] != "variable":
        raise WooError("woocommerce_rest_product_invalid_id", "Invalid product ID.", 404)
    there = [c.body["attributes"] for c in shelf.children(parent.id)]
    missing = [c for c in attributes.combinations(call.dialect, parent.body) if c not in there]

    def act() -> None:
        for one in missing:
            props = properties.new_variation()
            props["attributes"] = one
            shelf.create("variation", props, parent.id)

    shelf.together(act)
    body = {"count": len(missing)}
    if call.flag("delete"):
        wanted = attributes.combinations(call.dialect, parent.body)
        gone = [c for c in shelf.children(parent.id) if c.body["attributes"] not in wanted]
        for child in gone:
            shelf.delete(child)
        body["deleted_count"] = len(gone)
    return Reply(body)


_ID = {"product_id": INT, "id": INT}
ROUTES = (
    Route(
        PATH,
        (
            Endpoint(GET, may("list"), list_variations, {"product_id": INT, **LIST_ARGS}),
            Endpoint(CREATE, may("create"), create, {"product_id": INT, **VARIATION}),
        ),
        VARIATION_RESOURCE,
    ),
    Route(
        PATH + r"/(?P<id>[\d]+)",
        (
            Endpoint(GET, _allow("view"), read, {"product_id": INT, **ONE}),
            Endpoint(UPDATE, _allow("edit"), update, {**_ID, **VARIATION}),
            Endpoint(DELETE, _allow("delete"), delete, {**_ID, **FORCE}),
        ),
        VARIATION_RESOURCE,
    ),
    Route(PATH + "/batch", (Endpoint(UPDATE, may("batch"), _batch),)),
    Route(
        PATH + "/generate",
        (
            Endpoint(
                CREATE,
                may("create"),
                generate,
                {
                    "product_id": INT,
                    "delete": {"type": "boolean"},
                    "default_values": {"type": "object"},
                },
            ),
        ),
    ),
    Route("/variations", (Endpoint(GET, may("list"), list_variations, LIST_ARGS),)),
)
