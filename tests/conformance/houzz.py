"""Whether what goes to Houzz and what comes back has the shapes that are publicly known of it.

There is no schema; this states what independent clients send and read (../shared/channels/houzz.md):
names of methods, parameters and elements, their casing, and `Ack`. Written without the simulator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree import ElementTree

import httpx

from simulator.conformance.recorder import places

HEADERS = ("X-HOUZZ-API-SSL-TOKEN", "X-HOUZZ-API-USER-NAME", "X-HOUZZ-API-APP-NAME")
Shape = Mapping[str, Any]  # {name, "?" behind it when it may be missing: pattern, Shape or [Shape]}

TEXT, WORD = r"(?s).*", r"(?s).*\S.*"
MONEY, WHOLE, FLAG = r"\d+(\.\d\d?)?", r"\d+", "[01]"
SIZE = r"\d+(\.\d+)?"
MOMENT = r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\+00:00)?)?"
PAGE = {"Start?": WHOLE, "NumberOfItems?": r"[1-9]\d{0,2}|1000"}
SPAN = {"From?": MOMENT, "To?": MOMENT}
LISTING_STATUS = "(?i:active|inactive|new|rejected|deleted)"
ORDER_STATUS = "(?i:New|Processing|Failed to Charge|Charged|In Production|Shipped|Cancelled)"
METHODS_OF_SHIPPING = "|".join(
    re.escape(name)
    for name in (
        *("USPS First Class", "USPS Parcel Post", "USPS Priority Mail", "USPS Express Mail"),
        *("UPS Ground", "UPS 3 Day Select", "UPS 2nd Day Air", "UPS Next Day Air Saver"),
        *("UPS Next Day Air", "UPS Next Day Early A.M.", "FedEx Ground", "FedEx Home Delivery"),
        *("FedEx Express Saver", "FedEx 2Day", "FedEx Standard Overnight", "FedEx SameDay"),
        *("FedEx Priority Overnight", "FedEx First Overnight", "FedEx SmartPost"),
        *("OnTrac Ground", "OnTrac Sunrise", "OnTrac Sunrise Gold", "OnTrac Saturday Delivery"),
        *("DHL Express", "Standard Shipping", "Expedited Shipping", "ABF Trucking"),
        *("Yellow Freight", "Old Dominion", "Plycon Van", "Home Direct", "Estes Express"),
        *("Sun Delivery", "R+L Carriers"),
    )
)
SIZES: Shape = {f"{name}?": f"({SIZE})?" for name in ("Width", "Height", "Depth", "Weight")}
LISTING: Shape = {
    "SKU": WORD,
    "Title?": WORD,
    "Description?": TEXT,
    "UPC?": r"(\d{8}|\d{12,14})?",
    "CategoryId?": WHOLE,
    "Manufacturer?": TEXT,
    "Keywords?": TEXT,
    "Price?": MONEY,
    "Currency?": "[A-Z]{3}",
    "MSRP?": MONEY,
    "Quantity?": WHOLE,
    "MinimumOrderQuantity?": WHOLE,
    "AssemblyRequired?": FLAG,
    "Prop65Disclosure?": FLAG,
    "Prop65WarningType?": TEXT,
    "ProductSpec?": {**SIZES, "DimensionsUnit?": TEXT, "WeightUnit?": TEXT},
    "Images?": ["https?://.+"],
    "ShippingDetails?": {
        "Packages?": [SIZES],
        "PackageDimensionsUnit?": TEXT,
        "PackageWeightUnit?": TEXT,
        "FreightItem?": TEXT,
        "ShippingOptions?": [
            {
                "Country": "[A-Z]{2}",
                "Type": "STANDARD|EXPEDITED|CURBSIDE|INSIDE",
                "Price": MONEY,
            }
        ],
        "LeadTimeMin?": WHOLE,
        "LeadTimeMax?": WHOLE,
    },
    "Parentage?": "Parent|Child",
    "VariationTheme?": r"[^,]+(, [^,]+)*",
    "ParentSKU?": WORD,
    "RelationshipType?": "Variation",
    "ProductAttributes?": [{"Type": WORD, "Value": WORD}],
    "Status?": LISTING_STATUS,
}
INVENTORY: Shape = {
    "SKU": WORD,
    "Action": "update",
    "Quantity?": WHOLE,
    "Price?": MONEY,
    "MSRP?": MONEY,
    "Status?": "(?i:active|inactive)",
    "ShippingLeadTimeMin?": WHOLE,
    "ShippingLeadTimeMax?": WHOLE,
}
ACTS: Mapping[str, Shape] = {
    "Process": {"OrderId": WORD, "Action": "Process"},
    "Charge": {"OrderId": WORD, "Action": "Charge"},
    "Ship": {
        "OrderId": WORD,
        "Action": "Ship",
        "ShippingMethod": METHODS_OF_SHIPPING,
        "TrackingNumber": WORD,
    },
    "Cancel": {"OrderId": WORD, "Action": "Cancel", "CancelCode": "[1-4]", "Comments": WORD},
}
ORDER: Shape = {
    "OrderId": WORD,
    "Created": MOMENT,
    "Status": ORDER_STATUS,
    "CustomerName": TEXT,
    "ShipmentId?": TEXT,
    "Address": dict.fromkeys(("Address", "City", "State", "Zip", "Country", "Phone"), TEXT),
    "OrderItems": [
        {
            "Type": WORD,
            "SKU": TEXT,
            "ProductId?": TEXT,
            "Title?": TEXT,
            "Quantity": WHOLE,
            "Price": "-?" + MONEY,
            "Cost?": "-?" + MONEY,
            "Shipping": MONEY,
            "Tax": MONEY,
        }
    ],
}
SINGLE = {  # {list: its entries' name in XML}
    "Errors": "Error",
    "Images": "ImageLink",
    "Listings": "Listing",
    "OrderItems": "OrderItem",
    "Orders": "Order",
    "Packages": "Package",
    "Payments": "Payment",
    "ProductAttributes": "Attribute",
    "ShippingOptions": "ShippingOption",
    "Transactions": "Transaction",
}
NUMBERS_IN_JSON = {"Quantity"}  # text otherwise, where clients show it


@dataclass(frozen=True)
class Method:
    """One method: its verb, the parameters of a read, what a good answer holds besides `Ack`."""

    verb: str
    params: Shape = field(default_factory=dict)
    answer: Shape = field(default_factory=dict)


METHODS = {
    "getListings": Method("GET", {"Status?": LISTING_STATUS, **PAGE}, {"Listings": [LISTING]}),
    "getListing": Method("GET", {"SKU": WORD}, {"Listing": LISTING}),
    "addListing": Method("POST"),
    "updateListing": Method("POST"),
    "updateInventory": Method("POST"),
    "getOrders": Method("GET", {"Status?": ORDER_STATUS, **SPAN, **PAGE}, {"Orders": [ORDER]}),
    "getOrder": Method("GET", {"OrderId": WORD}, {"Order": ORDER}),
    "updateOrder": Method("POST"),
    "getPayments": Method("GET", {**SPAN, **PAGE}, {"Payments": [{}]}),
    "getTransactions": Method("GET", {"PaymentId": WORD}, {"Payment": {}}),
}


@cache
def gaps() -> frozenset[str]:
    """The places where nothing public describes what is there."""
    return frozenset(places("houzz"))


# -- requests -----------------------------------------------------------------------------------------


def faults_of_request(request: httpx.Request) -> list[str]:
    """What no client is known to send."""
    if request.url.path != "/api":
        return [f"{request.url.path}: no such path"]
    return _unlisted(_faults_of_request(request))


def _faults_of_request(request: httpx.Request) -> Iterator[tuple[str, str]]:
    given = dict(request.url.params)
    name, form = given.pop("method", ""), given.pop("format", "xml")
    method = METHODS.get(name)
    if method is None:
        yield name or "method", "no such method"
        return
    for header in HEADERS:
        if not request.headers.get(header):
            yield f"{name} {header}", "is not sent"
    if form not in ("xml", "json"):
        yield f"{name} format", f"{form!r} is neither xml nor json"
    if request.method != method.verb:
        yield f"{name} verb", f"sent as {request.method}, not {method.verb}"
        return
    yield from _shape_faults(name, method.params, given, is_json=False)
    if method.verb == "POST":
        yield from _document_faults(name, request.content)


def _document_faults(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        yield f"{name} document", f"is not XML: {error}"
        return
    wanted = _named(name, "Request")
    if root.tag != wanted:
        yield f"{name} document", f"is <{root.tag}>, not <{wanted}>"
    sent = _tree(root)
    shape: Shape = {"Listing": LISTING}
    if name == "updateInventory":
        shape = INVENTORY
    elif name == "updateOrder":
        action = sent.get("Action") if isinstance(sent, dict) else None
        if action not in ACTS:
            yield f"{name} Action", f"{action!r} is none of {', '.join(ACTS)}"
            return
        shape = ACTS[action]
    yield from _shape_faults(name, shape, sent, is_json=False)


# -- answers ------------------------------------------------------------------------------------------


def faults_of_response(request: httpx.Request, response: httpx.Response) -> list[str]:
    """What no client would understand in an answer. Pages of HTML are not the vendor's own."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return _unlisted(_faults_of_response(request, response))


