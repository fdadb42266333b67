"""What an order is called in the templates of import files: `order.reference`, `shipping.city` …"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.erps.imports import ADDRESS, NAME, Imports
from agent.errors import TallymanError
from agent.model.booking import BookedLine, Fault
from agent.model.money import from_minor
from agent.model.order import Address, Order

Value = str | int | Decimal | date | Fault  # a fault is raised by whoever uses the name
Values = Mapping[str, Value]


class Unwritable(TallymanError):
    """An order that cannot be put into the ERP's file as it is; its parts become the order's reason."""

    exit_code = 3


def order_values(
    order: Order, reference: str, lines: Sequence[BookedLine], imports: Imports, zone: str
) -> dict[str, Value]:
    """Every name that stands for the order as a whole; `zone` is the ERP's time zone."""
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    values: dict[str, Value] = {
        "shop": order.channel,
        "order.reference": reference,
        "order.number": order.number,
        "order.id": order.remote_id,
        "order.date": order.placed_at.astimezone(ZoneInfo(zone)).date(),
        "order.currency": order.currency,
        "order.note": order.note,
        "order.remarks": _remarks(order),
        "order.net": from_minor(net, order.currency),
        "order.tax": from_minor(tax, order.currency),
        "order.total": from_minor(net + tax, order.currency),
        "order.lines": len(lines),
        "order.origin": dict(order.references).get("origin", order.remote_id),
        "order.tax_name": _only_tax(lines),
        "buyer.name": order.billing.name or order.shipping.name or order.shipping.company,
        "buyer.email": order.email,
        "buyer.phone": order.shipping.phone or order.billing.phone,
        "buyer.contact": ":".join(p for p in (_recipient(order), order.email) if p),
        "buyer.key": buyer_key(order),
        "recipient": _recipient(order),
    }
    for kind, address in (("shipping", order.shipping), ("billing", order.billing)):
        values |= {f"{kind}.{part}": getattr(address, part) for part in ADDRESS}
    values |= {f"setting.{name}": text for name, text in imports.settings.items()}
    return values


def line_values(line: BookedLine, number: int, currency: str, gtin: str = "") -> dict[str, Value]:
    """Every name that stands for one line; `number` counts from 1."""
    return {
        "line.number": number,
        "line.sku": line.sku,
        "line.title": line.title,
        "line.gtin": gtin,
        "line.quantity": line.quantity,
        "line.unit_net": line.unit_net,
        "line.net": from_minor(line.net, currency),
        "line.tax": from_minor(line.tax, currency),
        "line.gross": from_minor(line.net + line.tax, currency),
        "line.tax_rate": "" if line.tax_rate is None else line.tax_rate.normalize(),
        "line.tax_name": line.tax_name,
    }


def buyer_key(order: Order) -> str:
    """10 hexadecimal digits, the same for the same e-mail address and delivery address."""
    parts = [getattr(order.shipping, part) for part in ADDRESS if part != "phone"]
    parts.insert(0, order.email)
    plain = "\n".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def filled(template: str, values: Values) -> str:
    """A template with plain text in place of its names. Unwritable when a value is a fault."""
    return NAME.sub(lambda found: plain(value_of(found[1], values)), template)


def value_of(name: str, values: Values) -> str | int | Decimal | date:
    """The value of a name. Unwritable when the order cannot have one."""
    value = values[name]
    if isinstance(value, Fault):
        raise Unwritable(value.what, value.where, value.next)
    return value


def plain(value: str | int | Decimal | date) -> str:
    """A value as text, numbers without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _recipient(order: Order) -> str:
    return order.shipping.name or order.shipping.company or order.billing.name


def _remarks(order: Order) -> str:
    """The buyer's note, and where the invoice goes when that is not where the goods go."""
    told = [order.note.strip()] if order.note.strip() else []
    if order.billing not in (order.shipping, Address()):
        bill = order.billing
        town = f"{bill.postcode} {bill.city}".strip()
        parts = (bill.name, bill.company, bill.street, bill.street2, town, bill.country)
        told.append("invoice to: " + ", ".join(part for part in parts if part))
    return "; ".join(told)


def _only_tax(lines: Sequence[BookedLine]) -> Value:
    names = sorted({line.tax_name for line in lines})
    if len(names) <= 1:
        return names[0] if names else ""
    what = f"the order has lines of several taxes ({', '.join(names)}), its file has room for one"
    return Fault(what, next="add a column with {line.tax_name}, or enter the order by hand")
