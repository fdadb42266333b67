"""Shopify through its Admin GraphQL API: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.consent import Consent, Keys
from agent.channels.shopify import changes as listing_changes
from agent.channels.shopify import commands, health, hints, orders
from agent.channels.shopify import listings as shelf
from agent.channels.shopify.client import TIMEOUT_S, AppTokens, Client, Tokens
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.pages import project
from agent.channels.shopify.settings import Settings
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

NAME = "shopify"
LIMITS = Limits(
    batches=(
        Batch(frozenset({SetStock}), 250),
        Batch(frozenset({SetPrice}), 100),  # an alias each, 10 points, of at most 1,000
        # Two aliases each, status and publication, which belong to a product with all its variants.
        Batch(frozenset({SetState}), 50, whole_pages=True),
        Batch(frozenset({SetTitle}), 100),
        Batch(frozenset({CreateListing}), 45),  # about 20 points each, with a picture
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
        Batch(frozenset({RecordReturn}), 1),
    ),
    repeatable=frozenset({SetStock, SetPrice, SetState, SetTitle}),
    sale_dates=False,
    compare_at=True,
    axes=3,
    variants=2048,
    page_state=True,
    lossy=(
        "no start and end of a sale: the agent switches prices at the moment",
        "no promised date and no limit for backorders",
        "publication and title belong to a product, not to each of its variants",
        "stock is set at one location",
    ),
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one store's token; nothing is sent yet."""
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    secret = ports.environment.secret
    app = secret(settings.secret_client) if settings.secret_client else ""
    tokens = (
        Tokens(secret(settings.secret_token))
        if settings.secret_token
        else AppTokens(http, shop, ports, settings.client_id, app)
    )
    client = Client(http, shop, settings.version, ports, tokens)
    return Shopify(Connection(shop, settings, client, ports, app))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The keys that the store's admin shows."""
    labels = {
        settings.secret_token: "Admin API access token",
        settings.secret_client: "client secret",
    }
    where = "In the store's admin: Settings > Apps > Develop apps > your app > API credentials."
    return Keys(where, {name: label for name, label in labels.items() if name})


class Shopify:
    """One connected store."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Credentials, clock, currency and the settings that matter to us."""
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
        """One batch: listing changes of one kind, or one command."""
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
        """One live webhook per topic to this address."""
        hints.subscribe(self._c, address)

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this message is truly from the store."""
        return hints.is_genuine(self._c, headers, body)

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