def _faults_of_response(
    request: httpx.Request, response: httpx.Response
) -> Iterator[tuple[str, str]]:
    name, form = request.url.params.get("method", ""), request.url.params.get("format", "xml")
    is_json = form == "json"
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind != ("application/json" if is_json else "text/xml"):
        yield f"{name} Content-Type", f"{kind!r} for {form}"
        return
    try:
        body = _body(response, is_json=is_json)
    except (ValueError, ElementTree.ParseError) as error:
        yield f"{name} answer", f"cannot be read: {error}"
        return
    if not is_json:
        root = body.pop("")
        wanted = _named(name, "Response") if name in METHODS else "Response"
        if root != wanted:
            yield f"{name} root", f"is <{root}>, not <{wanted}>"
    yield from _envelope_faults(name, response.status_code, body, is_json=is_json)


def _envelope_faults(
    name: str, status: int, body: dict[str, Any], *, is_json: bool
) -> Iterator[tuple[str, str]]:
    ack = body.pop("Ack", None)
    if ack == "Success" and status == 200 and name in METHODS:
        yield from _shape_faults(name, METHODS[name].answer, body, is_json=is_json)
    elif ack == "Error":
        errors = {"Errors": [{"Code": WORD, "Message": WORD}]}
        yield from _shape_faults(name, errors, body, is_json=is_json)
        if body.get("Errors") == []:
            yield f"{name} Errors", "is empty"
    else:
        yield f"{name} Ack", f"{ack!r} with status {status}"


