"""A new listing's picture, fetched from where the ERP says, for vendors that take no addresses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from agent.ports import Ports

TIMEOUT_S = 20.0
KINDS = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"GIF8", "gif", "image/gif"),
)


@dataclass(frozen=True)
class Picture:
    """Its bytes, the usual ending of its file's name, and its media type."""

    content: bytes
    ending: str
    kind: str


class Settings(Protocol):
    """Where the channel is: its own authority is trusted there, and nowhere else."""

    @property
    def address(self) -> str: ...
    @property
    def ca_file(self) -> Path | None: ...


def fetched(address: str, shop: str, settings: Settings, ports: Ports, most_bytes: int) -> Picture:
    """The picture at an address. ValueError for what is no picture, a ChannelError as for any call.

    Only over TLS, without our keys, and wherever it is sent on to is not followed.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise ValueError("its address is none that begins with https:// and has no password in it")
    is_own = parts.netloc == urlsplit(settings.address).netloc
    http = ports.http.client(
        f"https://{parts.netloc}",
        f"{shop} picture",
        ca_file=settings.ca_file if is_own else None,
        timeout_s=TIMEOUT_S,
    )
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        answer = http.send("GET", path)
    finally:
        http.close()
    if answer.status != 200:
        raise ValueError(f"{parts.hostname} answered {answer.status}")
    if len(answer.body) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes // 2**20} MiB")
    for head, ending, kind in KINDS:
        if answer.body.startswith(head):
            return Picture(answer.body, ending, kind)
    raise ValueError("it is neither JPEG, PNG nor GIF")
