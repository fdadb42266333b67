"""Sales that the ERP's stock figures may not know of yet, as the order tables have them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent.model.sale import Sale
from agent.ports.database import Database
from agent.store.moments import from_text

# An order that the ERP refused is still a promise to a buyer, until it is cancelled or shipped.
PENDING = """
select order_lines.sku, orders.reference, orders.known_at,
  sum(order_lines.quantity - order_lines.cancelled - order_lines.shipped) as pieces
from order_lines
join orders on orders.id = order_lines.order_id
where order_lines.sku in (select value from json_each(:skus))
  and orders.state in ('waiting', 'due', 'exception', 'written', 'refused', 'acknowledged')
group by order_lines.sku, orders.id
having pieces > 0
order by order_lines.sku, orders.id
"""


def pending_sales(db: Database, skus: Sequence[str]) -> dict[str, list[Sale]]:
    """Unshipped pieces by sku, each with the moment from which stock files reflect it."""
    found: dict[str, list[Sale]] = {}
    for sku, reference, known_at, pieces in db.rows(PENDING, {"skus": json.dumps(list(skus))}):
        known = None if known_at is None else from_text(known_at)
        found.setdefault(sku, []).append(Sale(sku, reference, pieces, known))
    return found
