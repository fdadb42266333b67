"""Secrets that we are given at work: whole, for their owner alone, renewed by one process at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.ports.environment import Environment
from agent.ports.vault import Vault


def test_gives_back_what_was_kept_last(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "kept")
    assert vault.kept("allegro_tokens") is None
    vault.keep("allegro_tokens", "first")
    vault.keep("allegro_tokens", "zażółć")
    assert Vault(tmp_path / "kept").kept("allegro_tokens") == "zażółć"
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["allegro_tokens"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_is_for_its_owner_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "kept")
    vault.keep("etsy", "secret")
    path = tmp_path / "kept" / "etsy"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="read by others"):
        vault.kept("etsy")


def test_a_write_that_broke_off_leaves_the_old_secret(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "kept")
    vault.keep("etsy", "old")
    (tmp_path / "kept" / ".etsy.tmp").write_text("ha", encoding="utf-8")
    assert vault.kept("etsy") == "old"
    vault.keep("etsy", "new")
    assert vault.kept("etsy") == "new"


def test_one_process_renews_at_a_time(tmp_path: Path) -> None:
    one, other = Vault(tmp_path), Vault(tmp_path)
    with one.held("etsy") as ours, other.held("etsy") as theirs:
        assert (ours, theirs) == (True, False)
    with other.held("etsy") as again:
        assert again


@pytest.mark.parametrize("name", ["", "../tally.yaml", ".hidden", "a/b", "a b"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot name a secret"):
        Vault(tmp_path).keep(name, "secret")


def test_what_a_person_wrote_down_comes_before_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "tally.secrets"
    Environment({}, file).vault.keep("key", "kept")
    assert Environment({}, file).secret("key") == "kept"
    assert Environment({"TALLY_SECRET_KEY": "written"}, file).secret("key") == "written"


def test_a_missing_secret_names_every_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Environment({}, tmp_path / "tally.secrets").secret("houzz_token")
    told = str(caught.value)
    assert "TALLY_SECRET_HOUZZ_TOKEN" in told
    assert "tally connect" in told
