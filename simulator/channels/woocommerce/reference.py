"""What agents read about the shop itself: currencies, system status, shipping and payment methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.channels.woocommerce import currencies
from simulator.channels.woocommerce.calls import (
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError

VERSION, WORDPRESS = "11.0.1", "7.1"
SHIPPING = {
    "flat_rate": "Flat rate",
    "free_shipping": "Free shipping",
    "local_pickup": "Local pickup",
    "pickup_location": "Local pickup",
}
GATEWAYS = {
    "bacs": "Direct bank transfer",
    "cheque": "Check payments",
    "cod": "Cash on delivery",
}
GATEWAY_ARGS: dict[str, Schema] = {
    "title": {"type": "string"},
    "description": {"type": "string"},
    "order": {"type": "integer"},
    "enabled": {"type": "boolean"},
}
DATA = {
    "continents": "List of supported continents, countries, and states.",
    "currencies": "List of supported currencies.",
    "countries": "List of supported states in a given country.",
}


def _counted(rows: list[Any]) -> Reply:
    return Reply(rows, headers={"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})


def _links(call: Call, collection: str, id: str, methods: Sequence[str] = GET) -> dict[str, Any]:
    return item_links(call, f"{collection}/{id}", collection, methods=methods)


def _data(call: Call) -> Reply:
    rows = [
        {"slug": name, "description": words, "_links": _links(call, "/data", name)}
        for name, words in DATA.items()
    ]
    return Reply(rows)


def _currency(call: Call, code: str) -> Reply:
    name, symbol = currencies.NAMES[code]
    body = {"code": code, "name": name, "symbol": symbol}
    return Reply(body, links=_links(call, "/data/currencies", code))


def _currencies(call: Call) -> Reply:
    return Reply([_currency(call, code).whole() for code in sorted(currencies.NAMES)])


def _current(call: Call) -> Reply:
    return _currency(call, str(call.dialect.option("woocommerce_currency")))


def _one_currency(call: Call) -> Reply:
    code = str(call.params["currency"]).upper()
    if code not in currencies.NAMES:
        raise WooError(
            "woocommerce_rest_data_invalid_currency",
            "There are no currencies matching these parameters.",
            404,
        )
    return _currency(call, code)


def _system(call: Call) -> Reply:
    counts = [
        {"type": kind, "count": str(sum(1 for _ in call.shop.all(kind)))}
        for kind in ("product", "coupon")
    ]
    body = {
        "environment": _environment(call),
        "database": {"wc_database_version": VERSION, "database_prefix": "wp_"},
        "active_plugins": [],
        "inactive_plugins": [],
        "theme": {"name": "Storefront", "version": "1"},
        "settings": _shop_settings(call),
        "security": {"secure_connection": True, "hide_errors": True},
        "pages": [],
        "post_type_counts": counts,
    }
    return Reply(body)


def _environment(call: Call) -> dict[str, Any]:
    return {
        "home_url": call.dialect.home,
        "site_url": call.dialect.home,
        "version": VERSION,
        "wp_version": WORDPRESS,
        "wp_multisite": False,
        "wp_debug_mode": False,
        "wp_cron": False,
        "language": "en_US",
        "php_version": "8.2",
        "max_upload_size": 1073741824,
        "default_timezone": "UTC",
    }


def _shop_settings(call: Call) -> dict[str, Any]:
    option = call.dialect.option
    currency = str(option("woocommerce_currency"))
    return {
        "api_enabled": False,
        "force_ssl": False,
        "currency": currency,
        "currency_symbol": currencies.symbol(currency),
        "currency_position": "left",
        "thousand_separator": option("woocommerce_price_thousand_sep"),
        "decimal_separator": option("woocommerce_price_decimal_sep"),
        "number_of_decimals": int(option("woocommerce_price_num_decimals") or 0),
        "geolocation_enabled": False,
        "taxonomies": {},
        "product_visibility_terms": {},
        "HPOS_enabled": True,
        "HPOS_sync_enabled": False,
    }


def _shipping(call: Call, id: str) -> Reply:
    body = {"id": id, "title": SHIPPING[id], "description": ""}
    return Reply(body, links=_links(call, "/shipping_methods", id))


def _gateway(call: Call, place: int, id: str) -> Reply:
    kept = call.shop.setting(f"gateway {id}", {})
    body = {
        "id": id,
        "title": kept.get("title", GATEWAYS[id]),
        "description": kept.get("description", ""),
        "order": kept.get("order", place),
        "enabled": kept.get("enabled", False),
        "method_title": GATEWAYS[id],
        "method_description": "",
        "method_supports": ["products"],
        "settings": {},
        "needs_setup": False,
    }
    return Reply(body, links=_links(call, "/payment_gateways", id, (*GET, *UPDATE)))


def _one_shipping(call: Call) -> Reply:
    if call.params["id"] not in SHIPPING:
        raise WooError("woocommerce_rest_shipping_method_invalid", "Resource does not exist.", 404)
    return _shipping(call, str(call.params["id"]))


def _one_gateway(call: Call) -> Reply:
    if call.params["id"] not in GATEWAYS:
        raise WooError("woocommerce_rest_payment_gateway_invalid", "Resource does not exist.", 404)
    id = str(call.params["id"])
    return _gateway(call, list(GATEWAYS).index(id), id)


def _change_gateway(call: Call) -> Reply:
    _one_gateway(call)
    name = f"gateway {call.params['id']}"
    sent = {k: call.params[k] for k in GATEWAY_ARGS if call.params.get(k) is not None}
    call.shop.set_setting(name, {**call.shop.setting(name, {}), **sent})
    return _one_gateway(call)


def _read(pattern: str, handle: Any, action: str = "list") -> Route:
    return Route(pattern, (Endpoint(GET, may(action), handle),))


ROUTES = (
    _read("/data", _data),
    _read("/data/currencies", _currencies),
    _read("/data/currencies/current", _current, "view"),
    _read(r"/data/currencies/(?P<currency>[\w-]{3})", _one_currency, "view"),
    _read("/system_status", _system),
    _read("/shipping_methods", lambda c: _counted([_shipping(c, id).whole() for id in SHIPPING])),
    _read(r"/shipping_methods/(?P<id>[\w-]+)", _one_shipping, "view"),
    _read(
        "/payment_gateways",
        lambda c: _counted([_gateway(c, n, id).whole() for n, id in enumerate(GATEWAYS)]),
    ),
    Route(
        r"/payment_gateways/(?P<id>[\w-]+)",
        (
            Endpoint(GET, may("view"), _one_gateway),
            Endpoint(UPDATE, may("edit"), _change_gateway, GATEWAY_ARGS),
        ),
    ),
)
