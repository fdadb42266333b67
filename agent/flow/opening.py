"""Opens a site: settings, the lock, the store, and a connection to every channel that can have one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from agent import channels, config
from agent.channels import Channel
from agent.config import Settings
from agent.errors import ConfigError, StoreBusy
from agent.flow import trouble
from agent.flow.site import Site
from agent.ports import Ports
from agent.ports.database import Database
from agent.ports.environment import Environment
from agent.store import channel_state
from agent.store.opening import look_first, open_store, open_to_look


def settings_at(path: Path) -> Settings:
    """The settings in this file. ConfigError when there is none, or it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            "there is no such settings file",
            str(path),
            "run `tally init`, or name one with --config",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the settings cannot be read: {error}",
            str(path),
            "save it as UTF-8 text that you may read",
        ) from error
    return config.load(path.absolute(), text)


def ports_of(path: Path) -> Ports:
    """The real world, with the secrets file that lies beside these settings."""
    return Ports(environment=Environment(secrets_file=path.with_name("tally.secrets")))


@contextlib.contextmanager
def open_site(settings: Settings, ports: Ports, *, connected: bool = True) -> Iterator[Site]:
    """The site, held by this process alone. StoreBusy when another agent holds it.

    A channel that cannot be connected (a missing secret) is left out and recorded as in trouble;
    the others go on.
    """
    lock = _locked(settings, ports)
    try:
        db = open_store(settings.database)
        try:
            site = Site(settings, db, ports)
            with contextlib.ExitStack() as opened:
                if connected:
                    channel_state.let_try_again(db)
                    site = replace(site, channels=_connected(site, opened))
                yield site
        finally:
            db.close()
    finally:
        lock.close()


def _locked(settings: Settings, ports: Ports) -> IO[bytes]:
    """The lock of this site, signed with our process number. StoreBusy when another process has it."""
    try:
        lock = ports.files.lock(settings.lock)
    except OSError as error:
        raise ConfigError(
            f"the data folder cannot be used: {error.strerror or error}",
            str(settings.data),
            "make it one that you may write to, or name another under `data:`",
        ) from error
    if lock is None:
        raise StoreBusy(
            f"another tally is at work on this database{_holder(settings, ports)}",
            str(settings.database),
            "stop it first, or let it do the work",
        )
    lock.truncate(0)
    lock.write(f" {ports.environment.pid()}\n".encode())  # Windows locks the first byte for readers
    lock.flush()
    return lock


def _holder(settings: Settings, ports: Ports) -> str:
    try:
        with ports.files.open_read(settings.lock) as signed:
            signed.seek(1)
            number = signed.read(20).strip()
    except OSError:
        return ""
    return f" (process {number.decode()})" if number.isdigit() else ""


@contextlib.contextmanager
def look_at(settings: Settings, ports: Ports) -> Iterator[Site]:
    """The site for commands that only read: no lock, no channel, a read-only database."""
    db = open_to_look(settings.database)
    try:
        yield Site(settings, db, ports)
    finally:
        db.close()


@contextlib.contextmanager
def write_beside(settings: Settings, ports: Ports) -> Iterator[Site]:
    """The site for a command that records a person's word, whether or not an agent is at work.

    A second connection that writes one short transaction: the agent notices it and acts on it. It is
    not migrated here: StoreDamaged when there is no database yet.
    """
    look_first(settings.database)
    db = Database(settings.database)
    try:
        yield Site(settings, db, ports)
    finally:
        db.close()


def _connected(site: Site, opened: contextlib.ExitStack) -> dict[str, Channel]:
    found = {}
    for name, shop in site.settings.channels.items():
        try:
            channel = channels.connect(shop.kind, name, shop.connection, site.ports)
        except ConfigError as error:
            trouble.record(site, name, error)
        else:
            opened.callback(channel.close)
            found[name] = channel
    return found
