"""Tier prices: by customer group and quantity. One unknown sku fails the whole call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.magento import products, stores
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, no_such, not_found
from simulator.channels.magento.inputs import is_numeric, php_text
from simulator.channels.magento.stores import GROUPS
from simulator.commerce.shop import Document

ALL_GROUPS, ALL_NUMBER = "all groups", stores.EVERYBODY
ROW = (  # placeholders stay as they are
    "Row ID: SKU = %SKU, Website ID: %websiteId, Customer Group: %customerGroup, Quantity: %qty."
)
TWICE = (
    "We found a duplicate website, tier price, customer group and quantity: "
    "Customer Group = %customerGroup, Website ID = %websiteId, Quantity = %qty."
)
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
    good, faults = _checked(found, rows)
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
    good, faults = _checked(found, rows)
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


def remove_from_group(call: Call) -> bool:
    """Take one tier of a sku away, by its address."""
    product = products.need(call.dialect, call["sku"])
    group = call["customerGroupId"]
    number = str(ALL_NUMBER) if group == "all" else group
    gone = [
        tier
        for tier in product.body["tiers"]
        if (str(tier["group"]), tier["quantity"]) == (number, call["qty"])
    ]
    if not gone:
        message = "Product hasn't group price with such data: customerGroupId = '%1', website = %2,"
        raise not_found(f"{message} qty = %3", [group, 0, php_text(call["qty"])])
    product.body["tiers"] = [tier for tier in product.body["tiers"] if tier not in gone]
    call.dialect.shop.put(product)
    return True


def _checked(
    found: Mapping[Any, Document], rows: Sequence[Row]
) -> tuple[list[Row], list[dict[str, Any]]]:
    good, faults = [], []
    for number, row in enumerate(rows):
        wrong = _faults(found[row.get("sku")], row, [*rows[:number], *rows[number + 1 :]])
        faults += [_fault(row, text, value) for text, value in wrong]
        if not wrong:
            good.append(row)
    return good, faults


def _faults(product: Document, row: Row, others: Sequence[Row]) -> list[tuple[str, Any]]:
    """What is wrong with a row: messages, and the values that they name beside the row's own."""
    wrong: list[tuple[str, Any]] = []
    price, kind, quantity = row.get("price"), row.get("price_type"), row.get("quantity")
    if product.body["type"] not in {*products.SOLD_ALONE, "bundle"}:
        wrong.append(("Invalid attribute SKU = %SKU.", ()))
    if price is None or price < 0 or (kind == "discount" and price > 100):
        wrong.append(("Invalid attribute Price = %price.", (price,)))
    if kind not in ("fixed", "discount"):
        wrong.append(("Invalid attribute Price Type = %priceType.", (kind,)))
    if not is_numeric(quantity) or float(quantity or 0) <= 0:
        wrong.append(("Invalid attribute Quantity = %qty.", ()))
    if row.get("website_id") != 0:  # prices have global scope
        wrong.append(("Invalid attribute Website ID = %websiteId.", ()))
    wrong += [(TWICE, ())] * sum(_place(other) == _place(row) for other in others)
    if _group(row) is None:
        wrong.append(("No such entity with Customer Group = %customerGroup.", ()))
    return wrong


def _place(row: Row) -> list[str]:
    names = ("sku", "website_id", "customer_group", "quantity")
    return [php_text(row.get(name)).casefold() for name in names]


def _fault(row: Row, text: str, values: Sequence[Any]) -> dict[str, Any]:
    named = [row.get(k) for k in ("sku", "website_id", "customer_group", "quantity")]
    return {"message": f"{text} {ROW}", "parameters": [php_text(v) for v in (*values, *named)]}


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
    Route(
        "DELETE",
        "/V1/products/:sku/group-prices/:customerGroupId/tiers/:qty",
        remove_from_group,
        _RIGHT,
        (*_GROUP, param("qty", "float")),
    ),
)
