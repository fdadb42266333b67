"""Tokens that are renewed in time: by one process at a time, kept before use, and never told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from flask import Flask, jsonify, request

from agent.channels import oauth
from agent.channels.oauth import Denied, Grant, TokenEndpoint, Tokens
from agent.errors import ChannelError, Throttled, Unauthorised, Unavailable
from agent.ports import Ports
from agent.ports.clock import Clock
from agent.ports.environment import Environment
from agent.ports.http import Http

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Hand(Clock):
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


class Login:
    """A vendor's login whose refresh tokens are good for one use, and for a minute after it."""

    def __init__(self, clock: Hand) -> None:
        self.clock, self.number, self.asked = clock, 1, 0
        self.last: tuple[str, datetime] = ("", START)  # the refresh token used last
        self.losing = 0  # answers that get lost on their way
        self.app = Flask(__name__)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])

    def token(self) -> tuple[object, int]:
        self.asked += 1
        used = request.form["refresh_token"]
        in_grace = used == self.last[0] and self.clock.at - self.last[1] < timedelta(minutes=1)
        if used != f"refresh-{self.number}" and not in_grace:
            words = f"refresh token was used: {used}"  # as Allegro repeats it
            said = {"error": "invalid_grant", "error_description": words}
            return jsonify(said), 400
        if not in_grace:
            self.last, self.number = (used, self.clock.at), self.number + 1
        pair = {"access_token": f"access-{self.number}", "refresh_token": f"refresh-{self.number}"}
        return jsonify(pair | {"token_type": "bearer", "expires_in": 3600}), 200


