"""Options of the whole suite."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does: no test fails for it.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--live woocommerce` runs the channel contract against a real shop, see tests/contract."""
    parser.addoption(
        "--live",
        choices=["woocommerce"],
        help="run the contract suite against a real shop of this vendor: its address and keys come"
        " from TALLY_LIVE_WOOCOMMERCE_URL, _KEY, _SECRET and _CA",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="kill the agent at every step of the crash tests, not only at a sample of them",
    )


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for everything."""
    return bool(request.config.getoption("--thorough"))
