"""A look at everything that a channel shows, gone on with after the vendor made us stop.

Reading a large shop may use up what the vendor allows; a look that began anew each time would never
come to its end.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent.model.listing import Listing

OLDEST = timedelta(minutes=15)  # what was read longer ago is read again

Pages = Iterator[tuple[list[Listing], Any]]  # listings, and the place from which to go on


@dataclass
class Unfinished:
    """What an interrupted look has read, and where it goes on."""

    begun: datetime | None = None
    pages: list[bytes] = field(default_factory=list)  # packed: a large shop's take much memory
    place: Any = None

    def clear(self) -> None:
        """Forget it: the next look begins at the beginning."""
        self.begun, self.pages, self.place = None, [], None

    def keep(self, listings: list[Listing], place: Any) -> None:
        """One more page was read, and the next is at `place`."""
        self.pages.append(zlib.compress(pickle.dumps(listings, pickle.HIGHEST_PROTOCOL), 1))
        self.place = place

    def listings(self) -> Iterator[Listing]:
        """Everything on the pages that were read."""
        for page in self.pages:
            yield from pickle.loads(zlib.decompress(page))


def resumed(
    unfinished: Unfinished, now: datetime, pages: Callable[[Any], Pages]
) -> Iterator[Listing]:
    """Every listing of `pages(place)`; after an error the next call goes on from the last page."""
    if unfinished.begun is None or now - unfinished.begun > OLDEST:
        unfinished.clear()
        unfinished.begun = now
    yield from unfinished.listings()
    for some, place in pages(unfinished.place):
        unfinished.keep(some, place)
        yield from some
    unfinished.clear()
