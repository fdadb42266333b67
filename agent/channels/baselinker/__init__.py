"""BaseLinker ("Base") through its connector: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.baselinker import changes, commands, health, listings, orders
from agent.channels.baselinker.client import TIMEOUT_S, Client
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.settings import Settings
from agent.channels.baselinker.variants import project
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.model.change import (
    CancelOrder,
    ConfirmShipment,
    CreateListing,
    RecordReturn,
    SetPrice,
    SetStock,
    SetTitle,
)
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "consent", "project"]

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
    c = Connection(shop, settings, client, ports)
    return Connected(c, health, listings, changes, commands, orders)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The token that the account's panel shows."""
    where = "In BaseLinker: Account & other > My account > API > Generate a new token."
    return Keys(where, {settings.secret_token: "API token"})
