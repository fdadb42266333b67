"""Orders as the vendor keeps them: checkout forms that are bought, paid, merged, changed and cancelled.

A form's body is what the API shows, with `boughtAt`, `person` and `seller` beside it, which it does not.
"""

from __future__ import annotations

import copy
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from simulator.channels import Buyer
from simulator.channels.allegro import journals, offers
from simulator.channels.allegro.moments import iso, span
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

Json = dict[str, Any]
OWN = ("boughtAt", "person")  # not shown
DAY = timedelta(days=1)
CASH = "CASH_ON_DELIVERY"
LOCKER = {"id": "2488f7b7-5d1c-4d65-b85c-4cbcf253fd93", "name": "Allegro Paczkomaty InPost"}
UNFILLED = ("payment", "delivery", "invoice")  # not shown yet
DELIVERY = {"id": "c3066682-97a3-42fe-9eb5-3beeccab840c", "name": "Allegro Kurier DPD"}


def price(store: Store, amount: Decimal) -> Json:
    """An amount as the API writes it."""
    return {"amount": f"{amount:.2f}", "currency": store.currency}


# -- buying ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What a buyer wants beside the goods."""

    pays: str = "ONLINE"  # or CASH_ON_DELIVERY
    company: Mapping[str, str] | None = None  # name and taxId: an invoice is wanted
    pickup_point: str | None = None
    discount: Decimal = Decimal(0)  # per cent, by a coupon


PLAIN = Wishes()


def buy(
    store: Store,
    basket: Sequence[tuple[Document, int]],
    buyer: Buyer,
    wishes: Wishes = PLAIN,
) -> Document:
    """A purchase, not paid yet; the pieces leave the offers. Each must have enough of them."""
    lines = [_line(store, offer, pieces, wishes.discount) for offer, pieces in basket]
    for offer, pieces in basket:
        offers.sell(store, offer, pieces)
    body = _wished(store, _form(store, lines, buyer), buyer, wishes)
    body["delivery"]["time"] = _time(store, basket)
    form = store.shop.add("form", body, sku=store.uuid("orders"))
    form.body["id"] = form.sku
    store.shop.put(form, quiet=True)
    _tell(store, form, "BOUGHT")
    return form


def _time(store: Store, basket: Sequence[tuple[Document, int]]) -> Json:
    """When a purchase made now is to be sent, by its slowest offer, and when it will arrive."""
    handling = [span(offer.body["delivery"]["handlingTime"] or "PT24H") for offer, _ in basket]
    sent = store.now() + max(handling)
    day = {"from": iso(sent + DAY), "to": iso(sent + 2 * DAY), "guaranteed": None}
    return {**day, "dispatch": {"from": store.stamp(), "to": iso(sent)}}


def _wished(store: Store, body: Json, buyer: Buyer, wishes: Wishes) -> Json:
    """A form with what its buyer wants beside the goods."""
    address = {"street": buyer.street, "city": buyer.city, "zipCode": buyer.postcode}
    address["countryCode"] = buyer.country
    if wishes.pays == CASH:
        body["payment"] |= {"type": CASH, "provider": "OFFLINE"}
    if wishes.company is not None:
        number = wishes.company["taxId"]
        company: Json = {"name": wishes.company["name"], "taxId": number}
        company |= {"ids": [{"type": "PL_NIP", "value": number}], "vatPayerStatus": "ACTIVE"}
        parties = {"company": company, "naturalPerson": None}
        body["invoice"] |= {"required": True, "address": {**address, **parties}}
        body["buyer"]["companyName"] = company["name"]
    if wishes.pickup_point is not None:
        point = {"id": wishes.pickup_point, "name": f"Paczkomat {wishes.pickup_point}"}
        body["delivery"]["pickupPoint"] = {**point, "description": "24/7", "address": address}
        body["delivery"]["method"] = dict(LOCKER)
    return body


