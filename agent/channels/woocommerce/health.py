"""What `tally doctor` asks the shop."""

from __future__ import annotations

from typing import Any

from agent.channels import Health
from agent.channels.woocommerce.connection import API, Connection
from agent.errors import Refused, Unavailable

SKEW_S = 120.0


def check(c: Connection) -> Health:
    """Credentials (by a read that needs them), clock, currency, zone, and what to mend."""
    answer = c.client.get(f"{API}/products", {"per_page": 1, "_fields": "id"})
    skew = answer.clock_skew_s(c.ports.clock.now())
    site = _site(c)
    name = str(site.get("name") or c.settings.address)
    zone = str(site.get("timezone_string") or "")
    return Health(name, c.currency, zone, skew, tuple(_notes(c, skew, zone)))


def _notes(c: Connection, skew: float, zone: str) -> list[str]:
    notes = []
    if _setting(c, "products", "woocommerce_manage_stock") == "no":
        notes.append(
            "stock management is off: switch it on under WooCommerce > Settings > Products"
            " > Inventory, or no quantity can be set"
        )
    basis = _setting(c, "tax", "woocommerce_prices_include_tax")
    if basis:
        kind = "gross" if basis == "yes" else "net"
        notes.append(f"the shop's prices are {kind}: `prices: {kind}` is right for it")
    if abs(skew) > SKEW_S:
        notes.append(f"its clock is {skew:+.0f} s from ours")
    if not zone:
        notes.append("its time zone could not be read: compare `zone` with Settings > General")
    return notes


def _setting(c: Connection, group: str, name: str) -> str:
    """A setting's value; "" when our key may not see it or the shop has none."""
    try:
        found = c.client.read(f"{API}/settings/{group}/{name}")
    except Refused:
        return ""
    return str(found.get("value") or "")


def _site(c: Connection) -> dict[str, Any]:
    try:
        return c.client.read("/", {"_fields": "name,timezone_string,gmt_offset"})
    except (Refused, Unavailable):  # some hosts shut this address; nothing else needs it
        return {}
