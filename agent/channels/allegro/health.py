"""What `tally doctor` asks Allegro."""

from __future__ import annotations

from collections.abc import Iterator

from agent.channels import Health, strict, trouble
from agent.channels.allegro.connection import KINDS, Connection
from agent.errors import Refused

SKEW_S = 120.0
ZONE = "Europe/Warsaw"
GROSS = "prices on Allegro are gross, and its orders tell tax only where the offer names a rate"


def check(c: Connection) -> Health:
    """Credentials and permissions by a read that each needs, the clock, and what to mend."""
    answer = c.client.get("/me")
    c.account = c.client.told(answer, "GET", "/me")
    c.client.read("/order/event-stats")
    c.client.read("/sale/offers", [("limit", 1)])
    skew = answer.clock_skew_s(c.ports.clock.now())
    try:
        name = strict.text(c.account, "login")
    except ValueError as error:
        raise trouble.misshapen(str(error), c.client.where("GET /me")) from error
    return Health(f"{name} on {c.marketplace}", c.currency, ZONE, skew, tuple(_notes(c, skew)))


def _notes(c: Connection, skew: float) -> Iterator[str]:
    settings = c.settings
    if settings.category is None and not settings.categories:
        yield "no `category` is set: new offers are made of goods in Allegro's catalogue only"
    for setting in KINDS:
        try:
            c.chosen(setting)
        except Refused as unclear:
            yield f"{unclear.what}: {unclear.next}"
    if settings.handling_time is None:
        yield "no `handling_time` is set: Allegro may not list new offers"
    if settings.vat_rate is None:
        yield f"{GROSS}: set `vat_rate` for those without one"
    if settings.bulk == "off":
        yield "`bulk` is off: each offer takes a request of its own"
    if abs(skew) > SKEW_S:
        yield f"its clock is {skew:+.0f} s from ours"
