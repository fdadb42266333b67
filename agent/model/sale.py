"""What channels have sold, as far as the ERP's own stock figures may not know it yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sale:
    """Pieces of one sku in one order that have neither left nor been cancelled."""

    sku: str
    reference: str  # what the ERP knows the order by
    pieces: int
    known_at: datetime | None = None  # stock files written later reflect it; None: none does yet
