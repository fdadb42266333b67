"""Listing changes → batches of products, and their answers → receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import parts, trouble
from agent.channels.woocommerce import errors, mapping, pages
from agent.channels.woocommerce.connection import API, Connection
from agent.errors import OutcomeUnknown
from agent.model.change import CreateListing, ListingChange, Receipt
from agent.model.listing import Listing, State

STOCK_OFF = "switch stock management on under WooCommerce > Settings > Products > Inventory"


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """Everything about one product in one row; products together, variations by their parent."""
    news = [change for change in changes if isinstance(change, CreateListing)]
    by_parent: dict[str, list[ListingChange]] = {}
    for change in changes:
        if not isinstance(change, CreateListing):
            by_parent.setdefault(change.listing.handles.get("parent", ""), []).append(change)
    work: list[parts.Part] = list(by_parent.values())
    work += [simple] if (simple := [change for change in news if change.family is None]) else []
    varied: dict[str, list[ListingChange]] = {}
    for change in news:
        if change.family is not None:
            varied.setdefault(change.family.code, []).append(change)
    work += varied.values()
    made = pages.parents(c, news) if varied else pages.Parents({}, {}, {})
    return parts.send_all(changes, work, lambda part: _send(c, part, made))


def _send(c: Connection, part: parts.Part, made: pages.Parents) -> parts.Receipts:
    first = part[0]
    if not isinstance(first, CreateListing):
        return _update(c, [x for x in part if isinstance(x, ListingChange)])
    news = [change for change in part if isinstance(change, CreateListing)]
    if first.family is None:
        return _create(c, news)
    return pages.create(c, first.family.code, made, news)


def _update(c: Connection, changes: Sequence[ListingChange]) -> parts.Receipts:
    by_id: dict[str, list[ListingChange]] = {}
    for change in changes:
        if not isinstance(change, CreateListing):
            by_id.setdefault(change.listing.external_id, []).append(change)
    some = next(change for change in changes if not isinstance(change, CreateListing))
    parent = some.listing.handles.get("parent")
    path = f"{API}/products/{parent}/variations/batch" if parent else f"{API}/products/batch"
    rows = [
        {"id": int(external_id), **mapping.update_row(asked, c.currency)}
        for external_id, asked in by_id.items()
    ]
    answer = errors.rows(
        c.client.write("POST", path, {"update": rows}), "update", f"{c.shop} POST {path}"
    )
    is_published = bool(parent) and pages.publish(c, changes)
    found: dict[int, Receipt] = {}
    for row in answer:
        for change in by_id.get(str(row.get("id", "")), ()):
            state: State | None = "live" if is_published else _parent_state(change)
            found[id(change)] = _told(c, change, row, state)
    return found


def _told(
    c: Connection, change: ListingChange, row: Mapping[str, Any], parent: State | None
) -> Receipt:
    """What one row of the answer says of one change: the vendor checks rows of a batch hardly."""
    fault = errors.row_fault(row)
    if fault is not None:
        told = parts.moved if fault.gone else parts.refused
        return told(change, fault.words)
    now = mapping.listing(row, c.currency, parent)
    wrong = mapping.difference(change, now)
    if not wrong:
        return parts.done(change, now)
    off = now.shown.quantity is None and "quantity" in wrong
    return parts.refused(change, f"the shop kept another value: {wrong}", _hint(now, off), now)


def _hint(now: Listing, stock_is_off: bool) -> str:
    if stock_is_off:
        return STOCK_OFF
    if now.handles.get("parent_state", "live") != "live":
        return "publish the parent product in the shop: a variation is no more visible than it"
    return "a sale price must be above zero and below the ordinary price"


def _parent_state(change: ListingChange) -> State | None:
    if isinstance(change, CreateListing):
        return None
    states: dict[str, State] = {s: s for s in ("live", "hidden", "draft", "archived")}
    return states.get(change.listing.handles.get("parent_state", ""))


def _create(c: Connection, changes: Sequence[CreateListing]) -> parts.Receipts:
    weighs = any(change.details.weight_g is not None for change in changes)
    unit = c.weight_unit if weighs else ""
    rows = [
        mapping.create_row(
            change,
            c.currency,
            unit,
            c.category(change.details.category) if change.details.category else None,
        )
        for change in changes
    ]
    path = f"{API}/products/batch"
    where = f"{c.shop} POST {path}"
    answer = errors.rows(c.client.write("POST", path, {"create": rows}), "create", where)
    if len(answer) != len(changes):
        raise OutcomeUnknown(f"{len(changes)} sent, {len(answer)} answered", where, trouble.LOOKS)
    return {id(change): _made(c, change, row) for change, row in zip(changes, answer, strict=True)}


def _made(c: Connection, change: CreateListing, row: Mapping[str, Any]) -> Receipt:
    fault = errors.row_fault(row)
    if fault is not None:
        return parts.refused(change, fault.words, fault.next)
    now = mapping.listing(row, c.currency)
    return parts.done(change, now, mapping.difference(change, now))
