"""What a shopper sees and does in the online store."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Availability, Buyer, OrderView, ShelfItem, SoldOrder, SoldOut
from simulator.channels.shopify import money, sold
from simulator.channels.shopify.call import whole
from simulator.channels.shopify.errors import Refused
from simulator.channels.shopify.rules import customers, orders, products, stock
from simulator.commerce.shop import Document
from simulator.commerce.tax import Rate, rounded, tax_in, tax_on

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify

FEW = 3  # "Only 2 left"
SEEN = ("ACTIVE", "UNLISTED")


class Storefront:
    """The online store of one shop."""

    def __init__(self, dialect: Shopify) -> None:
        self.dialect, self.store = dialect, dialect.store

    # -- looking ------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku."""
        with self.dialect.world.lock:
            online = products.online_store(self.store).id
            shown = []
            for product in self.store.shop.all("product"):
                if self._status(product, online) == "ACTIVE":
                    found = self.store.children("variant", product)
                    shown += [self._item(product, v) for v in found if v.sku]
        return sorted(shown, key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; "gone" when the shop does not show it. Of several with this sku, the first."""
        with self.dialect.world.lock:
            found = self._find(sku)
            if found is None:
                return ShelfItem(sku, "", None, None, self.store.currency, "gone", listed=False)
            return self._item(*found)

    def _find(self, sku: str) -> tuple[Document, Document] | None:
        online = products.online_store(self.store).id
        for variant in self.store.shop.all("variant", sku=sku):
            product = self.store.need("product", variant.parent_id)
            if self._status(product, online) in SEEN:
                return product, variant
        return None

    def _status(self, product: Document, online: int) -> str | None:
        """A product's status while it is published to the online store."""
        shown = products.is_published(self.store, product, online)
        return str(product.body["status"]) if shown else None

    def _item(self, product: Document, variant: Document) -> ShelfItem:
        body = variant.body
        item = self.store.need("inventory_item", body["inventoryItemId"])
        left = stock.total_available(self.store, item.id) if item.body["tracked"] else None
        was = body["compareAtPrice"]
        above = was is not None and Decimal(was) > Decimal(body["price"])
        plain = body["title"] == products.DEFAULT_VALUE
        title = product.body["title"] if plain else f"{product.body['title']}, {body['title']}"
        return ShelfItem(
            sku=variant.sku or "",
            title=title,
            price=body["price"],
            was=was if above else None,
            currency=self.store.currency,
            availability=_availability(left, body["inventoryPolicy"]),
            note=f"Only {left} left" if left is not None and 0 < left <= FEW else "",
            quantity=left,
            listed=product.body["status"] == "ACTIVE",
        )

    # -- buying -------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order; its name, as "#1001". SoldOut when stock does not allow it."""
        with self.dialect.at_work():
            try:
                with whole(self.store):
                    return self._buy(basket, buyer)
            except Refused as refused:
                raise SoldOut(str(refused)) from refused

    def _buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        store = self.store
        lines = [self._line(sku, pieces, buyer.country) for sku, pieces in basket.items()]
        address = {
            "firstName": buyer.first_name,
            "lastName": buyer.last_name,
            "company": None,
            "address1": buyer.street,
            "address2": None,
            "city": buyer.city,
            "zip": buyer.postcode,
            "provinceCode": None,
            "countryCode": buyer.country,
            "phone": buyer.phone,
        }
        person: dict[str, Any] = {"firstName": buyer.first_name, "lastName": buyer.last_name}
        person |= {"email": buyer.email, "phone": buyer.phone, "addresses": [address]}
        customer = customers.put(store, customers.by_email(store, buyer.email), person)
        given = {
            "email": buyer.email,
            "phone": buyer.phone,
            "customerId": customer.id,
            "shippingAddress": address,
            "billingAddress": address,
            "shippingLines": [
                {"title": "Standard", "code": "Standard", "price": "0.00", "taxLines": []}
            ],
        }
        order = orders.new_order(store, lines, given, claim="DECREMENT_OBEYING_POLICY")
        orders.pay(store, order, "SALE", orders.totals(order).total)
        done = store.need("order", order.id)
        store.webhooks.announce("ORDERS_PAID", done)
        return str(done.body["name"])

    def _line(self, sku: str, pieces: int, country: str) -> dict[str, Any]:
        found = self._find(sku)
        if found is None:
            raise SoldOut(f"{sku} is not for sale here")
        _, variant = found
        line = orders.new_line(self.store, variant, {"quantity": pieces})
        if line["taxable"]:
            line["taxLines"] = self._taxes(Decimal(line["price"]) * pieces, country)
        return line

    def _taxes(self, amount: Decimal, country: str) -> list[dict[str, Any]]:
        percent = self.store.setting("taxes").get(country)
        if percent is None:
            return []
        rate = Rate(1, Decimal(percent))
        included = self.store.setting("taxes_included")
        tax = (tax_in if included else tax_on)(amount, [rate])[1]
        part = Decimal(percent) / 100
        price = money.text(rounded(tax), self.store.currency)
        return [{"title": f"{country} VAT", "rate": str(part), "price": price}]

    # -- afterwards ---------------------------------------------------------------------------

    def cancel(self, number: str) -> None:
        """The buyer takes an unshipped order back: goods back on the shelf, money back."""
        with self.dialect.at_work():
            order = self._order(number)
            if order.body["cancelledAt"]:
                return
            if any(line["fulfilled"] for line in order.body["lines"]):
                raise ValueError(f"order {number} was shipped, in part at least")
            orders.cancel(
                self.store, order, reason="CUSTOMER", restock=True, refund=True, note=None
            )

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        with self.dialect.world.lock:
            order = self._order(number)
            rows = order.body["lines"]
            shipments = self.store.children("fulfillment", order)
            sent = [s for s in shipments if s.body["status"] == "SUCCESS"]
            gone = order.body["cancelledAt"] is not None
            status = "CANCELLED" if gone else orders.fulfillment_status(order)
            return OrderView(
                number=order.body["name"],
                status=status,
                lines=_by_sku(rows, "quantity"),
                shipped=_by_sku(rows, "fulfilled"),
                cancelled=_by_sku(rows, "removed"),
                parcels=[t["number"] for s in sent for t in s.body["tracking"] if t["number"]],
                is_cancelled=gone,
            )

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""
        with self.dialect.world.lock:
            return sold.sold(self.store, after)

    def _order(self, number: str) -> Document:
        wanted = number if number.startswith("#") else f"#{number}"
        for order in self.store.shop.all("order", sku=wanted):
            return order
        raise LookupError(f"no order {number}")


def _availability(left: int | None, policy: str) -> Availability:
    if left is None or left > 0:
        return "in stock"
    return "on backorder" if policy == "CONTINUE" else "sold out"


def _by_sku(rows: list[dict[str, Any]], field: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in rows:
        if row[field]:
            key = row["sku"] or row["title"]
            counted[key] = counted.get(key, 0) + row[field]
    return counted
