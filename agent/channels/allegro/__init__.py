"""Allegro through its REST API: the face. See NOTES.md for what the vendor does to us."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.allegro import changes, commands, health, jobs, listings, login, orders
from agent.channels.allegro.client import TIMEOUT_S, Client
from agent.channels.allegro.connection import Connection
from agent.channels.allegro.settings import Settings
from agent.channels.allegro.variants import project
from agent.channels.connected import Connected
from agent.channels.consent import Consent
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

NAME = "allegro"
APP_KEYS = {"secret_client": "client secret of the app (apps.developer.allegro.pl)"}
IN_COMMANDS = frozenset[type]({SetStock, SetPrice, SetState})
LIMITS = Limits(
    batches=(
        # 25 offers with price and stock in a request, all that end (or are listed) in another: it takes
        # 1,000, but what has to wait for the allowance should be smaller pieces.
        Batch(IN_COMMANDS, 500),
        Batch(frozenset({SetTitle}), 20),
        Batch(frozenset({CreateListing}), 20),
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
    ),
    repeatable=IN_COMMANDS | {SetTitle},
    sale_dates=False,
    compare_at=False,
    lossy=(
        "no start and end of a sale: the agent switches prices at the moment",
        "no struck-through price: Allegro shows the lowest price of 30 days by itself",
        "every colour and size is an offer of its own; Allegro groups them as it sees fit",
        "an offer without stock ends, and is listed again when there is some",
        "what is hidden, archived or not published yet is all the same: shoppers do not see it",
        "no backorders, and no date when goods come back",
        "parcels are told by order line: pieces of one line cannot be told apart",
        "an order is cancelled as a whole or not at all",
        "prices on Allegro's other marketplaces are left as people have them",
        "stock is set without comparing: what sells in that very second is set over",
    ),
    axes=0,
    job_s=1800.0,
    overtakes=True,
    states={"draft": "hidden", "archived": "hidden"},
    backorders=False,
    rests=True,
    hints=False,
    partial_cancels=False,
    appears_s=60.0,
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one seller's consent; nothing is sent yet."""
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    client = Client(http, shop, ports, login.tokens(shop, settings, ports))
    c = Connection(shop, settings, client, ports)
    return Connected(c, health, listings, changes, commands, orders, jobs=jobs)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """A code to confirm on Allegro's page, signed in as the seller."""
    return login.Consent(shop, settings, ports)
