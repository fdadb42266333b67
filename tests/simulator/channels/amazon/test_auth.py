"""Login with Amazon: grants, expiry, consent, restricted tokens, and what is answered without."""

from __future__ import annotations

from datetime import timedelta

from simulator.channels.amazon.dialect import Amazon
from simulator.world import World
from tests.simulator.channels.amazon.seller import Seller

DENIED = "Access to requested resource is denied."
SUBSCRIPTION = "/notifications/v1/subscriptions/ORDER_CHANGE"


def denial(api: Seller, token: str | None) -> tuple[int, dict[str, str], bool]:
    """Status, error, and whether the rate was told."""
    headers = {"x-amz-access-token": token} if token else {"x-amz-access-token": ""}
    found = api.http.get("/orders/2026-01-01/orders/123-1234567-1234567", headers=headers)
    (error,) = found.json()["errors"]
    return found.status_code, error, "x-amzn-RateLimit-Limit" in found.headers


def test_a_refresh_token_buys_an_access_token_for_an_hour(api: Seller) -> None:
    found = api.login().json()
    assert found["access_token"].startswith("Atza|")
    assert found["refresh_token"] == api.keys["refresh_token"]
    assert (found["token_type"], found["expires_in"]) == ("bearer", 3600)


def test_login_takes_json_too(api: Seller) -> None:
    names = ("refresh_token", "client_id", "client_secret")
    sent = {"grant_type": "refresh_token", **{n: api.keys[n] for n in names}}
    assert api.http.post("/auth/o2/token", json=sent).status_code == 200


def test_bodies_that_are_none_lack_everything(api: Seller) -> None:
    for sent in (b"", b"x", b"[1]", b'"grant_type"'):
        found = api.http.post("/auth/o2/token", content=sent)
        assert (found.status_code, found.json()["error"]) == (400, "invalid_request")


def test_login_refuses_with_error_and_description(api: Seller) -> None:
    seen = {}
    for name, changed in {
        "token": {"refresh_token": "Atzr|wrong"},
        "secret": {"client_secret": "wrong"},
        "grant": {"grant_type": "password"},
        "nothing": {"refresh_token": ""},
        "scope": {"grant_type": "client_credentials", "scope": "profile"},
    }.items():
        found = api.login(**changed)
        assert set(found.json()) == {"error", "error_description"}
        seen[name] = (found.status_code, found.json()["error"])
    assert seen == {
        "token": (400, "invalid_grant"),
        "secret": (401, "invalid_client"),
        "grant": (400, "unsupported_grant_type"),
        "nothing": (400, "invalid_request"),
        "scope": (400, "invalid_scope"),
    }


def test_a_missing_wrong_or_expired_token_is_403_with_the_reason(api: Seller) -> None:
    good = api.http.headers["x-amz-access-token"]
    for token, words in ((None, "missing"), ("Atza|wrong", "malformed")):
        status, error, told = denial(api, token)
        assert (status, error["code"], error["message"], told) == (
            403,
            "Unauthorized",
            DENIED,
            False,
        )
        assert words in error["details"]
    api.world.advance(timedelta(seconds=3600))
    assert "expired" in denial(api, good)[1]["details"]


def test_the_dial_shortens_new_tokens(world: World, api: Seller) -> None:
    world.dials["amazon"].turn({"token_life_s": 60})
    token = api.token()
    assert denial(api, token)[0] == 404
    world.advance(timedelta(seconds=60))
    assert denial(api, token)[0] == 403


def test_the_operator_expires_tokens_and_the_seller_revokes_consent(
    shop: Amazon, api: Seller
) -> None:
    shop.operator("expire_tokens", {})
    assert "expired" in denial(api, api.http.headers["x-amz-access-token"])[1]["details"]
    api.token()
    shop.operator("revoke_consent", {})
    assert api.login().json()["error"] == "invalid_grant"


def test_consent_on_the_page_gives_a_code_that_buys_a_refresh_token(api: Seller) -> None:
    asked = {
        "application_id": api.keys["app_id"],
        "state": "s1",
        "redirect_uri": "https://me.test/",
    }
    assert "Allow" in api.http.get("/apps/authorize/consent", params=asked).text
    told = api.http.post("/apps/authorize/consent", params=asked).headers["Location"]
    back = dict(part.split("=") for part in told.split("?")[1].split("&"))
    assert (back["state"], back["selling_partner_id"]) == ("s1", api.id)
    code = back["spapi_oauth_code"]
    found = api.login(grant_type="authorization_code", code=code).json()
    assert api.login(refresh_token=found["refresh_token"]).status_code == 200
    again = api.login(grant_type="authorization_code", code=code)
    assert again.json()["error"] == "invalid_grant"


def test_a_rotated_secret_leaves_the_old_one_a_week(shop: Amazon, api: Seller) -> None:
    fresh = shop.operator("rotate_secret", {})
    assert api.login(client_secret=fresh).status_code == 200
    assert api.login().status_code == 200
    api.world.advance(timedelta(days=7))
    assert api.login().json()["error"] == "invalid_client"


def test_grantless_tokens_open_destinations_and_nothing_else(api: Seller) -> None:
    path = "/notifications/v1/destinations"
    assert api.http.get(path).status_code == 403
    grantless = api.grantless()
    assert api.http.get(path, headers=grantless).json() == {"payload": []}
    assert api.http.get(SUBSCRIPTION, headers=grantless).status_code == 403


def test_old_clients_signatures_are_ignored(api: Seller) -> None:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260302/eu-west-1/execute-api"}
    found = api.http.get(SUBSCRIPTION, headers=headers)
    assert found.status_code == 404


def test_restricted_tokens_are_for_paths_and_elements_that_exist(api: Seller) -> None:
    path = "/tokens/2021-03-01/restrictedDataToken"

    def ask(resources: list[dict[str, object]]) -> tuple[int, dict[str, object]]:
        found = api.http.post(path, json={"restrictedResources": resources})
        return found.status_code, found.json()

    good: dict[str, object] = {"method": "GET", "path": "/orders/v0/orders"}
    status, body = ask([{**good, "dataElements": ["buyerInfo"]}])
    assert (status, body["expiresIn"]) == (200, 3600)
    assert ask([good] * 51)[0] == 400
    for wrong in ({"path": "/listings"}, {"dataElements": ["email"]}, {"method": "LOOK"}):
        status, body = ask([{**good, **wrong}])
        (error,) = body["errors"]  # type: ignore[misc]
        assert (status, error["code"]) == (400, "InvalidRequest")


def test_a_restricted_token_opens_a_reports_document(api: Seller) -> None:
    name = api.report("GET_MERCHANT_LISTINGS_ALL_DATA")["reportDocumentId"]
    at = f"/reports/2021-06-30/documents/{name}"
    asked = {"restrictedResources": [{"method": "GET", "path": at}]}
    made = api.http.post("/tokens/2021-03-01/restrictedDataToken", json=asked).json()
    token = {"x-amz-access-token": made["restrictedDataToken"]}
    assert api.http.get(at, headers=token).json()["reportDocumentId"] == name
    assert api.http.get("/orders/v0/orders", headers=token).status_code == 403
