"""The page on which a seller lets an app in (www.etsy.com/oauth/connect), with PKCE."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from flask import Request, Response, redirect

from simulator.channels.etsy.auth import SCOPES, new_code

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

PATH = "/oauth/connect"
ASKED = (
    *("response_type", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{text}</body></html>
"""
FORM = """<p>{shop} will let the app do this:</p><ul>{rows}</ul>
<form method="post" action="{action}">{hidden}
<button name="choice" value="allow">Allow</button>
<button name="choice" value="deny">Cancel</button></form>"""


def show(store: Store, request: Request) -> Response:
    """The page with its two buttons, or what is wrong with the link to it."""
    given = {name: request.args.get(name, "") for name in ASKED}
    fault = _fault(store, given)
    if fault:
        return _page("The application that is requesting authorization has a problem", fault, 400)
    rows = "".join(f"<li>{escape(scope)}</li>" for scope in given["scope"].split())
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in given.items()
    )
    form = FORM.format(
        shop=escape(str(store.given("shop_name"))), rows=rows, action=PATH, hidden=hidden
    )
    return _page("An application would like to connect to your account", form, 200)


def answer(store: Store, request: Request) -> Response:
    """Back to the app: with a code when the seller pressed Allow, else with the refusal."""
    given = {name: request.form.get(name, "") for name in ASKED}
    fault = _fault(store, given)
    if fault:
        return _page("The application that is requesting authorization has a problem", fault, 400)
    if request.form.get("choice") == "allow":
        scopes = given["scope"].split()
        code = new_code(store, scopes, given["redirect_uri"], given["code_challenge"])
        told = {"code": code, "state": given["state"]}
    else:
        text = "The user denied your consent request."
        told = {"error": "access_denied", "error_description": text, "state": given["state"]}
    glue = "&" if urlsplit(given["redirect_uri"]).query else "?"
    sent: Response = redirect(given["redirect_uri"] + glue + urlencode(told))  # type: ignore[assignment]
    return sent


def _fault(store: Store, given: dict[str, str]) -> str | None:
    """What is wrong with a request for consent, as one sentence."""
    target = urlsplit(given["redirect_uri"])
    local = target.hostname in ("localhost", "127.0.0.1", "::1")
    strange = sorted(set(given["scope"].split()) - set(SCOPES))
    rules = (
        (given["response_type"] != "code", "response_type must be code."),
        (given["client_id"] != store.given("keystring"), "The client_id is unknown."),
        (
            not target.netloc or not (target.scheme == "https" or local),
            "The redirect_uri must be an https address.",
        ),
        (not given["scope"].split(), "A scope is required."),
        (bool(strange), f"Unknown scope: {', '.join(map(escape, strange))}."),
        (not given["state"], "A state is required."),
        (given["code_challenge_method"] != "S256", "code_challenge_method must be S256."),
        (len(given["code_challenge"]) < 43, "A code_challenge is required."),
    )
    return next((f"<p>{text}</p>" for broken, text in rules if broken), None)


def _page(title: str, text: str, status: int) -> Response:
    body = PAGE.format(title=escape(title), text=text)
    return Response(body, status, content_type="text/html; charset=utf-8")
