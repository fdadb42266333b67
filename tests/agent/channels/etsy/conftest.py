"""An Etsy shop whose answers a test writes itself."""

from __future__ import annotations

import pytest

from tests.agent.channels.scripted import Scripted, said
from tests.contract.shops import StagedShop

SECRETS = {"KEY": "keystring-of-the-app", "SHARED": "shared-secret", "TOKENS": "7.refresh"}
ACCESS = "7.access-token-that-nobody-sees"


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    face = {
        "shop_id": 1,
        "secret_key": "KEY",
        "secret_shared": "SHARED",
        "secret_tokens": "TOKENS",
    }
    token = {"access_token": ACCESS, "expires_in": 3600, "refresh_token": "7.next"}
    return Scripted(
        "etsy",
        face,
        {f"TALLY_SECRET_{name}": text for name, text in SECRETS.items()},
        lambda _: said({"shop_id": 1}),
        login_at="/oauth/token",
        login=lambda _: said(token),
        rest_s=2,
    )


def asked(shop: StagedShop) -> list[str]:
    """What was asked of the vendor's API: "PUT inventory", "GET batch/inventory"."""
    found = []
    for request in shop.recorder.sent:
        words = [w for w in request.url.path.split("/")[3:] if w and not w.isdigit()]
        if "application" in request.url.path:
            found.append(f"{request.method} {'/'.join(words) or 'root'}")
    return found
