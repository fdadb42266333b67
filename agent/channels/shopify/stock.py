"""Quantities: 250 in one call, each set only if the store still has what we last saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, errors, listings, mapping, variants
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.errors import Fault
from agent.errors import ChannelError, Refused
from agent.model.change import Receipt, SetStock

ROUNDS = 5  # a call fails whole for one bad row: it is sent again without the rows that it names


def push(c: Connection, changes: Sequence[SetStock]) -> list[Receipt]:
    """Count what was not counted, set the quantities, then allow or forbid backorders."""
    counted, found = _count(c, changes)
    if counted:
        found = {**found, **_set(c, counted)}
    done = [x for x in counted if found[id(x)].outcome == "done" and _turns(x)]
    if done:
        found = {**found, **_allow(c, done, found)}
    return [_said_of(change, counted, found) for change in changes]


def _said_of(change: SetStock, counted: Sequence[SetStock], found: parts.Receipts) -> Receipt:
    """The receipt of a change as it came in: counting may have given it a fresher listing."""
    now = next((x for x in counted if x.sku == change.sku), change)
    receipt = found.get(id(now)) or found.get(id(change))
    if receipt is None:
        return parts.in_doubt(change, "the answer did not mention it")
    return replace(receipt, change=change)


def _turns(change: SetStock) -> bool:
    return change.backorders != change.listing.shown.backorders


# -- Counting what was not counted --------------------------------------------------------------


def _count(c: Connection, changes: Sequence[SetStock]) -> tuple[list[SetStock], parts.Receipts]:
    """The changes with listings whose stock is counted at our location, and receipts of the others."""
    known = [change for change in changes if change.listing.shown.quantity is not None]
    unknown = [change for change in changes if change.listing.shown.quantity is None]
    found: dict[int, Receipt] = {}
    for start in range(0, len(unknown), listings.IN_LOOK):
        some = unknown[start : start + listings.IN_LOOK]
        nodes = listings.by_ids(c, [change.listing.external_id for change in some])
        gone = [change for change in some if change.listing.external_id not in nodes]
        found |= {id(change): parts.moved(change, "it is not there any more") for change in gone}
        there = [change for change in some if change.listing.external_id in nodes]
        known += _track(c, there, nodes)
    order = {change.sku: number for number, change in enumerate(changes)}
    return sorted(known, key=lambda change: order[change.sku]), found


def _track(
    c: Connection, changes: Sequence[SetStock], nodes: Mapping[str, Mapping[str, Any]]
) -> list[SetStock]:
    """Switch tracking on where it is off; the quantity that is there becomes the one to compare."""
    untracked = [x for x in changes if not nodes[x.listing.external_id]["inventoryItem"]["tracked"]]
    inputs = {id(x): {"inventoryItem": {"tracked": True}} for x in untracked}
    if untracked:
        variants.update(c, "TrackStock", untracked, inputs)
    return [_seen(x, nodes[x.listing.external_id], c.currency) for x in changes]


def _seen(change: SetStock, node: Mapping[str, Any], currency: str) -> SetStock:
    item = {**node["inventoryItem"], "tracked": True}
    return replace(change, listing=mapping.listing({**node, "inventoryItem": item}, currency))


# -- Setting ------------------------------------------------------------------------------------


def _set(c: Connection, changes: Sequence[SetStock]) -> parts.Receipts:
    unstocked = [x for x in changes if x.listing.shown.quantity is None]
    found: dict[int, Receipt] = dict(_activate(c, unstocked)) if unstocked else {}
    left = [x for x in changes if x.listing.shown.quantity is not None]
    for attempt in range(1, ROUNDS + 1):
        if not left:
            return found
        try:
            told, left = _set_once(c, left, attempt)
        except ChannelError as error:
            if not found:
                raise
            told, left = parts.after(left, error, lambda some: _set(c, _stocks(some))), []
        found |= told
    return found | {id(x): parts.moved(x, "other rows of the call kept failing") for x in left}


def _set_once(
    c: Connection, changes: Sequence[SetStock], attempt: int
) -> tuple[parts.Receipts, list[SetStock]]:
    """One call: receipts of the rows that it settles, and the rows to send again."""
    key = _fresh_key(c, changes, attempt)
    data = {
        "input": {
            "name": "available",
            "reason": "correction",
            "quantities": mapping.stock_rows(changes, c.location),
        },
        "key": key,
    }
    told = c.client.tell("SetQuantities", documents.SET_QUANTITIES, data)
    payload = told.payload("inventorySetQuantities")
    if payload is None:
        fault = errors.of_act(None, told.errors, "inventorySetQuantities")
        return {id(x): variants.failed(x, fault) for x in changes if fault}, []
    faults = errors.faults(payload)
    if not faults:
        c.finished.append(key)
        group = (payload.get("inventoryAdjustmentGroup") or {}).get("id") or key
        now = {
            id(x): parts.done(x, mapping.stocked(x, str(group)), request_id=told.request_id)
            for x in changes
        }
        return now, []
    return _judge(c, changes, faults)


def _fresh_key(c: Connection, changes: Sequence[SetStock], attempt: int) -> str:
    """The key of this step; another than that of the same step when it was done before."""
    while (key := mapping.stock_key(c.shop, changes, attempt)) in c.finished:
        attempt += 1
    return key


def _judge(
    c: Connection, changes: Sequence[SetStock], faults: Sequence[Fault]
) -> tuple[parts.Receipts, list[SetStock]]:
    """Nothing of a failed call is taken as done: the rows that it names are settled one by one."""
    by_row = {f.row: f for f in faults if f.row is not None and f.row < len(changes)}
    if not by_row:
        return _judge_whole(c, changes, faults[0])
    bad = {id(changes[row]): fault for row, fault in by_row.items()}
    named = [change for change in changes if id(change) in bad]
    stale = [x for x in named if bad[id(x)].code in errors.STALE]
    unstocked = [x for x in named if bad[id(x)].code in errors.NOT_STOCKED]
    found: dict[int, Receipt] = dict(_look_again(c, stale, bad)) if stale else {}
    if unstocked:
        found |= _activate(c, unstocked)
    for change in named:
        if id(change) not in found:
            fault = bad[id(change)]
            outcome = parts.moved if fault.gone else parts.refused
            found[id(change)] = outcome(change, fault.words)
    return found, [change for change in changes if id(change) not in bad]


def _judge_whole(
    c: Connection, changes: Sequence[SetStock], fault: Fault
) -> tuple[parts.Receipts, list[SetStock]]:
    if fault.code in errors.BUSY_KEY:
        return {}, list(changes)  # the next round has another key
    if len(changes) == 1:
        return {id(changes[0]): parts.refused(changes[0], fault.words)}, []
    raise Refused(fault.words, f"{c.shop} SetQuantities", "tallyman looks for the row by halving")


def _look_again(
    c: Connection, stale: Sequence[SetStock], bad: Mapping[int, Fault]
) -> parts.Receipts:
    """What is there now: perhaps just what was wanted, by the call whose answer was lost."""
    now = {x.external_id: x for x in listings.look(c, [change.listing for change in stale])}
    found = {}
    for change in stale:
        fresh = now.get(change.listing.external_id)
        words = bad[id(change)].words
        if fresh is not None and fresh.shown.quantity == change.quantity:
            found[id(change)] = parts.done(change, fresh, "it was there already")
        else:
            found[id(change)] = parts.moved(change, words, fresh)
    return found


def _activate(c: Connection, changes: Sequence[SetStock]) -> parts.Receipts:
    """Begin to stock items at our location, with the quantity."""
    found: dict[int, Receipt] = {}
    for start in range(0, len(changes), variants.ACTS):
        some = changes[start : start + variants.ACTS]
        told = c.client.tell_all(
            "Activate", [(documents.ACTIVATE, _activation(c, change)) for change in some]
        )
        for number, change in enumerate(some):
            fault = variants.wrong(told, number)
            if fault is not None:
                found[id(change)] = variants.failed(change, fault)
            else:
                found[id(change)] = parts.done(change, mapping.stocked(change, told.request_id))
    return found


def _activation(c: Connection, change: SetStock) -> dict[str, Any]:
    item = change.listing.handles["item"]
    return {
        "item": item,
        "location": c.location,
        "available": change.quantity,
        "key": mapping.key(c.shop, "activate", item, c.location, str(change.quantity)),
    }


# -- Backorders ---------------------------------------------------------------------------------


def _allow(c: Connection, changes: Sequence[SetStock], found: parts.Receipts) -> parts.Receipts:
    """Say whether the variant sells on below zero; where that fails, the change is not done."""
    inputs = {id(x): {"inventoryPolicy": mapping.policy(x.backorders)} for x in changes}
    try:
        told = variants.update(c, "SetPolicy", changes, inputs)
    except ChannelError as error:  # the quantities stand; looking shows what is missing
        return {id(x): parts.moved(x, error.what) for x in changes}
    return {id(x): found[id(x)] if told[id(x)].outcome == "done" else told[id(x)] for x in changes}


def _stocks(part: parts.Part) -> list[SetStock]:
    return [change for change in part if isinstance(change, SetStock)]
