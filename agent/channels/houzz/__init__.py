"""Houzz through its seller API, as far as it is publicly known: the face. See NOTES.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.consent import Consent, Keys
from agent.channels.houzz import changes as listing_changes
from agent.channels.houzz import commands, health, orders
from agent.channels.houzz import listings as shelf
from agent.channels.houzz.client import TIMEOUT_S, Client
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.settings import Settings
from agent.channels.houzz.variants import project
from agent.model.change import (
    CancelOrder,
    Change,
    Command,
    ConfirmShipment,
    CreateListing,
    Finished,
    ListingChange,
    Receipt,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing
from agent.model.order import OrderPage
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "consent", "project"]

NAME = "houzz"
ONE_CALL = frozenset[type]({SetStock, SetPrice, SetState})
LIMITS = Limits(
    batches=(
        Batch(ONE_CALL, 4),  # one call for each sku; so many may follow one another
        Batch(frozenset({SetTitle}), 1),
        Batch(frozenset({CreateListing}), 1),
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
    ),
    repeatable=ONE_CALL | {SetTitle},
    sale_dates=False,
    compare_at=True,
    lossy=(
        "a new listing is reviewed by Houzz before shoppers see it",
        "no drafts and no archive: what is not on sale is inactive",
        "no backorders, and no date when goods come back",
        "one parcel and one tracking number for an order; parts are told with the last parcel",
        "an order is cancelled as a whole or not at all",
        "stock is set without comparing: what sells in that very second is set over",
    ),
    axes=None,
    states={"draft": "hidden", "archived": "hidden"},
    backorders=False,
    partial_shipments=False,
    partial_cancels=False,
    hints=False,
    releases_s=3600.0,  # the card is authorised about half an hour after the purchase
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one seller's key; nothing is sent yet."""
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    return Houzz(Connection(shop, settings, Client(http, shop, settings, ports), ports))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The token that Seller Central shows; user and app stand in tally.yaml."""
    where = (
        "In Seller Central: Settings > API, with"
        ' "Update product inventory" and "List and process orders" ticked.'
    )
    return Keys(where, {settings.secret_token: "token"})


class Houzz:
    """One connected seller."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Credentials, permissions, clock, and the settings that matter to us."""
        return health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything with a sku that is neither deleted nor the parent of variants."""
        return shelf.listings(self._c)

    def look(self, listings: Sequence[Listing]) -> list[Listing]:
        """These listings as they are now."""
        return shelf.look(self._c, listings)

    def find(self, skus: Sequence[str]) -> list[Listing]:
        """The listings with exactly these skus."""
        return shelf.find(self._c, skus)

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """One batch: changes of some listings, or one command."""
        asked = [change for change in changes if isinstance(change, ListingChange)]
        if asked:
            return listing_changes.push(self._c, asked)
        return [commands.push(self._c, x) for x in changes if isinstance(x, Command)]

    def finished(self, job: str, subjects: Sequence[str]) -> Finished:
        """The vendor answers at once; there are no jobs."""
        return Finished()

    def settle(self, command: Command) -> Receipt | None:
        """Look whether a command of unknown outcome happened."""
        return commands.settle(self._c, command)

    def orders(self, since: str) -> OrderPage:
        """The next page of a round over all orders that may have changed."""
        return orders.orders(self._c, since)

    def order(self, remote_id: str) -> OrderPage:
        """One order afresh."""
        return orders.order(self._c, remote_id)

    def subscribe(self, address: str) -> None:
        """Houzz sends no messages."""

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Houzz sends no messages; this one is somebody else's."""
        return False

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
