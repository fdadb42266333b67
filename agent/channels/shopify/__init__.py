"""Shopify through its Admin GraphQL API: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.channels.shopify import changes, commands, health, hints, listings, orders
from agent.channels.shopify.client import TIMEOUT_S, AppTokens, Client, Tokens
from agent.channels.shopify.connection import Connection
from agent.channels.shopify.pages import project
from agent.channels.shopify.settings import Settings
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
    c = Connection(shop, settings, client, ports, app)
    return Connected(c, health, listings, changes, commands, orders, hints=hints)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The keys that the store's admin shows."""
    labels = {
        settings.secret_token: "Admin API access token",
        settings.secret_client: "client secret",
    }
    where = "In the store's admin: Settings > Apps > Develop apps > your app > API credentials."
    return Keys(where, {name: label for name, label in labels.items() if name})
