"""A new listing's picture: fetched from where the ERP says, and uploaded. Etsy takes no addresses."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from agent.channels.etsy.client import Body
from agent.channels.etsy.connection import Connection
from agent.errors import ChannelError, OutcomeUnknown

MOST_BYTES = 10 * 1024 * 1024
TIMEOUT_S = 20.0
KINDS = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
)
LATER = "without a picture it cannot go live: add one in Shop Manager"


def add(c: Connection, listing_id: int, address: str) -> str:
    """Give the draft its first picture; why it has none, or ""."""
    address = address or c.settings.picture
    if not address:
        return f"no picture in the ERP; {LATER}"
    try:
        picture = fetched(c, address)
    except (ValueError, ChannelError) as error:
        return f"the picture could not be had: {error.args[0]}; {LATER}"
    try:
        c.client.write("POST", f"{c.root}/listings/{listing_id}/images", uploaded(picture))
    except OutcomeUnknown:
        return "nobody heard whether Etsy took the picture: look at the draft in Shop Manager"
    except ChannelError as error:
        return f"Etsy did not take the picture: {error.what}; {LATER}"
    return ""


def fetched(c: Connection, address: str) -> bytes:
    """The picture at an address. ValueError for what is no picture, a ChannelError as for any call.

    Only over TLS, without our keys, and wherever it is sent on to is not followed.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise ValueError("its address is none that begins with https:// and has no password in it")
    base = f"https://{parts.netloc}"
    where, trust = f"{c.shop} picture", c.settings.ca_file if _is_etsys(c, parts.netloc) else None
    http = c.ports.http.client(base, where, ca_file=trust, timeout_s=TIMEOUT_S)
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


def _is_etsys(c: Connection, host: str) -> bool:
    return host == urlsplit(c.settings.address).netloc


def uploaded(picture: bytes) -> Body:
    """The picture as a form with a file (RFC 7578)."""
    ending, kind = next((e, k) for head, e, k in KINDS if picture.startswith(head))
    border = f"tally-{hashlib.sha256(picture).hexdigest()[:32]}"
    head = (
        f"--{border}\r\n"
        f'Content-Disposition: form-data; name="image"; filename="picture.{ending}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    content = head.encode() + picture + f"\r\n--{border}--\r\n".encode()
    return Body(content=content, kind=f"multipart/form-data; boundary={border}")
