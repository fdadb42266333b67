"""Orders: what one holds, how it is made and shown, and what its states do."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.baselinker import journal, order_rows
from simulator.channels.baselinker.store import Store
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker

FIRST = 1_630_473  # the number of an account's first order
COUNTRIES = {
    "PL": "Poland",
    "DE": "Germany",
    "CZ": "Czech Republic",
    "SK": "Slovakia",
    "FR": "France",
    "GB": "United Kingdom",
    "US": "United States",
    "AT": "Austria",
    "NL": "Netherlands",
    "IT": "Italy",
    "ES": "Spain",
}
WIDTHS = {
    "user_comments": 510,
    "admin_comments": 200,
    "payment_method": 30,
    "email": 150,
    "phone": 100,
    "user_login": 30,
    "delivery_method": 30,
    "delivery_fullname": 100,
    "delivery_company": 100,
    "delivery_address": 156,
    "delivery_city": 100,
    "delivery_state": 20,
    "delivery_postcode": 100,
    "delivery_country_code": 2,
    "delivery_point_id": 40,
    "delivery_point_name": 100,
    "delivery_point_address": 100,
    "delivery_point_postcode": 100,
    "delivery_point_city": 100,
    "invoice_fullname": 200,
    "invoice_company": 200,
    "invoice_nip": 100,
    "invoice_address": 250,
    "invoice_city": 100,
    "invoice_state": 20,
    "invoice_postcode": 20,
    "invoice_country_code": 2,
    "extra_field_1": 50,
    "extra_field_2": 50,
}


def blank(store: Store) -> dict[str, Any]:
    """An order before anything is said of it."""
    now = store.now()
    return {
        "shop_order_id": 0,
        "external_order_id": "",
        "order_source": "personal",
        "order_source_id": 0,
        "order_source_info": "-",
        "order_status_id": store.setting("status_new"),
        "confirmed": True,
        "date_add": now,
        "date_confirmed": now,
        "date_in_status": now,
        "currency": store.setting("currency"),
        "payment_method_cod": False,
        "payment_done": "0.00",
        "delivery_price": "0.00",
        "delivery_package_module": "",
        "delivery_package_nr": "",
        "want_invoice": False,
        "custom_extra_fields": {},
        "pick_state": 0,
        "pack_state": 0,
        "star": 0,
        "products": [],
        **dict.fromkeys(WIDTHS, ""),
    }


def place(dialect: BaseLinker, body: dict[str, Any], *, is_copy: bool = False) -> Document:
    """Keep a new order, take its goods off the stock, and journal it; a copy is told by its original."""
    store, paid = dialect.store, Decimal(body["payment_done"])
    for row in body["products"]:
        order_rows.take(store, row)
    order = store.add(
        "order",
        {**body, "payment_done": "0.00"},
        id=store.shop.next_number("order", FIRST),
        parent_id=body["date_confirmed"],
        sku=body["external_order_id"] or None,
    )
    if not is_copy:
        dialect.journal.order(order.id, journal.CREATED)
    if body["confirmed"]:
        dialect.journal.order(order.id, journal.CONFIRMED)
    if paid:
        pay(dialect, order, paid)
    return order


def save(dialect: BaseLinker, order: Document) -> Document:
    """Keep a changed order, found by its moment of confirmation."""
    return dialect.store.save(replace(order, parent_id=order.body["date_confirmed"]))


def total(body: dict[str, Any]) -> Decimal:
    """What the buyer owes for goods and delivery."""
    goods = sum((order_rows.worth(row) for row in body["products"]), Decimal(0))
    return goods + Decimal(body["delivery_price"])


def is_paid(body: dict[str, Any]) -> bool:
    """Whether what was paid covers what is owed, and something was paid."""
    paid = Decimal(body["payment_done"])
    return paid > 0 and paid >= total(body)


def is_cancelled(store: Store, body: dict[str, Any]) -> bool:
    """Whether it stands in the account's status for cancelled orders."""
    return bool(body["order_status_id"] == store.setting("status_cancelled"))


def pay(dialect: BaseLinker, order: Document, amount: Decimal, **about: Any) -> None:
    """Let the paid total be `amount`, and write the payment down."""
    store, body = dialect.store, order.body
    was_paid, before = is_paid(body), body["payment_done"]
    body["payment_done"] = str(amount)
    save(dialect, order)
    store.add(
        "payment",
        {
            "paid_before": before,
            "paid_after": str(amount),
            "total_price": str(total(body)),
            "currency": body["currency"],
            "external_payment_id": about.get("external_payment_id", ""),
            "date": about.get("date", store.now()),
            "comment": about.get("comment", ""),
        },
        parent_id=order.id,
    )
    if is_paid(body) and not was_paid:
        dialect.journal.order(order.id, journal.PAID)


def confirm(dialect: BaseLinker, order: Document) -> None:
    """The buyer has completed the delivery form: from now on it is an order like the others."""
    order.body["confirmed"], order.body["date_confirmed"] = True, dialect.store.now()
    save(dialect, order)
    dialect.journal.order(order.id, journal.CONFIRMED)


def move_to(dialect: BaseLinker, order: Document, status_id: int) -> None:
    """Change an order's status. Into "cancelled" its goods come back, out of it they are taken."""
    store, body = dialect.store, order.body
    if body["order_status_id"] == status_id:
        return
    before = is_cancelled(store, body)
    body["order_status_id"], body["date_in_status"] = status_id, store.now()
    after = is_cancelled(store, body)
    if after != before and not body["delivery_package_nr"]:
        for row in body["products"]:
            if after:
                order_rows.give_back(store, row)
            else:
                order_rows.take(store, row)
    save(dialect, order)
    dialect.journal.order(order.id, journal.STATUS, status_id)


def remove(dialect: BaseLinker, order: Document) -> None:
    """Delete an order; what it took comes back unless it was sent."""
    if not order.body["delivery_package_nr"]:
        for row in order.body["products"]:
            order_rows.give_back(dialect.store, row)
    for package in list(dialect.store.shop.all("package", parent_id=order.id)):
        dialect.store.drop(package)
    dialect.store.drop(order)
    dialect.journal.order(order.id, journal.REMOVED)


def view(dialect: BaseLinker, order: Document) -> dict[str, Any]:
    """An order as answers give it, without what must be asked for."""
    body = {k: v for k, v in order.body.items() if not k.startswith("_")}
    del body["custom_extra_fields"], body["star"]
    seed = f"{dialect.world.seed}:{order.id}"
    page = hashlib.sha256(seed.encode()).hexdigest()[:10]
    return {
        "order_id": order.id,
        **body,
        "payment_method_cod": "1" if body["payment_method_cod"] else "0",
        "want_invoice": "1" if body["want_invoice"] else "0",
        "payment_done": float(body["payment_done"]),
        "delivery_price": float(body["delivery_price"]),
        "delivery_country": country(body["delivery_country_code"]),
        "invoice_country": country(body["invoice_country_code"]),
        "order_page": f"{dialect.home}/order/{order.id}/{page}/",
        "products": [order_rows.view(row) for row in order.body["products"]],
    }


def country(code: str) -> str:
    """A country's name in words."""
    return COUNTRIES.get(code, code)
