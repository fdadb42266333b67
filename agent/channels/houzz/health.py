"""What `tally doctor` asks Houzz."""

from __future__ import annotations

from agent.channels import Health
from agent.channels.houzz import mapping
from agent.channels.houzz.client import Params
from agent.channels.houzz.connection import Connection
from agent.channels.houzz.mapping import Row

SKEW_S = 120.0
CALLS = 2
ALWAYS = (
    "Houzz tells no e-mail address of a buyer, and no time zone: its times are taken for UTC",
    "do not split an order in Seller Central once the ERP has it: the part would come as a new order",
)


def check(c: Connection) -> Health:
    """Credentials and both permissions by a read that each needs, the clock, and what to mend."""
    c.client.room(CALLS)
    answer, said = c.client.answered()
    smallest: Params = {"Status": "Charged", "Start": 0, "NumberOfItems": 1}
    c.client.read("getOrders", smallest, "Orders", may_lack=True)
    skew = answer.clock_skew_s(c.ports.clock.now())
    name = f"Houzz seller {c.settings.user}"
    return Health(name, c.currency, "", skew, (*_notes(c, said, skew), *ALWAYS))


def _notes(c: Connection, said: Row, skew: float) -> list[str]:
    notes = []
    shown = _currency(said)
    if shown not in ("", c.currency):
        notes.append(
            f"its listings are in {shown}: write `sells_in: {shown}` for this channel in tally.yaml"
        )
    if c.settings.category is None and not c.settings.categories:
        notes.append("no `category` is set: new listings cannot be made")
    if abs(skew) > SKEW_S:
        notes.append(f"its clock is {skew:+.0f} s from ours")
    if c.unlisted:
        told = ", ".join(sorted(c.unlisted))
        notes.append(f"it lists no orders by these statuses, which are not seen: {told}")
    return notes


def _currency(said: Row) -> str:
    """The currency of the first listing; "" when there is none, or it does not say."""
    try:
        listings = mapping.rows(said.get("Listings"), "Listings")
        return mapping.text(listings[0], "Currency") if listings else ""
    except ValueError:
        return ""
