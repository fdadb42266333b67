"""What stands still: the account, marketplaces, categories, and what the seller has set in the panel."""

from __future__ import annotations

from typing import Any

from simulator.channels.allegro import terms
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import invalid, not_found
from simulator.channels.allegro.orders import DELIVERY
from simulator.channels.allegro.products import GTIN

ROOT = "954b95b6-43cf-4104-8354-dea4d9b10ddf"
Json = dict[str, Any]
TREE = {  # {id: (name, its parent)}
    "5": ("Dom i Ogród", ROOT),
    "122640": ("Oświetlenie", "5"),
    "257687": ("Wyposażenie", "5"),
    "257688": ("Tekstylia", "5"),
    "42540aec-367a-4e5e-b411-17c09b08e41f": ("Elektronika", ROOT),
    "4203": ("Słuchawki", "42540aec-367a-4e5e-b411-17c09b08e41f"),
}


def me(call: Call) -> Answer:
    """GET /me"""
    given = call.store.given
    login = given("login")
    return Answer(
        body={
            "id": given("seller_id"),
            "login": login,
            "firstName": "Maria",
            "lastName": "Wójcik",
            "email": f"{login}@shop.example",
            "baseMarketplace": {"id": call.store.marketplace},
            "company": {"name": "Staging shop", "taxId": "5252674798"},
            "features": ["SuperSeller"],
        }
    )


def marketplaces(call: Call) -> Answer:
    """GET /marketplaces: the account's own"""
    language = {"code": "pl-PL"}
    row = {
        "id": call.store.marketplace,
        "languages": {"offerCreation": [language], "offerDisplay": [language]},
        "currencies": {"base": {"code": call.store.currency}, "additional": []},
        "shippingCountries": [{"code": call.store.given("country")}],
    }
    return Answer(body={"marketplaces": [row]})


# -- categories -----------------------------------------------------------------------------------


def _category(id: str) -> Json:
    name, parent = TREE[id]
    leaf = all(above != id for _, above in TREE.values())
    shown: Json = {"id": id, "name": name, "leaf": leaf}
    shown["options"] = {
        "advertisement": False,
        "offersWithProductPublicationEnabled": leaf,
        "productCreationEnabled": leaf,
        "sellerCanRequirePurchaseComments": False,
    }
    return shown if parent == ROOT else {**shown, "parent": {"id": parent}}


def categories(call: Call) -> Answer:
    """GET /sale/categories: those under one, or the topmost"""
    parent = call.text("parent.id") or ROOT
    if parent != ROOT and parent not in TREE:
        raise not_found(call.path)
    rows = [_category(id) for id, (_, above) in TREE.items() if above == parent]
    return Answer(body={"categories": rows})


def category(call: Call, id: str) -> Answer:
    """GET /sale/categories/{categoryId}"""
    if id not in TREE:
        raise not_found(call.path)
    return Answer(body=_category(id))


def parameters(call: Call, id: str) -> Answer:
    """GET …/parameters and …/product-parameters: state, brand and GTIN"""
    if id not in TREE:
        raise not_found(call.path)
    if call.path.endswith("/product-parameters"):
        return Answer(body={"parameters": [_text("17448", "Marka"), _text(GTIN, "EAN (GTIN)")]})
    options = {"describesProduct": True, "customValuesEnabled": True}
    rows = [
        {**_text(number, name), "options": options, "requiredForProduct": False}
        for number, name in (("17448", "Marka"), (GTIN, "EAN (GTIN)"))
    ]
    state = {
        "id": "11323",
        "name": "Stan",
        "type": "dictionary",
        "required": False,
        "requiredForProduct": False,
        "unit": None,
        "options": {"describesProduct": False, "customValuesEnabled": False},
        "restrictions": {"multipleChoices": False},
        "dictionary": [
            {"id": "11323_1", "value": "Nowy", "dependsOnValueIds": []},
            {"id": "11323_2", "value": "Używany", "dependsOnValueIds": []},
        ],
    }
    return Answer(body={"parameters": [state, *rows]})


def _text(id: str, name: str) -> Json:
    limits = {"minLength": 1, "maxLength": 50, "allowedNumberOfValues": 1}
    shown = {"id": id, "name": name, "type": "string", "required": False, "unit": None}
    return {**shown, "restrictions": limits}


def matching(call: Call) -> Answer:
    """GET /sale/matching-categories: always the same leaf"""
    if call.text("name") is None:
        raise invalid("is required", "name")
    top = {"id": "5", "name": TREE["5"][0]}
    row = {"id": "257687", "name": TREE["257687"][0], "parent": top}
    return Answer(body={"matchingCategories": [row]})


