"""Magento 2 (Magento Open Source, Adobe Commerce) through its REST API V1: the face. See NOTES.md."""

from __future__ import annotations

from functools import partial

from agent.channels import Batch, Channel, Limits
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.channels.magento import changes, commands, health, listings, orders, signing
from agent.channels.magento.client import TIMEOUT_S, Client
from agent.channels.magento.connection import Connection
from agent.channels.magento.settings import Settings
from agent.channels.magento.variants import project
from agent.model.change import (
    CancelOrder,
    ConfirmShipment,
    CreateListing,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
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
    c = Connection(shop, settings, client, ports, rows=settings.rows)
    return Connected(c, health, listings, changes, commands, orders)


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
