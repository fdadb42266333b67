"""Orders: what one holds, how far it has come, what it adds up to. Placing and changing them.

A stored order's lines count pieces: `quantity` bought, `shipped`, `cancelled`; money is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer
from simulator.channels.amazon import NAME, moments, offers
from simulator.channels.amazon.attributes import first
from simulator.channels.amazon.lagging import as_seen
from simulator.commerce.shop import Document
from simulator.commerce.tax import Rate, rounded, tax_in, tax_on

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

KIND = "order"
NUMBER = re.compile(r"\d{3}-\d{7}-\d{7}")
Body = dict[str, Any]
PENDING, UNSHIPPED, PARTLY, SHIPPED = "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"
CANCELLED = "CANCELLED"
USUAL_HANDLING = 2  # days, where a listing names none
TRANSIT_DAYS = 5
FBA_SHIPS_AFTER = timedelta(hours=20)


def left(line: Mapping[str, Any]) -> int:
    """Pieces of a line that are still to be sent."""
    return int(line["quantity"] - line["shipped"] - line["cancelled"])


def status(body: Mapping[str, Any]) -> str:
    """How far an order has come, in the words of the newer API."""
    lines = body["lines"]
    if all(line["cancelled"] == line["quantity"] for line in lines):
        return CANCELLED
    if body["authorised"] is None:
        return PENDING
    if not any(line["shipped"] for line in lines):
        return UNSHIPPED
    return PARTLY if any(left(line) for line in lines) else SHIPPED


def item_price(line: Mapping[str, Any]) -> Decimal:
    """What all pieces of a line cost, cancelled ones aside."""
    return Decimal(line["price"]) * int(line["quantity"] - line["cancelled"])


def item_tax(line: Mapping[str, Any], gross: bool) -> Decimal:
    """The tax in (or, on net prices, on) a line's price."""
    return _tax(item_price(line), line["rate"], gross)


def shipping_tax(line: Mapping[str, Any], gross: bool) -> Decimal:
    """The tax in or on a line's share of the shipping."""
    return _tax(Decimal(line["shipping"]), line["rate"], gross)


def _tax(amount: Decimal, percent: str, gross: bool) -> Decimal:
    rate = Rate(1, Decimal(percent))
    return rounded((tax_in if gross else tax_on)(amount, [rate])[1])


def line_total(line: Mapping[str, Any], gross: bool) -> Decimal:
    """What a line brings in, with shipping and tax, less its discount."""
    total = item_price(line) + Decimal(line["shipping"]) - Decimal(line["discount"])
    return total if gross else total + item_tax(line, gross) + shipping_tax(line, gross)


def total(body: Mapping[str, Any]) -> Decimal:
    """What the buyer pays."""
    return sum((line_total(line, body["gross"]) for line in body["lines"]), Decimal(0))


