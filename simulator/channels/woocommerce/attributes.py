"""Attributes on products and variations: own ones by name, global ones by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import rules, terms
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

PREFIX = "pa_"  # of the slug of a global attribute


def chosen(dialect: WooCommerce, sent: Iterable[Any]) -> list[dict[str, Any]]:
    """A product's attributes from [{id | name, options, position, visible, variation}].

    Without options, or with an unknown id, one is dropped; a global attribute's options are kept
    as terms, made where missing.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in sent:
        if not isinstance(row, dict) or row.get("options") is None:
            continue
        attribute: dict[str, Any] = {
            "id": rules.whole(row.get("id")),
            "name": rules.line(row.get("name")),
            "position": rules.whole(row.get("position")),
            "visible": rules.yes(row.get("visible")),
            "variation": rules.yes(row.get("variation")),
            "options": _options(row["options"]),
        }
        if attribute["id"]:
            document = dialect.shop.get("attribute", attribute["id"])
            if document is None or not attribute["options"]:
                continue
            attribute["name"] = ""
            attribute["options"] = [value_id(dialect, document.id, o) for o in attribute["options"]]
            found[document.body["slug"]] = attribute
        elif attribute["name"]:
            found[rules.slug_of(attribute["name"])] = attribute
    return sorted(found.values(), key=lambda a: int(a["position"]))


def shown(dialect: WooCommerce, stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The attributes as the API shows them; those of a deleted global attribute are gone."""
    found = []
    for attribute in stored:
        row = dict(attribute)
        if row["id"]:
            document = dialect.shop.get("attribute", row["id"])
            if document is None:
                continue
            values = [dialect.shop.get(terms.VALUE, id) for id in row["options"]]
            values.sort(key=lambda v: _value_order(document, v))
            row["options"] = [v.body["name"] for v in values if v is not None]
            row["name"], row["slug"] = document.body["name"], document.body["slug"]
        else:
            row["slug"] = row["name"]
        found.append(row)
    return found


def defaults(
    dialect: WooCommerce, sent: Iterable[Any], stored: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """A variable product's preselected options, {attribute slug: option}."""
    by_key = keys(dialect, stored)
    found: dict[str, str] = {}
    for row in sent:
        key = _key(dialect, row) if isinstance(row, dict) else ""
        attribute = by_key.get(key)
        if attribute is not None and attribute["variation"] and row.get("option"):
            found[key] = _stored_option(dialect, attribute, row["option"])
    return found


def default_rows(dialect: WooCommerce, props: Props) -> list[dict[str, Any]]:
    """The preselected options as the API shows them."""
    by_key = keys(dialect, props.get("attributes", ()) if "type" in props else ())
    return [
        {"id": _id(by_key.get(key)), "name": name_of(dialect, by_key.get(key), key), "option": o}
        for key, o in props.get("default_attributes", {}).items()
    ]


def picked(dialect: WooCommerce, sent: Iterable[Any], parent: Props) -> dict[str, str]:
    """A variation's choices, {attribute slug: option}; what the parent does not offer is dropped.

    A global attribute counts by id only.
    """
    by_key = keys(dialect, parent["attributes"])
    found: dict[str, str] = {}
    for row in sent:
        key = _key(dialect, row) if isinstance(row, dict) else ""
        attribute = by_key.get(key)
        if attribute is not None and attribute["variation"]:
            found[key] = _stored_option(dialect, attribute, row.get("option"))
    return found


def choices(dialect: WooCommerce, props: Props, parent: Props) -> list[dict[str, Any]]:
    """A variation's choices as the API shows them."""
    by_key = keys(dialect, parent.get("attributes", ()))
    return [
        {
            "id": _id(by_key.get(key)),
            "name": name_of(dialect, by_key.get(key), key),
            "slug": key,
            "option": option_name(dialect, by_key.get(key), option),
        }
        for key, option in props["attributes"].items()
        if option != ""
    ]


def combinations(dialect: WooCommerce, parent: Props) -> list[dict[str, str]]:
    """Every combination of a product's options for variations."""
    made: list[dict[str, str]] = [{}]
    for key, attribute in keys(dialect, parent["attributes"]).items():
        if attribute["variation"]:
            options = [_option_key(dialect, attribute, o) for o in attribute["options"]]
            made = [{**one, key: option} for one in made for option in options]
    return made if made != [{}] else []


def keys(dialect: WooCommerce, stored: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Stored attributes by their slug."""
    found = {}
    for attribute in stored:
        if not attribute["id"]:
            found[rules.slug_of(attribute["name"])] = attribute
        elif (document := dialect.shop.get("attribute", attribute["id"])) is not None:
            found[document.body["slug"]] = attribute
    return found


def value_id(dialect: WooCommerce, attribute: int, name: str) -> int:
    """The id of a global attribute's value of that name, made where missing."""
    found = terms.named(dialect, terms.VALUE, name, attribute)
    return (found or terms.create(dialect, terms.VALUE, {"name": name}, attribute)).id


def name_of(dialect: WooCommerce, attribute: Mapping[str, Any] | None, key: str) -> str:
    """An attribute's name as shoppers see it."""
    if attribute is None:
        return key
    document = dialect.shop.get("attribute", attribute["id"]) if attribute["id"] else None
    return str(attribute["name"] if document is None else document.body["name"])


def option_name(dialect: WooCommerce, attribute: Mapping[str, Any] | None, option: str) -> str:
    """An option's name: a global attribute's option is stored as its slug."""
    if attribute is None or not attribute["id"]:
        return option
    for value in dialect.shop.all(terms.VALUE, parent_id=attribute["id"]):
        if value.body["slug"] == option:
            return str(value.body["name"])
    return option


def _options(value: Any) -> list[str]:
    pieces = "|".join(map(rules.text, value)) if isinstance(value, list) else rules.text(value)
    return [p for p in map(rules.line, pieces.split("|")) if p]


def _key(dialect: WooCommerce, row: Mapping[str, Any]) -> str:
    if id := rules.whole(row.get("id")):
        document = dialect.shop.get("attribute", id)
        return "" if document is None else str(document.body["slug"])
    return rules.slug_of(rules.text(row.get("name")))


def _stored_option(dialect: WooCommerce, attribute: Mapping[str, Any], option: Any) -> str:
    name = rules.line(option)
    if not attribute["id"]:
        return name
    found = terms.named(dialect, terms.VALUE, name, attribute["id"])
    return rules.slug_of(name) if found is None else str(found.body["slug"])


def _option_key(dialect: WooCommerce, attribute: Mapping[str, Any], option: Any) -> str:
    if not attribute["id"]:
        return str(option)
    value = dialect.shop.get(terms.VALUE, option)
    return "" if value is None else str(value.body["slug"])


def _id(attribute: Mapping[str, Any] | None) -> int:
    return 0 if attribute is None else int(attribute["id"])


def _value_order(attribute: Document, value: Document | None) -> tuple[int, str]:
    if value is None:
        return (0, "")
    by_order = attribute.body["order_by"] == "menu_order"
    return (value.body["menu_order"] if by_order else 0, value.body["name"].casefold())
