"""Houzz orders → orders as everybody means them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from agent.channels.houzz.mapping import Row, amount, rows, text, whole
from agent.model.order import Address, Charge, Order, OrderLine, OrderState, Payment

SHIPPED, CANCELLED = "shipped", "cancelled"
SHIPPABLE = frozenset({"charged", "in production"})
# Before September 2021 sellers charged by themselves; a vendor's order is charged from the start.
PAYMENTS: Mapping[str, Payment] = {
    "charged": "paid",
    "in production": "paid",
    "shipped": "paid",
    "failed to charge": "failed",
}
COUNTRIES = {
    "united states": "US",
    "united states of america": "US",
    "usa": "US",
    "canada": "CA",
    "united kingdom": "GB",
    "uk": "GB",
    "great britain": "GB",
}


def order(shop: str, row: Row, currency: str) -> Order:
    """An order. ValueError, naming the field, when it has another shape than every client reads."""
    number = text(row, "OrderId")
    if not number:
        raise ValueError("OrderId is missing")
    placed, status = created(row), status_of(row)
    lines = tuple(_lines(row, currency, is_off=status == CANCELLED))
    charges = tuple(_charges(row, currency))
    address, unread = _address(row)
    return Order(
        channel=shop,
        remote_id=number,
        number=number,
        state=_state(status),
        payment=PAYMENTS.get(status, "pending"),
        placed_at=placed,
        modified_at=placed,  # Houzz tells no time of change: two answers are told apart by status
        currency=currency,
        lines=lines,
        charges=charges,
        total=sum(x.net + x.tax for x in lines) + sum(x.net + x.tax for x in charges),
        billing=address,
        shipping=address,
        note="; ".join([*unread, *_beside(row)]),
        references=tuple(_references(row)),
    )


def status_of(row: Row) -> str:
    """The status in small letters: Houzz writes it differently from call to call."""
    said = " ".join(text(row, "Status").lower().split())
    return CANCELLED if said == "canceled" else said


def created(row: Row) -> datetime:
    """When the buyer bought. ValueError when that cannot be read.

    How Created is laid out is not published; without a zone it is taken for UTC.
    """
    said = text(row, "Created")
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValueError(f'Created is no time: "{said[:80]}"') from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def products(row: Row) -> list[tuple[str, Row]]:
    """The rows that are goods, each with an id made of its sku: Houzz gives lines none.

    The second row of one sku is "SKU/2": rows of other goods may come and go when an order is split.
    """
    count: dict[str, int] = {}
    found = []
    for item in rows(row.get("OrderItems"), "OrderItems"):
        if _is_product(item):
            sku = text(item, "SKU")
            count[sku] = count.get(sku, 0) + 1
            found.append((f"{sku}/{count[sku]}", item))
    return found


def pieces(row: Row) -> dict[str, int]:
    """Pieces ordered, by the line's id."""
    return {line: _quantity(item) for line, item in products(row)}


def _lines(row: Row, currency: str, *, is_off: bool) -> Iterator[OrderLine]:
    for line, item in products(row):
        quantity = _quantity(item)
        price = amount(item, "Price", currency)
        if price is None:
            raise ValueError(f"Price of {line} is missing")
        yield OrderLine(
            remote_id=line,
            sku=text(item, "SKU"),
            title=text(item, "Title"),
            quantity=quantity,
            net=price * quantity,  # money in a row is for one piece, and tax comes on top
            tax=(amount(item, "Tax", currency) or 0) * quantity,
            cancelled=quantity if is_off else 0,
        )


def _charges(row: Row, currency: str) -> Iterator[Charge]:
    """Shipping of all rows as one charge."""
    total = sum(
        (amount(item, "Shipping", currency) or 0) * _quantity(item) for _, item in products(row)
    )
    if total:
        yield Charge("shipping", "Shipping", total, 0)


def _beside(row: Row) -> Iterator[str]:
    """Rows that are no goods: clients pass them over, so they are in no total; people see them here."""
    for item in rows(row.get("OrderItems"), "OrderItems"):
        if not _is_product(item):
            yield f"{text(item, 'Type')}: {text(item, 'Title')} {text(item, 'Price')}".strip()


def _is_product(item: Row) -> bool:
    return text(item, "Type").lower() in ("product", "")


def _quantity(item: Row) -> int:
    found = whole(item, "Quantity")
    if found is None:
        raise ValueError(f"Quantity of {text(item, 'SKU')} is missing")
    return found


def _state(status: str) -> OrderState:
    return "cancelled" if status == CANCELLED else "open"


def _address(row: Row) -> tuple[Address, list[str]]:
    """Where it goes, and what of it has no place in an address."""
    found = row.get("Address") or {}
    if not isinstance(found, Mapping):
        raise ValueError(f"Address is no object: {found!r:.80}")
    said = text(found, "Country")
    country = said.upper() if len(said) == 2 else COUNTRIES.get(said.lower(), "")
    address = Address(
        name=text(row, "CustomerName"),
        street=text(found, "Address"),
        city=text(found, "City"),
        region=text(found, "State"),
        postcode=text(found, "Zip"),
        country=country,
        phone=text(found, "Phone"),
    )
    return address, [] if country or not said else [f"country as Houzz says it: {said}"]


def _references(row: Row) -> Iterator[tuple[str, str]]:
    yield "number", text(row, "OrderId")
    if text(row, "ShipmentId"):
        yield "shipment", text(row, "ShipmentId")