class Orders:
    """All orders of one seller."""

    def __init__(self, dialect: Amazon) -> None:
        self.dialect, self.shop = dialect, dialect.shop

    def find(self, number: str) -> Document | None:
        """The order of a number now."""
        return next(self.shop.all(KIND, sku=number), None)

    def shown(self, number: str) -> Document | None:
        """The order as the API tells of it, late by the shop's lag."""
        return as_seen(self.shop, KIND, self.find(number), number)

    # -- placing --------------------------------------------------------------------------------

    def place(self, basket: Sequence[tuple[Document, int]], buyer: Buyer) -> Document:
        """An order for pieces of listings, paid unless the shop's payments are held up."""
        settings = self.dialect.settings
        now = self.shop.clock.now()
        lines = [self._line(listing, pieces, buyer.country) for listing, pieces in basket]
        handling = max(self._handling(listing) for listing, _ in basket)
        waits = float(settings["pending_s"])
        body: Body = {
            "authorised": None if waits else moments.iso(now),
            "gross": settings["gross"],
            "fba": all(line["fba"] for line in lines),
            "buyer": {"name": f"{buyer.first_name} {buyer.last_name}", "email": self._relay()},
            "address": _address(buyer),
            "lines": lines,
            "packages": [],
            "ship_by": moments.iso(_end_of_day(now + timedelta(days=handling))),
            "deliver_by": moments.iso(_end_of_day(now + timedelta(days=handling + TRANSIT_DAYS))),
        }
        placed = self.shop.add(KIND, body, sku=self._new_number())
        for listing, pieces in basket:
            self.dialect.catalogue.take(
                self.dialect.catalogue.find(str(listing.sku)) or listing, pieces
            )
        if waits:
            self.dialect.jobs.after("authorise", placed.id, now + timedelta(seconds=waits))
        elif body["fba"]:
            self._fba_leaves(placed)
        self.dialect.notifications.order_changed(placed, "OrderStatusChange", "Order placed")
        return placed

    def _line(self, listing: Document, pieces: int, country: str) -> Body:
        attributes = listing.body["attributes"]
        price = offers.price(offers.offer(attributes), self.shop.clock.now())
        assert price is not None, "the storefront sells what has a price"
        return {
            "id": self._digits(14),
            "sku": listing.sku,
            "asin": listing.body["asin"],
            "title": first(attributes, "item_name") or "",
            "quantity": pieces,
            "price": f"{price.now:.2f}",
            "rate": str(self.dialect.settings["taxes"].get(country, "0")),
            "shipping": "0.00",
            "discount": "0.00",
            "fba": offers.stock(attributes, listing.body["fba"]).is_fba,
            "shipped": 0,
            "cancelled": 0,
            "refunded": "0.00",
            "request": None,
            "execution": None,
        }

    def _handling(self, listing: Document) -> int:
        days = offers.stock(listing.body["attributes"], listing.body["fba"]).handling_days
        return USUAL_HANDLING if days is None else days

    def _new_number(self) -> str:
        while True:
            number = f"{self._digits(3)}-{self._digits(7)}-{self._digits(7)}"
            if self.find(number) is None:
                return number

    def _relay(self) -> str:
        stream = self.shop.chance.stream(f"{NAME} orders")
        name = "".join(stream.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(15))
        site = self.dialect.marketplace.site.lower()
        return f"{name}@marketplace.{site}"

    def _digits(self, count: int) -> str:
        stream = self.shop.chance.stream(f"{NAME} orders")
        return f"{stream.randrange(10 ** (count - 1), 10**count)}"

    # -- changing -------------------------------------------------------------------------------

    def change(
        self,
        order: Document,
        act: Callable[[Body], None],
        why: str,
        sort: str = "OrderStatusChange",
    ) -> Document:
        """Do something to an order's body (a copy) and tell who has subscribed."""
        body: Body = {**order.body, "lines": [dict(line) for line in order.body["lines"]]}
        act(body)
        saved = self.shop.put(replace(order, body=body))
        self.dialect.notifications.order_changed(saved, sort, why)
        return saved

    def authorise(self, id: int) -> None:
        """The buyer's payment is authorised: the order may be shipped."""
        order = self.shop.get(KIND, id)
        if order is None or status(order.body) != PENDING:
            return
        now = moments.iso(self.shop.clock.now())
        changed = self.change(order, lambda body: body.update(authorised=now), "Payment authorised")
        if changed.body["fba"]:
            self._fba_leaves(changed)

    def cancel(
        self,
        order: Document,
        by: str,
        reason: str,
        pieces: Mapping[str, int] | None = None,
        *,
        restock: bool = False,
    ) -> Document:
        """Cancel what is unshipped, or so many pieces by line id; `by` BUYER, MERCHANT or AMAZON."""
        wanted = pieces or {line["id"]: left(line) for line in order.body["lines"]}
        back = []

        def act(body: Body) -> None:
            for line in body["lines"]:
                gone = min(wanted.get(line["id"], 0), left(line))
                if gone:
                    line["cancelled"] += gone
                    line["execution"] = {"by": by, "reason": reason}
                    back.append((line["sku"], gone))

        changed = self.change(order, act, f"Cancelled by {by.title()}")
        for sku, gone in back if restock else ():
            listing = self.dialect.catalogue.find(sku)
            if listing is not None:
                self.dialect.catalogue.take(listing, -gone)
        return changed

    def request_cancel(self, order: Document, reason: str) -> Document:
        """The buyer asks for a cancellation; the seller has to act on it."""

        def act(body: Body) -> None:
            for line in body["lines"]:
                if left(line):
                    line["request"] = {"reason": reason}

        return self.change(order, act, "Buyer Requested Cancel", "BuyerRequestedChange")

    def _fba_leaves(self, order: Document) -> None:
        self.dialect.jobs.after("fba", order.id, self.shop.clock.now() + FBA_SHIPS_AFTER)

    def fba_shipped(self, id: int) -> None:
        """Amazon's warehouse sends an order off."""
        order = self.shop.get(KIND, id)
        if order is None or status(order.body) != UNSHIPPED:
            return

        def act(body: Body) -> None:
            for line in body["lines"]:
                line["shipped"] += left(line)

        self.change(order, act, "Shipped by Amazon")


def _address(buyer: Buyer) -> Body:
    return {
        "name": f"{buyer.first_name} {buyer.last_name}",
        "line1": buyer.street,
        "city": buyer.city,
        "postcode": buyer.postcode,
        "country": buyer.country,
        "phone": buyer.phone,
    }


def _end_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=23, minute=59, second=59, microsecond=0)
