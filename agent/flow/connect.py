"""Walks a person through a vendor's consent, and keeps what comes of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta

from agent import channels
from agent.channels import Health, oauth
from agent.channels.consent import Device, Keys, Redirect
from agent.config import Shop
from agent.errors import ConfigError, NotFound, Throttled, Unauthorised
from agent.ports import Ports
from agent.ports.callback import Callback

PATIENCE_S = 600.0  # for a person who has to find a password first
WAITS = "Waiting for that; Ctrl-C ends it."
SLOWER_S = 5.0  # RFC 8628: so much longer between two polls when asked to slow down

Tell = Callable[[str], None]
AskSecret = Callable[[str], str]


def connect(
    shop: str, settings: Shop, ports: Ports, tell: Tell, ask: AskSecret, port: int
) -> Health:
    """Let us into this shop, with a person's help; gives its health as the new keys see it.

    `tell` shows a line; `ask` asks for a secret by its label. NotFound when the vendor's folder
    gives no way; Unauthorised when the person, or the vendor, says no.
    """
    keys = channels.app_keys(settings.kind).items()
    named = {getattr(settings.connection, key): label for key, label in keys}
    _type_in({name: label for name, label in named.items() if name}, ports, tell, ask)
    consent = channels.consent(settings.kind, shop, settings.connection, ports)
    if consent is None:
        raise NotFound(
            f"{settings.kind} channels are not connected this way",
            f"channels.{shop}",
            "write their secrets down as the README says",
        )
    if isinstance(consent, Keys):
        _keys(consent, ports, tell, ask)
    elif isinstance(consent, Device):
        _device(consent, shop, ports, tell)
    else:
        _redirect(consent, shop, ports, tell, port)
    channel = channels.connect(settings.kind, shop, settings.connection, ports)
    try:
        return channel.check()
    finally:
        channel.close()


def _keys(consent: Keys, ports: Ports, tell: Tell, ask: AskSecret) -> None:
    tell(consent.where)
    _type_in(consent.labels, ports, tell, ask)


def _type_in(labels: Mapping[str, str], ports: Ports, tell: Tell, ask: AskSecret) -> None:
    """Have these secrets typed in, {name: label}, as far as nobody has written them down."""
    vault = ports.environment.vault
    for name, label in labels.items():
        if ports.environment.given_secret(name) is not None:
            tell(f'{label}: already written down as "{name}", and that is what counts')
            continue
        value = ask(label).strip()
        if not value:
            raise ConfigError(f"no {label} was given", name, "run it again when you have it")
        vault.keep(name, value)


def _device(consent: Device, shop: str, ports: Ports, tell: Tell) -> None:
    code = consent.begin()
    tell(f"Open {code.address} and confirm the code {code.user_code}")
    tell(WAITS)
    clock, pause = ports.clock, ports.environment.signal()
    ends = clock.now() + timedelta(seconds=code.expires_s)
    interval_s = code.interval_s
    while clock.now() < ends:
        clock.wait(pause, interval_s)
        try:
            grant = consent.poll(code)
        except Throttled:
            interval_s += SLOWER_S
            continue
        if grant is not None:
            oauth.keep(consent.secret, grant, ports)
            return
    raise _too_late(shop)


def _redirect(consent: Redirect, shop: str, ports: Ports, tell: Tell, port: int) -> None:
    state, verifier = ports.chance.token(), ports.chance.token() + ports.chance.token()
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    with Callback(port) as back:
        tell(f"Open {consent.address(back.address, state, challenge)}")
        tell(f"The vendor must know the redirect address {back.address}")
        tell(WAITS)
        told = back.wait(PATIENCE_S)
        if told is None:
            raise _too_late(shop)
        if not hmac.compare_digest(told.get("state", "").encode(), state.encode()):
            what = "the browser came back with an answer to another question"
            raise Unauthorised(what, shop, f"run `tally connect {shop}` again")
        if "error" in told or "code" not in told:
            words = told.get("error_description") or told.get("error") or "no code came back"
            what = f"the vendor's page said no: {words}"
            raise Unauthorised(what, shop, f"run `tally connect {shop}` again, and allow it")
        grant = consent.redeem(told["code"], back.address, verifier)
    oauth.keep(consent.secret, grant, ports)


def _too_late(shop: str) -> Unauthorised:
    return Unauthorised("nobody allowed it in time", shop, f"run `tally connect {shop}` again")
