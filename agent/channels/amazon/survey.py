"""Where a look at a large shop stands, which takes a report that is made in minutes."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.model.listing import Listing

OLDEST = timedelta(hours=24)  # what was read longer ago is read again, whatever the report says


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the listings report, as text."""

    sku: str
    title: str
    price: str
    quantity: str
    status: str
    channel: str


@dataclass(slots=True)
class Known:
    """What a listing showed when its line in the report was this."""

    line: int  # stands for the line; hashes of one process are compared with each other only
    packed: bytes  # a large shop's take much memory

    @classmethod
    def of(cls, row: ReportRow, listing: Listing | None) -> Known:
        """What a line means. None: not to be listed (the head of a family), or gone since."""
        return cls(hash(row), zlib.compress(pickle.dumps(listing, pickle.HIGHEST_PROTOCOL), 1))

    @property
    def listing(self) -> Listing | None:
        """The listing again."""
        found: Listing | None = pickle.loads(zlib.decompress(self.packed))
        return found


@dataclass
class Survey:
    """One report, from its ordering to its last line; and what earlier ones have taught."""

    report: str = ""  # its id, while it is being made
    ordered_at: datetime | None = None
    rows: dict[str, ReportRow] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)  # skus whose lines do not tell enough
    is_read: bool = False  # the report is there
    is_large: bool = False  # a search would not reach everything
    known: dict[str, Known] = field(default_factory=dict)
    known_since: datetime | None = None

    def begin_again(self) -> None:
        """The next look orders a new report; what earlier ones have taught stays."""
        self.report, self.ordered_at = "", None
        self.rows, self.unread, self.is_read = {}, [], False
