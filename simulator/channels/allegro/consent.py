"""The login host: consent by code and by device, the token endpoint, and the pages that people see."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

from simulator.channels.allegro import sessions
from simulator.channels.allegro.call import Answer, Call
from simulator.channels.allegro.errors import Unauthorised
from simulator.channels.allegro.moments import iso, parse
from simulator.channels.allegro.store import Store

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CODE_LIFE = timedelta(seconds=10)
DEVICE_LIFE_S, INTERVAL_S = 3600, 5
Json = dict[str, Any]
HTML = {"Content-Type": "text/html; charset=utf-8"}
ASKED = frozenset(  # any other word goes back to the application
    (
        "response_type",
        "client_id",
        "redirect_uri",
        "code_challenge_method",
        "code_challenge",
        "prompt",
        "scope",
        "decision",
    )
)


def _page(title: str, inside: str, status: int = 200) -> Answer:
    text = (
        f'<!doctype html>\n<html lang="pl"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"</head>\n<body><h1>{escape(title)}</h1>\n{inside}\n</body></html>\n"
    )
    return Answer(status, None, HTML, text.encode())


def _question(store: Store, action: str, hidden: Mapping[str, str]) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    who, app = escape(str(store.given("login"))), escape(str(store.given("app_name")))
    return (
        f"<p>{app} asks to act for the account <b>{who}</b>: its offers, orders and payments.</p>"
        f'<form method="post" action="{escape(action)}">{fields}'
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>'
    )


# -- by code --------------------------------------------------------------------------------------


def authorize(call: Call) -> Answer:
    """GET /auth/oauth/authorize: the question whether the application may act for the seller."""
    asked, store = call.request.args, call.store
    if asked.get("client_id") != store.given("client_id"):
        raise Unauthorised("unauthorized_client", "Unknown client")
    _back(store, asked)
    if asked.get("response_type") != "code":
        raise Unauthorised("unsupported_response_type", "Unsupported response type", 400)
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        raise Unauthorised("invalid_request", "Only S256 is supported", 400)  # since 2024-12-30
    return _page("Allegro", _question(store, "/auth/oauth/authorize", asked.to_dict()))


def _back(store: Store, asked: Mapping[str, str]) -> str:
    """Where a person returns to: one of the application's addresses."""
    back, allowed = asked.get("redirect_uri", ""), store.given("redirect_uris")
    if not back or (allowed and back not in allowed):
        raise Unauthorised("invalid_request", "Redirect URI mismatch.", 400)
    return back


def decide(call: Call) -> Answer:
    """POST /auth/oauth/authorize: what the person pressed; back to the application."""
    asked, store = call.request.form, call.store
    back = _back(store, asked)
    answer = {"error": "access_denied"}
    if asked.get("decision") == "allow":
        code = store.hex("codes", 32)
        kept = {
            "redirect_uri": back,
            "challenge": asked.get("code_challenge"),
            "until": iso(store.now() + CODE_LIFE),
        }
        store.shop.set_setting(f"code {code}", kept)
        answer = {"code": code}
    query = urlencode({**answer, **{k: v for k, v in asked.items() if k not in ASKED}})
    return Answer(302, None, {"Location": f"{back}{'&' if '?' in back else '?'}{query}"})


def _by_code(store: Store, asked: Mapping[str, str], is_known: bool) -> Json:
    """A pair for a code; a proof key stands for the secret of a client that is not known by it."""
    code = asked.get("code")
    if not code:
        raise Unauthorised("invalid_request", "An authorization code must be supplied", 400)
    kept = store.shop.setting(f"code {code}")
    store.shop.set_setting(f"code {code}", None)
    if kept is None or parse(kept["until"]) <= store.now():
        raise Unauthorised("invalid_grant", f"Invalid authorization code: {code}", 400)
    if asked.get("redirect_uri") != kept["redirect_uri"]:
        raise Unauthorised("invalid_grant", "Redirect URI mismatch.", 400)
    if kept["challenge"] and not _proves(asked.get("code_verifier", ""), kept["challenge"]):
        raise Unauthorised("invalid_request", "Unauthorized", 400)  # seen 2020-09, issue 3676
    if not kept["challenge"] and not is_known:
        raise _nobody()
    return sessions.pair(store)


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    shown = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(shown, challenge.encode())


# -- by device ------------------------------------------------------------------------------------


