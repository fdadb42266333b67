"""What the vendor's rows look like, as far as we read them; see `agent.channels.shape`.

No more is asked for than what reading them needs: extensions add and change fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

METAS: list[Any] = [{}]
PRODUCT = {
    "id": int,
    "parent_id?": int,
    "sku?": str,
    "type?": str,
    "status?": str,
    "catalog_visibility?": str,
    "name?": str,
    "stock_quantity?": float,
    "backorders?": str,
    "attributes?": [{"name?": str, "options?": list}],
    "meta_data?": METAS,
}
ADDRESS = {
    f"{name}?": str
    for name in (
        *("first_name", "last_name", "company", "address_1", "address_2"),
        *("city", "state", "postcode", "country", "phone", "email"),
    )
}
CHARGE = {"method_title?": str, "name?": str, "total": str, "total_tax": str}
ORDER = {
    "id": int,
    "number?": str,
    "status": str,
    "currency": str,
    "date_created_gmt": str,
    "date_modified_gmt?": str,
    "total": str,
    "line_items?": [
        {
            "id": int,
            "sku?": str,
            "name?": str,
            "quantity": float,
            "total": str,
            "total_tax": str,
            "taxes?": [{"id?": int}],
        }
    ],
    "shipping_lines?": [CHARGE],
    "fee_lines?": [CHARGE],
    "tax_lines?": [{}],
    "refunds?": list,
    "billing?": ADDRESS,
    "shipping?": ADDRESS,
    "customer_note?": str,
    "order_key?": str,
    "transaction_id?": str,
    "meta_data?": METAS,
}
REFUND = {
    "id": int,
    "reason?": str,
    "line_items?": [{"quantity?": float, "meta_data?": METAS}],
}
LISTS: Mapping[str, Any] = {  # by the last word of the path
    "products": PRODUCT,
    "variations": PRODUCT,
    "orders": {"id": int},  # each by itself: ORDER
    "refunds": REFUND,
    "fulfillments": {"meta_data?": METAS},
    "shipment-trackings": {"tracking_number?": str},
    "notes": {"note?": str},
    "categories": {"id": int, "name?": str},
}


def of(path: str) -> Any:
    """The shape of a row of the list at this path."""
    return LISTS.get(path.rpartition("/")[2], {})
