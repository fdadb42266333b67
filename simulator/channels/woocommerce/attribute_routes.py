"""Routes of the shop's global attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.channels.woocommerce import batch, lists, rules, terms
from simulator.channels.woocommerce.attributes import PREFIX
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Allow,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE
from simulator.commerce.shop import Document

PATH = "/products/attributes"
TEXT: Schema = {"type": "string"}
ARGS: dict[str, Schema] = {
    "name": TEXT,
    "slug": TEXT,
    "type": {"type": "string", "enum": ["select"]},
    "order_by": {"type": "string", "enum": ["menu_order", "name", "name_num", "id"]},
    "has_archives": {"type": "boolean"},
}
SCHEMA = {"title": "product_attribute", "properties": {"id": {"type": "integer"}, **ARGS}}
LONGEST = 28
RESERVED = str.split(  # words that WordPress needs for itself in addresses
    "attachment author calendar cat category cpage cron custom customize day embed error exact feed"
    " hour id link m menu minute monthnum more name nav_menu nonce offset order orderby p page"
    " paged pagename parent pb perm post posts post_format post_tag post_type preview previous"
    " robots s search second sentence slug static stop tag taxonomy tb term terms theme title type"
    " types w withcomments withoutcomments year"
)


def _find(call: Call) -> Document:
    found = call.shop.get("attribute", call.number())
    if found is None:
        raise WooError("woocommerce_rest_taxonomy_invalid", "Resource does not exist.", 404)
    return found


def _allow(action: str) -> Allow:
    def allow(call: Call) -> None:
        if "found" not in call.memory:  # it stays known while the request deletes it
            call.memory["found"] = _find(call).id
        call.refuse(action)

    return allow


def _shown(call: Call, document: Document) -> Reply:
    names = ("name", "slug", "type", "order_by", "has_archives")
    body = {"id": document.id, **{n: document.body[n] for n in names}}
    return Reply(body, links=item_links(call, f"{PATH}/{document.id}", PATH))


def _slug(call: Call, wanted: str, id: int) -> str:
    slug = rules.slug_of(wanted).removeprefix(PREFIX)
    refused = ""
    if len(slug) > LONGEST:
        refused = f'Slug "{slug}" is too long. Please use a shorter slug.'
    elif slug in RESERVED:
        refused = f'Slug "{slug}" is not allowed because it is a reserved term. Change it, please.'
    elif any(d.body["slug"] == PREFIX + slug and d.id != id for d in call.shop.all("attribute")):
        refused = f'Slug "{slug}" is already in use. Change it, please.'
    if refused:
        raise WooError(f"woocommerce_rest_cannot_{'edit' if id else 'create'}", refused)
    return PREFIX + slug


def _create(call: Call) -> Reply:
    name = rules.line(call.params.get("name"))
    if not name:
        raise WooError("woocommerce_rest_cannot_create", "Please, provide an attribute name.", 400)
    slug = _slug(call, rules.text(call.params.get("slug")) or name, 0)
    body = {
        "name": name,
        "slug": slug,
        "type": call.params.get("type") or "select",
        "order_by": call.params.get("order_by") or "menu_order",
        "has_archives": rules.yes(call.params.get("has_archives")),
    }
    made = call.shop.add("attribute", body)
    location = call.link(f"{PATH}/{made.id}")
    return replace(_shown(call, made), status=201, headers={"Location": location})


def _update(call: Call) -> Reply:
    document = _find(call)
    body: dict[str, Any] = {}
    sent: dict[str, Any] = {k: call.params[k] for k in ARGS if call.params.get(k) is not None}
    if "name" in sent:
        body["name"] = rules.line(sent["name"])
    # without a slug it is made of the name anew
    wanted = rules.text(sent.get("slug")) or body.get("name") or document.body["name"]
    body["slug"] = _slug(call, wanted, document.id)
    for name in ("type", "order_by"):
        if name in sent:
            body[name] = sent[name]
    if "has_archives" in sent:
        body["has_archives"] = rules.yes(sent["has_archives"])
    saved = call.shop.put(replace(document, body={**document.body, **body}))
    return _shown(call, saved)


def _delete(call: Call) -> Reply:
    document = _find(call)
    if not call.flag("force"):
        raise no_trash()
    call.shop.drop("attribute", document.id)
    for value in call.shop.all(terms.VALUE, parent_id=document.id):
        call.shop.drop(terms.VALUE, value.id)
    return _shown(call, document)


def _list(call: Call) -> Reply:
    rows = [_shown(call, d).whole() for d in call.shop.all("attribute")]
    call = replace(call, params={**call.params, "per_page": max(1, len(rows))})
    return lists.answer(call, PATH, rows, len(rows))


ONE: dict[str, Schema] = {"id": {"type": "integer"}}
ROUTES = (
    Route(
        PATH,
        (
            Endpoint(GET, may("list"), _list, {"context": CONTEXT}),
            Endpoint(CREATE, may("create"), _create, {**ARGS, "name": {**TEXT, "required": True}}),
        ),
        SCHEMA,
    ),
    Route(
        PATH + r"/(?P<id>[\d]+)",
        (
            Endpoint(
                GET, _allow("view"), lambda c: _shown(c, _find(c)), {**ONE, "context": CONTEXT}
            ),
            Endpoint(UPDATE, _allow("update"), _update, {**ONE, **ARGS}),
            Endpoint(
                DELETE,
                _allow("delete"),
                _delete,
                {**ONE, "force": {**FORCE["force"], "default": True}},
            ),
        ),
        SCHEMA,
    ),
    Route(PATH + "/batch", (batch.batch(_create, _update, _delete),)),
)
