"""The channels, one folder for each vendor, found by its name: a new one edits no file here.

A folder's __init__.py gives:
- NAME, which is the folder's too, and LIMITS;
- Settings, a ChannelSettings with the vendor's address and the names of its secrets;
- connect(shop, settings, ports), which returns a Channel: a `connected.Connected` of the folder's
  connection and its modules health, listings, changes, commands and orders, with hints where the
  vendor sends messages and jobs where it finishes later. connected.py says what each must have.
  `shop` is what tally.yaml calls the channel: two shops of one vendor are two channels;
- consent(shop, settings, ports), where a person is asked to let us in, and APP_KEYS where an app of the
  seller's own is asked for first: {its setting: what the vendor calls it};
- project(family), pure: what the vendor is told of a page of variants (what the page is, what its
  choices are, which sku has which), as JSON values; push() makes a CreateListing with a family of
  it. Lossy(reason) for a family that cannot be expressed whole: a name too long or with a forbidden
  character, two choices that the vendor takes for one. `projected` here has checked the numbers in
  LIMITS (`axes`, `variants`) before. Where `axes` is 0 each sku is sold by itself: project() says by
  what words or parameters shoppers tell them apart.

A channel translates and takes no decisions: changes into the vendor's requests, as large as the
vendor allows, and the vendor's answers into receipts, listings and orders.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict

from agent.channels.consent import Consent
from agent.errors import Lossy
from agent.model.change import (
    CancelOrder,
    Change,
    Command,
    ConfirmShipment,
    Finished,
    Receipt,
    RecordReturn,
)
from agent.model.family import Family
from agent.model.listing import Listing, State
from agent.model.order import OrderPage
from agent.ports import Ports

AFTER_SALES: Mapping[type, str] = {
    ConfirmShipment: "shipments and tracking numbers",
    CancelOrder: "cancelling pieces of an order",
    RecordReturn: "goods that came back",
}


@dataclass(frozen=True)
class Batch:
    """Kinds of change that travel in one request, for at most `size` skus (or orders)."""

    kinds: frozenset[type]
    size: int
    whole_pages: bool = False  # a page of variants counts as one, however many it has


@dataclass(frozen=True)
class Limits:
    """What a channel can take and express."""

    batches: tuple[Batch, ...]  # every accepted kind is in exactly one; sent in this order
    repeatable: frozenset[type]  # kinds that may be sent again after an unknown outcome
    sale_dates: bool  # False: the agent itself switches sales on and off
    compare_at: bool  # has a struck-through price of its own
    lossy: tuple[str, ...] = ()  # what it cannot express, in a shopkeeper's words
    axes: int | None = 0  # most axes of a page of variants; 0: every sku is its own listing
    variants: int | None = None  # most variants of one page
    # Publication belongs to the page, not to each of its variants: all members are told the same state,
    # `live` while one of them is to be live (the others then have no pieces), in one batch.
    page_state: bool = False
    job_s: float = 3600.0  # a longer job is stuck: its skus are looked at, and sent again
    # A later change of stock may be sent for a sku while a job with an older one runs; whichever the
    # vendor does last, the sku is looked at when the job has ended.
    overtakes: bool = False
    # A state that the vendor does not have -> the one it is told, and shows, instead. What cannot even be
    # hidden ({"hidden": "live", ...}) is offered with no pieces while it should not be live.
    states: Mapping[State, State] = field(default_factory=dict)
    backorders: bool = True  # False: nothing is sold below zero, whatever the rules say
    most_pieces: int | None = None  # more of a sku is told as so many
    # A listing without pieces leaves the shelf (it ends, or is switched off), and comes back when it has
    # pieces again: at zero it is told `hidden`, and while it is not live its quantity is not compared.
    rests: bool = False
    partial_shipments: bool = (
        True  # False: a parcel that leaves pieces behind is told with the last one
    )
    hints: bool = True  # False: the vendor sends no messages that could wake us
    partial_cancels: bool = True  # False: CancelOrder takes whole orders only
    cancels_paid: bool = True  # False: an order that is paid is refunded by people, not cancelled
    restocks: bool = True  # False: RecordReturn moves no stock; the next figures of the ERP do
    # Pieces that were sold leave the shelf at once, their order is given out so much later at the latest:
    # for so long nothing is put back that was seen to go.
    releases_s: float = 0.0
    appears_s: float = 20.0  # a new listing is found by its sku after so long at the latest
    settles_s: float = 2.0  # a change of unknown outcome shows after so long, if it ever does

    @property
    def accepts(self) -> frozenset[type]:
        """Every kind of change that the channel can be told."""
        return frozenset[type]().union(*(batch.kinds for batch in self.batches))

    @property
    def by_hand(self) -> tuple[str, ...]:
        """What comes after a sale that the channel cannot be told: people do it there themselves."""
        lacks = [words for kind, words in AFTER_SALES.items() if kind not in self.accepts]
        if CancelOrder in self.accepts and not self.partial_cancels:
            lacks.append("cancelling some pieces of an order, but not all")
        if CancelOrder in self.accepts and not self.cancels_paid:
            lacks.append("cancelling an order that is paid: it is refunded there")
        if ConfirmShipment in self.accepts and not self.partial_shipments:
            lacks.append("parcels of a part of an order: they are told with the last one")
        return tuple(lacks)


@dataclass(frozen=True)
class Health:
    """What `check` found. `clock_skew_s` is the channel's clock less ours."""

    shop: str  # what the shop calls itself
    currency: str
    zone: str
    clock_skew_s: float
    notes: tuple[str, ...] = ()  # what a person should know or mend


