"""Product types and the attributes they know: the definitions API, and what listings are checked by.

The real schemas are huge and differ by type; here all types share one list of attributes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style, bad, missing

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput", "NOT_FOUND")
GENERIC = "PRODUCT"
NAMES = {
    "PRODUCT": "Product",
    "HOME": "Home",
    "CLOCK": "Clock",
    "LAMP": "Lamp",
    "SHELF": "Shelf",
    "BLANKET": "Blanket",
    "DRINKING_CUP": "Drinking Cup",
    "APRON": "Apron",
    "SHIRT": "Shirt",
    "SHOES": "Shoes",
    "LUGGAGE": "Luggage",
    "CHAIR": "Chair",
    "TABLE": "Table",
    "FURNITURE": "Furniture",
    "HOME_FURNITURE_AND_DECOR": "Home Furniture and Decor",
    "LIGHT_FIXTURE": "Light Fixture",
    "RUG": "Rug",
    "TOOLS": "Tools",
    "BED": "Bed",
    "CABINET": "Cabinet",
    "CANDLE": "Candle",
    "COOKWARE": "Cookware",
    "CURTAIN": "Curtain",
    "DRESS": "Dress",
    "HANDBAG": "Handbag",
    "HAT": "Hat",
    "HOOK": "Hook",
    "KITCHEN": "Kitchen",
    "MIRROR": "Mirror",
    "OUTDOOR_LIVING": "Outdoor Living",
    "PANTS": "Pants",
    "PILLOW": "Pillow",
    "PLANTER": "Planter",
    "PLATE": "Plate",
    "SOFA": "Sofa",
    "STOOL": "Stool",
    "STORAGE_BOX": "Storage Box",
    "SWEATER": "Sweater",
    "TOWEL": "Towel",
    "TOYS_AND_GAMES": "Toys and Games",
    "VASE": "Vase",
    "WALL_ART": "Wall Art",
}
DIMENSIONS = {  # a variation theme's words, and the attributes they stand for
    "SIZE": "size",
    "SIZE_NAME": "size",
    "COLOR": "color",
    "COLOR_NAME": "color",
    "STYLE": "style",
    "STYLE_NAME": "style",
    "MATERIAL": "material",
    "PATTERN": "pattern",
    "NUMBER_OF_ITEMS": "number_of_items",
}
THEMES = (
    *(
        "COLOR",
        "SIZE",
        "STYLE",
        "MATERIAL",
        "PATTERN",
        "NUMBER_OF_ITEMS",
        "COLOR_NAME",
        "SIZE_NAME",
    ),
    *("SIZE/COLOR", "COLOR/SIZE", "COLOR/STYLE", "STYLE/COLOR", "SIZE/STYLE", "STYLE/SIZE"),
    *("COLOR/MATERIAL", "MATERIAL/COLOR", "SIZE/MATERIAL", "MATERIAL/SIZE", "SIZE/PATTERN"),
    *("STYLE_NAME", "COLOR_NAME/SIZE_NAME", "SIZE_NAME/COLOR_NAME", "COLOR/SIZE/STYLE"),
)
FACTS = (
    *("item_name", "brand", "manufacturer", "product_description", "bullet_point", "part_number"),
    *("model_number", "model_name", "color", "size", "style", "material", "pattern", "unit_count"),
    *("number_of_items", "item_weight", "item_dimensions", "item_package_dimensions"),
    *("item_package_weight", "item_depth_width_height", "item_length_width_height", "item_shape"),
    *("item_length_width_thickness", "item_display_dimensions", "country_of_origin", "department"),
    *("generic_keyword", "item_type_keyword", "item_type_name", "recommended_browse_nodes"),
    *("externally_assigned_product_identifier", "merchant_suggested_asin", "target_gender"),
    *("supplier_declared_has_product_identifier_exemption", "age_range_description", "theme"),
    *("supplier_declared_dg_hz_regulation", "batteries_required", "batteries_included", "warranty"),
    *("warranty_description", "special_feature", "included_components", "recommended_uses"),
    *("care_instructions", "fabric_type", "finish_type", "room_type", "is_assembly_required"),
    *("assembly_instructions", "light_source_type", "power_source_type", "wattage", "voltage"),
    *("is_fragile", "is_heat_sensitive", "is_expiration_dated_product", "product_site_launch_date"),
    *("parentage_level", "variation_theme", "child_parent_sku_relationship", "package_level"),
    *("main_product_image_locator", "swatch_product_image_locator", "number_of_boxes"),
    *(f"other_product_image_locator_{n}" for n in range(1, 9)),
    *("gpsr_safety_attestation", "gpsr_manufacturer_reference", "dsa_responsible_party_address"),
    *("compliance_media", "safety_warning", "ghs", "hazmat", "container", "capacity", "shape"),
    *("specific_uses_for_product", "product_tax_code", "collection", "language", "occasion_type"),
)
TERMS = (
    *("purchasable_offer", "fulfillment_availability", "condition_type", "condition_note"),
    *("list_price", "skip_offer", "merchant_shipping_group", "merchant_release_date"),
    *("max_order_quantity", "gift_options", "website_shipping_weight", "main_offer_image_locator"),
    *(f"other_offer_image_locator_{n}" for n in range(1, 6)),
    *("product_tax_code", "uvp_list_price", "map_policy", "procurement", "purchase_quantity"),
)
KNOWN = frozenset((*FACTS, *TERMS))
NEEDED = {
    "LISTING": ("item_name", "brand", "condition_type"),
    "LISTING_PRODUCT_ONLY": ("item_name", "brand"),
    "LISTING_OFFER_ONLY": ("merchant_suggested_asin", "condition_type", "purchasable_offer"),
}
VERSION = "U8L4z4Ud95N16tZlR7rsmbQ=="


def theme_attributes(theme: str) -> list[str]:
    """The attributes that tell the members of such a family apart."""
    return [DIMENSIONS.get(word, word.lower()) for word in theme.split("/")]


def search(dialect: Amazon, call: Call) -> Reply:
    """The product types whose names hold one of the keywords, or words of an item's name."""
    dialect.check_marketplaces(call)
    words = [w.lower() for w in call.values("keywords")]
    title = (call.value("itemName") or "").lower()
    if words and title:
        raise bad("keywords and itemName cannot be used together.")
    found = [
        {"name": name, "displayName": shown, "marketplaceIds": [dialect.marketplace.id]}
        for name, shown in NAMES.items()
        if not (words or title)
        or any(word in shown.lower() for word in words)
        or any(part in title for part in shown.lower().split())
    ]
    return 200, {"productTypes": found, "productTypeVersion": VERSION}