def _line(store: Store, offer: Document, pieces: int, discount: Decimal) -> Json:
    body = offer.body
    full = body["sellingMode"]["price"]
    paid = (Decimal(full["amount"]) * (100 - discount) / 100).quantize(Decimal("0.01"))
    rates = (body["taxSettings"] or {}).get("rates")
    tax = {"rate": rates[0]["rate"], "subject": "GOODS", "exemption": None} if rates else None
    named = {"id": str(offer.id), "name": body["name"], "external": body["external"]}
    products = [
        {"id": row["product"]["id"], "quantity": row["quantity"]["value"]}
        for row in body["productSet"]
    ]
    return {
        "id": store.uuid("lines"),
        "offer": {**named, "productSet": {"products": products} if products else None},
        "quantity": pieces,
        "originalPrice": full,
        "price": price(store, paid),
        "deposit": None,
        "reconciliation": None,
        "selectedAdditionalServices": [],
        "vouchers": [],
        "tax": tax,
        "boughtAt": store.stamp(),
        "discounts": [{"type": "COUPON"}] if discount else [],
        "serialNumbers": {"expected": False, "entries": []},
    }


def _form(store: Store, lines: list[Json], buyer: Buyer) -> Json:
    cost = Decimal(str(store.given("delivery_cost")))
    goods = sum((_worth(line) for line in lines), Decimal(0))
    address = {
        "firstName": buyer.first_name,
        "lastName": buyer.last_name,
        "street": buyer.street,
        "city": buyer.city,
        "zipCode": buyer.postcode,
        "countryCode": buyer.country,
        "companyName": None,
        "phoneNumber": buyer.phone,
        "modifiedAt": None,
    }
    return {
        "id": "",
        "messageToSeller": None,
        "buyer": _buyer(store, buyer),
        "payment": {
            "id": store.uuid("payments"),
            "type": "ONLINE",
            "provider": "P24",
            "finishedAt": None,
            "paidAmount": None,
            "reconciliation": None,
            "features": [],
        },
        "status": "BOUGHT",
        "fulfillment": {
            "status": "NEW",
            "shipmentSummary": {"lineItemsSent": "NONE"},
            "provider": {"id": "SELLER"},
        },
        "delivery": {
            "address": address,
            "method": dict(DELIVERY),
            "pickupPoint": None,
            "cost": price(store, cost),
            "smart": cost == 0,
            "calculatedNumberOfPackages": 1,
            "cancellation": None,
        },
        "invoice": {"required": False, "address": None, "dueDate": None, "features": None},
        "lineItems": lines,
        "surcharges": [],
        "discounts": [],
        "note": None,
        "marketplace": {"id": store.marketplace},
        "summary": {"totalToPay": price(store, goods + cost)},
        "updatedAt": store.stamp(),
        "revision": store.hex("revisions", 8),
        "boughtAt": store.stamp(),
        "person": asdict(buyer),
    }


def _worth(line: Json) -> Decimal:
    return Decimal(line["price"]["amount"]) * int(line["quantity"])


def _buyer(store: Store, buyer: Buyer) -> Json:
    """A buyer; the e-mail is an alias of the vendor's, another one for every order."""
    number = 30_000_000 + zlib.crc32(buyer.email.encode()) % 90_000_000
    return {
        "id": str(number),
        "email": f"{store.hex('aliases', 10)}+{store.hex('aliases', 9)}@allegromail.pl",
        "login": f"client_{number}",
        "firstName": buyer.first_name,
        "lastName": buyer.last_name,
        "companyName": None,
        "guest": False,
        "personalIdentity": None,
        "phoneNumber": buyer.phone,
        "preferences": {"language": "pl-PL"},
        "address": {
            "street": buyer.street,
            "city": buyer.city,
            "postCode": buyer.postcode,
            "countryCode": buyer.country,
        },
    }


def fill_in(store: Store, form: Document) -> Document:
    """The buyer says where to and how; nothing of it is settled before the payment."""
    return _changed(store, form, "FILLED_IN", status="FILLED_IN")


