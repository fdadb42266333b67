"""What `tally doctor` asks the store."""

from __future__ import annotations

from agent.channels import Health
from agent.channels.shopify import documents
from agent.channels.shopify.connection import Connection

SKEW_S = 120.0
SCOPES = (
    "write_products",
    "write_inventory",
    "read_locations",
    "write_publications",
    "write_orders",
    "write_merchant_managed_fulfillment_orders",
)


def check(c: Connection) -> Health:
    """Credentials, clock, currency, zone, location and sales channel, and what to mend."""
    told = c.client.ask("Shop", documents.SHOP, {})
    skew = told.answer.clock_skew_s(c.ports.clock.now())
    c.facts = told.data
    shop = told.data["shop"]
    notes = [*_scopes(c), *_notes(c, skew)]
    _ = (c.location, c.publication)  # a ConfigError names those that there are
    c.client.ask("MayReadOrders", documents.MAY_READ_ORDERS, {})  # raises when we may not
    return Health(shop["name"], c.currency, shop["ianaTimezone"], skew, tuple(notes))


def _scopes(c: Connection) -> list[str]:
    granted = {x["handle"] for x in c.facts["currentAppInstallation"]["accessScopes"]}
    # To write includes to read.
    granted |= {x.replace("write_", "read_", 1) for x in granted if x.startswith("write_")}
    missing = [scope for scope in SCOPES if scope not in granted]
    notes = [f"our token lacks the scopes {', '.join(missing)}"] if missing else []
    if "read_all_orders" not in granted:
        notes.append("without the scope read_all_orders only the last 60 days' orders are visible")
    return notes


def _notes(c: Connection, skew: float) -> list[str]:
    kind = "gross" if c.facts["shop"]["taxesIncluded"] else "net"
    notes = [f"the store's prices are {kind}: `prices: {kind}` is right for it"]
    if abs(skew) > SKEW_S:
        notes.append(f"its clock is {skew:+.0f} s from ours")
    if not c.hint_secret:
        notes.append("without secret_client no hint can be proved genuine, so none is heard")
    return notes
