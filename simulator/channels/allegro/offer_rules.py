"""What an offer may hold: the shape of what is sent, and what it takes to be listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from simulator.channels.allegro.errors import Body, error
from simulator.channels.allegro.moments import parse, span

AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?")
STATUSES = ("INACTIVE", "ACTIVATING", "ACTIVE", "ENDED")
FORMATS = ("BUY_NOW", "AUCTION", "ADVERTISEMENT")
UNITS = ("UNIT", "PAIR", "SET")
INVOICES = ("VAT", "VAT_MARGIN", "WITHOUT_VAT", "NO_INVOICE")
HANDLING = re.compile(r"P(\d+D|T\d+[HS])")
SHORTEST_NAME, LONGEST_NAME, FEWEST_WORDS = 12, 75, 3
LONGEST_EXTERNAL, MOST_IMAGES, MOST, LONGEST_WORD = 100, 16, 999_999, 30
LEAST_PRICE = {"PLN": Decimal(1)}
# Codes of the vendor's page on the management of offers.
PRICE, STOCK = (
    "ConstraintViolationException.Price",
    "AvailableStockMustEqualToZeroOrBeGreaterThanZero",
)


def money(value: Any, currency: str, path: str) -> Iterator[Body]:
    """What is wrong with a price: `{"amount": "49.99", "currency": "PLN"}`, the amount a text."""
    if not isinstance(value, Mapping):
        yield error("VALIDATION_ERROR", "Price must be an object with amount and currency", path)
        return
    amount = value.get("amount")
    if not isinstance(amount, str) or not AMOUNT.fullmatch(amount):
        yield error("VALIDATION_ERROR", "Price amount is invalid", f"{path}.amount")
    elif Decimal(amount) <= 0:
        yield error("VALIDATION_ERROR", "Price must be greater than zero", f"{path}.amount")
    if value.get("currency") != currency:
        yield error("VALIDATION_ERROR", f"Currency must be {currency}", f"{path}.currency")


def faults(given: Mapping[str, Any], currency: str) -> list[Body]:
    """What is wrong with the fields that were sent, whether the offer is to be listed or not."""
    found = [*_stock(given.get("stock")), *_selling(given.get("sellingMode"), currency)]
    found += [*_publication(given.get("publication")), *_texts(given), *_rest(given)]
    return found


def _stock(stock: Any) -> Iterator[Body]:
    if stock is None:
        return
    left = stock.get("available") if isinstance(stock, Mapping) else None
    if isinstance(left, bool) or not isinstance(left, int) or not 0 <= left <= MOST:
        yield error(STOCK, f"Quantity must be between 0 and {MOST}", "stock.available")
    elif stock.get("unit", "UNIT") not in UNITS:
        yield error("VALIDATION_ERROR", "Unknown unit", "stock.unit")


def _selling(selling: Any, currency: str) -> Iterator[Body]:
    if not isinstance(selling, Mapping):
        return
    if selling.get("format", "BUY_NOW") not in FORMATS:
        yield error("VALIDATION_ERROR", "Unknown format", "sellingMode.format")
    for name in ("price", "minimalPrice", "startingPrice"):
        if selling.get(name) is not None:
            yield from price(selling[name], currency, f"sellingMode.{name}")


def price(value: Any, currency: str, path: str) -> Iterator[Body]:
    """What is wrong with a price of an offer, which may not be too small."""
    found = [{**fault, "code": PRICE} for fault in money(value, currency, path)]
    least = LEAST_PRICE.get(currency, Decimal(0))
    if not found and Decimal(value["amount"]) < least:
        found = [error(PRICE, f"Price must be {least} {currency} at least", f"{path}.amount")]
    yield from found


def _publication(publication: Any) -> Iterator[Body]:
    if not isinstance(publication, Mapping):
        return
    if publication.get("status", "ACTIVE") not in STATUSES:
        yield error("VALIDATION_ERROR", "Unknown status", "publication.status")
    for name, read in (("startingAt", parse), ("duration", span)):
        value = publication.get(name)
        if value is not None:
            try:
                read(value)
            except (ValueError, TypeError, AttributeError):
                yield error("VALIDATION_ERROR", f"Invalid value of {name}", f"publication.{name}")


def _texts(given: Mapping[str, Any]) -> Iterator[Body]:
    name = given.get("name")
    words = name.split() if isinstance(name, str) else []
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        message = f"Offer title may have {LONGEST_NAME} characters at most"
        yield error("ConstraintViolationException.StringLength", message, "name")
    elif any(len(word) > LONGEST_WORD for word in words):
        message = f"A word of the title may have {LONGEST_WORD} characters at most"
        yield error("ConstraintViolationException.MaxWordLength", message, "name")
    elif name is not None and not is_title(name):
        message = (
            f"Offer title must have between {SHORTEST_NAME} and {LONGEST_NAME} characters"
            f" and {FEWEST_WORDS} words at least"
        )
        yield error("VALIDATION_ERROR", message, "name")
    external = (given.get("external") or {}).get("id")
    if external is not None and (not isinstance(external, str) or len(external) > LONGEST_EXTERNAL):
        message = f"External id may have {LONGEST_EXTERNAL} characters at most"
        yield error("VALIDATION_ERROR", message, "external.id")


def is_title(name: Any) -> bool:
    """Whether a title is long enough for new and edited offers (since 2025-05-07, issue 11354)."""
    fits = isinstance(name, str) and SHORTEST_NAME <= len(name) <= LONGEST_NAME
    return fits and len(name.split()) >= FEWEST_WORDS


def _rest(given: Mapping[str, Any]) -> Iterator[Body]:
    if len(given.get("images") or ()) > MOST_IMAGES:
        yield error("GallerySizeException", f"At most {MOST_IMAGES} image addresses", "images")
    handling = (given.get("delivery") or {}).get("handlingTime")
    if handling is not None and not HANDLING.fullmatch(str(handling)):
        yield error("VALIDATION_ERROR", "Invalid handling time", "delivery.handlingTime")
    invoice = (given.get("payments") or {}).get("invoice")
    if invoice is not None and invoice not in INVOICES:
        yield error("VALIDATION_ERROR", "Unknown kind of invoice", "payments.invoice")
    for number, rate in enumerate((given.get("taxSettings") or {}).get("rates") or ()):
        if not _is_rate(rate.get("rate")):
            path = f"taxSettings.rates[{number}].rate"
            yield error("VALIDATION_ERROR", "Invalid tax rate", path)


def _is_rate(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    if text == "EXEMPT":
        return True
    try:
        return 0 <= Decimal(text) <= 100
    except (InvalidOperation, TypeError):
        return False


def stock_missing() -> Body:
    """An offer with nothing in stock cannot be listed (seen 2025-02, issue 11011)."""
    message = "The listed quantity cannot be less than 1."
    return error("AvailableStockMustEqualToOneOrBeGreaterThanOne", message, "stock.available")


def unlisted_because(offer: Mapping[str, Any]) -> list[Body]:
    """What an offer still needs before it can be listed; empty when nothing."""
    found = []
    if not offer["stock"] or offer["stock"]["available"] < 1:
        found.append(stock_missing())
    if not offer["name"]:
        found.append(error("VALIDATION_ERROR", "Offer name is required", "name"))
    if not offer["category"]:
        found.append(error("VALIDATION_ERROR", "Category is required", "category.id"))
    if not offer["sellingMode"].get("price"):
        code = "IllegalOfferUpdateException.PriceMustBeSet"
        found.append(error(code, "Price is required", "sellingMode.price"))
    if not offer["images"]:
        code = "ConstraintViolationException.GallerySize"
        found.append(error(code, "At least one image is required", "images"))
    return found
