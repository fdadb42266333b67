"""From a cart to an order: addresses, shipping, payment, and the order itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.magento import cart_totals, placing, regions
from simulator.channels.magento.calls import ANONYMOUS, SELF, Call, Route, maybe, param
from simulator.channels.magento.cart_items import CART, GUESTS, SHOPPERS, cart, check_stock, lines
from simulator.channels.magento.errors import Refusal
from simulator.channels.magento.placing import Placing

METHOD, METHOD_TITLE = cart_totals.METHOD, "Flat Rate - Fixed"
PAYMENTS = {"checkmo": "Check / Money order", "free": "No Payment Information Required"}
NEEDED = (
    ("firstname", "firstname"),
    ("lastname", "lastname"),
    ("street", "street"),
    ("city", "city"),
    ("telephone", "telephone"),
    ("postcode", "postcode"),
    ("country_id", "countryId"),
)


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
    return int(found.body["address_ids"]["billing"])


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
        check_stock(dialect, line.goods, line.quantity)
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


_METHOD = maybe("paymentMethod", "PaymentMethod")
_INFORMATION = param("addressInformation", "ShippingInformation")
_ADDRESS = param("address", "Address")


def _routes(at: str, right: str, who: tuple[Any, ...]) -> tuple[Route, ...]:
    pay = (*who, param("paymentMethod", "PaymentMethod"), maybe("billingAddress", "Address"))
    if who:
        pay = (*pay, param("email", "string"))
    return (
        Route("POST", f"{at}/estimate-shipping-methods", shipping_methods, right, (*who, _ADDRESS)),
        Route("GET", f"{at}/shipping-methods", shipping_methods, right, who),
        Route("POST", f"{at}/shipping-information", set_shipping, right, (*who, _INFORMATION)),
        Route("POST", f"{at}/billing-address", set_billing, right, (*who, _ADDRESS)),
        Route("GET", f"{at}/payment-methods", payments, right, who),
        Route("GET", f"{at}/totals", totals, right, who),
        Route("PUT", f"{at}/order", order, right, (*who, _METHOD)),
        Route("POST", f"{at}/payment-information", pay_and_order, right, pay),
    )


ROUTES = (*_routes(GUESTS, ANONYMOUS, (CART,)), *_routes(SHOPPERS, SELF, ()))
