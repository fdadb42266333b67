"""HTTP of offers: /sale/product-offers, /sale/offers, operations; and the variants that are no more."""

from __future__ import annotations

from simulator.channels.allegro import jobs, offer_edits, offer_rules, offer_views, queries
from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, denied, error, invalid, no_offer, not_found
from simulator.channels.allegro.journals import offer_events
from simulator.channels.allegro.queries import BOUNDS, Condition, Order
from simulator.channels.allegro.store import NAME
from simulator.commerce.shop import Document

RETRY_AFTER_S = "5"
STATUSES = ("INACTIVE", "ACTIVE", "ACTIVATING", "ENDED")
FARTHEST = 10_000_000  # offset and limit together
PLAIN = {  # {query: where it stands in an offer}
    "category.id": "$.category.id",
    "delivery.shippingRates.id": "$.delivery.shippingRates.id",
    "afterSalesServices.returnPolicy.id": "$.afterSalesServices.returnPolicy.id",
    "fundraisingCampaign.id": "$.fundraisingCampaign.id",
    "sellingMode.priceAutomation.rule.id": "$.sellingMode.priceAutomation.rule.id",
}
ABSENT = {  # {query: what it asks the absence of}
    "delivery.shippingRates.id.empty": "$.delivery.shippingRates.id",
    "product.id.empty": "$.productSet",
    "fundraisingCampaign.id.empty": "$.fundraisingCampaign.id",
    "sellingMode.priceAutomation.rule.id.empty": "$.sellingMode.priceAutomation.rule.id",
}
SORTS = {
    "sellingMode.price.amount": "$.sellingMode.price.amount",
    "stock.sold": "$.sold",
    "stock.available": "$.stock.available",
}


def the_offer(call: Call, id: str) -> Document:
    """The offer of this id; Refused with 400 for what is no id, with 404 for one there is not."""
    if not id.isdecimal():
        raise Refused(400, error("VALIDATION_ERROR", f"Invalid offer id: {id}", "offerId"))
    found = call.store.get("offer", int(id)) if len(id) < 19 else None
    if found is None:
        raise no_offer(id)
    return found


def create(call: Call) -> Answer:
    """POST /sale/product-offers"""
    offer, job = offer_edits.create(call.store, call.json())
    return _answer(call, offer, job, 201)


def edit(call: Call, id: str) -> Answer:
    """PATCH /sale/product-offers/{offerId}"""
    offer, job = offer_edits.edit(call.store, the_offer(call, id), call.json())
    return _answer(call, offer, job, 200)


def _answer(call: Call, offer: Document, job: Document | None, status: int) -> Answer:
    body = offer_views.whole(call.store, offer, offer_rules.unlisted_because(offer.body))
    where = f"{call.base}/sale/product-offers/{offer.id}"
    if job is None:
        return Answer(status, body, {"Location": where} if status == 201 else {})
    headers = {"Location": f"{where}/operations/{job.sku}", "Retry-After": RETRY_AFTER_S}
    return Answer(202, body, headers)


def read(call: Call, id: str) -> Answer:
    """GET /sale/product-offers/{offerId}"""
    offer = _seen(call, id)
    missing = offer_rules.unlisted_because(offer.body)
    shown = missing if offer.body["publication"]["status"] not in ("ACTIVE", "ENDED") else []
    return Answer(body=offer_views.whole(call.store, offer, shown))


def _seen(call: Call, id: str) -> Document:
    offer = call.store.seen(the_offer(call, id))
    if offer is None:
        raise no_offer(id)
    return offer


def parts(call: Call, id: str) -> Answer:
    """GET /sale/product-offers/{offerId}/parts"""
    wanted = call.texts("include")
    if not wanted or not set(wanted) <= {"stock", "price"}:
        raise invalid("must name stock, price or both", "include", 400)
    return Answer(body=offer_views.parts(_seen(call, id), wanted))


def operation(call: Call, id: str, key: str) -> Answer:
    """GET …/operations/{operationId}: 202 while it runs, 303 when done, 422 when it failed."""
    offer = the_offer(call, id)
    job = call.store.by_key("job", key)
    if job is None or job.body["what"] != offer_edits.WHAT or job.body["offer"] != offer.id:
        raise not_found(call.path)
    if job.parent_id == jobs.PENDING:
        running = {"id": key, "status": "IN_PROGRESS", "startedAt": job.body["createdAt"]}
        body = {"offer": {"id": str(offer.id)}, "operation": running}
        return Answer(202, body, {"Retry-After": RETRY_AFTER_S})
    if job.body["errors"]:
        raise Refused(422, *job.body["errors"])
    return Answer(303, None, {"Location": f"{call.base}/sale/product-offers/{offer.id}"})


