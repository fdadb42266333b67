"""Which variation themes a product type has: asked for once, from the vendor's own schema."""

from __future__ import annotations

import json

from agent.channels import strict, trouble
from agent.channels.amazon.connection import Connection
from agent.channels.amazon.operations import GET_PRODUCT_TYPE


def allowed(c: Connection, product_type: str) -> tuple[str, ...]:
    """The themes, in the vendor's spelling; none where the schema does not name any."""
    if product_type not in c.themes:
        c.themes[product_type] = _asked(c, product_type)
    return c.themes[product_type]


def _asked(c: Connection, product_type: str) -> tuple[str, ...]:
    query = {
        **c.marketplace,
        "sellerId": c.settings.seller_id,
        "requirements": "LISTING",
    }
    told = c.client.call(GET_PRODUCT_TYPE, {"id": product_type}, query=query).json
    where = f"{c.client.where(GET_PRODUCT_TYPE)} {product_type}"
    try:
        link = strict.part(strict.part(told, "schema"), "link")
        schema = json.loads(c.client.download(strict.needed(link, "resource"), packed=False))
        if not isinstance(schema, dict):
            raise ValueError("the schema is no object")
        theme = strict.part(strict.part(schema, "properties"), "variation_theme")
        name = strict.part(strict.part(strict.part(theme, "items"), "properties"), "name")
        found = name.get("enum")
    except ValueError as error:
        raise trouble.misshapen(str(error), where) from error
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
