"""Single documents as readers see them while a read-after-write lag is dialled in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC

from simulator.commerce.shop import Document, Shop


def as_seen(shop: Shop, kind: str, now: Document | None, sku: str) -> Document | None:
    """The document of a SKU (or order number) as it was `lag` ago; `now` is how it stands."""
    if not shop.lag:
        return now
    if now is None:
        return next((d for d in shop.seen(kind) if d.sku == sku), None)
    horizon = (shop.clock.now() - shop.lag).astimezone(UTC)
    row = shop.db.execute(
        "select what, before from journal where shop = ? and kind = ? and id = ? and at > ?"
        " order by seq limit 1",
        (shop.name, kind, now.id, horizon.isoformat(timespec="microseconds")),
    ).fetchone()
    if row is None:
        return now
    what, before = row
    if what == "created":
        return None
    return replace(now, body=json.loads(before), modified_at=min(now.modified_at, horizon))
