"""Payouts twice a month, and the transactions that each consists of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels.houzz import lists, values
from simulator.channels.houzz.calls import Call
from simulator.channels.houzz.errors import Refused, missing, unknown_payment
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

COMMISSION = Decimal("0.15")  # Houzz's share of a seller's sale; unconfirmed
WAITING = 0  # the payout of what is not paid out yet
PAYDAYS = (1, 16)  # of a month, at midnight UTC; unconfirmed beyond "twice a month"


def get_payments(dialect: Houzz, call: Call) -> dict[str, Any]:
    """A page of payouts, oldest first."""
    since, until = lists.span(call)
    wanted = lists.Wanted("payment", since=since, until=until)
    return {"Payments": [_view(d) for d in lists.page(dialect, call, wanted, "payments")]}


def get_transactions(dialect: Houzz, call: Call) -> dict[str, Any]:
    """One payout with its lines."""
    number = call.args.get("PaymentId", "")
    if not number:
        raise Refused([missing("PaymentId")])
    for found in dialect.shop.all("payment", sku=number):
        rows = dialect.shop.all("transaction", parent_id=found.id)
        lines = [{k: v for k, v in row.body.items() if k != "at"} for row in rows]
        return {"Payment": {**_view(found), "Transactions": lines}}
    raise unknown_payment()


def sold(dialect: Houzz, order: str, amount: Decimal) -> None:
    """An order was shipped and its money taken; of a seller's, Houzz keeps its share."""
    book(dialect, order, "Sale", amount)
    if dialect.account != "vendor":
        book(dialect, order, "Commission", -rounded(amount * COMMISSION))


def given_back(dialect: Houzz, order: str, amount: Decimal) -> None:
    """A buyer got money back; it comes off the next payout, and Houzz's share of it returns."""
    book(dialect, order, "Refund", -amount)
    if dialect.account != "vendor":
        book(dialect, order, "Commission", rounded(amount * COMMISSION))


def book(dialect: Houzz, order: str, kind: str, amount: Decimal) -> None:
    """A line of the next payout."""
    now = dialect.shop.clock.now()
    number = dialect.shop.next_number("transaction id", 880_000_001)
    body = {
        "TransactionId": str(number),
        "OrderId": order,
        "Type": kind,
        "Amount": f"{amount:.2f}",
        "Created": values.shown(now),
        "at": values.instant(now),
    }
    dialect.shop.add("transaction", body, parent_id=WAITING)


def pay_out(dialect: Houzz) -> None:
    """Make the payouts whose day has come."""
    now = dialect.shop.clock.now()
    oldest = _oldest_waiting(dialect)
    if oldest is None or payday(datetime.fromisoformat(oldest)) > now:
        return
    by_day: dict[datetime, list[Document]] = {}
    for row in dialect.shop.all("transaction", parent_id=WAITING):
        day = payday(datetime.fromisoformat(row.body["at"]))
        if day <= now:
            by_day.setdefault(day, []).append(row)
    for day, rows in sorted(by_day.items()):
        _pay(dialect, day, rows)


def payday(after: datetime) -> datetime:
    """The first payday after a moment."""
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    later = [midnight.replace(day=day) for day in PAYDAYS if day > after.day]
    if later:
        return later[0]
    year, month = divmod(after.year * 12 + after.month, 12)
    return midnight.replace(year=year, month=month + 1, day=PAYDAYS[0])


def _oldest_waiting(dialect: Houzz) -> str | None:
    """When the first line was booked that is not paid out yet; asked at every call."""
    row = dialect.shop.db.execute(
        "select json_extract(body, '$.at') from documents indexed by documents_by_parent"
        " where shop = ? and kind = 'transaction' and parent_id = ? order by id limit 1",
        (dialect.shop.name, WAITING),
    ).fetchone()
    return row[0] if row else None


def _pay(dialect: Houzz, day: datetime, rows: list[Document]) -> None:
    number = str(dialect.shop.next_number("payment id", 5_300_001))
    amount = sum((Decimal(row.body["Amount"]) for row in rows), Decimal(0))
    body = {
        "PaymentId": number,
        "Created": values.shown(day),
        "Amount": f"{amount:.2f}",
        "Currency": dialect.currency,
        "at": values.instant(day),
    }
    payment = dialect.shop.add("payment", body, sku=number)
    for row in rows:
        row = Document(**{**vars(row), "parent_id": payment.id})
        dialect.shop.put(row, touch=False)


def _view(payment: Document) -> dict[str, Any]:
    return {k: v for k, v in payment.body.items() if k != "at"}
