"""Listing changes → mutations, and their answers → receipts. Stock has a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.channels import parts
from agent.channels.shopify import documents, mapping, pages, stock, variants
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.documents import Act
from agent.model.change import (
    CreateListing,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)

Pieces = list[tuple[Act, Mapping[str, Any]]]
SHARED = "it belongs to the whole product: change it in Shopify, or for all its variants at once"


def push(c: Connection, changes: Sequence[ListingChange]) -> list[Receipt]:
    """Changes of one kind."""
    match changes[0]:
        case SetStock():
            return stock.push(c, [x for x in changes if isinstance(x, SetStock)])
        case SetPrice():
            return _prices(c, [x for x in changes if isinstance(x, SetPrice)])
        case SetState():
            return _states(c, [x for x in changes if isinstance(x, SetState)])
        case SetTitle():
            return _titles(c, [x for x in changes if isinstance(x, SetTitle)])
        case CreateListing():
            return pages.create(c, [x for x in changes if isinstance(x, CreateListing)])


def _prices(c: Connection, changes: Sequence[SetPrice]) -> list[Receipt]:
    answers: variants.Answers = {}
    inputs = {id(x): mapping.price_input(x, c.currency) for x in changes}
    found = variants.update(c, "SetPrices", changes, inputs, answers)
    return [_priced(c, x, found[id(x)], answers) for x in changes]


def _priced(
    c: Connection, change: SetPrice, receipt: Receipt, answers: variants.Answers
) -> Receipt:
    variant = answers.get(change.listing.external_id)
    if receipt.outcome != "done" or variant is None:
        return receipt
    now = mapping.repriced(change, variant, c.currency)
    if (now.shown.price, now.shown.compare_at) != (change.shown.price, change.shown.compare_at):
        words = f"the store kept {variant.get('price')}, compare at {variant.get('compareAtPrice')}"
        return parts.refused(change, words, "compare the price with the store's rules", now)
    return parts.done(change, now, request_id=receipt.request_id)


def _states(c: Connection, changes: Sequence[SetState]) -> list[Receipt]:
    by_product: dict[str, list[SetState]] = {}
    for change in changes:
        by_product.setdefault(change.listing.handles["product"], []).append(change)
    whole = _whole_products(c, by_product)
    acts: Pieces = []
    spans: dict[str, range] = {}
    for product in whole:
        start = len(acts)
        acts += _state_acts(c, product, by_product[product][0])
        spans[product] = range(start, len(acts))
    told = c.client.tell_all("SetStates", acts) if acts else None
    found: dict[int, Receipt] = {}
    for product, rows in by_product.items():
        for change in rows:
            if told is None or product not in spans:
                words = "the product has other variants, which would change with it"
                found[id(change)] = parts.refused(change, words, SHARED)
                continue
            faults = [fault for n in spans[product] if (fault := variants.wrong(told, n))]
            found[id(change)] = (
                variants.failed(change, faults[0])
                if faults
                else parts.done(change, mapping.restated(change), request_id=told.request_id)
            )
    return [found[id(change)] for change in changes]


def _whole_products(c: Connection, by_product: Mapping[str, Sequence[SetState]]) -> list[str]:
    """The products of which every variant is asked for the same state."""
    agreed = {p: rows for p, rows in by_product.items() if len({x.state for x in rows}) == 1}
    doubtful = [p for p, rows in agreed.items() if rows[0].listing.handles.get("alone") != "yes"]
    counts: dict[str, int] = {}
    if doubtful:
        document, variables = documents.COUNT_VARIANTS, {"ids": doubtful}
        nodes = c.client.ask("CountVariants", document, variables, len(doubtful)).data["nodes"]
        counts = {n["id"]: (n.get("variantsCount") or {}).get("count", 0) for n in nodes if n}
    return [
        product
        for product, rows in agreed.items()
        if counts.get(product, 1 if product not in doubtful else 0) == len(rows)
    ]


def _state_acts(c: Connection, product: str, change: SetState) -> Pieces:
    """Status and publication, in the order in which nothing shows for a moment that should not."""
    status = {"product": {"id": product, "status": mapping.status_for(change)}}
    channel = {"id": product, "input": [{"publicationId": c.publication}]}
    if change.state == "live":
        return [(documents.UPDATE_PRODUCT, status), (documents.PUBLISH, channel)]
    if change.state == "hidden":
        return [(documents.UNPUBLISH, channel), (documents.UPDATE_PRODUCT, status)]
    return [(documents.UPDATE_PRODUCT, status)]


def _titles(c: Connection, changes: Sequence[SetTitle]) -> list[Receipt]:
    alone = [x for x in changes if x.listing.handles.get("alone") == "yes"]
    acts: Pieces = [
        (
            documents.UPDATE_PRODUCT,
            {"product": {"id": x.listing.handles["product"], "title": x.title}},
        )
        for x in alone
    ]
    told = c.client.tell_all("SetTitles", acts) if acts else None
    found = {}
    for number, change in enumerate(alone):
        fault = variants.wrong(told, number) if told else None
        shown = replace(change.listing.shown, title=change.title)
        done = parts.done(change, replace(change.listing, shown=shown))
        found[id(change)] = variants.failed(change, fault) if fault else done
    words = "the title is that of a product with several variants"
    return [found.get(id(x)) or parts.refused(x, words, SHARED) for x in changes]
