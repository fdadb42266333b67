"""Pictures of a product: taken in by their address, put in order, taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.errors import user_error
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Given = Mapping[str, Any]


def gid(picture: Given) -> str:
    """A picture's global id."""
    return gids.gid("MediaImage", picture["id"])


def faults(given: Sequence[Given]) -> list[dict[str, Any]]:
    """The user errors of pictures whose address is none."""
    return [
        user_error("Image URL is invalid", "media", index, "originalSource", code="INVALID")
        for index, one in enumerate(given)
        if not _is_address(one)
    ]


def add(store: Store, product: Document, given: Sequence[Given]) -> list[int]:
    """Pictures by their address, where it is one; fetched and ready at once. Their numbers."""
    added: list[int] = []
    for one in given:
        if not _is_address(one):
            continue
        number = store.number("media")
        picture = {
            "__typename": "MediaImage",
            "id": number,
            "alt": one.get("alt") or "",
            "url": one.get("originalSource"),
            "createdAt": store.stamp(),
        }
        product.body["media"].append(picture)
        added.append(number)
    return added


def _is_address(given: Given) -> bool:
    return str(given.get("originalSource") or "").startswith(("http://", "https://"))


def drop(store: Store, product: Document, ids: Sequence[str]) -> Document:
    """Take pictures off a product and its variants."""
    body = product.body
    gone = {m["id"] for m in body["media"] if gid(m) in ids}
    body["media"] = [m for m in body["media"] if m["id"] not in gone]
    for variant in store.children("variant", product):
        if gone & set(variant.body["media"]):
            store.put(variant, media=[m for m in variant.body["media"] if m not in gone])
    return store.put(product)
