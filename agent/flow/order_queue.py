"""The queue of orders as people see it: each with its state, what keeps it, and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from agent.errors import NotFound
from agent.flow.site import Site
from agent.model.booking import Fault
from agent.store import (
    erp_answers,
    import_files,
    order_concerns,
    order_lines,
    order_list,
    orders,
    outbox,
)
from agent.store.order_list import Event
from agent.store.orders import Stored

NEXT = {
    "waiting": "written when it is paid",
    "due": "written at the next export",
    "written": "waits for the ERP's order list",
    "acknowledged": "waits for the ERP's shipments",
    "past": "nothing: it was placed before `orders_from`",
}


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order for a person. `faults`: the reason it waits, then what must be seen to."""

    reference: str
    channel: str
    number: str
    remote_id: str
    state: str
    placed_at: str
    total: str  # with its currency
    erp_number: str
    file: str  # the import file it went into, and what became of that
    references: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, int, int, int], ...]  # sku, pieces that remain, shipped, returned
    commands: tuple[tuple[str, str, str], ...]  # kind, state, words
    faults: tuple[Fault, ...]
    next: str


@dataclass(frozen=True, slots=True)
class EarlyMovement:
    """Goods of an order that no channel has shown yet; they wait for it."""

    kind: str
    number: str
    reference: str
    place: str


def list_orders(
    site: Site, *, states: frozenset[str] = frozenset(), most: int = 200
) -> list[OrderView]:
    """The newest orders, those that need a person first; empty `states` means every state."""
    found = order_list.ids(site.db, sorted(states), most)
    return [_view(site, orders.by_id(site.db, order_id)) for order_id in found]


def show_order(site: Site, name: str) -> tuple[OrderView, list[Event]]:
    """One order by its reference, number or the channel's id, with its history. NotFound if none."""
    stored = _named(site, name)
    return _view(site, stored), order_list.events(site.db, stored.id)


def count_orders(site: Site) -> dict[str, int]:
    """Orders by state, and under `concerns` those that a person must see to."""
    return order_list.counts(site.db)


def early_movements(site: Site) -> list[EarlyMovement]:
    """Shipments and returns whose order is not known (yet)."""
    return [
        EarlyMovement(m.kind, m.number, m.reference, m.place)
        for m in erp_answers.movements(site.db)
        if m.order_id is None
    ]


def accept(site: Site, name: str) -> OrderView:
    """A person has made the ERP's order as the channel's is now: what changed is settled."""
    stored = _named(site, name)
    now = site.ports.clock.now()
    with site.db.atomic():
        orders.set_told(site.db, stored.id)
        orders.set_examined(site.db, stored.id, "")
        for kind in ("changed", "cancel"):
            order_concerns.drop(site.db, stored.id, kind)
        orders.add_event(site.db, stored.id, now, "a person accepted it as it is now")
    return _view(site, orders.by_id(site.db, stored.id))


def written(site: Site, name: str) -> OrderView:
    """A person has seen that the ERP has the order: its file in doubt was written."""
    stored = _named(site, name)
    now = site.ports.clock.now()
    with site.db.atomic():
        entry = import_files.of_order(site.db, stored.id, "order")
        if entry is not None:
            import_files.settle(site.db, entry.id, "taken")
        order_concerns.drop(site.db, stored.id, "file")
        orders.set_told(site.db, stored.id)
        orders.set_written(site.db, stored.id, now)
        orders.set_state(
            site.db, stored.id, "written", None, now, "a person says that the ERP has it"
        )
    return _view(site, orders.by_id(site.db, stored.id))


def again(site: Site, name: str) -> OrderView:
    """A person has mended what was refused or is in doubt: try once more.

    NotFound when nothing of the order was refused, parked or in doubt.
    """
    stored = _named(site, name)
    now = site.ports.clock.now()
    with site.db.atomic():
        tried = outbox.unpark(site.db, stored.id, now)
        for what in import_files.PURPOSES:
            entry = import_files.of_order(site.db, stored.id, what)
            if entry is not None and entry.state in ("refused", "doubt"):
                import_files.lose(site.db, entry.id)
                tried += 1
        if not tried:
            raise NotFound(
                f"nothing of {stored.reference} was refused or is in doubt",
                stored.reference,
                "see `tally orders`",
            )
        if stored.state in ("refused", "exception", "due"):
            orders.set_state(site.db, stored.id, "waiting", None, now, "a person: once more")
        for kind in order_concerns.of_order(site.db, stored.id):
            if kind == "file" or kind.startswith("command "):
                order_concerns.drop(site.db, stored.id, kind)
        orders.set_examined(site.db, stored.id, "")
    return _view(site, orders.by_id(site.db, stored.id))


def _named(site: Site, name: str) -> Stored:
    found = order_list.named(site.db, name)
    if len(found) == 1:
        return orders.by_id(site.db, found[0])
    if not found:
        raise NotFound(f'no order is known as "{name}"', name, "see `tally orders`")
    references = ", ".join(orders.by_id(site.db, order_id).reference for order_id in found)
    raise NotFound(f'several orders are known as "{name}"', name, f"name one of: {references}")


def _view(site: Site, stored: Stored) -> OrderView:
    concerns = order_concerns.of_order(site.db, stored.id)
    faults = ([stored.reason] if stored.reason else []) + list(concerns.values())
    order = stored.order
    return OrderView(
        reference=stored.reference,
        channel=stored.channel,
        number=order.number,
        remote_id=stored.remote_id,
        state=stored.state,
        placed_at=order.placed_at.isoformat(),
        total=order_list.money(order),
        erp_number=stored.erp_number,
        file=_file(site, stored),
        references=order.references,
        lines=tuple(
            (line.sku, line.quantity - line.cancelled, line.shipped, line.returned)
            for line in order_lines.lines(site.db, stored.id)
        ),
        commands=tuple(order_list.commands(site.db, stored.id)),
        faults=tuple(faults),
        next=faults[0].next if faults else _next(site, stored),
    )


def _file(site: Site, stored: Stored) -> str:
    entry = import_files.of_order(site.db, stored.id, "order")
    return "" if entry is None else f"{entry.name} ({entry.state})"


def _next(site: Site, stored: Stored) -> str:
    customer = import_files.of_order(site.db, stored.id, "customer")
    if stored.state == "due" and customer is not None and customer.state != "taken":
        return f"waits until the ERP has taken {customer.name}"
    return NEXT.get(stored.state, "")
