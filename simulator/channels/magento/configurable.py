"""Configurable products: what their variants differ in, and which variants they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import attributes, product_view, products
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Crash, Refusal, many, no_product, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

NO_OPTION = "The option that was requested doesn't exist. Verify the entity and try again."
NO_PICTURE = "no_selection"
OPTION_NEEDS = (
    ("attribute_id", "attribute ID is"),
    ("label", "label is"),
    ("values", "values are"),
)


def save_with_product(dialect: Magento, parent: Document, extension: Mapping[str, Any]) -> Document:
    """The options and links that came with a product; what is not named stays."""
    given, links = (
        extension.get("configurable_product_options"),
        extension.get("configurable_product_links"),
    )
    if given is None and links is None:
        return parent
    if given is not None:
        parent.body["options"] = [_option(dialect, parent, option) for option in given]
    if links is not None:
        _check_links(dialect, parent, links)
        _set_links(dialect, parent, links)
    return dialect.shop.put(parent)


def _check_links(dialect: Magento, parent: Document, links: Sequence[int]) -> None:
    """Every variant exists, has every attribute, and no two are alike."""
    codes = [_code(dialect, option) for option in parent.body["options"]]
    seen: dict[tuple[Any, ...], int] = {}
    for id in links:
        child = dialect.shop.get("product", id)
        if child is None:
            raise no_product()
        for code in codes:
            if not child.body["attrs"].get(code):
                message = 'Product with id "%1" does not contain required attribute "%2".'
                raise Refusal(message, [id, code])
        alike = tuple(child.body["attrs"].get(code) for code in codes)
        if alike in seen:
            message = 'Products "%1" and "%2" have the same set of attribute values.'
            raise Refusal(message, [seen[alike], id])
        seen[alike] = id


def _set_links(dialect: Magento, parent: Document, links: Sequence[int]) -> None:
    shop = dialect.shop
    for row in shop.all("child", parent_id=parent.id):
        shop.drop("child", row.id, quiet=True)
    for id in links:
        shop.add("child", {}, parent_id=parent.id, sku=str(id), quiet=True)
    parent.body["links"] = list(links)


def _option(dialect: Magento, parent: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    id = given.get("id") or dialect.shop.next_number("configurable option")
    return {
        "id": id,
        "attribute_id": str(given.get("attribute_id") or ""),
        "label": given.get("label") or "",
        "position": given.get("position") or 0,
        "values": [v.get("value_index") for v in given.get("values") or ()],
    }


def _code(dialect: Magento, option: Mapping[str, Any]) -> str:
    number = str(option["attribute_id"])
    one = attributes.by_id(dialect, int(number)) if number.isdigit() else None
    if one is None:
        raise Crash
    return one.code


# -- over REST --------------------------------------------------------------------------------------


def add_option(call: Call) -> str:
    """Let variants differ in one more attribute; gives the option's id as text."""
    given = call["option"]
    parent = products.need(call.dialect, call["sku"])
    _check_option(given)
    option = _option(call.dialect, parent, given)
    for number, old in enumerate(parent.body["options"]):
        if old["attribute_id"] == option["attribute_id"]:
            option["id"] = old["id"]
            parent.body["options"][number] = option
            break
    else:
        parent.body["options"].append(option)
    _touch(call.dialect, parent)
    return str(option["id"])


def _check_option(given: Mapping[str, Any]) -> None:
    faults = [
        f"Option {label} not specified." for name, label in OPTION_NEEDS if not given.get(name)
    ]
    unnamed = [v for v in given.get("values") or () if not v.get("value_index")]
    faults += ["Value index is not specified for an option."] * len(unnamed)
    if len(faults) > 1:
        raise many([(fault, None) for fault in faults])
    if faults:
        raise Refusal(faults[0])


def list_options(call: Call) -> list[dict[str, Any]]:
    """What the variants of a sku differ in."""
    return product_view.options(call.dialect, _need_parent(call))


def read_option(call: Call) -> dict[str, Any]:
    """One option."""
    for option in product_view.options(call.dialect, _need_parent(call)):
        if option["id"] == call["id"]:
            return option
    raise not_found(NO_OPTION)


def change_option(call: Call) -> str:
    """Another label, position or other values for an option; gives its id as text."""
    parent = _need_parent(call)
    for option in parent.body["options"]:
        if option["id"] == call["id"]:
            given = call["option"]
            option |= {k: given[k] for k in ("label", "position") if given.get(k) is not None}
            if given.get("values"):
                option["values"] = [v.get("value_index") for v in given["values"]]
            _touch(call.dialect, parent)
            return str(option["id"])
    raise not_found(NO_OPTION)


