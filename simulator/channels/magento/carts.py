"""Carts of guests and shoppers, up to the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import (
    cart_totals,
    placing,
    products,
    regions,
    salable,
    search,
    sources,
)
from simulator.channels.magento.calls import ANONYMOUS, SELF, Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_such
from simulator.channels.magento.kinds import words
from simulator.channels.magento.placing import Line, Placing
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ADDRESS = words(
    "region region_id region_code country_id street telephone postcode city firstname lastname email"
)
METHOD, METHOD_TITLE = "flatrate_flatrate", "Flat Rate - Fixed"
PAYMENTS = {"checkmo": "Check / Money order", "free": "No Payment Information Required"}
NOT_THERE = "Product that you are trying to add is not available."
TOO_MANY = "The requested qty is not available"
NEEDED = (
    ("firstname", "firstname"),
    ("lastname", "lastname"),
    ("street", "street"),
    ("city", "city"),
    ("telephone", "telephone"),
    ("postcode", "postcode"),
    ("country_id", "countryId"),
)


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
    _check_stock(dialect, variant or product, wanted)
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
    _check_stock(call.dialect, line.goods, quantity)
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
    from simulator.channels.magento import attributes

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


def _check_stock(dialect: Magento, goods: Document, quantity: float) -> None:
    stock = sources.stock_of_website(dialect, sources.BASE)
    stock_id = stock.id if stock else sources.DEFAULT_STOCK
    sku = goods.body["sku"]
    if not salable.is_salable(dialect, stock_id, sku):
        raise Refusal(NOT_THERE)
    if not salable.allows(dialect, stock_id, sku, quantity):
        raise Refusal(TOO_MANY)


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


# -- addresses, shipping, payment ---------------------------------------------------------------------


def shipping_methods(call: Call) -> list[dict[str, Any]]:
    """How the cart could be sent."""
    found = cart(call)
    amount = cart_totals.shipping(call.dialect, lines(call.dialect, found))
    return [
        {
            "carrier_code": "flatrate",
            "method_code": "flatrate",
            "carrier_title": "Flat Rate",
            "method_title": "Fixed",
            "amount": amount,
            "base_amount": amount,
            "available": True,
            "error_message": "",
            "price_excl_tax": amount,
            "price_incl_tax": amount,
        }
    ]


def set_shipping(call: Call) -> dict[str, Any]:
    """Where and how the cart is sent; gives payment methods and totals."""
    found, given, dialect = cart(call), call["addressInformation"], call.dialect
    address = given.get("shipping_address")
    if not found.body["items"]:
        raise Refusal(
            "The shipping method can't be set for an empty cart. Add an item to cart and try again."
        )
    if not address or not address.get("country_id"):
        raise Refusal("The shipping address is missing. Set the address and try again.")
    method = f"{given.get('shipping_carrier_code')}_{given.get('shipping_method_code')}"
    if method != METHOD:
        message = "Carrier with such method not found: %1, %2"
        raise Refusal(
            message, [given.get("shipping_carrier_code"), given.get("shipping_method_code")]
        )
    found.body["shipping"] = _address(address)
    if given.get("billing_address"):
        found.body["billing"] = _address(given["billing_address"])
    found.body["email"] = address.get("email") or found.body["email"]
    found.body["has_method"] = True
    dialect.shop.put(found)
    totals = cart_totals.totals(dialect, lines(dialect, found), found)
    return {"payment_methods": payments(call), "totals": totals}


def set_billing(call: Call) -> int:
    """Who pays; gives the address's number."""
    found = cart(call)
    found.body["billing"] = _address(call["address"])
    found.body["email"] = call["address"].get("email") or found.body["email"]
    call.dialect.shop.put(found)
    return call.dialect.shop.next_number("cart address")


def _address(given: Mapping[str, Any]) -> dict[str, Any]:
    address = {
        k: v for k, v in given.items() if k not in ("extension_attributes", "custom_attributes")
    }
    region = regions.by_id(str(address.get("country_id")), address.get("region_id"))
    if region is not None:
        address |= {"region": region.name, "region_code": region.code}
    return address


def payments(call: Call) -> list[dict[str, Any]]:
    """How the cart could be paid."""
    return [{"code": "checkmo", "title": PAYMENTS["checkmo"]}]


def totals(call: Call) -> dict[str, Any]:
    """What the cart comes to."""
    found = cart(call)
    return cart_totals.totals(call.dialect, lines(call.dialect, found), found)


def read(call: Call) -> dict[str, Any]:
    """The cart itself."""
    found, dialect = cart(call), call.dialect
    rows = [_shown(dialect, found, row) for row in found.body["items"]]
    currency = dialect.settings()["currency"]
    names = ("global", "base", "store", "quote")
    money: dict[str, Any] = {f"{name}_currency_code": currency for name in names}
    rates = ("store_to_base_rate", "store_to_quote_rate")
    money |= dict.fromkeys(rates, 0) | {"base_to_global_rate": 1, "base_to_quote_rate": 1}
    return {
        "id": found.id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "is_active": True,
        "is_virtual": False,
        "items": rows,
        "items_count": len(rows),
        "items_qty": sum(row["qty"] for row in rows),
        "customer": {"email": None, "firstname": None, "lastname": None},
        "billing_address": dict.fromkeys(ADDRESS) | (found.body["billing"] or {}),
        "orig_order_id": 0,
        "currency": money,
        "customer_is_guest": found.body["customer"] is None,
        "customer_note_notify": True,
        "customer_tax_class_id": 3,
        "store_id": 1,
        "extension_attributes": {"shipping_assignments": []},
    }


