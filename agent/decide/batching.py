"""Changes as requests: as large as the channel takes them, those that shoppers lose by first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

from agent.decide.diff import goes_dark
from agent.model.change import CreateListing, ListingChange


class Batchable(Protocol):
    """Kinds of change that travel together, for at most `size` skus."""

    @property
    def kinds(self) -> frozenset[type]:
        """The kinds."""

    @property
    def size(self) -> int:
        """The largest number of skus."""


def batched(
    changes: Sequence[ListingChange], batches: Sequence[Batchable]
) -> list[list[ListingChange]]:
    """The changes in the order given, cut into requests of one batch kind each.

    An item's changes of one batch kind stay together, and so do new variants of one page as far as a
    request is large enough for them. Requests follow the channel's own order of
    kinds, except that those with an item going dark come before all others.
    """
    found: list[list[ListingChange]] = []
    for batch in batches:
        by_sku: dict[str, list[ListingChange]] = {}
        for change in changes:
            if type(change) in batch.kinds:
                by_sku.setdefault(change.sku, []).append(change)
        found += _cut(list(by_sku.values()), batch.size)
    return sorted(found, key=lambda chunk: not any(goes_dark(change) for change in chunk))


def _cut(groups: Sequence[list[ListingChange]], size: int) -> Iterator[list[ListingChange]]:
    """Requests of at most `size` skus. A page of new variants that would be cut begins a new one."""
    request: list[list[ListingChange]] = []
    for _, page in groupby(groups, key=_page):
        members = list(page)
        if request and len(members) <= size < len(request) + len(members):
            yield [change for group in request for change in group]
            request = []
        for group in members:
            if len(request) == size:
                yield [change for group in request for change in group]
                request = []
            request.append(group)
    if request:
        yield [change for group in request for change in group]


def _page(group: Sequence[ListingChange]) -> str:
    """What keeps skus in one request: the page that they are made on, or nothing but themselves."""
    first = group[0]
    if isinstance(first, CreateListing) and first.family is not None:
        return f"page {first.family.code}"
    return f"sku {first.sku}"


def halves(changes: Sequence[ListingChange]) -> list[list[ListingChange]]:
    """Two smaller requests to find the one bad change by; empty when it already stands alone.

    Skus are parted first; the changes of a single sku, one from another.
    """
    skus = list(dict.fromkeys(change.sku for change in changes))
    if len(skus) > 1:
        first = set(skus[: len(skus) // 2])
        return [
            [c for c in changes if c.sku in first],
            [c for c in changes if c.sku not in first],
        ]
    if len(changes) > 1:
        middle = len(changes) // 2
        return [list(changes[:middle]), list(changes[middle:])]
    return []
