"""What `tally doctor` asks the account."""

from __future__ import annotations

from agent.channels import Health
from agent.channels.baselinker import errors, orders, values
from agent.channels.baselinker.connection import Connection
from agent.channels.baselinker.mapping_orders import SHOP

SKEW_S = 120.0


def check(c: Connection) -> Health:
    """The token (by a read that needs it), clock, catalogue, and what a person should decide."""
    told = c.client.ask("getInventories")
    skew = told.answer.clock_skew_s(c.ports.clock.now())
    place = c.place
    notes = [
        f"prices are those of the price group {place.group}, gross: `prices: gross` is right for it",
        f"stock is that of the warehouse {place.warehouse}",
        *_statuses(c),
        *_journal(c),
        *_sources(c),
    ]
    if place.reserves:
        notes.append(
            "the catalogue reserves pieces for orders: they are added to what is set, where the"
            " vendor tells them (not of variants)"
        )
    if abs(skew) > SKEW_S:
        notes.append(f"its clock is {skew:+.0f} s from ours")
    return Health(f"BaseLinker catalogue {place.name}", place.currency, "", skew, tuple(notes))


def _statuses(c: Connection) -> list[str]:
    """What cannot be told or seen until a person names the status that means it."""
    there = ", ".join(f'"{name}"' for _, name in c.statuses)
    notes = []
    if not c.cancelled:
        notes.append(
            "`status_cancelled` is not set: no order is cancelled there, and none is seen to be;"
            f" the account's statuses are {there}"
        )
    if c.settings.status_shipped:
        c.status(c.settings.status_shipped, "status_shipped")
    else:
        notes.append("`status_shipped` is not set: shipped orders stay in their status")
    if c.settings.status_returned:
        c.return_status(c.settings.status_returned, "status_returned")
    else:
        notes.append("`status_returned` is not set: goods that came back are not recorded")
    return notes


def _journal(c: Connection) -> list[str]:
    answer = c.client.read(orders.JOURNAL, {"last_log_id": 0, "logs_types": orders.EVENTS})
    where = c.client.where(orders.JOURNAL)
    if errors.understood(lambda: values.rows(answer, "logs"), where):
        return []
    return [
        "the journal of orders is empty: unless there were none for three days, switch it on under"
        " Account & other > My account > API; until then changes are noticed within the hour"
    ]


def _sources(c: Connection) -> list[str]:
    """Shops whose orders come through here: are they channels of ours too?"""
    answer = c.client.read("getOrderSources")
    where = c.client.where("getOrderSources")
    found = errors.understood(lambda: dict(values.maps(answer, "sources")), where)
    open_ones = [
        f"{SHOP}_{number} ({name})"
        for number, name in found.get(SHOP, {}).items()
        if not {f"{SHOP}_{number}", SHOP} & c.settings.sources.keys()
    ]
    if not open_ones:
        return []
    return [
        f"orders of {', '.join(open_ones)} come through BaseLinker: a shop that is a channel in"
        " tally.yaml too is named under `sources` (shop_…: its name), so that its orders are written once"
    ]