# -- the order ------------------------------------------------------------------------------------------


def order(call: Call) -> int:
    """Make an order of the cart; gives its number."""
    found, dialect = cart(call), call.dialect
    chosen = lines(dialect, found)
    if not chosen:
        raise Refusal("The shipping address is missing. Set the address and try again.")
    shipping = found.body["shipping"]
    billing = found.body["billing"] or shipping
    is_virtual = all(line.product.body["type"] == "virtual" for line in chosen)
    if not is_virtual:
        _check_address(shipping, "shipping")
        if not found.body["has_method"]:
            raise Refusal(
                "The shipping method is missing. Select the shipping method and try again."
            )
    _check_address(billing, "billing")
    method = (call.args.get("paymentMethod") or {}).get("method") or "checkmo"
    if method not in PAYMENTS:
        raise Refusal("The requested Payment Method is not available.")
    customer = dialect.shop.get("customer", found.body["customer"] or 0)
    email = customer.body["email"] if customer else found.body["email"]
    if not email:
        raise Refusal("Email has a wrong format")
    for line in chosen:
        _check_stock(dialect, line.goods, line.quantity)
    placed = placing.place(
        dialect,
        Placing(
            lines=chosen,
            billing=billing,
            shipping=None if is_virtual else shipping,
            email=email,
            method=METHOD,
            method_title=METHOD_TITLE,
            shipping_amount=cart_totals.shipping(dialect, chosen),
            payment=method,
            payment_title=PAYMENTS[method],
            customer=customer,
            quote_id=found.id,
        ),
    )
    found.body["is_active"] = False
    dialect.shop.put(found)
    return placed.id


def pay_and_order(call: Call) -> int:
    """Set who pays and how, and make an order of the cart."""
    found = cart(call)
    if call["billingAddress"]:
        found.body["billing"] = _address(call["billingAddress"])
    found.body["email"] = call.args.get("email") or found.body["email"]
    call.dialect.shop.put(found)
    return order(call)


def _check_address(address: Mapping[str, Any] | None, kind: str) -> None:
    """Everything an address needs; some countries' need the number of a region."""
    if not address:
        raise Refusal(f"Please check the {kind} address information. ")
    absent = [name for key, name in NEEDED if not address.get(key)]
    country = str(address.get("country_id") or "")
    if country in regions.DEMANDING and regions.by_id(country, address.get("region_id")) is None:
        absent.append("regionId")
    if absent:
        told = " ".join(f'"{name}" is required. Enter and try again.' for name in absent)
        message = f"Please check the {kind} address information. %1"
        raise Refusal(message, [told])


_CART, _ITEM = param("cartId", "string"), param("cartItem", "CartItem")
_METHOD, _INFORMATION = (
    maybe("paymentMethod", "PaymentMethod"),
    param("addressInformation", "ShippingInformation"),
)
_ADDRESS = param("address", "Address")


def _routes(at: str, right: str, who: tuple[Any, ...]) -> tuple[Route, ...]:
    item_id = param("itemId", "int")
    pay = (*who, param("paymentMethod", "PaymentMethod"), maybe("billingAddress", "Address"))
    if who:
        pay = (*pay, param("email", "string"))
    return (
        Route("GET", at, read, right, who),
        Route("GET", f"{at}/items", list_items, right, who),
        Route("POST", f"{at}/items", add_item, right, (*who, _ITEM)),
        Route("PUT", f"{at}/items/:itemId", change_item, right, (*who, item_id, _ITEM)),
        Route("DELETE", f"{at}/items/:itemId", remove_item, right, (*who, item_id)),
        Route("POST", f"{at}/estimate-shipping-methods", shipping_methods, right, (*who, _ADDRESS)),
        Route("GET", f"{at}/shipping-methods", shipping_methods, right, who),
        Route("POST", f"{at}/shipping-information", set_shipping, right, (*who, _INFORMATION)),
        Route("POST", f"{at}/billing-address", set_billing, right, (*who, _ADDRESS)),
        Route("GET", f"{at}/payment-methods", payments, right, who),
        Route("GET", f"{at}/totals", totals, right, who),
        Route("PUT", f"{at}/order", order, right, (*who, _METHOD)),
        Route("POST", f"{at}/payment-information", pay_and_order, right, pay),
    )


ROUTES = (
    Route("POST", "/V1/guest-carts", open_for_guest, ANONYMOUS),
    Route("POST", "/V1/carts/mine", open_for_shopper, SELF),
    *_routes("/V1/guest-carts/:cartId", ANONYMOUS, (_CART,)),
    *_routes("/V1/carts/mine", SELF, ()),
)
