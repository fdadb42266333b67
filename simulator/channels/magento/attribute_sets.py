"""Attribute sets: the one that every shop has, and those made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attributes, search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, invalid, no_such, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

DEFAULT, FIRST_NEW, GROUP = 4, 9, "7"
_OF_PRODUCTS = 4  # the vendor's number of this kind of entity
_OF_OTHERS = (
    1,
    2,
    3,
    5,
    6,
    7,
    8,
)  # sets of customers, addresses, categories, and what orders are made of


def exists(dialect: Magento, id: Any) -> bool:
    """Whether products may be of this set."""
    return id == DEFAULT or (id is not None and dialect.shop.get("attribute_set", id) is not None)


def list_sets(call: Call) -> dict[str, Any]:
    """The sets of products."""
    rows = [_shape(DEFAULT, "Default", 1)]
    for found in call.dialect.shop.all("attribute_set"):
        rows.append(_shape(found.id, found.body["name"], found.body["sort_order"]))
    criteria = call["searchCriteria"]
    typed = [{**row, "entity_type_code": "catalog_product"} for row in rows]
    shown, total = search.plain(typed, criteria, typed[0])
    told = [{k: v for k, v in row.items() if k != "entity_type_code"} for row in shown]
    return search.answer(told, criteria, total)


def read(call: Call) -> dict[str, Any]:
    """One set."""
    id = call["attributeSetId"]
    if id == DEFAULT:
        return _shape(DEFAULT, "Default", 1)
    found = _made(call)
    return _shape(id, found.body["name"], found.body["sort_order"])


def _made(call: Call) -> Document:
    found = call.dialect.shop.get("attribute_set", call["attributeSetId"])
    if found is None:
        raise no_such("id", call["attributeSetId"])
    return found


def add(call: Call) -> dict[str, Any]:
    """A set like another."""
    given, shop = call["attributeSet"], call.dialect.shop
    if given.get("attribute_set_id") is not None:
        raise invalid("id", given["attribute_set_id"])
    if not exists(call.dialect, call["skeletonId"]):
        kind = "non-product" if call["skeletonId"] in _OF_OTHERS else "non-existing"
        raise Refusal(
            f"The attribute set couldn't be created because it's based on a {kind} attribute set."
        )
    name = str(given.get("attribute_set_name") or "").strip()
    if not name:
        raise Refusal("The attribute set name is empty. Enter the name and try again.")
    taken = {"default", *(d.body["name"].casefold() for d in shop.all("attribute_set"))}
    if name.casefold() in taken:
        message = "attribute set name already exists. Create a new name and try again."
        raise Refusal(f'A "{name}" {message}')
    id = shop.next_number("attribute set", FIRST_NEW)
    order = given.get("sort_order") or 0
    shop.add("attribute_set", {"name": name, "sort_order": order}, id=id)
    return _shape(id, name, order)


def groups(call: Call) -> dict[str, Any]:
    """The groups that a set's attributes stand in."""
    rows = [
        {
            "attribute_group_id": GROUP,
            "attribute_group_name": "Product Details",
            "attribute_set_id": DEFAULT,
        }
    ]
    criteria = call["searchCriteria"]
    shown, total = search.plain(rows, criteria, rows[0])
    return search.answer(shown, criteria, total)


def assign(call: Call) -> str:
    """Put an attribute into a set; gives the number of its place, as text."""
    dialect, id = call.dialect, call["attributeSetId"]
    if not exists(dialect, id) and id not in _OF_OTHERS:
        message = (
            'The AttributeSet with a "%1" ID doesn\'t exist. Verify the attributeSet and try again.'
        )
        raise not_found(message, [id])
    if not exists(dialect, id):
        raise Refusal("The attribute set ID is incorrect. Verify the ID and try again.")
    if id == DEFAULT and str(call["attributeGroupId"]) != GROUP:
        message = 'The group with the "%1" ID doesn\'t exist. Verify the ID and try again.'
        raise not_found(message, [call["attributeGroupId"]])
    found = attributes.stored(dialect, attributes.need(dialect, call["attributeCode"]).code)
    if found is not None:
        found.body["place"] = call["sortOrder"]
        dialect.shop.put(found)
    return str(dialect.shop.next_number("attribute place", attributes.FIRST_PLACE))


