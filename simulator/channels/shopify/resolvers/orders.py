"""Orders as they are read: money, lines, addresses, statuses."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.channels.shopify import gids, lists, money
from simulator.channels.shopify.call import Call, Resolver
from simulator.channels.shopify.resolvers import order_acts
from simulator.channels.shopify.resolvers.nodes import (
    WITH_METAFIELDS,
    by_id,
    context,
    counted,
    listed,
    parent,
)
from simulator.channels.shopify.resolvers.order_lists import ORDERS
from simulator.channels.shopify.rules import orders, returns
from simulator.channels.shopify.rules.orders import Totals
from simulator.commerce.shop import Document
from simulator.commerce.tax import rounded

Json = dict[str, Any]
# -- money ----------------------------------------------------------------------------------------


def bag_of(pick: Callable[[Call, Document], Decimal]) -> Resolver:
    """A MoneyBag in the order's currency."""

    def resolve(source: Document, info: Any) -> Json:
        return money.bag(pick(context(info), source), source.body["currency"])

    return resolve


def _total(name: str, *, now: bool = False) -> Resolver:
    return bag_of(lambda call, order: getattr(orders.totals(order, now=now), name))


def _flow(pick: Callable[[orders.Paid, Totals], Decimal]) -> Resolver:
    def amount(call: Call, order: Document) -> Decimal:
        flow = orders.paid(orders.transactions_of(call.store, order))
        return pick(flow, orders.totals(order, now=True))

    return bag_of(amount)


def _outstanding(flow: orders.Paid, now: Totals) -> Decimal:
    return now.total - (flow.received - flow.refunded)


def tax_lines(rows: list[Json], currency: str) -> list[Json]:
    """Tax lines as the API shows them."""
    return [
        {
            "title": row["title"],
            "rate": float(row["rate"]),
            "ratePercentage": float(Decimal(str(row["rate"])) * 100),
            "priceSet": money.bag(row["price"], currency),
            "source": "Shopify",
            "channelLiable": row.get("channelLiable", False),
        }
        for row in rows
    ]


def _all_taxes(now: bool) -> Resolver:
    def resolve(source: Document, info: Any) -> list[Json]:
        summed: dict[tuple[str, str], Decimal] = {}
        for row in (*source.body["lines"], *source.body["shippingLines"]):
            pieces = orders.current(row) if now and "quantity" in row else None
            for tax in row["taxLines"]:
                whole = Decimal(tax["price"])
                part = whole if pieces is None else orders.share(whole, pieces, row["quantity"])
                key = (tax["title"], str(tax["rate"]))
                summed[key] = summed.get(key, Decimal(0)) + part
        rows = [{"title": t, "rate": r, "price": str(p)} for (t, r), p in summed.items()]
        return tax_lines(rows, source.body["currency"])

    return resolve


# -- lines ----------------------------------------------------------------------------------------


def line_with(order: Document, line: Json) -> Json:
    """A line together with what it needs of its order."""
    return {**line, "order": order}


def lines(source: Document, info: Any, **args: Any) -> lists.Connection:
    """An order's lines."""
    return lists.sliced([line_with(source, line) for line in source.body["lines"]], args)


def _line_bag(pick: Callable[[Json], Decimal]) -> Resolver:
    return lambda source, info, **args: money.bag(pick(source), source["order"].body["currency"])


def _unit(line: Json, whole: Decimal) -> Decimal:
    return rounded(whole / line["quantity"]) if line["quantity"] else Decimal(line["price"])


def allocations(source: Json, info: Any) -> list[Json]:
    """What each discount takes off a line."""
    order = source["order"]
    applications = order.body["discountApplications"]
    return [
        {
            "allocatedAmountSet": money.bag(d["amount"], order.body["currency"]),
            "discountApplication": _application(order, applications[d["index"]]),
        }
        for d in source["discounts"]
    ]


def _application(order: Document, kept: Json) -> Json:
    value = kept["value"]
    percent = {"__typename": "PricingPercentageValue", "percentage": value}
    fixed = {"__typename": "MoneyV2", **money.money(value, order.body["currency"])}
    shown = percent if kept["percent"] else fixed
    return {**kept, "value": shown}


def applications(source: Document, info: Any, **args: Any) -> lists.Connection:
    """An order's discounts."""
    kept = source.body["discountApplications"]
    return lists.sliced([_application(source, one) for one in kept], args)


def _codes(source: Document) -> list[str]:
    return [a["code"] for a in source.body["discountApplications"] if a.get("code")]


def shipping_rows(source: Document) -> list[Json]:
    """Shipping lines as the API shows them."""
    currency = source.body["currency"]
    return [
        {
            **row,
            "id": gids.gid("ShippingLine", row["id"]),
            "originalPriceSet": money.bag(row["price"], currency),
            "discountedPriceSet": money.bag(row["price"], currency),
            "currentDiscountedPriceSet": money.bag(row["price"], currency),
            "taxLines": tax_lines(row["taxLines"], currency),
            "discountAllocations": [],
            "custom": False,
            "isRemoved": False,
        }
        for row in source.body["shippingLines"]
    ]


