"""Etsy through its Open API v3: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.consent import Consent
from agent.channels.etsy import changes as listing_changes
from agent.channels.etsy import commands, health, hints, orders
from agent.channels.etsy import consent as login
from agent.channels.etsy import listings as shelf
from agent.channels.etsy.client import TIMEOUT_S, Client
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.inventory import MOST
from agent.channels.etsy.settings import Settings
from agent.channels.etsy.variants import project
from agent.model.change import (
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

__all__ = ["LIMITS", "NAME", "Settings", "connect", "project"]

NAME = "etsy"
WHOLE_PAGE = frozenset[type]({SetStock, SetPrice, SetState, SetTitle})
LIMITS = Limits(
    batches=(
        Batch(WHOLE_PAGE, 100),  # read together in one request, each page written by itself
        Batch(frozenset({CreateListing}), 3, whole_pages=True),  # three requests for each page
        Batch(frozenset({ConfirmShipment}), 1),
    ),
    repeatable=WHOLE_PAGE,
    sale_dates=False,
    compare_at=False,
    axes=2,
    states={"draft": "hidden", "archived": "hidden"},
    backorders=False,
    rests=True,
    most_pieces=MOST,
    lossy=(
        "no sale price and no dates of a sale: the agent switches the price itself, and buyers see no"
        " earlier one; Etsy's own sales are made in Shop Manager",
        "no backorders: what has no pieces leaves the shelf, and comes back with them",
        f"at most {MOST} pieces of a product",
        "a listing that sold out on Etsy costs its listing fee again when it comes back",
        "once published a listing cannot be a draft again: it is inactive, and so is what is archived",
        "parcels have no lines: the first one tells the buyer that the whole order has left, further"
        " ones are mailed as more tracking numbers",
        "orders are cancelled and refunded by people in Shop Manager, and stock does not come back by"
        " itself",
        "no barcodes and no brand",
        "stock is set without comparing: what sells in that very second is set over",
    ),
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one shop's consent; nothing is sent yet."""
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    client = Client(http, shop, settings, ports, login.tokens(shop, settings, ports))
    named = settings.secret_webhook
    signed = ports.environment.secret(named) if named else ""
    return Etsy(Connection(shop, settings, client, ports, signed))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The vendor's page on which a person lets the app in."""
    keystring = ports.environment.secret(settings.secret_key)
    return login.Consent(login.endpoint(shop, settings, ports), keystring, settings)


class Etsy:
    """One connected shop."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Keys, consent, clock, currency and what a person should know."""
        return health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything with a sku, whatever its state."""
        return shelf.listings(self._c)

    def look(self, listings: Sequence[Listing]) -> list[Listing]:
        """These listings as they are now."""
        return shelf.look(self._c, listings)

    def find(self, skus: Sequence[str]) -> list[Listing]:
        """The listings with exactly these skus."""
        return shelf.find(self._c, skus)

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """One batch: listing changes together, or one command."""
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
        """The next page of changed orders."""
        return orders.orders(self._c, since)

    def order(self, remote_id: str) -> OrderPage:
        """One order afresh."""
        return orders.order(self._c, remote_id)

    def subscribe(self, address: str) -> None:
        """Nothing: a person sets webhooks up in the developer portal; `check` says how."""

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this message is truly from Etsy."""
        return hints.is_genuine(self._c, headers, body)

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
