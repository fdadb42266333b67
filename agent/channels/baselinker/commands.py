"""What happens once: parcels, cancellations, returns; each looks first whether it has happened.

Nothing here has idempotency keys: a parcel is found by its number, a return by our mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from agent.channels import parts
from agent.channels.baselinker import errors, orders, values
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.mapping_orders import source, tag
from agent.channels.baselinker.values import Row
from agent.errors import Refused
from agent.model.change import CancelOrder, Command, ConfirmShipment, Receipt, RecordReturn

LONGEST_COURIER, LONGEST_NUMBER = 20, 40
COMPARE = "compare it in the ERP with the order"
GONE = "look whether it was deleted in BaseLinker, or merged into another order"


def push(c: Connection, command: Command) -> Receipt:
    """Do it, unless it has been done."""
    row = orders.raw(c, command.remote_id)
    if row is None:
        return parts.refused(command, "the account has no such order", GONE)
    where = c.client.where(f"order {command.remote_id}")
    try:
        return errors.understood(
            lambda: _settled(c, command, row) or _do(c, command, row), where, wrote=True
        )
    except Refused as refusal:
        return parts.refused(command, refusal.what, refusal.next)


def settle(c: Connection, command: Command) -> Receipt | None:
    """The receipt of a command that has wholly happened; None when (some of) it has not."""
    row = orders.raw(c, command.remote_id)
    where = c.client.where(f"order {command.remote_id}")
    return None if row is None else errors.understood(lambda: _settled(c, command, row), where)


def _settled(c: Connection, command: Command, row: Row) -> Receipt | None:
    match command:
        case ConfirmShipment():
            happened = _is_told(c, command) and _is_moved(c, command, row)
        case CancelOrder():
            happened = _is_cancelled(c, row)
        case RecordReturn():
            happened = any(tag(command.key) in _comment(one) for one in _returns(c, command))
    return parts.done(command, words="found in BaseLinker") if happened else None


def _do(c: Connection, command: Command, row: Row) -> Receipt:
    match command:
        case ConfirmShipment():
            return _ship(c, command, row)
        case CancelOrder():
            return _cancel(c, command, row)
        case RecordReturn():
            return _return(c, command, row)


# -- Parcels ------------------------------------------------------------------------------------


def _ship(c: Connection, command: ConfirmShipment, row: Row) -> Receipt:
    """A parcel by its number; with the last one the order moves on, where a status is set for that."""
    wrong = _wrong(c, command, row)
    if wrong:
        return parts.refused(command, wrong, COMPARE)
    parcel = command.parcel
    if not parcel.tracking:
        next = "have the ERP tell the tracking number, or add the parcel in BaseLinker"
        return parts.refused(command, "the vendor takes no parcel without a number", next)
    if len(parcel.tracking) > LONGEST_NUMBER:
        words = f'the vendor keeps {LONGEST_NUMBER} characters of a number: "{parcel.tracking}"'
        return parts.refused(command, words, "add the parcel in BaseLinker")
    words = "was there already"
    if not _is_told(c, command):
        words = _tell(c, command)
    if not _is_moved(c, command, row):
        status = c.status(c.settings.status_shipped, "status_shipped")
        c.client.write("setOrderStatus", {"order_id": int(command.remote_id), "status_id": status})
    return parts.done(command, words=words)


def _tell(c: Connection, command: ConfirmShipment) -> str:
    carrier = command.parcel.carrier or "other"
    given = {
        "order_id": int(command.remote_id),
        "courier_code": c.couriers.get(carrier.lower(), carrier)[:LONGEST_COURIER],
        "package_number": command.parcel.tracking,
        "pickup_date": int(c.ports.clock.now().timestamp()),
    }
    return f"package {c.made('createPackageManual', given, 'package_id')}"


def _is_told(c: Connection, command: ConfirmShipment) -> bool:
    """Whether the order has a parcel with this number: what is in a parcel is not told."""
    packages = _rows(c, "getOrderPackages", "packages", command)
    wanted = command.parcel.tracking
    return bool(wanted) and any(
        values.text(one, "courier_package_nr") == wanted and not values.flag(one, "is_return")
        for one in packages
    )


def _is_moved(c: Connection, command: ConfirmShipment, row: Row) -> bool:
    """Whether the order has been moved on, if this was its last parcel and tally.yaml says where to."""
    wanted = c.settings.status_shipped
    if not wanted or not _is_last(command, row):
        return True
    return values.whole(row, "order_status_id") == c.status(wanted, "status_shipped")


def _is_last(command: ConfirmShipment, row: Row) -> bool:
    return all(
        command.shipped_before.get(line, 0) + command.parcel.lines.get(line, 0) >= pieces
        for line, pieces in _ordered(row).items()
    )


def _wrong(c: Connection, command: ConfirmShipment, row: Row) -> str:
    """What is wrong with the parcel; the vendor checks nothing."""
    if _is_cancelled(c, row):
        return "the order is cancelled"
    ordered = _ordered(row)
    for line, pieces in sorted(command.parcel.lines.items()):
        before, whole = command.shipped_before.get(line, 0), ordered.get(line, 0)
        if before + pieces > whole:
            return f"{before} + {pieces} pieces of line {line} shipped, {whole} ordered"
    return ""


# -- Cancellations ------------------------------------------------------------------------------


def _cancel(c: Connection, command: CancelOrder, row: Row) -> Receipt:
    """There is no verb for it: the order moves to the account's status for cancelled orders."""
    if command.lines and dict(command.lines) != _ordered(row):
        words = "the vendor cancels whole orders only"
        return parts.refused(command, words, "take the pieces out of the order in BaseLinker")
    if values.text(row, "delivery_package_nr"):
        words = "the order has a parcel: its pieces have been shipped"
        return parts.refused(command, words, "record a return instead")
    wanted = next(iter(c.settings.status_cancelled), "")
    status = c.status(wanted, "status_cancelled")
    c.client.write("setOrderStatus", {"order_id": int(command.remote_id), "status_id": status})
    words = f"moved to the status {status}; what the buyer paid is for a person to refund"
    if source(row):
        words += f"; at its source ({source(row)}) it is cancelled only if the panel does that"
    return parts.done(command, words=words)


