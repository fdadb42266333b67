"""Tier prices: by customer group and quantity. One unknown sku fails the whole call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.magento import products, stores
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, no_such
from simulator.channels.magento.inputs import is_numeric, php_text
from simulator.channels.magento.stores import GROUPS

ALL_GROUPS, ALL_NUMBER = "all groups", stores.EVERYBODY
INVALID, UNKNOWN = "Invalid attribute %s = %s.", "No such entity with %s = %s."
Row = Mapping[str, Any]


def add(call: Call) -> list[dict[str, Any]]:
    """Add tiers or change those of the same group, quantity and website."""
    return _save(call, keeps=True)


def replace(call: Call) -> list[dict[str, Any]]:
    """Tiers in place of all that the named skus have."""
    return _save(call, keeps=False)


def _save(call: Call, *, keeps: bool) -> list[dict[str, Any]]:
    rows = call["prices"]
    found = {row.get("sku"): products.need(call.dialect, str(row.get("sku") or "")) for row in rows}
    good, faults = _checked(rows)
    if not keeps:
        for row in good:
            found[row["sku"]].body["tiers"] = []
    for row in good:
        tiers, tier = found[row["sku"]].body["tiers"], _tier(row)
        tiers[:] = [old for old in tiers if _key(old) != _key(tier)] + [tier]
    for product in {p.id: p for p in found.values()}.values():
        call.dialect.shop.put(product, touch=False)
    return faults


def read(call: Call) -> list[dict[str, Any]]:
    """The tiers of skus: those for everybody last."""
    names = dict(GROUPS) | {ALL_NUMBER: ALL_GROUPS}
    shown = []
    for sku in dict.fromkeys(call["skus"]):
        product = products.find(call.dialect, sku)
        tiers = product.body["tiers"] if product else []
        for tier in sorted(tiers, key=lambda t: (t["group"], t["quantity"])):
            shown.append(
                {
                    "price": tier["price"],
                    "price_type": tier["type"],
                    "website_id": tier["website"],
                    "sku": product.body["sku"] if product else sku,
                    "customer_group": names.get(tier["group"], ""),
                    "quantity": tier["quantity"],
                }
            )
    return shown


def delete(call: Call) -> list[dict[str, Any]]:
    """Take tiers away that are just so."""
    rows = call["prices"]
    found = {row.get("sku"): products.need(call.dialect, str(row.get("sku") or "")) for row in rows}
    good, faults = _checked(rows)
    for row in good:
        product, gone = found[row["sku"]], _tier(row)
        product.body["tiers"] = [
            t for t in product.body["tiers"] if (_key(t), t["price"]) != (_key(gone), gone["price"])
        ]
        call.dialect.shop.put(product, touch=False)
    return faults


def of_group(call: Call) -> list[dict[str, Any]]:
    """The tiers of a sku for one group ("all" for everybody)."""
    product = products.need(call.dialect, call["sku"])
    group = ALL_NUMBER if call["customerGroupId"] == "all" else call["customerGroupId"]
    return [
        {"customer_group_id": tier["group"], "qty": tier["quantity"], "value": tier["price"]}
        for tier in product.body["tiers"]
        if str(tier["group"]) == str(group)
    ]


def add_to_group(call: Call) -> bool:
    """One tier of a sku, by its address."""
    product = products.need(call.dialect, call["sku"])
    if call["price"] <= 0 or call["qty"] <= 0:
        raise Refusal("The data was invalid. Verify the data and try again.")
    group = call["customerGroupId"]
    if group != "all" and not group.isdigit():
        raise no_such("id", group)
    tier = {
        "group": ALL_NUMBER if group == "all" else int(group),
        "quantity": call["qty"],
        "price": call["price"],
        "type": "fixed",
        "website": 0,
    }
    tiers = product.body["tiers"]
    tiers[:] = [old for old in tiers if _key(old) != _key(tier)] + [tier]
    call.dialect.shop.put(product)
    return True


def _checked(rows: list[Row]) -> tuple[list[Row], list[dict[str, Any]]]:
    good, faults = [], []
    for row in rows:
        wrong = _faults(row)
        faults += [_fault(row, label, value) for label, value in wrong]
        if not wrong:
            good.append(row)
    return good, faults


def _faults(row: Row) -> list[tuple[str, str]]:
    wrong = []
    price, kind = row.get("price"), row.get("price_type")
    if price is None or price < 0 or (kind == "discount" and price > 100):
        wrong.append(("Price", php_text(price)))
    if kind not in ("fixed", "discount"):
        wrong.append(("Price Type", php_text(kind)))
    if not is_numeric(row.get("quantity")) or row["quantity"] < 1:
        wrong.append(("Quantity", php_text(row.get("quantity"))))
    if row.get("website_id") not in (0, 1):
        wrong.append(("Website ID", php_text(row.get("website_id"))))
    if _group(row) is None:
        wrong.append(("Customer Group", php_text(row.get("customer_group"))))
    return wrong


def _fault(row: Row, label: str, value: str) -> dict[str, Any]:
    place = [php_text(row.get(k)) for k in ("sku", "website_id", "customer_group", "quantity")]
    told = (
        f"Row ID: SKU = {place[0]}, Website ID: {place[1]}, Customer Group: {place[2]},"
        f" Quantity: {place[3]}."
    )
    text = UNKNOWN if label == "Customer Group" else INVALID
    named = [value] if label.startswith("Price") else []
    return {"message": f"{text % (label, value)} {told}", "parameters": [*named, *place]}


def _group(row: Row) -> int | None:
    name = str(row.get("customer_group") or "").casefold()
    if name == ALL_GROUPS:
        return ALL_NUMBER
    return next((number for number, known in GROUPS if known.casefold() == name), None)


def _tier(row: Row) -> dict[str, Any]:
    return {
        "group": _group(row),
        "quantity": row["quantity"],
        "price": row["price"],
        "type": row["price_type"],
        "website": row["website_id"],
    }


def _key(tier: Row) -> tuple[Any, ...]:
    return tier["group"], tier["quantity"], tier["website"]


_RIGHT, _AT, _ROWS = (
    "Magento_Catalog::catalog",
    "/V1/products/tier-prices",
    (param("prices", "TierPrice[]"),),
)
_SERVICE = "Magento\\Catalog\\Api\\TierPriceStorageInterface"
_MODEL = "Magento\\Catalog\\Model\\Product\\Price\\TierPriceStorage"
_GROUP = (param("sku", "string"), param("customerGroupId", "string"))
ROUTES = (
    Route("POST", _AT, add, _RIGHT, _ROWS, f"{_SERVICE}::update", _MODEL),
    Route("PUT", _AT, replace, _RIGHT, _ROWS, f"{_SERVICE}::replace", _MODEL),
    Route("POST", f"{_AT}-information", read, _RIGHT, (param("skus", "string[]"),)),
    Route("POST", f"{_AT}-delete", delete, _RIGHT, _ROWS, f"{_SERVICE}::delete", _MODEL),
    Route("GET", "/V1/products/:sku/group-prices/:customerGroupId/tiers", of_group, _RIGHT, _GROUP),
    Route(
        "POST",
        "/V1/products/:sku/group-prices/:customerGroupId/tiers/:qty/price/:price",
        add_to_group,
        _RIGHT,
        (*_GROUP, param("qty", "float"), param("price", "float")),
    ),
)
