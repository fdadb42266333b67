"""One process at work until it is stopped: the lanes, the watcher that wakes them, the door for hints."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from functools import partial

from agent.errors import ConfigError
from agent.flow import hooks
from agent.flow.engine import Engine
from agent.flow.site import Site
from agent.flow.watch import watched_folders
from agent.ports.listener import listen
from agent.store import channel_state

log = logging.getLogger(__name__)


def run(site: Site) -> bool:
    """Work until Ctrl-C or a service's stop; True when it was Ctrl-C. Every lane ends its present step.

    ConfigError when there are channels, and not one of them can be connected.
    """
    _refuse_without_channels(site)
    channel_state.forget_looks(site.db)
    engine, stop = Engine(site), site.ports.environment.signal()
    by_hand: list[bool] = []

    def end(was_ctrl_c: bool) -> None:
        by_hand.append(was_ctrl_c)
        stop.set()

    with contextlib.ExitStack() as opened:
        opened.enter_context(site.ports.environment.stop_signals(end))
        if folders := watched_folders(site):
            wake_files = partial(engine.hint, ["files"])
            opened.callback(site.ports.files.watch(folders, wake_files))
        if site.settings.hooks is not None:
            opened.callback(listen(site.settings.hooks.listen, partial(_hear, site, engine)))
        shops, feeds = ",".join(site.channels), len(site.settings.feeds)
        log.info("running channels=%s feeds=%d watched_folders=%d", shops, feeds, len(folders))
        engine.run(stop)
    log.info("stopped")
    return any(by_hand)


def _refuse_without_channels(site: Site) -> None:
    """One channel without its secret only rests; with all of them so, nobody would notice the mistake."""
    if site.channels or not site.settings.channels:
        return
    states = [channel_state.state(site.db, shop) for shop in site.settings.channels]
    faults = [
        ConfigError(s.trouble.what, s.trouble.where, s.trouble.next) for s in states if s.trouble
    ]
    raise ConfigError("no channel can be connected", "channels", "see `tally doctor`", faults)


def _hear(site: Site, engine: Engine, shop: str, headers: Mapping[str, str], body: bytes) -> int:
    return hooks.receive(site, engine.hint, shop, headers, body)
