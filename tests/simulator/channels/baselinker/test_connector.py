"""The connector: token, form, errors inside a 200, the limit of calls."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from simulator.world import World
from tests.simulator.channels.baselinker.account import Account

FORM = {"method": "getInventories", "parameters": "{}"}


def sent(account: Account, **about: object) -> dict[str, object]:
    response = account.http.post("/connector.php", **about)  # type: ignore[arg-type]
    assert response.status_code == 200
    body: dict[str, object] = response.json()
    return body


def test_a_token_looks_like_the_vendors(account: Account) -> None:
    user, number, secret = account.token.split("-")
    assert (len(user), len(number), len(secret)) == (7, 7, 64)


def test_without_a_token_nothing_is_told(account: Account) -> None:
    assert sent(account, data=FORM) == {
        "status": "ERROR",
        "error_code": "ERROR_EMPTY_TOKEN",
        "error_message": "No user token provided.",
    }


def test_a_wrong_token_is_refused(account: Account) -> None:
    account.token = "1-23-ABC"
    assert account.refusal("getInventories") == "ERROR_AUTH_TOKEN"


def test_a_blocked_account_is_served_nothing_until_it_is_unblocked(account: Account) -> None:
    account.dialect.operator("block_account", {"on": True})
    assert account.refusal("getInventories") == "ERROR_USER_ACCOUNT_BLOCKED"
    account.dialect.operator("block_account", {"on": False})
    assert account.call("getInventories")["inventories"]


def test_the_old_form_field_for_the_token_still_counts(account: Account) -> None:
    assert sent(account, data={**FORM, "token": account.token})["status"] == "SUCCESS"


def test_a_multipart_form_is_read_too(account: Account) -> None:
    files = {k: (None, v) for k, v in {**FORM, "token": account.token}.items()}
    request = httpx.Request("POST", "https://baselinker.test/connector.php", files=files)
    answer = account.transport.inner.handle_request(request)
    answer.read()
    assert answer.json()["status"] == "SUCCESS"


@pytest.mark.parametrize("parameters", ["", "[]", "{}", "null"])
def test_no_parameters_may_be_said_in_many_ways(account: Account, parameters: str) -> None:
    headers = {"X-BLToken": account.token}
    form = {"method": "getInventories", "parameters": parameters}
    assert sent(account, data=form, headers=headers)["status"] == "SUCCESS"


@pytest.mark.parametrize(
    "parameters", ["{", "7", '"x"', "[1]", '{"a": NaN}', '{"a": "\\ud800"}', '{"a":' * 10**5]
)
def test_parameters_that_are_no_object_are_refused(account: Account, parameters: str) -> None:
    form = {"method": "getInventories", "parameters": parameters}
    body = sent(account, data=form, headers={"X-BLToken": account.token})
    assert body["error_code"] == "ERROR_PARSE_JSON_PARAMETERS"


def test_an_unknown_method_is_refused_with_200(account: Account) -> None:
    assert account.refusal("getPurchaseForecast") == "ERROR_UNKNOWN_METHOD"


def test_a_missing_parameter_is_named(account: Account) -> None:
    assert account.refusal("getInventoryProductsList") == "ERROR_INVENTORY_ID"
    body = account.answer("getInventoryProductsList", inventory_id=999)
    assert body["error_message"] == "Invalid catalog ID: 999"


@pytest.mark.parametrize("number", [2**70, "1e30", "many", [], {}, True])
def test_no_number_is_too_strange_to_be_refused(account: Account, number: object) -> None:
    assert account.refusal("getInventoryProductsList", inventory_id=number) == "ERROR_INVENTORY_ID"
    assert account.refusal("getOrders", id_from=number) == "ERROR_ID_FROM"
    named = {"inventory_id": account.inventory, "page": number}
    assert account.refusal("getInventoryProductsStock", **named) == "ERROR_PAGE"


def test_a_tax_rate_that_is_none_is_refused(account: Account) -> None:
    named = {"inventory_id": account.inventory, "tax_rate": "23%"}
    assert account.refusal("addInventoryProduct", **named) == "ERROR_TAX_RATE"


def test_elsewhere_there_is_nothing(account: Account) -> None:
    assert account.http.post("/", data=FORM).status_code == 404


def test_the_call_after_a_hundred_in_a_minute_blocks_the_token(
    world: World, account: Account
) -> None:
    for _ in range(100):
        account.call("getInventories")
    body = account.answer("getInventories")
    assert body == {
        "status": "ERROR",
        "error_code": "ERROR_BLOCKED_TOKEN",
        "error_message": "Query limit exceeded, token blocked until 2026-03-02 09:01:00",
    }
    world.advance(timedelta(seconds=59))
    assert account.refusal("getInventories") == "ERROR_BLOCKED_TOKEN"
    world.advance(timedelta(seconds=1))
    account.call("getInventories")


def test_calls_spread_over_the_minute_are_let_in(world: World, account: Account) -> None:
    for _ in range(150):
        account.call("getInventories")
        world.advance(timedelta(milliseconds=700))


def test_the_allowance_can_be_turned_down(world: World, account: Account) -> None:
    world.dials["baselinker"].turn({"allowance": 0.02})
    account.call("getInventories")
    account.call("getInventories")
    assert account.refusal("getInventories") == "ERROR_BLOCKED_TOKEN"


def test_a_revoked_token_is_void_and_a_new_one_opens(account: Account) -> None:
    account.dialect.operator("revoke_token", {})
    assert account.refusal("getInventories") == "ERROR_AUTH_TOKEN"
    account.dialect.operator("new_token", {})
    assert account.refusal("getInventories") == "ERROR_AUTH_TOKEN"
    account.token = account.dialect.credentials()["token"]
    account.call("getInventories")


def test_older_accounts_answer_numbers_as_text(account: Account) -> None:
    account.dialect.operator("numbers_as_text", {})
    (inventory,) = account.call("getInventories")["inventories"]
    assert (inventory["inventory_id"], inventory["is_default"]) == (str(account.inventory), True)


def test_the_token_never_expires(world: World, account: Account) -> None:
    account.dialect.operator("expire_tokens", {})
    world.advance(timedelta(days=400))
    account.call("getInventories")


def test_an_unknown_action_of_the_operator_is_no_action(account: Account) -> None:
    with pytest.raises(LookupError, match="no action 'dance'"):
        account.dialect.operator("dance", {})
