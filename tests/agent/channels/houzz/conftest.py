"""A Houzz seller whose answers a test writes itself."""

from __future__ import annotations

import httpx
import pytest

from tests.agent.channels.scripted import Scripted, said

TOKEN = "token-that-nobody-sees"


@pytest.fixture
def scripted() -> Scripted:
    """A vendor that a test speaks for."""
    face = {"user": "seller", "app": "tally", "secret_token": "TOKEN", "category": 14010}
    return Scripted(
        "houzz", face, {"TALLY_SECRET_TOKEN": TOKEN}, lambda _: said({"Ack": "Success"})
    )


def xml(text: str, status: int = 200) -> httpx.Response:
    """An XML answer, or what claims to be one."""
    return httpx.Response(status, text=text)
