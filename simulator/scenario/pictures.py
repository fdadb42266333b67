"""Pictures of the goods, as a shop's own web space would hold them: for vendors that want one."""

from __future__ import annotations

import httpx

HOST = "pictures.test"  # https://pictures.test/ and any path
_PNG = bytes.fromhex(  # one grey dot
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


def picture(request: httpx.Request) -> httpx.Response | None:
    """The picture that is asked for; None when something else is."""
    if request.url.host != HOST:
        return None
    kind = {"content-type": "image/png"}
    return httpx.Response(200, headers=kind, content=_PNG, request=request)
