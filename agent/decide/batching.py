"""Changes as requests: as large as the channel takes them, those that shoppers lose by first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from agent.decide.diff import goes_dark
from agent.model.change import ListingChange


class Batchable(Protocol):
    """Kinds of change that travel together, for at most `size` skus."""

    @property
    def kinds(self) -> frozenset[type]:
        """The kinds."""

    @property
    def size(self) -> int:
        """The largest number of skus."""

    @property
    def whole_pages(self) -> bool:
        """Whether all variants of a page count as one."""


def batched(
    changes: Sequence[ListingChange],
    batches: Sequence[Batchable],
    pages: Mapping[str, str] | None = None,
) -> list[list[ListingChange]]:
    """The changes in the order given, cut into requests of one batch kind each.

    An item's changes of one batch kind stay together, and so do those of one page of variants (whose
    code is in `pages`, by sku) as far as a request is large enough for them. Requests follow the
    channel's own order of kinds, except that those with an item going dark come before all others.
    """
    found: list[list[ListingChange]] = []
    for batch in batches:
        by_sku: dict[str, list[ListingChange]] = {}
        for change in changes:
            if type(change) in batch.kinds:
                by_sku.setdefault(change.sku, []).append(change)
        found += _cut(by_sku, batch, pages or {})
    return sorted(found, key=lambda chunk: not any(goes_dark(change) for change in chunk))


def _cut(
    by_sku: Mapping[str, list[ListingChange]], batch: Batchable, pages: Mapping[str, str]
) -> Iterator[list[ListingChange]]:
    """Requests as large as the batch says. A page of variants that would be cut begins a new one."""
    request: list[list[ListingChange]] = []
    for page in _pages(by_sku, pages):
        members = (
            [[c for sku in page for c in by_sku[sku]]]
            if batch.whole_pages
            else [by_sku[sku] for sku in page]
        )
        if request and len(members) <= batch.size < len(request) + len(members):
            yield [change for group in request for change in group]
            request = []
        for group in members:
            if len(request) == batch.size:
                yield [change for group in request for change in group]
                request = []
            request.append(group)
    if request:
        yield [change for group in request for change in group]


def _pages(skus: Iterable[str], pages: Mapping[str, str]) -> Iterable[list[str]]:
    """The skus by their page, a sku without one by itself; in the order of each page's first."""
    found: dict[tuple[str, str], list[str]] = {}
    for sku in skus:
        key = ("page", pages[sku]) if pages.get(sku) else ("sku", sku)
        found.setdefault(key, []).append(sku)
    return found.values()


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