def definition(dialect: Amazon, call: Call) -> Reply:
    """One product type: links to its schema, and its attributes in groups."""
    dialect.check_marketplaces(call)
    name = call.path["product_type"]
    if name not in NAMES:
        raise missing(f"Product type {name} not found.")
    requirements = call.value("requirements") or "LISTING"
    if requirements not in NEEDED:
        raise bad(f"Invalid value for requirements: {requirements}.")
    address = f"{call.here}schemas/{name}/{requirements}"
    text = schema_text(name, requirements)
    meta = meta_schema_text()
    locale = call.value("locale") or dialect.marketplace.language
    return 200, {
        "metaSchema": _link(f"{call.here}schemas/meta", meta),
        "schema": _link(address, text),
        "requirements": requirements,
        "requirementsEnforced": call.value("requirementsEnforced") or "ENFORCED",
        "propertyGroups": {
            "offer": {"title": "Offer", "propertyNames": sorted(set(TERMS))},
            "product_details": {"title": "Product Details", "propertyNames": sorted(FACTS)},
        },
        "locale": dialect.marketplace.language if locale == "DEFAULT" else locale,
        "marketplaceIds": [dialect.marketplace.id],
        "productType": name,
        "displayName": NAMES[name],
        "productTypeVersion": {"version": VERSION, "latest": True, "releaseCandidate": False},
    }


def _link(address: str, text: str) -> Json:
    sum_ = base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()
    return {"link": {"resource": address, "verb": "GET"}, "checksum": sum_}


def meta_schema_text() -> str:
    """The meta-schema that the schemas refer to."""
    return json.dumps({"$id": META, "$schema": DRAFT, "type": "object"})


META = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"
DRAFT = "https://json-schema.org/draft/2019-09/schema"


def schema_text(name: str, requirements: str) -> str:
    """A product type's schema as a JSON document."""
    names = TERMS if requirements == "LISTING_OFFER_ONLY" else (*FACTS, *TERMS)
    element: Json = {"type": "object", "required": [], "properties": {}}
    properties: dict[str, Any] = {
        one: {"title": one.replace("_", " ").capitalize(), "type": "array", "items": element}
        for one in sorted(set(names))
    }
    if "variation_theme" in properties:
        themed = {"type": "object", "properties": {"name": {"type": "string", "enum": THEMES}}}
        properties["variation_theme"] = {"type": "array", "items": themed}
    schema = {
        "$schema": META,
        "$id": f"https://schemas.amazon.com/selling-partners/definitions/product-types/{name}",
        "type": "object",
        "required": NEEDED[requirements],
        "properties": properties,
        "additionalProperties": False,
    }
    return json.dumps(schema)


OPERATIONS = (
    Operation(
        "searchDefinitionsProductTypes",
        "GET",
        "/definitions/2020-09-01/productTypes",
        5,
        10,
        search,
        STYLE,
    ),
    Operation(
        "getDefinitionsProductType",
        "GET",
        "/definitions/2020-09-01/productTypes/<product_type>",
        5,
        10,
        definition,
        STYLE,
    ),
)
