"""Magento products ⇄ listings and changes. Pure."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from agent.channels.magento import values
from agent.channels.magento.values import Row
from agent.model.change import CreateListing, SetPrice
from agent.model.listing import Details, Listing, Shown, State
from agent.model.money import from_minor, to_minor

FIELDS = "items[id,sku,name,price,status,visibility,type_id,updated_at,custom_attributes]"
SOLD_ALONE = "simple,virtual,downloadable"  # types that have pieces of their own
ENABLED, DISABLED = 1, 2
ALONE, ON_A_PAGE = 4, 1  # visibility: in catalogue and search, or only through another product
DAY = timedelta(days=1)
NOTIFY, NONE = 2, 0  # backorders: allowed and the buyer told, or not
POUND_G = Decimal("453.59237")
LETTERS = str.maketrans("łŁøØđĐßæÆœŒ", "lLoOdDsaAoO")


@dataclass(frozen=True)
class Stock:
    """What can be bought of a sku. `quantity` None: nothing is counted at our source."""

    quantity: int | None = None
    backorders: bool = False


def listing(
    row: Row, stock: Stock, currency: str, zone: ZoneInfo, page: Row | None = None
) -> Listing:
    """A product as a listing; `page` is the configurable product that it is a variant of.

    ValueError when it is no product.
    """
    custom = custom_values(row)
    sale = _minor(custom.get("special_price"), currency)
    begins, ends = custom.get("special_from_date"), custom.get("special_to_date")
    own = state(row)
    shown = Shown(
        state=own if page is None or own != "live" else state(page),
        price=_minor(row.get("price"), currency),
        sale_price=sale,
        sale_from=from_local(begins, zone) if sale is not None else None,
        sale_until=_until(ends, zone) if sale is not None else None,
        quantity=stock.quantity,
        backorders=stock.backorders,
        title=values.text(row, "name") if page is None else None,
    )
    handles = {} if page is None else {"page": values.text(page, "sku"), "page_state": stage(page)}
    return Listing(values.text(row, "sku"), str(number(row)), shown, handles)


def number(row: Row) -> int:
    """A product's id. ValueError when it has none."""
    found = row.get("id")
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f'id is not a whole number: "{str(found)[:60]}"')
    return found


def state(row: Row) -> State:
    """Enabled is live, disabled is hidden. Visibility is the people's own: many sell on other pages."""
    return "live" if values.amount(row, "status") == ENABLED else "hidden"


def stage(page: Row) -> str:
    """How far a page of variants has come: live, hidden by people, or a draft that we made."""
    if state(page) == "live":
        return "live"
    return "draft" if values.amount(page, "visibility") == ON_A_PAGE else "hidden"


def is_on_a_page(row: Row) -> bool:
    """Whether shoppers reach the product only through another one."""
    return values.amount(row, "visibility") == ON_A_PAGE


def custom_values(row: Row) -> dict[str, Any]:
    """A product's custom attributes, {code: value}."""
    found = values.rows(row, "custom_attributes")
    return {values.text(one, "attribute_code"): one.get("value") for one in found}


# -- Prices -----------------------------------------------------------------------------------------


def price_row(change: SetPrice, currency: str) -> dict[str, Any] | None:
    """One row of list prices; None where none is wanted."""
    price = change.shown.price
    if price is None:
        return None
    return {"price": plain(price, currency), "store_id": 0, "sku": change.sku}


def sale_row(change: SetPrice, currency: str, zone: ZoneInfo) -> dict[str, Any]:
    """One row of sale prices. A date that is left out stays as it was in the shop."""
    shown = change.shown
    row = {"price": plain(shown.sale_price or 0, currency), "store_id": 0, "sku": change.sku}
    return row | dict(zip(("price_from", "price_to"), dates(shown, zone), strict=True))


def dates(shown: Shown, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """The sale's beginning and end as the vendor keeps them: the shop's local time, the end a day early.

    A sale is on until a day after its end (seen in the vendor's source, reported in issue 39169).
    """
    begins, ends = whole(shown.sale_from), whole(shown.sale_until)
    return (_local(begins, zone) if begins else None, _local(ends, zone, -DAY) if ends else None)


def from_local(given: object, zone: ZoneInfo) -> datetime | None:
    """A local time of the shop as a moment in UTC; None when there is none."""
    text = str(given or "").strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'a sale\'s date is no time: "{text[:60]}"') from error
    return at.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))


