"""Configurable products: how a family is told, made, added to, and published with its first variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from agent.channels import parts, trouble
from agent.channels.magento import (
    attributes,
    creation,
    listings,
    mapping,
    pictures,
    values,
)
from agent.channels.magento.connection import Connection
from agent.channels.magento.values import Row
from agent.errors import Lossy, OutcomeUnknown, Refused
from agent.model.change import CreateListing, Receipt
from agent.model.family import Family

PATH = "/products"
LONGEST_SKU = 64
OTHERS = "in the shop, give the product these attributes, or delete it to let it be made anew"
Attribute = Mapping[str, Any]


def project(family: Family) -> dict[str, Any]:
    """The configurable product with its dropdowns, and the simple products with their choices."""
    where = f"family {family.code}"
    codes: dict[str, str] = {}
    for axis in family.axes:
        first = codes.setdefault(attributes.code_of(axis), axis)
        if first != axis:
            what = f'magento takes "{first}" and "{axis}" for one attribute'
            raise Lossy(what, where, "give the axes names that differ in their letters")
        labels: dict[str, str] = {}
        for value in family.values(axis):
            if labels.setdefault(value.strip().casefold(), value) != value:
                what = f'magento takes "{labels[value.strip().casefold()]}" and "{value}" for one choice'
                raise Lossy(what, where, "write choices alike in the ERP, or let them differ more")
    for sku in (parent_sku(family), *family.variants):
        if len(sku) > LONGEST_SKU:
            what = f'magento\'s skus have {LONGEST_SKU} characters at most, "{sku}" has {len(sku)}'
            raise Lossy(what, where, "shorten it in the ERP")
    return {
        "parent": {"sku": parent_sku(family), "name": family.title, "type_id": "configurable"},
        "options": [
            {"label": axis, "position": place, "values": list(family.values(axis))}
            for place, axis in enumerate(family.axes)
        ],
        "children": [
            {"sku": sku, "choices": dict(zip(family.axes, family.choices(sku), strict=True))}
            for sku in family.variants
        ],
    }


def parent_sku(family: Family) -> str:
    """What the page is found by; never a variant's own, in whatever case."""
    taken = {sku.casefold() for sku in family.variants}
    return family.code if family.code.casefold() not in taken else f"{family.code}-page"


def create(
    c: Connection, news: Sequence[CreateListing], there: Mapping[str, Row]
) -> parts.Receipts:
    """Make some variants of one family, and put them on its page: which is read afresh first.

    A variant that is on no page yet does not count as made (see `listings`): when we are stopped
    half-way, it is asked for again, found here, and put on its page.
    """
    family = _family(news[0])
    try:
        page = _page(c, family, news)
        chosen = [attributes.of_axis(c, axis) for axis in family.axes]
        if page is not None:
            _check(page, chosen, family)
        numbers = {sku: _numbers(c, family, sku, chosen) for sku in family.variants}
    except Refused as refusal:
        return {id(x): parts.refused(x, refusal.what, refusal.next) for x in news}
    found: dict[int, Receipt] = {}
    rows: dict[int, Row] = {}
    for change in news:
        made = _variant(c, change, there, chosen, numbers[change.sku])
        if isinstance(made, Receipt):
            found[id(change)] = made
        else:
            rows[id(change)] = made
    left = [change for change in news if id(change) in rows]
    if left:
        found |= _join(c, family, page, left, rows, chosen, numbers)
    return found


def publish(c: Connection, sku: str) -> bool:
    """Enable the page that we made, and let shoppers find it; False when people have disabled it.

    It is looked at afresh first.
    """
    listings.refresh(c, [sku])
    stages = [mapping.stage(page) for page in c.pages.values() if page.get("sku") == sku]
    if "draft" not in stages:
        return "hidden" not in stages
    fields = {"status": mapping.ENABLED, "visibility": mapping.ALONE}
    c.client.write("PUT", f"{PATH}/{quote(sku, safe='')}", {"product": fields})
    return True


def _family(change: CreateListing) -> Family:
    if change.family is None:
        raise TypeError(f"{change.sku} is no variant")
    return change.family


def _page(c: Connection, family: Family, news: Sequence[CreateListing]) -> Row | None:
    """The family's page as it is now, known by a sibling or by its sku. Refused where it is none."""
    siblings = [x for change in news for x in change.siblings]
    alone = [x.sku for x in siblings if "page" not in x.handles]
    if alone:
        raise Refused(f"{alone[0]} of its family is no variant in the shop", c.shop, OTHERS)
    named = {x.handles["page"] for x in siblings}
    if len(named) > 1:
        raise Refused(f"its family is on {len(named)} products in the shop", c.shop, OTHERS)
    sku = next(iter(named), parent_sku(family))
    path = f"{PATH}/{quote(sku, safe='')}"
    try:
        row = c.client.read(path)
    except Refused as refusal:
        if getattr(refusal, "missing", False):
            return None
        raise
    if not isinstance(row, dict):
        raise trouble.misshapen("it is no product", c.client.where("GET", path))
    if row.get("type_id") != "configurable":
        raise Refused(f'"{sku}" is no configurable product in the shop', c.shop, OTHERS)
    return row


