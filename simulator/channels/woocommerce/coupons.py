"""Coupons: what the shop's keepers offer off their prices."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.channels.woocommerce import batch, lists, order_views, properties, rules
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
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.lists import (
    CONTEXT,
    FORCE,
    IDS,
    PAGES,
    SEARCH,
    TIMES,
    ordered,
)
from simulator.channels.woocommerce.order_goods import SERIES
from simulator.channels.woocommerce.order_money import amount, fixed, plain
from simulator.channels.woocommerce.order_schema import FLAG, INT, META, TEXT, shown, times
from simulator.commerce.shop import Document

KIND = "coupon"
KINDS = ("percent", "fixed_cart", "fixed_product")
_MONEY = ("amount", "minimum_amount", "maximum_amount")
_LISTS = (
    "product_ids",
    "excluded_product_ids",
    "product_categories",
    "excluded_product_categories",
    "email_restrictions",
)
_LIMITS = ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items")
_FLAGS = ("individual_use", "free_shipping", "exclude_sale_items")


def _new() -> dict[str, Any]:
    return {
        "code": "",
        "status": "publish",
        "discount_type": "fixed_cart",
        "description": "",
        "date_expires_gmt": None,
        "usage_count": 0,
        "used_by": [],
        "meta_data": [],
        **dict.fromkeys(_MONEY, "0"),
        **{name: [] for name in _LISTS},
        **dict.fromkeys(_LIMITS),
        **dict.fromkeys(_FLAGS, False),
    }


def view(call: Call, coupon: Document) -> dict[str, Any]:
    """A coupon as the API shows it."""
    body, zone = coupon.body, call.dialect.zone
    expires = properties.moment(body["date_expires_gmt"])
    return {
        "id": coupon.id,
        **{name: value for name, value in body.items() if name not in _MONEY},
        **{name: fixed(body[name], 2) for name in _MONEY},
        **order_views.both("date_created", coupon.created_at, zone),
        **order_views.both("date_modified", coupon.modified_at, zone),
        **order_views.both("date_expires", expires, zone),
    }


def _shown(call: Call, coupon: Document, status: int = 200, **headers: str) -> Reply:
    links = item_links(call, f"/coupons/{coupon.id}", "/coupons")
    return Reply(view(call, coupon), status, headers, links)


def _existing(call: Call, message: str = "Invalid ID.", status: int = 404) -> Document:
    coupon = call.shop.get(KIND, call.number())
    if coupon is None:
        raise WooError("woocommerce_rest_shop_coupon_invalid_id", message, status)
    return coupon


def _allow(action: str) -> Allow:
    """The id is looked at first: what does not exist may be asked for by anybody."""

    def allow(call: Call) -> None:
        if call.shop.get(KIND, call.number()) is not None:
            call.refuse(action)

    return allow


def _list(call: Call) -> Reply:
    params = call.params
    code, words = rules.text(params.get("code")).lower(), rules.text(params.get("search")).lower()
    found = [
        c
        for c in call.shop.seen(KIND)
        if c.body["status"] != "trash"
        and (not code or c.body["code"] == code)
        and words in c.body["code"]
        and (not params.get("include") or c.id in params["include"])
        and c.id not in (params.get("exclude") or ())
        and lists.within(call, c.created_at, c.modified_at)
    ]
    by: dict[str, Callable[[Document], Any]] = {
        "modified": lambda c: (c.modified_at, c.id),
        "title": lambda c: c.body["code"],
        "id": lambda c: c.id,
    }
    found.sort(
        key=by.get(params.get("orderby", ""), lambda c: (c.created_at, c.id)),
        reverse=params.get("order", "desc") == "desc",
    )
    offset, length = lists.window(call)
    page = [_shown(call, c).whole() for c in found[offset : offset + length]]
    return lists.answer(call, "/coupons", page, len(found))


def _get(call: Call) -> Reply:
    return _shown(call, _existing(call))


def _create(call: Call) -> Reply:
    if call.params.get("id"):
        message = "Cannot create existing shop_coupon."
        raise WooError("woocommerce_rest_shop_coupon_exists", message)
    if not rules.line(call.params.get("code")):
        message = "The coupon code cannot be empty."
        raise WooError("woocommerce_rest_empty_coupon_code", message)
    body = _new()
    _set(call, body, 0)
    coupon = call.shop.add(KIND, body, series=SERIES)
    call.dialect.announce("coupon.created", coupon.id)
    return _shown(call, coupon, 201, Location=call.link(f"/coupons/{coupon.id}"))


def _update(call: Call) -> Reply:
    coupon = _existing(call, "ID is invalid.", 400)
    _set(call, coupon.body, coupon.id)
    coupon = call.shop.put(coupon)
    call.dialect.announce("coupon.updated", coupon.id)
    return _shown(call, coupon)


def _delete(call: Call) -> Reply:
    coupon = _existing(call)
    reply = _shown(call, coupon)
    if call.flag("force"):
        call.shop.drop(KIND, coupon.id)
        return reply
    if coupon.body["status"] == "trash":
        message = "The shop_coupon has already been deleted."
        raise WooError("woocommerce_rest_already_trashed", message, 410)
    coupon.body["status"] = "trash"
    call.shop.put(coupon)
    call.dialect.announce("coupon.deleted", coupon.id)
    return reply


def _set(call: Call, body: dict[str, Any], id: int) -> None:
    sent = {name: value for name, value in call.params.items() if value is not None}
    if "code" in sent:
        body["code"] = _free_code(call, rules.escaped(rules.line(sent["code"])).lower(), id)
    for name in (n for n in _MONEY if n in sent):
        body[name] = plain(amount(sent[name]))
    worth, is_percent = Decimal(body["amount"]), body["discount_type"] == "percent"
    if worth < 0 or (is_percent and worth > 100):
        raise WooError("coupon_invalid_amount", "Invalid discount amount")
    if "discount_type" in sent and sent["discount_type"] not in KINDS:
        raise WooError("coupon_invalid_discount_type", "Invalid discount type")
    if sent.get("discount_type") == "percent" and worth > 100:
        body["amount"] = "0"  # it was in order as money
    for name in ("discount_type", *_LISTS):
        body[name] = sent.get(name, body[name])
    if "description" in sent:
        body["description"] = rules.escaped(sent["description"])
    body["email_restrictions"] = [e for e in body["email_restrictions"] if "@" in str(e)]
    for name in (n for n in _FLAGS if n in sent):
        body[name] = rules.yes(sent[name])
    for name in (n for n in _LIMITS if n in call.params):
        body[name] = abs(rules.whole(call.params[name])) or None
    if "date_expires" in sent:  # `date_expires_gmt` has no effect
        now, zone = call.shop.clock.now(), call.dialect.zone
        expires = rules.sale_moment(sent["date_expires"], zone, now)
        body["date_expires_gmt"] = properties.stamp(expires)
    if isinstance(sent.get("meta_data"), list):
        number = lambda: call.shop.next_number("coupon_meta")  # noqa: E731
        body["meta_data"] = properties.set_meta(body["meta_data"], sent["meta_data"], number)


def _free_code(call: Call, code: str, id: int) -> str:
    for other in call.shop.all(KIND):
        if other.body["code"] == code and other.id != id and other.body["status"] != "trash":
            message = "The coupon code already exists"
            raise WooError("woocommerce_rest_coupon_code_already_exists", message)
    return code


_TEXTS: Schema = {"type": "array", "items": TEXT}
_INTS: Schema = {"type": "array", "items": INT}
FIELDS: dict[str, Schema] = {
    "code": TEXT,
    "amount": TEXT,
    "discount_type": {"type": "string", "enum": list(KINDS)},
    "description": TEXT,
    "date_expires": {"type": ["string", "null"]},
    "date_expires_gmt": {"type": ["string", "null"]},
    "individual_use": FLAG,
    "product_ids": _INTS,
    "excluded_product_ids": _INTS,
    "usage_limit": INT,
    "usage_limit_per_user": INT,
    "limit_usage_to_x_items": INT,
    "free_shipping": FLAG,
    "product_categories": _INTS,
    "excluded_product_categories": _INTS,
    "exclude_sale_items": FLAG,
    "minimum_amount": TEXT,
    "maximum_amount": TEXT,
    "email_restrictions": _TEXTS,
    "meta_data": META,
}
_LIST = {
    **PAGES,
    "search": SEARCH,
    **TIMES,
    "exclude": IDS,
    "include": IDS,
    **ordered(["date", "id", "include", "title", "slug", "modified"]),
    "code": TEXT,
}
_ID = {"id": INT}
RESOURCE: Schema = {
    "title": "shop_coupon",
    "properties": {
        **shown(id=INT, usage_count=INT, used_by=_TEXTS),
        **times("date_created", "date_modified"),
        "status": TEXT,
        **FIELDS,
    },
}
ROUTES = (
    Route(
        "/coupons",
        (
            Endpoint(GET, may("list"), _list, _LIST),
            Endpoint(
                CREATE, may("create"), _create, {**FIELDS, "code": {**TEXT, "required": True}}
            ),
        ),
        RESOURCE,
    ),
    Route(
        r"/coupons/(?P<id>[\d]+)",
        (
            Endpoint(GET, _allow("view"), _get, {**_ID, "context": CONTEXT}),
            Endpoint(UPDATE, _allow("edit"), _update, {**_ID, **FIELDS}),
            Endpoint(DELETE, _allow("delete"), _delete, {**_ID, **FORCE}),
        ),
        RESOURCE,
    ),
    Route("/coupons/batch", (batch.batch(_create, _update, _delete),), RESOURCE),
)
