"""How a person lets us in: the code flow with PKCE, and the tokens that come of it."""

from __future__ import annotations

from urllib.parse import urlencode

from agent.channels.consent import Redirect
from agent.channels.etsy.settings import Settings
from agent.channels.oauth import Grant, TokenEndpoint, Tokens
from agent.ports import Ports

TOKEN = "/v3/public/oauth/token"
PAGE = "/oauth/connect"
# listings_d takes back a draft that could not be finished.
SCOPES = "listings_r listings_w listings_d shops_r transactions_r transactions_w email_r"
LOGIN, SHOWN = "https://api.etsy.com", "https://www.etsy.com"


class Consent(Redirect):
    """The vendor's page, and the code that it sends back."""

    def __init__(self, endpoint: TokenEndpoint, keystring: str, settings: Settings) -> None:
        self._endpoint, self._keystring, self._settings = endpoint, keystring, settings
        self.secret = settings.secret_tokens

    def address(self, redirect: str, state: str, challenge: str) -> str:
        """The page to open."""
        login = self._settings.login
        asked = {
            "response_type": "code",
            "client_id": self._keystring,
            "redirect_uri": redirect,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{SHOWN if login == LOGIN else login}{PAGE}?{urlencode(asked)}"

    def redeem(self, code: str, redirect: str, verifier: str) -> Grant:
        """The grant for the code that came back."""
        return self._endpoint.ask(
            {
                "grant_type": "authorization_code",
                "client_id": self._keystring,
                "redirect_uri": redirect,
                "code": code,
                "code_verifier": verifier,
            }
        )


def endpoint(shop: str, settings: Settings, ports: Ports) -> TokenEndpoint:
    """Where tokens are given."""
    http = ports.http.client(settings.login, shop, ca_file=settings.ca_file)
    return TokenEndpoint(http, TOKEN, shop, ports)


def tokens(shop: str, settings: Settings, ports: Ports) -> Tokens:
    """The shop's tokens, renewed in time. A refresh token is worth one renewal."""
    login, keystring = (
        endpoint(shop, settings, ports),
        ports.environment.secret(settings.secret_key),
    )

    def renew(refresh: str) -> Grant:
        form = {"grant_type": "refresh_token", "client_id": keystring, "refresh_token": refresh}
        return login.ask(form)

    return Tokens(settings.secret_tokens, shop, ports, renew)
