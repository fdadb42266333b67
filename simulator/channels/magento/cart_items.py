"""Carts of guests and shoppers: opened, filled, looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import (
    attributes,
    cart_totals,
    customers,
    products,
    salable,
    search,
    sources,
)
from simulator.channels.magento.calls import ANONYMOUS, SELF, Call, Route, param
from simulator.channels.magento.errors import Refusal, no_such
from simulator.channels.magento.kinds import words
from simulator.channels.magento.placing import Line
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ADDRESS = words(
    "region region_id region_code country_id street telephone postcode city firstname lastname email"
)
NOT_THERE = "Product that you are trying to add is not available."


def open_for_guest(call: Call) -> str:
    """A new cart; gives the mask that stands for it."""
    return str(_new(call.dialect, None).sku)


def open_for_shopper(call: Call) -> int:
    """The shopper's cart, new or not; gives its number."""
    return _of_shopper(call, is_new_allowed=True).id


def _new(dialect: Magento, customer: int | None) -> Document:
    body: dict[str, Any] = {
        "customer": customer,
        "items": [],
        "shipping": None,
        "billing": None,
        "email": "",
        "is_active": True,
        "has_method": False,
        "address_ids": {
            w: dialect.shop.next_number("cart address") for w in ("billing", "shipping")
        },
    }
    return dialect.shop.add("cart", body, sku=dialect.mask(), parent_id=customer)


def _of_shopper(call: Call, *, is_new_allowed: bool = False) -> Document:
    for found in call.dialect.shop.all("cart", parent_id=call.caller.id):
        if found.body["is_active"]:
            return found
    if not is_new_allowed:
        raise no_such("customerId", call.caller.id)
    return _new(call.dialect, call.caller.id)


def cart(call: Call) -> Document:
    """The cart that the address names. Refusal 404 for none, or one that was ordered."""
    mask = call.args.get("cartId")
    if mask is None:
        return _of_shopper(call)
    found = next(call.dialect.shop.all("cart", sku=mask), None)
    if found is None or not found.body["is_active"]:
        raise no_such("cartId", None if found is None else found.id)
    return found


# -- rows ---------------------------------------------------------------------------------------------


def add_item(call: Call) -> dict[str, Any]:
    """Put pieces into the cart, beside those of the same choice."""
    found, given, dialect = cart(call), call["cartItem"], call.dialect
    product = products.need(dialect, str(given.get("sku") or ""))
    if product.body["attrs"]["status"] != 1 or not product.body["websites"]:
        raise Refusal(NOT_THERE)
    quantity = given.get("qty") or 0
    quantity = quantity if quantity > 0 else 1
    chosen = _chosen(given)
    variant = _variant(dialect, product, chosen) if product.body["type"] == "configurable" else None
    row = next(
        (
            r
            for r in found.body["items"]
            if (r["product"], r["variant"]) == (product.id, variant and variant.id)
        ),
        None,
    )
    wanted = quantity + (row["quantity"] if row else 0)
    check_stock(dialect, variant or product, wanted)
    if row is None:
        row = {
            "id": dialect.shop.next_number("cart item"),
            "product": product.id,
            "variant": variant.id if variant else None,
            "chosen": chosen,
        }
        if variant is not None:
            dialect.shop.next_number("cart item")
        found.body["items"].append(row)
    row["quantity"] = wanted
    dialect.shop.put(found)
    return _shown(dialect, found, row)


def change_item(call: Call) -> dict[str, Any]:
    """Another number of pieces."""
    found, given = cart(call), call["cartItem"]
    row = _row(found, call["itemId"])
    quantity = given.get("qty") or 0
    line = _line(call.dialect, row)
    check_stock(call.dialect, line.goods, quantity)
    row["quantity"] = quantity if quantity > 0 else 1
    call.dialect.shop.put(found)
    return _shown(call.dialect, found, row)


def remove_item(call: Call) -> bool:
    """Take a row out."""
    found = cart(call)
    found.body["items"].remove(_row(found, call["itemId"]))
    call.dialect.shop.put(found)
    return True


def list_items(call: Call) -> list[dict[str, Any]]:
    """What lies in the cart."""
    found = cart(call)
    return [_shown(call.dialect, found, row) for row in found.body["items"]]


def _row(found: Document, id: int) -> Any:
    for row in found.body["items"]:
        if row["id"] == id:
            return row
    message = "The %1 Cart doesn't contain the %2 item."
    raise Refusal(message, [found.id, id], 404)


