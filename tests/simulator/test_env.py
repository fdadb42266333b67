"""`tally staging env`: variables for every shell, quoted so that nothing runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner

from simulator.cli import staging
from simulator.env import SHELLS, variables
from simulator.remote import NotAsked, NotThere
from simulator.serve import Served, Wish, served

FACTS = {
    "channels": {
        "corner": {"base_url": "https://127.0.0.1:8701", "token": 'a\'b "c" $HOME `x` 100% & | ^'},
        "market": {"base_url": "https://127.0.0.1:8702", "app-id": 7, "scopes": ["read", "write"]},
    },
    "control_url": "http://127.0.0.1:8700",
    "proxy_url": "http://127.0.0.1:8740",
    "ca_file": "/srv/tally staging/ca.pem",
}


def written(shell: str, *, name: str = "TALLY_STAGING_CORNER_TOKEN") -> str:
    return "\n".join(SHELLS[shell](name, variables(FACTS)[name]))


def test_names_proxy_trust_addresses_and_keys() -> None:
    found = variables(FACTS)
    assert list(found) == [
        "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
        "TALLY_STAGING_CONTROL_URL",
        "TALLY_STAGING_CORNER_BASE_URL", "TALLY_STAGING_CORNER_TOKEN",
        "TALLY_STAGING_MARKET_BASE_URL", "TALLY_STAGING_MARKET_APP_ID",
        "TALLY_STAGING_MARKET_SCOPES",
    ]  # fmt: skip
    assert found["TALLY_STAGING_MARKET_SCOPES"] == '["read", "write"]'
    assert found["NODE_EXTRA_CA_CERTS"] == "/srv/tally staging/ca.pem"


def test_one_channels_keys_alone() -> None:
    names = [name for name in variables(FACTS, ["market"]) if "CORNER" in name]
    assert names == []


def test_every_shell_has_its_quotes() -> None:
    assert written("powershell") == (
        "$env:TALLY_STAGING_CORNER_TOKEN = 'a''b \"c\" $HOME `x` 100% & | ^'"
    )
    assert written("cmd") == ('set TALLY_STAGING_CORNER_TOKEN=a\'b ^"c^" $HOME `x` 100%% ^& ^| ^^')
    assert written("cmd", name="HTTP_PROXY") == "set HTTP_PROXY=http://127.0.0.1:8740"
    assert written("sh", name="HTTP_PROXY") == (
        "export HTTP_PROXY=http://127.0.0.1:8740\nexport http_proxy=http://127.0.0.1:8740"
    )


@pytest.mark.skipif(shutil.which("sh") is None, reason="no sh here")
def test_a_shell_reads_the_values_back() -> None:
    script = f'{written("sh")}\nprintf %s "$TALLY_STAGING_CORNER_TOKEN"'
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == FACTS["channels"]["corner"]["token"]  # type: ignore[index]


def test_learns_of_the_world_that_is_open(on_ports: Served, tmp_path: Path) -> None:
    record = tmp_path / "authority" / "serving.json"
    if sys.platform != "win32":
        assert record.stat().st_mode & 0o777 == 0o600
    done = CliRunner().invoke(staging, ["env", "--json", "--from", str(record)])
    found = json.loads(done.stdout)
    proxied = {name: found[name] for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "NO_PROXY")}
    ask = (
        "import urllib.request as r; "
        "print(r.urlopen('https://api.corner.example/scheme?token='"
        " + __import__('os').environ['TALLY_STAGING_CORNER_TOKEN'], timeout=20).read().decode())"
    )
    token = {"TALLY_STAGING_CORNER_TOKEN": found["TALLY_STAGING_CORNER_TOKEN"]}
    told = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, **proxied, **token},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(told.stdout)["root"] == "https://api.corner.example/"


def test_two_worlds_in_one_folder_leave_each_others_record(
    corner_shop: None, tmp_path: Path
) -> None:
    record = tmp_path / "serving.json"
    wish = Wish(channels=["corner"], folder=tmp_path)
    with served(wish), served(wish) as later:
        assert json.loads(record.read_text(encoding="utf-8")) == later.announcement()
    assert not record.exists()
    with served(wish) as first:
        with served(wish):
            pass
        assert not record.exists()
        assert first.control_url
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca-key.pem", "ca.pem"]


def test_the_folders_record_is_found_and_goes_with_the_world(
    on_ports: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tally-staging").mkdir()
    shutil.copy(tmp_path / "authority" / "serving.json", tmp_path / "tally-staging")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(staging, ["env", "--shell", "sh", "--channel", "corner"])
    assert f"export HTTPS_PROXY={on_ports.proxy_url}\n" in done.stdout
    assert httpx.URL(on_ports.proxy_url).host == "127.0.0.1"


@pytest.mark.parametrize(
    ("arguments", "given", "error", "why"),
    [
        ([], None, NotThere, "no staging world is open in this folder"),
        (["--from", "-"], "hello", NotAsked, "not what `tally staging serve --json` prints"),
        (["--from", "-"], "[]", NotAsked, "not what `tally staging serve --json` prints"),
        (["--from", "-", "--channel", "bazaar"], json.dumps(FACTS), NotAsked, "'bazaar'"),
    ],
)
def test_says_what_is_missing(
    arguments: list[str],
    given: str | None,
    error: type[click.ClickException],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(staging, ["env", *arguments], input=given)
    assert done.exit_code == error.exit_code
    assert why in done.stderr
