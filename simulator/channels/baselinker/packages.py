"""Parcels: made by hand with a number, or with a label; their couriers, states and history."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from simulator.channels.baselinker import journal, order_rows, orders
from simulator.channels.baselinker.calls import Call
from simulator.channels.baselinker.errors import wrong
from simulator.channels.baselinker.params import whole
from simulator.commerce.shop import Document

FIRST = 17_300_001
COURIERS = {
    "inpost": "InPost",
    "dpd": "DPD",
    "dhl": "DHL",
    "gls": "GLS",
    "ups": "UPS",
    "fedex": "FedEx",
    "pocztapolska": "Poczta Polska",
    "orlenpaczka": "ORLEN Paczka",
    "other": "Other courier",
}
ACCOUNT = 1
HOUR = 3600
PACE = ((0, 1), (6 * HOUR, 11), (24 * HOUR, 4), (36 * HOUR, 5))  # seconds since it was made: state
LABEL_CREATED, DELIVERED = 1, 5
FIELDS = [
    {"id": "cod", "name": "Cash on delivery", "type": "text", "desc": "", "value": ""},
    {"id": "insurance", "name": "Insurance", "type": "text", "desc": "", "value": ""},
]


def _make(call: Call, order: Document, body: dict[str, Any]) -> Document:
    """Keep a parcel and let the order know: what was reserved leaves the stock."""
    body = {
        "courier_inner_number": "",
        "courier_other_name": "",
        "tracking_url": "",
        "has_label": False,
        "is_return": False,
        "date": call.store.now(),
        **body,
    }
    id = call.store.shop.next_number("package", FIRST)
    package = call.store.add("package", body, id=id, parent_id=order.id)
    if not body["is_return"]:
        order.body["delivery_package_module"] = body["courier_code"]
        order.body["delivery_package_nr"] = body["courier_package_nr"]
        for row in order.body["products"]:
            order_rows.ship(call.store, row)
        orders.save(call.dialect, order)
    call.dialect.journal.order(order.id, journal.PACKED, package.id)
    return package


def create_package_manual(call: Call) -> dict[str, Any]:
    """A parcel with a number from elsewhere. The same number again makes another parcel."""
    order, given = call.need("order", "order_id"), call.params
    courier, number = given.text("courier_code"), given.text("package_number")
    for name, value, most in (("courier_code", courier, 20), ("package_number", number, 40)):
        if len(value) > most:
            raise wrong(name, f"Parameter {name} is longer than {most} characters")
    given.whole("pickup_date")
    code = courier if courier in COURIERS else "other"
    package = _make(
        call,
        order,
        {
            "courier_code": code,
            "courier_other_name": "" if courier in COURIERS else courier,
            "courier_package_nr": number,
            "is_return": given.flag("return_shipment", default=False),
        },
    )
    return {"package_id": package.id, "package_number": number}


def create_package(call: Call) -> dict[str, Any]:
    """A parcel with a label of a courier's account; the courier gives the number."""
    order = call.need("order", "order_id")
    courier = _courier(call)
    call.params.rows("fields")
    if not call.params.rows("packages"):
        raise wrong("packages", "No packages")
    stream = call.dialect.world.chance.stream(f"{call.dialect.name} parcels")
    number = "".join(str(stream.randrange(10)) for _ in range(24))
    inner = f"{stream.randrange(10**9):09d}"
    body = {"courier_code": courier, "courier_package_nr": number, "courier_inner_number": inner}
    package = _make(call, order, {**body, "has_label": True})
    return {"package_id": package.id, "package_number": number, "courier_inner_number": inner}


def _courier(call: Call) -> str:
    courier = call.params.text("courier_code")
    if courier not in COURIERS:
        raise wrong("courier_code", f"Invalid courier code: {courier}")
    return courier


def _tracking(call: Call, package: Document) -> list[tuple[int, int]]:
    """The states so far, each with its moment: a parcel moves by itself."""
    made, now = int(package.body["date"]), call.store.now()
    return [(made + wait, state) for wait, state in PACE if made + wait <= now]


def get_order_packages(call: Call) -> dict[str, Any]:
    """The parcels of an order. None says what is in it."""
    order = call.need("order", "order_id")
    return {"packages": [_view(call, p) for p in call.store.under("package", order.id)]}


def _view(call: Call, package: Document) -> dict[str, Any]:
    body = package.body
    at, state = _tracking(call, package)[-1]
    days = (at - body["date"]) // (24 * HOUR) + 1 if state == DELIVERED else 0
    names = ("courier_package_nr", "courier_inner_number", "courier_code", "courier_other_name")
    return {
        "package_id": package.id,
        **{name: body[name] for name in names},
        "tracking_status_date": at,
        "tracking_delivery_days": days,
        "tracking_status": state,
        "package_type": int(body["is_return"]),  # 0 on its way out, 1 on its way back
        "tracking_url": body["tracking_url"],
        "is_return": body["is_return"],
    }