def _check(page: Row, chosen: Sequence[Attribute], family: Family) -> None:
    """Refused when the page varies by other attributes than the family."""
    has = {values.text(one, "attribute_id") for one in _options(page)}
    if has and has != {str(one["attribute_id"]) for one in chosen}:
        told = ", ".join(values.text(one, "label") for one in _options(page))
        words = f"the product in the shop varies by {told}, not by {', '.join(family.axes)}"
        raise Refused(words, values.text(page, "sku"), OTHERS)


def _options(page: Row) -> list[Row]:
    extension = values.mapping(page, "extension_attributes")
    return values.rows(extension, "configurable_product_options")


def _numbers(c: Connection, family: Family, sku: str, chosen: Sequence[Attribute]) -> list[int]:
    choices = family.choices(sku)
    return [attributes.option(c, one, value) for one, value in zip(chosen, choices, strict=True)]


def _variant(
    c: Connection,
    change: CreateListing,
    there: Mapping[str, Row],
    chosen: Sequence[Attribute],
    numbers: Sequence[int],
) -> Row | Receipt:
    """The product of one variant: made, or found half-made; or why it is not."""
    taken = there.get(change.sku.casefold())
    if taken is not None:
        half_made = mapping.is_on_a_page(taken) and mapping.state(taken) == "hidden"
        if not half_made or taken.get("sku") != change.sku:
            return creation.occupied(c, change, taken)
        listings.refresh(c)
        if any(taken.get("id") in page["links"] for page in c.pages.values()):
            return parts.moved(change, "it is in the shop already")
        return taken
    told = [
        mapping.attribute(str(one["attribute_code"]), str(number))
        for one, number in zip(chosen, numbers, strict=True)
    ]
    try:
        return creation.make(c, change, told)
    except Refused as refusal:
        return parts.refused(change, refusal.what, refusal.next)


def _join(
    c: Connection,
    family: Family,
    page: Row | None,
    news: Sequence[CreateListing],
    rows: Mapping[int, Row],
    chosen: Sequence[Attribute],
    numbers: Mapping[str, Sequence[int]],
) -> parts.Receipts:
    """Make the page with these variants, or add them to it: what it has beside them stays."""
    ids = [mapping.number(rows[id(change)]) for change in news]
    links = [*listings.links_of(page), *ids]
    told = {
        "configurable_product_options": _widened(family, page, chosen, numbers),
        "configurable_product_links": links,
    }
    try:
        if page is None:
            body = _new_page(c, family, news[0], told)
            row = c.client.write("POST", PATH, {"product": body})
        else:
            path = f"{PATH}/{quote(values.text(page, 'sku'), safe='')}"
            row = c.client.write("PUT", path, {"product": {"extension_attributes": told}})
    except Refused as refusal:
        return {id(x): parts.refused(x, refusal.what, refusal.next) for x in news}
    except OutcomeUnknown as error:
        return {id(x): parts.in_doubt(x, error.what) for x in news}
    if not isinstance(row, dict) or not set(links) <= set(listings.links_of(row)):
        what = "the answer does not name the variants of the page"
        return {id(x): parts.in_doubt(x, what) for x in news}
    # Without its time, so that its links are read again with the next look at it.
    fresh = {**row, "updated_at": "", "links": listings.links_of(row)}
    c.pages = {**c.pages, mapping.number(row): fresh}
    if page is None:
        pictures.add(c, parent_sku(family), family.title, news[0].details.image)
    return {id(x): creation.made(c, x, rows[id(x)], row) for x in news}


def _new_page(
    c: Connection, family: Family, change: CreateListing, told: Mapping[str, Any]
) -> dict[str, Any]:
    """The page as it is made: disabled and not visible, by which it is known as ours to publish."""
    sku = parent_sku(family)
    texts = [mapping.attribute("url_key", mapping.url_key(family.title, sku))]
    if change.details.description:
        described = mapping.as_html(change.details.description)
        texts.append(mapping.attribute("description", described))
    extension: dict[str, Any] = {
        "website_ids": [int(values.amount(c.website, "id"))],
        "stock_item": {"is_in_stock": True},
        **told,
    }
    if change.details.category:
        number = creation.category(c, change.details.category)
        extension["category_links"] = [{"position": 0, "category_id": str(number)}]
    return {
        "sku": sku,
        "name": family.title,
        "type_id": "configurable",
        "attribute_set_id": c.settings.attribute_set,
        "status": mapping.DISABLED,
        "visibility": mapping.ON_A_PAGE,
        "extension_attributes": extension,
        "custom_attributes": texts,
    }


def _widened(
    family: Family,
    page: Row | None,
    chosen: Sequence[Attribute],
    numbers: Mapping[str, Sequence[int]],
) -> list[dict[str, Any]]:
    """The page's dropdowns with the family's choices among theirs."""
    had = {values.text(one, "attribute_id"): one for one in (_options(page) if page else ())}
    found = []
    for place, (axis, one) in enumerate(zip(family.axes, chosen, strict=True)):
        before = had.get(str(one["attribute_id"]), {})
        known = [row.get("value_index") for row in values.rows(before, "values")]
        wanted = dict.fromkeys([*known, *(picked[place] for picked in numbers.values())])
        option = {
            "attribute_id": str(one["attribute_id"]),
            "label": before.get("label", axis),
            "position": before.get("position", place),
            "values": [{"value_index": number} for number in wanted],
        }
        found.append({**option, **({"id": before["id"]} if "id" in before else {})})
    return found
