"""An agent that dies while it makes its database starts as if it had never been there."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.store.opening import APPLICATION_ID, open_store


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 and no more"], ids=["empty", "half"])
def test_a_half_made_database_is_made_anew(tmp_path: Path, content: bytes) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f".tally.sqlite.new{end}").write_bytes(content)
    db = open_store(tmp_path / "tally.sqlite")
    assert db.value("pragma application_id") == APPLICATION_ID
    assert db.value("select passed from barriers") == 0
    db.close()
    assert [path.name for path in tmp_path.iterdir()] == ["tally.sqlite"]