# -- the rest -------------------------------------------------------------------------------------


def _status(source: Document, info: Any) -> str:
    transactions = orders.transactions_of(context(info).store, source)
    return orders.financial_status(source, transactions)


def transactions(
    source: Document, info: Any, first: int | None = None, capturable: bool | None = None
) -> list[Document]:
    """An order's transactions, oldest first."""
    found = orders.transactions_of(context(info).store, source)
    if capturable:
        found = [t for t in found if t.body["kind"] == "AUTHORIZATION"]
    return found[:first]


def children(kind: str) -> Resolver:
    """What hangs below an order, as a connection."""

    def resolve(source: Document, info: Any, **args: Any) -> lists.Connection:
        return lists.sliced(context(info).store.children(kind, source), args)

    return resolve


def few(kind: str) -> Resolver:
    """What hangs below an order, as a plain list."""

    def resolve(
        source: Document, info: Any, first: int | None = None, query: str | None = None
    ) -> list[Document]:
        return context(info).store.children(kind, source)[:first]

    return resolve


def how_many(kind: str) -> Resolver:
    """How many hang below."""
    return lambda source, info: {
        "count": len(context(info).store.children(kind, source)),
        "precision": "EXACT",
    }


def _is(claim: Callable[[Document], bool]) -> Resolver:
    return lambda source, info: claim(source)


def _thing(kind: str, key: str) -> Resolver:
    return lambda source, info: context(info).store.get(kind, source[key])


def address_lines(source: Json, info: Any) -> list[str]:
    """An address as it is written on a parcel."""
    first = f"{source.get('zip') or ''} {source.get('city') or ''}".strip()
    parts = (source.get("address1"), source.get("address2"), first, source.get("countryCodeV2"))
    return [part for part in parts if part]


def _full_name(source: Json, info: Any) -> str | None:
    return " ".join(n for n in (source.get("firstName"), source.get("lastName")) if n) or None


