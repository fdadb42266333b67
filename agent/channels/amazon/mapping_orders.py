"""Amazon's orders → orders as everybody means them. Pure.

Where prices contain the tax, the amounts of goods and shipping do too, and the tax only says what is in
them; where they do not, it comes on top. Which of the two it is, each item's own total tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.channels import strict
from agent.channels.amazon import shapes
from agent.channels.amazon.places import Place
from agent.channels.strict import Row
from agent.model.order import Address, Charge, Order, OrderLine, Payment

BLOCKS = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,PAYMENT"
PENDING = frozenset({"PENDING", "PENDING_AVAILABILITY"})
CANCELLED, SHIPPED = "CANCELLED", "SHIPPED"
GOODS, TAX, DISCOUNT = "ITEM", "TAX", "DISCOUNT"
CHARGES: Mapping[str, tuple[str, str]] = {
    "SHIPPING": ("shipping", "Shipping"),
    "GIFT_WRAP": ("fee", "Gift wrap"),
    "COD_FEE": ("fee", "Cash on delivery"),
    "OTHER": ("fee", "Other"),
    "DELIVERY_TIP": ("fee", "Tip for the courier"),
}


@dataclass(frozen=True)
class Amounts:
    """What one item brings: {category: amount} as told, its tax by category, and the total."""

    told: Mapping[str, int]
    taxes: Mapping[str, int]
    is_gross: bool

    def net_and_tax(self, kind: str) -> tuple[int, int]:
        """A category without its tax, and the tax."""
        amount, tax = self.told.get(kind, 0), self.taxes.get(kind, 0)
        return (amount - tax if self.is_gross else amount), tax


def order(shop: str, row: Row, place: Place) -> Order:
    """An order. ValueError, naming the field, when it is not what the vendor documents."""
    number, status = strict.needed(row, "orderId"), status_of(row)
    currency = _currency(row, place)
    items = strict.rows(row, "orderItems")
    amounts = [_amounts(item, currency, place) for item in items]
    lines = tuple(_line(*pair, status, currency) for pair in zip(items, amounts, strict=True))
    charges = [*_charges(amounts), *_of_the_whole(row, currency)]
    parts = sum(x.net + x.tax for x in lines) + sum(x.net + x.tax for x in charges)
    told = shapes.money(strict.part(row, "proceeds"), "grandTotal", currency)
    is_whole = not any(line.cancelled for line in lines)  # else it is what is left of it
    if told is not None and is_whole and told != parts:
        charges.append(Charge("fee", "Not told apart by Amazon", told - parts, 0))
        parts = told
    return Order(
        channel=shop,
        remote_id=number,
        number=number,
        state="cancelled" if status == CANCELLED else "open",
        payment=_payment(row, status),
        placed_at=strict.needed_moment(row, "createdTime"),
        modified_at=strict.needed_moment(row, "lastUpdatedTime"),
        currency=currency,
        lines=lines,
        charges=tuple(charges),
        total=parts,
        email=strict.text(strict.part(row, "buyer"), "buyerEmail"),
        billing=_billing(row),
        shipping=_shipping(row),
        note="; ".join(_notes(row, items)),
        references=tuple(_references(row)),
    )


def status_of(row: Row) -> str:
    """How far Amazon says that the order has come."""
    return strict.text(strict.part(row, "fulfillment"), "fulfillmentStatus")


def is_ours(row: Row) -> bool:
    """Whether the seller sends it; else Amazon does, from its own warehouse."""
    return strict.text(strict.part(row, "fulfillment"), "fulfilledBy") != "AMAZON"


def lacks_address(row: Row) -> bool:
    """Whether it should be sent by us, and we are not told where to."""
    return is_ours(row) and status_of(row) == "UNSHIPPED" and not strict.part(row, "recipient")


def pieces(row: Row) -> dict[str, int]:
    """Pieces ordered less those cancelled, by the item's id."""
    found = {}
    for item in strict.rows(row, "orderItems"):
        ordered = _ordered(item)
        found[strict.needed(item, "orderItemId")] = ordered - _cancelled(item, status_of(row))
    return found


def unshipped(row: Row) -> dict[str, int]:
    """Pieces that may still leave, by the item's id."""
    return {
        strict.needed(item, "orderItemId"): strict.whole(
            strict.part(item, "fulfillment"), "quantityUnfulfilled"
        )
        or 0
        for item in strict.rows(row, "orderItems")
    }


def _currency(row: Row, place: Place) -> str:
    total = strict.part(strict.part(row, "proceeds"), "grandTotal")
    return strict.text(total, "currencyCode") or place.currency


def _payment(row: Row, status: str) -> Payment:
    """Amazon lets nothing be sent before the payment is sure; it charges by itself."""
    if status in PENDING:
        return "pending"
    if status == CANCELLED and not strict.part(row, "payment"):
        return "pending"
    return "paid"


def _ordered(item: Row) -> int:
    found = strict.whole(item, "quantityOrdered")
    if found is None:
        raise ValueError("quantityOrdered is missing")
    return found


def _cancelled(item: Row, status: str) -> int:
    ordered = _ordered(item)
    if status == CANCELLED:
        return ordered
    told = strict.part(item, "fulfillment")
    done, left = (strict.whole(told, f"quantity{x}") for x in ("Fulfilled", "Unfulfilled"))
    return 0 if done is None or left is None else max(0, ordered - done - left)