def pay(store: Store, form: Document) -> Document:
    """The buyer pays, and fills in the form where that was not done."""
    if form.body["status"] == "BOUGHT":
        form = fill_in(store, form)
    if form.body["payment"]["type"] == CASH:  # paid at the door: nothing is known of it here
        return _changed(store, form, "READY_FOR_PROCESSING", status="READY_FOR_PROCESSING")
    payment = {
        **form.body["payment"],
        "finishedAt": store.stamp(),
        "paidAmount": form.body["summary"]["totalToPay"],
    }
    form = _changed(
        store, form, "READY_FOR_PROCESSING", status="READY_FOR_PROCESSING", payment=payment
    )
    store.shop.add(
        "wallet", {"form": form.sku, "kind": "CONTRIBUTION", "at": store.stamp()}, quiet=True
    )
    return form


def merge(store: Store, forms: Sequence[Document]) -> Document:
    """Unpaid purchases of one buyer that are paid together: a new form; the old ones vanish.

    Their line items keep their ids.
    """
    first = forms[0]
    lines = [line for form in forms for line in form.body["lineItems"]]
    body = _form(store, copy.deepcopy(lines), Buyer(**first.body["person"]))
    body |= {"buyer": first.body["buyer"], "boughtAt": first.body["boughtAt"]}
    body["delivery"]["time"] = first.body["delivery"]["time"]
    for form in forms:
        store.shop.drop("form", form.id)
    merged = store.shop.add("form", body, sku=store.uuid("orders"))
    merged.body["id"] = merged.sku
    store.shop.put(merged, quiet=True)
    for form in forms:
        store.shop.add("merged", {"into": merged.sku}, sku=form.sku, quiet=True)
    return pay(store, merged)


# -- changing -------------------------------------------------------------------------------------


def cancel(store: Store, form: Document, event: str = "BUYER_CANCELLED") -> Document:
    """The buyer, or time, cancels. The seller's `fulfillment.status` stays as it is (#11244)."""
    return _changed(store, form, event, status="CANCELLED")


def fulfil(store: Store, form: Document, status: str) -> Document:
    """The seller sets how far the order is."""
    fulfillment = {**form.body["fulfillment"], "status": status}
    return _changed(store, form, "FULFILLMENT_STATUS_CHANGED", fulfillment=fulfillment)


def readdress(store: Store, form: Document, changes: Json) -> Document:
    """The buyer corrects the delivery address or the message, in the vendor's words."""
    delivery = copy.deepcopy(form.body["delivery"])
    delivery["address"] |= {k: v for k, v in changes.items() if k != "messageToSeller"}
    delivery["address"]["modifiedAt"] = store.stamp()
    message = changes.get("messageToSeller", form.body["messageToSeller"])
    return _changed(store, form, "BUYER_MODIFIED", delivery=delivery, messageToSeller=message)


def _changed(store: Store, form: Document, event: str, **fields: Any) -> Document:
    form.body.update(copy.deepcopy(fields))
    form.body.update(updatedAt=store.stamp(), revision=store.hex("revisions", 8))
    kept = store.put(form)
    _tell(store, kept, event)
    return kept


def _tell(store: Store, form: Document, event: str) -> None:
    body = form.body
    buyer = {k: body["buyer"][k] for k in ("id", "email", "login", "guest", "preferences")}
    named = ("id", "quantity", "originalPrice", "price", "boughtAt")
    lines = [
        {
            **{k: line[k] for k in named},
            "offer": {k: line["offer"][k] for k in ("id", "name", "external")},
        }
        for line in body["lineItems"]
    ]
    order = {
        "seller": {"id": store.given("seller_id")},
        "buyer": buyer,
        "lineItems": lines,
        "checkoutForm": {"id": form.sku, "revision": body["revision"]},
        "marketplace": body["marketplace"],
    }
    journals.write(store, journals.ORDERS, event, {"order": copy.deepcopy(order)})


def view(form: Document) -> Json:
    """A form as the API shows it: before it is filled in, without where to and how it is paid."""
    hidden = dict.fromkeys(UNFILLED if form.body["status"] == "BOUGHT" else ())
    return {name: value for name, value in form.body.items() if name not in OWN} | hidden


def sku(line: Mapping[str, Any]) -> str:
    """The seller's own code of a line's offer, or nothing."""
    return str((line["offer"]["external"] or {}).get("id") or "")


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