def _currents(order: Document) -> int:
    return sum(orders.current(line) for line in order.body["lines"])


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "order": by_id("order"),
        "orders": listed(ORDERS),
        "ordersCount": counted(ORDERS),
        "orderByIdentifier": lambda source, info, identifier: context(info).store.by_gid(
            "order", identifier.get("id")
        ),
    },
    "Mutation": order_acts.MUTATIONS,
    "Order": {
        **WITH_METAFIELDS,
        "cancellation": lambda source, info: (
            {"staffNote": source.body["cancelNote"]} if source.body["cancelledAt"] else None
        ),
        "closed": _is(lambda order: order.body["closedAt"] is not None),
        "confirmed": _is(lambda order: True),
        "app": lambda source, info: {"id": "gid://shopify/App/580111", "name": "Online Store"},
        "currencyCode": lambda source, info: source.body["currency"],
        "presentmentCurrencyCode": lambda source, info: source.body["currency"],
        "taxExempt": _is(lambda order: False),
        "discountCode": lambda source, info: next(iter(_codes(source)), None),
        "discountCodes": lambda source, info: _codes(source),
        "displayFinancialStatus": _status,
        "displayFulfillmentStatus": lambda source, info: orders.fulfillment_status(source),
        "returnStatus": lambda source, info: returns.order_status(
            context(info).store.children("return", source)
        ),
        "fulfillable": _is(lambda order: any(map(orders.unfulfilled, order.body["lines"]))),
        "fullyPaid": lambda source, info: _status(source, info) in ("PAID", "REFUNDED"),
        "unpaid": lambda source, info: _status(source, info) in ("PENDING", "AUTHORIZED", "VOIDED"),
        "refundable": _is(lambda order: _currents(order) > 0),
        "restockable": _is(lambda order: _currents(order) > 0),
        "capturable": lambda source, info: _status(source, info) == "AUTHORIZED",
        "canMarkAsPaid": lambda source, info: (
            source.body["cancelledAt"] is None
            and _status(source, info) in ("PENDING", "AUTHORIZED", "PARTIALLY_PAID")
        ),
        "requiresShipping": _is(
            lambda order: any(line["requiresShipping"] for line in order.body["lines"])
        ),
        "merchantEditable": _is(lambda order: order.body["cancelledAt"] is None),
        "paymentGatewayNames": lambda source, info: sorted(
            {t.body["gateway"] for t in transactions(source, info)}
        ),
        "totalPriceSet": _total("total"),
        "originalTotalPriceSet": _total("total"),
        "currentTotalPriceSet": _total("total", now=True),
        "subtotalPriceSet": _total("subtotal"),
        "currentSubtotalPriceSet": _total("subtotal", now=True),
        "totalTaxSet": _total("tax"),
        "currentTotalTaxSet": _total("tax", now=True),
        "totalDiscountsSet": _total("discounts"),
        "currentTotalDiscountsSet": _total("discounts", now=True),
        "totalShippingPriceSet": _total("shipping"),
        "currentShippingPriceSet": _total("shipping", now=True),
        "totalRefundedSet": _flow(lambda flow, now: flow.refunded),
        "totalRefundedShippingSet": bag_of(
            lambda call, order: Decimal(order.body["shippingRefunded"])
        ),
        "totalOutstandingSet": _flow(_outstanding),
        "totalCapturableSet": _flow(lambda flow, now: flow.open),
        "totalReceivedSet": _flow(lambda flow, now: flow.received),
        "netPaymentSet": _flow(lambda flow, now: flow.received - flow.refunded),
        "subtotalLineItemsQuantity": _is(
            lambda order: sum(line["quantity"] for line in order.body["lines"])  # type: ignore[arg-type,return-value]
        ),
        "currentSubtotalLineItemsQuantity": _is(_currents),  # type: ignore[arg-type]
        "taxLines": _all_taxes(False),
        "currentTaxLines": _all_taxes(True),
        "lineItems": lines,
        "shippingLine": lambda source, info: next(iter(shipping_rows(source)), None),
        "shippingLines": lambda source, info, **args: lists.sliced(shipping_rows(source), args),
        "discountApplications": applications,
        "customer": lambda source, info: context(info).store.get(
            "customer", source.body["customerId"]
        ),
        "billingAddressMatchesShippingAddress": _is(
            lambda order: _same_place(order.body["billingAddress"], order.body["shippingAddress"])
        ),
        "transactions": transactions,
        "transactionsCount": how_many("transaction"),
        "refunds": few("refund"),
        "returns": children("return"),
        "fulfillmentOrders": children("fulfillment_order"),
        "fulfillments": few("fulfillment"),
        "fulfillmentsCount": how_many("fulfillment"),
        "statusPageUrl": lambda source, info, **args: (
            f"https://{context(info).domain}/orders/{source.id}"
        ),
    },
    "LineItem": {
        "name": lambda source, info: " - ".join(
            part for part in (source["title"], source["variantTitle"]) if part
        ),
        "currentQuantity": lambda source, info: orders.current(source),
        "unfulfilledQuantity": lambda source, info: orders.unfulfilled(source),
        "refundableQuantity": lambda source, info: orders.current(source),
        "nonFulfillableQuantity": lambda source, info: source["removed"] + source["fulfilled"],
        "isGiftCard": lambda source, info: False,
        "restockable": lambda source, info: source["itemId"] is not None,
        "merchantEditable": lambda source, info: orders.unfulfilled(source) > 0,
        "customAttributes": lambda source, info: source["attributes"],
        "variant": _thing("variant", "variantId"),
        "product": _thing("product", "productId"),
        "originalUnitPriceSet": _line_bag(lambda line: Decimal(line["price"])),
        "originalTotalSet": _line_bag(lambda line: Decimal(line["price"]) * line["quantity"]),
        "discountedUnitPriceSet": _line_bag(lambda line: _unit(line, orders.line_total(line))),
        "discountedUnitPriceAfterAllDiscountsSet": _line_bag(
            lambda line: _unit(line, orders.line_total(line))
        ),
        "discountedTotalSet": _line_bag(orders.line_total),
        "totalDiscountSet": _line_bag(orders.discount_of),
        "unfulfilledOriginalTotalSet": _line_bag(
            lambda line: Decimal(line["price"]) * orders.unfulfilled(line)
        ),
        "unfulfilledDiscountedTotalSet": _line_bag(
            lambda line: orders.line_total(line, orders.unfulfilled(line))
        ),
        "discountAllocations": allocations,
        "taxLines": lambda source, info, first=None: tax_lines(
            source["taxLines"], source["order"].body["currency"]
        )[:first],
    },
    "MailingAddress": {
        "name": _full_name,
        "countryCodeV2": lambda source, info: source.get("countryCode"),
        "country": lambda source, info: source.get("countryCode"),
        "province": lambda source, info: source.get("provinceCode"),
        "formatted": address_lines,
        "formattedArea": lambda source, info: source.get("city"),
    },
    "OrderTransaction": {
        "formattedGateway": lambda source, info: source.body["gateway"],
        "amountSet": lambda source, info: money.bag(
            source.body["amount"], context(info).store.currency
        ),
        "parentTransaction": lambda source, info: context(info).store.get(
            "transaction", source.body["parentId"]
        ),
        "order": parent("order"),
        "manualPaymentGateway": lambda source, info: source.body["gateway"] == "manual",
        "manuallyCapturable": lambda source, info: source.body["kind"] == "AUTHORIZATION",
        "multiCapturable": lambda source, info: False,
    },
}


def _same_place(one: Json | None, other: Json | None) -> bool:
    if one is None or other is None:
        return one == other
    return {**one, "id": 0} == {**other, "id": 0}
