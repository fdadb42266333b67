"""What each command demands of its body, and what it does to one offer."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.channels.allegro import offer_rules, offers, terms
from simulator.channels.allegro.errors import Body, Refused, error, invalid
from simulator.channels.allegro.moments import parse
from simulator.channels.allegro.store import Store

Json = dict[str, Any]
PERCENT = re.compile(r"\d{1,4}(\.\d{1,2})?")
SIGNED_PERCENT = re.compile(r"[+-]?\d{1,4}(\.\d{1,2})?%")
CENT = Decimal("0.01")
MOST_OFFERS = 1000
FIELDS = ("delivery", "location", "payments", "publication", "sizeTable")  # modification commands


class Failed(Exception):
    """A command does not work on this offer."""

    def __init__(self, fault: Body) -> None:
        super().__init__(fault["message"])
        self.fault = fault


def ids(given: Mapping[str, Any]) -> list[str]:
    """The offers that `offerCriteria` names; Refused with 422 when it names none or too many."""
    criteria = given.get("offerCriteria")
    if not isinstance(criteria, list) or not criteria:
        raise invalid("must name offers", "offerCriteria")
    found: list[str] = []
    for row in criteria:
        if row.get("type") != "CONTAINS_OFFERS":
            raise invalid("must be CONTAINS_OFFERS", "offerCriteria[0].type")
        found += [str(offer.get("id")) for offer in row.get("offers") or ()]
    if not found or len(found) > MOST_OFFERS:
        raise invalid(f"must name 1 to {MOST_OFFERS} offers", "offerCriteria[0].offers")
    return list(dict.fromkeys(found))


# -- bodies ---------------------------------------------------------------------------------------


def publication(store: Store, given: Mapping[str, Any]) -> Json:
    """`{"publication": {"action": "ACTIVATE", "scheduledFor": null}}`"""
    asked = given.get("publication") or {}
    if asked.get("action") not in ("ACTIVATE", "END"):
        raise invalid("must be ACTIVATE or END", "publication.action")
    if asked.get("scheduledFor") is not None:
        try:
            parse(asked["scheduledFor"])
        except (ValueError, AttributeError) as fault:
            raise invalid("must be a date and time", "publication.scheduledFor") from fault
    return {"action": asked["action"], "scheduledFor": asked.get("scheduledFor")}


def price(store: Store, given: Mapping[str, Any]) -> Json:
    """`{"modification": {"type": "FIXED_PRICE", "price": {…}, "marketplaceId": "allegro-pl"}}`"""
    asked = given.get("modification") or {}
    kind, path = asked.get("type"), "modification"
    if (asked.get("marketplaceId") or store.marketplace) != store.marketplace:
        raise invalid("only the account's own marketplace is simulated", f"{path}.marketplaceId")
    if kind == "FIXED_PRICE":
        _money(store, asked.get("price"), f"{path}.price")
        return {"kind": kind, "amount": asked["price"]["amount"]}
    if kind in ("INCREASE_PRICE", "DECREASE_PRICE"):
        _money(store, asked.get("value"), f"{path}.value")
        sign = "-" if kind.startswith("DECREASE") else ""
        return {"kind": "GAIN", "amount": sign + asked["value"]["amount"]}
    if kind in ("INCREASE_PERCENTAGE", "DECREASE_PERCENTAGE"):
        text = asked.get("percentage")
        if not isinstance(text, str) or not PERCENT.fullmatch(text):
            raise invalid("must be a percentage as text", f"{path}.percentage")
        return {"kind": "PERCENTAGE", "amount": ("-" if kind.startswith("DECREASE") else "") + text}
    raise invalid("unknown type", f"{path}.type")


def quantity(store: Store, given: Mapping[str, Any]) -> Json:
    """`{"modification": {"changeType": "FIXED", "value": 7}}`; FIXED 0 is refused at once (#3910)."""
    return stock_change(given.get("modification") or {}, "modification")


def stock_change(asked: Mapping[str, Any], path: str) -> Json:
    """A change of stock that may be asked for: FIXED above zero, or GAIN by any number but none."""
    kind, value = asked.get("changeType"), asked.get("value")
    if kind not in ("FIXED", "GAIN"):
        raise invalid("must be FIXED or GAIN", f"{path}.changeType")
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("must be a whole number", f"{path}.value")
    if (kind == "FIXED" and not 0 < value <= offer_rules.MOST) or value == 0:
        message = "Quantity must be greater than zero"
        raise Refused(422, error("INCORRECT_QUANTITY_VALUE", message, f"{path}.value"))
    return {"kind": kind, "value": value}


def modification(store: Store, given: Mapping[str, Any]) -> Json:
    """`{"modification": {"delivery": {"handlingTime": "PT48H"}}}`"""
    asked = given.get("modification") or {}
    unknown = sorted(set(asked) - {*FIELDS, "discounts", "additionalServicesGroup"})
    if not asked or unknown:
        raise invalid("must name one known field at least", "modification")
    found = offer_rules.faults(asked, store.currency)
    if found:
        raise Refused(422, *found)
    return {"fields": copy.deepcopy(terms.settled(store, asked))}


def changed_field(fields: Mapping[str, Any]) -> str:
    """The path of what a modification changes: `delivery.handlingTime`."""
    name, inner = next(iter(fields.items()))
    return f"{name}.{next(iter(inner))}" if isinstance(inner, Mapping) and inner else name


def bulk_price(store: Store, asked: Mapping[str, Any], path: str) -> Json:
    """A price of one marketplace: FIXED, GAIN with `value`, PERCENTAGE with `"-10%"`."""
    kind = asked.get("changeType")
    if kind == "FIXED":
        _money(store, asked.get("value"), f"{path}.value")
        return {"kind": "FIXED_PRICE", "amount": asked["value"]["amount"]}
    if kind == "GAIN":
        value = asked.get("value")
        if not isinstance(value, Mapping) or not isinstance(value.get("amount"), str):
            raise invalid("must be a price", f"{path}.value")
        amount = value["amount"]
        _money(store, {**value, "amount": amount.removeprefix("-")}, f"{path}.value")
        return {"kind": "GAIN", "amount": amount}
    text = asked.get("percentage")
    if kind != "PERCENTAGE" or not isinstance(text, str) or not SIGNED_PERCENT.fullmatch(text):
        raise invalid("must be FIXED, GAIN or PERCENTAGE", path)
    return {"kind": kind, "amount": text.rstrip("%")}


def _money(store: Store, value: Any, path: str) -> None:
    found = list(offer_rules.money(value, store.currency, path))
    if found:
        raise Refused(422, *found)


# -- what is done to one offer --------------------------------------------------------------------


def publish(store: Store, body: Json, asked: Mapping[str, Any]) -> None:
    """List or end an offer."""
    state = body["publication"]["status"]
    if asked["action"] == "END":
        if state not in offers.LISTED:
            raise Failed(error("OFFER_NOT_ACTIVE", "Only a listed offer can be ended"))
        offers.end(store, body, "USER")
        return
    if missing := offer_rules.unlisted_because(body):
        raise Failed(missing[0])
    offers.publish(store, body, asked["scheduledFor"])


def set_price(store: Store, body: Json, asked: Mapping[str, Any]) -> None:
    """Give an offer another price."""
    before = body["sellingMode"]["price"]
    amount = Decimal(asked["amount"])
    if asked["kind"] != "FIXED_PRICE":
        if before is None:
            raise Failed(error("PRICE_MISSING", "The offer has no price"))
        was = Decimal(before["amount"])
        amount = was + (was * amount / 100 if asked["kind"] == "PERCENTAGE" else amount)
        amount = amount.quantize(CENT, ROUND_HALF_UP)
    if amount <= 0:
        raise Failed(error("INVALID_PRICE", "Price must be greater than zero"))
    body["sellingMode"]["price"] = {"amount": f"{amount:.2f}", "currency": store.currency}


def set_stock(store: Store, body: Json, asked: Mapping[str, Any]) -> None:
    """Give an offer another stock, above zero (#12233)."""
    left = asked["value"]
    if asked["kind"] == "GAIN":
        left += body["stock"]["available"]
    if not 0 < left <= offer_rules.MOST:
        message = "Offer quantity must be greater than zero"
        raise Failed(error("INVALID_OFFER_QUANTITY", message, "stock.available"))
    body["stock"]["available"] = left


def set_fields(store: Store, body: Json, asked: Mapping[str, Any]) -> None:
    """Change what a modification command names."""
    fields = copy.deepcopy(asked["fields"])
    length = fields.pop("publication", None) or {}
    if length.get("durationUnlimited"):
        body["publication"] |= {"duration": None, "endingAt": None}
    elif length.get("duration"):
        body["publication"]["duration"] = length["duration"]
    body.update(offers.merged(body, {k: v for k, v in fields.items() if k in FIELDS}))


Effect = Callable[[Store, Json, Mapping[str, Any]], None]
EFFECTS: Mapping[str, tuple[str, Effect]] = {  # {kind of task: (its field, what it does)}
    "publication": ("publication", publish),
    "price": ("price", set_price),
    "prices": ("prices", set_price),
    "quantity": ("quantity", set_stock),
    "stock": ("stock", set_stock),
    "modification": ("modification", set_fields),
}


def units(modifications: Sequence[Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The rows of a bulk command with their paths; Refused when there are too few or too many."""
    if not isinstance(modifications, list) or not 1 <= len(modifications) <= 25:
        raise invalid("must have between 1 and 25 elements", "modifications")
    return [(f"modifications[{n}]", row) for n, row in enumerate(modifications)]
