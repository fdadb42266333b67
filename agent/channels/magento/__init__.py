"""Magento 2 (Magento Open Source, Adobe Commerce) through its REST API V1: the face. See NOTES.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.consent import Consent, Keys
from agent.channels.magento import changes as listing_changes
from agent.channels.magento import commands, health, orders, signing
from agent.channels.magento import listings as shelf
from agent.channels.magento.client import TIMEOUT_S, Client
from agent.channels.magento.connection import Connection
from agent.channels.magento.settings import Settings
from agent.channels.magento.variants import project
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

NAME = "magento"
IN_ROWS = frozenset[type]({SetStock, SetPrice})
ONE_BY_ONE = frozenset[type]({SetState, SetTitle})
LIMITS = Limits(
    batches=(
        Batch(IN_ROWS, 500),  # a call for the prices and one for the stock of all of them
        Batch(ONE_BY_ONE, 20),  # a call each
        Batch(frozenset({CreateListing}), 20),  # a call each, and one for a page of variants
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
    ),
    repeatable=IN_ROWS | ONE_BY_ONE,
    sale_dates=True,
    compare_at=False,
    axes=None,
    lossy=(
        "no drafts and no archive: what is not on sale is disabled",
        "the quantity of one inventory source; other sources of the website stay people's own",
        "no promised date and no limit for backorders",
        "one picture of a new product, and none afterwards",
        "an order is cancelled as a whole, and only while it is unpaid",
        "goods that come back and their refunds are people's: there is no return without money",
        "values that somebody set for one store view stay as they are there",
        "stock is set without comparing: what is written there meanwhile by hand is set over",
    ),
    states={"draft": "hidden", "archived": "hidden"},
    partial_cancels=False,
    cancels_paid=False,
    hints=False,
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one integration's keys; nothing is sent yet."""
    http = ports.http.client(
        settings.address,
        shop,
        headers={"accept": "application/json"},
        ca_file=settings.ca_file,
        timeout_s=TIMEOUT_S,
    )
    client = Client(http, shop, settings.address, ports, partial(_keys, settings, ports))
    return Magento(Connection(shop, settings, client, ports, rows=settings.rows))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The keys that the shop's admin shows of an integration."""
    named = {
        settings.secret_consumer_key: "Consumer Key",
        settings.secret_consumer_secret: "Consumer Secret",
        settings.secret_token: "Access Token",
        settings.secret_token_secret: "Access Token Secret",
    }
    where = (
        "In the shop's admin: System > Integrations > Add New Integration, with access to Catalog,"
        " Sales, Stores and Inventory; then Activate, which shows the keys."
    )
    return Keys(where, {secret: label for secret, label in named.items() if secret})


def _keys(settings: Settings, ports: Ports) -> signing.Keys | str:
    names = (
        settings.secret_consumer_key,
        settings.secret_consumer_secret,
        settings.secret_token,
        settings.secret_token_secret,
    )
    found = [ports.environment.secret(name) for name in names if name]
    return signing.Keys(*found) if len(found) == len(names) else found[0]


class Magento:
    """One connected shop."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Credentials, rights, clock, currency and the settings that matter to us."""
        return health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything that is sold by itself or as a variant of a page."""
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
        """The vendor answers at once; its asynchronous calls would save no request."""
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
        """Magento Open Source sends no messages."""

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Magento Open Source sends no messages; this one is somebody else's."""
        return False

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
