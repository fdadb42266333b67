"""WooCommerce through its REST API v3: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.channels.woocommerce import changes, commands, health, hints, listings, orders
from agent.channels.woocommerce.client import TIMEOUT_S, Client
from agent.channels.woocommerce.connection import Connection
from agent.channels.woocommerce.pages import project
from agent.channels.woocommerce.settings import Settings
from agent.model.change import (
    CancelOrder,
    ConfirmShipment,
    CreateListing,
    RecordReturn,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "consent", "project"]

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
    c = Connection(shop, settings, client, ports, hints.secret_of(secret))
    return Connected(c, health, listings, changes, commands, orders, hints=hints)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The key pair that the shop's admin shows once."""
    labels = {settings.secret_key: "consumer key", settings.secret_secret: "consumer secret"}
    where = "In the shop: WooCommerce > Settings > Advanced > REST API > Add key, Read/Write."
    return Keys(where, labels)
