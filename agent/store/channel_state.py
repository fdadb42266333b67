"""Where each channel stands: last looked at, asked to wait until, in trouble over what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from agent.ports.database import Database
from agent.store.moments import from_text, to_text


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last failed call, in the three parts of every error; `kind` is the error's name."""

    kind: str
    what: str
    where: str
    next: str


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel's row; a channel that never did anything has the defaults."""

    channel: str
    observed_at: datetime | None = None
    pulled_at: datetime | None = None
    quiet_until: datetime | None = None
    trouble: Trouble | None = None
    failures: int = 0


STATE = """
select observed_at, pulled_at, quiet_until, trouble, failures
from channels
where channel = :channel
"""


def state(db: Database, channel: str) -> ChannelState:
    """Where this channel stands."""
    row = db.row(STATE, {"channel": channel})
    if row is None:
        return ChannelState(channel)
    observed, pulled, quiet, trouble, failures = row
    return ChannelState(
        channel,
        None if observed is None else from_text(observed),
        None if pulled is None else from_text(pulled),
        None if quiet is None else from_text(quiet),
        None if trouble is None else Trouble(**json.loads(trouble)),
        failures,
    )


OBSERVED = """
insert into channels (channel, observed_at)
values (:channel, :at)
on conflict (channel) do update set observed_at = :at
"""


def observed(db: Database, channel: str, at: datetime) -> None:
    """Note that a full look at everything that the channel shows began at this moment."""
    db.run(OBSERVED, {"channel": channel, "at": to_text(at)})


FAILED = """
insert into channels (channel, quiet_until, trouble, failures)
values (:channel, :until, :trouble, 1)
on conflict (channel) do update set
  quiet_until = max(coalesce(quiet_until, ''), :until),
  trouble = :trouble,
  failures = failures + 1
"""


def failed(db: Database, channel: str, trouble: Trouble, quiet_until: datetime) -> None:
    """Note a failed call: nothing is sent before `quiet_until`, nor before an earlier longer wait."""
    parts = {
        "kind": trouble.kind,
        "next": trouble.next,
        "what": trouble.what,
        "where": trouble.where,
    }
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    db.run(FAILED, {"channel": channel, "until": to_text(quiet_until), "trouble": text})


WORKED = """
update channels
set trouble = null,
  failures = 0,
  quiet_until = case when quiet_until > :now then quiet_until end
where channel = :channel
  and (failures > 0 or trouble is not null)
"""


def worked(db: Database, channel: str, now: datetime) -> None:
    """Note a call that was answered. A wait that the channel asked for meanwhile still stands."""
    db.run(WORKED, {"channel": channel, "now": to_text(now)})


LET_TRY = """
update channels
set quiet_until = null
where json_extract(trouble, '$.kind') in ('Unauthorised', 'ConfigError')
"""


def let_try_again(db: Database) -> None:
    """At a start: channels that stopped over settings or secrets may be tried at once, mended or not.

    A wait that a channel asked for outlives the restart.
    """
    db.run(LET_TRY)


LET_TRY_NOW = """
update channels
set quiet_until = null
where json_extract(trouble, '$.kind') <> 'Throttled'
"""


def let_try_now(db: Database) -> None:
    """A person says that what was wrong is mended: every channel that did not ask to wait is tried."""
    db.run(LET_TRY_NOW)


FORGET_LOOKS = """
update channels
set observed_at = null
"""


def forget_looks(db: Database) -> None:
    """At a start: every channel must be looked at before anything is planned for it."""
    db.run(FORGET_LOOKS)


DECIDED = """
select channel, decided, figures
from channels
"""


def decided(db: Database) -> dict[str, tuple[str, str]]:
    """By channel: the digests of the policies and stock files that its offers were decided with."""
    return {channel: (policy, figures) for channel, policy, figures in db.rows(DECIDED)}


DECIDE = """
insert into channels (channel, decided, figures)
values (:channel, :decided, :figures)
on conflict (channel) do update set decided = :decided, figures = :figures
"""


def decide_with(db: Database, channel: str, policy: str, figures: str) -> None:
    """From now on this channel's offers are decided with these."""
    db.run(DECIDE, {"channel": channel, "decided": policy, "figures": figures})
