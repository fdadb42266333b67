"""The sentences about what must be seen. Each gives what is seen; the runner compares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.channels import Dialect, ShelfItem
from simulator.scenario.happenings import CannotHappen
from simulator.scenario.language import THEN, sentence
from simulator.scenario.stage import Stage

WAITING = """
select count(*)
from orders
where state in ('exception', 'refused')
  or id in (select order_id from order_concerns)
"""


def _item(stage: Stage, words: Mapping[str, str]) -> ShelfItem:
    with stage.world.lock:
        return _dialect(stage, words["channel"]).storefront.item(words["sku"])


def _dialect(stage: Stage, name: str) -> Dialect:
    if name not in stage.world.dialects:
        raise CannotHappen(f"{name} has no part in this scenario")
    return stage.world.dialects[name]


@sentence("CHANNEL shows SKU as", THEN)
def shows_as(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """in stock, sold out, on backorder, or gone."""
    return _item(stage, words).availability


@sentence("CHANNEL shows SKU at", THEN)
def shows_at(stage: Stage, words: Mapping[str, str], value: Any) -> Decimal | None:
    """What a shopper pays now."""
    price = _item(stage, words).price
    return None if price is None else Decimal(price)


@sentence("CHANNEL strikes through for SKU", THEN)
def strikes_through(stage: Stage, words: Mapping[str, str], value: Any) -> Decimal | None:
    """The price that stands struck through beside it; null when none does."""
    was = _item(stage, words).was
    return None if was is None else Decimal(was)


@sentence("CHANNEL offers of SKU", THEN)
def offers(stage: Stage, words: Mapping[str, str], value: Any) -> int | None:
    """How many pieces can be bought."""
    return _item(stage, words).quantity


@sentence("every channel shows SKU as", THEN)
def all_show_as(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The same on all of them."""
    seen = {c: _item(stage, {**words, "channel": c}).availability for c in stage.world.dialects}
    return str(_one_of(seen))


@sentence("every channel offers of SKU", THEN)
def all_offer(stage: Stage, words: Mapping[str, str], value: Any) -> Any:
    """The same quantity on all of them."""
    return _one_of(
        {c: _item(stage, {**words, "channel": c}).quantity for c in stage.world.dialects}
    )


@sentence("every channel shows SKU at", THEN)
def all_show_at(stage: Stage, words: Mapping[str, str], value: Any) -> Any:
    """The same price on all of them."""
    return _one_of(
        {c: shows_at(stage, {**words, "channel": c}, None) for c in stage.world.dialects}
    )


@sentence("erp has order count", THEN)
def erp_orders(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Orders in the ERP's books, deleted ones aside."""
    return sum(order["status"] != "Deleted" for order in stage.erp.books.orders())


@sentence("erp has sold of SKU", THEN)
def erp_sold(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Pieces in all orders of the ERP's books, deleted ones aside."""
    return sum(
        line["quantity"]
        for order in stage.erp.books.orders()
        for line in order["lines"]
        if line["sku"] == words["sku"] and order["status"] != "Deleted"
    )


@sentence("erp has the last order under its own number", THEN)
def erp_has_last(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """How often the books have it by its number where it was bought, case and punctuation aside."""
    channel, number = stage.orders[-1]
    bought = [s for s in _dialect(stage, channel).storefront.sold() if s.number == number]
    own = {_plain(sold.foreign_id) for sold in bought}
    return sum(_plain(order["header"]["reference"]) in own for order in stage.erp.books.orders())


@sentence("erp refused files", THEN)
def erp_refused(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Import files that the ERP did not take."""
    return len(list(stage.erp.failed.glob("*.err")))


@sentence("shoppers have bought", THEN)
def bought(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Orders that shops have taken."""
    return len(stage.orders)


@sentence("the last order is", THEN)
def last_order_is(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """As its buyer sees it: open, partly shipped, shipped or cancelled."""
    channel, number = stage.orders[-1]
    order = _dialect(stage, channel).storefront.order(number)
    if order.is_cancelled:
        return "cancelled"
    sent, ordered = sum(order.shipped.values()), sum(order.lines.values())
    return "open" if not sent else "shipped" if sent >= ordered else "partly shipped"


@sentence("the last order has parcels", THEN)
def last_order_parcels(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Parcels that its buyer was told of."""
    channel, number = stage.orders[-1]
    return len(_dialect(stage, channel).storefront.order(number).parcels)


@sentence("agent holds", THEN)
def holds(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Plans and files that wait for a person."""
    return stage.held()


@sentence("agent has orders waiting for a person", THEN)
def exceptions(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Orders that cannot be written whole, or that changed after the ERP had taken them."""
    return stage.count(WAITING)


@sentence("agent has parked changes", THEN)
def parked(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Changes that a shop refused, and that wait for a person."""
    return stage.count("select count(*) from parked")


@sentence("agent knows orders", THEN)
def orders(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Orders pulled from all channels."""
    return stage.count("select count(*) from orders")


@sentence("agent has files KIND", THEN)
def files(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Export files that are applied, same, stale, refused or held."""
    return stage.count("select count(*) from files where state = ?", words["kind"])


@sentence("agent has rejected rows", THEN)
def rejects(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Rows that could not be used."""
    return stage.count("select count(*) from rejects")


@sentence("CHANNEL was asked no more than", THEN)
def asked(stage: Stage, words: Mapping[str, str], value: Any) -> int:
    """Requests that reached the channel since the last such look; fewer is as good."""
    counted = stage.requests(words["channel"])
    return int(value) if counted <= int(value) else counted


def _plain(number: str) -> str:
    return "".join(letter for letter in number.upper() if letter.isalnum())


def _one_of(seen: Mapping[str, Any]) -> Any:
    values = set(seen.values())
    if len(values) == 1:
        return values.pop()
    return ", ".join(f"{value} on {channel}" for channel, value in sorted(seen.items()))
