"""Every request the staging world answered, every webhook it sent and every fault that happened.

Requests and mishaps are kept here; webhooks are read from the queue's own tables. Bodies are cut at
`CAP` characters. Secrets are masked before anything is written: whatever carries a telling name, and
the literal secrets that the shops have given out.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.wire import webhooks

CAP = 4096  # characters kept of a body
KEPT = 20_000  # rows kept per table; the oldest go first
MASK = "•••"

SECRET_NAME = re.compile(r"secret|token|password|signature|authorization|hmac|cookie", re.I)
_IN_JSON = re.compile(
    r'("[^"\\]*(?:secret|token|password|signature)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"', re.I
)
_IN_FORM = re.compile(r"((?:^|[?&])[^=&?]*(?:secret|token|password|signature)[^=&]*=)[^&\s]*", re.I)

SCHEMA = """
create table if not exists requests (
  seq integer primary key,
  at text not null,
  channel text not null,
  method text not null,
  path text not null,
  status integer,
  fault text not null,
  duration_s real not null,
  sent_bytes integer not null,
  answered_bytes integer not null,
  headers text not null,
  sent text not null,
  answered text not null
) strict;
create table if not exists happened (
  seq integer primary key,
  at text not null,
  site text not null,
  kind text not null,
  detail text not null
) strict;
"""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `status` is None when the client got no answer."""

    seq: int
    at: str  # UTC, ends in Z
    channel: str
    method: str
    path: str  # with its query, masked
    status: int | None
    fault: str  # "" when all went well
    duration_s: float  # on the world's clock
    sent_bytes: int
    answered_bytes: int
    headers: dict[str, str]  # the request's
    sent: str
    answered: str


@dataclass(frozen=True)
class Sent:
    """One webhook delivery as its last attempt left it. `status` is what the receiver answered."""

    seq: int
    at: str  # when it happened in the shop
    channel: str
    topic: str
    resource: str
    state: str  # due, delivered, failed, dropped or lost
    due_at: str
    attempts: int
    url: str | None  # None before the first attempt
    status: int | None
    error: str | None


@dataclass(frozen=True)
class Mishap:
    """A fault that happened: where (channel, webhook or feed), which, and to what."""

    seq: int
    at: str
    site: str
    kind: str
    detail: str


