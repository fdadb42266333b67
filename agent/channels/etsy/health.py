"""What `tally doctor` asks Etsy."""

from __future__ import annotations

from collections.abc import Iterator

from agent.channels import Health
from agent.channels.etsy import orders
from agent.channels.etsy.connection import Connection
from agent.channels.etsy.pace import Use
from agent.errors import Unauthorised

SKEW_S = 120.0
SEPARATE = "set `secret_webhook`, or orders are noticed only when they are asked for"


def check(c: Connection) -> Health:
    """Keys and consent (by a read that needs both), the shop, clock, currency, and what to mend.

    Etsy does not tell the shop's time zone.
    """
    answer = c.client.get("/users/me", use=Use.ORDERS)
    skew = answer.clock_skew_s(c.ports.clock.now())
    ours = c.client.object(answer, "GET", "/users/me").get("shop_id")
    if ours is not None and ours != c.settings.shop_id:
        what = f"the consent is for shop {ours}, tally.yaml says {c.settings.shop_id}"
        raise Unauthorised(what, f"{c.shop} GET /users/me", "correct `shop_id` in tally.yaml")
    facts = c.facts
    return Health(facts.name, facts.currency, "", skew, tuple(_notes(c, skew)))


def _notes(c: Connection, skew: float) -> Iterator[str]:
    if abs(skew) > SKEW_S:
        yield f"its clock is {skew:+.0f} s from ours"
    if c.facts.is_closed:
        yield "the shop is on holiday: nothing can be bought until that ends in Shop Manager"
    second, day = c.client.limits
    yield f"this app may call {second} times a second and {day:,} times in 24 hours"
    if not c.settings.taxonomy and not c.settings.categories:
        yield "no `taxonomy` is set: no new listing can be made"
    yield (
        f"new listings say who_made {c.settings.who_made}, when_made {c.settings.when_made}:"
        " set them if that is not so"
    )
    yield (
        "webhooks are set up by hand, in the app's page at etsy.com/developers: order events, to"
        f" the address of `hooks`; {SEPARATE if not c.hint_secret else 'their secret is set'}"
    )
    yield from _restricted(c)


def _restricted(c: Connection) -> Iterator[str]:
    """What Etsy keeps from this app, as the newest order shows."""
    row = orders.newest(c)
    if row is None:
        return
    if row.get("buyer_email") is None:
        yield "Etsy gives no e-mail addresses of buyers to this app: it grants them on request"
    if row.get("first_line") is None:
        yield (
            "the newest order has no address: Etsy keeps those of some countries from new apps;"
            " ask for access in the app's page, and take them from Shop Manager until then"
        )
