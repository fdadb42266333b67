"""Customers: found or made, changed, and counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.channels.shopify.rules import products
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]


def by_email(store: Store, email: str | None) -> Document | None:
    """The customer of an e-mail address, whatever its case."""
    if not email:
        return None
    return next(store.shop.all("customer", sku=email.lower()), None)


def by_phone(store: Store, phone: str | None) -> Document | None:
    """The customer of a telephone number."""
    if not phone:
        return None
    return next((c for c in store.shop.all("customer") if c.body["phone"] == phone), None)


def put(store: Store, customer: Document | None, given: Given) -> Document:
    """A customer with the given fields, made when there is none; the sku column holds the e-mail."""
    body = customer.body if customer else _new()
    for name in ("firstName", "lastName", "email", "phone", "note", "locale", "taxExempt"):
        if name in given:
            body[name] = given[name]
    if given.get("tags") is not None:
        body["tags"] = products.tags(given["tags"])
    if given.get("addresses") is not None:
        addresses = [{**a, "id": store.number("address")} for a in given["addresses"]]
        body["addresses"] = addresses
    if given.get("metafields") is not None:
        body["metafields"] = store.metafields(given["metafields"], body["metafields"])
    key = (body["email"] or "").lower() or None
    if customer is None:
        return store.add("customer", body, sku=key)
    return store.shop.put(store.with_sku(customer, key))


def of_new_order(store: Store, given: Given) -> int | None:
    """The customer that an order is made for; None for a guest."""
    wanted = given.get("customer") or {}
    link, upsert = wanted.get("toAssociate"), wanted.get("toUpsert")
    if link:
        found = store.by_gid("customer", link.get("id")) or by_email(store, link.get("email"))
        return found.id if found else None
    if upsert:
        found = store.by_gid("customer", upsert.get("id")) or by_email(store, upsert.get("email"))
        return put(store, found, upsert).id
    return None


def _new() -> dict[str, Any]:
    return {
        "firstName": None,
        "lastName": None,
        "email": None,
        "phone": None,
        "note": None,
        "tags": [],
        "locale": "en",
        "taxExempt": False,
        "state": "DISABLED",
        "addresses": [],
        "metafields": [],
    }