def _chosen(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    extension = (given.get("product_option") or {}).get("extension_attributes") or {}
    return [
        {"option_id": str(o.get("option_id")), "option_value": o.get("option_value")}
        for o in extension.get("configurable_item_options") or ()
    ]


def _variant(dialect: Magento, parent: Document, chosen: list[dict[str, Any]]) -> Document:
    wanted = {str(o["option_id"]): str(o["option_value"]) for o in chosen}
    options = [str(o["attribute_id"]) for o in parent.body["options"]]
    if not options or set(options) - set(wanted):
        raise Refusal("You need to choose options for your item.")
    codes = {id: attributes.by_id(dialect, int(id)) for id in options}
    for child in products.children(dialect, parent):
        values = child.body["attrs"]
        if all(one and str(values.get(one.code)) == wanted[id] for id, one in codes.items()):
            return child
    raise Refusal(
        "The product's required option(s) weren't entered. Make sure the options are entered and try again."
    )


def check_stock(dialect: Magento, goods: Document, quantity: float) -> None:
    """Refuse what the shop does not have."""
    stock = sources.stock_of_website(dialect, sources.BASE)
    stock_id = stock.id if stock else sources.DEFAULT_STOCK
    sku = goods.body["sku"]
    if not salable.is_salable(dialect, stock_id, sku):
        raise Refusal(NOT_THERE)
    if found := salable.reasons(dialect, stock_id, sku, quantity):
        raise Refusal(found[-1][1])


def _line(dialect: Magento, row: Mapping[str, Any]) -> Line:
    product = dialect.shop.get("product", row["product"])
    variant = dialect.shop.get("product", row["variant"]) if row["variant"] else None
    if product is None:
        raise Refusal(NOT_THERE)
    return Line(product, row["quantity"], variant, row["chosen"], row["id"])


def lines(dialect: Magento, found: Document) -> list[Line]:
    """A cart's rows as an order takes them."""
    return [_line(dialect, row) for row in found.body["items"]]


def _shown(dialect: Magento, found: Document, row: Mapping[str, Any]) -> dict[str, Any]:
    line = _line(dialect, row)
    shown: dict[str, Any] = {
        "item_id": row["id"],
        "sku": line.goods.body["sku"],
        "qty": row["quantity"],
        "name": line.product.body["attrs"]["name"],
        "price": cart_totals.price(dialect, line),
        "product_type": line.product.body["type"],
        "quote_id": str(found.id),
    }
    if row["chosen"]:
        extension = {"configurable_item_options": row["chosen"]}
        shown["product_option"] = {"extension_attributes": extension}
    return shown


def read(call: Call) -> dict[str, Any]:
    """The cart itself."""
    found, dialect = cart(call), call.dialect
    rows = [_shown(dialect, found, row) for row in found.body["items"]]
    is_virtual = bool(rows) and all(row["product_type"] == "virtual" for row in rows)
    currency = dialect.settings()["currency"]
    names = ("global", "base", "store", "quote")
    money: dict[str, Any] = {f"{name}_currency_code": currency for name in names}
    rates = ("store_to_base_rate", "store_to_quote_rate")
    money |= dict.fromkeys(rates, 0) | {"base_to_global_rate": 1, "base_to_quote_rate": 1}
    way = cart_totals.METHOD if found.body["has_method"] else None
    sending = {"address": _address(call, found, "shipping"), "method": way}
    sent = {"shipping": sending, "items": rows}
    return {
        "id": found.id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "is_active": True,
        "is_virtual": is_virtual,
        "items": rows,
        "items_count": len(rows),
        "items_qty": sum(row["qty"] for row in rows),
        "customer": _customer(call, found) or dict.fromkeys(("email", "firstname", "lastname")),
        "billing_address": _address(call, found, "billing"),
        "orig_order_id": 0,
        "currency": money,
        "customer_is_guest": found.body["customer"] is None,
        "customer_note_notify": True,
        "customer_tax_class_id": 3,
        "store_id": 1,
        "extension_attributes": {"shipping_assignments": [sent] if rows and not is_virtual else []},
    }


def _customer(call: Call, found: Document) -> dict[str, Any] | None:
    customer = call.dialect.shop.get("customer", found.body["customer"] or 0)
    return None if customer is None else customers.view(call, customer)


def _address(call: Call, found: Document, which: str) -> dict[str, Any]:
    customer, given = _customer(call, found), found.body[which]
    shown: dict[str, Any] = {"id": found.body["address_ids"][which]}
    shown |= dict.fromkeys(ADDRESS) | {"street": [""], "email": found.body["email"] or None}
    if customer is not None:
        shown |= {"customer_id": customer["id"], "email": customer["email"]}
    shown |= {"same_as_billing": int(which == "shipping"), "save_in_address_book": 0}
    return {**shown, **{k: v for k, v in (given or {}).items() if v is not None}}


GUESTS, SHOPPERS = "/V1/guest-carts/:cartId", "/V1/carts/mine"
CART = param("cartId", "string")
_ITEM, _ITEM_ID = param("cartItem", "CartItem"), param("itemId", "int")


def _routes(at: str, right: str, who: tuple[Any, ...]) -> tuple[Route, ...]:
    return (
        Route("GET", at, read, right, who),
        Route("GET", f"{at}/items", list_items, right, who),
        Route("POST", f"{at}/items", add_item, right, (*who, _ITEM)),
        Route("PUT", f"{at}/items/:itemId", change_item, right, (*who, _ITEM_ID, _ITEM)),
        Route("DELETE", f"{at}/items/:itemId", remove_item, right, (*who, _ITEM_ID)),
    )


ROUTES = (
    Route("POST", "/V1/guest-carts", open_for_guest, ANONYMOUS),
    Route("POST", "/V1/carts/mine", open_for_shopper, SELF),
    *_routes(GUESTS, ANONYMOUS, (CART,)),
    *_routes(SHOPPERS, SELF, ()),
)
