"""The vendor whose folder a test is in, on staging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.conftest import conforms
from tests.contract.shops import StagedShop


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[StagedShop]:
    """A shop of the vendor's, whose requests must all be as the vendor describes them."""
    found = StagedShop(request.path.parent.name)
    yield found
    found.close()
    conforms(found)
