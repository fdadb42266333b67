"""Making and changing orders as requests ask, in the order of steps that the shop keeps to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import (
    checks,
    notes,
    order_flow,
    order_goods,
    order_money,
    order_rows,
    order_views,
    product_view,
    properties,
    rules,
)
from simulator.channels.woocommerce.calls import Call
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.order_coupons import Coupon, Piece, discounts, refusal
from simulator.channels.woocommerce.order_money import Body, TaxRules, plain
from simulator.channels.woocommerce.order_schema import ADDRESS, STATUSES
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded, tax_in, tax_on

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

_TEXTS = (
    "currency",
    "customer_note",
    "payment_method",
    "payment_method_title",
    "transaction_id",
)
_RECKONS = ("billing", "shipping", *order_rows.KINDS, "coupon_lines")
_ADMIN = "admin@example.org"  # whoever calls counts as a buyer too
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
Params = Mapping[str, Any]


def create(call: Call) -> Document:
    """A new order from a request; WooError when it is refused.

    A coupon that is refused leaves the order behind as a draft, named in the error.
    """
    params = call.params
    via = rules.line(params.get("created_via") or "") or "rest-api"
    order = make(call.dialect, params, via)
    try:
        _set_coupons(call.dialect, order.body, params)
    except WooError as refused:
        order.body["status"] = "checkout-draft"
        order_flow.save(call.dialect, order)
        refused.data = {**refused.data, "new_draft_order_id": order.id}
        raise
    return finish(call.dialect, order, params, creating=True)


def make(dialect: WooCommerce, params: Params, created_via: str) -> Document:
    """Store a new pending order with the posted fields and rows, reckoned up."""
    body = new_body(dialect)
    body["created_via"] = created_via
    _set_fields(dialect, body, params, moves_stock=False)
    _check_customer(dialect, body, params)
    order = order_flow.create(dialect, body)
    reckon(dialect, order.body)
    return order


def finish(dialect: WooCommerce, order: Document, params: Params, *, creating: bool) -> Document:
    """The last steps of every save: status, store, payment."""
    if params.get("status"):
        order.body["status"] = _status(str(params["status"]))
    by_hand = rules.yes(params.get("manual_update"))
    order = order_flow.save(dialect, order, by=notes.ADMIN if by_hand else notes.SHOP)
    paid = params.get("set_paid")
    if paid is True and (creating or order_views.needs_payment(order.body)):
        order = order_flow.pay(dialect, order, rules.text(params.get("transaction_id")))
    return order


def update(call: Call, order: Document) -> Document:
    """Change an order as a request asks; WooError when it is refused."""
    dialect, params, body = call.dialect, call.params, order.body
    _set_fields(dialect, body, params, moves_stock=body["status"] in order_flow.TAKES_STOCK)
    _check_customer(dialect, body, params)
    if any(params.get(name) is not None for name in _RECKONS):
        reckon(dialect, body)
    _set_coupons(dialect, body, params)
    return finish(dialect, order, params, creating=False)


def new_body(dialect: WooCommerce) -> Body:
    """An order without anything in it."""
    stream = dialect.world.chance.stream(f"{dialect.name} order keys")
    empty = dict.fromkeys(ADDRESS, "")
    return {
        "parent_id": 0,
        "status": "pending",
        "currency": dialect.option("woocommerce_currency", "PLN"),
        "prices_include_tax": dialect.option("woocommerce_prices_include_tax") == "yes",
        "created_via": "",
        "customer_id": 0,
        "order_key": "wc_order_" + "".join(stream.choice(_ALPHABET) for _ in range(13)),
        "billing": {**empty, "email": "", "phone": ""},
        "shipping": {**empty, "phone": ""},
        "customer_note": "",
        "payment_method": "",
        "payment_method_title": "",
        "transaction_id": "",
        "customer_ip_address": "",
        "customer_user_agent": "",
        "cart_hash": "",
        "date_paid": None,
        "date_completed": None,
        "meta_data": [],
        "line_items": [],
        "shipping_lines": [],
        "fee_lines": [],
        "tax_lines": [],
        "coupon_lines": [],
        **dict.fromkeys(order_views.AMOUNTS, "0"),
        "stock_reduced": False,
        "sales_counted": False,
        "coupons_counted": True,
        "new_order_mailed": False,
    }


def tax_rules(dialect: WooCommerce, body: Body) -> TaxRules:
    """How an order is taxed: by its shipping address, else billing, else the shop's country."""
    base = order_goods.shop_place(dialect)
    based_on = dialect.option("woocommerce_tax_based_on", "shipping")
    place = base if based_on == "base" else body["shipping"]
    if based_on == "billing" or not place.get("country"):
        place = body["billing"]
    if not place.get("country"):
        place = base
    rates = order_goods.tax_rates(dialect)
    return TaxRules(
        on=dialect.option("woocommerce_calc_taxes", "yes") == "yes",
        gross=body["prices_include_tax"],
        here=lambda tax_class: order_money.matching(rates, tax_class, place),
        base=lambda tax_class: order_money.matching(rates, tax_class, base),
    )


