"""Webhooks: the resource, which events reach them, and how a delivery is composed and signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.channels.woocommerce import batch, lists, order_views, rules
from simulator.channels.woocommerce.calls import (
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
    User,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE, IDS, PAGES, SEARCH, ordered
from simulator.channels.woocommerce.order_schema import INT, TEXT, shown, times
from simulator.commerce.shop import Document
from simulator.wire import webhooks
from simulator.wire.webhooks import Delivery, Policy, WebhookQueue

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

KIND = "webhook"
AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"
POLICY = Policy(  # one try; the 7th failure in a row switches a webhook off
    timeout_s=60, good=range(200, 303), coalesces=True, failures_in_a_row=7
)
TOPICS = {  # topic: the shop's inner events behind it
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "coupon.updated": ["woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"],
    "coupon.deleted": ["wp_trash_post"],
    "coupon.restored": ["untrashed_post"],
    "customer.created": [
        "user_register",
        "woocommerce_created_customer",
        "woocommerce_new_customer",
    ],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": [
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ],
    "product.updated": [
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
    "product.published": ["woocommerce_product_published"],
}
STATUSES = ("active", "paused", "disabled")


# -- deliveries -----------------------------------------------------------------------------------


def queue(dialect: WooCommerce) -> WebhookQueue:
    """The shop's queue of deliveries, one for its whole life."""
    return WebhookQueue(
        dialect.shop.db,
        dialect.name,
        POLICY,
        lambda delivery: compose(dialect, delivery),
        outside=lambda: dialect.world.outside,
        exhausted=lambda hook: _switch_off(dialect, hook),
    )


def listen(dialect: WooCommerce) -> None:
    """Hear of everything that happens in the shop."""
    dialect.listeners.append(lambda topic, id: _happened(dialect, topic, id))


def set_up(dialect: WooCommerce) -> None:
    """An empty shop owes nobody a delivery."""
    dialect.webhooks.clear()


def run_due(dialect: WooCommerce, waited: timedelta) -> None:
    """Send the deliveries that wait."""
    dialect.webhooks.deliver(dialect.shop.clock.now())


def _happened(dialect: WooCommerce, topic: str, id: int) -> None:
    for hook in dialect.shop.all(KIND):
        if hook.body["status"] == "active" and hook.body["topic"] == topic:
            dialect.webhooks.add(hook.id, topic, str(id), dialect.shop.clock.now())


def compose(dialect: WooCommerce, delivery: Delivery) -> webhooks.Call | None:
    """A delivery as it goes out, its payload as of now; None when the webhook is gone or off."""
    hook = dialect.shop.get(KIND, delivery.hook)
    if hook is None or hook.body["status"] != "active":
        return None
    body = json.dumps(_payload(dialect, delivery), separators=(",", ":")).encode()
    resource, _, event = delivery.topic.partition(".")
    secret, stream = hook.body["secret"], dialect.world.chance.stream(f"{dialect.name} deliveries")
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    headers = {
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{dialect.home}/",
        "X-WC-Webhook-Topic": delivery.topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": signature.decode(),
        "X-WC-Webhook-ID": str(hook.id),
        "X-WC-Webhook-Delivery-ID": f"{stream.getrandbits(128):032x}",
    }
    return webhooks.Call(hook.body["delivery_url"], body, headers)


def _payload(dialect: WooCommerce, delivery: Delivery) -> Any:
    """The resource as the API shows it to the administrator; of something deleted only its id.

    The shop reads it for itself, so no lag of its readers counts.
    """
    resource, _, event = delivery.topic.partition(".")
    if event == "deleted":
        return {"id": int(delivery.resource)}
    shop, lag = dialect.shop, dialect.shop.lag
    shop.lag = timedelta(0)
    try:
        return read(dialect, f"/{resource}s/{delivery.resource}")
    finally:
        shop.lag = lag


