"""Looks for what would keep tallyman from working, before it has to: folders, secrets, feeds, channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from agent import channels
from agent.channels import Health
from agent.config import Settings, Shop
from agent.errors import (
    ChannelError,
    ConfigError,
    StoreDamaged,
    TallymanError,
    Unauthorised,
    Unavailable,
)
from agent.flow.opening import look_at
from agent.flow.standing import stuck
from agent.flow.unread import unread
from agent.flow.watch import claimed_twice
from agent.ports import Ports

SKEW_S = 120.0  # signed requests and cursors begin to suffer beyond it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `fault` says what is wrong with it, where, and what to do."""

    what: str
    found: str
    fault: TallymanError | None = None
    notes: tuple[str, ...] = ()  # what a person should know, though nothing is wrong


def examine(settings: Settings, ports: Ports) -> Iterator[Finding]:
    """Everything that can be looked at from here, one after the other. Changes nothing anywhere."""
    yield from _folders(settings, ports)
    for name, shop in settings.channels.items():
        yield _channel(name, shop, ports)
    if ports.files.look(settings.database) is not None:
        yield from _at_work(settings, ports)


def _at_work(settings: Settings, ports: Ports) -> Iterator[Finding]:
    """What channels took on and do not finish, as the database has it."""
    try:
        with look_at(settings, ports) as site:
            late = [(shop, job) for shop in settings.channels for job in stuck(site, shop)]
    except StoreDamaged as error:
        yield Finding("database", "cannot be used", error)
        return
    for shop, job in late:
        fault = Unavailable(
            f"work on {job.job} goes on since {job.since:%Y-%m-%d %H:%M} UTC",
            f"channel {shop}",
            "its listings are looked at and sent again; ask the vendor if it goes on so",
        )
        yield Finding(f"channel {shop}", "is stuck", fault)


def _folders(settings: Settings, ports: Ports) -> Iterator[Finding]:
    named = {f"feeds.{name}": settings.folder(feed) for name, feed in settings.feeds.items()}
    seen: set[Path] = set()
    for key, folder in {**named, "imports": settings.imports}.items():
        if folder in seen:
            continue
        seen.add(folder)
        if ports.files.look(folder) is None:
            if folder == settings.imports:  # of the others, `unread` tells
                advice = "make the folder, or correct the path in tally.yaml"
                fault = ConfigError("the folder does not exist", f"{key}: {folder}", advice)
                yield Finding(f"folder {folder}", "missing", fault)
        elif ports.files.is_remote(folder):
            yield Finding(
                f"folder {folder}", "a network share: it is scanned, without native events"
            )
        else:
            yield Finding(f"folder {folder}", "there")
    for found in unread(settings, ports):
        yield Finding("export files", found.where, found)
    for fault in claimed_twice(settings, ports):
        yield Finding("export files", fault.where, fault)


def health_of(name: str, shop: Shop, ports: Ports) -> Health | TallymanError:
    """The health of one channel, asked now; or why it could not be asked."""
    try:
        channel = channels.connect(shop.kind, name, shop.connection, ports)
    except ConfigError as error:
        return error
    try:
        return channel.check()
    except ChannelError as error:
        return error
    finally:
        channel.close()


def _channel(name: str, shop: Shop, ports: Ports) -> Finding:
    health = health_of(name, shop, ports)
    if isinstance(health, ConfigError):
        return Finding(f"channel {name}", "not connected", health)
    if isinstance(health, Unauthorised):
        return Finding(f"channel {name}", "does not let us in", health)
    if isinstance(health, TallymanError):
        return Finding(f"channel {name}", "cannot be reached", health)
    if health.currency != shop.currency:
        fault = ConfigError(
            f"the shop sells in {health.currency}, tally.yaml says {shop.currency}",
            f"channels.{name}.currency",
            "correct the currency; prices are never converted",
        )
        return Finding(f"channel {name}", health.shop, fault)
    if abs(health.clock_skew_s) > SKEW_S:
        skew = timedelta(seconds=round(health.clock_skew_s))
        fault = ConfigError(
            f"the shop's clock and ours differ by {skew}",
            f"channel {name}",
            "set this computer's clock",
        )
        return Finding(f"channel {name}", health.shop, fault)
    told = ", ".join(word for word in (health.shop, health.currency, health.zone) if word)
    return Finding(f"channel {name}", told, notes=tuple(health.notes))
