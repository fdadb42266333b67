"""Metafields of products, variants, orders and customers: set and deleted by owner and name."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import Refused, refuse
from simulator.commerce.shop import Document

MOST = 25  # in one call
OWNERS = {
    "customer": "CUSTOMER",
    "order": "ORDER",
    "product": "PRODUCT",
    "variant": "PRODUCTVARIANT",
}
LENGTHS = {"namespace": (3, 255), "key": (2, 64)}
SHAPES = {  # by type: what a value must look like, and what is said when it does not
    "number_integer": (r"-?\d+", "Value must be an integer."),
    "number_decimal": (r"-?\d+(\.\d+)?", "Value must be a decimal."),
    "boolean": (r"true|false", "Value must be true or false."),
    "date": (r"\d{4}-\d\d-\d\d", "Value must be in YYYY-MM-DD format."),
    "single_line_text_field": (r"[^\n]*", "Value must be a single line text string."),
}
READ = ("json", "number_integer", "boolean")  # types whose `jsonValue` is not the text itself
Json = dict[str, Any]


def set_them(call: Call, args: Args) -> Payload:
    """`metafieldsSet`: all of them or none."""
    if len(args["metafields"]) > MOST:
        message = f"Exceeded the maximum metafields input limit of {MOST}."
        raise refuse(message, "metafields", code="LESS_THAN_OR_EQUAL_TO")
    made, errors = [], []
    for index, given in enumerate(args["metafields"]):
        try:
            made.append(_set(call, given, ("metafields", index)))
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(*errors)
    return {"metafields": made}


def _set(call: Call, given: Json, where: tuple[str | int, ...]) -> Json:
    owner = _owner(call, given["ownerId"])
    if owner is None:
        raise refuse("Owner does not exist.", *where, "ownerId", code="INVALID_VALUE")
    had = owner.body.get("metafields", [])
    before = _named(had, given)
    type = given.get("type") or (before or {}).get("type")
    _check(given, type, where)
    if "compareDigest" in given and given["compareDigest"] != (digest(before) if before else None):
        message = "The resource has been updated since it was loaded. Try again with an updated"
        raise refuse(f"{message} `compareDigest` value.", *where, code="STALE_OBJECT")
    owner.body["metafields"] = call.store.metafields([given], had)
    stored = call.store.put(owner)
    return {**(_named(stored.body["metafields"], given) or {}), "owner": stored}


def _check(given: Json, type: str | None, where: tuple[str | int, ...]) -> None:
    for name, (least, most) in LENGTHS.items():
        length, word = len(given.get(name) or "custom"), name.capitalize()
        if length < least:
            message = f"{word} is too short (minimum is {least} characters)"
            raise refuse(message, *where, name, code="TOO_SHORT")
        if length > most:
            message = f"{word} is too long (maximum is {most} characters)"
            raise refuse(message, *where, name, code="TOO_LONG")
    if not type:
        raise refuse("Type can't be blank", *where, "type", code="BLANK")
    if not given["value"]:
        raise refuse("Value can't be blank.", *where, "value", code="INVALID_VALUE")
    shape, message = SHAPES.get(type, (r"[\s\S]*", ""))
    if not re.fullmatch(shape, given["value"]):
        raise refuse(message, *where, "value", code="INVALID_VALUE")
    if type == "json" and _read(given["value"]) is None:
        raise refuse("Value is invalid JSON.", *where, "value", code="INVALID_VALUE")


def delete_them(call: Call, args: Args) -> Payload:
    """`metafieldsDelete`: null for those that were not there."""
    gone: list[Json | None] = []
    for given in args["metafields"]:
        owner = _owner(call, given["ownerId"])
        found = _named(owner.body.get("metafields", []), given) if owner else None
        if owner is not None and found is not None:
            owner.body["metafields"].remove(found)
            call.store.put(owner)
        gone.append(dict(given) if found else None)
    return {"deletedMetafields": gone}


def _owner(call: Call, id: str) -> Document | None:
    kind, number = gids.kind_and_number(id) or ("", 0)
    return call.store.get(kind, number) if kind in OWNERS else None


def _named(fields: list[Json], given: Json) -> Json | None:
    wanted = (given.get("namespace") or "custom", given["key"])
    return next((m for m in fields if (m["namespace"], m["key"]) == wanted), None)


def digest(field: Json) -> str:
    """What tells one state of a metafield from another."""
    return hashlib.sha256(f"{field['type']}:{field['value']}".encode()).hexdigest()


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def json_value(source: Json, info: Any) -> Any:
    """A metafield's value as its type says."""
    told = source["type"] in READ or source["type"].startswith("list.")
    read = _read(source["value"]) if told else None
    return source["value"] if read is None else read


FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {"metafieldsSet": act(set_them), "metafieldsDelete": act(delete_them)},
    "Metafield": {
        "jsonValue": json_value,
        "compareDigest": lambda source, info: digest(source),
        "ownerType": lambda source, info: OWNERS[source["owner"].kind],
        "sizeInBytes": lambda source, info: len(source["value"].encode()),
    },
}