class Ledger:
    """The three lists, in the world's SQLite, oldest first. Hold the world's lock."""

    def __init__(self, db: sqlite3.Connection, secrets: Callable[[], Iterable[str]]) -> None:
        self.db, self._secrets = db, secrets
        db.executescript(SCHEMA + webhooks.SCHEMA)

    # -- writing ----------------------------------------------------------------------------

    def exchanged(
        self,
        *,
        at: datetime,
        channel: str,
        method: str,
        path: str,
        status: int | None,
        fault: str = "",
        duration_s: float = 0.0,
        headers: Mapping[str, str],
        sent: bytes = b"",
        answered: bytes = b"",
    ) -> None:
        """Write down one request and its answer; a fault is listed among the mishaps as well."""
        row = (at, channel, method, self._masked(path), status, fault, round(duration_s, 6))
        sizes = (len(sent), len(answered))
        texts = (self._headers(headers), self._body(sent), self._body(answered))
        self._write("requests", (*row, *sizes, *texts))
        if fault:
            self.mishap(at, channel, fault, f"{method} {self._masked(path)}")

    def mishap(self, at: datetime, site: str, kind: str, detail: str) -> None:
        """Write down a fault that happened."""
        self._write("happened", (at, site, kind, detail))

    def clear(self, channel: str | None = None) -> None:
        """Forget the requests and mishaps, or those of one channel."""
        for table, column in (("requests", "channel"), ("happened", "site")):
            where = "" if channel is None else f" where {column} = ?"
            self.db.execute(f"delete from {table}{where}", [] if channel is None else [channel])  # noqa: S608

    # -- reading ----------------------------------------------------------------------------

    def requests(
        self, *, channel: str | None = None, since: int = 0, limit: int | None = None
    ) -> list[Exchange]:
        """Requests after number `since`, oldest first; `limit` keeps the newest."""
        return [Exchange(**row) for row in self._rows("requests", "channel", channel, since, limit)]

    def deliveries(self, *, channel: str | None = None, since: int = 0) -> list[Sent]:
        """Webhook deliveries after number `since`, oldest first."""
        rows = self.db.execute(
            "select d.id, d.happened_at, d.shop, d.topic, d.resource, d.state, d.due_at, d.attempts,"
            " a.url, a.status, a.error from webhook_deliveries d"
            " left join webhook_attempts a on a.delivery = d.id and a.attempt = d.attempts"
            " where d.id > ? and ? in (d.shop, '') order by d.id",
            (since, channel or ""),
        ).fetchall()
        return [
            Sent(
                seq, _utc(at), shop, topic, resource, state, _utc(due), attempts, url, status, error
            )
            for seq, at, shop, topic, resource, state, due, attempts, url, status, error in rows
        ]

    def mishaps(
        self, *, site: str | None = None, since: int = 0, limit: int | None = None
    ) -> list[Mishap]:
        """Faults that happened after number `since`, oldest first."""
        return [Mishap(**row) for row in self._rows("happened", "site", site, since, limit)]

    def count(self, channel: str | None = None) -> int:
        """How many requests were answered (or met a fault)."""
        where, values = ("", []) if channel is None else (" where channel = ?", [channel])
        return int(self.db.execute(f"select count(*) from requests{where}", values).fetchone()[0])  # noqa: S608

    # -- inside -----------------------------------------------------------------------------

    def _write(self, table: str, row: tuple[Any, ...]) -> None:
        at = _utc(row[0])
        marks = ", ".join("?" * (len(row) + 1))
        insert = f"insert into {table} values ({marks})"  # noqa: S608
        seq = self.db.execute(insert, (None, at, *row[1:])).lastrowid
        if seq and seq % 500 == 0:
            self.db.execute(f"delete from {table} where seq <= ?", (seq - KEPT,))  # noqa: S608

    def _rows(
        self, table: str, column: str, value: str | None, since: int, limit: int | None
    ) -> list[dict[str, Any]]:
        where = "seq > ?" + ("" if value is None else f" and {column} = ?")
        values = [since, *([] if value is None else [value]), -1 if limit is None else limit]
        cursor = self.db.execute(
            f"select * from (select * from {table} where {where} order by seq desc limit ?)"  # noqa: S608
            " order by seq",
            values,
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            if "headers" in row:
                row["headers"] = json.loads(row["headers"])
        return rows

    def _masked(self, text: str) -> str:
        for secret in self._secrets():
            text = text.replace(secret, MASK)
        return _IN_FORM.sub(rf"\1{MASK}", _IN_JSON.sub(rf'\1"{MASK}"', text))

    def _body(self, body: bytes) -> str:
        text = self._masked(body[: 4 * CAP].decode("utf-8", errors="replace"))
        return text if len(text) <= CAP else text[:CAP] + "…"

    def _headers(self, headers: Mapping[str, str]) -> str:
        shown = {k: MASK if SECRET_NAME.search(k) else self._masked(v) for k, v in headers.items()}
        return json.dumps(shown, ensure_ascii=False)


def _utc(moment: datetime | str) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def secrets_in(credentials: Any, name: str = "") -> Iterable[str]:
    """The texts in a shop's credentials (any nesting) whose names say that they are secret."""
    if isinstance(credentials, Mapping):
        for key, value in credentials.items():
            yield from secrets_in(value, f"{name} {key}")
    elif isinstance(credentials, (list, tuple)):
        for value in credentials:
            yield from secrets_in(value, name)
    elif isinstance(credentials, str):
        _, pair, last = credentials.rpartition(":")  # "key:secret" holds a secret under any name
        if len(last) >= 8 and (pair or SECRET_NAME.search(name)) and "/" not in last:
            yield last


def as_json(row: Exchange | Sent | Mishap) -> dict[str, Any]:
    """A row for the control API."""
    return asdict(row)
