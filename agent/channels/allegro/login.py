"""Tokens: consent by device, and refresh tokens that are good for one use."""

from __future__ import annotations

from agent.channels.allegro.settings import Settings
from agent.channels.consent import Device, DeviceCode
from agent.channels.oauth import Denied, Grant, TokenEndpoint, Tokens
from agent.channels.trouble import RETRIES
from agent.errors import OutcomeUnknown, Throttled, Unavailable
from agent.ports import Ports

TOKEN, DEVICE = "/auth/oauth/token", "/auth/oauth/device"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_S = 5.0


def endpoint(shop: str, settings: Settings, ports: Ports) -> TokenEndpoint:
    """The login host, called as our application."""
    secret = ports.environment.secret(settings.secret_client)
    http = ports.http.client(
        settings.login, shop, basic=(settings.client_id, secret), ca_file=settings.ca_file
    )
    return TokenEndpoint(http, TOKEN, shop, ports)


def tokens(shop: str, settings: Settings, ports: Ports) -> Tokens:
    """Access tokens of this seller, renewed in time."""
    login = endpoint(shop, settings, ports)

    def renew(refresh: str) -> Grant:
        try:
            return login.ask({"grant_type": "refresh_token", "refresh_token": refresh})
        except Denied as no:  # Allegro repeats the token in its answer
            words = no.what.replace(refresh, "…")
            raise Denied(no.code, words, no.where, no.next) from None

    return Tokens(settings.secret_tokens, shop, ports, renew)


class Consent(Device):
    """A person types a code in on Allegro's page while we ask."""

    def __init__(self, shop: str, settings: Settings, ports: Ports) -> None:
        self.secret = settings.secret_tokens
        self._shop, self._client_id = shop, settings.client_id
        self._login = endpoint(shop, settings, ports)

    def begin(self) -> DeviceCode:
        """A fresh code. Unavailable when the login gave none."""
        answer = self._login.post(DEVICE, {"client_id": self._client_id})
        try:
            facts = answer.json()
            address = facts.get("verification_uri_complete") or facts["verification_uri"]
            user_code, device_code = str(facts["user_code"]), str(facts["device_code"])
            interval_s, expires_s = float(facts["interval"]), float(facts["expires_in"])
        except (ValueError, TypeError, KeyError, AttributeError):
            what = "the login gave no usable code"
            raise Unavailable(what, f"{self._shop} POST {DEVICE}", RETRIES) from None
        return DeviceCode(str(address), user_code, device_code, interval_s, expires_s)

    def poll(self, code: DeviceCode) -> Grant | None:
        """The grant; None while the person has not decided, or the answer was lost."""
        try:
            return self._login.ask({"grant_type": DEVICE_GRANT, "device_code": code.device_code})
        except Denied as no:
            if no.code == "authorization_pending":
                return None
            if no.code == "slow_down":
                raise Throttled(no.what, no.where, no.next, retry_after_s=SLOWER_S) from no
            raise
        except OutcomeUnknown:
            return None
