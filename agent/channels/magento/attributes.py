"""The shop's dropdown attributes and their options: found by name, options added where they are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import trouble
from agent.channels.magento import mapping
from agent.channels.magento.connection import Connection
from agent.errors import Refused

PATH = "/products/attributes"
LONGEST_CODE = 30
GLOBAL = "global"


def of_axis(c: Connection, axis: str) -> dict[str, Any]:
    """The attribute that an axis is in the shop: as tally.yaml says, or by its label or code.

    Refused, saying what to make, when there is none that variants can differ in.
    """
    code = c.settings.axes.get(axis, "")
    found = c.attributes.get(code) if code else _by_name(c, axis)
    where = f"{c.shop} GET {PATH}"
    if found is None and c.settings.make_attributes:
        return _make(c, axis, code or code_of(axis))
    if found is None:
        raise Refused(
            f'the shop has no attribute "{code or axis}" for variants to differ in',
            where,
            f'under Stores > Attributes > Product, add a dropdown "{axis}" with the scope Global'
            f" and put it into the attribute set; name its code in tally.yaml as axes: {{{axis}: …}},"
            " or let tallyman make it with make_attributes: true",
        )
    if found.get("scope", GLOBAL) != GLOBAL:
        words = f'the attribute "{found.get("attribute_code")}" has not the scope Global'
        raise Refused(
            words, where, "variants differ in attributes of that scope only: make another"
        )
    return found


def code_of(axis: str) -> str:
    """The code of an attribute of this name: letters, digits and low lines, from a letter on."""
    code = mapping.slug(axis, "_")
    return (code if code[:1].isalpha() else f"axis_{code}")[:LONGEST_CODE].rstrip("_")


def option(c: Connection, attribute: Mapping[str, Any], label: str) -> int:
    """The number of an attribute's option with this label, which is added when there is none."""
    options = attribute["options"] if isinstance(attribute.get("options"), list) else []
    known = _numbered(options).get(label.casefold())
    if known is not None:
        return known
    path = f"{PATH}/{attribute['attribute_code']}/options"
    answer = c.client.write("POST", path, {"option": {"label": label, "sort_order": len(options)}})
    number = str(answer)
    if not number.isdigit():
        raise trouble.misshapen(f'"{number[:60]}"', c.client.where("POST", path), wrote=True)
    options.append({"label": label, "value": number})
    return int(number)


def _numbered(options: Sequence[Any]) -> dict[str, int]:
    """The options' numbers by label in lower case; the first, empty one aside."""
    found: dict[str, int] = {}
    for one in options:
        if isinstance(one, Mapping) and str(one.get("value", "")).isdigit():
            found.setdefault(str(one.get("label", "")).strip().casefold(), int(one["value"]))
    return found


def _by_name(c: Connection, axis: str) -> dict[str, Any] | None:
    labels = {str(a.get("default_frontend_label", "")).casefold(): a for a in c.attributes.values()}
    return c.attributes.get(code_of(axis)) or labels.get(axis.casefold())


def _make(c: Connection, axis: str, code: str) -> dict[str, Any]:
    """A new dropdown for variants, in the attribute set that our products have."""
    told = {
        "attribute_code": code,
        "frontend_input": "select",
        "scope": GLOBAL,
        "is_required": False,
        "default_frontend_label": axis,
    }
    made = c.client.write("POST", PATH, {"attribute": told})
    if not isinstance(made, dict) or not made.get("attribute_id"):
        raise trouble.misshapen("it is no attribute", c.client.where("POST", PATH), wrote=True)
    set_id = c.settings.attribute_set
    groups = c.client.found(
        "/products/attribute-sets/groups/list",
        [("attribute_set_id", "eq", set_id)],
        fields="items[attribute_group_id,attribute_group_name]",
    )
    if not groups:
        words = f"the attribute set {set_id} has no groups"
        raise Refused(words, f"{c.shop} GET {PATH}", "check `attribute_set` in tally.yaml")
    place = {
        "attributeSetId": set_id,
        "attributeGroupId": int(str(groups[0]["attribute_group_id"])),
        "attributeCode": code,
        "sortOrder": 100,
    }
    c.client.write("POST", "/products/attribute-sets/attributes", place)
    c.attributes[code] = {**told, **made, "options": list(made.get("options") or ())}
    return c.attributes[code]
