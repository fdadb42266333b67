"""The fixture `staging` for anybody's tests: a fresh staging world for each test that asks for it.

    @pytest.mark.staging(channels=["shopify"], served=True)
    def test_my_connector(staging): ...

Installed with the package; imports nothing of the world until a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulator.testing import Staging

MARK = (
    "staging(channels=None, served=False, goods=None, settings=None, seed=1): how the fixture "
    "`staging` sets up its world: which shops (all), on real ports (in process), what lies on their "
    "shelves (the usual goods), their settings, and the seed of chance"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)


@pytest.fixture
def staging(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staging]:
    """A staging world of simulated shops, as the test's mark `staging` wishes it.

    While a served world is open the environment leads there: proxy, certificates, keys.
    """
    from simulator.testing import opened  # with Flask and the vendors, which are slow to import

    mark = request.node.get_closest_marker("staging")
    wishes = dict(mark.kwargs) if mark else {}
    # urllib keeps the proxies of its first call for good: it gets an opener of its own meanwhile.
    monkeypatch.setattr("urllib.request._opener", None)
    with opened(**wishes) as world:
        for name, value in world.env.items():
            monkeypatch.setenv(name, value)
            if name.endswith("_PROXY"):
                monkeypatch.setenv(name.lower(), value)
        yield world
