"""How commands end: errors as text and as JSON, exit codes, the lock, Ctrl-C, a closed pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent import channels
from agent.cli import VERBS
from agent.model.plan import Parked
from agent.ports.database import Database
from agent.store import parked
from simulator import channels as simulated
from tests.agent.desk import FEEDS, GUARDS, SETTINGS, SHOP, SITE, Desk
from tests.build import NOON

NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
LOOKING = ("status", "rejects", "orders", "explain RETRO-CLOCK")
TELLING = ("activate RETRO-CLOCK", "approve 0123456789ab", "reject 0123456789ab")
WORKING = ("sync", "plan", "step scan")


def process(desk: Desk, *arguments: str, **said: Any) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "agent", "-c", str(desk.folder / "tally.yaml"), *arguments]
    root = Path(__file__).resolve().parents[3]
    return subprocess.Popen(
        command,
        cwd=root,
        stdout=said.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        creationflags=NEW_GROUP,
        **said,
    )


@contextmanager
def at_work(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """`tally run` in a process of its own, from when it is at work."""
    running = process(desk, "run")
    assert running.stderr is not None
    try:
        assert "running channels=shop feeds=2" in running.stderr.readline()
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.parametrize(
    "verb", [*LOOKING, *TELLING, *WORKING, "push", "run", "doctor", "channels"]
)
def test_without_settings_every_verb_says_so(tmp_path: Path, verb: str) -> None:
    told = Desk.bare(tmp_path).tally(*verb.split())
    assert (told.code, told.out) == (6, "")
    assert told.err == (
        "error  there is no such settings file\n"
        f"at     {tmp_path / 'tally.yaml'}\n"
        "next   run `tally init`, or name one with --config\n"
    )


@pytest.mark.parametrize("verb", ["status", "sync", "run", "doctor"])
def test_all_faults_of_the_settings_are_told_before_anything_is_done(
    tmp_path: Path, verb: str
) -> None:
    desk = Desk(tmp_path, SETTINGS.replace("prices:", "price:").replace("zone: E", "zone: X"))
    told = desk.tally(verb)
    assert told.code == 6
    assert told.err.count("error  ") == 3
    assert not (tmp_path / "data").exists()


def test_settings_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "tally.yaml").write_bytes("data: półka\n".encode("cp1250"))
    told = desk.tally("status")
    assert told.code == 6
    assert told.err.startswith("error  the settings cannot be read: 'utf-8' codec can't decode")


@pytest.mark.parametrize("verb", ["run", "sync", "push", "plan"])
def test_nothing_is_sent_without_guards(tmp_path: Path, verb: str) -> None:
    told = Desk(tmp_path, SITE + FEEDS + SHOP).tally(verb)
    assert told.code == 6
    assert '"guards" is missing: nothing may be sent without limits' in told.err


@pytest.mark.parametrize("verb", LOOKING + TELLING)
def test_before_the_first_run_there_is_nothing_to_look_at(desk: Desk, verb: str) -> None:
    told = desk.tally(*verb.split(), "--json")
    assert (told.code, told.out) == (6, "")
    assert told.errors == [
        {
            "error": "there is no database yet",
            "at": str(desk.folder / "data" / "tally.sqlite"),
            "next": "start `tally run`, or `tally sync` once",
        }
    ]


def test_a_missing_secret_is_a_fault_of_the_settings_and_stops_only_its_channel(
    desk: Desk,
) -> None:
    desk.secrets("shop_key=ck_1\n")
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Retro clock,49\n")
    told = desk.tally("sync", "--json")
    assert told.code == 6
    shop = told.json["channels"]["shop"]
    assert shop["trouble"] == 'no secret "shop_secret"'
    assert shop["trouble_next"].startswith("run `tally connect`")
    assert desk.tally("explain", "RETRO-CLOCK").code == 0
    for verb in (("channels", "--json"), ("doctor", "--json"), ("run",)):  # it is the only channel
        assert desk.tally(*verb).code == 6
    for verb in ("channels", "doctor"):
        assert 'no secret "shop_secret"' in desk.tally(verb).out


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_secrets_that_others_may_read_are_not_used(desk: Desk) -> None:
    (desk.folder / "tally.secrets").chmod(0o644)
    assert desk.tally("sync").code == 6
    assert "the secrets file can be read by others" in desk.tally("channels").out


def test_an_unreachable_host_is_told_and_everything_else_is_done(desk: Desk) -> None:
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Retro clock,49\n")
    told = desk.tally("sync", "--json")
    assert told.code == 5
    assert told.json["channels"]["shop"]["trouble"].startswith("could not be reached")
    assert told.json["feeds"][0]["rows"] == 1
    health = desk.tally("channels", "--json")
    assert health.code == 5
    assert health.json["channels"]["shop"]["next"]


@pytest.mark.parametrize(
    ("arguments", "what", "at"),
    [
        (("statuss",), "No such command 'statuss'. Did you mean 'status'?", "tally"),
        (("explain",), "Missing argument 'SKU'.", "tally explain"),
        (("plan", "--everything"), "No such option", "tally plan"),
        (("activate", "RETRO-CLOCK", "--all"), "name skus, or give --all", "tally activate"),
    ],
)
def test_wrong_usage_is_json_too_where_json_is_asked_for(
    desk: Desk, arguments: tuple[str, ...], what: str, at: str
) -> None:
    told = desk.tally(*arguments, "--json")
    assert (told.code, told.out) == (2, "")
    [error] = told.errors
    assert error["error"].startswith(what)
    assert (error["at"], error["next"]) == (at, f"see `{at} --help`")
    assert desk.tally(*arguments).code == 2


def test_what_stood_in_a_file_cannot_play_tricks_on_a_terminal(desk: Desk) -> None:
    told = desk.tally("explain", "\x1b[31mRED")
    assert told.code == 6  # no database yet
    desk.take_in()
    told = desk.tally("explain", "\x1b[31mRED")
    assert told.code == 2
    assert "\x1b" not in told.err
    assert r"\x1b[31mRED" in told.err


def test_a_data_folder_that_is_a_file_is_told(desk: Desk) -> None:
    (desk.folder / "data").write_text("", encoding="utf-8")
    told = desk.tally("sync", "--json")
    assert told.code == 6
    assert told.errors[0]["error"].startswith("the data folder cannot be used: ")
    assert told.errors[0]["at"] == str(desk.folder / "data")


@pytest.mark.parametrize(
    "content", [b"not a database at all, but text", b""], ids=["text", "empty"]
)
def test_a_database_that_is_none_is_told_and_kept(desk: Desk, content: bytes) -> None:
    path = desk.folder / "data" / "tally.sqlite"
    path.parent.mkdir()
    path.write_bytes(content)
    for verb in ("status", "sync"):
        told = desk.tally(verb, "--json")
        assert told.code == 6
        assert told.errors[0]["at"] == str(path)
    assert path.read_bytes() == content


def test_a_folder_where_the_database_should_be_is_told(desk: Desk) -> None:
    (desk.folder / "data" / "tally.sqlite").mkdir(parents=True)
    for verb in ("status", "sync"):
        assert desk.tally(verb, "--json").code == 6


def test_init_replaces_nothing(tmp_path: Path) -> None:
    desk = Desk.bare(tmp_path)
    done = desk.tally("init", str(tmp_path), "--json")
    assert done.code == 0
    assert done.json == {
        "settings": str(tmp_path / "tally.yaml"),
        "secrets": str(tmp_path / "tally.secrets"),
    }
    before = desk.settings
    again = desk.tally("init", str(tmp_path), "--json")
    assert again.code == 6
    assert again.errors[0]["error"] == "tally.yaml is already there"
    assert desk.settings == before
    assert desk.tally("doctor", "--settings", "--json").json["settings"]["erp"] == "unleashed"


def test_init_writes_every_vendor_that_staging_has_and_we_know(tmp_path: Path) -> None:
    desk = Desk.bare(tmp_path)
    assert desk.tally("init", str(tmp_path)).code == 0
    known = [name for name in channels.names() if name in simulated.names()]
    found = desk.tally("doctor", "--settings", "--json").json["settings"]["channels"]
    assert sorted(found) == sorted(known)


def test_init_writes_only_the_channels_that_are_named(tmp_path: Path) -> None:
    desk = Desk.bare(tmp_path)
    assert desk.tally("init", str(tmp_path), "--channel", "bazaar").code == 2
    assert desk.tally("init", str(tmp_path), "--channel", "woocommerce").code == 0
    assert "  woocommerce:\n    address: https://" in desk.settings
    assert "shopify" not in desk.settings


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"channels": 5}', "hello"])
def test_init_takes_only_a_true_announcement(tmp_path: Path, line: str) -> None:
    path = tmp_path / "staging.json"
    path.write_text(line, encoding="utf-8")
    told = Desk.bare(tmp_path).tally("init", str(tmp_path), "--staging", str(path), "--json")
    assert told.code == 6
    assert told.errors[0]["error"].startswith("this is no announcement of a staging world")
    assert not (tmp_path / "tally.yaml").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_speaks_json_where_it_prints_data(desk: Desk, verb: str) -> None:
    told = desk.tally(verb, "--help")
    assert told.code == 0
    assert ("--json" in told.out) == (verb not in ("run", "connect"))


def test_a_second_agent_is_refused_and_the_first_one_named(desk: Desk) -> None:
    with at_work(desk) as first:
        for verb in WORKING:
            told = desk.tally(*verb.split(), "--json")
            assert told.code == 7
            assert told.errors[0] == {
                "error": f"another tally is at work on this database (process {first.pid})",
                "at": str(desk.folder / "data" / "tally.sqlite"),
                "next": "stop it first, or let it do the work",
            }
        second = process(desk, "run")
        assert second.communicate()[1].startswith("error  another tally is at work")
        assert second.returncode == 7
        assert desk.tally("status").code == 0
        assert desk.tally("activate").code == 0


def test_what_is_mended_is_pushed_by_the_agent_that_runs(desk: Desk) -> None:
    with at_work(desk):
        told = desk.tally("push")
    assert told.err == "the agent that runs here tries it now: see `tally status`\n"
    assert "listings" in told.out


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_is_none_is_wrong_usage(desk: Desk, port: str) -> None:
    told = desk.tally("connect", "shop", "--port", port)
    assert (told.code, told.out) == (2, "")
    assert "1<=x<=65535" in told.err


def test_no_orders_are_said_to_be_none(desk: Desk) -> None:
    desk.take_in()
    assert desk.tally("orders").out == "no orders yet\n"


def test_what_a_channel_refused_is_told_with_its_words_and_fits_a_terminal(desk: Desk) -> None:
    desk.drop(
        "items1.csv", "Code,Name,Price\nRETRO-CLOCK,Retro clock,49\nOAK-SHELF-80,Oak shelf,9\n"
    )
    desk.take_in()
    db = Database(desk.folder / "data" / "tally.sqlite")
    for sku in ("OAK-SHELF-80", "RETRO-CLOCK"):
        parked.park(db, "shop", Parked(sku, "SetPrice", "", "price too low", "raise it"), NOON)
    db.close()
    told = desk.tally("status")
    assert "parked  OAK-SHELF-80 and 1 more on shop: price too low\nnext    raise it\n" in told.out
    assert max(map(len, told.out.splitlines())) <= 80
    [refused] = desk.tally("status", "--json").json["channels"]["shop"]["refused"]
    facts = {"sku": "OAK-SHELF-80", "count": 2, "words": "price too low", "next": "raise it"}
    assert refused == facts


def test_an_agent_that_was_killed_leaves_no_lock(desk: Desk) -> None:
    with at_work(desk):
        pass
    assert desk.tally("sync").code == 5


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX sends them")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_run_ends_its_step_and_stops(desk: Desk, number: signal.Signals, code: int) -> None:
    with at_work(desk) as running:
        running.send_signal(number)
        told = running.communicate(timeout=30)[1]
    assert running.returncode == code
    assert told.splitlines()[-1].endswith("INFO stopped")


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX sends them")
def test_ctrl_c_interrupts_a_round(desk: Desk) -> None:
    desk.write(SITE + GUARDS + FEEDS.replace("settle: 0s", "settle: 50s") + SHOP)
    desk.drop("items1.csv", "Code,Name,Price\nRETRO-CLOCK,Retro clock,49\n")
    running = process(desk, "sync")
    assert running.stderr is not None
    running.stderr.readline()  # it has begun, and waits for the file to settle
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=30)[1]
    assert running.returncode == 130
    assert told.splitlines()[-1] == "interrupted; what was begun goes on at the next start"


@pytest.mark.skipif(os.name != "posix", reason="a pipe as POSIX closes it")
def test_a_reader_that_has_seen_enough_is_no_failure(desk: Desk) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        running = process(desk, "--help", stdout=writer)
        assert running.communicate()[1] == ""
        assert running.returncode == 0
    finally:
        os.close(writer)


def test_no_colour_and_no_progress_where_nobody_looks(desk: Desk) -> None:
    done = process(desk, "sync", env={**os.environ, "NO_COLOR": "1", "TERM": "xterm-256color"})
    out, err = done.communicate()
    assert done.returncode == 5
    assert "\x1b" not in out + err
