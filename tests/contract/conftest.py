"""One suite over every channel: on staging, or with `--live woocommerce` on a real shop."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

import httpx
import pytest

from agent import channels as agent_channels
from simulator import channels as simulated
from simulator.conformance import vendors
from simulator.conformance.recorder import places
from tests.contract.live import LiveWooCommerce
from tests.contract.shops import StagedShop
from tests.contract.trial import PICTURES
from tests.shared import ROOT

VENDORS = [name for name in agent_channels.names() if name in simulated.names()]
LIVE = "TALLY_LIVE_WOOCOMMERCE_"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a `trial` runs on every vendor, or on the real shop; a `staged` one never there."""
    live = metafunc.config.getoption("--live")
    for fixture in ("trial", "staged"):
        if fixture in metafunc.fixturenames:
            names = [f"live-{live}"] if live else VENDORS
            metafunc.parametrize(fixture, names, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A real shop is not made to fail: tests of trouble are left out."""
    if config.getoption("--live"):
        left = [item for item in items if "staged" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture
def trial(request: pytest.FixtureRequest) -> Iterator[StagedShop | LiveWooCommerce]:
    """A connected shop."""
    name = request.param
    shop = _live() if name.startswith("live-") else StagedShop(name)
    try:
        yield shop
    finally:
        shop.close()
    if isinstance(shop, StagedShop):
        conforms(shop)


@pytest.fixture
def staged(request: pytest.FixtureRequest) -> Iterator[StagedShop]:
    """A connected shop of the staging world, which can be made to fail."""
    shop = StagedShop(request.param)
    try:
        yield shop
    finally:
        shop.close()
    conforms(shop)


def conforms(shop: StagedShop) -> None:
    """Everything that a test made the agent send is valid by what the vendor has published."""
    if not ROOT.exists():
        return
    faults_of = _judge(shop.vendor)
    each = {(r.method, str(r.url), r.content): r for r in shop.recorder.sent}
    sent = [request for request in each.values() if request.url.host != PICTURES]
    faults = {fault for request in sent for fault in faults_of(request)}
    assert not faults, "\n".join(sorted(faults))


def _judge(vendor: str) -> Callable[[httpx.Request], Iterable[str]]:
    """This suite's own reading of what the vendor has published; where it has none, staging's."""
    place = f"tests.conformance.{vendor}"
    if importlib.util.find_spec(place):
        own: Callable[[httpx.Request], Iterable[str]]
        own = importlib.import_module(place).faults_of_request
        return own
    checker, known = vendors.checker(vendor, ROOT / "specs"), places(vendor)
    if checker is None:
        return lambda request: ()
    return lambda request: [
        str(fault)
        for fault in checker.of_request(request)
        if not any(fnmatchcase(fault.where, place) for place in known)
    ]


def _live() -> LiveWooCommerce:
    missing = [n for n in ("URL", "KEY", "SECRET") if not os.environ.get(LIVE + n)]
    if missing:
        pytest.fail("set " + ", ".join(LIVE + name for name in missing))
    url, key, secret = (os.environ[LIVE + name] for name in ("URL", "KEY", "SECRET"))
    return LiveWooCommerce(url, key, secret, os.environ.get(f"{LIVE}CA"))
