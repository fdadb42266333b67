"""The shop's options: WordPress's named values, as its settings pages and programs know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULTS: dict[str, Any] = {
    "woocommerce_calc_taxes": "yes",
    "woocommerce_currency": "PLN",
    "woocommerce_default_country": "PL",
    "woocommerce_feature_fulfillments_enabled": "no",
    "woocommerce_hide_out_of_stock_items": "no",
    "woocommerce_hold_stock_minutes": "60",
    "woocommerce_manage_stock": "yes",
    "woocommerce_notify_low_stock_amount": "2",
    "woocommerce_notify_no_stock_amount": "0",
    "woocommerce_price_decimal_sep": ".",
    "woocommerce_price_num_decimals": "2",
    "woocommerce_price_thousand_sep": ",",
    "woocommerce_prices_include_tax": "yes",
    "woocommerce_tax_based_on": "shipping",
}


def from_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a set-up's settings (currency, country, prices_include_tax) ask for."""
    options = dict(DEFAULTS)
    if "currency" in settings:
        options["woocommerce_currency"] = settings["currency"]
    if "country" in settings:
        options["woocommerce_default_country"] = settings["country"]
    if "prices_include_tax" in settings:
        include = settings["prices_include_tax"]
        options["woocommerce_prices_include_tax"] = "yes" if include else "no"
    return {**options, **(settings.get("options") or {})}
