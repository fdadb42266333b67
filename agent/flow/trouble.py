"""What a failed call means for a channel: how long nothing is sent to it, kept through restarts."""

from __future__ import annotations

import logging
from datetime import timedelta

from agent.decide.retry import CAP_S, wait_s
from agent.errors import (
    ChannelError,
    ConfigError,
    OutcomeUnknown,
    Refused,
    TallymanError,
    Throttled,
    Unauthorised,
    Unavailable,
)
from agent.flow.site import Did, Site
from agent.store import channel_state
from agent.store.channel_state import Trouble

log = logging.getLogger(__name__)

KINDS = (Throttled, Unavailable, Unauthorised, Refused, OutcomeUnknown, ChannelError, ConfigError)


def record(site: Site, shop: str, error: TallymanError) -> Did:
    """Note a failed call to this shop, and say when the shop may be called again.

    Throttled waits as long as was asked; credentials and settings that do not work are tried once
    an hour; everything else waits longer with each failure in a row.
    """
    state = channel_state.state(site.db, shop)
    wait = _wait(site, state.failures + 1, error)
    until = site.ports.clock.now() + timedelta(seconds=wait)
    trouble = Trouble(_kind(error), error.what, error.where, error.next)
    channel_state.failed(site.db, shop, trouble, until)
    level = (
        logging.DEBUG if isinstance(error, Throttled) else logging.WARNING
    )  # pacing is no trouble
    log.log(
        level, "channel=%s trouble=%s wait_s=%.1f %s", shop, trouble.kind, wait, one_line(error)
    )
    return Did({"failed": 1}, again_s=wait)


def cleared(site: Site, shop: str) -> None:
    """Note that a call to this shop was answered."""
    channel_state.worked(site.db, shop, site.ports.clock.now())


def quiet_for(site: Site, shop: str) -> float:
    """Seconds for which nothing may be sent to this shop; 0.0 when it may be called."""
    until = channel_state.state(site.db, shop).quiet_until
    if until is None:
        return 0.0
    return max(0.0, (until - site.ports.clock.now()).total_seconds())


def is_down(site: Site, shop: str) -> bool:
    """Whether the shop fails, which only later calls can mend; being asked to wait is not that."""
    trouble = channel_state.state(site.db, shop).trouble
    return trouble is not None and trouble.kind not in ("Throttled", "OutcomeUnknown")


def one_line(error: TallymanError) -> str:
    """The error for a log."""
    return " | ".join(str(error).splitlines())


def _kind(error: TallymanError) -> str:
    """The name by which the database knows it, whatever a vendor's folder calls its own errors."""
    return next((k.__name__ for k in KINDS if isinstance(error, k)), type(error).__name__)


def _wait(site: Site, failures: int, error: TallymanError) -> float:
    if isinstance(error, Unauthorised | ConfigError):
        return CAP_S
    asked = error.retry_after_s if isinstance(error, Throttled) else 0.0
    return wait_s(failures, asked_s=asked, chance=site.ports.chance.between(0.0, 1.0))
