"""The channels, one folder each, found by its name; and the face that every one of them has.

A folder gives NAME, LIMITS, Settings, connect(shop, settings, ports) and, where a person is asked to
let us in, consent(shop, settings, ports); a new one edits no file here.
`shop` is what tally.yaml calls the channel: two shops of one vendor are two channels.
A channel translates and takes no decisions: changes into the vendor's requests, as large as the
vendor allows, and the vendor's answers into receipts, listings and orders.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from agent.channels.consent import Consent
from agent.model.change import Change, Command, Receipt
from agent.model.listing import Listing
from agent.model.order import OrderPage
from agent.ports import Ports


@dataclass(frozen=True)
class Batch:
    """Kinds of change that travel in one request, for at most `size` skus (or orders)."""

    kinds: frozenset[type]
    size: int


@dataclass(frozen=True)
class Limits:
    """What a channel can take and express."""

    batches: tuple[Batch, ...]  # every accepted kind is in exactly one; sent in this order
    repeatable: frozenset[type]  # kinds that may be sent again after an unknown outcome
    sale_dates: bool  # False: the agent itself switches sales on and off
    compare_at: bool  # has a struck-through price of its own
    lossy: tuple[str, ...] = ()  # what it cannot express, in a shopkeeper's words

    @property
    def accepts(self) -> frozenset[type]:
        """Every kind of change that the channel can be told."""
        return frozenset[type]().union(*(batch.kinds for batch in self.batches))


@dataclass(frozen=True)
class Health:
    """What `check` found. `clock_skew_s` is the channel's clock less ours."""

    shop: str  # what the shop calls itself
    currency: str
    zone: str
    clock_skew_s: float
    notes: tuple[str, ...] = ()  # what a person should know or mend


class ChannelSettings(BaseModel):
    """Settings that every channel has; each channel's own class adds its address and its secrets.

    Secrets are names (`secret_…: NAME`), never values.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(Protocol):
    """One connected channel. Every call may raise a ChannelError for the call as a whole."""

    def check(self) -> Health:
        """Credentials, clock, currency and reachability; for `tally doctor` and `tally channels`."""

    def listings(self) -> Iterator[Listing]:
        """Everything that the channel shows now."""

    def look(self, listings: Sequence[Listing]) -> list[Listing]:
        """These listings as they are now, read afresh; one that is gone is left out."""

    def find(self, skus: Sequence[str]) -> list[Listing]:
        """The listings with these skus, whoever made them; settles a creation without an answer."""

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Send one batch (kinds and size as LIMITS says): one receipt per change, same order.

        A ChannelError means that the whole call failed so; nothing in between.
        """

    def settle(self, command: Command) -> Receipt | None:
        """Look whether a command of unknown outcome happened; None when it certainly did not."""

    def orders(self, since: str) -> OrderPage:
        """Orders changed since a cursor that an earlier page gave; "" begins at the beginning.

        Cursors overlap: an order may come again, and none is left out.
        """

    def order(self, remote_id: str) -> OrderPage:
        """One order read afresh, as a page of at most one."""

    def subscribe(self, address: str) -> None:
        """See to it that the channel sends its hints about orders to this address, once."""

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this message is truly from the channel. Its content is never used."""

    def close(self) -> None:
        """Give connections back."""


def names() -> list[str]:
    """The vendors that tallyman knows, by name."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)


def module(name: str) -> ModuleType:
    """The face of one vendor: NAME, LIMITS, Settings, connect. LookupError when there is none."""
    if name not in names():
        raise LookupError(f"no channel {name}")
    return importlib.import_module(f"{__name__}.{name}")


def limits(name: str) -> Limits:
    """What this vendor's channels can take and express."""
    found: Limits = module(name).LIMITS
    return found


def connect(name: str, shop: str, settings: Any, ports: Ports) -> Channel:
    """The vendor `name`'s channel that tally.yaml calls `shop`; nothing is sent yet."""
    channel: Channel = module(name).connect(shop, settings, ports)
    return channel


def consent(name: str, shop: str, settings: Any, ports: Ports) -> Consent | None:
    """How a person lets us into this vendor's shop; None when the folder gives no way."""
    give = getattr(module(name), "consent", None)
    found: Consent | None = give(shop, settings, ports) if give else None
    return found