def unassign(call: Call) -> bool:
    """Take an attribute out of a set. The system's own stay."""
    if not exists(call.dialect, call["attributeSetId"]):
        message = 'The "%1" attribute set wasn\'t found. Verify and try again.'
        raise not_found(message, [call["attributeSetId"]])
    one = attributes.need(call.dialect, call["attributeCode"])
    if one.code in attributes.BUILT_IN and one.code not in attributes.PEOPLES:
        raise Refusal("The system attribute can't be deleted.")
    found = attributes.stored(call.dialect, one.code)
    if found is not None and "place" not in found.body:
        message = (
            'The "%1" attribute wasn\'t found in the "%2" attribute set. Enter the attribute and try'
            " again."
        )
        raise Refusal(message, [call["attributeCode"], call["attributeSetId"]])
    if found is not None:
        del found.body["place"]
        call.dialect.shop.put(found)
    return True


def remove(call: Call) -> bool:
    """Take a set away. The first one stays."""
    if call["attributeSetId"] == DEFAULT:
        raise Refusal("The default attribute set can't be deleted.")
    call.dialect.shop.drop("attribute_set", _made(call).id)
    return True


def of_set(call: Call) -> list[Any]:
    """The attributes of a set."""
    if call["attributeSetId"] in _OF_OTHERS:
        raise no_such("attributeSetId", call["attributeSetId"])
    if call["attributeSetId"] != DEFAULT:
        _made(call)
    found = attributes.list_all(Call(call.dialect, "GET", 0, call.caller, {"searchCriteria": {}}))
    rows: list[Any] = found["items"]
    return rows


def _shape(id: int, name: str, order: int) -> dict[str, Any]:
    return {
        "attribute_set_id": id,
        "attribute_set_name": name,
        "sort_order": order,
        "entity_type_id": _OF_PRODUCTS,
    }


_RIGHT, _ID = "Magento_Catalog::sets", param("attributeSetId", "int")
_AT = "/V1/products/attribute-sets"
_PLACE = (
    _ID,
    param("attributeGroupId", "int"),
    param("attributeCode", "string"),
    param("sortOrder", "int"),
)
ROUTES = (
    Route("GET", f"{_AT}/sets/list", list_sets, _RIGHT, search.CRITERIA),
    Route("GET", "/V1/eav/attribute-sets/list", list_sets, _RIGHT, search.CRITERIA),
    Route("GET", f"{_AT}/:attributeSetId", read, _RIGHT, (_ID,)),
    Route(
        "POST",
        _AT,
        add,
        _RIGHT,
        (param("attributeSet", "AttributeSet"), param("skeletonId", "int")),
        "Magento\\Catalog\\Api\\AttributeSetManagementInterface::create",
    ),
    Route("DELETE", f"{_AT}/:attributeSetId", remove, _RIGHT, (_ID,)),
    Route(
        "DELETE",
        f"{_AT}/:attributeSetId/attributes/:attributeCode",
        unassign,
        _RIGHT,
        (_ID, param("attributeCode", "string")),
    ),
    Route("GET", f"{_AT}/groups/list", groups, _RIGHT, search.CRITERIA),
    Route("GET", f"{_AT}/:attributeSetId/attributes", of_set, _RIGHT, (_ID,)),
    Route(
        "POST",
        f"{_AT}/attributes",
        assign,
        _RIGHT,
        _PLACE,
        "Magento\\Catalog\\Api\\ProductAttributeManagementInterface::assign",
    ),
)
