"""New listings as Amazon takes them: every attribute, in the marketplace's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.channels.amazon import mapping
from agent.channels.amazon.places import Place
from agent.channels.amazon.settings import Settings
from agent.channels.amazon.variants import parent as as_parent
from agent.model.change import CreateListing
from agent.model.family import Family

Document = dict[str, Any]
EXEMPTION = "supplier_declared_has_product_identifier_exemption"
CODES = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}  # by their digits
TERMS = frozenset(  # of an offer, and of one article: the head of a family has none
    {"condition_type", "fulfillment_availability", "purchasable_offer", "skip_offer", "list_price"}
)
# Attributes that are no words, though their values are written as text.
CODED = frozenset({"condition_type", "country_of_origin", "supplier_declared_dg_hz_regulation"})


def listing(
    change: CreateListing, own: Mapping[str, Any], product_type: str, settings: Settings
) -> Document:
    """A new listing that cannot be bought yet. `own` says its place among variants."""
    place, shown, details = settings.place, change.shown, change.details
    found: Document = {
        "item_name": [mapping.worded(details.title or change.sku, place)],
        "brand": [mapping.worded(brand(change, settings), place)],
        "condition_type": [_coded(settings.condition, place)],
        "skip_offer": [_coded(True, place)],
        "fulfillment_availability": [_shelf(shown.quantity, settings)],
    }
    if shown.price is not None:
        found["purchasable_offer"] = [mapping.price_of(shown, place)]
    if details.description:
        found["product_description"] = [mapping.worded(details.description, place)]
    if details.image:
        image = {"media_location": details.image, "marketplace_id": place.id}
        found["main_product_image_locator"] = [image]
    if details.weight_g is not None:
        weight = {"unit": "grams", "value": details.weight_g, "marketplace_id": place.id}
        found["item_weight"] = [weight]
    if details.gtin:
        kind = CODES.get(len(details.gtin), "gtin")
        code = {"type": kind, "value": details.gtin, "marketplace_id": place.id}
        found["externally_assigned_product_identifier"] = [code]
    more = _stated(settings)
    if details.gtin:
        more.pop(EXEMPTION, None)
    return _document(product_type, {**found, **more, **_here(own, place)})


def parent(
    change: CreateListing, family: Family, theme: str, product_type: str, settings: Settings
) -> Document:
    """The head of a family, which nobody buys. What its first variant says of the goods is said too."""
    place = settings.place
    more = {name: value for name, value in _stated(settings).items() if name not in TERMS}
    facts = {"brand": [mapping.worded(brand(change, settings), place)], **more}
    if change.details.description:
        facts["product_description"] = [mapping.worded(change.details.description, place)]
    return _document(product_type, {**facts, **_here(as_parent(family, theme), place)})


def brand(change: CreateListing, settings: Settings) -> str:
    """Whose make it is, "" when nobody says."""
    return change.details.brand or settings.brand


def _document(product_type: str, attributes: Document) -> Document:
    return {"productType": product_type, "requirements": "LISTING", "attributes": attributes}


def _shelf(quantity: int | None, settings: Settings) -> Document:
    found: Document = {
        "fulfillment_channel_code": mapping.OURS,
        "quantity": max(0, quantity or 0),
    }
    if settings.handling_days is not None:
        found["lead_time_to_ship_max_days"] = settings.handling_days
    return found


def _stated(settings: Settings) -> Document:
    """The attributes of tally.yaml: whole ones as they stand, plain values in Amazon's shape."""
    place = settings.place
    found: Document = {}
    for name, value in settings.attributes.items():
        if isinstance(value, list):
            found[name] = value
        elif isinstance(value, str) and name not in CODED:
            found[name] = [mapping.worded(value, place)]
        else:
            found[name] = [_coded(value, place)]
    return found


def _coded(value: Any, place: Place) -> Document:
    return {"value": value, "marketplace_id": place.id}


def _here(attributes: Mapping[str, Any], place: Place) -> Document:
    """The attributes that tie a family together, on this marketplace and in its language."""
    words = {"parentage_level", "variation_theme", "child_parent_sku_relationship"}
    found: Document = {}
    for name, elements in attributes.items():
        tag = {} if name in words or not place.language else {"language_tag": place.language}
        found[name] = [{**element, **tag, "marketplace_id": place.id} for element in elements]
    return found
