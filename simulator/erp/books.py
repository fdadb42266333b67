"""The ERP's own books: items, stock by warehouse, customers, orders, shipments, returns.

Kept in the world's document store under the shop name "erp". Quantities are whole pieces, prices
text with two decimals, net. Stock follows the ERP's own rules: placing an order allocates,
shipping takes from what is on hand, and nothing else moves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.commerce.shop import Document, Shop

WAREHOUSE = "MAIN"
CUSTOMER = "WEB"
DELIVERY = "SHIPPING"


class BooksRefuse(Exception):
    """The ERP does not do this; the text is what it tells its user."""


@dataclass(frozen=True)
class Line:
    """One line of an order. `price` is net per piece."""

    sku: str
    quantity: int
    price: str


class Books:
    """What the ERP knows. All methods expect the world's lock to be held."""

    def __init__(self, store: Shop) -> None:
        self.store = store
        self.add_customer(CUSTOMER, "Web orders")
        if not any(self.store.all("item", sku=DELIVERY)):
            self.add_service(DELIVERY, "Delivery")

    # -- items and stock ----------------------------------------------------------------------

    def add_item(
        self, sku: str, title: str, price: Decimal, on_hand: int = 0, **facts: Any
    ) -> None:
        """A new article with its stock in the main warehouse; `facts` are further columns."""
        body = {"sku": sku, "title": title, "price": f"{price:.2f}", **facts}
        body["stock"] = {WAREHOUSE: {"on_hand": on_hand, "allocated": 0, "incoming": 0}}
        self.store.add("item", body, sku=sku)

    def add_service(self, sku: str, title: str) -> None:
        """Something that is charged and never stocked or shipped, such as delivery."""
        self.store.add("item", {"sku": sku, "title": title, "service": True}, sku=sku)

    def items(self) -> list[dict[str, Any]]:
        """Every article that is stocked, in the order of creation."""
        bodies = [document.body for document in self.store.all("item")]
        return [body for body in bodies if not body.get("service")]

    def item(self, sku: str) -> Document:
        """The article with this code. BooksRefuse when there is none (codes are compared exactly)."""
        for document in self.store.all("item", sku=sku):
            return document
        raise BooksRefuse(f"Product {sku} does not exist")

    def change(self, sku: str, **facts: Any) -> None:
        """Change columns of an article; a value None removes one."""
        document = self.item(sku)
        document.body.update(facts)
        for name in [name for name, value in facts.items() if value is None]:
            del document.body[name]
        self.store.put(document)

    def drop(self, sku: str) -> None:
        """Remove an article from the books: it is in no export any more."""
        self.store.drop("item", self.item(sku).id)

    def stock(self, sku: str, warehouse: str = WAREHOUSE) -> dict[str, int]:
        """On hand, allocated and incoming of an article in one warehouse."""
        empty = {"on_hand": 0, "allocated": 0, "incoming": 0}
        counted: dict[str, int] = self.item(sku).body["stock"].get(warehouse, empty)
        return counted

    def move(self, sku: str, warehouse: str = WAREHOUSE, **by: int) -> None:
        """Add to on_hand, allocated or incoming (or take, where negative)."""
        document = self.item(sku)
        stock = document.body["stock"].setdefault(
            warehouse, {"on_hand": 0, "allocated": 0, "incoming": 0}
        )
        for name, pieces in by.items():
            stock[name] += pieces
        self.store.put(document)

    def count(self, sku: str, on_hand: int, warehouse: str = WAREHOUSE) -> None:
        """A stocktake: what is on hand is now known to be this."""
        self.move(sku, warehouse, on_hand=on_hand - self.stock(sku, warehouse)["on_hand"])

    def sell(self, sku: str, quantity: int) -> None:
        """A sale at the till. BooksRefuse when fewer are on hand."""
        if self.stock(sku)["on_hand"] < quantity:
            raise BooksRefuse(f"only {self.stock(sku)['on_hand']} of {sku} on hand")
        self.move(sku, on_hand=-quantity)

    # -- customers and orders -----------------------------------------------------------------

    def add_customer(self, code: str, name: str) -> None:
        """A customer under whose code orders can be booked; codes are case sensitive."""
        if not any(self.store.all("customer", sku=code)):
            self.store.add("customer", {"code": code, "name": name}, sku=code)

    def has_customer(self, code: str) -> bool:
        """Whether a customer with exactly this code exists."""
        return any(self.store.all("customer", sku=code))

    def add_order(self, number: str, header: Mapping[str, str], lines: list[Line]) -> None:
        """Book an order as Parked. BooksRefuse for a known number, customer or product unknown."""
        if any(self.store.all("order", sku=number)):
            raise BooksRefuse(f"Order Number {number} already exists")
        if not self.has_customer(header.get("customer", "")):
            raise BooksRefuse(f"Customer Code {header.get('customer', '')} does not exist")
        for line in lines:
            self.item(line.sku)
        goods = [line for line in lines if not self._is_service(line.sku)]
        body = {
            "number": number,
            "header": dict(header),
            "status": "Parked",
            "at": self.store.clock.now().isoformat(),
            "lines": [
                {"sku": line.sku, "quantity": line.quantity, "price": line.price, "shipped": 0}
                for line in goods
            ],
            "charges": [{"sku": n.sku, "price": n.price} for n in lines if n not in goods],
        }
        self.store.add("order", body, sku=number)

    def _is_service(self, sku: str) -> bool:
        return bool(self.item(sku).body.get("service"))

    def orders(self) -> list[dict[str, Any]]:
        """Every order, oldest first."""
        return [document.body for document in self.store.all("order")]

    def order(self, number: str) -> Document:
        """The order with this number. BooksRefuse when there is none."""
        for document in self.store.all("order", sku=number):
            return document
        raise BooksRefuse(f"Order {number} does not exist")

    def place(self, number: str) -> None:
        """A clerk releases a parked order: its pieces are allocated."""
        document = self.order(number)
        if document.body["status"] != "Parked":
            return
        for line in document.body["lines"]:
            self.move(line["sku"], allocated=line["quantity"])
        document.body["status"] = "Placed"
        self.store.put(document)

    def cancel(self, number: str) -> None:
        """A clerk deletes an order of which nothing has left; what was allocated is free again."""
        document = self.order(number)
        if any(line["shipped"] for line in document.body["lines"]):
            raise BooksRefuse(f"Order {number} has shipments")
        if document.body["status"] == "Placed":
            for line in document.body["lines"]:
                self.move(line["sku"], allocated=-line["quantity"])
        document.body["status"] = "Deleted"
        self.store.put(document)

    def ship(
        self,
        number: str,
        pieces: Mapping[str, int] | None = None,
        carrier: str = "DPD",
        tracking: str = "",
    ) -> str:
        """Send a parcel: {sku: pieces}, or everything that is left. Gives the shipment's number."""
        self.place(number)
        document, left = self.order(number), dict(pieces or {})
        sent = []
        for line in document.body["lines"]:
            open_pieces = line["quantity"] - line["shipped"]
            take = open_pieces if pieces is None else min(open_pieces, left.get(line["sku"], 0))
            if take:
                line["shipped"] += take
                left[line["sku"]] = left.get(line["sku"], 0) - take
                self.move(line["sku"], on_hand=-take, allocated=-take)
                sent.append({"sku": line["sku"], "quantity": take})
        if not sent or (pieces is not None and any(n > 0 for n in left.values())):
            raise BooksRefuse(f"Order {number} has no such pieces left to ship")
        done = all(line["shipped"] == line["quantity"] for line in document.body["lines"])
        document.body["status"] = "Completed" if done else "Placed"
        self.store.put(document)
        shipment = f"SH-{self.store.next_number('shipment number', 1001):08d}"
        body = {"number": shipment, "order": number, "lines": sent, "carrier": carrier}
        tracking = tracking or f"TRK{self.store.next_number('tracking', 900001)}"
        at = self.store.clock.now().isoformat()
        self.store.add("shipment", {**body, "tracking": tracking, "at": at}, sku=shipment)
        return shipment

    def take_back(self, number: str, pieces: Mapping[str, int]) -> str:
        """Goods came back and are on hand again. Gives the return's number."""
        document = self.order(number)
        for sku, quantity in pieces.items():
            shipped = sum(n["shipped"] for n in document.body["lines"] if n["sku"] == sku)
            if quantity > shipped:
                raise BooksRefuse(f"Order {number} shipped only {shipped} of {sku}")
            self.move(sku, on_hand=quantity)
        number_of_return = f"CR-{self.store.next_number('return number', 501):08d}"
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in pieces.items()]
        body = {"number": number_of_return, "order": number, "lines": lines}
        self.store.add(
            "return", {**body, "at": self.store.clock.now().isoformat()}, sku=number_of_return
        )
        return number_of_return

    def shipments(self) -> list[dict[str, Any]]:
        """Every shipment, oldest first."""
        return [document.body for document in self.store.all("shipment")]

    def returns(self) -> list[dict[str, Any]]:
        """Every return, oldest first."""
        return [document.body for document in self.store.all("return")]

    def now(self) -> datetime:
        """The ERP's present moment."""
        return self.store.clock.now()
