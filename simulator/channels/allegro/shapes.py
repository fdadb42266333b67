"""Which fields of a body are objects, lists, texts, wherever they stand: other shapes cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Kind = Literal["object", "objects", "rows", "list", "text", "flag"]


def _all(kind: Kind, *lines: str) -> Mapping[str, Kind]:
    return {name: kind for line in lines for name in line.split()}


KINDS: Mapping[str, Kind] = {  # by name, or by the name of what a field stands in and its own
    **_all(
        "object",
        "additionalServices additionalServicesGroup afterSalesServices aiCoCreatedContent b2b",
        "buyNowPrice cashOnDelivery category compatibilityList contact delivery description",
        "discounts external file fundraisingCampaign height impliedWarranty input insurance length",
        "lineItem location messageToSellerSettings minimalPrice modification order overpaid payment",
        "payments price product productSet.quantity provider publication rangeValue receiver",
        "rejection responsiblePerson responsibleProducer returnPolicy safetyInformation sellingMode",
        "sender shipmentSummary shippingRates sizeTable startingPrice stock tax taxSettings warranty",
        "weight wholesalePriceList width",
    ),
    **_all("objects", "additionalMarketplaces prices"),  # by marketplace
    **_all(
        "rows",
        "aiCoCreatedContent.images attachments deposits items items.additionalInfo lineItems",
        "modifications offerCriteria offers packages parameters productSet rates sections surcharges",
    ),
    **_all("list", "images values valuesIds input.additionalServices"),  # of texts
    **_all(
        "text",
        "action additionalInfo carrierId carrierName changeType city code commandId company content",
        "countryCode currency duration email exemption format handlingTime hint id idType invoice",
        "invoiceNumber labelFormat language marketplaceId mode name offerId percentage phone point",
        "postCode postalCode province rate reason safetyInformation.description scheduledFor",
        "sellerComment shipmentDate shipmentId startingAt status street subject type unit url waybill",
    ),
    **_all(
        "flag", "buyableOnlyByBusiness durationUnlimited marketedBeforeGPSRObligation republish"
    ),
}
NEVER_NULL = ("language",)  # seen 2026-07 in the sandbox


class Misshapen(ValueError):
    """A field of another shape than its name says; the error's text is its path."""


def understood(value: Any, path: str = "", name: str = "") -> Any:
    """A body as it is read: a number where a text belongs becomes one. Misshapen when it cannot be."""
    if isinstance(value, list):
        return [understood(row, f"{path}[{number}]", name) for number, row in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {key: _field(inner, path, name, key) for key, inner in value.items()}


def _field(value: Any, path: str, parent: str, name: str) -> Any:
    here = f"{path}.{name}" if path else name
    kind = KINDS.get(f"{parent}.{name}") or KINDS.get(name)
    if value is None and name in NEVER_NULL:
        raise Misshapen(here)
    if value is None or kind is None:
        return understood(value, here, name)
    if kind == "text":
        return _text(value, here)
    if kind == "list":
        return [_text(row, here) for row in _checked(value, list, here)]
    if kind in ("rows", "objects"):
        inner = _checked(value, list if kind == "rows" else dict, here)
        _each(inner if kind == "rows" else inner.values(), here)
    else:
        _checked(value, dict if kind == "object" else bool, here)
    return understood(value, here, name)


def _text(value: Any, path: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misshapen(path)
    return str(value)


def _each(rows: Iterable[Any], path: str) -> None:
    for row in rows:
        _checked(row, dict, path)


def _checked(value: Any, kind: type, path: str) -> Any:
    if not isinstance(value, kind):
        raise Misshapen(path)
    return value
