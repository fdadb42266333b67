"""Looks for what would keep tallyman from working, before it has to: folders, secrets, feeds, channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from agent import channels
from agent.config import Settings, Shop
from agent.errors import ChannelError, ConfigError, TallymanError
from agent.ports import Ports

SKEW_S = 120.0  # signed requests and cursors begin to suffer beyond it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `fault` says what is wrong with it, where, and what to do."""

    what: str
    found: str
    fault: TallymanError | None = None


def examine(settings: Settings, ports: Ports) -> Iterator[Finding]:
    """Everything that can be looked at from here, one after the other. Changes nothing anywhere."""
    yield from _folders(settings, ports)
    for name, shop in settings.channels.items():
        yield _channel(name, shop, ports)


def _folders(settings: Settings, ports: Ports) -> Iterator[Finding]:
    named = {f"feeds.{name}": settings.folder(feed) for name, feed in settings.feeds.items()}
    seen: set[Path] = set()
    for key, folder in {**named, "imports": settings.imports}.items():
        if folder in seen:
            continue
        seen.add(folder)
        if ports.files.look(folder) is None:
            advice = "make the folder, or correct the path in tally.yaml"
            fault = ConfigError("the folder does not exist", f"{key}: {folder}", advice)
            yield Finding(f"folder {folder}", "missing", fault)
        elif ports.files.is_remote(folder):
            yield Finding(
                f"folder {folder}", "a network share: it is scanned, without native events"
            )
        else:
            yield Finding(f"folder {folder}", "there")
    if settings.imports in named.values():
        fault = ConfigError(
            "the ERP's export folder is also its import folder",
            f"exports and imports: {settings.imports}",
            "name two folders: what tallyman writes must not be read as an export",
        )
        yield Finding("folders", "overlap", fault)


def _channel(name: str, shop: Shop, ports: Ports) -> Finding:
    try:
        channel = channels.connect(shop.kind, name, shop.connection, ports)
    except ConfigError as error:
        return Finding(f"channel {name}", "not connected", error)
    try:
        health = channel.check()
    except ChannelError as error:
        return Finding(f"channel {name}", "cannot be reached", error)
    finally:
        channel.close()
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
    told = "; ".join([f"{health.shop}, {health.currency}, {health.zone}", *health.notes])
    return Finding(f"channel {name}", told)
