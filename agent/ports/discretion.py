"""Texts that let others in: blotted out of whatever the outside says, before anybody here reads it.

Vendors repeat keys in their complaints. What is read of an answer may end in an error, a receipt or a
log, cut anywhere; so a key has to go before any of that.
"""

from __future__ import annotations

import threading
from urllib.parse import quote

SHORTEST = 8  # characters; blotting out a shorter text would eat words
MOST = 500  # tokens are renewed by the hour; the oldest are dead
BLOT = "…".encode()


class Discretion:
    """The secrets that this process has come to know. Safe for threads."""

    def __init__(self) -> None:
        self._texts: dict[bytes, None] = {}
        self._lock = threading.Lock()

    def guard(self, *texts: str) -> None:
        """From now on these are blotted out, however an address or a form writes them."""
        with self._lock:
            for text in texts:
                if len(text) >= SHORTEST:
                    for form in (text, quote(text, safe="")):
                        self._texts[form.encode("utf-8")] = None
            while len(self._texts) > MOST:
                del self._texts[next(iter(self._texts))]

    def blotted(self, said: bytes) -> bytes:
        """What was said, without any secret; of two that begin alike the longer goes first."""
        with self._lock:
            known = sorted(self._texts, key=len, reverse=True)
        for secret in known:
            if secret in said:
                said = said.replace(secret, BLOT)
        return said
