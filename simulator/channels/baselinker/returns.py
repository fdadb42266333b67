"""Order returns: made by a client or in the panel, moved by statuses, refunded on paper only."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.baselinker import journal, order_rows, orders
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import Params, rows_of, whole
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker

FIRST, FIRST_ROW = 81_001, 7_300_001
STATUSES = ((7001, "New", 0), (7002, "Accepted", 5), (7003, "Completed", 1), (7004, "Rejected", 2))
ROW_STATUSES = ((1, "Awaiting"), (2, "Received"), (3, "Damaged"))
REASONS = ((1, "Changed my mind"), (2, "Damaged in transport"), (3, "Not as described"))
ADDRESS = tuple(
    n
    for n in orders.WIDTHS
    if n.startswith("delivery_") and "_point_" not in n and n != "delivery_method"
)
OWN = ("admin_comments", "email", "phone", "user_login", "extra_field_1", "extra_field_2")
ACCOUNT = {
    "refund_account_number": "order_return_account_number",
    "refund_iban": "order_return_iban",
    "refund_swift": "order_return_swift",
}
FATES = {5: journal.RETURN_ACCEPTED, 1: journal.RETURN_COMPLETED, 2: journal.RETURN_CANCELLED}
MOST = 100


def blank(call_now: int, order: Document | None, currency: str) -> dict[str, Any]:
    """A return before anything is said of it: an order's buyer and references, where it has one."""
    body: dict[str, Any] = {
        "order_id": order.id if order else 0,
        "shop_order_id": 0,
        "external_order_id": "",
        "reference_number": "",
        "order_return_source": "personal",
        "order_return_source_id": 0,
        "status_id": STATUSES[0][0],
        "date_add": call_now,
        "date_in_status": call_now,
        "currency": currency,
        "refunded": "0.00",
        "delivery_price": "0.00",
        "delivery_package_module": "",
        "delivery_package_nr": "",
        "custom_extra_fields": {},
        "fulfillment_status": 0,
        "products": [],
        **dict.fromkeys((*ACCOUNT.values(), *OWN, *ADDRESS), ""),
    }
    if order is not None:
        copied = ("shop_order_id", "currency", "email", "phone", "user_login", *ADDRESS)
        body |= {name: order.body[name] for name in copied}
        body["external_order_id"] = order.body["external_order_id"]
        body["order_return_source"] = order.body["order_source"]
        body["order_return_source_id"] = order.body["order_source_id"]
    return body


def place(dialect: BaseLinker, body: dict[str, Any]) -> Document:
    """Keep a new return."""
    id = dialect.shop.next_number("return", FIRST)
    made = dialect.store.add("return", body, id=id, parent_id=body["order_id"])
    dialect.journal.returned(made.id, journal.RETURN_CREATED)
    return made


def add_order_return(call: Call) -> dict[str, Any]:
    """A new return of an order, or of none."""
    given = call.params
    order = call.need("order", "order_id") if given.whole("order_id", 0) else None
    body = blank(call.store.now(), order, given.text("currency", most=3))
    body["status_id"] = call.need("return_status", "status_id").id
    body["date_add"] = given.whole("date_add")
    body["reference_number"] = given.text("reference_number", "", most=50)
    _fill(body, given)
    for name, kept in ACCOUNT.items():
        if given.has(name):
            body[kept] = given.text(name)
    rows = [rows_of(row, "products") for row in given.rows("products")]
    body["products"] = [new_row(call.dialect, order, row) for row in rows]
    if given.flag("refunded", default=False):
        body["refunded"] = str(worth(body))
    return {"return_id": place(call.dialect, body).id}


def worth(body: dict[str, Any]) -> Decimal:
    """What came back is worth, gross."""
    return sum((order_rows.worth(row) for row in body["products"]), Decimal(0))


def new_row(dialect: BaseLinker, order: Document | None, given: Params) -> dict[str, Any]:
    """A row of a return, after the order's row that it names."""
    row = order_rows.blank(dialect.store)
    wanted = given.whole("order_product_id", 0)
    for bought in order.body["products"] if order and wanted else ():
        if bought["order_product_id"] == wanted:
            row |= {k: v for k, v in bought.items() if not k.startswith("_")}
    order_rows.fill(row, given)
    row.pop("auction_id", None)  # a return names none
    came_as = row.pop("order_product_id")
    row["_order_product_id"] = came_as if wanted else 0
    row["order_return_product_id"] = dialect.shop.next_number("return_product", FIRST_ROW)
    row["status_id"] = given.whole("status_id", ROW_STATUSES[0][0])
    row["return_reason_id"] = given.whole("return_reason_id", 0)
    return row


def _fill(body: dict[str, Any], given: Params) -> list[str]:
    sent = [name for name in (*OWN, *ADDRESS) if name in given]
    for name in sent:
        body[name] = str(given[name] or "")[: orders.WIDTHS[name]]
    if given.has("delivery_price"):
        body["delivery_price"] = str(given.money("delivery_price"))
        sent.append("delivery_price")
    if "custom_extra_fields" in given:
        body["custom_extra_fields"].update(given.mapping("custom_extra_fields", {}))
        sent.append("custom_extra_fields")
    return sent


