"""Attributes of products: those that every shop has, and those that its people add."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import search
from simulator.channels.magento.calls import Call, Route, param
from simulator.channels.magento.errors import Refusal, invalid, missing, not_found
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

GLOBAL, WEBSITE, VIEW = "global", "website", "store"
TABLE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table"
BACKENDS = {
    "select": "int",
    "boolean": "int",
    "price": "decimal",
    "weight": "decimal",
    "date": "datetime",
    "datetime": "datetime",
    "textarea": "text",
    "multiselect": "text",
}
WITH_OPTIONS = ("select", "multiselect")
INPUTS = {
    "text": "Text Field",
    "textarea": "Text Area",
    "texteditor": "Text Editor",
    "pagebuilder": "Page Builder",
    "date": "Date",
    "datetime": "Date and Time",
    "boolean": "Yes/No",
    "multiselect": "Multiple Select",
    "select": "Dropdown",
    "price": "Price",
    "media_image": "Media Image",
    "swatch_visual": "Visual Swatch",
    "swatch_text": "Text Swatch",
    "weee": "Fixed Product Tax",
}
_EAV, _BACKEND = "Magento\\Eav\\Model\\Entity\\Attribute", "backend_model"
_DATED = {_BACKEND: f"{_EAV}\\Backend\\Datetime"}
MODELS: Mapping[str, Mapping[str, str]] = {  # the classes that work for an input
    "select": {"source_model": TABLE},
    "multiselect": {"source_model": TABLE, _BACKEND: f"{_EAV}\\Backend\\ArrayBackend"},
    "boolean": {"source_model": f"{_EAV}\\Source\\Boolean"},
    "price": {_BACKEND: "Magento\\Catalog\\Model\\Product\\Attribute\\Backend\\Price"},
    "date": _DATED,
    "datetime": _DATED,
}
FIXED: Mapping[str, tuple[tuple[str, str], ...]] = {  # choices that nobody adds to
    "status": (("Enabled", "1"), ("Disabled", "2")),
    "visibility": (
        ("Not Visible Individually", "1"),
        ("Catalog", "2"),
        ("Search", "3"),
        ("Catalog, Search", "4"),
    ),
    "tax_class_id": (("None", "0"), ("Taxable Goods", "2")),
}
FIRST_ID, FIRST_PLACE, FIRST_OPTION = 137, 135, 4
USUAL_PLACE = 85  # between category_ids and the texts, where new attributes come to stand


@dataclass(frozen=True)
class Attribute:
    """What the catalogue has to know about an attribute."""

    code: str
    id: int
    backend: str  # static, varchar, text, int, decimal or datetime
    scope: str
    place: float  # its order among custom attributes
    label: str = ""
    input: str = "text"


def _built_in(text: str) -> dict[str, Attribute]:
    found = {}
    for line in text.strip().splitlines():
        code, id, backend, scope, place, input_, label = line.split(maxsplit=6)
        found[code] = Attribute(code, int(id), backend, scope, float(place), label, input_)
    return found


BUILT_IN: Mapping[str, Attribute] = _built_in("""
name 73 varchar store 0 text Product Name
sku 74 static global 0 text SKU
description 75 text store 110 textarea Description
short_description 76 text store 100 textarea Short Description
price 77 decimal global 0 price Price
special_price 78 decimal global 3 price Special Price
special_from_date 79 datetime website 4 date Special Price From Date
special_to_date 80 datetime website 5 date Special Price To Date
cost 81 decimal global 7 price Cost
weight 82 decimal global 0 weight Weight
manufacturer 83 int global 86 select Manufacturer
meta_title 84 varchar store 20 text Meta Title
meta_keyword 85 text store 30 textarea Meta Keywords
meta_description 86 varchar store 41 textarea Meta Description
image 87 varchar store 1 media_image Base
small_image 88 varchar store 2 media_image Small
thumbnail 89 varchar store 3.6 media_image Thumbnail
color 93 int global 87 select Color
news_from_date 94 datetime website 81 date Set Product as New from Date
news_to_date 95 datetime website 82 date Set Product as New to Date
status 97 int website 0 select Enable Product
visibility 99 int store 0 select Visibility
page_layout 104 varchar store 5.5 select Layout
category_ids 105 static global 80 text Categories
options_container 106 varchar store 6 select Display Product Options In
required_options 107 int global 14 text Required Options
has_options 108 int global 15 text Has Options
image_label 109 varchar store 16 text Image Label
small_image_label 110 varchar store 17 text Small Image Label
thumbnail_label 111 varchar store 18 text Thumbnail Label
country_of_manufacture 114 varchar website 83 select Country of Manufacture
url_key 118 varchar store 10 text URL Key
msrp 120 decimal global 9 price Manufacturer's Suggested Retail Price
msrp_display_actual_price_type 121 varchar website 10.5 select Display Actual Price
gift_message_available 127 varchar store 84 select Allow Gift Message
swatch_image 135 varchar store 3.5 media_image Swatch
tax_class_id 136 int website 40 select Tax Class
""")
PEOPLES = frozenset({"color", "cost", "manufacturer"})  # there from the start, yet not the system's
OWN_FIELDS = frozenset({"name", "sku", "price", "status", "visibility", "weight"})  # not custom


def known(dialect: Magento, code: str) -> Attribute | None:
    """The attribute of this code; None when the shop has none."""
    built_in = BUILT_IN.get(code)
    if built_in is not None:
        return built_in
    for found in dialect.shop.all("attribute", sku=code):
        return _attribute(found)
    return None


def all_known(dialect: Magento) -> list[Attribute]:
    """Every attribute of products."""
    added = [_attribute(d) for d in dialect.shop.all("attribute")]
    return [*BUILT_IN.values(), *added]


def by_id(dialect: Magento, id: int) -> Attribute | None:
    """The attribute with this id."""
    return next((a for a in all_known(dialect) if a.id == id), None)


def _attribute(found: Document) -> Attribute:
    body = found.body
    backend = BACKENDS.get(body["frontend_input"], "varchar")
    place = body.get("place") or USUAL_PLACE
    label = body["default_frontend_label"]
    return Attribute(
        body["attribute_code"],
        found.id,
        backend,
        body["scope"],
        place,
        label,
        body["frontend_input"],
    )


# -- attributes over REST ---------------------------------------------------------------------


def add(call: Call) -> dict[str, Any]:
    """A new attribute. Its code is refused when it is taken or no code."""
    given, dialect = call["attribute"], call.dialect
    label = given.get("default_frontend_label") or _admin_label(given.get("frontend_labels"))
    if not label and not given.get("frontend_labels"):
        raise missing(["frontend_label"])
    if not label:
        raise invalid("frontend_label", None)
    code = given.get("attribute_code") or re.sub(r"\W+", "_", label.lower())
    if re.fullmatch(r"(?!container_)[A-Za-z]\w{0,59}", code, re.ASCII) is None:
        raise invalid("attribute_code", code)
    if given.get("frontend_input") not in INPUTS:
        raise invalid("frontend_input", given.get("frontend_input"))
    if known(dialect, code) is not None:
        raise Refusal("%1 already exists.", ["Attribute with the same code"])
    body = {
        "attribute_code": code,
        "frontend_input": given["frontend_input"],
        "default_frontend_label": label,
        "frontend_labels": given.get("frontend_labels") or [],
        "is_required": bool(given.get("is_required")),
        "scope": given.get("scope") or VIEW,
        "options": [],
        "more": {k: given[k] for k in _SWITCHES if given.get(k) is not None},
    }
    id = dialect.shop.next_number("attribute", FIRST_ID)
    for option in sorted(given.get("options") or (), key=lambda o: o.get("sort_order") or 0):
        append(dialect, body, option)
    return _view(dialect.shop.add("attribute", body, id=id, sku=code))


def read(call: Call) -> dict[str, Any]:
    """One attribute."""
    one = need(call.dialect, call["attributeCode"])
    found = stored(call.dialect, one.code)
    return _view(found) if found is not None else _view_of_built_in(one)


def list_all(call: Call) -> dict[str, Any]:
    """Attributes by criteria."""
    kept = {d.body["attribute_code"]: _view(d) for d in call.dialect.shop.all("attribute")}
    by_code = {a.code: _view_of_built_in(a) for a in BUILT_IN.values()} | kept
    rows = list(by_code.values())
    criteria = call["searchCriteria"]
    found, total = search.plain(rows, criteria, rows[0])
    return search.answer(found, criteria, total)


def change(call: Call) -> dict[str, Any]:
    """Other labels, switches or options."""
    one = need(call.dialect, call["attributeCode"])
    found = stored(call.dialect, one.code)
    if found is None:
        return _view_of_built_in(one)
    given = call["attribute"]
    for key in ("default_frontend_label", "frontend_labels", "is_required", "scope"):
        if given.get(key) is not None:
            found.body[key] = given[key]
    found.body["more"] |= {k: given[k] for k in _SWITCHES if given.get(k) is not None}
    for option in given.get("options") or ():
        if not option.get("value") and option.get("label", "").strip():
            append(call.dialect, found.body, option)
    return _view(call.dialect.shop.put(found))


def remove(call: Call) -> bool:
    """Take an added attribute away. The shop's own stay."""
    found = stored(call.dialect, need(call.dialect, call["attributeCode"]).code)
    if found is None:
        raise Refusal("The system attribute can't be deleted.")
    call.dialect.shop.drop("attribute", found.id)
    return True