def device(call: Call) -> Answer:
    """POST /auth/oauth/device: a code for the device and one for the person."""
    store = call.store
    asked = {**call.request.args, **call.request.form}
    is_known = _is_known(call)
    if not is_known and asked.get("client_id") != store.given("client_id"):
        raise _nobody()
    code, user_code = store.hex("devices", 32), store.hex("devices", 9)
    until = iso(store.now() + timedelta(seconds=DEVICE_LIFE_S))
    kept = {"code": code, "state": "pending", "until": until, "asked_at": None}
    store.shop.set_setting(f"device {code}", kept)
    store.shop.set_setting(f"user code {user_code}", code)
    page = f"{call.base}/skojarz-aplikacje"
    return Answer(
        body={
            "device_code": code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?code={user_code}",
            "expires_in": DEVICE_LIFE_S,
            "interval": INTERVAL_S,
        }
    )


def device_page(call: Call) -> Answer:
    """GET /skojarz-aplikacje: the person enters the code, or has it in the address."""
    code = call.request.args.get("code", "")
    if not code:
        inside = '<form method="get"><input name="code"> <button>Next</button></form>'
        return _page("Allegro", inside)
    return _page("Allegro", _question(call.store, "/skojarz-aplikacje", {"code": code}))


def device_decide(call: Call) -> Answer:
    """POST /skojarz-aplikacje: what the person pressed."""
    store = call.store
    code = store.shop.setting(f"user code {call.request.form.get('code', '')}")
    kept = store.shop.setting(f"device {code}") if code else None
    if kept is None or parse(kept["until"]) <= store.now() or kept["state"] != "pending":
        return _page("Allegro", "<p>This code is not valid.</p>", 400)
    allowed = call.request.form.get("decision") == "allow"
    state = "allowed" if allowed else "denied"
    store.shop.set_setting(f"device {code}", {**kept, "state": state})
    return _page("Allegro", f"<p>The application is {'connected' if allowed else 'refused'}.</p>")


def _by_device(store: Store, asked: Mapping[str, str]) -> Json:
    name = f"device {asked.get('device_code')}"
    kept = store.shop.setting(name)
    if kept is None or kept["state"] == "used" or parse(kept["until"]) <= store.now():
        raise Unauthorised("invalid_request", "Invalid device code", 400)
    if kept["state"] == "denied":
        raise Unauthorised("access_denied", "Access denied", 400)
    if kept["state"] == "allowed":
        store.shop.set_setting(name, {**kept, "state": "used"})
        return sessions.pair(store, is_device=True)
    asked_at = kept["asked_at"]
    store.shop.set_setting(name, {**kept, "asked_at": store.stamp()})
    if asked_at and store.now() - parse(asked_at) < timedelta(seconds=INTERVAL_S):
        raise Unauthorised("slow_down", "Polling too often", 400)
    raise Unauthorised("authorization_pending", "Authorization pending", 400)


# -- tokens ---------------------------------------------------------------------------------------


def token(call: Call) -> Answer:
    """POST /auth/oauth/token: for a code, a device, a refresh token, or the application itself."""
    store, is_known = call.store, _is_known(call)
    asked = {**call.request.args, **call.request.form}
    grant = asked.get("grant_type")
    if grant == "authorization_code" and (
        is_known or asked.get("client_id") == store.given("client_id")
    ):
        return Answer(body=_by_code(store, asked, is_known))
    if not is_known:
        raise _nobody()
    if grant == DEVICE_GRANT:
        return Answer(body=_by_device(store, asked))
    if grant == "refresh_token":
        return Answer(body=sessions.refreshed(store, asked.get("refresh_token", "")))
    if grant == "client_credentials":
        return Answer(body=sessions.of_application(store))
    if grant is None:
        raise Unauthorised("invalid_request", "Missing grant type", 400)
    raise Unauthorised("unsupported_grant_type", f"Unsupported grant type: {grant}", 400)


def _is_known(call: Call) -> bool:
    """Whether the client shows its id and secret. Unauthorised when it shows wrong ones."""
    given, store = call.request.authorization, call.store
    if given is None or given.type != "basic":
        return False
    known = f"{store.given('client_id')}:{store.given('client_secret')}"
    if not hmac.compare_digest(f"{given.username}:{given.password}".encode(), known.encode()):
        raise Unauthorised("Unauthorized", "Unauthorized")  # seen 2023-07, issue 7393
    return True


def _nobody() -> Unauthorised:
    """Nobody known asks."""
    text = "Full authentication is required to access this resource"
    return Unauthorised("unauthorized", text)


PAGES = (  # addresses of the login host; nobody needs a token there
    ("GET", "/auth/oauth/authorize", authorize),
    ("POST", "/auth/oauth/authorize", decide),
    ("POST", "/auth/oauth/device", device),
    ("POST", "/auth/oauth/token", token),
    ("GET", "/skojarz-aplikacje", device_page),
    ("POST", "/skojarz-aplikacje", device_decide),
)
