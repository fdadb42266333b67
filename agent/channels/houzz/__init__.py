"""Houzz through its seller API, as far as it is publicly known: the face. See NOTES.md."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.channels.houzz import changes, commands, health, listings, orders
from agent.channels.houzz.client import TIMEOUT_S, Client
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.settings import Settings
from agent.channels.houzz.variants import project
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
    c = Connection(shop, settings, Client(http, shop, settings, ports), ports)
    return Connected(c, health, listings, changes, commands, orders)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The token that Seller Central shows; user and app stand in tally.yaml."""
    where = (
        "In Seller Central: Settings > API, with"
        ' "Update product inventory" and "List and process orders" ticked.'
    )
    return Keys(where, {settings.secret_token: "token"})
