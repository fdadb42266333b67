"""List prices, sale prices and costs in batches: good rows are saved even when others are refused.

Money has the scope that the shop's setting says; here it is global.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simulator.channels.magento import products
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import expanded, no_product
from simulator.channels.magento.inputs import php_text
from simulator.commerce.shop import Document

PRICED_TYPES = frozenset({"simple", "virtual", "downloadable", "bundle"})
INVALID = "Invalid attribute %fieldName = %fieldValue."
NO_STORE = "Requested store is not found."
PLACE = "Row ID: SKU = %1, Store ID: %2."
SPAN = "Row ID: SKU = %1, Store ID: %2, Price From: %3, Price To: %4."
DATES = (("price_from", "special_from_date"), ("price_to", "special_to_date"))
SALE = ("special_price", "special_from_date", "special_to_date")
Fault = dict[str, Any]
Row = Mapping[str, Any]


def save_base(call: Call) -> list[Fault]:
    """Set list prices. Nothing but the price moves, not even updated_at."""
    faults: list[Fault] = []
    for row in call["prices"]:
        amount, wrong = row.get("price"), _sku_faults(call, row)
        if amount is None or amount < 0:
            wrong.append({"message": INVALID, "parameters": ["Price", _text(amount)]})
        faults += _set(call, row, [*wrong, *_store_faults(call, row)], "price", amount)
    return faults


def save_cost(call: Call) -> list[Fault]:
    """Set costs."""
    faults: list[Fault] = []
    for row in call["prices"]:
        amount, wrong = row.get("cost"), _sku_faults(call, row)
        if amount is None or amount < 0:
            place = [row.get("sku"), _text(row.get("store_id"))]
            wrong.append(_fault("Invalid attribute Cost = %1.", [_text(amount)], PLACE, place))
        text = None if amount is None else f"{amount:.6f}"
        faults += _set(call, row, [*wrong, *_store_faults(call, row)], "cost", text)
    return faults


def _set(call: Call, row: Row, wrong: list[Fault], code: str, value: Any) -> list[Fault]:
    found = products.find(call.dialect, str(row.get("sku") or ""))
    if not wrong and found is not None:
        found.body["attrs"][code] = value
        call.dialect.shop.put(found, touch=False)
    return wrong


def _sku_faults(call: Call, row: Row) -> list[Fault]:
    return (
        [] if _priced(call, row) else [{"message": INVALID, "parameters": ["SKU", row.get("sku")]}]
    )


def _store_faults(call: Call, row: Row) -> list[Fault]:
    if _is_store(call, row.get("store_id")):
        return []
    return [_fault(NO_STORE, [], PLACE, [row.get("sku"), _text(row.get("store_id"))])]


def _fault(message: str, first: list[Any], where: str, place: list[Any]) -> Fault:
    """A row's refusal: a message that names its own values, and the place of the row."""
    told = [php_text(value) for value in place]
    text = f"{expanded(message, [php_text(v) for v in first])} {expanded(where, told)}"
    return {"message": text, "parameters": [*first, *place]}


def _text(value: Any) -> str | None:
    return None if value is None else php_text(value)


def _priced(call: Call, row: Row) -> Document | None:
    """The product of a row, if it is of a type that has prices of its own."""
    found = products.find(call.dialect, str(row.get("sku") or ""))
    return found if found is not None and found.body["type"] in PRICED_TYPES else None


def read_base(call: Call) -> list[dict[str, Any]]:
    """The list prices of skus; unknown ones are left out."""
    return [
        {"price": found.body["attrs"]["price"], "store_id": 0, "sku": found.body["sku"]}
        for found in _asked(call)
        if found.body["attrs"].get("price") is not None and found.body["type"] in PRICED_TYPES
    ]


def read_cost(call: Call) -> list[dict[str, Any]]:
    """The costs of skus."""
    return [
        {"cost": float(found.body["attrs"]["cost"]), "store_id": 0, "sku": found.body["sku"]}
        for found in _asked(call)
        if found.body["attrs"].get("cost") is not None
    ]


def delete_cost(call: Call) -> bool:
    """Forget the costs of skus."""
    for found in _asked(call):
        if found.body["attrs"].pop("cost", None) is not None:
            call.dialect.shop.put(found, touch=False)
    return True


def _asked(call: Call) -> list[Document]:
    found = (products.find(call.dialect, sku) for sku in dict.fromkeys(call["skus"]))
    return [one for one in found if one is not None]