def reckon(dialect: WooCommerce, body: Body) -> None:
    """Reckon an order's taxes and totals anew from its rows."""
    found = tax_rules(dialect, body)
    order_money.charge_taxes(body, found)
    order_money.settle(body, found, lambda: dialect.shop.next_number("order_item"))


# -- fields -------------------------------------------------------------------------------------


def _set_fields(dialect: WooCommerce, body: Body, params: Params, *, moves_stock: bool) -> None:
    for name in _TEXTS:
        if params.get(name) is not None:
            tidy = rules.line if name == "payment_method_title" else rules.text
            body[name] = tidy(params[name])
    body["currency"] = body["currency"] or dialect.option("woocommerce_currency", "PLN")
    for name in ("parent_id", "customer_id"):
        if params.get(name) is not None:
            body[name] = abs(rules.whole(params[name]))
    if params.get("parent_id") and dialect.shop.get("order", body["parent_id"]) is None:
        raise WooError("order_invalid_parent_id", "Invalid parent ID")
    email = (params.get("billing") or {}).get("email")
    if email and not checks.is_email(rules.text(email)):  # in a batch nobody looked before
        raise WooError("order_invalid_billing_email", "Invalid billing email address")
    for name in ("billing", "shipping"):
        for field, value in (params.get(name) or {}).items():
            if field in body[name]:
                body[name][field] = rules.text(value)
    desk = order_rows.Desk(dialect, tax_rules(dialect, body), moves_stock)
    for kind in order_rows.KINDS:
        order_rows.set_rows(body, kind, params.get(kind), desk)
    sent = params.get("meta_data")
    if isinstance(sent, list):
        body["meta_data"] = properties.set_meta(
            body["meta_data"], sent, lambda: dialect.shop.next_number("order_meta")
        )


def _check_customer(dialect: WooCommerce, body: Body, params: Params) -> None:
    id = params.get("customer_id")
    if id not in (None, 0) and dialect.shop.get("user", rules.whole(id)) is None:
        raise WooError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")
    user = dialect.shop.get("user", body["customer_id"])
    if user is not None and not body["billing"]["email"]:
        body["billing"] = {**body["billing"], "email": user.body["email"]}


def _status(word: str) -> str:
    """A status as it is stored: without prefix, unknown ones (batch rows only) become pending."""
    word = word.removeprefix("wc-")
    return word if word in (*STATUSES, "auto-draft", "trash") else "pending"


# -- coupons ------------------------------------------------------------------------------------


def _set_coupons(dialect: WooCommerce, body: Body, params: Params) -> None:
    """Put the posted coupons in the place of all that the order has; none posted changes nothing."""
    posted = params.get("coupon_lines")
    if not isinstance(posted, list):
        return
    wanted = [_wanted(dialect, body, item) for item in posted if isinstance(item, dict)]
    if twice := [c.code for n, c in enumerate(wanted) if c in wanted[:n]]:
        message = f"Coupon code &quot;{twice[0]}&quot; already applied!"
        raise WooError("woocommerce_rest_invalid_coupon", message)
    if not wanted and not body["coupon_lines"]:
        return
    buyer = str(body["customer_id"] or body["billing"]["email"])
    for row in body["coupon_lines"]:
        order_goods.count_coupon(dialect, row["code"], -1, buyer)
    body["coupon_lines"] = []
    for coupon in wanted:
        order_goods.count_coupon(dialect, coupon.code, 1, buyer)
    _discount(dialect, body, wanted)