def _body(response: httpx.Response, *, is_json: bool) -> dict[str, Any]:
    """The answer as JSON would have it; the name of an XML root stands under ""."""
    if is_json:
        found = response.json()
    else:
        root = ElementTree.fromstring(response.content)
        found = _tree(root)
        found = {**(found if isinstance(found, dict) else {}), "": root.tag}
    if not isinstance(found, dict):
        raise ValueError(f"{type(found).__name__} at the top")
    return found


# -- shapes -------------------------------------------------------------------------------------------


def _tree(element: ElementTree.Element) -> Any:
    """An element as JSON would have it: lists by their names, text for leaves."""
    if element.tag in SINGLE:
        return [_tree(c) if c.tag == SINGLE[element.tag] else {c.tag: ""} for c in element]
    if len(element):
        return {child.tag: _tree(child) for child in element}
    return (element.text or "").strip()


def _shape_faults(
    where: str, shape: Any, value: Any, *, is_json: bool
) -> Iterator[tuple[str, str]]:
    if isinstance(shape, Mapping):
        value = {} if value == "" else value  # an empty element
        if not isinstance(value, dict):
            yield where, f"{value!r} is no group of elements"
            return
        known = {name.rstrip("?"): part for name, part in shape.items()}
        for name in shape:
            if not name.endswith("?") and name not in value:
                yield f"{where} {name}", "is missing"
        for name, part in value.items():
            if name not in known:
                yield f"{where} {name}", "is not known"
            else:
                yield from _shape_faults(f"{where} {name}", known[name], part, is_json=is_json)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield where, f"{value!r} is no list"
            return
        for entry in value:
            yield from _shape_faults(where, shape[0], entry, is_json=is_json)
    else:
        yield from _text_faults(where, shape, value, is_json=is_json)


def _text_faults(
    where: str, pattern: str, value: Any, *, is_json: bool
) -> Iterator[tuple[str, str]]:
    if is_json and where.rpartition(" ")[2] in NUMBERS_IN_JSON:
        if isinstance(value, bool) or not isinstance(value, int):
            yield where, f"{value!r} is no number"
        return
    if is_json and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # nobody shows whether the other whole numbers are text
    if not isinstance(value, str):
        yield where, f"{value!r} is no text"
    elif not re.fullmatch(pattern, value):
        yield where, f"{value!r} is not what it may hold"


def _named(method: str, suffix: str) -> str:
    return method[:1].upper() + method[1:] + suffix


def _unlisted(found: Iterator[tuple[str, str]]) -> list[str]:
    """Faults that no listed gap accounts for; a gap's first word may be * for every method."""
    told = []
    for where, fault in found:
        anywhere = f"* {where.partition(' ')[2]}"
        if not {where, anywhere} & gaps():
            told.append(f"{where}: {fault}")
    return told
