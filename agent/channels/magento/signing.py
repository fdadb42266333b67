"""Signatures of calls (OAuth 1.0a, RFC 5849, with HMAC-SHA256): what goes into `Authorization`."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

METHOD = "HMAC-SHA256"  # the vendor refuses HMAC-SHA1


@dataclass(frozen=True)
class Keys:
    """The four keys of an integration."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)

    def header(
        self, method: str, url: str, query: Mapping[str, str | int], nonce: str, at_s: int
    ) -> str:
        """The header's value for one call; `url` is the whole address without its query."""
        told = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": nonce,
            "oauth_signature_method": METHOD,
            "oauth_timestamp": str(at_s),
            "oauth_token": self.token,
        }
        told["oauth_signature"] = self._signature(method, url, {**query, **told})
        return "OAuth " + ",".join(f'{name}="{_encoded(told[name])}"' for name in sorted(told))

    def _signature(self, method: str, url: str, parameters: Mapping[str, str | int]) -> str:
        pairs = sorted((_encoded(str(k)), _encoded(str(v))) for k, v in parameters.items())
        flat = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join((method.upper(), _encoded(url), _encoded(flat)))
        key = f"{_encoded(self.consumer_secret)}&{_encoded(self.token_secret)}"
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="~")