_SWITCHES = (
    "is_wysiwyg_enabled",
    "is_html_allowed_on_front",
    "used_for_sort_by",
    "is_filterable",
    "is_filterable_in_search",
    "is_used_in_grid",
    "is_visible_in_grid",
    "is_filterable_in_grid",
    "position",
    "is_searchable",
    "is_visible_in_advanced_search",
    "is_comparable",
    "is_used_for_promo_rules",
    "is_visible_on_front",
    "used_in_product_listing",
    "is_visible",
    "is_unique",
    "default_value",
)
_AS_TEXT = _SWITCHES[9:15]


def _view(found: Document) -> dict[str, Any]:
    body = found.body
    options = [{"label": o["label"], "value": str(o["id"])} for o in body["options"]]
    if body["frontend_input"] in WITH_OPTIONS:
        options = [{"label": "" if body["is_required"] else " ", "value": ""}, *options]
    if body["frontend_input"] == "boolean":
        options = [{"label": "Yes", "value": "1"}, {"label": "No", "value": "0"}]
    return _shape(_attribute(found), options, body, is_user_defined=True)


def _view_of_built_in(one: Attribute) -> dict[str, Any]:
    empty = [{"label": " ", "value": ""}] if one.input in WITH_OPTIONS else []
    if one.code in FIXED:
        empty = [{"label": label, "value": value} for label, value in FIXED[one.code]]
    return _shape(one, empty, {}, is_user_defined=one.code in PEOPLES)