def read(dialect: WooCommerce, path: str) -> Any:
    """What GET of a path answers the shop itself; a refusal is answered with its error body."""
    from simulator.channels.woocommerce import routes  # late: it finds this module itself

    base = f"{dialect.home}{routes.PREFIX}"
    for pattern, route in routes.routes():
        found, endpoint = pattern.fullmatch(path), route.endpoint("GET")
        if found is not None and endpoint is not None:
            here, owner = found.groupdict(), User(1, True, "read_write")
            call = Call(dialect, "GET", path, here, {}, {}, owner, base, {**here})
            try:
                return endpoint.handle(call).whole()
            except WooError as error:
                return error.body()
    raise LookupError(f"no route answers {path}")


def _switch_off(dialect: WooCommerce, id: int) -> None:
    hook = dialect.shop.get(KIND, id)
    if hook is not None:
        dialect.shop.put(replace(hook, body={**hook.body, "status": "disabled"}), quiet=True)


def _ping(dialect: WooCommerce, hook: Document) -> None:
    """Tell a new address about its webhook, at once; whether it answers does not matter."""
    headers = {"User-Agent": AGENT, "Content-Type": "application/x-www-form-urlencoded"}
    call = webhooks.Call(hook.body["delivery_url"], f"webhook_id={hook.id}".encode(), headers)
    webhooks.send(call, dialect.world.outside, POLICY.timeout_s)


# -- the resource ---------------------------------------------------------------------------------


def view(call: Call, hook: Document, *, new: bool = False) -> dict[str, Any]:
    """A webhook as the API shows it; a new one has no time of modification yet."""
    body, zone = hook.body, call.dialect.zone
    resource, _, event = body["topic"].partition(".")
    return {
        "id": hook.id,
        "name": body["name"],
        "status": body["status"],
        "topic": body["topic"],
        "resource": resource,
        "event": event,
        "hooks": TOPICS.get(body["topic"], [event]),
        "delivery_url": body["delivery_url"],
        **order_views.both("date_created", hook.created_at, zone),
        **order_views.both("date_modified", None if new else hook.modified_at, zone),
    }


def _shown(call: Call, hook: Document, status: int = 200, **headers: str) -> Reply:
    links = item_links(call, f"/webhooks/{hook.id}", "/webhooks")
    return Reply(view(call, hook, new=status == 201), status, headers, links)


def _existing(call: Call, message: str = "ID is invalid.", status: int = 404) -> Document:
    hook = call.shop.get(KIND, call.number())
    if hook is None:
        raise WooError("woocommerce_rest_shop_webhook_invalid_id", message, status)
    return hook


def _list(call: Call) -> Reply:
    status, words = call.params.get("status", "all"), str(call.params.get("search") or "").lower()
    include, exclude = call.params.get("include"), call.params.get("exclude") or ()
    hooks = [
        h
        for h in call.shop.seen(KIND)
        if status in ("all", h.body["status"])
        and words in h.body["name"].lower()
        and (not include or h.id in include)
        and h.id not in exclude
        and lists.within(call, h.created_at, h.modified_at)
    ]
    by = call.params.get("orderby", "date")
    hooks.sort(
        key=lambda h: (h.body["name"], h.id) if by == "title" else (0 if by == "id" else 1, h.id),
        reverse=call.params.get("order", "desc") == "desc",
    )
    offset, length = lists.window(call)
    page = [_shown(call, h).whole() for h in hooks[offset : offset + length]]
    return lists.answer(call, "/webhooks", page, len(hooks))


def _get(call: Call) -> Reply:
    return _shown(call, _existing(call))