def _line(item: Row, amounts: Amounts, status: str, currency: str) -> OrderLine:
    product, ordered = strict.part(item, "product"), _ordered(item)
    net, tax = amounts.net_and_tax(GOODS)
    off, off_tax = amounts.net_and_tax(DISCOUNT)
    cancelled = _cancelled(item, status)
    net, tax = net - off, tax - off_tax
    if cancelled:
        net, tax = _as_ordered(product, ordered, cancelled, (net, tax), amounts, currency)
    return OrderLine(
        remote_id=strict.needed(item, "orderItemId"),
        sku=strict.text(product, "sellerSku"),
        title=strict.text(product, "title"),
        quantity=ordered,
        net=net,
        tax=tax,
        cancelled=cancelled,
    )


def _as_ordered(
    product: Row,
    ordered: int,
    cancelled: int,
    left: tuple[int, int],
    amounts: Amounts,
    currency: str,
) -> tuple[int, int]:
    """Net and tax of all that was ordered: Amazon's amounts are those of what is left of it."""
    net, tax = left
    if cancelled < ordered:
        kept = ordered - cancelled
        return round(net * ordered / kept), round(tax * ordered / kept)
    price = shapes.money(strict.part(product, "price"), "unitPrice", currency)
    if net or price is None:
        return left
    return price * ordered - (tax if amounts.is_gross else 0), tax


def _amounts(item: Row, currency: str, place: Place) -> Amounts:
    proceeds = strict.part(item, "proceeds")
    told: dict[str, int] = {}
    taxes: dict[str, int] = {}
    for row in strict.rows(proceeds, "breakdowns"):
        kind, amount = strict.text(row, "type"), shapes.money(row, "subtotal", currency) or 0
        told[kind] = told.get(kind, 0) + (abs(amount) if kind == DISCOUNT else amount)
        if kind == TAX:
            taxes |= _taxes(row, currency)
    tax = told.pop(TAX, 0)
    # What the details leave over is the goods' own.
    taxes[GOODS] = tax - sum(t for k, t in taxes.items() if k not in (GOODS, DISCOUNT))
    taxes.pop(DISCOUNT, None)
    total = shapes.money(proceeds, "proceedsTotal", currency)
    plain = sum(-x if kind == DISCOUNT else x for kind, x in told.items())
    is_gross = place.is_gross
    if total is not None and tax and total in (plain, plain + tax):
        is_gross = total == plain
    return Amounts(told, taxes, is_gross)


def _taxes(row: Row, currency: str) -> dict[str, int]:
    return {
        strict.text(detail, "subtype"): shapes.money(detail, "value", currency) or 0
        for detail in strict.rows(row, "detailedBreakdowns")
    }


def _charges(amounts: list[Amounts]) -> Iterator[Charge]:
    """What all items cost beside the goods, category by category."""
    kinds = dict.fromkeys(kind for one in amounts for kind in one.told)
    for kind in kinds:
        if kind in (GOODS, DISCOUNT):
            continue
        both = [one.net_and_tax(kind) for one in amounts]
        net, tax = sum(n for n, _ in both), sum(t for _, t in both)
        if net or tax:
            yield _charge(kind, net, tax)


def _of_the_whole(row: Row, currency: str) -> Iterator[Charge]:
    """What stands at the order only."""
    for part in strict.rows(strict.part(row, "proceeds"), "breakdowns"):
        amount = shapes.money(part, "subtotal", currency)
        if strict.text(part, "type") == "DELIVERY_TIP" and amount:
            yield _charge("DELIVERY_TIP", amount, 0)


def _charge(kind: str, net: int, tax: int) -> Charge:
    sort, title = CHARGES.get(kind, ("fee", kind.replace("_", " ").capitalize()))
    return Charge("shipping" if sort == "shipping" else "fee", title, net, tax)


def _billing(row: Row) -> Address:
    """Amazon tells no billing address; who bought, where it may."""
    buyer = strict.part(row, "buyer")
    name, company = strict.text(buyer, "buyerName"), strict.text(buyer, "buyerCompanyName")
    return Address(name=name, company=company)


def _shipping(row: Row) -> Address:
    found = strict.part(strict.part(row, "recipient"), "deliveryAddress")
    more = [strict.text(found, f"addressLine{n}") for n in (2, 3)]
    towns = [strict.text(found, name) for name in ("city", "municipality")]
    return Address(
        name=strict.text(found, "name"),
        company=strict.text(found, "companyName"),
        street=strict.text(found, "addressLine1"),
        street2=", ".join(part for part in more if part),
        city=next((town for town in towns if town), ""),
        region=strict.text(found, "stateOrRegion") or strict.text(found, "districtOrCounty"),
        postcode=strict.text(found, "postalCode"),
        country=strict.text(found, "countryCode").upper(),
        phone=strict.text(found, "phone"),
    )


def _notes(row: Row, items: list[Row]) -> Iterator[str]:
    wishes = strict.part(strict.part(row, "recipient"), "deliveryPreference")
    if strict.text(wishes, "dropOffLocation"):
        yield f"Leave it: {strict.text(wishes, 'dropOffLocation')}"
    asked = dict.fromkeys(
        strict.text(request, "cancelReason") or "no reason given"
        for item in items
        if (request := strict.part(strict.part(item, "cancellation"), "cancellationRequest"))
    )
    if asked:
        yield f"The buyer asks to cancel: {', '.join(asked)}"


def _references(row: Row) -> Iterator[tuple[str, str]]:
    number = strict.needed(row, "orderId")
    yield "number", number
    for alias in strict.rows(row, "orderAliases"):
        value = strict.text(alias, "aliasId")
        if value and value != number:
            yield strict.text(alias, "aliasType").lower() or "alias", value
    purchase = strict.text(strict.part(row, "buyer"), "buyerPurchaseOrderNumber")
    if purchase:
        yield "purchase_order", purchase