def _shape(
    one: Attribute, options: list[Any], body: Mapping[str, Any], *, is_user_defined: bool
) -> dict[str, Any]:
    switches: dict[str, Any] = dict.fromkeys(_SWITCHES[:8], False) | {"position": 0}
    switches |= dict.fromkeys(_AS_TEXT, "0")
    return {
        "extension_attributes": {"is_pagebuilder_enabled": False},
        **switches,
        "apply_to": [],
        "is_visible": True,
        "scope": one.scope,
        "attribute_id": one.id,
        "attribute_code": one.code,
        "frontend_input": one.input,
        "entity_type_id": "4",
        "is_required": body.get("is_required", False),
        "options": options,
        "is_user_defined": is_user_defined,
        "default_frontend_label": one.label,
        "frontend_labels": body.get("frontend_labels", []),
        "backend_type": one.backend,
        "default_value": "",
        "is_unique": "0",
        "validation_rules": [],
        **body.get("more", {}),
        **MODELS.get(one.input, {}),
    }


def append(dialect: Magento, body: dict[str, Any], given: Mapping[str, Any]) -> int:
    """Add an option to an attribute's; gives its id."""
    id = dialect.shop.next_number("attribute option", FIRST_OPTION)
    body["options"].append({"id": id, "label": str(given.get("label") or "").strip()})
    return id


def _admin_label(labels: Any) -> str:
    return next((str(r["label"]) for r in labels or () if r.get("label") and not r["store_id"]), "")


def stored(dialect: Magento, code: str) -> Document | None:
    """The document that keeps an attribute; None for the shop's own, and for unknown ones."""
    return next(dialect.shop.all("attribute", sku=code), None)


def need(dialect: Magento, code: str) -> Attribute:
    """The attribute of this code, or of this number. Refusal 404 when there is none."""
    found = by_id(dialect, int(code)) if code.isdecimal() else known(dialect, code)
    if found is None:
        message = (
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try'
            " again."
        )
        raise not_found(message, [code])
    return found


def list_inputs(call: Call) -> list[dict[str, str]]:
    """How an attribute's values can be typed in the shop's panel."""
    return [{"value": code, "label": label} for code, label in INPUTS.items()]


_CODE = param("attributeCode", "string")
_RIGHT = "Magento_Catalog::attributes_attributes"
_SERVICE = "Magento\\Catalog\\Api\\ProductAttributeRepositoryInterface"
_AT = "/V1/products/attributes"
_ONE = f"{_AT}/:attributeCode"
ROUTES = (
    Route("GET", _AT, list_all, _RIGHT, search.CRITERIA),
    Route("POST", _AT, add, _RIGHT, (param("attribute", "Attribute"),), f"{_SERVICE}::save"),
    Route("GET", f"{_AT}/types", list_inputs, _RIGHT),
    Route("GET", _ONE, read, _RIGHT, (_CODE,)),
    Route(
        "PUT", _ONE, change, _RIGHT, (_CODE, param("attribute", "Attribute")), f"{_SERVICE}::save"
    ),
    Route("DELETE", _ONE, remove, _RIGHT, (_CODE,), f"{_SERVICE}::deleteById"),
)
