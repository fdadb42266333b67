"""A real Tryton for every test of this folder that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tryton import company
from tests.tryton.clerk import Clerk, at_work
from tests.tryton.company import Tryton

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is slow, so it begins first."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: not item.path.is_relative_to(HERE))


@pytest.fixture(scope="session")
def tryton(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Tryton:
    """The Tryton of this checkout, made at the first use and kept in pytest's cache."""
    cache = getattr(pytestconfig, "cache", None)  # none with -p no:cacheprovider
    return company.ready(cache.mkdir("tryton") if cache else tmp_path_factory.mktemp("tryton"))


@pytest.fixture
def clerk(tryton: Tryton, tmp_path: Path) -> Iterator[Clerk]:
    """A clerk in a company of its own."""
    with at_work(tryton, tmp_path / "erp") as clerk:
        yield clerk