def whole(at: datetime | None) -> datetime | None:
    """The moment, or the next whole second: the vendor keeps no fractions."""
    if at is None or at.microsecond == 0:
        return at
    return at.replace(microsecond=0) + timedelta(seconds=1)


def plain(minor: int, currency: str) -> float:
    """An amount as a JSON number: its shortest form has the currency's own digits."""
    return float(from_minor(minor, currency))


# -- New products -----------------------------------------------------------------------------------


def stock_item(quantity: int | None, backorders: bool) -> dict[str, Any]:
    """The stock settings of a product; a value counts only where the shop's own is not used."""
    told: dict[str, Any] = {
        "manage_stock": True,
        "use_config_manage_stock": False,
        "backorders": NOTIFY if backorders else NONE,
        "use_config_backorders": False,
    }
    if quantity is not None:
        told |= {"qty": quantity, "is_in_stock": quantity > 0 or backorders}
    return told


def new_product(
    change: CreateListing, currency: str, zone: ZoneInfo, set_id: int, website: int, unit: str
) -> dict[str, Any]:
    """A new simple product, disabled."""
    shown, details = change.shown, change.details
    title = details.title or change.sku
    product: dict[str, Any] = {
        "sku": change.sku,
        "name": title,
        "attribute_set_id": set_id,
        "status": DISABLED,
        "visibility": ALONE if change.family is None else ON_A_PAGE,
        "type_id": "simple",
        "extension_attributes": {"website_ids": [website]},
        "custom_attributes": _texts(details, title, change.sku) + _sale(shown, currency, zone),
    }
    if shown.price is not None:
        product["price"] = plain(shown.price, currency)
    if details.weight_g is not None:
        product["weight"] = weight(details.weight_g, unit)
    return product


def attribute(code: str, value: Any) -> dict[str, Any]:
    """One custom attribute."""
    return {"attribute_code": code, "value": value}


def url_key(title: str, sku: str) -> str:
    """A product's address, which no other has: title and sku, with a mark where letters were lost."""
    tail = slug(sku)
    if tail != sku.casefold():
        tail = f"{tail}-{hashlib.sha256(sku.encode()).hexdigest()[:6]}"
    return "-".join(filter(None, (slug(title), tail.strip("-"))))


def slug(text: str, dash: str = "-") -> str:
    """Latin small letters and digits, everything else as dashes."""
    parts = unicodedata.normalize("NFKD", text.translate(LETTERS))
    letters = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^0-9a-z]+", dash, letters).strip(dash)


def weight(grams: int, unit: str) -> float:
    """A weight in the shop's unit: kgs or lbs."""
    each = POUND_G if unit.casefold().startswith("lb") else Decimal(1000)
    return float((Decimal(grams) / each).quantize(Decimal("0.0001")))


def chunks(many: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """In portions of at most `size`."""
    return [many[start : start + size] for start in range(0, len(many), size)]


def by_sku(rows: Sequence[Row]) -> Mapping[str, Row]:
    """Rows by their sku in lower case: the vendor does not tell letters by their case."""
    return {values.text(row, "sku").casefold(): row for row in rows}


def as_html(text: str) -> str:
    """Plain text as the vendor's descriptions want it."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _texts(details: Details, title: str, sku: str) -> list[dict[str, Any]]:
    found = [attribute("url_key", url_key(title, sku))]
    if details.description:
        found.append(attribute("description", as_html(details.description)))
    return found


def _sale(shown: Shown, currency: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    if shown.sale_price is None:
        return []
    begins, ends = dates(shown, zone)
    found = [attribute("special_price", str(from_minor(shown.sale_price, currency)))]
    found += [attribute("special_from_date", begins)] if begins else []
    return found + ([attribute("special_to_date", ends)] if ends else [])


def _minor(given: object, currency: str) -> int | None:
    if given is None or given == "":
        return None
    found = values.number_of(given)
    if found is None:
        raise ValueError(f'a price is no number: "{str(given)[:60]}"')
    return to_minor(found, currency)


def _local(at: datetime, zone: ZoneInfo, by: timedelta = timedelta(0)) -> str:
    return f"{at.astimezone(zone).replace(tzinfo=None) + by:%Y-%m-%d %H:%M:%S}"


def _until(given: object, zone: ZoneInfo) -> datetime | None:
    text = str(given or "").strip()
    if not text:
        return None
    try:
        last = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'a sale\'s date is no time: "{text[:60]}"') from error
    return from_local(f"{last + DAY}", zone)