def _create(call: Call) -> Reply:
    if call.params.get("id"):
        message = "Cannot create existing shop_webhook."
        raise WooError("woocommerce_rest_shop_webhook_exists", message)
    now = call.shop.clock.now()
    topic = _topic(call.params.get("topic"), "Webhook topic is required and must be valid.")
    url = _url(call.params.get("delivery_url"))
    stream = call.dialect.world.chance.stream(f"{call.dialect.name} webhook secrets")
    named = f"Webhook created on {now:%b %d, %Y @ %I:%M %p}"
    body = {
        "name": rules.text(call.params.get("name")) or named,
        "status": "active",  # whatever was sent
        "topic": topic,
        "delivery_url": url,
        "secret": rules.text(call.params.get("secret")) or f"{stream.getrandbits(256):064x}",
    }
    hook = call.shop.add(KIND, body, quiet=True)
    _ping(call.dialect, hook)
    return _shown(call, hook, 201, Location=call.link(f"/webhooks/{hook.id}"))


def _update(call: Call) -> Reply:
    hook, params = _existing(call, status=400), call.params
    body, before = hook.body, hook.body["delivery_url"]
    if params.get("topic"):
        body["topic"] = _topic(params["topic"], "Webhook topic must be valid.")
    if params.get("delivery_url"):
        body["delivery_url"] = _url(params["delivery_url"])
    for name in ("name", "secret"):
        if params.get(name):
            body[name] = rules.text(params[name])
    if str(params.get("status", "")).lower() in STATUSES:
        body["status"] = str(params["status"]).lower()
    hook = call.shop.put(hook, quiet=True)
    if body["delivery_url"] != before:
        _ping(call.dialect, hook)
    return _shown(call, hook)


def _delete(call: Call) -> Reply:
    hook = _existing(call, "Invalid ID.")
    if not call.flag("force"):
        raise no_trash("Webhooks do not support trashing.")
    call.shop.drop(KIND, hook.id, quiet=True)
    call.dialect.webhooks.forget(hook.id)
    return _shown(call, hook)


def _topic(value: Any, message: str) -> str:
    topic = rules.text(value).lower()
    if topic in TOPICS or topic.startswith(("action.woocommerce_", "action.wc_")):
        return topic
    raise WooError("woocommerce_rest_shop_webhook_invalid_topic", message)


def _url(value: Any) -> str:
    url = rules.text(value).strip()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise WooError("woocommerce_rest_shop_webhook_invalid_delivery_url", message)
    return url


_STATUS = {"type": "string", "enum": list(STATUSES)}
_FIELDS = {"name": TEXT, "status": _STATUS, "topic": TEXT, "delivery_url": TEXT, "secret": TEXT}
_NEEDED = {"topic": {**TEXT, "required": True}, "delivery_url": {**TEXT, "required": True}}
_TIMES = {"after": lists.TIMES["after"], "before": lists.TIMES["before"]}
_LIST = {
    **PAGES,
    "search": SEARCH,
    **_TIMES,
    "exclude": IDS,
    "include": IDS,
    **ordered(["date", "id", "title"]),
    "status": {"type": "string", "enum": ["all", *STATUSES], "default": "all"},
}
_ID = {"id": INT}
RESOURCE: Schema = {
    "title": "webhook",
    "properties": {
        **shown(id=INT, resource=TEXT, event=TEXT, hooks={"type": "array", "items": TEXT}),
        **times("date_created", "date_modified"),
        **_FIELDS,
    },
}
ROUTES = (
    Route(
        "/webhooks",
        (
            Endpoint(GET, may("list"), _list, _LIST),
            Endpoint(CREATE, may("create"), _create, {**_FIELDS, **_NEEDED}),
        ),
        RESOURCE,
    ),
    Route(
        r"/webhooks/(?P<id>[\d]+)",
        (
            Endpoint(GET, may("view"), _get, {**_ID, "context": CONTEXT}),
            Endpoint(UPDATE, may("edit"), _update, {**_ID, **_FIELDS}),
            Endpoint(DELETE, may("delete"), _delete, {**_ID, **FORCE}),
        ),
        RESOURCE,
    ),
    Route("/webhooks/batch", (batch.batch(_create, _update, _delete),), RESOURCE),
)
