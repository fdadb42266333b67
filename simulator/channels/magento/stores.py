"""Websites, store groups and views, customer groups, and the directory of countries."""

from __future__ import annotations

from typing import Any

from simulator.channels.magento import regions, search
from simulator.channels.magento.calls import ANONYMOUS, Call, Route, maybe, param
from simulator.channels.magento.errors import no_such, not_found

VIEWS = (  # id, code, name
    (1, "default", "Default Store View"),
    (0, "admin", "Admin"),
    (2, "pl", "Polski"),
)
GROUPS = ((0, "NOT LOGGED IN"), (1, "General"), (2, "Wholesale"), (3, "Retailer"))
EVERYBODY = 32000  # the number of all groups together
STORE_NAME = "Main Website\nMain Website Store\nDefault Store View"
SYMBOLS = {"PLN": "zł", "EUR": "€", "USD": "$", "GBP": "£"}
STATIC_VERSION = "version1795320161"


def websites(call: Call) -> list[dict[str, Any]]:
    """All websites, that of the admin panel too."""
    return [
        {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
        {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
    ]


def views(call: Call) -> list[dict[str, Any]]:
    """All store views."""
    return [
        {
            "id": id,
            "code": code,
            "name": name,
            "website_id": min(id, 1),
            "store_group_id": min(id, 1),
            "is_active": 1,
        }
        for id, code, name in VIEWS
    ]


def store_groups(call: Call) -> list[dict[str, Any]]:
    """All groups of store views."""
    shown = []
    for id, name, code in (
        (0, "Default", "default"),
        (1, "Main Website Store", "main_website_store"),
    ):
        shown.append(
            {
                "id": id,
                "website_id": id,
                "root_category_id": 2 * id,
                "default_store_id": id,
                "name": name,
                "code": code,
            }
        )
    return shown


def configs(call: Call) -> list[dict[str, Any]]:
    """How the store views are set: currencies, zone, addresses."""
    settings, home = call.dialect.settings(), call.base_url
    shown = []
    for id, code, _ in VIEWS:
        if id == 0 or (call["storeCodes"] and code not in call["storeCodes"]):
            continue
        one: dict[str, Any] = {
            "id": id,
            "code": code,
            "website_id": 1,
            "locale": "en_US",
            "base_currency_code": settings["currency"],
            "default_display_currency_code": settings["currency"],
            "timezone": settings["zone"],
            "weight_unit": "lbs",
        }
        for secure in ("", "secure_"):
            one[f"{secure}base_url"] = one[f"{secure}base_link_url"] = home
            one[f"{secure}base_static_url"] = f"{home}static/{STATIC_VERSION}/"
            one[f"{secure}base_media_url"] = f"{home}media/"
        shown.append(one)
    return shown


def customer_groups(call: Call) -> dict[str, Any]:
    """Groups of customers by criteria."""
    rows = [_group(id, code) for id, code in GROUPS]
    criteria = call["searchCriteria"]
    shown, total = search.plain(rows, criteria, rows[0])
    return search.answer(shown, criteria, total)


def customer_group(call: Call) -> dict[str, Any]:
    """One group of customers."""
    for id, code in GROUPS:
        if id == call["id"]:
            return _group(id, code)
    raise no_such("id", call["id"])


def _group(id: int, code: str) -> dict[str, Any]:
    return {"id": id, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}


def currency(call: Call) -> dict[str, Any]:
    """The shop's currency."""
    code = call.dialect.settings()["currency"]
    symbol = SYMBOLS.get(code, code)
    return {
        "base_currency_code": code,
        "base_currency_symbol": symbol,
        "default_display_currency_code": code,
        "default_display_currency_symbol": symbol,
        "available_currency_codes": [code],
        "exchange_rates": [{"currency_to": code, "rate": 1}],
    }


def countries(call: Call) -> list[dict[str, Any]]:
    """The countries that may be shipped to."""
    return [_country(code) for code in regions.COUNTRIES]


def country(call: Call) -> dict[str, Any]:
    """One country with its regions."""
    if call["countryId"] not in regions.COUNTRIES:
        raise not_found("The country isn't available.")
    return _country(call["countryId"])


def _country(code: str) -> dict[str, Any]:
    letters, name = regions.COUNTRIES[code]
    shown: dict[str, Any] = {
        "id": code,
        "two_letter_abbreviation": code,
        "three_letter_abbreviation": letters,
        "full_name_locale": name,
        "full_name_english": name,
    }
    if parts := regions.listed(code):
        shown["available_regions"] = parts
    return shown


_STORE, _GROUP = "Magento_Backend::store", "Magento_Customer::group"
ROUTES = (
    Route("GET", "/V1/store/websites", websites, _STORE),
    Route("GET", "/V1/store/storeViews", views, _STORE),
    Route("GET", "/V1/store/storeGroups", store_groups, _STORE),
    Route("GET", "/V1/store/storeConfigs", configs, _STORE, (maybe("storeCodes", "string[]"),)),
    Route("GET", "/V1/customerGroups/search", customer_groups, _GROUP, search.CRITERIA),
    Route("GET", "/V1/customerGroups/:id", customer_group, _GROUP, (param("id", "int"),)),
    Route("GET", "/V1/directory/currency", currency, ANONYMOUS),
    Route("GET", "/V1/directory/countries", countries, ANONYMOUS),
    Route(
        "GET",
        "/V1/directory/countries/:countryId",
        country,
        ANONYMOUS,
        (param("countryId", "string"),),
    ),
)