def set_order_return_fields(call: Call) -> dict[str, Any]:
    """Change the fields that are sent."""
    found = call.need("return", "return_id")
    sent = _fill(found.body, call.params)
    call.store.save(found)
    addresses = [name for name in sent if name.startswith("delivery_")]
    if addresses:
        call.dialect.journal.returned(found.id, journal.RETURN_ADDRESS)
    if len(addresses) < len(sent):
        call.dialect.journal.returned(found.id, journal.RETURN_EDITED)
    return {}


def move_to(dialect: BaseLinker, found: Document, status: Document) -> None:
    """Move a return to a status, and on with what that status stands for."""
    if found.body["status_id"] == status.id:
        return
    found.body["status_id"], found.body["date_in_status"] = status.id, dialect.store.now()
    fate = status.body["_fulfillment"]
    changed = fate is not None and fate != found.body["fulfillment_status"]
    if changed:
        found.body["fulfillment_status"] = fate
    dialect.store.save(found)
    dialect.journal.returned(found.id, journal.RETURN_STATUS, status.id)
    if changed and fate in FATES:
        dialect.journal.returned(found.id, FATES[fate])


def set_order_return_status(call: Call) -> dict[str, Any]:
    """Move one return to another status."""
    found = call.need("return", "return_id")
    move_to(call.dialect, found, call.need("return_status", "status_id"))
    return {}


def set_order_return_statuses(call: Call) -> dict[str, Any]:
    """Move several returns to another status; those that are not there are passed over."""
    status = call.need("return_status", "status_id")
    for id in call.params.rows("return_ids"):
        found = call.store.shop.get("return", whole(id) or 0)
        if found is not None:
            move_to(call.dialect, found, status)
    return {}


def refund(dialect: BaseLinker, found: Document, amount: Decimal, **about: Any) -> None:
    """Let the refunded total be `amount`. No money moves; it is only written down."""
    before = found.body["refunded"]
    found.body["refunded"] = str(amount)
    dialect.store.save(found)
    payment = {
        "paid_before": before,
        "paid_after": str(amount),
        "total_price": str(worth(found.body)),
        "currency": found.body["currency"],
        "external_payment_id": about.get("external_payment_id", ""),
        "date": about.get("date", dialect.store.now()),
    }
    dialect.store.add("return_payment", payment, parent_id=found.id)
    dialect.journal.returned(found.id, journal.RETURN_REFUNDED)


def set_order_return_refund(call: Call) -> dict[str, Any]:
    """The refunded total: it replaces the old one."""
    given = call.params
    found = call.need("return", "return_id")
    amount = given.money("order_refund_done")
    if amount < 0:
        raise wrong("order_refund_done", "Invalid amount")
    given.text("refund_comment", "", most=50)
    external = given.text("external_refund_id", "")
    date = given.whole("refund_date")
    refund(call.dialect, found, amount, date=date, external_payment_id=external)
    return {}


def _row(call: Call, found: Document) -> dict[str, Any]:
    wanted = call.params.whole("order_return_product_id")
    for row in found.body["products"]:
        if row["order_return_product_id"] == wanted:
            one: dict[str, Any] = row
            return one
    raise wrong("order_return_product_id", f"Invalid order return product ID: {wanted}")


def add_order_return_product(call: Call) -> dict[str, Any]:
    """One more row."""
    found = call.need("return", "return_id")
    order = call.store.shop.get("order", found.body["order_id"])
    row = new_row(call.dialect, order, call.params)
    found.body["products"].append(row)
    call.store.save(found)
    id = row["order_return_product_id"]
    call.dialect.journal.returned(found.id, journal.RETURN_ROW_ADDED, id)
    return {"order_return_product_id": id}


def set_order_return_product_fields(call: Call) -> dict[str, Any]:
    """Change a row's fields that are sent."""
    found = call.need("return", "return_id")
    row, given = _row(call, found), call.params
    order_rows.fill(row, given)
    row.pop("auction_id", None)
    old = row["status_id"]
    for name in ("status_id", "return_reason_id"):
        if name in given:
            row[name] = given.whole(name, 0)
    call.store.save(found)
    id = row["order_return_product_id"]
    call.dialect.journal.returned(found.id, journal.RETURN_ROW_EDITED, id)
    if row["status_id"] != old:
        call.dialect.journal.returned(found.id, journal.RETURN_ROW_STATUS, id)
    return {}


def delete_order_return_product(call: Call) -> dict[str, Any]:
    """Take a row out."""
    found = call.need("return", "return_id")
    found.body["products"].remove(_row(call, found))
    call.store.save(found)
    return {}


METHODS = {
    "addOrderReturn": add_order_return,
    "setOrderReturnFields": set_order_return_fields,
    "setOrderReturnStatus": set_order_return_status,
    "setOrderReturnStatuses": set_order_return_statuses,
    "setOrderReturnRefund": set_order_return_refund,
    "addOrderReturnProduct": add_order_return_product,
    "setOrderReturnProductFields": set_order_return_product_fields,
    "deleteOrderReturnProduct": delete_order_return_product,
}