class Wire(httpx.BaseTransport):
    """Carries requests to the login, and loses answers."""

    def __init__(self, login: Login) -> None:
        self.login, self.inner = login, httpx.WSGITransport(login.app)

    def handle_request(self, asked: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(asked)
        if self.login.losing:
            self.login.losing -= 1
            raise httpx.ReadTimeout("lost", request=asked)
        return answer


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def login(clock: Hand) -> Login:
    return Login(clock)


@pytest.fixture
def another(tmp_path: Path, clock: Hand, login: Login) -> Callable[..., Tokens]:
    """Makes the tokens of another process on the same folder."""

    def made(seed: str | None = "refresh-1") -> Tokens:
        given = {} if seed is None else {"TALLY_SECRET_TOKENS": seed}
        http = Http(Wire(login))
        ports = Ports(clock=clock, http=http, environment=Environment(given, tmp_path / "s"))
        endpoint = TokenEndpoint(
            http.client("https://login.test", "corner"), "/token", "corner", ports
        )

        def renew(refresh: str) -> Grant:
            return endpoint.ask({"grant_type": "refresh_token", "refresh_token": refresh})

        return Tokens("tokens", "corner", ports, renew)

    return made


def test_renews_only_when_the_end_is_near(
    another: Callable[..., Tokens], clock: Hand, login: Login
) -> None:
    tokens = another()
    assert [tokens.bearer(), tokens.bearer()] == ["access-2", "access-2"]
    clock.at += timedelta(minutes=57)
    assert tokens.bearer() == "access-2"
    clock.at += timedelta(minutes=2)
    assert tokens.bearer() == "access-3"
    assert login.asked == 2


def test_another_process_goes_on_with_the_kept_pair(
    another: Callable[..., Tokens], clock: Hand, login: Login
) -> None:
    first, second = another(), another()
    assert first.bearer() == second.bearer() == "access-2"
    clock.at += timedelta(hours=2)
    assert second.bearer() == "access-3"
    assert first.bearer() == "access-3"
    assert login.asked == 2


def test_a_renewal_whose_answer_was_lost_is_repeated_at_once(
    another: Callable[..., Tokens], login: Login
) -> None:
    login.losing = 1
    assert another().bearer() == "access-2"


def test_two_lost_answers_are_only_a_delay(
    another: Callable[..., Tokens], clock: Hand, login: Login
) -> None:
    login.losing = 2
    tokens = another()
    with pytest.raises(Unavailable):
        tokens.bearer()
    clock.at += timedelta(seconds=30)
    assert tokens.bearer() == "access-2"


def test_a_crash_between_answer_and_keeping_is_survived_within_the_grace(
    another: Callable[..., Tokens], clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(oauth, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            another().bearer()
    clock.at += timedelta(seconds=20)
    assert another().bearer() == "access-2"


def test_a_used_up_token_asks_for_consent_in_the_vendors_words(
    another: Callable[..., Tokens], login: Login
) -> None:
    login.number = 7
    with pytest.raises(Unauthorised) as caught:
        another().bearer()
    told = str(caught.value)
    assert "refresh token was used" in told
    assert "tally connect corner" in told
    assert "refresh-1" not in told


def test_a_new_seed_begins_anew_and_a_removed_one_goes_on(
    another: Callable[..., Tokens], clock: Hand, login: Login
) -> None:
    another().bearer()
    login.number = 40
    clock.at += timedelta(minutes=5)
    assert another("refresh-40").bearer() == "access-41"
    assert another(None).bearer() == "access-41"


def test_a_login_that_began_anew_takes_the_seed_again(
    another: Callable[..., Tokens], clock: Hand, login: Login
) -> None:
    another().bearer()
    clock.at += timedelta(hours=2)
    login.number, login.last = 1, ("", START)
    assert another().bearer() == "access-2"
    login.number = 7
    clock.at += timedelta(hours=2)
    with pytest.raises(Unauthorised):
        another().bearer()


def test_no_seed_at_all_names_the_command(another: Callable[..., Tokens]) -> None:
    with pytest.raises(Unauthorised, match="no secret") as caught:
        another(None).bearer()
    assert caught.value.next == "run `tally connect corner`"


def test_while_another_process_renews_this_one_asks_again_soon(
    another: Callable[..., Tokens], tmp_path: Path, login: Login
) -> None:
    other = Environment({}, tmp_path / "s")
    with other.vault.held("tokens"), pytest.raises(Throttled) as caught:
        another().bearer()
    assert caught.value.retry_after_s <= 2
    assert login.asked == 0


def test_a_token_that_the_vendor_rejects_is_renewed_before_its_end(
    another: Callable[..., Tokens], login: Login
) -> None:
    tokens = another()
    tokens.spoiled(tokens.bearer())
    assert tokens.bearer() == "access-3"
    tokens.spoiled("access-2")  # an old one, rejected late: nothing to do
    assert tokens.bearer() == "access-3"
    assert login.asked == 2


HTML = b"<html>Back soon</html>"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(200, content=HTML), Unavailable),
        (httpx.Response(200, json={"access_token": "a"}), Unavailable),
        (httpx.Response(200, content=b'{"access_token": "secret-abc", "expires'), Unavailable),
        (httpx.Response(302, headers={"location": "https://x.test/"}), Unavailable),
        (httpx.Response(503, content=HTML), Unavailable),
        (httpx.Response(403, content=HTML), Unavailable),
        (httpx.Response(400, json={"error": "server_error"}), Unavailable),
        (httpx.Response(429, headers={"retry-after": "9"}), Throttled),
        (httpx.Response(401, json={"error": "invalid_client"}), Denied),
        (httpx.Response(400, json={"error": "invalid_grant"}), Denied),
    ],
)
def test_what_a_logins_answers_mean(answer: httpx.Response, expected: type[ChannelError]) -> None:
    http = Http(httpx.MockTransport(lambda _: answer))
    ports = Ports(clock=Hand(), http=http, environment=Environment({"TALLY_SECRET_T": "refresh-1"}))
    endpoint = TokenEndpoint(http.client("https://login.test", "corner"), "/token", "corner", ports)
    tokens = Tokens("t", "corner", ports, lambda refresh: endpoint.ask({"refresh_token": refresh}))
    with pytest.raises(expected) as caught:
        tokens.bearer()
    assert "secret-abc" not in repr(caught.value) + str(caught.value)


def test_a_grant_does_not_tell_its_tokens() -> None:
    assert "secret" not in repr(Grant("secret-access", START, "secret-refresh"))
