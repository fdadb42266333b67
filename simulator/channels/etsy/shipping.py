"""Shipping profiles: where a shop sends to, for how much, and by which faster ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.etsy import carriers, profiles
from simulator.channels.etsy.calls import Call, Reply, Route, listed
from simulator.channels.etsy.errors import bad, missing, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

REGIONS = ("eu", "non_eu", "none")
OF_SHOP = "/shops/{shop_id}/shipping-profiles"
ONE = f"{OF_SHOP}/{{profile_id}}"
Json = dict[str, Any]


# -- showing --------------------------------------------------------------------------------------


def view(store: Store, profile: Document) -> Json:
    """A ShopShippingProfile."""
    body = profile.body
    return {
        "shipping_profile_id": profile.id,
        "title": body["title"],
        "user_id": store.given("user_id"),
        "origin_country_iso": body["origin"],
        "is_deleted": False,
        "shipping_profile_destinations": [
            destination_view(store, d) for d in store.shop.all("destination", parent_id=profile.id)
        ],
        "shipping_profile_upgrades": [
            upgrade_view(store, u) for u in store.shop.all("upgrade", parent_id=profile.id)
        ],
        "origin_postal_code": body.get("postal_code"),
        "profile_type": "manual",
        "domestic_handling_fee": 0.0,
        "international_handling_fee": 0.0,
    }


def destination_view(store: Store, destination: Document) -> Json:
    """A ShopShippingProfileDestination."""
    body = destination.body
    profile = store.need("shipping_profile", destination.parent_id or 0)
    return {
        "shipping_profile_destination_id": destination.id,
        "shipping_profile_id": profile.id,
        "origin_country_iso": profile.body["origin"],
        "destination_country_iso": body["country"],
        "destination_region": body["region"],
        "primary_cost": store.money(body["first"]),
        "secondary_cost": store.money(body["more"]),
        **_way(body),
    }


def upgrade_view(store: Store, upgrade: Document) -> Json:
    """A ShopShippingProfileUpgrade."""
    body = upgrade.body
    return {
        "shipping_profile_id": upgrade.parent_id,
        "upgrade_id": upgrade.id,
        "upgrade_name": body["name"],
        "type": body["type"],
        "rank": body["rank"],
        "language": store.given("language"),
        "price": store.money(body["first"]),
        "secondary_price": store.money(body["more"]),
        **_way(body),
    }


def _way(body: Json) -> Json:
    return {
        "shipping_carrier_id": body["carrier"],
        "mail_class": body["mail_class"],
        "min_delivery_days": body["low"],
        "max_delivery_days": body["high"],
    }


def cost(store: Store, profile: int | None, country: str, pieces: int) -> int:
    """What sending so many pieces of a listing costs: the first one, and the further ones."""
    found = list(store.shop.all("destination", parent_id=profile)) if profile else []
    exact = [d for d in found if d.body["country"] == country]
    elsewhere = [d for d in found if not d.body["country"]]
    chosen = next(iter([*exact, *elsewhere]), None)
    if chosen is None:
        return 0
    return int(chosen.body["first"] + chosen.body["more"] * (pieces - 1))


# -- profiles -------------------------------------------------------------------------------------


def create(call: Call) -> Reply:
    """createShopShippingProfile: with its first destination."""
    given, store = call.body, call.store
    given.need(["title", "origin_country_iso", "primary_cost", "secondary_cost"])
    body = {
        "title": given.text("title"),
        "origin": given.text("origin_country_iso"),
        "postal_code": given.text("origin_postal_code"),
    }
    destination = _destination(call, {})
    profile = store.add("shipping_profile", body)
    store.add("destination", destination, parent_id=profile.id)
    return Reply(view(store, profile))


def read_all(call: Call) -> Reply:
    """getShopShippingProfiles."""
    store = call.store
    return Reply(listed([view(store, p) for p in store.shop.all("shipping_profile")]))


def read(call: Call) -> Reply:
    """getShopShippingProfile."""
    return Reply(view(call.store, _one(call)))


def update(call: Call) -> Reply:
    """updateShopShippingProfile."""
    profile, given = _one(call), call.body
    names = {"title": "title", "origin": "origin_country_iso", "postal_code": "origin_postal_code"}
    profile.body.update({kept: given.text(name) for kept, name in names.items() if name in given})
    return Reply(view(call.store, call.store.shop.put(profile)))


def delete(call: Call) -> Reply:
    """deleteShopShippingProfile: not while a listing has it."""
    store, profile = call.store, _one(call)
    if profiles.is_used(store, "shipping_profile_id", profile.id):
        raise bad("The shipping profile is used by listings")
    for kind in ("destination", "upgrade"):
        for part in list(store.shop.all(kind, parent_id=profile.id)):
            store.shop.drop(kind, part.id)
    store.shop.drop("shipping_profile", profile.id)
    return Reply(None, 204)


def _one(call: Call) -> Document:
    return call.store.need("shipping_profile", call.number("profile_id"))


# -- destinations and upgrades --------------------------------------------------------------------


def create_destination(call: Call) -> Reply:
    """createShopShippingProfileDestination."""
    call.body.need(["primary_cost", "secondary_cost"])
    made = call.store.add("destination", _destination(call, {}), parent_id=_one(call).id)
    return Reply(destination_view(call.store, made), 201)


def destinations(call: Call) -> Reply:
    """getShopShippingProfileDestinationsByShippingProfile."""
    limit, offset = call.page()
    found = list(call.store.shop.all("destination", parent_id=_one(call).id))
    rows = [destination_view(call.store, d) for d in found[offset : offset + limit]]
    return Reply(listed(rows, len(found)))


def update_destination(call: Call) -> Reply:
    """updateShopShippingProfileDestination."""
    found = _part(call, "destination", "destination_id")
    found.body.update(_destination(call, found.body))
    return Reply(destination_view(call.store, call.store.shop.put(found)))


def create_upgrade(call: Call) -> Reply:
    """createShopShippingProfileUpgrade."""
    call.body.need(["type", "upgrade_name", "price", "secondary_price"])
    rank = len(list(call.store.shop.all("upgrade", parent_id=_one(call).id))) + 1
    body = {**_upgrade(call, {}), "rank": rank}
    return Reply(upgrade_view(call.store, call.store.add("upgrade", body, parent_id=_one(call).id)))


def upgrades(call: Call) -> Reply:
    """getShopShippingProfileUpgrades."""
    found = call.store.shop.all("upgrade", parent_id=_one(call).id)
    return Reply(listed([upgrade_view(call.store, u) for u in found]))


def update_upgrade(call: Call) -> Reply:
    """updateShopShippingProfileUpgrade."""
    found = _part(call, "upgrade", "upgrade_id")
    found.body.update(_upgrade(call, found.body))
    return Reply(upgrade_view(call.store, call.store.shop.put(found)))


def delete_part(call: Call) -> Reply:
    """deleteShopShippingProfileDestination and …Upgrade."""
    kind = "destination" if "destination_id" in call.path else "upgrade"
    call.store.shop.drop(kind, _part(call, kind, f"{kind}_id").id)
    return Reply(None, 204)


def _part(call: Call, kind: str, name: str) -> Document:
    found = call.store.need(kind, call.number(name))
    if found.parent_id != _one(call).id:
        raise not_found()
    return found


def _destination(call: Call, before: Json) -> Json:
    given = call.body
    country = given.text("destination_country_iso") or before.get("country", "")
    region = given.choice("destination_region", REGIONS) or before.get("region", "none")
    if country and region != "none":
        raise bad("Pass a destination_country_iso or a destination_region, not both")
    costs = _costs(call, "primary_cost", "secondary_cost", before)
    return {"country": country, "region": region, **costs, **_read_way(call, before)}


def _upgrade(call: Call, before: Json) -> Json:
    type = call.body.integer("type", 0, 1)
    return {
        "name": call.body.text("upgrade_name") or before.get("name"),
        "type": before.get("type", 0) if type is None else type,
        **_costs(call, "price", "secondary_price", before),
        **_read_way(call, before),
    }


def _costs(call: Call, first: str, more: str, before: Json) -> Json:
    found = {}
    for kept, name in (("first", first), ("more", more)):
        amount = call.body.number(name)
        if amount is None and kept not in before:
            raise missing([name])
        found[kept] = before[kept] if amount is None else call.store.minor(amount)
    return found


def _read_way(call: Call, before: Json) -> Json:
    given = call.body
    carrier = given.integer("shipping_carrier_id", 0) or before.get("carrier")
    mail_class = given.text("mail_class") or before.get("mail_class")
    low = given.integer("min_delivery_days", 1, 45) or before.get("low")
    high = given.integer("max_delivery_days", 1, 45) or before.get("high")
    if not (carrier and mail_class) and not (low and high):
        text = "Pass a shipping_carrier_id and mail_class, or min and max_delivery_days"
        raise bad(text)
    return {"carrier": carrier, "mail_class": mail_class, "low": low, "high": high}


def shipping_carriers(call: Call) -> Reply:
    """getShippingCarriers: those that profiles can name, by country."""
    call.query.need(["origin_country_iso"])
    return Reply(listed(carriers.of_country(call.query.text("origin_country_iso") or "")))


DESTINATIONS, UPGRADES = f"{ONE}/destinations", f"{ONE}/upgrades"
ROUTES = (
    Route("GET", "/shipping-carriers", shipping_carriers),
    Route("POST", OF_SHOP, create, ("shops_w",)),
    Route("GET", OF_SHOP, read_all, ("shops_r",)),
    Route("GET", ONE, read, ("shops_r",)),
    Route("PUT", ONE, update, ("shops_w",)),
    Route("DELETE", ONE, delete, ("shops_w",)),
    Route("POST", DESTINATIONS, create_destination, ("shops_w",)),
    Route("GET", DESTINATIONS, destinations, ("shops_r",)),
    Route("PUT", f"{DESTINATIONS}/{{destination_id}}", update_destination, ("shops_w",)),
    Route("DELETE", f"{DESTINATIONS}/{{destination_id}}", delete_part, ("shops_w",)),
    Route("POST", UPGRADES, create_upgrade, ("shops_w",)),
    Route("GET", UPGRADES, upgrades, ("shops_r",)),
    Route("PUT", f"{UPGRADES}/{{upgrade_id}}", update_upgrade, ("shops_w",)),
    Route("DELETE", f"{UPGRADES}/{{upgrade_id}}", delete_part, ("shops_w",)),
)
