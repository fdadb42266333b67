"""A new product's picture: fetched from where the ERP says, and sent as bytes. Magento takes no addresses."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlsplit

from agent.channels.magento.connection import Connection
from agent.channels.magento.mapping import slug
from agent.errors import ChannelError, OutcomeUnknown

MOST_BYTES = 8 * 1024 * 1024
TIMEOUT_S = 20.0
KINDS = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
)
ROLES = ["image", "small_image", "thumbnail"]
LATER = "add one in the shop"


def add(c: Connection, sku: str, title: str, address: str) -> str:
    """Give a new product its picture; why it has none, or "". Never twice: the vendor keeps both."""
    if not address:
        return ""
    try:
        picture = fetched(c, address)
    except (ValueError, ChannelError) as error:
        return f"the picture could not be had: {error.args[0]}; {LATER}"
    ending, kind = next((e, k) for head, e, k in KINDS if picture.startswith(head))
    content = {
        "base64_encoded_data": base64.b64encode(picture).decode(),
        "type": kind,
        "name": f"{slug(sku) or 'picture'}.{ending}",
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


def fetched(c: Connection, address: str) -> bytes:
    """The picture at an address. ValueError for what is no picture, a ChannelError as for any call.

    Only over TLS, without our keys, and wherever it is sent on to is not followed.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise ValueError("its address is none that begins with https:// and has no password in it")
    is_shops = parts.netloc == urlsplit(c.settings.address).netloc
    http = c.ports.http.client(
        f"https://{parts.netloc}",
        f"{c.shop} picture",
        ca_file=c.settings.ca_file if is_shops else None,
        timeout_s=TIMEOUT_S,
    )
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        answer = http.send("GET", path)
    finally:
        http.close()
    if answer.status != 200:
        raise ValueError(f"{parts.hostname} answered {answer.status}")
    if len(answer.body) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MiB")
    if not any(answer.body.startswith(head) for head, _, _ in KINDS):
        raise ValueError("it is neither JPEG, PNG nor GIF")
    return answer.body
