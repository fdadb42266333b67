"""Who may ask what: tokens, their life, signatures, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from simulator.channels.magento import auth
from simulator.channels.magento.dialect import Magento
from simulator.world import World
from tests.simulator.channels.magento.connector import HOME, Rest

LIST = "/V1/products?searchCriteria="
NOT_ALLOWED = "The consumer isn't authorized to access %resources."


def status(rest: Rest, token: str, path: str = LIST) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return rest.ask("GET", path, headers=headers).status_code


def admin_token(rest: Rest) -> str:
    keys = rest.shop.credentials()
    sign_in = {"username": keys["admin_username"], "password": keys["admin_password"]}
    return str(rest.post("/V1/integration/admin/token", sign_in))


def test_an_admins_token_lives_an_hour_and_older_ones_stay_good(rest: Rest, world: World) -> None:
    first = admin_token(rest)
    second = admin_token(rest)
    assert first != second
    assert (status(rest, first), status(rest, second)) == (200, 200)
    world.advance(timedelta(minutes=61))
    assert (status(rest, first), status(rest, second)) == (401, 401)


def test_the_dial_shortens_new_tokens(rest: Rest, world: World) -> None:
    world.dials["magento"].turn({"token_life_s": 60})
    token = admin_token(rest)
    world.advance(timedelta(seconds=61))
    assert status(rest, token) == 401


def test_tokens_of_integrations_never_run_out_but_can_be_revoked(rest: Rest, world: World) -> None:
    token, admin = rest.shop.credentials()["token"], admin_token(rest)
    rest.shop.operator("expire_tokens", {})
    assert (status(rest, token), status(rest, admin)) == (200, 401)
    world.advance(timedelta(days=400))
    assert status(rest, token) == 200
    rest.shop.operator("revoke_integration", {})
    assert status(rest, token) == 401
    rest.shop.operator("revoke_integration", {"on": False})
    assert status(rest, token) == 200


def test_a_shop_may_insist_on_signatures(rest: Rest) -> None:
    rest.shop.operator("integration_as_bearer", {"on": False})
    assert status(rest, rest.shop.credentials()["token"]) == 401
    assert signed(rest, LIST).status_code == 200


@pytest.mark.parametrize("key", ["expired_token", "limited_token"])
def test_missing_rights_and_expired_tokens_are_401_alike(rest: Rest, key: str) -> None:
    headers = {"Authorization": f"Bearer {rest.shop.credentials()[key]}"}
    answer = rest.ask("GET", "/V1/orders?searchCriteria=", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {
        "message": NOT_ALLOWED,
        "parameters": {"resources": "Magento_Sales::actions_view"},
    }
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/V1/products/base-prices", "Magento_Catalog::catalog"),
        ("/V1/inventory/source-items", "Magento_InventoryApi::stock_source_item_assign"),
        ("/V1/orders/1/comments", "Magento_Sales::comment"),
        ("/V1/order/1/ship", "Magento_Sales::ship"),
        ("/V1/order/1/invoice", "Magento_Sales::invoice"),
    ],
)
def test_names_the_resource_that_is_missing(rest: Rest, path: str, resource: str) -> None:
    answer = rest.ask("POST", path, {}, headers={"Authorization": "Bearer nobody"})
    assert answer.json()["parameters"] == {"resources": resource}


def test_the_catalogues_integration_may_not_count_stock(rest: Rest) -> None:
    headers = {"Authorization": f"Bearer {rest.shop.credentials()['limited_token']}"}
    answer = rest.ask("GET", "/V1/stockItems/BOWL", headers=headers)
    resource = "Magento_CatalogInventory::cataloginventory"
    assert (answer.status_code, answer.json()["parameters"]) == (401, {"resources": resource})


def test_the_route_is_looked_up_first(rest: Rest) -> None:
    answer = rest.ask("GET", "/V1/nosuch", headers={"Authorization": ""})
    assert (answer.status_code, answer.json()["message"]) == (
        404,
        "Request does not match any route.",
    )


def test_with_two_factor_login_admins_need_a_code() -> None:
    world = World(channel_names=["magento"], settings={"magento": {"two_factor": True}})
    shop = world.dialects["magento"]
    assert isinstance(shop, Magento)
    rest = Rest(shop, world.transport())
    keys = shop.credentials()
    sign_in = {"username": keys["admin_username"], "password": keys["admin_password"]}
    assert rest.refused("POST", "/V1/integration/admin/token", sign_in)[0] == 401
    path = "/V1/tfa/provider/google/authenticate"
    assert rest.refused("POST", path, {**sign_in, "otp": "000000"})[0] == 401
    token = rest.post(path, {**sign_in, "otp": shop.otp()})
    assert status(rest, token) == 200
    world.close()


# -- signatures -------------------------------------------------------------------------------------


def signed(rest: Rest, path: str = "/V1/store/websites", **changes: Any) -> httpx.Response:
    """A request signed with the integration's keys; `changes` spoils its parameters."""
    keys = rest.shop.credentials()
    url, _, query = f"{HOME}/rest{path}".partition("?")
    params = {
        "oauth_consumer_key": keys["consumer_key"],
        "oauth_nonce": "nonce-1",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(rest.shop.shop.clock.now().timestamp())),
        "oauth_token": keys["access_token"],
    }
    secrets = keys["consumer_secret"], keys["access_token_secret"]
    pairs = [*auth.query_pairs(query), *params.items()]
    params["oauth_signature"] = auth.signature("GET", url, pairs, secrets, "HMAC-SHA256")
    params |= changes
    told = ",".join(f'{k}="{quote(v, safe="")}"' for k, v in params.items() if v)
    return rest.ask("GET", path, headers={"Authorization": f"OAuth {told}"})


def test_a_signed_request_is_let_in_once(rest: Rest) -> None:
    assert signed(rest, LIST).status_code == 200
    again = signed(rest, LIST)
    assert (again.status_code, again.json()) == (
        401,
        {
            "message": "The nonce is already being used by the consumer with ID %1",
            "parameters": ["1"],
        },
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"oauth_signature": "garbled"}, (401, "The signature is invalid. Verify and try again.")),
        ({"oauth_signature_method": "HMAC-SHA1"}, (400, "Signature method %1 is not supported")),
        ({"oauth_nonce": ""}, (400, '"%fieldName" is required. Enter and try again.')),
        (
            {"oauth_consumer_key": "nobody"},
            (401, "A consumer having the specified key does not exist"),
        ),
        ({"oauth_token": "nobody"}, (401, "Specified token does not exist")),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_refuses_spoilt_signatures(
    rest: Rest, changes: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = signed(rest, **changes)
    assert (answer.status_code, answer.json()["message"]) == expected


def test_the_same_seed_makes_the_same_keys(shop: Magento) -> None:
    other = World(channel_names=["magento"])
    assert other.dialects["magento"].credentials()["token"] == shop.credentials()["token"]
    other.close()
