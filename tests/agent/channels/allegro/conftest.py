"""An Allegro seller whose answers a test writes itself."""

from __future__ import annotations

import httpx
import pytest

from tests.agent.channels.scripted import Scripted, said

ACCESS, REFRESH, SECRET = "access-nobody-sees", "refresh-nobody-sees", "secret-nobody-sees"
FACE = {
    "address": "https://api.example",
    "login": "https://login.example",
    "client_id": "our-id",
    "secret_client": "CLIENT",
    "secret_tokens": "TOKENS",
}


@pytest.fixture
def vendor() -> Scripted:
    """A vendor under the test's hand."""
    token = {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 43199}
    return Scripted(
        "allegro",
        FACE,
        {"TALLY_SECRET_TOKENS": "seed-nobody-sees", "TALLY_SECRET_CLIENT": SECRET},
        lambda _: said({}),
        login_at="/auth/",
        login=lambda _: said(token),
    )


def no(status: int, code: str, message: str = "No.", path: str | None = None) -> httpx.Response:
    """A refusal in the vendor's shape."""
    row = {"code": code, "message": message, "path": path, "userMessage": message}
    return said({"errors": [{**row, "details": None, "metadata": {}}]}, status)
