"""Attribute sets: the one that every shop has, and those made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attributes, search
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_such

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

DEFAULT, FIRST_NEW, GROUP = 4, 9, "7"
_OF_PRODUCTS = 4  # the vendor's number of this kind of entity


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
    found = call.dialect.shop.get("attribute_set", id)
    if found is None:
        raise no_such("id", id)
    return _shape(id, found.body["name"], found.body["sort_order"])


def add(call: Call) -> dict[str, Any]:
    """A set like another."""
    given = call["attributeSet"]
    name = given.get("attribute_set_name")
    if not name:
        raise Refusal('"%fieldName" is required. Enter and try again.', {"fieldName": "name"})
    shop = call.dialect.shop
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
    dialect = call.dialect
    if not exists(dialect, call["attributeSetId"]):
        raise no_such("attributeSetId", call["attributeSetId"])
    for found in dialect.shop.all("attribute", sku=call["attributeCode"]):
        found.body["place"] = call["sortOrder"]
        dialect.shop.put(found)
    return str(dialect.shop.next_number("attribute place", attributes.FIRST_PLACE))


def of_set(call: Call) -> list[Any]:
    """The attributes of a set."""
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
        (param("attributeSet", "AttributeSet"), maybe("skeletonId", "int")),
        "Magento\\Catalog\\Api\\AttributeSetManagementInterface::create",
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
