"""The shop, the app, nodes by id, jobs, metafields, and what most lists share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.shopify import gids, lists
from simulator.channels.shopify.call import Call, Resolver
from simulator.channels.shopify.search import Column
from simulator.commerce.shop import Document

VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07")
TIMES = {"created_at": Column("created_at", "time"), "updated_at": Column("modified_at", "time")}
BY_TIME = {"ID": "id", "CREATED_AT": "created_at", "UPDATED_AT": "modified_at"}


def context(info: Any) -> Call:
    """The call that a resolver works for."""
    call: Call = info.context
    return call


def by_id(kind: str) -> Resolver:
    """`thing(id:)`: the document, or null."""

    def resolve(source: Any, info: Any, id: str | None = None) -> Document | None:
        return context(info).store.by_gid(kind, id)

    return resolve


def listed(listing: lists.Listing) -> Resolver:
    """`things(first:, query:, …)`."""
    return lambda source, info, **args: listing.connection(context(info), args)


def counted(listing: lists.Listing) -> Resolver:
    """`thingsCount(query:, limit:)`."""
    return lambda source, info, **args: listing.count(context(info), args)


def parent(kind: str, of: str = "parent_id") -> Resolver:
    """The document above one."""
    return lambda source, info: context(info).store.need(kind, getattr(source, of))


def in_body(path: str) -> str:
    """SQL of a field in the body; text fields are never null."""
    return f"coalesce(json_extract(body, '$.{path}'), '')"


def shop(source: Any, info: Any, **_: Any) -> dict[str, Any]:
    """The shop itself."""
    call = context(info)
    given = call.store.shop.setting("shopify")
    now = call.store.now().astimezone(call.store.zone)
    offset = now.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    address = f"https://{call.domain}"
    return {
        "id": 11_000_000_000,
        "name": given["name"],
        "email": given["email"],
        "contactEmail": given["email"],
        "myshopifyDomain": call.domain,
        "url": address,
        "createdAt": given["created_at"],
        "updatedAt": given["created_at"],
        "currencyCode": given["currency"],
        "enabledPresentmentCurrencies": [given["currency"]],
        "ianaTimezone": given["zone"],
        "timezoneAbbreviation": now.strftime("%Z"),
        "timezoneOffset": f"{sign}{hours:02d}{rest:02d}",
        "timezoneOffsetMinutes": minutes,
        "taxesIncluded": given["taxes_included"],
        "taxShipping": False,
        "plan": {
            "displayName": given["plan"],
            "publicDisplayName": given["plan"],
            "partnerDevelopment": False,
            "shopifyPlus": given["plan"] == "Shopify Plus",
        },
        "primaryDomain": {"id": 1, "host": call.domain, "url": address, "sslEnabled": True},
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "weightUnit": "KILOGRAMS",
        "unitSystem": "METRIC_SYSTEM",
        "shopOwnerName": given["name"],
        "setupRequired": False,
        "checkoutApiSupported": True,
        "description": None,
        "resourceLimits": {
            "locationLimit": 1000,
            "maxProductOptions": 3,
            "maxProductVariants": 2048,
            "redirectLimitReached": False,
        },
    }


def node(source: Any, info: Any, id: str) -> Document | None:
    """Any document by its global id."""
    found = gids.kind_and_number(id)
    return None if found is None else context(info).store.get(*found)


def nodes(source: Any, info: Any, ids: list[str]) -> list[Document | None]:
    """Several documents, null where there is none."""
    return [node(source, info, id) for id in ids]


def job(source: Any, info: Any, id: str) -> dict[str, Any] | None:
    """A job; those of this shop are done by the time they are looked at a second time."""
    found = context(info).store.by_gid("job", id)
    return None if found is None else {"id": found.id, "done": True}


def app(source: Any, info: Any, **_: Any) -> dict[str, Any]:
    """The app that calls."""
    client = context(info).store.setting("client_id")
    return {"id": 1, "title": "Connector", "handle": "connector", "apiKey": client}


def installation(source: Any, info: Any) -> dict[str, Any]:
    """What the calling app was granted."""
    granted = sorted(context(info).scopes)
    scopes = [{"handle": s, "description": s.replace("_", " ").capitalize()} for s in granted]
    return {"id": 1, "accessScopes": scopes, "app": app(source, info)}


def versions(source: Any, info: Any) -> list[dict[str, Any]]:
    """The API versions that there are."""
    stable = [{"handle": v, "displayName": v, "supported": True} for v in VERSIONS]
    candidate = {"handle": "2026-10", "displayName": "2026-10 (Release candidate)"}
    return [
        *stable,
        {**candidate, "supported": False},
        {"handle": "unstable", "displayName": "unstable", "supported": False},
    ]


# -- metafields -----------------------------------------------------------------------------------


def metafield(
    source: Document, info: Any, key: str, namespace: str | None = None
) -> dict[str, Any] | None:
    """One metafield of a thing; `key` may carry its namespace, as "custom.material"."""
    space, _, name = key.rpartition(".")
    wanted = (namespace or space or "custom", name)
    fields = source.body.get("metafields", [])
    found = (m for m in fields if (m["namespace"], m["key"]) == wanted)
    return next(({**m, "owner": source} for m in found), None)


def metafields(source: Document, info: Any, **args: Any) -> lists.Connection:
    """A thing's metafields, by id."""
    fields = source.body.get("metafields", [])
    if args.get("namespace"):
        fields = [m for m in fields if m["namespace"] == args["namespace"]]
    if args.get("keys"):
        fields = [m for m in fields if f"{m['namespace']}.{m['key']}" in args["keys"]]
    return lists.sliced([{**m, "owner": source} for m in fields], args)


WITH_METAFIELDS: Mapping[str, Resolver] = {"metafield": metafield, "metafields": metafields}

FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {
        "shop": shop,
        "node": node,
        "nodes": nodes,
        "job": job,
        "publicApiVersions": versions,
        "currentAppInstallation": installation,
        "app": app,
    },
    **{
        f"{name}Payload": {"shop": shop}
        for name in (
            *("CustomerDelete", "ProductCreate", "ProductDelete"),
            *("PublishablePublish", "PublishableUnpublish"),
        )
    },
}
