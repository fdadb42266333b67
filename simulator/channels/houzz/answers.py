"""XML and JSON out: one answer as either. A list's entries are named in XML, not in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

ENTRIES = {  # {a list: what each of its entries is called in XML}
    "Errors": "Error",
    "Images": "ImageLink",
    "Listings": "Listing",
    "OrderItems": "OrderItem",
    "Orders": "Order",
    "Packages": "Package",
    "Payments": "Payment",
    "ProductAttributes": "Attribute",
    "ShippingOptions": "ShippingOption",
    "Transactions": "Transaction",
}
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(form: str, root: str, body: Mapping[str, Any]) -> str:
    """The answer's body as text: JSON, or XML under the element `root`."""
    if form == "json":
        return json.dumps(body, ensure_ascii=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(root, body)}'


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, part) for key, part in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(ENTRIES[name], part) for part in value)
    else:
        inner = escape(_NOT_XML.sub("", str(value)), {"\r": "&#13;"})
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
