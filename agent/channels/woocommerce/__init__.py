"""WooCommerce through its REST API v3: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.consent import Consent, Keys
from agent.channels.woocommerce import changes as listing_changes
from agent.channels.woocommerce import commands, health, hints, orders
from agent.channels.woocommerce import listings as shelf
from agent.channels.woocommerce.client import TIMEOUT_S, Client
from agent.channels.woocommerce.connection import Connection
from agent.channels.woocommerce.pages import project
from agent.channels.woocommerce.settings import Settings
from agent.model.change import (
    CancelOrder,
    Change,
    Command,
    ConfirmShipment,
    CreateListing,
    Finished,
    ListingChange,
    Receipt,
    RecordReturn,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing
from agent.model.order import OrderPage
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "project"]

NAME = "woocommerce"
ONE_ROW = frozenset[type]({SetStock, SetPrice, SetState, SetTitle})
LIMITS = Limits(
    batches=(
        Batch(ONE_ROW, 100),  # everything about a product travels in one row
        Batch(frozenset({CreateListing}), 100),
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
        Batch(frozenset({RecordReturn}), 1),
    ),
    repeatable=ONE_ROW,
    sale_dates=True,
    compare_at=False,
    axes=None,
    lossy=(
        "one quantity for the whole shop, no locations",
        "no promised date and no limit for backorders",
        "a variation has no title of its own, and is no more visible than its parent",
        "stock is set without comparing: what sells in that very second is set over",
    ),
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one shop's key pair; nothing is sent yet."""
    secret = ports.environment.secret(settings.secret_secret)
    http = ports.http.client(
        f"{settings.address}/wp-json",
        shop,
        basic=(ports.environment.secret(settings.secret_key), secret),
        ca_file=settings.ca_file,
        timeout_s=TIMEOUT_S,
    )
    client = Client(http, shop, ports)
    return WooCommerce(Connection(shop, settings, client, ports, hints.secret_of(secret)))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The key pair that the shop's admin shows once."""
    labels = {settings.secret_key: "consumer key", settings.secret_secret: "consumer secret"}
    where = "In the shop: WooCommerce > Settings > Advanced > REST API > Add key, Read/Write."
    return Keys(where, labels)


class WooCommerce:
    """One connected shop."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Credentials, clock, currency and the settings that matter to us."""
        return health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything with a sku that is not in the trash."""
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
        """One live webhook to this address."""
        hints.subscribe(self._c, address)

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this message is truly from the shop."""
        return hints.is_genuine(self._c, headers, body)

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