def _over_tls(address: str) -> str:
    if not address.lower().startswith("https://"):
        raise ValueError(
            "the address must begin with https:// (others could read our keys over plain http)"
        )
    return address.rstrip("/")


Address = Annotated[str, AfterValidator(_over_tls)]  # https, without a slash at its end


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

        A ChannelError means that the whole call failed so; nothing in between. What the vendor has
        only taken on (a feed, a command, an operation) has the outcome `working` and its `job`; one
        call may have begun several. A job is never waited for here. What the vendor's limits leave no
        room for has the outcome `unsent`, but never everything: a call that can send nothing raises.
        """

    def finished(self, job: str, subjects: Sequence[str]) -> Finished | None:
        """How a job ended that a receipt named; None while the vendor is still at it.

        `subjects` are the skus in the job, or the key of its one command. Asked a second after it
        began, then ever more seldom, at least once a minute, also after a restart and for jobs that
        have ended long ago; a job that the vendor knows no more is Finished() (all is looked at). A
        channel without jobs answers so to everything.
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


@cache  # asked at every turn of every lane, and a folder's name is looked for on the disk
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


def app_keys(name: str) -> Mapping[str, str]:
    """What a person copies from the vendor before anybody can consent: {setting: what it is called}."""
    found: Mapping[str, str] = getattr(module(name), "APP_KEYS", {})
    return found


def projected(name: str, family: Family) -> Any:
    """What this vendor is told of a page of variants. Lossy, with the reason, when it cannot be whole."""
    its = limits(name)
    if its.axes and len(family.axes) > its.axes:
        told = ", ".join(family.axes)
        raise Lossy(
            f"{name} has {its.axes} choices for a page at most, {family.code} has"
            f" {len(family.axes)} ({told})",
            f"family {family.code}",
            "map fewer axes in the feed's columns, or split the family in the ERP",
        )
    if its.axes != 0 and its.variants is not None and len(family.variants) > its.variants:
        raise Lossy(
            f"{name} has {its.variants} variants for a page at most, {family.code} has"
            f" {len(family.variants)}",
            f"family {family.code}",
            "split the family in the ERP",
        )
    first: dict[tuple[str, ...], str] = {}
    for sku in family.variants:
        other = first.setdefault(family.choices(sku), sku)
        if other != sku:
            told = ", ".join(family.choices(sku))
            raise Lossy(
                f"{other} and {sku} are both {told}: no shopper could tell them apart",
                f"family {family.code}",
                "give them different choices in the ERP",
            )
    return module(name).project(family)