def drop(call: Call, id: str) -> Answer:
    """DELETE /sale/offers/{offerId}: drafts only."""
    offer = the_offer(call, id)
    if offer.body["publication"]["status"] != "INACTIVE":
        raise Refused(403, error("AccessDenied", "Only a draft may be deleted", call.path))
    call.store.shop.drop("offer", offer.id)
    return Answer(204)


def listed(call: Call) -> Answer:
    """GET /sale/offers"""
    limit = call.whole("limit", 20, 1, 1000, 400)
    offset = call.whole("offset", 0, 0, FARTHEST - 1, 400)
    if limit + offset > FARTHEST:
        raise invalid(f"limit and offset together may be {FARTHEST} at most", "offset", 400)
    found, total = queries.find(
        call.store, "offer", _claims(call), order=_order(call), limit=limit, offset=offset
    )
    omits = call.store.world.faults.omits
    shown = [offer_views.row(call.store, o) for o in found if not omits(NAME, "products")]
    return Answer(body={"offers": shown, "count": len(shown), "totalCount": total})


def _claims(call: Call) -> list[Condition]:
    claims = []
    if ids := call.texts("offer.id"):
        claims.append(Condition("id", "in", [int(i) for i in ids if i.isdecimal() and len(i) < 19]))
    # A seller's own code may hold a comma, so these come one by one.
    if codes := [code for code in call.request.args.getlist("external.id") if code]:
        if len(codes) > 100:
            raise invalid("at most 100 values", "external.id", 400)
        claims.append(Condition("sku", "in", codes))
    if (name := call.text("name")) is not None:
        claims.append(Condition("$.name", "contains", [name]))
    for field, known, where in (
        ("publication.status", STATUSES, "$.publication.status"),
        ("sellingMode.format", ("BUY_NOW", "ADVERTISEMENT", "AUCTION"), "$.sellingMode.format"),
    ):
        if values := call.one_of(field, known, 400):
            claims.append(Condition(where, "in", values))
    for name, where in PLAIN.items():
        if (wanted := call.text(name)) is not None:
            claims.append(Condition(where, "in", [wanted]))
    return [*claims, *_flag_claims(call), *_price_claims(call)]


def _flag_claims(call: Call) -> list[Condition]:
    claims = []
    for name, where in ABSENT.items():
        if (is_empty := call.flag(name, 400)) is not None:
            claims.append(Condition(where, "empty", is_empty))
    if (is_business := call.flag("b2b.buyableOnlyByBusiness", 400)) is not None:
        claims.append(Condition("$.b2b.buyableOnlyByBusiness", "in", [is_business]))
    if call.flag("isFulfillment", 400):  # the vendor's warehouse has none of them
        claims.append(Condition("id", "in", []))
    there = call.text("publication.marketplace")
    if there is not None and there != call.store.marketplace:
        claims.append(Condition("$.additionalMarketplaces", "contains", [f'"{there}":']))
    return claims


def _price_claims(call: Call) -> list[Condition]:
    claims = []
    for op in BOUNDS:
        name = f"sellingMode.price.amount.{op}"
        if (text := call.text(name)) is not None:
            try:
                bound = float(text)
            except ValueError as fault:
                raise invalid("must be a number", name, 400) from fault
            claims.append(Condition("$.sellingMode.price.amount", op, bound, is_number=True))
    return claims


def _order(call: Call) -> Order:
    text = call.text("sort")
    if text is None:
        return Order(descending=True)  # the newest first
    name = text.removeprefix("-")
    if name not in SORTS:
        raise invalid(f"unknown value: {text}", "sort", 400)
    return Order(SORTS[name], descending=text.startswith("-"), is_number=True)


def variants(call: Call, rest: str = "") -> Answer:
    """/sale/offer-variants, switched off on 2026-04-14 (issues 12899, 13307)."""
    raise denied()


ROUTES = (
    Route("POST", "/sale/product-offers", create, limit="offer writes"),
    Route("GET", "/sale/product-offers/<id>", read, limit="offer reads"),
    Route("PATCH", "/sale/product-offers/<id>", edit, limit="offer writes"),
    Route("GET", "/sale/product-offers/<id>/parts", parts),
    Route("GET", "/sale/product-offers/<id>/operations/<key>", operation),
    Route("GET", "/sale/offers", listed),
    Route("DELETE", "/sale/offers/<id>", drop),
    Route("GET", "/sale/offer-events", offer_events),
    *(
        Route(method, f"/sale/offer-variants{rest}", variants)
        for method in ("GET", "POST", "PUT", "DELETE")
        for rest in ("", "/<path:rest>")
    ),
)
