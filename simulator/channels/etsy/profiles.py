"""Processing profiles (readiness states): how long a piece takes until it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, conflict, problem
from simulator.channels.etsy.store import STATES
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

READINESS, UNITS = ("ready_to_ship", "made_to_order"), ("days", "weeks")
OF_SHOP = "/shops/{shop_id}/readiness-state-definitions"
Json = dict[str, Any]


def label(body: Json) -> str:
    """How the time reads on a page."""
    first, last, unit = body["low"], body["high"], body["unit"]
    if first == last:
        return f"{first} {unit if first > 1 else unit[:-1]}"
    return f"{first}-{last} {unit}"


def body(readiness: str, low: int, high: int, unit: str) -> Json:
    """A profile as it is kept; `min` and `max` are days."""
    days = 7 if unit == "weeks" else 1
    return {
        "readiness": readiness,
        "low": low,
        "high": high,
        "unit": unit,
        "min": low * days,
        "max": high * days,
    }


def view(store: Store, profile: Document) -> Json:
    """A ShopProcessingProfile."""
    return {
        "shop_id": store.given("shop_id"),
        "readiness_state_id": profile.id,
        "readiness_state": profile.body["readiness"],
        "min_processing_days": profile.body["min"],
        "max_processing_days": profile.body["max"],
        "processing_days_display_label": label(profile.body),
    }


def create(call: Call) -> Reply:
    """createShopReadinessStateDefinition; 409 names the one that is equal."""
    call.body.need(["readiness_state", "min_processing_time", "max_processing_time"])
    wanted = _read(call, {})
    _refuse_twin(call, wanted, None)
    return Reply(view(call.store, call.store.add("readiness", wanted)), 201)


def read_all(call: Call) -> Reply:
    """getShopReadinessStateDefinitions."""
    limit, offset = call.page()
    found = list(call.store.shop.all("readiness"))
    rows = [view(call.store, profile) for profile in found[offset : offset + limit]]
    return Reply(listed(rows, len(found)))


def read(call: Call) -> Reply:
    """getShopReadinessStateDefinition."""
    return Reply(view(call.store, _one(call)))


def update(call: Call) -> Reply:
    """updateShopReadinessStateDefinition."""
    profile = _one(call)
    wanted = _read(call, profile.body)
    _refuse_twin(call, wanted, profile.id)
    profile.body.update(wanted)
    return Reply(view(call.store, call.store.shop.put(profile)))


def delete(call: Call) -> Reply:
    """deleteShopReadinessStateDefinition: not while an active offering uses it."""
    profile = _one(call)
    for listing in call.store.listings_in("active"):
        rows = listing.body["inventory"]["products"]
        used = {listing.body.get("readiness_state_id"), *(r["offering"]["readiness"] for r in rows)}
        if profile.id in used:
            raise bad("The processing profile is linked to active offerings")
    call.store.shop.drop("readiness", profile.id)
    return Reply(None, 204)


def _one(call: Call) -> Document:
    return call.store.need("readiness", call.number("readiness_id"))


def _read(call: Call, before: Json) -> Json:
    given = call.body
    readiness = given.choice("readiness_state", READINESS) or before.get("readiness")
    low = given.integer("min_processing_time", 1, 10) or before.get("low")
    high = given.integer("max_processing_time", 1, 10) or before.get("high")
    unit = given.choice("processing_time_unit", UNITS) or before.get("unit", "days")
    assert readiness and low and high and unit
    if low > high:
        raise problem("min_processing_time", "cannot be more than max_processing_time")
    return body(readiness, low, high, unit)


def _refuse_twin(call: Call, wanted: Json, own: int | None) -> None:
    for other in call.store.shop.all("readiness"):
        if other.id != own and other.body == wanted:
            path = f"/v3/application{OF_SHOP}/{other.id}"
            where = call.base + path.replace("{shop_id}", call.path["shop_id"])
            text = "A processing profile with these values already exists"
            raise conflict(text, {"Content-Location": where})


def is_used(store: Store, field: str, id: int) -> bool:
    """Whether a listing in any state names a profile, policy or section."""
    found = (d for state in STATES for d in store.listings_in(state))
    return any(d.body.get(field) == id for d in found)


ROUTES = (
    Route("POST", OF_SHOP, create, ("shops_w",)),
    Route("GET", OF_SHOP, read_all, ("shops_r",)),
    Route("GET", f"{OF_SHOP}/{{readiness_id}}", read, ("shops_r",)),
    Route("PUT", f"{OF_SHOP}/{{readiness_id}}", update, ("shops_w",)),
    Route("DELETE", f"{OF_SHOP}/{{readiness_id}}", delete, ("shops_w",)),
)
