"""Webhook subscriptions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from simulator.channels.shopify import lists
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.resolvers.nodes import BY_TIME, TIMES, by_id, context, in_body
from simulator.channels.shopify.search import Clause, Column, Search
from simulator.commerce.shop import Document

HOOKS = lists.Listing(
    "webhook_subscription",
    lambda call: Search(
        {**TIMES, "id": Column("id", "id"), "topic": Column(in_body("topic"))},
        (),
        call.store.zone,
    ),
    {"ID": "id", "CREATED_AT": BY_TIME["CREATED_AT"]},
)


def create(call: Call, args: Args) -> Payload:
    """`webhookSubscriptionCreate`: HTTPS addresses, each topic and address once."""
    given, topic = args["webhookSubscription"], args["topic"]
    body = {
        "topic": topic,
        "uri": _address(given),
        "format": given.get("format") or "JSON",
        "filter": given.get("filter"),
        "includeFields": given.get("includeFields") or [],
        "metafieldNamespaces": given.get("metafieldNamespaces") or [],
        "name": given.get("name"),
        "version": call.version,
    }
    _unused(call, topic, body["uri"], body["filter"], None)
    return {"webhookSubscription": call.store.add("webhook_subscription", body, quiet=True)}


def update(call: Call, args: Args) -> Payload:
    """`webhookSubscriptionUpdate`: the topic stays."""
    hook, given = _need(call, args["id"]), args["webhookSubscription"]
    if given.get("uri") or given.get("callbackUrl"):
        hook.body["uri"] = _address(given)
    for name in ("format", "filter", "includeFields", "metafieldNamespaces", "name"):
        if given.get(name) is not None:
            hook.body[name] = given[name]
    _unused(call, hook.body["topic"], hook.body["uri"], hook.body["filter"], hook.id)
    return {"webhookSubscription": call.store.shop.put(hook, quiet=True)}


def delete(call: Call, args: Args) -> Payload:
    """`webhookSubscriptionDelete`."""
    hook = _need(call, args["id"])
    call.store.shop.drop("webhook_subscription", hook.id, quiet=True)
    call.store.webhooks.queue.forget(hook.id)
    return {"deletedWebhookSubscriptionId": args["id"]}


def _need(call: Call, id: str) -> Document:
    hook = call.store.by_gid("webhook_subscription", id)
    if hook is None:
        raise refuse("Webhook subscription does not exist", "id")
    return hook


def _address(given: Any) -> str:
    address = given.get("uri") or given.get("callbackUrl") or ""
    if not address:
        raise refuse("Address can't be blank", "webhookSubscription", "callbackUrl")
    loopback = urlsplit(address).hostname in ("127.0.0.1", "::1", "localhost")
    if not address.startswith("https://") and not loopback:
        message = "Address protocol http:// is not supported"
        raise refuse(message, "webhookSubscription", "callbackUrl")
    return str(address)


def _unused(call: Call, topic: str, address: str, filter: str | None, mine: int | None) -> None:
    for hook in call.store.shop.all("webhook_subscription"):
        same = (hook.body["topic"], hook.body["uri"], hook.body["filter"])
        if hook.id != mine and same == (topic, address, filter):
            message = "Address for this topic has already been taken"
            raise refuse(message, "webhookSubscription", "callbackUrl")


def hooks(
    source: Any,
    info: Any,
    topics: list[str] | None = None,
    uri: str | None = None,
    callbackUrl: str | None = None,
    format: str | None = None,
    **args: Any,
) -> lists.Connection:
    """The subscriptions of the calling app."""
    within = Clause()
    if topics:
        marks = ", ".join("?" * len(topics))
        within &= Clause(f"json_extract(body, '$.topic') in ({marks})", tuple(topics))
    for name, value in (("uri", uri or callbackUrl), ("format", format)):
        if value:
            within &= Clause(f"json_extract(body, '$.{name}') = ?", (value,))
    return HOOKS.connection(context(info), args, within)


def version(source: Document, info: Any) -> dict[str, Any]:
    """The API version that bodies follow."""
    handle = source.body["version"]
    return {"handle": handle, "displayName": handle, "supported": True}


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "webhookSubscription": by_id("webhook_subscription"),
        "webhookSubscriptions": hooks,
        "webhookSubscriptionsCount": lambda source, info, **args: HOOKS.count(context(info), args),
    },
    "Mutation": {
        "webhookSubscriptionCreate": act(create),
        "webhookSubscriptionUpdate": act(update),
        "webhookSubscriptionDelete": act(delete),
    },
    "WebhookSubscription": {
        "apiVersion": version,
        "callbackUrl": lambda source, info: source.body["uri"],
    },
}
