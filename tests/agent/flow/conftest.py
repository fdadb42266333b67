"""What the stations' tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.agent.paper_site import PaperSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PaperSite]:
    """A site with one shop called paper and one feed called items."""
    from tests.agent.paper_site import PaperSite

    opened = PaperSite.opened(tmp_path)
    yield opened
    opened.db.close()
