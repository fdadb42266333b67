"""A new listing's picture: fetched from where the ERP says, and uploaded. Etsy takes no addresses."""

from __future__ import annotations

import hashlib

from agent.channels.etsy.client import Body
from agent.channels.etsy.connection import Connection
from agent.channels.pictures import Picture, fetched
from agent.errors import ChannelError, OutcomeUnknown

MOST_BYTES = 10 * 1024 * 1024
LATER = "without a picture it cannot go live: add one in Shop Manager"


def add(c: Connection, listing_id: int, address: str) -> str:
    """Give the draft its first picture; why it has none, or ""."""
    address = address or c.settings.picture
    if not address:
        return f"no picture in the ERP; {LATER}"
    try:
        picture = fetched(address, c.shop, c.settings, c.ports, MOST_BYTES)
    except (ValueError, ChannelError) as error:
        return f"the picture could not be had: {error.args[0]}; {LATER}"
    try:
        c.client.write("POST", f"{c.root}/listings/{listing_id}/images", uploaded(picture))
    except OutcomeUnknown:
        return "nobody heard whether Etsy took the picture: look at the draft in Shop Manager"
    except ChannelError as error:
        return f"Etsy did not take the picture: {error.what}; {LATER}"
    return ""


def uploaded(picture: Picture) -> Body:
    """The picture as a form with a file (RFC 7578)."""
    border = f"tally-{hashlib.sha256(picture.content).hexdigest()[:32]}"
    head = (
        f"--{border}\r\n"
        f'Content-Disposition: form-data; name="image"; filename="picture.{picture.ending}"\r\n'
        f"Content-Type: {picture.kind}\r\n\r\n"
    )
    content = head.encode() + picture.content + f"\r\n--{border}--\r\n".encode()
    return Body(content=content, kind=f"multipart/form-data; boundary={border}")