def _is_store(call: Call, id: Any) -> bool:
    return id is not None and id in call.dialect.store_ids()


# -- sale prices --------------------------------------------------------------------------------


def save_special(call: Call) -> list[Fault]:
    """Set sale prices and their spans; a span that is left out stays as it was."""
    faults: list[Fault] = []
    for row in call["prices"]:
        wrong = _special_faults(call, row)
        faults += wrong
        found = products.find(call.dialect, str(row.get("sku") or ""))
        if wrong or found is None:
            continue
        attrs = found.body["attrs"]
        attrs["special_price"] = f"{row['price']:.6f}"
        for name, code in DATES:
            if row.get(name):
                attrs[code] = row[name]
        call.dialect.shop.put(found, touch=False)
    return faults


def _special_faults(call: Call, row: Row) -> list[Fault]:
    amount, store = row.get("price"), row.get("store_id")
    place = [row.get("sku"), _text(store), *(row.get(name) for name, _ in DATES)]
    wrong: list[tuple[str, list[Any]]] = []
    if _priced(call, row) is None:
        wrong.append((no_product().message, []))
    if store != 0:
        wrong.append(("Could not change non global Price when price scope is global.", []))
    if not _is_store(call, store):
        wrong.append((NO_STORE, []))
    if amount is None or amount < 0:
        wrong.append(("Invalid attribute Price = %1.", [_text(amount)]))
    for label, name in (("Price From", "price_from"), ("Price To", "price_to")):
        if row.get(name) and not _is_moment(str(row[name])):
            end = php_text(row.get("price_to"))  # the vendor names the end in either case
            wrong.append((f"Invalid attribute %1 = {end}.", [label]))
    return [_fault(message, first, SPAN, place) for message, first in wrong]


def _is_moment(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").strftime("%Y-%m-%d %H:%M:%S") == text  # noqa: DTZ007
    except ValueError:
        return False


def read_special(call: Call) -> list[dict[str, Any]]:
    """The sale prices of skus."""
    shown = []
    for found in _asked(call):
        attrs = found.body["attrs"]
        if attrs.get("special_price") is None:
            continue
        row = {"price": float(attrs["special_price"]), "store_id": 0, "sku": found.body["sku"]}
        shown.append(row | {name: attrs.get(code) for name, code in DATES})
    return shown


def delete_special(call: Call) -> list[Fault]:
    """End the sales of skus, whatever price and span a row tells."""
    faults: list[Fault] = []
    for row in call["prices"]:
        wrong = _special_faults(call, row)
        faults += wrong
        found = _priced(call, row)
        if not wrong and found is not None and found.body["attrs"].get("special_price"):
            for code in SALE:
                found.body["attrs"].pop(code, None)
            call.dialect.shop.put(found, touch=False)
    return faults


_RIGHT, _AT = "Magento_Catalog::catalog", "/V1/products"
_SKUS, _API = (param("skus", "string[]"),), "Magento\\Catalog\\Api"
_MODEL = "Magento\\Catalog\\Model\\Product\\Price"
_SPECIALS = (param("prices", "SpecialPrice[]"),)


def _route(path: str, handler: Any, params: Any, service: str = "") -> Route:
    name = service.partition("Interface")[0]
    made_by = f"{_MODEL}\\{name}" if name else ""
    return Route("POST", f"{_AT}/{path}", handler, _RIGHT, params, f"{_API}\\{service}", made_by)


ROUTES = (
    _route(
        "base-prices",
        save_base,
        (param("prices", "BasePrice[]"),),
        "BasePriceStorageInterface::update",
    ),
    _route("base-prices-information", read_base, _SKUS, "BasePriceStorageInterface::get"),
    _route("cost", save_cost, (param("prices", "Cost[]"),), "CostStorageInterface::update"),
    _route("cost-information", read_cost, _SKUS, "CostStorageInterface::get"),
    _route("cost-delete", delete_cost, _SKUS, "CostStorageInterface::delete"),
    _route("special-price", save_special, _SPECIALS, "SpecialPriceStorageInterface::update"),
    _route("special-price-information", read_special, _SKUS, "SpecialPriceStorageInterface::get"),
    _route(
        "special-price-delete", delete_special, _SPECIALS, "SpecialPriceStorageInterface::delete"
    ),
)
