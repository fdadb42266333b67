"""Webhooks going out of a simulated vendor: a queue in SQLite, emptied by `deliver`.

The machine knows when and whether to send, retry, coalesce and give up; how a vendor composes a call
(address, signing, headers, body) and what it does with a hook that keeps failing are handed in. A
`tamper` function may lose, double, delay or reorder what is queued: networks do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx

PATIENCE_S = 10.0  # the staging world stands still while a receiver is waited for

SCHEMA = """
create table if not exists webhook_deliveries (
  id integer primary key,
  shop text not null,
  hook integer not null,
  topic text not null,
  resource text not null,
  payload text,                    -- the body as of the event; null: composed when it is sent
  happened_at text not null,
  due_at text not null,
  attempts integer not null,
  state text not null check (state in (
    'due',                         -- waits for its time
    'delivered',                   -- an attempt was answered well
    'failed',                      -- the last attempt that the policy allows failed
    'dropped',                     -- its hook was gone or switched off when its time came
    'lost'                         -- tampered away
  ))
) strict;
create index if not exists webhook_deliveries_due on webhook_deliveries (shop, state, due_at);
create table if not exists webhook_attempts (
  delivery integer not null,
  attempt integer not null,
  at text not null,
  url text not null,
  status integer,                  -- null: no answer
  error text,
  primary key (delivery, attempt)
) strict, without rowid;
create table if not exists webhook_failures (
  shop text not null,
  hook integer not null,
  straight integer not null,
  primary key (shop, hook)
) strict, without rowid;
"""

State = Literal["due", "delivered", "failed", "dropped", "lost"]


@dataclass(frozen=True)
class Policy:
    """A vendor's way with deliveries. Statuses in `good` count as delivered."""

    timeout_s: float
    good: range = range(200, 300)
    retry_after: tuple[timedelta, ...] = ()  # the wait before each further attempt
    coalesces: bool = False  # what still waits for a hook, topic and resource absorbs the next
    failures_in_a_row: int | None = None  # so many failed attempts in a row exhaust a hook


@dataclass(frozen=True)
class Delivery:
    """One event for one hook. `resource` is the vendor's own reference to what changed."""

    hook: int
    topic: str
    resource: str
    payload: str | None
    happened_at: datetime
    due_at: datetime
    id: int = 0  # 0: not queued yet
    attempts: int = 0
    state: State = "due"


