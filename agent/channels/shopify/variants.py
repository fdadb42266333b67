"""Variants of many products in one request: an alias for each product, rows for its variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, errors
from agent.channels.shopify.client import Told
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.errors import ActFault
from agent.errors import ChannelError
from agent.model.change import Change, Receipt, SetPrice, SetState, SetStock, SetTitle

ACTS = 100  # mutations in one request: 10 points each, of at most 1,000

Existing = SetPrice | SetStock | SetState | SetTitle
Answers = dict[str, Mapping[str, Any]]  # variants as the vendor now has them, by gid


def update(
    c: Connection,
    name: str,
    changes: Sequence[Existing],
    inputs: Mapping[int, Mapping[str, Any]],
    answers: Answers | None = None,
) -> parts.Receipts:
    """A receipt per change, by id(); `inputs` are the fields of each. `answers` is filled.

    ChannelError when the first request fails.
    """
    by_product: dict[str, list[Existing]] = {}
    for change in changes:
        by_product.setdefault(change.listing.handles["product"], []).append(change)
    products = list(by_product.items())
    found: dict[int, Receipt] = {}
    for start in range(0, len(products), ACTS):
        some = products[start : start + ACTS]
        part = [change for _, rows in some for change in rows]
        try:
            found |= _update(c, name, some, inputs, answers)
        except ChannelError as error:
            if not found:
                raise
            found |= {id(change): parts.moved(change, error.what) for change in part}
    return found


def wrong(told: Told, number: int) -> ActFault | None:
    """What is wrong with the act of this number as a whole; None when it was done."""
    name = documents.alias(number)
    return errors.of_act(told.payload(name), told.errors, name)


def failed(change: Change, fault: ActFault) -> Receipt:
    """The receipt of a change whose act went wrong."""
    if fault.doubtful:
        return parts.in_doubt(change, fault.words)
    outcome = parts.moved if fault.gone else parts.refused
    return outcome(change, fault.words)


def _update(
    c: Connection,
    name: str,
    products: Sequence[tuple[str, Sequence[Existing]]],
    inputs: Mapping[int, Mapping[str, Any]],
    answers: Answers | None,
) -> parts.Receipts:
    acts = [
        (
            documents.UPDATE_VARIANTS,
            {
                "product": product,
                "variants": [
                    {"id": change.listing.external_id, **inputs[id(change)]} for change in rows
                ],
            },
        )
        for product, rows in products
    ]
    told = c.client.tell_all(name, acts)
    found: dict[int, Receipt] = {}
    for number, (_, rows) in enumerate(products):
        found |= _rows(told, number, rows)
        payload = told.payload(documents.alias(number)) or {}
        if answers is not None:
            answers |= {str(v["id"]): v for v in payload.get("productVariants") or ()}
    return found


def _rows(told: Told, number: int, rows: Sequence[Existing]) -> parts.Receipts:
    """Rows that a fault names are refused, the others done; a fault without a row is for all."""
    payload = told.payload(documents.alias(number))
    faults = errors.faults(payload) if payload is not None else []
    whole = wrong(told, number)
    if whole is not None and (payload is None or any(fault.row is None for fault in faults)):
        return {id(change): failed(change, whole) for change in rows}
    by_row = {fault.row: fault for fault in faults}
    found: dict[int, Receipt] = {}
    for row, change in enumerate(rows):
        fault = by_row.get(row)
        if fault is None:
            found[id(change)] = parts.done(change, request_id=told.request_id)
        else:
            outcome = parts.moved if fault.gone else parts.refused
            found[id(change)] = outcome(change, fault.words)
    return found
