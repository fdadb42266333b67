"""Keys, consent with PKCE, tokens that run out, refresh tokens that rotate."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.channels.etsy import auth
from tests.simulator.channels.etsy.seller import Seller

TOKEN = "/v3/public/oauth/token"
VERIFIER = "v" * 43
BACK = "https://agent.example/back"


def trade(seller: Seller, **fields: Any) -> Any:
    keys = seller.etsy.credentials()
    given = {"client_id": keys["keystring"], **fields}
    return seller.http.post(TOKEN, data=given)


def refresh(seller: Seller, token: str) -> Any:
    return trade(seller, grant_type="refresh_token", refresh_token=token)


def consent(seller: Seller, **changes: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": seller.etsy.credentials()["keystring"],
        "redirect_uri": BACK,
        "scope": "listings_r transactions_r",
        "state": "s1",
        "code_challenge": auth.challenge(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }


def press(seller: Seller, button: str) -> dict[str, list[str]]:
    """Open the consent page and press one of its buttons; gives what the app is told."""
    page = seller.http.get("/oauth/connect", params=consent(seller))
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    sent = seller.http.post("/oauth/connect", data={**hidden, "choice": button})
    assert sent.status_code == 302
    assert sent.headers["location"].startswith(BACK)
    return parse_qs(urlsplit(sent.headers["location"]).query)


def test_a_ping_needs_the_key_alone(seller: Seller) -> None:
    del seller.http.headers["Authorization"]
    assert seller("GET", "/openapi-ping") == {"application_id": 1084417203}


@pytest.mark.parametrize(
    ("key", "status", "error"),
    [
        ("{keystring}", 403, "Shared secret is required in x-api-key header."),
        ("{keystring}:wrong", 403, "Invalid shared secret in x-api-key header."),
        ("nobody:secret", 401, "Invalid API key"),
        ("nobody", 403, "Invalid API key: should be in the format 'keystring:shared_secret'."),
        ("", 401, "Missing x-api-key header"),
    ],
)
def test_every_call_needs_key_and_shared_secret(
    seller: Seller, key: str, status: int, error: str
) -> None:
    keystring = seller.etsy.credentials()["keystring"]
    seller.http.headers["x-api-key"] = key.format(keystring=keystring)
    answer = seller.http.get("/v3/application/openapi-ping")
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_tokens_name_their_user_and_scopes(seller: Seller) -> None:
    token = seller.etsy.credentials()["access_token"]
    assert token.split(".")[0] == "471520301"
    assert seller("POST", "/scopes", data={"token": token}) == {"scopes": list(auth.SCOPES)}


def test_access_tokens_last_an_hour(seller: Seller) -> None:
    seller.world.clock.advance(timedelta(seconds=3599))
    seller("GET", "/users/me")
    seller.world.clock.advance(timedelta(seconds=1))
    answer = seller.send("GET", "/users/me")
    told = {"error": "invalid_token", "error_description": "access token is expired"}
    assert (answer.status_code, answer.json()) == (401, told)


def test_a_dial_shortens_their_life(seller: Seller) -> None:
    seller.world.dials["etsy"].turn({"token_life_s": 60})
    answer = refresh(seller, seller.etsy.credentials()["refresh_token"])
    assert answer.json()["expires_in"] == 60


def test_a_refresh_token_is_worth_one_refresh(seller: Seller) -> None:
    first = seller.etsy.credentials()["refresh_token"]
    second = refresh(seller, first).json()["refresh_token"]
    assert second != first
    again = refresh(seller, first)
    told = {"error": "invalid_grant", "error_description": "refresh_token is revoked"}
    assert (again.status_code, again.json()) == (400, told)
    assert refresh(seller, second).status_code == 200


def test_refresh_tokens_last_ninety_days(seller: Seller) -> None:
    seller.world.clock.advance(timedelta(days=90))
    answer = refresh(seller, seller.etsy.credentials()["refresh_token"])
    assert answer.json()["error_description"] == "refresh_token is expired"


def test_the_token_endpoint_takes_json_too(seller: Seller) -> None:
    keys = seller.etsy.credentials()
    body = {"grant_type": "refresh_token", "client_id": keys["keystring"]}
    answer = seller.http.post(TOKEN, json={**body, "refresh_token": keys["refresh_token"]})
    assert answer.json()["token_type"] == "Bearer"


def test_a_seller_lets_an_app_in(seller: Seller) -> None:
    told = press(seller, "allow")
    assert told["state"] == ["s1"]
    given = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": told["code"][0]}
    answer = trade(seller, **given, code_verifier=VERIFIER)
    token = answer.json()["access_token"]
    assert seller("POST", "/scopes", data={"token": token}) == {
        "scopes": ["listings_r", "transactions_r"]
    }
    again = trade(seller, **given, code_verifier=VERIFIER)
    assert again.json()["error"] == "invalid_grant"


def test_a_code_needs_its_verifier(seller: Seller) -> None:
    code = press(seller, "allow")["code"][0]
    given = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": code}
    answer = trade(seller, **given, code_verifier="w" * 43)
    assert answer.json()["error_description"] == "code_verifier does not match"


def test_a_seller_may_refuse(seller: Seller) -> None:
    assert press(seller, "deny")["error"] == ["access_denied"]


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge_method": "plain"},
        {"scope": "everything"},
        {"client_id": "nobody"},
        {"redirect_uri": "http://agent.example/back"},
        {"state": ""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_wrong_request_for_consent_is_told_on_the_page(
    seller: Seller, change: dict[str, str]
) -> None:
    page = seller.http.get("/oauth/connect", params=consent(seller, **change))
    assert page.status_code == 400
    assert "Allow" not in page.text


def test_a_token_without_the_scope_is_refused(seller: Seller) -> None:
    seller.etsy.operator("consent", {"scopes": ["listings_r"]})
    seller.authorise()
    assert seller.refused("GET", "/shops/{shop}/receipts") == (403, "insufficient_scope")


def test_after_a_changed_password_no_token_is_worth_anything(seller: Seller) -> None:
    token = seller.etsy.credentials()["refresh_token"]
    seller.etsy.operator("revoke_consent", {})
    assert seller.refused("GET", "/users/me") == (401, "invalid_token")
    assert refresh(seller, token).json()["error_description"] == "refresh_token is revoked"


def test_the_operator_expires_access_tokens(seller: Seller) -> None:
    seller.etsy.operator("expire_tokens", {})
    assert seller.refused("GET", "/users/me") == (401, "invalid_token")
    assert refresh(seller, seller.etsy.credentials()["refresh_token"]).status_code == 200


def test_another_shop_is_not_ones_own(seller: Seller) -> None:
    assert seller.refused("GET", "/shops/1/receipts")[0] == 403
    assert seller.refused("GET", "/shops/1")[0] == 404
