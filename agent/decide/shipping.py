"""Which order lines the goods of a shipment or return belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.model.booking import Fault, Progress


def shipped(
    lines: Sequence[Progress], moved: Mapping[str, int], services: frozenset[str], number: str
) -> dict[str, int] | Fault:
    """{remote line id: pieces} of a shipment: each sku fills its lines in the order's own order.

    More than remains, a part piece, or goods that were not ordered: the whole shipment is held.
    `moved` in thousandths by sku; service items do not travel.
    """
    return _spread(lines, moved, services, f"shipment {number}", returning=False)


def returned(
    lines: Sequence[Progress], moved: Mapping[str, int], services: frozenset[str], number: str
) -> dict[str, int] | Fault:
    """{remote line id: pieces} of a return, in the same manner; nothing comes back that had not left."""
    return _spread(lines, moved, services, f"return {number}", returning=True)


def is_complete(lines: Sequence[Progress]) -> bool:
    """Whether every piece that was not cancelled has left."""
    return bool(lines) and all(line.to_ship <= 0 for line in lines)


def filled(
    room: Sequence[tuple[str, str, int]], pieces: Mapping[str, int]
) -> dict[str, int] | None:
    """{line: pieces} when these pieces of each sku fill lines (id, sku, size) in their order; None when
    there are too few lines."""
    left, taken = dict(pieces), dict[str, int]()
    for line, sku, size in room:
        if part := min(size, left.get(sku, 0)):
            taken[line] = part
            left[sku] -= part
    return None if any(left.values()) else taken


def _room(line: Progress, *, returning: bool) -> int:
    return max(0, line.to_return if returning else line.to_ship)


def _spread(
    lines: Sequence[Progress],
    moved: Mapping[str, int],
    services: frozenset[str],
    name: str,
    *,
    returning: bool,
) -> dict[str, int] | Fault:
    taken: dict[str, int] = {}
    for sku, milli in sorted(moved.items()):
        if sku in services:
            continue
        pieces, rest = divmod(milli, 1000)
        if rest or pieces <= 0:
            return Fault(f"{name} moves {milli / 1000:g} of {sku}: no whole pieces", next=CORRECT)
        own = [line for line in lines if line.sku == sku]
        room = {line.remote_id: _room(line, returning=returning) for line in own}
        if not own:
            return Fault(f"{name} moves {sku}, which the order does not have", next=CORRECT)
        if sum(room.values()) < pieces:
            most = "had left" if returning else "remain to be shipped"
            what = f"{name} moves {pieces} of {sku}, but only {sum(room.values())} {most}"
            return Fault(what, next=CORRECT)
        for line, free in room.items():
            if part := min(pieces, free):
                taken[line] = part
                pieces -= part
    return taken


CORRECT = "correct it in the ERP and export again; the channel has been told nothing of it"
