"""Pictures: uploaded as bytes or by address, shown under the address that the upload gives."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from simulator.channels.allegro.call import Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid, not_found
from simulator.channels.allegro.moments import iso

KINDS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
}
LARGEST = 26 * 1024 * 1024
LIFE = timedelta(days=1)  # an upload that no offer uses


def upload(call: Call) -> Answer:
    """POST /sale/images, on the upload host"""
    kind = (call.request.headers.get("Content-Type") or "").split(";")[0].strip().lower()
    data = call.request.get_data()
    if len(data) > LARGEST:
        raise Refused(413, error("IMAGE_TOO_BIG", "Image is too big"))
    if kind in KINDS:
        if not data.startswith(KINDS[kind]):
            raise invalid("The file is not an image of this type", None)
        body: dict[str, Any] = {"kind": kind, "data": base64.b64encode(data).decode()}
    else:
        url = call.json().get("url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise invalid("must be the address of an image", "url")
        body = {"url": url}
    key = call.store.hex("pictures", 38)
    call.store.shop.add("picture", body, sku=key, quiet=True)
    location = f"{call.base}/original/{key[:6]}/{key[6:]}"
    expires = iso(call.store.now() + LIFE)
    return Answer(201, {"expiresAt": expires, "location": location}, {"Location": location})


def picture(call: Call, name: str) -> Answer:
    """GET /original/…: the bytes, or where they were taken from."""
    found = call.store.by_key("picture", name.replace("/", ""))
    if found is None:
        raise not_found(call.path)
    if "url" in found.body:
        return Answer(302, None, {"Location": found.body["url"]})
    data = base64.b64decode(found.body["data"])
    return Answer(200, None, {"Content-Type": found.body["kind"]}, data)


ROUTES = (Route("POST", "/sale/images", upload, takes=tuple(KINDS)),)