def tax_settings(call: Call) -> Answer:
    """GET /sale/tax-settings"""
    if call.text("category.id") is None:
        raise invalid("is required", "category.id", 400)
    rates = [
        {"label": f"{rate}%", "value": rate, "exemptionRequired": False}
        for rate in ("23.00", "8.00", "5.00", "0.00")
    ]
    return Answer(
        body={
            "subjects": [{"label": "Towar", "value": "GOODS"}],
            "rates": [{"countryCode": call.store.given("country"), "values": rates}],
            "exemptions": [],
        }
    )


# -- the seller's settings ------------------------------------------------------------------------


def shipping_rates(call: Call) -> Answer:
    """GET /sale/shipping-rates"""
    row = {
        "id": terms.id_of(call.store, "delivery", "shippingRates"),
        "name": terms.NAMES["delivery"]["shippingRates"],
        "features": {"managedByAllegro": False, "isFulfillment": False},
        "marketplaces": [{"id": call.store.marketplace}],
    }
    return Answer(body={"shippingRates": [row]})


def shipping_rate(call: Call, id: str) -> Answer:
    """GET /sale/shipping-rates/{id}"""
    if id != terms.id_of(call.store, "delivery", "shippingRates"):
        raise not_found(call.path)
    cost = {"amount": call.store.given("delivery_cost"), "currency": call.store.currency}
    rate = {
        "deliveryMethod": {"id": DELIVERY["id"]},
        "maxQuantityPerPackage": 10,
        "firstItemRate": cost,
        "nextItemRate": cost,
    }
    name = terms.NAMES["delivery"]["shippingRates"]
    return Answer(body={"id": id, "name": name, "rates": [rate], "type": "PHYSICAL"})


def delivery_methods(call: Call) -> Answer:
    """GET /sale/delivery-methods"""
    country = call.store.given("country")
    row = {
        **DELIVERY,
        "marketplaces": [call.store.marketplace],
        "paymentPolicy": "IN_ADVANCE",
        "allegroEndorsed": True,
        "dispatchCountry": country,
        "destinationCountry": country,
    }
    return Answer(body={"deliveryMethods": [row]})


def return_policies(call: Call) -> Answer:
    """GET /after-sales-service-conditions/return-policies"""
    row = {
        "id": terms.id_of(call.store, "afterSalesServices", "returnPolicy"),
        "isFulfillment": False,
        "seller": {"id": call.store.given("seller_id")},
        "name": terms.NAMES["afterSalesServices"]["returnPolicy"],
        "availability": {"range": "FULL", "restrictionCause": None},
        "withdrawalPeriod": "P14D",
        "returnCost": {"coveredBy": "BUYER"},
        "address": None,
        "contact": None,
        "options": None,
    }
    return Answer(body={"count": 1, "returnPolicies": [row]})


def warranties(call: Call) -> Answer:
    """GET …/warranties and …/implied-warranties"""
    implied = call.path.endswith("implied-warranties")
    one, many = ("impliedWarranty", "impliedWarranties") if implied else ("warranty", "warranties")
    part = "afterSalesServices"
    row = {"id": terms.id_of(call.store, part, one), "name": terms.NAMES[part][one]}
    return Answer(body={"count": 1, many: [row]})


def responsible(call: Call) -> Answer:
    """GET /sale/responsible-producers and /sale/responsible-persons: none entered"""
    name = "responsibleProducers" if call.path.endswith("producers") else "responsiblePersons"
    return Answer(body={name: [], "count": 0, "totalCount": 0})


POLICIES = "/after-sales-service-conditions"
ROUTES = (
    Route("GET", "/me", me),
    Route("GET", "/marketplaces", marketplaces, is_public=True),
    Route("GET", "/sale/categories", categories, is_public=True),
    Route("GET", "/sale/categories/<id>", category, is_public=True),
    Route("GET", "/sale/categories/<id>/parameters", parameters, is_public=True),
    Route("GET", "/sale/categories/<id>/product-parameters", parameters, is_public=True),
    Route("GET", "/sale/matching-categories", matching, is_public=True),
    Route("GET", "/sale/tax-settings", tax_settings, is_public=True),
    Route("GET", "/sale/shipping-rates", shipping_rates),
    Route("GET", "/sale/shipping-rates/<id>", shipping_rate),
    Route("GET", "/sale/delivery-methods", delivery_methods, is_public=True),
    Route("GET", f"{POLICIES}/return-policies", return_policies),
    Route("GET", f"{POLICIES}/implied-warranties", warranties),
    Route("GET", f"{POLICIES}/warranties", warranties),
    Route("GET", "/sale/responsible-producers", responsible),
    Route("GET", "/sale/responsible-persons", responsible),
)
