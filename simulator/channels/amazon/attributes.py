"""A listing's attributes: arrays of objects, told apart by selectors, changed by patches. Pure.

{"item_name": [{"value": "Oak shelf", "language_tag": "en_GB", "marketplace_id": "A1F8…"}]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Attributes = dict[str, list[dict[str, Any]]]

SELECTORS: Mapping[str, tuple[str, ...]] = {
    "purchasable_offer": ("marketplace_id", "currency", "audience"),
    "fulfillment_availability": ("fulfillment_channel_code",),
    "list_price": ("marketplace_id", "currency"),
    "child_parent_sku_relationship": ("marketplace_id",),
}
USUAL = ("marketplace_id", "language_tag")
OPS = ("add", "replace", "merge", "delete")


@dataclass(frozen=True)
class Home:
    """What an element means that leaves its selectors out."""

    marketplace_id: str
    currency: str
    language: str


def selectors(name: str) -> tuple[str, ...]:
    """The fields that tell an attribute's elements apart."""
    return SELECTORS.get(name, USUAL)


def key(name: str, element: Mapping[str, Any], home: Home) -> tuple[Any, ...]:
    """Which element of the attribute this is, by its selectors."""
    usual = {
        "marketplace_id": home.marketplace_id,
        "currency": home.currency,
        "audience": "ALL",
        "language_tag": home.language,
    }
    return tuple(element.get(field) or usual.get(field) for field in selectors(name))


def completed(name: str, elements: Sequence[Mapping[str, Any]], home: Home) -> list[dict[str, Any]]:
    """The elements with the marketplace written in where it was left out."""
    if "marketplace_id" not in selectors(name):
        return [dict(element) for element in elements]
    return [{"marketplace_id": home.marketplace_id, **element} for element in elements]


def patched(
    attributes: Attributes, op: str, name: str, value: Sequence[Mapping[str, Any]], home: Home
) -> Attributes:
    """The attributes after one patch operation.

    `add` and `replace` put elements in the place of those with the same selectors and leave others
    alone; `merge` changes only the fields that are given; `delete` takes away what the selectors
    name.
    """
    given = completed(name, value, home)
    wanted = {key(name, element, home) for element in given}
    before = attributes.get(name, [])
    others = [e for e in before if key(name, e, home) not in wanted]
    if op == "delete":
        after = others
    elif op == "merge":
        after = _merged(name, before, given, home)
    else:
        after = [*others, *given]
    changed = {k: v for k, v in attributes.items() if k != name}
    return {**changed, name: after} if after else changed


def _merged(
    name: str, before: Sequence[dict[str, Any]], given: Sequence[dict[str, Any]], home: Home
) -> list[dict[str, Any]]:
    after = [dict(element) for element in before]
    for element in given:
        wanted = key(name, element, home)
        for kept in after:
            if key(name, kept, home) == wanted:
                kept.update(element)
                break
        else:
            after.append(dict(element))
    return after


def patched_all(
    attributes: Attributes, patches: Sequence[Mapping[str, Any]], home: Home
) -> Attributes:
    """The attributes after several operations, one after the other."""
    for patch in patches:
        name = str(patch["path"]).removeprefix("/attributes/")
        attributes = patched(attributes, patch["op"], name, patch.get("value") or (), home)
    return attributes


def replaced(attributes: Attributes, given: Mapping[str, Any], home: Home) -> Attributes:
    """The attributes after a partial update: a `replace` of each given one."""
    for name, value in given.items():
        attributes = patched(attributes, "replace", name, value, home)
    return attributes


def first(attributes: Attributes, name: str) -> Any:
    """The `value` of an attribute's first element; None when there is none."""
    elements = attributes.get(name) or [{}]
    return elements[0].get("value")