def _is_cancelled(c: Connection, row: Row) -> bool:
    return values.whole(row, "order_status_id") in c.cancelled


# -- Returns ------------------------------------------------------------------------------------


def _return(c: Connection, command: RecordReturn, row: Row) -> Receipt:
    """Pieces that came back, without money and without moving stock: the ERP's figures do that."""
    status = c.return_status(c.settings.status_returned, "status_returned")
    known = {values.text(one, "order_product_id"): one for one in values.rows(row, "products")}
    back = Counter[str]()
    for one in _returns(c, command):
        for product in values.rows(one, "products"):
            back[_goods(product)] += values.whole(product, "quantity")
    for line, pieces in sorted(command.lines.items()):
        one = known.get(line, {})
        left = values.whole(one, "quantity") - back[_goods(one)]
        if pieces > left:
            words = f"{pieces} pieces of line {line} came back, of which the order has {left} left"
            return parts.refused(command, words, COMPARE)
    given = {
        "order_id": int(command.remote_id),
        "status_id": status,
        "date_add": int(c.ports.clock.now().timestamp()),
        "currency": values.text(row, "currency"),
        "refunded": False,  # money is moved, and told, by people
        "admin_comments": f"From the ERP {tag(command.key)}",
        "products": [_back(known[line], n) for line, n in sorted(command.lines.items())],
    }
    return parts.done(command, words=f"return {c.made('addOrderReturn', given, 'return_id')}")


def _back(row: Row, pieces: int) -> dict[str, Any]:
    names = ("storage", "storage_id", "product_id", "variant_id", "name", "sku", "ean")
    told: dict[str, Any] = {name: row[name] for name in names if row.get(name) is not None}
    money = {name: float(values.amount(row, name)) for name in ("price_brutto", "tax_rate")}
    number = values.whole(row, "order_product_id")
    return {"order_product_id": number, **told, **money, "quantity": pieces}


def _goods(row: Mapping[str, Any]) -> str:
    """What is in a row: a return names its own rows, not those of the order."""
    return "\n".join(values.text(row, k) for k in ("product_id", "variant_id", "sku"))


def _returns(c: Connection, command: Command) -> list[Row]:
    return _rows(c, "getOrderReturns", "returns", command)


def _comment(row: Row) -> str:
    return values.text(row, "admin_comments")


# -- Reading ------------------------------------------------------------------------------------


def _ordered(row: Row) -> dict[str, int]:
    """Pieces by line."""
    return {
        values.text(one, "order_product_id"): values.whole(one, "quantity")
        for one in values.rows(row, "products")
    }


def _rows(c: Connection, method: str, key: str, command: Command) -> list[Row]:
    answer = c.client.read(method, {"order_id": int(command.remote_id)})
    return errors.understood(lambda: values.rows(answer, key), c.client.where(method))
