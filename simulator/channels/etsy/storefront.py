"""What a shopper sees of the shop and may do there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.channels import Buyer, OrderView, ShelfItem, SoldLine, SoldOrder
from simulator.channels.etsy import checkout, profiles, receipts, sales
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.dialect import Etsy

FEW = 3  # "Only 2 left"
Json = dict[str, Any]


class Storefront:
    """The shop's pages as facts: one item for each enabled offering that has a sku."""

    def __init__(self, dialect: Etsy) -> None:
        self.dialect, self.store = dialect, dialect.store

    # -- looking ------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """What the shop lists now, by sku: active listings only."""
        with self.dialect.world.lock:
            if self.store.given("vacation"):
                return []
            items = [
                self._item(listing, product)
                for listing in self.store.listings_in("active")
                for product in listing.body["inventory"]["products"]
                if product["sku"]
                and product["offering"]["enabled"]
                and not listing.body.get("frozen")
            ]
        return sorted(items, key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One choice; a sold-out listing's page stays, every other one is "gone"."""
        with self.dialect.world.lock:
            found = checkout.find(self.store, sku)
            if found is None:
                return ShelfItem(sku, "", None, None, self.store.currency, "gone", listed=False)
            return self._item(*found)

    def _item(self, listing: Document, product: Json) -> ShelfItem:
        body, offering = listing.body, product["offering"]
        less = sales.off(self.store, listing.id, offering["price"])
        has_some = body["state"] == "active" and offering["quantity"] > 0
        names = [", ".join(value["values"]) for value in product["values"]]
        return ShelfItem(
            sku=product["sku"],
            title=", ".join([body["title"], *names]),
            price=self._price(offering["price"] - less),
            was=self._price(offering["price"]) if less else None,
            currency=self.store.currency,
            availability="in stock" if has_some else "sold out",
            note=self._note(body, offering) if has_some else "",
            quantity=offering["quantity"],
            listed=body["state"] == "active" and not self.store.given("vacation"),
        )

    def _note(self, body: Json, offering: Json) -> str:
        notes = [f"Only {offering['quantity']} left"] if offering["quantity"] <= FEW else []
        number = offering["readiness"] or body.get("readiness_state_id")
        profile = self.store.shop.get("readiness", number) if number else None
        if profile is not None:
            made = profile.body["readiness"] == "made_to_order"
            word = "Made to order, ready in" if made else "Ready to ship in"
            notes.append(f"{word} {profiles.label(profile.body)}")
        return ". ".join(notes)

    def _price(self, minor: int) -> str:
        decimals = 0 if self.store.divisor == 1 else 2
        return f"{self.store.major(minor):.{decimals}f}"

    # -- buying -------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Place and pay an order; the receipt's number. SoldOut when refused."""
        with self.dialect.at_work(), self.dialect.whole():
            return str(checkout.buy(self.store, basket, buyer).id)

    def cancel(self, number: str) -> None:
        """The buyer asks to cancel an unshipped order, and the shop's people agree at once."""
        with self.dialect.at_work():
            receipt = self._receipt(number)
            if receipt.body["is_shipped"]:
                raise ValueError(f"order {number} was shipped")
            receipts.cancel(self.store, receipt, "Buyer asked to cancel")

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it. LookupError when there is none."""
        with self.dialect.world.lock:
            body = self._receipt(number).body
        pieces = _by_sku(body["lines"])
        gone = body["status"] == "canceled"
        return OrderView(
            number=number,
            status=body["status"],
            lines=pieces,
            shipped=pieces if body["is_shipped"] else {},
            cancelled=pieces if gone else {},
            parcels=[parcel["code"] for parcel in body["parcels"]],
            is_cancelled=gone,
        )

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Orders placed here with a `seq` (the receipt's number) above `after`, oldest first."""
        with self.dialect.world.lock:
            found = [r for r in self.store.shop.all("receipt") if r.id > after]
            return [self._sold(receipt) for receipt in found]

    def _sold(self, receipt: Document) -> SoldOrder:
        body, store = receipt.body, self.store
        person, address = body["buyer"], body["address"]
        buyer = Buyer(
            person["first"],
            person["last"],
            body["email"],
            person["phone"],
            address["first_line"],
            address["city"],
            address["zip"],
            address["country_iso"],
        )
        percent = Decimal(store.given("taxes").get(address["country_iso"], "0"))
        added = Decimal(0) if store.given("taxes_included") else percent
        gross = 1 + added / 100
        lines = [
            SoldLine(
                sku=line["sku"],
                title=line["title"],
                quantity=line["quantity"],
                price=store.major(round((line["price"] - _off(line)) * gross)),
                tax_rate=percent,
                foreign_id=str(line["listing_id"]),
            )
            for line in body["lines"]
        ]
        return SoldOrder(
            seq=receipt.id,
            number=str(receipt.id),
            foreign_id=str(receipt.id),
            placed_at=receipt.created_at,
            currency=store.currency,
            buyer=buyer,
            lines=lines,
            shipping=store.major(round(body["shipping"] * gross)),
            is_paid=body["is_paid"],
        )

    def _receipt(self, number: str) -> Document:
        found = self.store.shop.get("receipt", int(number)) if number.isdigit() else None
        if found is None:
            raise LookupError(f"no order {number}")
        return found


def _by_sku(lines: list[Json]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for line in lines:
        key = line["sku"] or line["title"]
        counted[key] = counted.get(key, 0) + line["quantity"]
    return counted


def _off(line: Json) -> int:
    """What a sale takes off one piece."""
    less: int = line["discount"] // line["quantity"]
    return less
