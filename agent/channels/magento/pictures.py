"""A new product's picture: fetched from where the ERP says, and sent as bytes. Magento takes no addresses."""

from __future__ import annotations

import base64
from urllib.parse import quote

from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping import slug
from agent.channels.pictures import fetched
from agent.errors import ChannelError, OutcomeUnknown

MOST_BYTES = 8 * 1024 * 1024
ROLES = ["image", "small_image", "thumbnail"]
LATER = "add one in the shop"


def add(c: Connection, sku: str, title: str, address: str) -> str:
    """Give a new product its picture; why it has none, or "". Never twice: the vendor keeps both."""
    if not address:
        return ""
    try:
        picture = fetched(address, c.shop, c.settings, c.ports, MOST_BYTES)
    except (ValueError, ChannelError) as error:
        return f"the picture could not be had: {error.args[0]}; {LATER}"
    content = {
        "base64_encoded_data": base64.b64encode(picture.content).decode(),
        "type": picture.kind,
        "name": f"{slug(sku) or 'picture'}.{picture.ending}",
    }
    entry = {
        "media_type": "image",
        "label": title,
        "position": 1,
        "disabled": False,
        "types": ROLES,
        "content": content,
    }
    try:
        c.client.write("POST", f"/products/{quote(sku, safe='')}/media", {"entry": entry})
    except OutcomeUnknown:
        return "nobody heard whether the shop took the picture: look at the product there"
    except ChannelError as error:
        return f"the shop did not take the picture: {error.what}; {LATER}"
    return ""
