"""List prices, sale prices and costs in batches: good rows are saved even when others are refused.

Money has the scope that the shop's setting says; here it is global.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simulator.channels.magento import products
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import no_product
from simulator.channels.magento.inputs import php_text
from simulator.commerce.shop import Document

PRICED_TYPES = frozenset({"simple", "virtual", "downloadable", "bundle"})
INVALID = "Invalid attribute %fieldName = %fieldValue."
DATES = (("price_from", "special_from_date"), ("price_to", "special_to_date"))
SALE = ("special_price", "special_from_date", "special_to_date")
Fault = dict[str, Any]
Row = Mapping[str, Any]


def save_base(call: Call) -> list[Fault]:
    """Set list prices. Nothing but the price moves, not even updated_at."""
    return _save_plain(call, "price", "Price", _set_price)


def save_cost(call: Call) -> list[Fault]:
    """Set costs."""
    return _save_plain(call, "cost", "Cost", _set_cost)


def _set_price(found: Document, amount: float) -> None:
    found.body["attrs"]["price"] = amount


def _set_cost(found: Document, amount: float) -> None:
    found.body["attrs"]["cost"] = f"{amount:.6f}"


def _save_plain(call: Call, name: str, label: str, put: Any) -> list[Fault]:
    faults: list[Fault] = []
    for row in call["prices"]:
        sku, amount = str(row.get("sku") or ""), row.get(name)
        found = products.find(call.dialect, sku)
        wrong: list[Fault] = []
        if found is None or found.body["type"] not in PRICED_TYPES:
            wrong.append({"message": INVALID, "parameters": ["SKU", sku]})
        if amount is None or amount < 0:
            wrong.append({"message": INVALID, "parameters": [label, php_text(amount)]})
        if not _is_store(call, row.get("store_id")):
            store = php_text(row.get("store_id"))
            message = f"Requested store is not found. Row ID: SKU = {sku}, Store ID: {store}."
            wrong.append({"message": message, "parameters": [sku, store]})
        faults += wrong
        if not wrong and found is not None and amount is not None:
            put(found, amount)
            call.dialect.shop.put(found, touch=False)
    return faults


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
    sku, amount = str(row.get("sku") or ""), row.get("price")
    store = row.get("store_id")
    place = [sku, php_text(store), *(php_text(row.get(name)) for name, _ in DATES)]
    wrong: list[tuple[str, list[str]]] = []
    found = products.find(call.dialect, sku)
    if found is None:
        wrong.append((no_product().message, []))
    elif found.body["type"] not in PRICED_TYPES:
        wrong.append((f"Invalid attribute SKU = {sku}.", []))
    if amount is None or amount < 0:
        wrong.append((f"Invalid attribute Price = {php_text(amount)}.", [php_text(amount)]))
    if not _is_store(call, store):
        wrong.append(("Requested store is not found.", []))
    elif store != 0:
        wrong.append(("Could not change non global Price when price scope is global.", []))
    for label, name in (("Price From", "price_from"), ("Price To", "price_to")):
        if row.get(name) and not _is_moment(str(row[name])):
            text = php_text(row.get("price_to"))  # the vendor names the end in either case
            wrong.append((f"Invalid attribute {label} = {text}.", [label]))
    told = (
        f"Row ID: SKU = {place[0]}, Store ID: {place[1]}, Price From: {place[2]},"
        f" Price To: {place[3]}."
    )
    return [{"message": f"{text} {told}", "parameters": [*more, *place]} for text, more in wrong]


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
    """End sales that are just so; rows that match nothing are passed over."""
    for row in call["prices"]:
        found = products.find(call.dialect, str(row.get("sku") or ""))
        if found is None or found.body["attrs"].get("special_price") is None:
            continue
        attrs = found.body["attrs"]
        is_same = row.get("price") == float(attrs["special_price"]) and all(
            not row.get(name) or row[name] == attrs.get(code) for name, code in DATES
        )
        if is_same:
            for code in SALE:
                attrs.pop(code, None)
            call.dialect.shop.put(found, touch=False)
    return []


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
