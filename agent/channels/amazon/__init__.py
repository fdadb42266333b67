"""Amazon through its Selling Partner API, one marketplace: the face. See NOTES.md."""

from __future__ import annotations

from agent.channels import Batch, Channel, Limits
from agent.channels.amazon import changes, commands, feeds, health, jobs, listings, orders
from agent.channels.amazon.client import TIMEOUT_S, Client
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.settings import Settings
from agent.channels.amazon.variants import project
from agent.channels.connected import Connected
from agent.channels.consent import Consent, Keys
from agent.channels.oauth import Grant, TokenEndpoint, Tokens
from agent.errors import ConfigError
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

NAME = "amazon"
LOGIN = "/auth/o2/token"
ONE_MESSAGE = frozenset[type]({SetStock, SetPrice, SetState, SetTitle})
LIMITS = Limits(
    batches=(
        Batch(ONE_MESSAGE, feeds.MOST),  # everything about a listing travels in one message
        Batch(frozenset({CreateListing}), 1000),
        Batch(frozenset({ConfirmShipment}), 1),
        Batch(frozenset({CancelOrder}), 1),
    ),
    repeatable=ONE_MESSAGE,
    sale_dates=True,
    compare_at=False,
    lossy=(
        "what Amazon is told shows after minutes, and many changes at once after more of them",
        "no drafts and no archive: what is not for sale is taken off as an offer",
        "no backorders; a restock date that people set there stays",
        "no price struck through but that of a sale: Amazon decides which price it compares with",
        "stock is set without comparing: what sells in those minutes is set over",
        "goods and orders in Amazon's own warehouses are Amazon's: neither is touched",
        "whole lines of an order are cancelled, or none of it",
    ),
    axes=None,
    job_s=3600.0,
    # A feed is worked off in its own time; what is told of one listing meanwhile shows sooner.
    overtakes=True,
    states={"draft": "hidden", "archived": "hidden"},
    backorders=False,
    partial_cancels=False,
    hints=False,
    appears_s=900.0,
    settles_s=180.0,
)


def connect(shop: str, settings: Settings, ports: Ports) -> Channel:
    """A channel over one seller's authorisation; nothing is sent yet."""
    place = settings.place
    if not place.currency:
        what = f"the marketplace {settings.marketplace} is not among those that we know"
        raise ConfigError(what, shop, "set `currency` and `language` for this channel, or mend it")
    http = ports.http.client(settings.address, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    tokens = Tokens(
        settings.secret_refresh,
        shop,
        ports,
        lambda refresh: _renewed(shop, settings, ports, refresh),
    )
    client = Client(http, shop, tokens, ports)
    c = Connection(shop, settings, client, ports, place)
    return Connected(c, health, listings, changes, commands, orders, jobs=jobs)


def consent(shop: str, settings: Settings, ports: Ports) -> Consent:
    """What Seller Central shows of an application that its own seller authorises."""
    where = (
        "In Seller Central: Apps and Services > Develop Apps. View shows the client secret,"
        " Authorize app the refresh token (Atzr|…)."
    )
    labels = {settings.secret_client: "client secret", settings.secret_refresh: "refresh token"}
    return Keys(where, labels)


def _renewed(shop: str, settings: Settings, ports: Ports, refresh: str) -> Grant:
    """A new access token; the refresh token stays the same."""
    login = ports.http.client(settings.login, shop, ca_file=settings.ca_file, timeout_s=TIMEOUT_S)
    try:
        return TokenEndpoint(login, LOGIN, shop, ports).ask(
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh,
                "client_id": settings.client_id,
                "client_secret": ports.environment.secret(settings.secret_client),
            }
        )
    finally:
        login.close()
