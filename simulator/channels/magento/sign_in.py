"""Tokens for admins and shoppers, with two-factor login where the shop insists on it."""

from __future__ import annotations

import hmac
from datetime import timedelta

from simulator.channels.magento import auth, customers
from simulator.channels.magento.calls import ANONYMOUS, Call, Route, param
from simulator.channels.magento.errors import REQUIRED, SIGN_IN, Refusal, many, not_allowed

ADMIN_ID = 1
NAME_AND_PASSWORD = (param("username", "string"), param("password", "string"))


def admin_token(call: Call) -> str:
    """A token for an admin user. 401 for a wrong password and an unknown user alike."""
    _check_given(call)
    _check_admin(call)
    if call.dialect.shop.setting("two_factor"):
        message = "Please use the 2fa provider-specific endpoints to obtain a token."
        raise Refusal(message, {"active_providers": ["google"]}, 401)
    return auth.issue(call.dialect, ADMIN_ID, auth.ADMIN)


def admin_token_by_google(call: Call) -> str:
    """A token for an admin user who also types a one-time code."""
    _check_given(call)
    _check_admin(call)
    if not hmac.compare_digest(call["otp"].encode(), call.dialect.otp().encode()):
        raise Refusal("Invalid code.", None, 401)
    return auth.issue(call.dialect, ADMIN_ID, auth.ADMIN)


def customer_token(call: Call) -> str:
    """A token for a shopper's own data."""
    _check_given(call)
    found = customers.by_email(call.dialect, call["username"])
    if found is None or found.body["password"] != customers.hashed(call["password"]):
        raise Refusal(SIGN_IN, None, 401)
    return auth.issue(call.dialect, found.id, auth.CUSTOMER)


def revoke(call: Call) -> bool:
    """The shopper's tokens given so far are good no more."""
    if call.caller.kind != "customer":
        raise not_allowed("self")
    now = call.dialect.shop.clock.now() + timedelta(microseconds=1)
    call.dialect.shop.set_setting("tokens from", now.timestamp())
    return True


def _check_given(call: Call) -> None:
    empty = [name for name in ("username", "password") if not call[name].strip()]
    if empty:
        raise many([(REQUIRED, {"fieldName": name}) for name in empty])


def _check_admin(call: Call) -> None:
    keys = call.dialect.shop.setting("keys")
    right = call["username"] == keys["admin_username"] and hmac.compare_digest(
        call["password"].encode(), str(keys["admin_password"]).encode()
    )
    if not right:
        raise Refusal(SIGN_IN, None, 401)


_ADMINS = "Magento\\Integration\\Api\\AdminTokenServiceInterface::createAdminAccessToken"
_SHOPPERS = "Magento\\Integration\\Api\\CustomerTokenServiceInterface"
ROUTES = (
    Route(
        "POST", "/V1/integration/admin/token", admin_token, ANONYMOUS, NAME_AND_PASSWORD, _ADMINS
    ),
    Route(
        "POST",
        "/V1/integration/customer/token",
        customer_token,
        ANONYMOUS,
        NAME_AND_PASSWORD,
        f"{_SHOPPERS}::createCustomerAccessToken",
    ),
    Route("POST", "/V1/integration/customer/revoke-customer-token", revoke, "self"),
    Route(
        "POST",
        "/V1/tfa/provider/google/authenticate",
        admin_token_by_google,
        ANONYMOUS,
        (*NAME_AND_PASSWORD, param("otp", "string")),
    ),
)
