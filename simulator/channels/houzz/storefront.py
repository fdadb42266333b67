"""What a shopper sees and does at the seller's listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer, OrderView, ShelfItem, SoldLine, SoldOrder, SoldOut
from simulator.channels.houzz import families, orders
from simulator.commerce.orders import added
from simulator.commerce.shop import Document, document
from simulator.commerce.tax import Rate, rounded, tax_on

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

FEW = 3  # "Only 2 left"


class Storefront:
    """The seller's listings on Houzz. Parents are pages; their children are what is bought."""

    def __init__(self, dialect: Houzz) -> None:
        self.dialect = dialect

    # -- looking ------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """What is listed now, by sku."""
        self.dialect.run_due()
        found = self.dialect.shop.all("listing")
        items = [self._item(d) for d in found if self._is_offered(d)]
        return sorted(items, key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; "gone" while Houzz does not show it."""
        self.dialect.run_due()
        found = self.dialect.shelf.find(sku)
        if found is None or not self._is_offered(found):
            title = found.body.get("Title", sku) if found else sku
            return ShelfItem(sku, title, None, None, self.dialect.currency, "gone", listed=False)
        return self._item(found)

    def _is_offered(self, listing: Document) -> bool:
        body = listing.body
        if body["Status"] != "Active" or body.get("Parentage") == "Parent":
            return False
        if body.get("Parentage") != "Child":
            return True
        parent = families.parent_of(self.dialect.shop, body)
        return parent is not None and parent.body["Status"] == "Active"

    def _item(self, listing: Document) -> ShelfItem:
        body = listing.body
        was = body.get("MSRP")
        chosen = ", ".join(families.choice(body).values())
        return ShelfItem(
            sku=body["SKU"],
            title=f"{body['Title']}, {chosen}" if chosen else body["Title"],
            price=body["Price"],
            was=was if was and Decimal(was) > Decimal(body["Price"]) else None,
            currency=self.dialect.currency,
            availability="in stock" if body["Quantity"] else "sold out",
            note=_note(body) if body["Quantity"] else "",
            quantity=body["Quantity"],
        )

    # -- buying -------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place an order; its id. SoldOut when stock or a least quantity does not allow it."""
        self.dialect.run_due()
        with self.dialect.at_work():
            rows = [self._row(sku, count, buyer.country) for sku, count in basket.items()]
            for sku, count in basket.items():
                self.dialect.shelf.move(sku, -count)
            facts = {
                "CustomerName": f"{buyer.first_name} {buyer.last_name}".strip(),
                "Address": _address(buyer),
                "OrderItems": rows,
                "buyer": asdict(buyer),
            }
            return str(orders.place(self.dialect, facts).sku)

    def cancel(self, number: str) -> None:
        """The buyer takes an order back. ValueError when any of it was sent."""
        with self.dialect.at_work():
            parts = list(orders.whole(self.dialect, orders.find(self.dialect, number)))
            if any(part.body["Status"] == orders.SHIPPED for part in parts):
                raise ValueError(f"order {number} was sent already")
            for part in parts:
                if part.body["Status"] != orders.CANCELLED:
                    why = "buyer changed mind"
                    orders.cancel(self.dialect, part, by="buyer", why=why, restocks=True)

    def order(self, number: str) -> OrderView:
        """A purchase as its buyer sees it, all its parts together."""
        self.dialect.run_due()
        parts = list(orders.whole(self.dialect, orders.find(self.dialect, number)))
        by_status = {
            status: added(orders.pieces(p) for p in parts if p.body["Status"] == status)
            for status in (orders.SHIPPED, orders.CANCELLED)
        }
        return OrderView(
            number=number,
            status=parts[0].body["Status"],
            lines=added(orders.pieces(part) for part in parts),
            shipped=by_status[orders.SHIPPED],
            cancelled=by_status[orders.CANCELLED],
            parcels=[n for p in _by_parcel(parts) if (n := p.body["TrackingNumber"])],
            is_cancelled=all(p.body["Status"] == orders.CANCELLED for p in parts),
        )

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""
        self.dialect.run_due()
        rows = self.dialect.shop.db.execute(
            "select kind, id, parent_id, sku, body, created_at, modified_at from documents"
            " where shop = ? and kind = 'order' and id > ? and parent_id is null order by id",
            (self.dialect.shop.name, after),
        ).fetchall()
        return [self._sold(document(row)) for row in rows]

    def _row(self, sku: str, count: int, country: str) -> dict[str, Any]:
        """A line of an order; SoldOut when it cannot be had."""
        found = self.dialect.shelf.find(sku)
        if found is None or not self._is_offered(found):
            raise SoldOut(f"{sku}: not for sale on Houzz")
        body = found.body
        if body["Quantity"] < count:
            raise SoldOut(f"{sku}: {body['Quantity']} in stock, {count} wanted")
        least = body.get("MinimumOrderQuantity", 1)
        if count < least:
            raise SoldOut(f"{sku}: sold from {least} pieces on, {count} wanted")
        price = Decimal(body["Price"])
        return {
            "Type": orders.PRODUCT,
            "SKU": sku,
            "ProductId": body["ProductId"],
            "Title": body["Title"],
            "Quantity": count,
            "Price": f"{price:.2f}",
            "Cost": f"{price:.2f}",
            "Shipping": f"{_shipping(body, country):.2f}",
            "Tax": f"{self._tax(price, country):.2f}",
        }

    def _tax(self, price: Decimal, country: str) -> Decimal:
        """What comes on top of one piece; nothing where prices have their tax in them."""
        percent = self.dialect.tax_percent(country)
        if self.dialect.prices_include_tax or not percent:
            return Decimal(0)
        return rounded(tax_on(price, [Rate(1, percent)])[1])

    def _sold_lines(self, rows: list[dict[str, Any]], country: str) -> list[SoldLine]:
        percent = self.dialect.tax_percent(country)
        return [
            SoldLine(
                sku=row["SKU"],
                title=row["Title"],
                quantity=row["Quantity"],
                price=Decimal(row["Price"]) + Decimal(row["Tax"]),
                tax_rate=percent,
                foreign_id=row["ProductId"],
            )
            for row in rows
        ]

    def _sold(self, order: Document) -> SoldOrder:
        body = order.body
        parts = list(orders.whole(self.dialect, order))
        rows = _together([row for part in parts for row in orders.goods(part)])
        return SoldOrder(
            seq=order.id,
            number=body["OrderId"],
            foreign_id=body["OrderId"],
            placed_at=datetime.fromisoformat(body["at"]),
            currency=self.dialect.currency,
            buyer=Buyer(**body["buyer"]),
            lines=self._sold_lines(rows, body["buyer"]["country"]),
            shipping=sum((Decimal(r["Shipping"]) * r["Quantity"] for r in rows), Decimal(0)),
            is_paid=body["Status"] not in (orders.NEW, orders.PROCESSING, orders.FAILED),
        )


def _by_parcel(parts: list[Document]) -> list[Document]:
    sent = [p for p in parts if p.body["Status"] == orders.SHIPPED]
    return sorted(sent, key=lambda part: part.body["shipped_at"])


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one sku, which a split has parted, as one again."""
    count = added({row["SKU"]: row["Quantity"]} for row in rows)
    first = {row["SKU"]: row for row in reversed(rows)}
    return [{**first[sku], "Quantity": n} for sku, n in count.items()]


def _note(body: Mapping[str, Any]) -> str:
    """How few are left, and how long the seller takes to send."""
    details = body.get("ShippingDetails", {})
    least, most = details.get("LeadTimeMin"), details.get("LeadTimeMax")
    span = " to ".join(str(days) for days in dict.fromkeys((least, most)) if days is not None)
    told = [f"Only {body['Quantity']} left"] if body["Quantity"] <= FEW else []
    told += [f"ships in {span} days"] if span else []
    text = ", ".join(told)
    return text[:1].upper() + text[1:]


def _shipping(body: Mapping[str, Any], country: str) -> Decimal:
    """What standard shipping of one piece to a country costs; free where nothing was said."""
    for option in body.get("ShippingDetails", {}).get("ShippingOptions", ()):
        if (option.get("Country"), option.get("Type")) == (country, "STANDARD"):
            return Decimal(option.get("Price", "0"))
    return Decimal(0)


def _address(buyer: Buyer) -> dict[str, str]:
    return {
        "Address": buyer.street,
        "City": buyer.city,
        "State": "",  # shoppers of the staging world have none
        "Zip": buyer.postcode,
        "Country": buyer.country,
        "Phone": buyer.phone,
    }
