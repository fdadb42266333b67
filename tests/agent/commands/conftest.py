"""The desk of each test of a verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with settings for two feeds and a shop that cannot be reached."""
    return Desk(tmp_path)
