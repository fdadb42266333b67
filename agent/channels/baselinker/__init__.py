"""BaseLinker ("Base") through its connector: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agent.channels import Batch, Channel, Health, Limits
from agent.channels.baselinker import changes as listing_changes
from agent.channels.baselinker import commands, health, orders
from agent.channels.baselinker import listings as shelf
from agent.channels.baselinker.client import TIMEOUT_S, Client
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.settings import Settings
from agent.channels.baselinker.variants import project
from agent.channels.consent import Consent, Keys
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
    SetStock,
    SetTitle,
)
from agent.model.listing import Listing
from agent.model.order import OrderPage
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "project"]

NAME = "baselinker"
LIMITS = Limits(
    batches=(
        Batch(frozenset({SetStock}), 1000),
        Batch(frozenset({SetPrice}), 1000),
        Batch(frozenset({SetTitle}), 20),  # a request each, of a hundred in a minute
        Batch(frozenset({CreateListing}), 20),
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
        Batch(frozenset({RecordReturn}), 1),
    ),
    repeatable=frozenset({SetStock, SetPrice, SetTitle}),
    sale_dates=False,
    compare_at=False,
    axes=None,
    states={"draft": "live", "hidden": "live", "archived": "live"},
    backorders=False,
    hints=False,
    partial_cancels=False,
    restocks=False,
    lossy=(
        "no start and end of a sale: the agent switches prices at the moment",
        "no struck-through price",
        "no drafts and no hiding: what is in the catalogue is offered, by its pieces",
        "no backorders",
        "a parcel does not say what is in it",
        "an order is cancelled whole, by its status, and at its source only if the panel does that",
        "a new product has the catalogue's own tax rate",
        "stock is set without comparing: what sells in that very second is set over",
    ),
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one account's token; nothing is sent yet."""
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    token = ports.environment.secret(settings.secret_token)
    client = Client(http, shop, ports, token, settings.requests_per_minute)
    return BaseLinker(Connection(shop, settings, client, ports))


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The token that the account's panel shows."""
    where = "In BaseLinker: Account & other > My account > API > Generate a new token."
    return Keys(where, {settings.secret_token: "API token"})


class BaseLinker:
    """One connected account."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def check(self) -> Health:
        """Credentials, clock, currency and the settings that matter to us."""
        return health.check(self._c)

    def listings(self) -> Iterator[Listing]:
        """Everything in the catalogue with a sku."""
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
        """The next page of new and changed orders."""
        return orders.orders(self._c, since)

    def order(self, remote_id: str) -> OrderPage:
        """One order afresh."""
        return orders.order(self._c, remote_id)

    def subscribe(self, address: str) -> None:
        """Nothing: the vendor sends no messages."""

    def hint(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Never: the vendor sends no messages."""
        return False

    def close(self) -> None:
        """Give connections back."""
        self._c.client.close()