def _wanted(dialect: WooCommerce, body: Body, item: Params) -> Coupon:
    if item.get("id"):
        raise WooError("woocommerce_rest_coupon_item_id_readonly", "Coupon item ID is readonly.")
    code = rules.line(item.get("code")).lower()
    if not code:
        raise WooError("woocommerce_rest_invalid_coupon", "Coupon code is required.")
    coupon = order_goods.coupon(dialect, code)
    if coupon is None:
        said: str | None = f"Coupon &quot;{code}&quot; cannot be applied because it does not exist."
    elif code in {row["code"] for row in body["coupon_lines"]}:
        said = None
    else:
        said = refusal(
            coupon,
            _pieces(dialect, body),
            dialect.shop.clock.now(),
            money=lambda sum: product_view.money_html(dialect, sum),
            mails=(_ADMIN, body["billing"]["email"].lower()),
        )
    if coupon is None or said:
        raise WooError("woocommerce_rest_invalid_coupon", said or "")
    return coupon


def _pieces(dialect: WooCommerce, body: Body) -> list[Piece]:
    """What coupons may take from: each row's price before discounts, gross where prices are."""
    pieces = []
    for row in body["line_items"]:
        price = rounded(Decimal(row["subtotal"] or 0))
        if body["prices_include_tax"]:
            price += order_money.row_tax(row, "subtotal", True)
        good = order_goods.of_row(dialect, row)
        pieces.append(
            Piece(
                row["id"],
                int(price * 100),
                row["quantity"],
                frozenset({row["product_id"], row["variation_id"]} - {0}),
                good is not None and good.on_sale,
            )
        )
    return pieces


def _discount(dialect: WooCommerce, body: Body, coupons: list[Coupon]) -> None:
    taken = discounts(coupons, _pieces(dialect, body))
    found = tax_rules(dialect, body)
    for row in body["line_items"]:
        cents = sum(by_row.get(row["id"], 0) for by_row in taken.values())
        left = Decimal(row["subtotal"]) - _net(Decimal(cents) / 100, row, found)
        row["total"] = plain(max(Decimal(0), left))
    for coupon in coupons:
        body["coupon_lines"].append(_coupon_row(dialect, body, coupon, taken[coupon.code]))
    reckon(dialect, body)


def _net(discount: Decimal, row: order_money.Row, found: TaxRules) -> Decimal:
    """A discount without the tax in it, unrounded, where prices are gross."""
    if not (found.on and found.gross and row["tax_status"] == "taxable"):
        return discount
    return discount - sum(tax_in(discount, found.rates(row["tax_class"])).values(), Decimal(0))


def _coupon_row(
    dialect: WooCommerce, body: Body, coupon: Coupon, taken: Mapping[int, int]
) -> order_money.Row:
    found, net, tax = tax_rules(dialect, body), Decimal(0), Decimal(0)
    for row in body["line_items"]:
        discount = Decimal(taken.get(row["id"], 0)) / 100
        net += discount
        if found.on and row["tax_status"] == "taxable":
            split = tax_in if found.gross else tax_on
            whole = sum(split(discount, found.rates(row["tax_class"])).values(), Decimal(0))
            share = rounded(whole, half_down=found.gross)
            tax += share
            net -= share if found.gross else Decimal(0)
    info = json.dumps(coupon.short(), separators=(",", ":"))
    number = dialect.shop.next_number
    return {
        "id": number("order_item"),
        "code": coupon.code,
        "discount": plain(net),
        "discount_tax": plain(tax),
        "meta_data": [{"id": number("order_itemmeta"), "key": "coupon_info", "value": info}],
        "discount_type": coupon.kind,
        "nominal_amount": plain(coupon.amount),
        "free_shipping": coupon.free_shipping,
    }
