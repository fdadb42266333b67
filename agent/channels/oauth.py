"""OAuth 2 as the channels need it: a vendor's token endpoint, and access tokens that are renewed in time.

Many vendors let a refresh token be used once only: who renews gets a new pair, and the old one is
dead. So one process renews at a time, the new pair is on the disk before it is used, and a renewal
whose answer was lost is tried again with the old token before anybody is asked to consent anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.channels.trouble import RETRIES
from agent.errors import (
    ChannelError,
    ConfigError,
    OutcomeUnknown,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.ports import Ports
from agent.ports.http import Answer, Client

EARLY = timedelta(seconds=120)  # renewed so long before the end: clocks differ, requests take time
BUSY_S = 1.0  # another process is renewing: by then it has finished
SECRET_LENGTH = 8  # characters; shorter values of a form are words of the protocol
LONGEST_WORDS = 300  # characters of a vendor's explanation
PASSING = frozenset({"temporarily_unavailable", "server_error"})  # codes that waiting mends


@dataclass(frozen=True)
class Grant:
    """What a token endpoint gave. `refresh` is "" where the vendor gave none."""

    access: str
    expires_at: datetime  # UTC
    refresh: str = ""

    def __repr__(self) -> str:
        return f"Grant(expires_at={self.expires_at:%Y-%m-%dT%H:%M:%SZ})"


class Denied(Unauthorised):
    """The token endpoint said no; `code` is its `error` ("authorization_pending", "invalid_grant")."""

    def __init__(self, code: str, what: str, where: str, next: str) -> None:
        super().__init__(what, where, next)
        self.code = code


class TokenEndpoint:
    """One vendor's token endpoint. `headers` carry what it wants beside the form (HTTP Basic)."""

    def __init__(
        self,
        http: Client,
        path: str,
        shop: str,
        ports: Ports,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._http, self._path, self._shop, self._clock = http, path, shop, ports.clock
        self._headers = dict(headers or {})

    def ask(self, form: Mapping[str, str]) -> Grant:
        """The grant for this form (`grant_type` and what belongs to it).

        Denied with the vendor's code; Throttled, Unavailable or OutcomeUnknown as for any call.
        """
        answer = self.post(self._path, form)
        where = f"{self._shop} POST {self._path}"
        try:
            facts = answer.json()
            lifetime = timedelta(seconds=float(facts["expires_in"]))
            access = str(facts["access_token"])
            refresh = str(facts.get("refresh_token") or "")
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            what = "the vendor's login gave no usable answer"
            raise OutcomeUnknown(what, where, RETRIES) from None  # its body may hold a token
        return Grant(access, self._clock.now() + lifetime, refresh)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """The answer to a form, when it is a success; as `ask` otherwise."""
        answer = self._http.send("POST", path, form=form, headers=self._headers, gives_tokens=True)
        if 200 <= answer.status < 300:
            return answer
        raise self._failure(answer, f"{self._shop} POST {path}", form)

    def _failure(self, answer: Answer, where: str, form: Mapping[str, str]) -> ChannelError:
        if answer.status == 429:
            wait = answer.retry_after_s(self._clock.now())
            return Throttled("the login asked us to wait", where, RETRIES, retry_after_s=wait)
        if answer.status >= 500:
            what = f"the vendor's login cannot serve now ({answer.status})"
            return Unavailable(what, where, RETRIES)
        code, words = _error(answer)
        if not code or code in PASSING:
            what = f"the vendor's login cannot serve now: {code or f'status {answer.status}'}"
            return Unavailable(what, where, RETRIES)
        for sent in form.values():  # some vendors repeat the token that they refuse
            if len(sent) >= SECRET_LENGTH:
                words = words.replace(sent, "…")
        told = f"{code}: {words[:LONGEST_WORDS]}" if words else code
        advice = f"run `tally connect {self._shop}`"
        return Denied(code, f"the vendor's login said no: {told}", where, advice)


def _error(answer: Answer) -> tuple[str, str]:
    """The `error` and `error_description` of an answer, as far as it has them."""
    try:
        facts = answer.json()
    except ValueError:
        return "", ""
    if not isinstance(facts, Mapping):
        return "", ""
    return str(facts.get("error") or "")[:80], str(facts.get("error_description") or "")


class Tokens:
    """The access token of one shop, renewed before it ends. Safe for threads and for processes.

    `name` is the secret's name in tally.yaml. What a person gave under it is a refresh token, and
    the seed of all later ones; those are kept in the vault. A new seed begins anew.
    """

    def __init__(
        self, name: str, shop: str, ports: Ports, renew: Callable[[str], Grant], *, place: str = ""
    ) -> None:
        self._name, self._shop, self._ports, self._renew = name, shop, ports, renew
        self._place = place or f"{shop} login"
        self._lock = ports.environment.mutex()
        self._grant: Grant | None = None

    def bearer(self) -> str:
        """An access token that is good for the next minutes.

        Unauthorised when nobody has consented yet, or the consent has ended.
        """
        with self._lock:
            grant = self._grant or self._kept()
            if grant is None or not self._is_good(grant):
                grant = self._renewed()
            self._grant = grant
            return grant.access

    def spoiled(self, access: str) -> None:
        """The vendor does not take this access token: the next `bearer` renews it, whatever its age."""
        with self._lock:
            grant = self._grant
            if grant is not None and grant.access == access:
                ended = replace(grant, expires_at=self._ports.clock.now())
                self._grant = None
                kept = self._kept()
                if kept is not None and kept.access == access:
                    self._keep(ended)

    def _is_good(self, grant: Grant) -> bool:
        return grant.expires_at - self._ports.clock.now() > EARLY

    def _renewed(self) -> Grant:
        with self._ports.environment.vault.held(self._name) as is_ours:
            if not is_ours:
                what = "another process is renewing the token"
                raise Throttled(what, self._place, RETRIES, retry_after_s=BUSY_S)
            kept = self._kept()  # another process may have renewed it since we looked
            if kept is not None and self._is_good(kept):
                return kept
            refresh, grant = self._asked(kept)
            grant = grant if grant.refresh else replace(grant, refresh=refresh)
            self._keep(grant)
            return grant

    def _asked(self, kept: Grant | None) -> tuple[str, Grant]:
        """The refresh token that was taken, and what came of it.

        When the kept one is refused, the one that a person gave is tried once more: a consent that was
        given anew elsewhere, or a staging world that was opened anew.
        """
        if kept is None:
            seed = self._seed()
            return seed, self._ask(seed)
        try:
            return kept.refresh, self._ask(kept.refresh)
        except Denied:
            given = self._ports.environment.given_secret(self._name)
            if given is None or given == kept.refresh:
                raise
            return given, self._ask(given)

    def _ask(self, refresh: str) -> Grant:
        with contextlib.suppress(OutcomeUnknown):
            return self._renew(refresh)
        try:  # it may be used up; vendors that use tokens up allow a repetition soon after
            return self._renew(refresh)
        except OutcomeUnknown as error:
            raise Unavailable(error.what, error.where, RETRIES) from error

    def _seed(self) -> str:
        try:
            return self._ports.environment.secret(self._name)
        except ConfigError as error:
            next = f"run `tally connect {self._shop}`"
            raise Unauthorised(error.what, error.where, next) from error

    def _kept(self) -> Grant | None:
        """What the vault has; None when that grew from another seed than the person gives now."""
        text = self._ports.environment.vault.kept(self._name)
        if text is None:
            return None
        facts, mark = _facts(text), self._seed_mark()
        if facts is None or (mark and facts["seed"] != mark):
            return None
        self._ports.environment.discretion.guard(facts["access"], facts["refresh"])
        return Grant(facts["access"], datetime.fromisoformat(facts["until"]), facts["refresh"])

    def _keep(self, grant: Grant) -> None:
        keep(self._name, grant, self._ports)

    def _seed_mark(self) -> str:
        return _seed_mark(self._name, self._ports)


def keep(name: str, grant: Grant, ports: Ports) -> None:
    """Keep a grant under the secret's name; every later token grows from it."""
    facts = {
        "access": grant.access,
        "refresh": grant.refresh,
        "until": grant.expires_at.isoformat(),
        "seed": _seed_mark(name, ports),
    }
    ports.environment.discretion.guard(grant.access, grant.refresh)
    ports.environment.vault.keep(name, json.dumps(facts))


def _seed_mark(name: str, ports: Ports) -> str:
    """Tells seeds apart without telling them; "" when a person wrote none down."""
    seed = ports.environment.given_secret(name)
    return "" if seed is None else hashlib.sha256(seed.encode()).hexdigest()[:16]


def _facts(text: str) -> dict[str, Any] | None:
    """The kept pair; None for a secret that is none."""
    try:
        facts = json.loads(text)
    except ValueError:
        return None
    wanted = {"access", "refresh", "until", "seed"}
    return facts if isinstance(facts, dict) and wanted <= facts.keys() else None
