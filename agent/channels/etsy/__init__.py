"""Etsy through its Open API v3: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.connected import Connected
from agent.channels.consent import Consent
from agent.channels.etsy import changes, commands, health, hints, listings, orders
from agent.channels.etsy import consent as login
from agent.channels.etsy.client import TIMEOUT_S, Client
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.inventory import MOST
from agent.channels.etsy.settings import Settings
from agent.channels.etsy.variants import project
from agent.model.change import (
    ConfirmShipment,
    CreateListing,
    SetPrice,
    SetState,
    SetStock,
    SetTitle,
)
from agent.ports import Ports

__all__ = ["LIMITS", "NAME", "Settings", "connect", "consent", "project"]

NAME = "etsy"
APP_KEYS = {
    "secret_key": "keystring of the app (etsy.com/developers)",
    "secret_shared": "shared secret of the app",
    "secret_webhook": "signing secret of the app's webhook (whsec_…)",
}
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
    c = Connection(shop, settings, client, ports, signed)
    return Connected(c, health, listings, changes, commands, orders, hints=hints)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """The vendor's page on which a person lets the app in."""
    keystring = ports.environment.secret(settings.secret_key)
    return login.Consent(login.endpoint(shop, settings, ports), keystring, settings)
