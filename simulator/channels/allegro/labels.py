"""Labels bought from the vendor: a parcel is ordered by a command, and has its waybill when that is done."""

from __future__ import annotations

from typing import Any

from simulator.channels.allegro import jobs
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, not_found
from simulator.channels.allegro.orders import is_uuid
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

WHAT, USUAL_S = "shipment-commands", 3.0
NEEDED = ("street", "postalCode", "city", "countryCode", "email", "phone")
Json = dict[str, Any]


def _fault(code: str, message: str, path: str | None = None) -> Json:
    """An error as this part of the vendor writes it: without `metadata`."""
    text = {"code": code, "details": "", "message": message, "userMessage": message}
    return {**text, "path": path}


def _refused(code: str, message: str, path: str) -> Refused:
    return Refused(400, _fault(code, message, path))


def create(call: Call) -> Answer:
    """POST /shipment-management/shipments/create-commands"""
    given = call.json()
    asked = given.get("input") or {}
    for side in ("sender", "receiver"):
        for name in NEEDED:
            if not (asked.get(side) or {}).get(name):
                raise _refused("VALIDATION_ERROR", "is required", f"input.{side}.{name}")
    if not asked.get("packages"):
        raise _refused("VALIDATION_ERROR", "is required", "input.packages")
    return _taken(call, "create", given)


def cancel(call: Call) -> Answer:
    """POST /shipment-management/shipments/cancel-commands"""
    given = call.json()
    id = str((given.get("input") or {}).get("shipmentId"))
    if call.store.by_key("label", id) is None:
        raise _refused("VALIDATION_ERROR", "no such shipment", "input.shipmentId")
    return _taken(call, "cancel", given)


def _taken(call: Call, act: str, given: Json) -> Answer:
    key = str(given.get("commandId") or call.store.uuid("labels"))
    if not is_uuid(key):
        raise _refused("VALIDATION_ERROR", "must be a UUID", "commandId")
    if call.store.by_key("job", key) is not None:
        message = f"Command {key} exists already"  # code seen in issue 11198
        raise _refused("COMMAND_EXISTS", message, "commandId")
    expected = jobs.fate(call.store, WHAT, USUAL_S)
    jobs.add(call.store, WHAT, key, expected, {"act": act, "input": given["input"], "errors": []})
    body = {"commandId": key, "input": given["input"]}
    return Answer(200, body, {"Retry-After": "3"})


def run(store: Store, job: Document) -> None:
    """Order the parcel, or take it back."""
    asked = job.body["input"]
    if job.body["fails"]:
        job.body["errors"] = [_fault("CARRIER_ERROR", "The carrier did not take the order")]
    elif job.body["act"] == "cancel":
        label = store.by_key("label", asked["shipmentId"])
        if label is not None:
            label.body["canceledDate"] = store.stamp()
            store.put(label)
    else:
        job.body["shipmentId"] = _ordered(store, asked).sku


def _ordered(store: Store, asked: Json) -> Document:
    id = store.uuid("labels")
    packages = [
        {
            **package,
            "waybill": f"{store.bits('waybills', 80) % 10**24:024d}",
            "transportingInfo": [],
        }
        for package in asked["packages"]
    ]
    body = {
        **asked,
        "id": id,
        "packages": packages,
        "createdDate": store.stamp(),
        "carrier": "INPOST",
        "labelFormat": asked.get("labelFormat", "PDF"),
        "pickupAvailable": False,
    }
    return store.shop.add("label", body, sku=id)


def status(call: Call, key: str) -> Answer:
    """GET …/create-commands/{commandId} and …/cancel-commands/{commandId}"""
    job = call.store.by_key("job", key)
    act = "create" if "/create-commands/" in call.path else "cancel"
    if job is None or job.body["what"] != WHAT or job.body["act"] != act:
        raise not_found(call.path)
    shown: Json = {"commandId": key, "status": "IN_PROGRESS", "errors": job.body["errors"]}
    if job.parent_id == jobs.DONE:
        shown["status"] = "ERROR" if job.body["errors"] else "SUCCESS"
    if "shipmentId" in job.body:
        shown["shipmentId"] = job.body["shipmentId"]
    return Answer(body=shown)


def read(call: Call, id: str) -> Answer:
    """GET /shipment-management/shipments/{shipmentId}"""
    label = call.store.by_key("label", id)
    if label is None:
        raise not_found(call.path)
    return Answer(body=label.body)


BASE = "/shipment-management/shipments"
ROUTES = (
    Route("POST", f"{BASE}/create-commands", create),
    Route("GET", f"{BASE}/create-commands/<key>", status),
    Route("POST", f"{BASE}/cancel-commands", cancel),
    Route("GET", f"{BASE}/cancel-commands/<key>", status),
    Route("GET", f"{BASE}/<id>", read),
)
