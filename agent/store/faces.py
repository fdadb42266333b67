"""The columns that offers and listings share, in both directions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agent.model.listing import Shown
from agent.ports.database import Row
from agent.store.moments import from_text, to_text


def face_values(shown: Shown) -> dict[str, Any]:
    """What is shown, by column."""
    return {
        "state": shown.state,
        "price": shown.price,
        "compare_at": shown.compare_at,
        "sale_price": shown.sale_price,
        "sale_from": moment_value(shown.sale_from),
        "sale_until": moment_value(shown.sale_until),
        "quantity": shown.quantity,
        "backorders": int(shown.backorders),
        "title": shown.title,
    }


def face_of(row: Row, prefix: str = "") -> Shown:
    """What is shown, from a row whose columns begin with `prefix`."""
    return Shown(
        row[f"{prefix}state"],
        row[f"{prefix}price"],
        row[f"{prefix}compare_at"],
        row[f"{prefix}sale_price"],
        moment_of(row[f"{prefix}sale_from"]),
        moment_of(row[f"{prefix}sale_until"]),
        row[f"{prefix}quantity"],
        bool(row[f"{prefix}backorders"]),
        row[f"{prefix}title"],
    )


def moment_value(moment: datetime | None) -> str | None:
    """A moment that may be missing, as its column has it."""
    return None if moment is None else to_text(moment)


def moment_of(text: str | None) -> datetime | None:
    """A moment that may be missing, from its column."""
    return None if text is None else from_text(text)
