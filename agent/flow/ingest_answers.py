"""Applies a file about customers, orders or goods that moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.erps.reading import Batch
from agent.flow.ingest_file import Counts, Vaulted, opened, refuse_cut, refuse_mostly_bad
from agent.flow.site import Site
from agent.store import answers


def apply(site: Site, vaulted: Vaulted) -> Counts:
    """Apply the file inside the caller's transaction; FileRefused when it must not be."""
    counts, gathered = Counts(), list[dict[str, Any]]()
    with opened(site, vaulted) as (reading, batches):
        for batch in batches:
            counts.add(batch)
            gathered += _rows(vaulted, batch)
        counts.fields, counts.last_line = reading.fields, reading.last_line
    refuse_cut(site, vaulted, counts, None)
    refuse_mostly_bad(counts, vaulted.file.name)
    if vaulted.feed.kind == "customers":
        answers.put_customers(site.db, gathered)
    elif vaulted.feed.kind == "orders":
        answers.put_orders(site.db, map(_order, gathered))
    else:
        answers.put_movements(site.db, _added_up(gathered, vaulted.feed.kind.removesuffix("s")))
    return counts


def _rows(vaulted: Vaulted, batch: Batch) -> Iterator[dict[str, Any]]:
    names = list(batch.columns)
    feed, file_id = vaulted.file.feed, vaulted.file.id
    for line, *cells in zip(batch.lines, *batch.columns.values(), strict=True):
        row = dict(zip(names, cells, strict=True))
        yield {"name": None, "email": None, **row, "feed": feed, "file_id": file_id, "line": line}


def _order(row: dict[str, Any]) -> dict[str, Any]:
    status = row.get("status") or "received"
    number = row.get("erp_number") or ""  # a draft may have none yet
    return {**row, "erp_number": number, "status": status, "words": row.get("words") or status}


def _added_up(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """One row per movement and sku: an order may have a sku on two lines."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["number"], row["reference"], row["sku"])
        if key in found:
            found[key]["quantity"] += row["quantity"]
        else:
            carrier, tracking = row.get("carrier") or "", row.get("tracking") or ""
            found[key] = {**row, "kind": kind, "carrier": carrier, "tracking": tracking}
    return list(found.values())
