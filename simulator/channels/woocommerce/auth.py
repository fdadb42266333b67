"""Who is calling: key pairs over TLS (Basic or query), OAuth 1.0a over plain HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from flask import Request

from simulator.channels.woocommerce.bodies import query_of
from simulator.channels.woocommerce.calls import User
from simulator.channels.woocommerce.errors import WooError

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

WINDOW = timedelta(minutes=15)  # clock difference allowed, and how long a nonce is remembered
OAUTH = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
ADMIN = 1


@dataclass(frozen=True)
class Key:
    """One key pair of the shop."""

    key: str
    secret: str
    user_id: int
    permission: str

    @property
    def user(self) -> User:
        """Whom the pair stands for."""
        return User(self.user_id, self.user_id == ADMIN, self.permission)


def caller(dialect: WooCommerce, request: Request) -> User | None:
    """The user behind a request, None when anonymous; WooError 401 for credentials that lie.

    An unknown key is anonymous over TLS, a known key with a wrong secret is refused. Over plain
    HTTP only a signature counts.
    """
    if request.is_secure and (pair := _pair(request)):
        known = dialect.keys().get(pair[0])
        if known is not None:
            if not hmac.compare_digest(known.secret.encode(), pair[1].encode()):
                raise _wrong("Consumer secret is invalid.")
            return known.user
    return _signed(dialect, request)


def check_permission(user: User | None, method: str) -> None:
    """Refuse (401) what the key's own permission does not cover; OPTIONS is open."""
    if user is None or method == "OPTIONS":
        return
    if method in ("GET", "HEAD"):
        if user.permission not in ("read", "read_write"):
            raise _wrong("The API key provided does not have read permissions.")
    elif method in ("POST", "PUT", "PATCH", "DELETE"):
        if user.permission not in ("write", "read_write"):
            raise _wrong("The API key provided does not have write permissions.")
    else:
        raise _wrong("Unknown request method.")


def signature(method: str, url: str, params: Mapping[str, Any], secret: str, algorithm: str) -> str:
    """The OAuth 1.0a signature of a request: base64 HMAC over METHOD & url & sorted parameters."""
    pairs = sorted((_enc(k), _enc(v)) for k, v in _flat(params))
    text = "%26".join(_enc(k) + "%3D" + _enc(v) for k, v in pairs)
    base = "&".join((method.upper(), _enc(url), text))
    mac = hmac.new(f"{secret}&".encode(), base.encode(), DIGESTS[algorithm])
    return base64.b64encode(mac.digest()).decode()


def _pair(request: Request) -> tuple[str, str] | None:
    query = query_of(request)
    key, secret = query.get("consumer_key"), query.get("consumer_secret")
    if key and secret:
        return str(key), str(secret)
    basic = request.authorization
    if basic is not None and basic.type == "basic" and basic.username and basic.password:
        return basic.username, basic.password
    return None


def _signed(dialect: WooCommerce, request: Request) -> User | None:
    params = _oauth_params(request)
    sent = [name for name in OAUTH if params.get(name)]
    if not sent:
        return None
    if absent := [name for name in OAUTH if name not in sent]:
        word = "parameter" if len(absent) == 1 else "parameters"
        raise WooError(
            "woocommerce_rest_authentication_missing_parameter",
            f"Missing OAuth {word} {', '.join(absent)}",
            401,
        )
    key = dialect.keys().get(str(params["oauth_consumer_key"]))
    if key is None:
        raise _wrong("Consumer key is invalid.")
    _check_signature(request, params, key)
    _check_freshness(dialect, params, key)
    return key.user


def _check_signature(request: Request, params: dict[str, Any], key: Key) -> None:
    algorithm = str(params["oauth_signature_method"])
    if algorithm not in DIGESTS:
        raise _wrong("Invalid signature - signature method is invalid.")
    given = unquote(str(params["oauth_signature"]).replace(" ", "+"))
    rest = {k: v for k, v in params.items() if k != "oauth_signature"}
    wanted = signature(request.method, request.base_url, rest, key.secret, algorithm)
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise _wrong("Invalid signature - provided signature does not match.")


def _check_freshness(dialect: WooCommerce, params: dict[str, Any], key: Key) -> None:
    now = dialect.shop.clock.now().timestamp()
    stamp = params["oauth_timestamp"]
    if not str(stamp).isdigit() or abs(int(stamp) - now) > WINDOW.total_seconds():
        raise _wrong("Invalid timestamp.")
    used: dict[str, int] = dialect.shop.setting("nonces:" + key.key, {})
    nonce = str(params["oauth_nonce"])
    if nonce in used:
        raise _wrong("Invalid nonce - nonce has already been used.")
    fresh = {n: at for n, at in used.items() if at > now - WINDOW.total_seconds()}
    dialect.shop.set_setting("nonces:" + key.key, {**fresh, nonce: int(stamp)})


def _oauth_params(request: Request) -> dict[str, Any]:
    params = query_of(request)
    if request.mimetype == "application/x-www-form-urlencoded":
        params.update(request.form.to_dict())
    header = request.headers.get("Authorization", "")
    if header[:6].lower() == "oauth ":
        found = re.findall(r'(oauth_[a-z_-]+)=(?:"([^"]*)"|([^,]*))', header)
        params.update({name: unquote(quoted or bare) for name, quoted, bare in found})
    return params


def _flat(params: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in params.items():
        full = f"{prefix}[{name}]" if prefix else str(name)
        if isinstance(value, list):
            value = {str(n): v for n, v in enumerate(value)}
        flat += _flat(value, full) if isinstance(value, dict) else [(full, str(value))]
    return flat


def _enc(text: str) -> str:
    return quote(text, safe="~")


def _wrong(message: str) -> WooError:
    return WooError("woocommerce_rest_authentication_error", message, 401)
