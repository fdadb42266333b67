"""The login: single-use refresh tokens, consent by code and by device, what a bad token is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulator.world import GOODS, World
from tests.simulator.channels.allegro.seller import BETA, PUBLIC, Seller

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def token(seller: Seller, **form: str) -> httpx.Response:
    given = seller.shop.credentials()
    auth = (given["client_id"], given["client_secret"])
    return seller.http.post("/auth/oauth/token", data=form, auth=auth)


def refresh(seller: Seller, text: str) -> httpx.Response:
    return token(seller, grant_type="refresh_token", refresh_token=text)


def button(page: httpx.Response, decision: str) -> dict[str, str]:
    """What the page's form sends when a button is pressed."""
    assert f'value="{decision}"' in page.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {**dict(hidden), "decision": decision}


def test_a_refresh_token_is_good_once_and_kills_the_old_pair(seller: Seller) -> None:
    first = seller.shop.credentials()
    pair = refresh(seller, first["refresh_token"]).json()
    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 43_199)
    assert seller.call("GET", "/me").status_code == 401
    seller.token = pair["access_token"]
    assert seller.get("/me")["login"] == "staging_shop"
    again = refresh(seller, first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert refresh(seller, pair["refresh_token"]).status_code == 200


def test_the_newest_pair_is_what_a_client_is_given(seller: Seller) -> None:
    pair = refresh(seller, seller.shop.credentials()["refresh_token"]).json()
    assert seller.shop.credentials()["refresh_token"] == pair["refresh_token"]


def test_a_grace_for_repeated_refreshing_can_be_set_up() -> None:
    settings = {"allegro": {"refresh_grace_s": 60}}
    world = World(channel_names=["allegro"], goods=GOODS, settings=settings)
    seller = Seller(world)
    first = seller.shop.credentials()["refresh_token"]
    assert refresh(seller, first).status_code == 200
    world.advance(timedelta(seconds=59))
    assert refresh(seller, first).status_code == 200
    world.advance(timedelta(seconds=1))
    assert refresh(seller, first).status_code == 400
    world.close()


def test_access_ends_by_the_clock_and_by_the_dial(world: World, seller: Seller) -> None:
    world.advance(timedelta(hours=12))
    answer = seller.call("GET", "/me")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.json()["error_description"].startswith("Access token expired: ")
    world.dials["allegro"].turn({"token_life_s": 30})
    pair = refresh(seller, seller.shop.credentials()["refresh_token"]).json()
    assert pair["expires_in"] == 30
    seller.token = pair["access_token"]
    seller.get("/me")
    world.advance(timedelta(seconds=30))
    assert seller.call("GET", "/me").status_code == 401


def test_a_refresh_token_ends_after_90_days(world: World, seller: Seller) -> None:
    world.advance(timedelta(days=90))
    assert refresh(seller, seller.shop.credentials()["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, "unauthorized"),
        ("Basic abc", "unauthorized"),
        ("Bearer nonsense", "invalid_token"),
    ],
)
def test_a_call_without_a_good_token(seller: Seller, header: str | None, error: str) -> None:
    headers = {"Accept": PUBLIC} | ({"Authorization": header} if header else {})
    answer = seller.http.get("/me", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, error)
    assert set(answer.json()) == {"error", "error_description"}


def test_wrong_client_credentials(seller: Seller) -> None:
    form = {"grant_type": "client_credentials"}
    answer = seller.http.post("/auth/oauth/token", data=form, auth=("who", "what"))
    assert (answer.status_code, answer.json()["error"]) == (401, "Unauthorized")
    nobody = seller.http.post("/auth/oauth/token", data=form)
    assert (nobody.status_code, nobody.json()["error"]) == (401, "unauthorized")
    started = seller.http.post("/auth/oauth/device", data=form, auth=("who", "what"))
    assert (started.status_code, started.json()["error"]) == (401, "Unauthorized")
    assert token(seller, grant_type="password").json()["error"] == "unsupported_grant_type"


def test_an_applications_own_token_reads_public_things_only(seller: Seller) -> None:
    pair = token(seller, grant_type="client_credentials").json()
    assert "refresh_token" not in pair and "allegro:api:orders:read" in pair["scope"]
    seller.token = pair["access_token"]
    seller.get("/order/carriers")
    assert seller.refused("GET", "/order/events") == (403, "AccessDenied")


HERE = "http://localhost:8000/done"
# The pair of verifier and challenge is the example of RFC 7636, appendix B.
PROOF = {
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
VERIFIER = {"code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}


def code(seller: Seller, **more: str) -> dict[str, str]:
    """What the seller's consent sends back to the application, as a form for the token endpoint."""
    client = seller.shop.credentials()["client_id"]
    query = {"response_type": "code", "client_id": client, "redirect_uri": HERE, **more}
    page = seller.http.get("/auth/oauth/authorize", params=query)
    assert page.status_code == 200, page.text
    sent = seller.http.post("/auth/oauth/authorize", data=button(page, "allow"))
    back = urlsplit(sent.headers["location"])
    assert (sent.status_code, back.netloc) == (302, "localhost:8000")
    answer = {name: values[0] for name, values in parse_qs(back.query).items()}
    return {"grant_type": "authorization_code", "redirect_uri": HERE, **answer}


def test_consent_by_code_with_a_proof(seller: Seller) -> None:
    asked = code(seller, state="s1", shop="7", prompt="confirm", **PROOF)
    assert (asked.pop("state"), asked.pop("shop")) == ("s1", "7")  # the application's own words
    assert set(asked) == {"grant_type", "redirect_uri", "code"}
    pair = token(seller, **asked, **VERIFIER)
    assert pair.status_code == 200
    again = token(seller, **asked, **VERIFIER).json()  # a code is good once
    said = {"error": "invalid_grant", "error_description": "Invalid authorization code: "}
    assert again == said | {"error_description": said["error_description"] + asked["code"]}
    seller.token = pair.json()["access_token"]
    seller.get("/me")


def test_a_proof_stands_for_the_secret(seller: Seller) -> None:
    client = {"client_id": seller.shop.credentials()["client_id"]}
    pair = seller.http.post("/auth/oauth/token", data=code(seller, **PROOF) | VERIFIER | client)
    assert pair.status_code == 200, pair.text
    bare = seller.http.post("/auth/oauth/token", data=code(seller) | VERIFIER | client)
    assert (bare.status_code, bare.json()["error"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "another"}, "invalid_request"),
        ({"redirect_uri": "http://localhost:8000/other"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
    ],
)
def test_what_a_wrong_code_is_told(seller: Seller, wrong: dict[str, str], error: str) -> None:
    answer = token(seller, **(code(seller, **PROOF) | VERIFIER | wrong))
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_code_lives_ten_seconds(world: World, seller: Seller) -> None:
    asked = code(seller)
    world.advance(timedelta(seconds=10))
    assert token(seller, **asked).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("method", [{}, {"code_challenge_method": "plain"}])
def test_a_proof_in_plain_words_is_not_taken(seller: Seller, method: dict[str, str]) -> None:
    query = {"client_id": seller.shop.credentials()["client_id"], "redirect_uri": HERE, **method}
    query |= {"response_type": "code", "code_challenge": "x" * 43}
    answer = seller.http.get("/auth/oauth/authorize", params=query)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_consent_refused_goes_back_without_a_code(seller: Seller) -> None:
    client = seller.shop.credentials()["client_id"]
    query = {"response_type": "code", "client_id": client, "redirect_uri": "http://here.example/"}
    page = seller.http.get("/auth/oauth/authorize", params=query)
    sent = seller.http.post("/auth/oauth/authorize", data=button(page, "deny"))
    assert sent.headers["location"] == "http://here.example/?error=access_denied"


def start_device(seller: Seller) -> Any:
    client = seller.shop.credentials()["client_id"]
    return seller.http.post("/auth/oauth/device", data={"client_id": client}).json()


def test_consent_by_device(world: World, seller: Seller) -> None:
    started = start_device(seller)
    assert started["verification_uri"] == "https://allegro.test/skojarz-aplikacje"
    form = {"grant_type": DEVICE, "device_code": started["device_code"]}
    assert token(seller, **form).json()["error"] == "authorization_pending"
    assert token(seller, **form).json()["error"] == "slow_down"
    page = seller.http.get(started["verification_uri_complete"])
    seller.http.post("/skojarz-aplikacje", data=button(page, "allow"))
    world.advance(timedelta(seconds=5))
    pair = token(seller, **form)
    assert pair.status_code == 200
    used = token(seller, **form)
    assert (used.status_code, used.json()) == (
        400,
        {"error": "invalid_request", "error_description": "Invalid device code"},
    )
    assert refresh(seller, pair.json()["refresh_token"]).status_code == 200


def test_a_device_refused(seller: Seller) -> None:
    started = start_device(seller)
    page = seller.http.get(started["verification_uri_complete"])
    seller.http.post("/skojarz-aplikacje", data=button(page, "deny"))
    form = {"grant_type": DEVICE, "device_code": started["device_code"]}
    assert token(seller, **form).json()["error"] == "access_denied"


def test_people_can_end_it_all(seller: Seller) -> None:
    seller.shop.operator("expire_tokens", {})
    assert seller.call("GET", "/me").status_code == 401
    seller.token = refresh(seller, seller.shop.credentials()["refresh_token"]).json()[
        "access_token"
    ]
    seller.get("/me")
    seller.shop.operator("revoke_consent", {})
    assert seller.call("GET", "/me").status_code == 401
    assert refresh(seller, seller.shop.credentials()["refresh_token"]).status_code == 400
    assert refresh(seller, seller.shop.operator("consent", {})["refresh_token"]).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", BETA])
def test_the_version_is_the_media_type(seller: Seller, accept: str) -> None:
    answer = seller.call("GET", "/order/checkout-forms", version=accept)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
        406,
        "NotAcceptableException",
    )


def test_a_body_in_another_version_is_refused(seller: Seller) -> None:
    path = f"/sale/product-offers/{seller.offer_id('RETRO-CLOCK')}"
    headers = {"Authorization": f"Bearer {seller.token}", "Accept": PUBLIC}
    sent = seller.http.patch(path, json={"stock": {"available": 3}}, headers=headers)
    assert sent.status_code == 415
    headers["Content-Type"] = PUBLIC
    assert seller.http.patch(path, content=b"[1", headers=headers).status_code == 400


def test_every_answer_has_its_trace(seller: Seller) -> None:
    found = [seller.call("GET", path).headers["trace-id"] for path in ("/me", "/nothing/here")]
    assert len(set(found)) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", trace) for trace in found)


def test_what_is_switched_off_or_never_was(seller: Seller) -> None:
    assert seller.refused("GET", "/sale/offer-variants") == (403, "AccessDenied")
    assert seller.refused("GET", "/messaging/threads") == (404, "NotFoundException")


def test_the_real_hosts_are_the_same_account() -> None:
    addresses = {"allegro": "https://api.allegro.pl"}
    world = World(channel_names=["allegro"], goods=GOODS, base_urls=addresses)
    token_ = world.dialects["allegro"].credentials()["access_token"]
    headers = {"Authorization": f"Bearer {token_}", "Accept": PUBLIC}
    with httpx.Client(transport=world.transport(), headers=headers) as client:
        assert client.get("https://api.allegro.pl/me").status_code == 200
    world.close()
