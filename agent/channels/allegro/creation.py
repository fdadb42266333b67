"""New offers, as drafts: what they need beside the ERP's data is a setting, or the only one there is."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import parts, strict, trouble
from agent.channels.allegro import edits, errors, listings, mapping, variants
from agent.channels.allegro.connection import Connection
from agent.errors import Lossy, OutcomeUnknown, Refused
from agent.model.change import CreateListing, Receipt
from agent.model.gtin import is_gtin
from agent.model.listing import Listing

PATH = "/sale/product-offers"
BRAND, GTIN = "Marka", "EAN (GTIN)"  # what the catalogue calls them
MOST = 999_999  # pieces


def already_there(c: Connection, changes: Sequence[CreateListing]) -> dict[str, Listing]:
    """What the account has of these skus; Allegro itself does not mind having one twice."""
    found = listings.find(c, [change.sku for change in changes]) if changes else []
    found.sort(key=lambda listing: listing.shown.state == "live")  # which is the one that counts
    return {listing.sku: listing for listing in found}


def create(c: Connection, change: CreateListing, there: Mapping[str, Listing]) -> Receipt:
    """A draft, made in one request; or the offer of this sku that there is."""
    if change.sku in there:
        return parts.done(change, there[change.sku], "it was there already")
    try:
        body = _body(c, change)
        answer = c.client.write("POST", PATH, body, costs={"offer writes": 1})
    except (Refused, Lossy) as refusal:
        return parts.refused(change, refusal.what, refusal.next)
    job = edits.operation(answer)
    if job is not None:
        return parts.working(change, job, "", answer.request_id)
    made = listings.whole(c, answer.body)
    if made.sku != change.sku:
        where = c.client.where(f"POST {PATH}")
        raise OutcomeUnknown(f'it was made with another sku: "{made.sku}"', where, trouble.LOOKS)
    return parts.done(change, made, request_id=answer.request_id)


def _body(c: Connection, change: CreateListing) -> dict[str, Any]:
    settings, shown, details = c.settings, change.shown, change.details
    title, chosen = _title(change)
    image = details.image or settings.image
    category = settings.categories.get(details.category) or settings.category
    body: dict[str, Any] = {
        "name": title,
        "external": {"id": change.sku},
        "productSet": [_product(c, change, title, category, chosen)],
        "stock": {"available": min(MOST, max(0, shown.quantity or 0)), "unit": "UNIT"},
        "sellingMode": {"format": "BUY_NOW"},
        "publication": {"status": "INACTIVE"},
        "payments": {"invoice": settings.invoice},
    }
    if shown.price is not None:
        body["sellingMode"]["price"] = mapping.amount(shown.price, c.currency)
    if category is not None:
        body["category"] = {"id": category}
    if image:
        body["images"] = [image]
    if details.description:
        body["description"] = _description(details.description)
    if settings.parameters:
        body["parameters"] = [{"name": n, "values": [v]} for n, v in settings.parameters.items()]
    if settings.vat_rate is not None:
        rate = {"rate": f"{settings.vat_rate:.2f}", "countryCode": settings.country}
        body["taxSettings"] = {"rates": [rate], "subject": "GOODS"}
    return {**body, **_terms(c)}


def _title(change: CreateListing) -> tuple[str, list[dict[str, Any]]]:
    """The title, and what a variant is chosen by. Refused when Allegro would not take the title."""
    if change.family is not None:
        told = variants.project(change.family)[change.sku]
        return told["name"], told["parameters"]
    title = " ".join((change.details.title or change.sku).split())
    if not variants.is_title(title):
        what, advice = variants.unfit(title)
        raise Refused(what, change.sku, advice)
    return title, []


def _product(
    c: Connection,
    change: CreateListing,
    title: str,
    category: str | None,
    chosen: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The product that is sold: one of the catalogue by its GTIN, else one that is described."""
    settings, details = c.settings, change.details
    gtin = details.gtin if is_gtin(details.gtin) else ""
    known = _in_catalogue(c, gtin) if gtin else None
    product: dict[str, Any] = {"id": known} if known else {"name": title}
    if not known:
        if category is None:
            what = "Allegro wants a category for a product that is not in its catalogue"
            raise Refused(what, change.sku, errors.advice("CATEGORY"))
        axes = [
            {**x, "name": settings.axes[x["name"]]} for x in chosen if x["name"] in settings.axes
        ]
        brand = [{"name": BRAND, "values": [details.brand]}] if details.brand else []
        code = [{"name": GTIN, "values": [gtin]}] if gtin else []
        image = details.image or settings.image
        product |= {"category": {"id": category}, "parameters": [*brand, *code, *axes]}
        product |= {"images": [image]} if image else {}
    found: dict[str, Any] = {"product": product, "quantity": {"value": 1}}
    if settings.producer is not None:
        found["responsibleProducer"] = {"type": "NAME", "name": settings.producer}
    if settings.safety is not None:
        found["safetyInformation"] = {"type": "TEXT", "description": settings.safety}
    return found


def _in_catalogue(c: Connection, gtin: str) -> str | None:
    """The id of the only product with this GTIN; None when there is none, or it is not clear which."""
    path = "/sale/products"
    answer = c.client.read(path, [("phrase", gtin), ("mode", "GTIN")])
    try:
        found = strict.needed_rows(answer, "products")
        return strict.text(found[0], "id") if len(found) == 1 else None
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where(f"GET {path}")) from error


def _terms(c: Connection) -> dict[str, Any]:
    """Shipping and what comes after a sale; what the account has none of is left to the vendor."""
    found: dict[str, Any] = {}
    delivery: dict[str, Any] = {}
    if (rates := c.chosen("shipping_rates")) is not None:
        delivery["shippingRates"] = {"id": rates}
    if c.settings.handling_time is not None:
        delivery["handlingTime"] = c.settings.handling_time
    if delivery:
        found["delivery"] = delivery
    services = {
        "returnPolicy": c.chosen("return_policy"),
        "impliedWarranty": c.chosen("implied_warranty"),
        "warranty": c.chosen("warranty"),
    }
    named = {name: {"id": id} for name, id in services.items() if id is not None}
    return found | ({"afterSalesServices": named} if named else {})


def _description(text: str) -> dict[str, Any]:
    """A text as a description of one section; what looks like markup is shown as it stands."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    content = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)
    return {"sections": [{"items": [{"type": "TEXT", "content": content}]}]}
