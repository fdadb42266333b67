"""What the ERP will know an order by, and whether two orders are one purchase."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from agent.model.order import Order

UNSAFE = re.compile(r"[^A-Z0-9]+")
# What an order says of itself, or of what is no order; `origin` repeats a number that stands beside it.
OWN_KINDS = frozenset(
    {"id", "number", "transaction_id", "source", "auction_id", "tax_number", "origin"}
)
SURE = 10  # characters from which a number that two systems share is no accident
APART = timedelta(minutes=15)  # clocks differ, and a hub may round


def safe(text: str) -> str:
    """Upper case, accents off, everything but letters and digits as single hyphens."""
    plain = unicodedata.normalize("NFKD", text.upper()).encode("ascii", "ignore").decode("ascii")
    return UNSAFE.sub("-", plain).strip("-")


def reference(order: Order, template: str) -> str:
    """The order's reference by the shop's template, such as `{shop}-{number}` → SHOP-1001."""
    names = {
        "shop": order.channel,
        "number": order.number or order.remote_id,
        "id": order.remote_id,
        # Where it was bought: the same for an order that comes directly and through a hub.
        "origin": dict(order.references).get("origin", order.remote_id),
    }
    text = template
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return safe(text)


def reference_candidates(order: Order, template: str) -> tuple[str, ...]:
    """References to try in this order, since each order needs its own; the last is nobody else's."""
    first = reference(order, template)
    second = f"{first}-{safe(order.remote_id)}".strip("-")
    identity = f"{order.channel}\n{order.remote_id}".encode("utf-8", "surrogatepass")
    last = f"ORDER-{hashlib.sha256(identity).hexdigest()[:16].upper()}"
    return tuple(found for found in (first, second, last) if found)


def foreign_numbers(order: Order, vendors: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(channel, remote id) of orders elsewhere that this order says it is; `vendors` by channel.

    A number counts when its name names that channel or its vendor (`allegro_order_id`), or when it
    is too long to be the same by accident.
    """
    return tuple(
        (channel, value)
        for kind, value in order.references
        for channel, vendor in sorted(vendors.items())
        if channel != order.channel and names_it(kind, value, channel, vendor)
    )


def possible_numbers(order: Order, vendors: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(channel, remote id) of orders elsewhere that this one may be: a short number that names nobody.

    A hub gives a shop's own order number without saying which of our channels that shop is. Whether
    it is the same purchase is for `alike` to say.
    """
    return tuple(
        (channel, value)
        for kind, value in order.references
        if kind.casefold() not in OWN_KINDS
        for channel, vendor in sorted(vendors.items())
        if channel != order.channel and not names_it(kind, value, channel, vendor)
    )


def alike(one: Order, other: Order) -> bool:
    """Whether two orders that share a number agree in everything else that a purchase is known by:
    the moment, the money, and the goods."""
    return (
        one.currency == other.currency
        and one.total == other.total
        and abs(one.placed_at - other.placed_at) <= APART
        and _goods(one) == _goods(other)
    )


def _goods(order: Order) -> Counter[str]:
    goods: Counter[str] = Counter()
    for line in order.lines:
        goods[line.sku] += line.quantity
    return goods


def names_it(kind: str, value: str, channel: str, vendor: str) -> bool:
    """Whether a reference called `kind` speaks of an order on this channel."""
    name = kind.casefold()
    if name in OWN_KINDS:
        return False
    return (channel.casefold() in name or vendor.casefold() in name or len(value) >= SURE) and bool(
        value
    )


def differences(before: Order, after: Order, settled: Mapping[str, int]) -> tuple[str, ...]:
    """What the buyer or the shop changed since the ERP was told, in words.

    `settled` are pieces by line that the ERP itself cancelled or took back: no news to it.
    """
    olds = {line.remote_id: line for line in before.lines}
    news = {line.remote_id: line for line in after.lines}
    words = []
    for key in [*olds, *(key for key in news if key not in olds)]:
        old, new = olds.get(key), news.get(key)
        name = (new or old or after.lines[0]).sku or (new or old or after.lines[0]).title
        was = 0 if old is None else old.quantity - old.cancelled
        now = 0 if new is None else new.quantity - new.cancelled
        if was != now and now != was - settled.get(key, 0):
            words.append(f"{name}: {was} → {now} pieces")
        elif old is not None and new is not None and old.sku != new.sku:
            words.append(f"{old.sku or old.title} → {new.sku or new.title}")
    if before.shipping != after.shipping:
        words.append("the delivery address")
    return tuple(words)


def all_taken_off(lines: Iterable[tuple[int, int]]) -> bool:
    """Whether nothing is left of these (quantity, cancelled) pairs."""
    pairs = list(lines)
    return bool(pairs) and all(0 < quantity <= cancelled for quantity, cancelled in pairs)
