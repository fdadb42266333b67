"""What a shopper sees and does on the seller's marketplace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from simulator.channels import (
    Availability,
    Buyer,
    OrderView,
    ShelfItem,
    SoldLine,
    SoldOrder,
    SoldOut,
)
from simulator.channels.amazon import catalogue, moments, offers, orders
from simulator.channels.amazon.attributes import first
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

FEW = 5  # "Only 3 left in stock"
SECOND_THOUGHTS = timedelta(minutes=30)  # so long a buyer may cancel without asking the seller


class Storefront:
    """The marketplace's pages of one seller's goods."""

    def __init__(self, dialect: Amazon) -> None:
        self.dialect, self.shop = dialect, dialect.shop

    # -- looking --------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """What the marketplace lists now, by sku; heads of families are no choices."""
        with self.dialect.at_work():
            shown = [self._item(found) for found in self.shop.all(catalogue.KIND)]
        return sorted((s for s in shown if s.listed), key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; "gone" when there is no page or offer of that sku."""
        with self.dialect.at_work():
            found = self.dialect.catalogue.find(sku)
            return self._gone(sku, "") if found is None else self._item(found)

    def _gone(self, sku: str, title: str) -> ShelfItem:
        currency = self.dialect.marketplace.currency
        return ShelfItem(sku, title, None, None, currency, "gone", listed=False)

    def _item(self, listing: Document) -> ShelfItem:
        body, now = listing.body, self.shop.clock.now()
        attributes, sku = body["attributes"], str(listing.sku)
        title = str(first(attributes, "item_name") or body["asin"])
        price = offers.price(offers.offer(attributes), now)
        blocked = any(issue.get("blocks") for issue in body["issues"])
        if blocked or price is None or body["asin"] is None:
            return self._gone(sku, title)
        if offers.is_parent(attributes) or offers.is_skipped(attributes):
            return self._gone(sku, title)
        stock = offers.stock(attributes, body["fba"])
        availability, note = self._promise(stock)
        was = price.regular if price.now < price.regular else offers.list_price(attributes)
        return ShelfItem(
            sku=sku,
            title=title,
            price=f"{price.now:.2f}",
            was=f"{was:.2f}" if was is not None and was > price.now else None,
            currency=self.dialect.marketplace.currency,
            availability=availability,
            note=note,
            quantity=stock.quantity,
        )

    def _promise(self, stock: offers.Stock) -> tuple[Availability, str]:
        if not stock.any_left:
            return "sold out", "Currently unavailable"
        restock = moments.read(stock.restock)
        if restock is not None and restock > self.shop.clock.now():
            return "on backorder", f"In stock on {restock:%d %B %Y}"
        notes = []
        if stock.quantity is not None and stock.quantity <= FEW:
            notes.append(f"Only {stock.quantity} left in stock")
        if stock.handling_days is not None:
            notes.append(f"Usually ships within {stock.handling_days} days")
        return "in stock", ". ".join(notes)

    # -- buying ---------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order; its number. SoldOut when stock does not allow it."""
        with self.dialect.at_work():
            chosen = [(self._wanted(sku, pieces), pieces) for sku, pieces in basket.items()]
            return str(self.dialect.orders.place(chosen, buyer).sku)

    def _wanted(self, sku: str, pieces: int) -> Document:
        listing = self.dialect.catalogue.find(sku)
        seen = None if listing is None else self._item(listing)
        if listing is None or seen is None or seen.availability == "gone":
            raise SoldOut(f"{sku} is not for sale here")
        if seen.quantity is not None and seen.quantity < pieces:
            raise SoldOut(f"{sku}: {pieces} wanted, {seen.quantity} left")
        return listing

    # -- afterwards -----------------------------------------------------------------------------

    def cancel(self, number: str) -> None:
        """The buyer takes an unshipped order back at once, or asks the seller to, if it is late."""
        with self.dialect.at_work():
            order = self._order(number)
            state = orders.status(order.body)
            if state == orders.CANCELLED:
                return
            if state not in (orders.PENDING, orders.UNSHIPPED):
                raise ValueError(f"order {number} was shipped, in part at least")
            is_early = self.shop.clock.now() - order.created_at <= SECOND_THOUGHTS
            if state == orders.PENDING or is_early:
                self.dialect.orders.cancel(order, "BUYER", "Ordered by mistake", restock=True)
            else:
                self.dialect.orders.request_cancel(order, "No longer needed")

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        with self.dialect.at_work():
            order = self._order(number)
        lines = order.body["lines"]
        state = orders.status(order.body)
        return OrderView(
            number=number,
            status=state,
            lines=_by_sku(lines, "quantity"),
            shipped=_by_sku(lines, "shipped"),
            cancelled=_by_sku(lines, "cancelled"),
            parcels=[package["tracking"] for package in order.body["packages"]],
            is_cancelled=state == orders.CANCELLED,
        )

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""
        with self.dialect.at_work():
            found = [d for d in self.shop.all(orders.KIND) if d.id > after]
        return [self._sold(order) for order in found]

    def _sold(self, order: Document) -> SoldOrder:
        body, address = order.body, order.body["address"]
        given, _, family = address["name"].partition(" ")
        buyer = Buyer(
            *(given, family, body["buyer"]["email"], address["phone"]),
            *(address["line1"], address["city"], address["postcode"], address["country"]),
        )
        lines = [
            SoldLine(
                sku=line["sku"],
                title=line["title"],
                quantity=line["quantity"],
                price=_gross(line, body["gross"]),
                tax_rate=Decimal(line["rate"]),
                foreign_id=line["asin"],
            )
            for line in body["lines"]
        ]
        return SoldOrder(
            seq=order.id,
            number=str(order.sku),
            foreign_id=str(order.sku),
            placed_at=order.created_at,
            currency=self.dialect.marketplace.currency,
            buyer=buyer,
            lines=lines,
            shipping=sum((Decimal(line["shipping"]) for line in body["lines"]), Decimal(0)),
            is_paid=body["authorised"] is not None,
        )

    def _order(self, number: str) -> Document:
        found = self.dialect.orders.find(number)
        if found is None:
            raise LookupError(f"no order {number}")
        return found


def _gross(line: Mapping[str, str], gross: bool) -> Decimal:
    price = Decimal(line["price"])
    return price if gross else round(price * (1 + Decimal(line["rate"]) / 100), 2)


def _by_sku(lines: list[orders.Body], field: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for line in lines:
        if line[field]:
            counted[line["sku"]] = counted.get(line["sku"], 0) + line[field]
    return counted