def remove_option(call: Call) -> bool:
    """Let variants differ in one attribute less; they all come off."""
    parent = _need_parent(call)
    kept = [o for o in parent.body["options"] if o["id"] != call["id"]]
    if len(kept) == len(parent.body["options"]):
        raise not_found(NO_OPTION)
    parent.body["options"] = kept
    _set_links(call.dialect, parent, [])
    _touch(call.dialect, parent)
    return True


def add_child(call: Call) -> bool:
    """Link one variant."""
    dialect = call.dialect
    parent = products.need(dialect, call["sku"])
    child = products.need(dialect, call["childSku"])
    if child.id in parent.body["links"]:
        raise Refusal("The product is already attached.")
    if not parent.body["options"]:
        raise Refusal("The parent product doesn't have configurable product options.")
    for option in parent.body["options"]:
        code = _code(dialect, option)
        if not child.body["attrs"].get(code):
            message = (
                'The child product doesn\'t have the "%1" attribute value. Verify the value and'
                " try again."
            )
            raise Refusal(message, [code])
    links = [*parent.body["links"], child.id]
    _check_links(dialect, parent, links)
    _set_links(dialect, parent, links)
    _touch(dialect, parent)
    return True


def list_children(call: Call) -> list[dict[str, Any]]:
    """The variants of a sku."""
    parent = products.need(call.dialect, call["sku"])
    if parent.body["type"] != "configurable":
        return []
    for option in parent.body["options"]:
        _code(call.dialect, option)
    found = products.children(call.dialect, parent)
    return [product_view.variant(call.dialect, child, call.store) for child in found]


def remove_child(call: Call) -> bool:
    """Unlink one variant."""
    parent = products.need(call.dialect, call["sku"])
    if parent.body["type"] != "configurable":
        message = 'The product with the "%1" SKU isn\'t a configurable product.'
        raise Refusal(message, [call["sku"]])
    child = products.find(call.dialect, call["childSku"])
    if child is None or child.id not in parent.body["links"]:
        raise not_found(NO_OPTION)
    links = [id for id in parent.body["links"] if id != child.id]
    _set_links(call.dialect, parent, links)
    _touch(call.dialect, parent)
    return True


def _touch(dialect: Magento, parent: Document) -> None:
    """Saved through its variants, a product gains empty picture roles."""
    for role in ("image", "small_image", "thumbnail"):
        parent.body["attrs"].setdefault(role, NO_PICTURE)
    dialect.shop.put(parent)


def _need_parent(call: Call) -> Document:
    parent = products.need(call.dialect, call["sku"])
    if parent.body["type"] != "configurable":
        message = 'This is implemented for the "%1" configurable product only.'
        raise Refusal(message, [call["sku"]])
    return parent


_RIGHT, _SKU, _ID = "Magento_Catalog::products", param("sku", "string"), param("id", "int")
_OPTION, _AT = param("option", "ConfigurableOption"), "/V1/configurable-products/:sku"
_API = "Magento\\ConfigurableProduct\\Api"
_SAVE = f"{_API}\\OptionRepositoryInterface::save"
_CHILD = (_SKU, param("childSku", "string"))
_LINKS = f"{_API}\\LinkManagementInterface"
ROUTES = (
    Route("POST", f"{_AT}/options", add_option, _RIGHT, (_SKU, _OPTION), _SAVE),
    Route("GET", f"{_AT}/options/all", list_options, _RIGHT, (_SKU,)),
    Route("GET", f"{_AT}/options/:id", read_option, _RIGHT, (_SKU, _ID)),
    Route("PUT", f"{_AT}/options/:id", change_option, _RIGHT, (_SKU, _ID, _OPTION), _SAVE),
    Route("DELETE", f"{_AT}/options/:id", remove_option, _RIGHT, (_SKU, _ID)),
    Route("POST", f"{_AT}/child", add_child, _RIGHT, _CHILD, f"{_LINKS}::addChild"),
    Route("GET", f"{_AT}/children", list_children, _RIGHT, (_SKU,)),
    Route(
        "DELETE",
        f"{_AT}/children/:childSku",
        remove_child,
        _RIGHT,
        _CHILD,
        f"{_LINKS}::removeChild",
    ),
)
