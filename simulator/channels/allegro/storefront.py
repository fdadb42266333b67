"""What a shopper sees on the vendor's pages, and does there."""

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
)
from simulator.channels.allegro import orders, shipments
from simulator.channels.allegro.baskets import chosen, found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.allegro.dialect import Allegro

FEW = 3  # "Ostatnie 2 sztuki"
SENT = ("SENT", "PICKED_UP")
BEGUN = ("PROCESSING", "READY_FOR_SHIPMENT", "READY_FOR_PICKUP", *SENT)


class Storefront:
    """The seller's offers, as buyers see them."""

    def __init__(self, dialect: Allegro) -> None:
        self.dialect, self.store = dialect, dialect.store

    # -- looking ------------------------------------------------------------------------------

    def shelf(self) -> list[ShelfItem]:
        """The offers that are on sale, by sku; ended ones are in no list."""
        with self.dialect.world.lock, self.dialect.at_work():
            every = self.store.shop.all("offer")
            shown = [o for o in every if o.sku and o.body["publication"]["status"] == "ACTIVE"]
            return sorted((self._item(offer) for offer in shown), key=lambda item: item.sku)

    def item(self, sku: str) -> ShelfItem:
        """One offer. Ended without stock it is sold out; ended otherwise, or a draft, it is gone."""
        with self.dialect.world.lock, self.dialect.at_work():
            offer = found(self.store, sku)
            if offer is None:
                return ShelfItem(sku, "", None, None, self.store.currency, "gone", listed=False)
            return self._item(offer)

    def _item(self, offer: Document) -> ShelfItem:
        body = offer.body
        left, price = body["stock"]["available"], body["sellingMode"]["price"]
        return ShelfItem(
            sku=offer.sku or "",
            title=body["name"] or "",
            price=price["amount"] if price else None,
            was=None,
            currency=self.store.currency,
            availability=_availability(body["publication"]),
            note=_note(body),
            quantity=left if body["publication"]["status"] == "ACTIVE" else 0,
            listed=body["publication"]["status"] == "ACTIVE",
        )

    # -- buying -------------------------------------------------------------------------------

    def buy(self, basket: Mapping[str, int], buyer: Buyer) -> str:
        """Buy and pay; the checkout form's id. SoldOut when an offer has ended or has too few."""
        with self.dialect.world.lock, self.dialect.at_work():
            form = orders.buy(self.store, chosen(self.store, basket), buyer)
            return orders.pay(self.store, form).sku or ""

    def cancel(self, number: str) -> None:
        """The buyer cancels; ValueError once the seller is at work on it (issue 3085)."""
        with self.dialect.world.lock, self.dialect.at_work():
            form = self._form(number)
            if form.body["status"] == "CANCELLED":
                return
            if form.body["fulfillment"]["status"] in BEGUN or shipments.of(self.store, form):
                raise ValueError(f"order {number} is being sent, in part at least")
            orders.cancel(self.store, form)

    def order(self, number: str) -> OrderView:
        """An order as its buyer sees it; one that was merged, as what it became part of."""
        with self.dialect.world.lock, self.dialect.at_work():
            form = self._form(number)
            body = form.body
            parcels = shipments.of(self.store, form)
            sent = shipments.sent_lines(self.store, form)
            lines = body["lineItems"]
            if not sent and body["fulfillment"]["status"] in SENT:
                sent = {line["id"] for line in lines}
            gone = "CANCELLED" in (body["status"], body["fulfillment"]["status"])
            return OrderView(
                number=form.sku or "",
                status=body["status"],
                lines=_pieces(lines),
                shipped=_pieces([line for line in lines if line["id"] in sent]),
                cancelled=_pieces(lines) if gone else {},
                parcels=[parcel.body["waybill"] for parcel in parcels],
                is_cancelled=gone,
            )

    def sold(self, after: int = 0) -> list[SoldOrder]:
        """Purchases with a higher number, oldest first; merged ones as what they became."""
        with self.dialect.world.lock, self.dialect.at_work():
            rows = self.store.rows("kind = ? and id > ? order by id", ("form", after))
            return [_sold(form) for form in rows]

    def _form(self, number: str) -> Document:
        form = self.store.by_key("form", number)
        if form is not None:
            return form
        merged = self.store.by_key("merged", number)
        if merged is None:
            raise LookupError(f"no order {number}")
        return self._form(merged.body["into"])


def _availability(publication: Mapping[str, Any]) -> Availability:
    if publication["status"] == "ACTIVE":
        return "in stock"
    sold_out = publication["status"] == "ENDED" and publication["endedBy"] == "EMPTY_STOCK"
    return "sold out" if sold_out else "gone"


def _note(body: Mapping[str, Any]) -> str:
    if body["publication"]["status"] == "ENDED":
        return "This offer has ended"
    left = body["stock"]["available"]
    if 0 < left <= FEW:
        return f"Only {left} left"
    return f"Ships within {body['delivery']['handlingTime'].removeprefix('PT').removesuffix('H')} h"


def _pieces(lines: list[dict[str, Any]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for line in lines:
        key = orders.sku(line) or line["offer"]["name"]
        counted[key] = counted.get(key, 0) + line["quantity"]
    return counted


def _sold(form: Document) -> SoldOrder:
    body = form.body
    return SoldOrder(
        seq=form.id,
        number=form.sku or "",
        foreign_id=form.sku or "",
        placed_at=form.created_at,
        currency=body["summary"]["totalToPay"]["currency"],
        buyer=Buyer(**body["person"]),
        lines=[_sold_line(line) for line in body["lineItems"]],
        shipping=Decimal(body["delivery"]["cost"]["amount"]),
        is_paid=body["payment"]["finishedAt"] is not None,
    )


def _sold_line(line: Mapping[str, Any]) -> SoldLine:
    rate = line["tax"]["rate"]
    return SoldLine(
        sku=orders.sku(line),
        title=line["offer"]["name"],
        quantity=line["quantity"],
        price=Decimal(line["price"]["amount"]),
        tax_rate=Decimal(rate) if rate and rate != "EXEMPT" else Decimal(0),
        foreign_id=line["offer"]["id"],
    )
