"""What a shopper sees and does in the shop."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import (
    Availability,
    Buyer,
    OrderView,
    ShelfItem,
    SoldLine,
    SoldOrder,
    SoldOut,
)
from simulator.channels.magento import (
    invoices,
    orders,
    placing,
    pricing,
    products,
    regions,
    salable,
    shipments,
    sources,
    stock_items,
)
from simulator.channels.magento.placing import Line, Placing
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ENABLED, NOT_VISIBLE = 1, 1
LISTED = (2, 4)  # in the catalogue
PAYMENT, PAYMENT_TITLE = "card_gateway", "Credit Card"
SENDING, SENDING_TITLE = "freeshipping_freeshipping", "Free Shipping - Free"


class Storefront:
    """The shop's pages as facts, in its default store view."""

    def __init__(self, dialect: Magento) -> None:
        self.dialect = dialect

    # -- looking ----------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku: simple products and the variants of configurable ones."""
        shown = []
        with self.dialect.at_work():
            salable.run_due(self.dialect)
            for found in self.dialect.shop.all("product"):
                item = self._item(found)
                if item.listed and item.availability != "gone":
                    shown.append(item)
        return sorted(shown, key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; availability "gone" when the shop does not show it (or never had it)."""
        with self.dialect.at_work():
            salable.run_due(self.dialect)
            found = products.find(self.dialect, sku)
            return self._gone(sku, sku) if found is None else self._item(found)

    def _item(self, found: Document) -> ShelfItem:
        sku = found.body["sku"]
        values = products.values_at(found, 1)
        page = self._page(found)
        if page is None or found.body["type"] not in products.SOLD_ALONE:
            return self._gone(sku, values["name"])
        if values.get("price") is None:
            return self._gone(sku, values["name"])
        price = pricing.final_price(self.dialect, found, 1)
        usual = pricing.list_price(found, 1)
        availability, quantity = self._stock(sku)
        return ShelfItem(
            sku=sku,
            title=values["name"],
            price=f"{price:.2f}",
            was=f"{usual:.2f}" if usual > price else None,
            currency=self.dialect.settings()["currency"],
            availability=availability,
            note="Available on backorder" if availability == "on backorder" else "",
            quantity=quantity,
            listed=products.values_at(page, 1)["visibility"] in LISTED,
        )

    def _page(self, found: Document) -> Document | None:
        """The page where a product can be bought: its own, or that of its configurable parent."""
        if not _is_on(found):
            return None
        if products.values_at(found, 1)["visibility"] != NOT_VISIBLE:
            return found
        for link in self.dialect.shop.all("child", sku=str(found.id)):
            parent = self.dialect.shop.get("product", link.parent_id or 0)
            if parent is not None and _is_on(parent):
                return parent
        return None

    def _stock(self, sku: str) -> tuple[Availability, int | None]:
        dialect = self.dialect
        stock, item = self._stock_id(), stock_items.by_sku(dialect, sku)
        if item is None:
            return "gone", None
        if not stock_items.value(item.body, "manage_stock"):
            return "in stock", None
        left = int(salable.quantity(dialect, stock, sku))
        if not salable.is_salable(dialect, stock, sku):
            return "sold out", max(left, 0)
        if left > 0 and not stock_items.value(item.body, "backorders"):
            return "in stock", left
        if stock_items.value(item.body, "backorders"):
            held = left + stock_items.value(item.body, "min_qty")
            open_ended = stock_items.value(item.body, "min_qty") >= 0
            if held > 0:
                return "in stock", int(held)
            return ("on backorder", 0) if open_ended or left > 0 else ("sold out", 0)
        return "sold out", max(left, 0)

    def _stock_id(self) -> int:
        stock = sources.stock_of_website(self.dialect, sources.BASE)
        return stock.id if stock else sources.DEFAULT_STOCK

    def _gone(self, sku: str, title: str) -> ShelfItem:
        currency = self.dialect.settings()["currency"]
        return ShelfItem(sku, title, None, None, currency, "gone", listed=False)

    # -- buying -----------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place an order as a guest and pay it by card; gives its number. SoldOut when refused."""
        dialect = self.dialect
        with dialect.at_work():
            lines = [self._line(sku, pieces) for sku, pieces in basket.items()]
            address = self._address(buyer)
            placed = placing.place(
                dialect,
                Placing(
                    lines=lines,
                    billing=address,
                    shipping=address,
                    email=buyer.email,
                    method=SENDING,
                    method_title=SENDING_TITLE,
                    shipping_amount=0.0,
                    payment=PAYMENT,
                    payment_title=PAYMENT_TITLE,
                ),
            )
            stream = dialect.world.chance.stream(f"{dialect.name} payments")
            placed.body["payment"]["last_trans_id"] = f"{stream.getrandbits(48):012x}"
            pieces = {r["item_id"]: orders.to_invoice(r) for r in orders.real_items(placed)}
            invoices.make(dialect, placed, pieces, is_paid=True)
            return str(placed.body["head"]["increment_id"])

    def _line(self, sku: str, pieces: int) -> Line:
        dialect = self.dialect
        found = products.find(dialect, sku)
        page = None if found is None else self._page(found)
        if found is None or page is None:
            raise SoldOut(f"{sku}: the shop does not sell it")
        if not salable.allows(dialect, self._stock_id(), sku, pieces):
            left = salable.quantity(dialect, self._stock_id(), sku)
            raise SoldOut(f"{sku}: {left:g} in stock, {pieces} wanted")
        if page.id == found.id:
            return Line(found, pieces)
        return Line(page, pieces, found, self._chosen(page, found))

    def _chosen(self, parent: Document, variant: Document) -> list[dict[str, Any]]:
        from simulator.channels.magento import attributes

        chosen = []
        for option in parent.body["options"]:
            one = attributes.by_id(self.dialect, int(option["attribute_id"]))
            value = variant.body["attrs"].get(one.code) if one else None
            if value is not None:
                number = int(value) if str(value).isdigit() else 0
                chosen.append({"option_id": str(option["attribute_id"]), "option_value": number})
        return chosen

    def _address(self, buyer: Buyer) -> dict[str, Any]:
        address: dict[str, Any] = {
            "firstname": buyer.first_name,
            "lastname": buyer.last_name,
            "street": [buyer.street],
            "city": buyer.city,
            "postcode": buyer.postcode,
            "country_id": buyer.country,
            "telephone": buyer.phone,
        }
        region = regions.first(buyer.country)
        if region is not None:
            address |= {"region": region.name, "region_code": region.code, "region_id": region.id}
        return address

    # -- afterwards -------------------------------------------------------------------------------

    def cancel(self, number: str) -> None:
        """The buyer asks for an unshipped order to be taken back: what is paid is refunded.

        LookupError when there is none, ValueError when any of it was sent.
        """
        from simulator.channels.magento import refunds

        dialect = self.dialect
        with dialect.at_work():
            found = self._order(number)
            if any(row["qty_shipped"] for row in found.body["items"]):
                raise ValueError(f"order {number} was shipped, in part at least")
            if found.body["head"]["state"] in (orders.CANCELED, orders.CLOSED):
                return
            if found.body["head"].get("total_paid"):
                rows = [row["item_id"] for row in orders.real_items(found)]
                refunds.give_back(dialect, found, None, to_stock=rows)
                found = self._order(number)
            orders.cancel_order(dialect, found)

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        with self.dialect.world.lock:
            found = self._order(number)
            rows = orders.real_items(found)
            state = found.body["head"]["state"]
            gone: dict[str, int] = {}
            for row in rows:
                unsent = row["qty_ordered"] - row["qty_shipped"]
                pieces = int(min(row["qty_canceled"] + row["qty_refunded"], unsent))
                if pieces > 0:
                    gone[row["sku"]] = gone.get(row["sku"], 0) + pieces
            nothing_sent = not any(row["qty_shipped"] for row in rows)
            return OrderView(
                number=number,
                status=str(found.body["head"]["status"]),
                lines=_by_sku(rows, "qty_ordered"),
                shipped=_by_sku(rows, "qty_shipped"),
                cancelled=gone,
                parcels=self._parcels(found),
                is_cancelled=state == orders.CANCELED or (state == orders.CLOSED and nothing_sent),
            )

    def _parcels(self, found: Document) -> list[str]:
        sent = self.dialect.shop.all("shipment", parent_id=found.id)
        tracks = (t for s in sent for t in shipments.tracks_of(self.dialect, s.id))
        return [str(track.body["track_number"]) for track in tracks]

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` above `after`, oldest first."""
        with self.dialect.world.lock:
            found = [d for d in self.dialect.shop.all("order") if d.id > after]
            return [self._sold(one) for one in found if one.body["head"].get("state")]

    def _sold(self, found: Document) -> SoldOrder:
        head, address = found.body["head"], found.body["shipping"] or found.body["billing"] or {}
        return SoldOrder(
            seq=found.id,
            number=str(head["increment_id"]),
            foreign_id=str(found.id),
            placed_at=found.created_at,
            currency=str(head["order_currency_code"]),
            buyer=Buyer(
                first_name=str(address.get("firstname") or ""),
                last_name=str(address.get("lastname") or ""),
                email=str(head.get("customer_email") or ""),
                phone=str(address.get("telephone") or ""),
                street=", ".join(address.get("street") or ()),
                city=str(address.get("city") or ""),
                postcode=str(address.get("postcode") or ""),
                country=str(address.get("country_id") or ""),
            ),
            lines=[
                SoldLine(
                    sku=row["sku"],
                    title=row["name"],
                    quantity=int(row["qty_ordered"]),
                    price=Decimal(str(row["price_incl_tax"])),
                    tax_rate=Decimal(str(row["tax_percent"])),
                    foreign_id=str(row["product_id"]),
                )
                for row in orders.real_items(found)
            ],
            shipping=Decimal(str(head["shipping_incl_tax"])),
            is_paid=not head["total_due"],
        )

    def _order(self, number: str) -> Document:
        for found in self.dialect.shop.all("order", sku=number):
            return found
        raise LookupError(f"no order {number}")


def _is_on(found: Document) -> bool:
    return products.values_at(found, 1)["status"] == ENABLED and bool(found.body["websites"])


def _by_sku(rows: list[dict[str, Any]], field: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in rows:
        if row[field]:
            counted[row["sku"]] = counted.get(row["sku"], 0) + int(row[field])
    return counted
