"""The options of select attributes, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.magento import attributes
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, not_found
from simulator.commerce.shop import Document


def options(call: Call) -> list[dict[str, Any]]:
    """The options of an attribute, the empty one first; values are text."""
    shown: list[dict[str, Any]] = attributes.read(call)["options"]
    return shown


def add_option(call: Call) -> str:
    """A new option; gives its id as text."""
    given = call["option"]
    found = _need_stored(call)
    label = _label(given)
    if any(o["label"].casefold() == label.casefold() for o in found.body["options"]):
        message = 'Admin store attribute option label "%1" is already exists.'
        raise Refusal(message, [given["label"]])
    id = attributes.append(call.dialect, found.body, given)
    call.dialect.shop.put(found)
    return str(id)


def change_option(call: Call) -> bool:
    """Another label for an option."""
    found, id, label = _need_stored(call), call["optionId"], _label(call["option"])
    labels = {o["id"]: o["label"] for o in found.body["options"]}
    if id not in labels:
        message = "The '%1' attribute doesn't include an option id '%2'."
        raise Refusal(message, [call["attributeCode"], id])
    if any(k != id and other.casefold() == label.casefold() for k, other in labels.items()):
        message = "Admin store attribute option label '%1' is already exists."
        raise Refusal(message, [call["option"]["label"]])
    for option in found.body["options"]:
        if option["id"] == id:
            option["label"] = label
    call.dialect.shop.put(found)
    return True


def _label(given: Mapping[str, Any]) -> str:
    label = str(given.get("label") or "").strip()
    if not label:
        raise Refusal("The attribute option label is empty. Enter the value and try again.")
    return label


def remove_option(call: Call) -> bool:
    """Take an option away."""
    found = _need_stored(call)
    kept = [o for o in found.body["options"] if str(o["id"]) != call["optionId"]]
    if len(kept) == len(found.body["options"]):
        message = 'The "%1" attribute doesn\'t include an option with "%2" ID.'
        raise not_found(message, [call["attributeCode"], call["optionId"]])
    found.body["options"] = kept
    call.dialect.shop.put(found)
    return True


def _need_stored(call: Call) -> Document:
    """The document that keeps an attribute's options; the shop's own get one when needed."""
    one = attributes.need(call.dialect, call["attributeCode"])
    if one.input not in attributes.WITH_OPTIONS:
        raise Refusal('The "%1" attribute doesn\'t work with options.', [one.code])
    found = attributes.stored(call.dialect, one.code)
    if found is None:
        body = {
            "attribute_code": one.code,
            "frontend_input": one.input,
            "default_frontend_label": one.label,
            "frontend_labels": [],
            "is_required": False,
            "scope": one.scope,
            "options": [],
            "more": {},
        }
        found = call.dialect.shop.add("attribute", body, id=one.id, sku=one.code)
    return found


_CODE = param("attributeCode", "string")
_RIGHT = "Magento_Catalog::attributes_attributes"
_OPTIONS = "Magento\\Catalog\\Api\\ProductAttributeOptionManagementInterface"
_ONE, _OPTION = "/V1/products/attributes/:attributeCode", param("option", "AttributeOption")
ROUTES = (
    Route("GET", f"{_ONE}/options", options, _RIGHT, (_CODE,)),
    Route("POST", f"{_ONE}/options", add_option, _RIGHT, (_CODE, _OPTION), f"{_OPTIONS}::add"),
    Route(
        "PUT",
        f"{_ONE}/options/:optionId",
        change_option,
        _RIGHT,
        (_CODE, param("optionId", "int"), _OPTION),
        f"{_OPTIONS}::update",
    ),
    Route(
        "DELETE",
        f"{_ONE}/options/:optionId",
        remove_option,
        _RIGHT,
        (_CODE, param("optionId", "string")),
        f"{_OPTIONS}::delete",
    ),
)
