"""Worlds to test the staging world with: one corner shop, in process or on real ports."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simulator import channels
from simulator.serve import Served, Wish, served
from simulator.world import GOODS, World

TOYS = Path(__file__).parent / "toys"
SECRET = "corner-secret-0123456789"
AUTHORISED = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def corner_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor is found by its folder: let the toys' folder be one where vendors are found."""
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(TOYS)])


@pytest.fixture
def world(corner_shop: None) -> Iterator[World]:
    """A world with the corner shop and the usual goods; its clock stands still."""
    world = World(channel_names=["corner"], goods=GOODS)
    yield world
    world.close()


@pytest.fixture
def shop(world: World) -> Iterator[httpx.Client]:
    """A client of the corner shop, in process."""
    transport = world.transport()
    with httpx.Client(
        transport=transport, base_url="https://corner.test", headers=AUTHORISED
    ) as client:
        yield client


@pytest.fixture
def desk(world: World) -> Iterator[httpx.Client]:
    """A client of the control desk, in process."""
    with httpx.Client(transport=world.transport(), base_url="http://control.test") as client:
        yield client


@pytest.fixture
def on_ports(corner_shop: None, tmp_path: Path) -> Iterator[Served]:
    """The corner shop's world on real ports."""
    with served(Wish(channels=["corner"], folder=tmp_path / "authority")) as world:
        yield world


@pytest.fixture
def client(on_ports: Served) -> Iterator[httpx.Client]:
    """A client of the served corner shop over TLS, trusting the staging world's authority."""
    context = ssl.create_default_context(cafile=str(on_ports.authority.file))
    base_url = on_ports.world.base_urls["corner"]
    with httpx.Client(
        base_url=base_url, verify=context, headers=AUTHORISED, timeout=10, trust_env=False
    ) as client:
        yield client