def get_courier_packages_status_history(call: Call) -> dict[str, Any]:
    """The states that up to a hundred parcels went through."""
    ids = [i for i in map(whole, call.params.rows("package_ids")) if i is not None]
    if len(ids) > 100:
        raise wrong("package_ids", "Maximum 100 packages at a time")
    found = {str(d.id): _tracking(call, d) for d in call.store.read_many("package", ids)}
    return {
        "packages_history": {
            id: [
                {"tracking_status_date": at, "courier_status_code": "", "tracking_status": state}
                for at, state in states
            ]
            for id, states in found.items()
        }
    }


def _named(call: Call) -> Document:
    """The parcel named by its id or its number."""
    given = call.params
    if given.has("package_id"):
        return call.need("package", "package_id")
    number = given.text("package_number")
    for package in call.store.shop.all("package"):
        if package.body["courier_package_nr"] == number:
            return package
    raise wrong("package_number", f"Invalid package number: {number}")


def delete_courier_package(call: Call) -> dict[str, Any]:
    """Delete a parcel; one that is on its way only with `force_delete`."""
    package = _named(call)
    state = _tracking(call, package)[-1][1]
    if state != LABEL_CREATED and not call.params.flag("force_delete", default=False):
        raise wrong("package_id", "The package cannot be cancelled at the courier")
    call.store.drop(package)
    order = call.store.shop.get("order", package.parent_id or 0)
    if order is not None:
        left = [
            p for p in call.store.shop.all("package", parent_id=order.id) if not p.body["is_return"]
        ]
        last = left[-1].body if left else {"courier_code": "", "courier_package_nr": ""}
        order.body["delivery_package_module"] = last["courier_code"]
        order.body["delivery_package_nr"] = last["courier_package_nr"]
        orders.save(call.dialect, order)
    call.dialect.journal.order(package.parent_id or 0, journal.UNPACKED, package.id)
    return {}


def get_couriers_list(call: Call) -> dict[str, Any]:
    """The couriers with their codes."""
    return {"couriers": [{"code": k, "name": v} for k, v in COURIERS.items()]}


def get_courier_accounts(call: Call) -> dict[str, Any]:
    """The accounts with a courier."""
    return {"accounts": [{"id": ACCOUNT, "name": COURIERS[_courier(call)]}]}


def get_courier_fields(call: Call) -> dict[str, Any]:
    """What a courier wants to know of a shipment and of each parcel."""
    _courier(call)
    sizes = ("weight", "width", "height", "length")
    rows = [{"id": n, "name": n.title(), "type": "text", "desc": "", "value": ""} for n in sizes]
    return {"multi_packages": True, "fields": FIELDS, "package_fields": rows}


def get_courier_services(call: Call) -> dict[str, Any]:
    """What a courier offers for a shipment."""
    _courier(call)
    call.need("order", "order_id")
    return {"services": {"standard": "Standard"}}


def _paper(text: str) -> str:
    """A file of one page, as base64."""
    return base64.b64encode(f"%PDF-1.4\n% {text}\n%%EOF\n".encode()).decode()


def get_label(call: Call) -> dict[str, Any]:
    """The label of a parcel that has one."""
    package = _named(call)
    if not package.body["has_label"]:
        raise wrong("package_id", "The package was added manually and has no label")
    return {"extension": "pdf", "label": _paper(package.body["courier_package_nr"])}


def get_protocol(call: Call) -> dict[str, Any]:
    """The courier's list of parcels handed over."""
    courier = _courier(call)
    ids = [*call.params.rows("package_ids", []), *call.params.rows("package_numbers", [])]
    if not ids:
        raise wrong("package_ids", "No packages")
    return {"extension": "pdf", "protocol": _paper(f"{courier} {len(ids)}")}


def get_request_parcel_pickup_fields(call: Call) -> dict[str, Any]:
    """What a courier wants to know before it comes."""
    _courier(call)
    when = {"id": "pickup_date", "name": "Pickup date", "type": "date", "desc": "", "value": ""}
    return {"fields": [when]}


def request_parcel_pickup(call: Call) -> dict[str, Any]:
    """Call the courier."""
    courier = _courier(call)
    call.params.rows("fields")
    digest = hashlib.sha256(f"{courier} {call.store.now()}".encode()).hexdigest()
    return {"pickup_number": digest[:12].upper()}


METHODS = {
    "createPackage": create_package,
    "createPackageManual": create_package_manual,
    "getOrderPackages": get_order_packages,
    "getCourierPackagesStatusHistory": get_courier_packages_status_history,
    "deleteCourierPackage": delete_courier_package,
    "getCouriersList": get_couriers_list,
    "getCourierAccounts": get_courier_accounts,
    "getCourierFields": get_courier_fields,
    "getCourierServices": get_courier_services,
    "getLabel": get_label,
    "getProtocol": get_protocol,
    "getRequestParcelPickupFields": get_request_parcel_pickup_fields,
    "requestParcelPickup": request_parcel_pickup,
    "runRequestParcelPickup": request_parcel_pickup,
}