@dataclass(frozen=True)
class Call:
    """A request as it goes over the wire; always a POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """What became of one try. `status` is None when nothing answered; `error` says why."""

    delivery: int
    number: int
    at: datetime
    url: str
    status: int | None
    error: str | None = None


Compose = Callable[[Delivery], Call | None]
Tamper = Callable[[Delivery], list[Delivery]]


def send(
    call: Call, outside: httpx.BaseTransport | None, timeout_s: float
) -> tuple[int | None, str | None]:
    """POST a call, following no redirects: (status, None), or (None, why nothing answered).

    Waits no longer than `PATIENCE_S`, whatever the vendor would.
    """
    timeout_s = min(timeout_s, PATIENCE_S)
    try:
        request = httpx.Request("POST", call.url, headers=call.headers, content=call.body)
        if outside is not None:  # not closed: it belongs to the world
            request.extensions["timeout"] = httpx.Timeout(timeout_s).as_dict()
            answer = outside.handle_request(request)
            answer.close()
            return answer.status_code, None
        with httpx.Client(timeout=timeout_s, follow_redirects=False) as client:
            return client.send(request).status_code, None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"


def as_queued(delivery: Delivery) -> list[Delivery]:
    """No tampering: every delivery goes out once, when it is due."""
    return [delivery]


class WebhookQueue:
    """The deliveries of one simulated shop. Not thread-safe by itself: hold the world's lock.

    `compose` makes the call at the time of sending; None drops the delivery (hook gone, paused).
    `exhausted` hears of a hook that failed `policy.failures_in_a_row` times running, at that
    failure and at each further one.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        shop: str,
        policy: Policy,
        compose: Compose,
        *,
        outside: Callable[[], httpx.BaseTransport | None],
        exhausted: Callable[[int], None],
    ) -> None:
        db.executescript(SCHEMA)
        self.db, self.shop, self.policy, self.compose = db, shop, policy, compose
        self.outside, self.exhausted = outside, exhausted
        self.tamper: Tamper = as_queued

    # -- in -----------------------------------------------------------------------------------

    def add(
        self,
        hook: int,
        topic: str,
        resource: str,
        now: datetime,
        *,
        payload: str | None = None,
        delay: timedelta = timedelta(0),
    ) -> list[Delivery]:
        """Queue an event for a hook; gives what was queued (nothing when absorbed or lost)."""
        if self.policy.coalesces and self._waits(hook, topic, resource):
            return []
        wanted = Delivery(hook, topic, resource, payload, now, now + delay)
        queued = [self._insert(delivery) for delivery in self.tamper(wanted)]
        if not queued:
            self._insert(replace(wanted, state="lost"))
        return queued

    def forget(self, hook: int) -> None:
        """Drop what waits for a hook and its record of failures: the hook was deleted."""
        self.db.execute(
            "update webhook_deliveries set state = 'dropped'"
            " where shop = ? and hook = ? and state = 'due'",
            (self.shop, hook),
        )
        self._reset(hook)

    def clear(self) -> None:
        """Forget every delivery, attempt and failure of this shop."""
        self.db.execute(
            "delete from webhook_attempts where delivery in"
            " (select id from webhook_deliveries where shop = ?)",
            (self.shop,),
        )
        self.db.execute("delete from webhook_deliveries where shop = ?", (self.shop,))
        self.db.execute("delete from webhook_failures where shop = ?", (self.shop,))

    # -- out ----------------------------------------------------------------------------------

    def deliver(self, now: datetime) -> list[Attempt]:
        """Send what is due by `now`, oldest first; gives one attempt per call made."""
        due = self._select("state = 'due' and due_at <= ? order by due_at, id", (_text(now),))
        attempts = (self._try(delivery, now) for delivery in due)
        return [attempt for attempt in attempts if attempt is not None]

    def next_due(self) -> datetime | None:
        """When the next delivery is due; None when nothing waits."""
        (earliest,) = self.db.execute(
            "select min(due_at) from webhook_deliveries where shop = ? and state = 'due'",
            (self.shop,),
        ).fetchone()
        return None if earliest is None else datetime.fromisoformat(earliest)

    def _try(self, delivery: Delivery, now: datetime) -> Attempt | None:
        call = self.compose(delivery)
        if call is None:
            self._set(replace(delivery, state="dropped"))
            return None
        status, error = send(call, self.outside(), self.policy.timeout_s)
        attempt = Attempt(delivery.id, delivery.attempts + 1, now, call.url, status, error)
        self._record(attempt)
        self._settle(delivery, attempt)
        return attempt

    def _settle(self, delivery: Delivery, attempt: Attempt) -> None:
        tried = replace(delivery, attempts=attempt.number)
        if attempt.status is not None and attempt.status in self.policy.good:
            self._set(replace(tried, state="delivered"))
            self._reset(delivery.hook)
            return
        if attempt.number <= len(self.policy.retry_after):
            wait = self.policy.retry_after[attempt.number - 1]
            self._set(replace(tried, due_at=attempt.at + wait))
        else:
            self._set(replace(tried, state="failed"))
        limit = self.policy.failures_in_a_row
        if self._failed(delivery.hook) >= (limit or 0) > 0:
            self.exhausted(delivery.hook)

    # -- the ledger ---------------------------------------------------------------------------

    def deliveries(self, hook: int | None = None) -> list[Delivery]:
        """Everything ever queued, oldest first; of one hook where given."""
        if hook is None:
            return self._select("1 order by id", ())
        return self._select("hook = ? order by id", (hook,))

    def attempts(self, delivery: int) -> list[Attempt]:
        """What became of each try at a delivery, in order."""
        rows = self.db.execute(
            "select delivery, attempt, at, url, status, error from webhook_attempts"
            " where delivery = ? order by attempt",
            (delivery,),
        ).fetchall()
        return [
            Attempt(id, number, datetime.fromisoformat(at), url, status, error)
            for id, number, at, url, status, error in rows
        ]

    def failures(self, hook: int) -> int:
        """Failed attempts of a hook since its last good one."""
        row = self.db.execute(
            "select straight from webhook_failures where shop = ? and hook = ?", (self.shop, hook)
        ).fetchone()
        return 0 if row is None else int(row[0])

    # -- rows ---------------------------------------------------------------------------------

    def _waits(self, hook: int, topic: str, resource: str) -> bool:
        where = "hook = ? and topic = ? and resource = ? and state = 'due' limit 1"
        return bool(self._select(where, (hook, topic, resource)))

    def _select(self, where: str, values: tuple[object, ...]) -> list[Delivery]:
        rows = self.db.execute(
            "select id, hook, topic, resource, payload, happened_at, due_at, attempts, state"  # noqa: S608
            f" from webhook_deliveries where shop = ? and {where}",
            (self.shop, *values),
        ).fetchall()
        return [
            Delivery(
                hook,
                topic,
                resource,
                payload,
                datetime.fromisoformat(happened),
                datetime.fromisoformat(due),
                id,
                attempts,
                state,
            )
            for id, hook, topic, resource, payload, happened, due, attempts, state in rows
        ]

    def _insert(self, d: Delivery) -> Delivery:
        id = self.db.execute(
            "insert into webhook_deliveries"
            " (shop, hook, topic, resource, payload, happened_at, due_at, attempts, state)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.shop, d.hook, d.topic, d.resource, d.payload),
                *(_text(d.happened_at), _text(d.due_at), d.attempts, d.state),
            ),
        ).lastrowid
        return replace(d, id=int(id or 0))

    def _set(self, d: Delivery) -> None:
        self.db.execute(
            "update webhook_deliveries set due_at = ?, attempts = ?, state = ? where id = ?",
            (_text(d.due_at), d.attempts, d.state, d.id),
        )

    def _record(self, a: Attempt) -> None:
        self.db.execute(
            "insert into webhook_attempts values (?, ?, ?, ?, ?, ?)",
            (a.delivery, a.number, _text(a.at), a.url, a.status, a.error),
        )

    def _failed(self, hook: int) -> int:
        row = self.db.execute(
            "insert into webhook_failures values (?, ?, 1)"
            " on conflict (shop, hook) do update set straight = straight + 1 returning straight",
            (self.shop, hook),
        ).fetchone()
        return int(row[0])

    def _reset(self, hook: int) -> None:
        self.db.execute(
            "delete from webhook_failures where shop = ? and hook = ?", (self.shop, hook)
        )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
