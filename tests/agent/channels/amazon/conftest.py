"""An Amazon seller in Germany whose answers a test writes itself."""

from __future__ import annotations

import httpx
import pytest

from tests.agent.channels.scripted import Scripted, said

ACCESS, REFRESH, SECRET = "Atza|nobody-sees", "Atzr|nobody-sees", "amzn1.oa2-cs.v1.nobody-sees"
SELLER, GERMANY = "A2SELLER", "A1PA6795UKMFR9"


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    face = {
        "address": "https://sellingpartnerapi-eu.amazon.com",
        "client_id": "amzn1.application-oa2-client.1",
        "secret_client": "CLIENT",
        "secret_refresh": "REFRESH",
        "seller_id": SELLER,
        "marketplace": GERMANY,
        "product_type": "HOME",
        "brand": "Dąb",
    }
    return Scripted(
        "amazon",
        face,
        {"TALLY_SECRET_CLIENT": SECRET, "TALLY_SECRET_REFRESH": REFRESH},
        lambda _: said({"items": [], "numberOfResults": 0}),
        login_at="/auth/o2/token",
        login=lambda _: said({"access_token": ACCESS, "token_type": "bearer", "expires_in": 3600}),
        rest_s=7200,
    )


def fault(status: int, code: str, message: str, details: str = "") -> httpx.Response:
    """A refusal in Amazon's shape."""
    return said({"errors": [{"code": code, "message": message, "details": details}]}, status)
