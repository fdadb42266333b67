"""What the store shows: every variant with a sku, some of them afresh, or by sku."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.channels import trouble
from agent.channels.resume import Pages, resumed
from agent.channels.shopify import documents, mapping
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.errors import CostTooHigh
from agent.errors import Unavailable
from agent.model.listing import Listing

PAGE = 250  # the vendor's maximum
IN_QUERY = 50  # skus in one search
SPARE = 10  # rows beside those that are looked for: similar skus are found too
IN_LOOK = 100  # ids in one read

Node = Mapping[str, Any]


def listings(c: Connection) -> Iterator[Listing]:
    """Everything with a sku, whatever its state."""

    def read(after: Any) -> Pages:
        for nodes, place in pages(c, "Listings", documents.LISTINGS, PAGE, c.place, after):
            yield [mapping.listing(node, c.currency) for node in nodes if node.get("sku")], place

    yield from resumed(c.unfinished, c.ports.clock.now(), read)


def look(c: Connection, listings: Sequence[Listing]) -> list[Listing]:
    """These listings as they are now; those that are gone are left out."""
    found: list[Listing] = []
    for start in range(0, len(listings), IN_LOOK):
        ids = [listing.external_id for listing in listings[start : start + IN_LOOK]]
        nodes = by_ids(c, ids)
        found += [mapping.listing(nodes[i], c.currency) for i in ids if i in nodes]
    return found


def by_ids(c: Connection, ids: Sequence[str]) -> dict[str, Node]:
    """Variants as the vendor gives them, {gid: node}, of at most IN_LOOK ids."""
    variables = {"ids": list(ids), **c.place}
    nodes = c.client.ask("Look", documents.LOOK, variables, len(ids)).data.get("nodes") or ()
    return {str(node["id"]): node for node in nodes if node}


def find(c: Connection, skus: Sequence[str]) -> list[Listing]:
    """The listings with exactly these skus: the vendor's search also finds similar ones."""
    wanted, found = sorted(set(skus)), list[Listing]()
    for start in range(0, len(wanted), IN_QUERY):
        some = wanted[start : start + IN_QUERY]
        query = " OR ".join(f"sku:{quoted(sku)}" for sku in some)
        variables = {"query": query, **c.place}
        for nodes, _ in pages(c, "Find", documents.FIND, len(some) + SPARE, variables):
            found += [mapping.listing(n, c.currency) for n in nodes if n.get("sku") in some]
    return found


def pages(
    c: Connection,
    name: str,
    document: str,
    size: int,
    variables: Mapping[str, Any],
    after: str | None = None,
) -> Iterator[tuple[Sequence[Node], str]]:
    """Pages of variants, each with the place after it, as large as the vendor's cost limit allows."""
    while True:
        asked = {**variables, "after": after}
        found = page(c, name, document, "productVariants", size, asked)
        following, more = found["pageInfo"].get("endCursor"), found["pageInfo"]["hasNextPage"]
        if more and following in (after, None):
            what = "the store gives the same page again"
            raise Unavailable(what, f"{c.shop} {name}", trouble.RETRIES)
        yield found["nodes"], following
        if not more:
            return
        after = following


def page(
    c: Connection, name: str, document: str, field: str, size: int, variables: Mapping[str, Any]
) -> Mapping[str, Any]:
    """One page of a connection; a smaller one when the vendor finds it too dear, from then on."""
    while True:
        first = min(size, c.pages.get(name, size))
        try:
            asked = {**variables, "first": first}
            found: Mapping[str, Any] = c.client.ask(name, document, asked, first).data[field]
            return found
        except CostTooHigh as error:
            smaller = int(first * error.share * 0.95)
            if smaller < 1 or smaller >= first:
                raise
            c.pages[name] = smaller


def quoted(text: str) -> str:
    """A term of the vendor's search language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
