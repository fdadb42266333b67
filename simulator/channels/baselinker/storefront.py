"""What a shopper sees and may do: there is no page, a salesperson at the panel answers for it.

The shelf is the default catalogue with its default price group; a purchase is an order that the
salesperson enters, with the source "personal", paid at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import (
    Buyer,
    OrderView,
    ShelfItem,
    SoldLine,
    SoldOrder,
    SoldOut,
)
from simulator.channels.baselinker import bulk, order_rows, orders
from simulator.channels.baselinker.hub import addresses
from simulator.channels.baselinker.product_lists import name_of
from simulator.channels.baselinker.store import goods
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.baselinker.dialect import BaseLinker


class Storefront:
    """The salesperson's view of the account."""

    def __init__(self, dialect: BaseLinker) -> None:
        self.dialect, self.store = dialect, dialect.store

    # -- looking ----------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """The default catalogue's products and variants that have a sku, by sku."""
        with self.dialect.world.lock:
            inventory = self.store.default_inventory()
            found = list(self.store.shop.all(goods(inventory.id)))
            mains = {d.body["parent_id"] for d in found}  # only a variant can be sold of those
            names = {d.id: name_of(self.store, d) for d in found if d.id in mains}
            items = [
                self._item(inventory, d, names)
                for d in found
                if d.body["sku"] and d.id not in mains
            ]
        return sorted(items, key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; "gone" when the catalogue does not have it. Of several, the first."""
        with self.dialect.world.lock:
            inventory = self.store.default_inventory()
            product = self._sellable(sku, inventory)
            if product is None:
                currency = self._currency(inventory)
                return ShelfItem(sku, "", None, None, currency, "gone", listed=False)
            main = self.store.shop.get(product.kind, product.body["parent_id"])
            names = {main.id: name_of(self.store, main)} if main else {}
            return self._item(inventory, product, names)

    def _sellable(self, sku: str, inventory: Document) -> Document | None:
        kind = goods(inventory.id)
        for product in self.store.shop.all(kind, sku=sku) if sku else ():
            if not self.store.page(kind, parent_id=product.id, limit=1):
                return product
        return None

    def _currency(self, inventory: Document) -> str:
        group = self.store.shop.get("price_group", inventory.body["default_price_group"])
        return str(group.body["currency"] if group else self.store.setting("currency"))

    def _item(self, inventory: Document, product: Document, names: dict[int, str]) -> ShelfItem:
        main = names.get(product.body["parent_id"], "")
        name = name_of(self.store, product)
        title = f"{main}, {name}" if main and name and not name.startswith(main) else name or main
        price = product.body["prices"].get(str(inventory.body["default_price_group"]))
        left = bulk.available(self.store, inventory, product)
        return ShelfItem(
            sku=product.body["sku"],
            title=title,
            price=price,
            was=None,
            currency=self._currency(inventory),
            availability="in stock" if left > 0 and price is not None else "sold out",
            note="" if price is not None else "No price",
            quantity=left,
        )

    # -- buying -----------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Enter a paid order; its number. SoldOut when stock does not allow it."""
        with self.dialect.at_work():
            inventory = self.store.default_inventory()
            rows = [self._row(inventory, sku, pieces) for sku, pieces in basket.items()]
            body = orders.blank(self.store)
            body |= {
                "email": buyer.email,
                "phone": buyer.phone,
                "payment_method": "Bank transfer",
                "delivery_method": "Courier",
                "currency": self._currency(inventory),
                **addresses(buyer),
                "products": rows,
                "_sold": True,
            }
            body["payment_done"] = str(orders.total(body))
            return str(orders.place(self.dialect, body).id)

    def _row(self, inventory: Document, sku: str, pieces: int) -> dict[str, Any]:
        product = self._sellable(sku, inventory)
        if product is None:
            raise SoldOut(f"{sku} is not in the catalogue")
        item = self.item(sku)
        if item.price is None or pieces > (item.quantity or 0):
            left = item.quantity if item.price is not None else 0
            raise SoldOut(f"{sku} is sold out: {pieces} wanted, {left} left")
        row = order_rows.blank(self.store)
        tax = str(product.body["tax_rate"])
        row |= {"name": item.title[:130], "sku": sku, "quantity": pieces}
        row |= {"price_brutto": item.price, "tax_rate": tax}
        order_rows.link(self.store, row, product)
        return row

    def cancel(self, number: str) -> None:
        """The buyer calls before it was sent: the salesperson moves the order to "cancelled"."""
        with self.dialect.at_work():
            order = self._need(number)
            if order.body["delivery_package_nr"]:
                raise ValueError(f"order {number} was sent already")
            orders.move_to(self.dialect, order, self.store.setting("status_cancelled"))

    def order(self, number: str) -> OrderView:
        """An order with whatever was split off it. LookupError when there is none."""
        with self.dialect.world.lock:
            first = self._need(number)
            family = [first, *self._split_off(first.id)]
            lines: dict[str, int] = {}
            shipped: dict[str, int] = {}
            cancelled: dict[str, int] = {}
            parcels: list[tuple[int, str]] = []
            for part in family:
                sent = self._packages(part.id)
                parcels += [(p.id, p.body["courier_package_nr"]) for p in sent]
                gone = orders.is_cancelled(self.store, part.body)
                for row in part.body["products"]:
                    for counts in (
                        lines,
                        *([shipped] if sent else [cancelled] if gone else []),
                    ):
                        counts[row["sku"]] = counts.get(row["sku"], 0) + int(row["quantity"])
            status = self.store.shop.get("status", first.body["order_status_id"])
            return OrderView(
                number=number,
                status=str(status.body["name"]) if status else "",
                lines=lines,
                shipped=shipped,
                cancelled=cancelled,
                parcels=[number for _, number in sorted(parcels)],
                is_cancelled=bool(lines) and cancelled == lines,
            )

    def _split_off(self, id: int) -> list[Document]:
        children = self.store.shop.all("split", parent_id=id)
        found = [self.store.shop.get("order", d.id) for d in children]
        here = [d for d in found if d is not None]
        return [*here, *(d for child in here for d in self._split_off(child.id))]

    def _packages(self, order_id: int) -> list[Document]:
        found = self.store.shop.all("package", parent_id=order_id)
        return [d for d in found if not d.body["is_return"]]

    def _need(self, number: str) -> Document:
        found = self.store.shop.get("order", int(number)) if number.isdigit() else None
        if found is None:
            raise LookupError(f"no order {number}")
        return found

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """What was sold through the salesperson; orders taken over from elsewhere are not."""
        with self.dialect.world.lock:
            found = self.store.onward("order", after + 1)
            return [self._sold(d) for d in found if d.body.get("_sold")]

    def _sold(self, order: Document) -> SoldOrder:
        body = order.body
        first, _, last = body["delivery_fullname"].partition(" ")
        buyer = Buyer(
            first_name=first,
            last_name=last,
            email=body["email"],
            phone=body["phone"],
            street=body["delivery_address"],
            city=body["delivery_city"],
            postcode=body["delivery_postcode"],
            country=body["delivery_country_code"],
        )
        lines = [
            SoldLine(
                sku=row["sku"],
                title=row["name"],
                quantity=int(row["quantity"]),
                price=Decimal(row["price_brutto"]),
                tax_rate=Decimal(row["tax_rate"]),
                foreign_id=row["product_id"],
            )
            for row in body["products"]
        ]
        return SoldOrder(
            seq=order.id,
            number=str(order.id),
            foreign_id=str(order.id),
            placed_at=datetime.fromtimestamp(body["date_add"], UTC),
            currency=body["currency"],
            buyer=buyer,
            lines=lines,
            shipping=Decimal(body["delivery_price"]),
            is_paid=orders.is_paid(body),
        )
