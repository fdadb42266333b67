"""What stands in for an order that is not as its vendor documents: a person sees it, and no other waits."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.model.order import Order

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def unreadable(shop: str, remote_id: object, number: object, why: object) -> Order:
    """An order without lines, which is never written into a file.

    It is older than anything: what we knew of the order before, and what is readable later, stands.
    """
    return Order(
        channel=shop,
        remote_id=_text(remote_id),
        number=_text(number) or _text(remote_id),
        state="open",
        payment="paid",
        placed_at=BEGINNING,
        modified_at=BEGINNING,
        currency="",
        lines=(),
        charges=(),
        total=0,
        note=f"not as the vendor documents: {why}",
    )


def _text(found: object) -> str:
    is_name = isinstance(found, (str, int)) and not isinstance(found, bool)
    return str(found) if is_name else ""
