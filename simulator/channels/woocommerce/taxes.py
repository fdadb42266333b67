"""Tax rates and tax classes."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import batch, checks, lists, rules
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE, PAGES, ordered
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

PATH, KIND, CLASSES = "/taxes", "tax", "tax classes"
BUILT_IN = [["standard", "Standard rate"], ["reduced-rate", "Reduced rate"]]
BUILT_IN += [["zero-rate", "Zero rate"]]
TEXT: Schema = {"type": "string"}
INT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
WORDS: Schema = {"type": "array", "items": TEXT}
ARGS: dict[str, Schema] = {
    "country": TEXT,
    "state": TEXT,
    "postcode": TEXT,
    "city": TEXT,
    "postcodes": WORDS,
    "cities": WORDS,
    "rate": TEXT,
    "name": TEXT,
    "priority": INT,
    "compound": FLAG,
    "shipping": FLAG,
    "order": INT,
    "class": TEXT,
}
SCHEMA = {"title": "tax", "properties": {"id": INT, **ARGS}}
NEW: dict[str, Any] = {
    "country": "",
    "state": "",
    "postcode": "",
    "city": "",
    "rate": "",
    "name": "",
    "priority": 1,
    "compound": False,
    "shipping": True,
    "order": 0,
    "class": "standard",
    "postcodes": [],
    "cities": [],
}


def set_up(dialect: WooCommerce) -> None:
    """The three classes every shop has, and the rates asked for at set-up: {country: percent}."""
    dialect.shop.set_setting(CLASSES, BUILT_IN)
    taxes = dialect.shop.setting("set up", {}).get("taxes") or {}
    for country, percent in taxes.items():
        body = {**NEW, "country": country, "rate": _rate(str(percent)), "name": "VAT"}
        dialect.shop.add(KIND, body, quiet=True)


def _rate(text: str) -> str:
    try:
        wanted = Decimal(text.replace(",", "."))
        return str(wanted.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))
    except InvalidOperation:
        return "0.0000"


def _apply(body: dict[str, Any], call: Call) -> dict[str, Any]:
    body = dict(body)
    sent = {k: call.params[k] for k in ARGS if call.params.get(k) is not None}
    if "name" in sent:
        body["name"] = rules.line(sent["name"])
    for name in ("country", "state"):
        if name in sent:
            body[name] = rules.line(sent[name]).upper()
    if "rate" in sent:
        body["rate"] = _rate(rules.text(sent["rate"]))
    for name in ("priority", "order"):
        if name in sent:
            body[name] = rules.whole(sent[name])
    for name in ("compound", "shipping"):
        if name in sent:
            body[name] = rules.yes(sent[name])
    if "class" in sent:
        known = {slug for slug, _ in call.dialect.tax_classes()}
        body["class"] = sent["class"] if sent["class"] in known else "standard"
    _set_places(body, sent)
    return body


def _set_places(body: dict[str, Any], sent: dict[str, Any]) -> None:
    for one, many in (("postcode", "postcodes"), ("city", "cities")):
        if one in sent:
            body[many] = [p.strip().upper() for p in str(sent[one]).split(";") if p.strip()]
        if many in sent:
            body[many] = [str(p).strip().upper() for p in sent[many] if str(p).strip()]
        body[one] = body[many][-1] if body[many] else ""


def _shown(call: Call, document: Document) -> Reply:
    body = {"id": document.id, **document.body}
    return Reply(body, links=item_links(call, f"{PATH}/{document.id}", PATH))


def _find(call: Call) -> Document:
    found = call.shop.get(KIND, call.number())
    if found is None:
        raise WooError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    return found


def check_class(call: Call, name: str = "class") -> None:
    """Refuse a tax class that the shop has not. Batch rows are not checked."""
    if call.params.get(name) and not call.in_batch:
        known = [slug for slug, _ in call.dialect.tax_classes()]
        checks.check({name: {"type": "string", "enum": known}}, call.params)


def _create(call: Call) -> Reply:
    check_class(call)
    if call.params.get("id"):
        raise WooError("woocommerce_rest_tax_exists", "Cannot create existing resource.")
    made = call.shop.add(KIND, _apply(NEW, call))
    location = call.link(f"{PATH}/{made.id}")
    return replace(_shown(call, made), status=201, headers={"Location": location})


def _update(call: Call) -> Reply:
    check_class(call)
    document = _find(call)
    return _shown(call, call.shop.put(replace(document, body=_apply(document.body, call))))


def _delete(call: Call) -> Reply:
    if not call.flag("force"):
        raise no_trash("Taxes do not support trashing.")
    document = _find(call)
    call.shop.drop(KIND, document.id)
    return _shown(call, document)


def _list(call: Call) -> Reply:
    check_class(call)
    found = list(call.shop.all(KIND))
    wanted = call.params.get("class")
    if wanted:
        found = [d for d in found if d.body["class"] == wanted]
    by = call.params.get("orderby") or "order"
    found.sort(
        key=lambda d: (d.body.get(by, d.id), d.id), reverse=call.params.get("order") == "desc"
    )
    offset, length = lists.window(call)
    rows = [_shown(call, d).whole() for d in found[offset : offset + length]]
    return lists.answer(call, PATH, rows, len(found))


# -- classes --------------------------------------------------------------------------------


def _class(slug: str, name: str) -> dict[str, Any]:
    return {"slug": slug, "name": name}


def _class_reply(call: Call, slug: str, name: str) -> Reply:
    links = {"collection": [{"href": call.link(f"{PATH}/classes")}]}
    return Reply(_class(slug, name), links=links)


def _classes(call: Call) -> Reply:
    found = [_class_reply(call, *c).whole() for c in call.dialect.tax_classes()]
    return Reply(found, headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": "1"})


def _find_class(call: Call) -> tuple[str, str]:
    slug = rules.slug_of(rules.text(call.params.get("slug")))
    for found in call.dialect.tax_classes():
        if found[0] == slug:
            return found
    raise WooError("woocommerce_rest_tax_class_invalid_slug", "Invalid slug.", 404)


def _class_alone(call: Call) -> Reply:
    """One class, answered as a list of one."""
    return Reply([_class_reply(call, *_find_class(call)).whole()])


def _create_class(call: Call) -> Reply:
    name = rules.line(call.params.get("name"))
    slug = rules.slug_of(name)
    known = call.dialect.tax_classes()
    if name.casefold() in {n.casefold() for _, n in known}:
        raise WooError("woocommerce_rest_tax_class_exists", "Tax class already exists")
    if slug in {s for s, _ in known}:
        raise WooError("woocommerce_rest_tax_class_slug_exists", "Tax class slug already exists")
    call.shop.set_setting(CLASSES, [*(list(c) for c in known), [slug, name]])
    headers = {"Location": call.link(f"{PATH}/classes/{slug}")}
    return replace(_class_reply(call, slug, name), status=201, headers=headers)


def _delete_class(call: Call) -> Reply:
    if not call.flag("force"):
        raise no_trash("Taxes do not support trashing.")
    slug, name = _find_class(call)
    if slug == "standard":
        raise WooError("woocommerce_rest_tax_class_invalid_slug", "Invalid slug.", 404)
    call.shop.set_setting(CLASSES, [list(c) for c in call.dialect.tax_classes() if c[0] != slug])
    return _class_reply(call, slug, name)


ONE: dict[str, Schema] = {"id": INT}
_ORDER = ordered(("id", "order", "priority"), by="order", order="asc")
ROUTES = (
    Route(
        PATH + "/classes",
        (
            Endpoint(GET, may("list"), _classes, {"context": CONTEXT}),
            Endpoint(CREATE, may("create"), _create_class, {"name": {**TEXT, "required": True}}),
        ),
    ),
    Route(
        PATH + r"/classes/(?P<slug>\w[\w\s\-]*)",
        (
            Endpoint(GET, may("view"), _class_alone, {"slug": TEXT}),
            Endpoint(DELETE, may("delete"), _delete_class, {"slug": TEXT, **FORCE}),
        ),
    ),
    Route(
        PATH,
        (
            Endpoint(GET, may("list"), _list, {**PAGES, **_ORDER, "class": TEXT}),
            Endpoint(CREATE, may("create"), _create, ARGS),
        ),
        SCHEMA,
    ),
    Route(
        PATH + r"/(?P<id>[\d]+)",
        (
            Endpoint(GET, may("view"), lambda c: _shown(c, _find(c)), ONE),
            Endpoint(UPDATE, may("edit"), _update, {**ONE, **ARGS}),
            Endpoint(DELETE, may("delete"), _delete, {**ONE, **FORCE}),
        ),
        SCHEMA,
    ),
    Route(PATH + "/batch", (batch.batch(_create, _update, _delete),)),
)
