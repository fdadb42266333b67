"""The tables of the one SQLite file, as steps that are appended and never edited once released."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlite_utils import Migrations

from agent.store.first_tables import TABLES

steps = Migrations("tallyman")


@steps()
def m0001_the_tables(db: Any) -> None:
    """Everything that the main job needs."""
    _run_all(db, TABLES)


@steps()
def m0002_jobs_that_end_later(db: Any) -> None:
    """What a channel has taken on and not finished, of listings and of commands."""
    _run_all(db, JOBS)


@steps()
def m0003_families_of_variants(db: Any) -> None:
    """Which items belong together by which choices, and how each channel is to have them."""
    _run_all(db, FAMILIES)


@steps()
def m0004_what_happens_to_listings_meanwhile(db: Any) -> None:
    """Pieces that went and nobody has said why, since when; and what left the shelf for want of pieces."""
    db.execute("alter table listings add column fell integer not null default 0")
    db.execute("alter table listings add column fell_at text")
    db.execute("alter table listings add column rested integer not null default 0")


def _run_all(db: Any, script: str) -> None:
    """Every statement in the running transaction (`executescript` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


JOBS = """
create table jobs (               -- what a channel has taken on and has not finished
  channel text not null,
  job text not null,              -- the channel's own text
  state text not null check (state in (
    'running',                    -- push: taken on; nothing but lower stock is sent for its skus
    'stuck'                       -- finish: longer than the vendor's patience; still asked, holds up nothing
  )),
  since text not null,
  asked integer not null default 0,
  next_at text not null,
  primary key (channel, job)
) strict, without rowid;

create table job_changes (        -- the changes in them, as needed to record them as told
  channel text not null,
  sku text not null,
  job text not null,
  kind text not null,
  digest text not null,           -- of what was asked
  sent text not null,             -- JSON: the columns of `listings` that it sets
  overtaken integer,              -- the lower stock that was told meanwhile
  primary key (channel, sku, job, kind)
) strict, without rowid;
create index job_changes_by_job on job_changes (channel, job);

alter table channels add column jobs_failed integer not null default 0;  -- in a row
alter table channels add column jobs_wait_until text;  -- before that no new job after a failed one

create table commands_with_jobs (  -- the outbox: what happens once on a channel
  id integer primary key,
  channel text not null,
  key text not null unique,       -- from content: channel, order, act, which
  order_id integer not null references orders (id),
  kind text not null check (kind in ('ConfirmShipment', 'CancelOrder', 'RecordReturn')),
  payload text not null,          -- JSON
  state text not null check (state in (
    'due', 'sent',                -- sent: recorded before the call; after a crash it is in doubt
    'working',                    -- taken on by the channel as a job, which is asked for
    'in_doubt', 'done', 'parked'
  )),
  attempts integer not null default 0,
  next_at text not null,
  words text not null default '',
  at text not null,
  job text not null default '',   -- while working: the channel's own text
  job_since text                  -- when that was taken on
) strict;
insert into commands_with_jobs
  (id, channel, key, order_id, kind, payload, state, attempts, next_at, words, at)
select id, channel, key, order_id, kind, payload, state, attempts, next_at, words, at from commands;
drop table commands;
alter table commands_with_jobs rename to commands;
create index commands_by_state on commands (channel, state, next_at);
create index commands_by_order on commands (order_id, id);

create table receipts_with_jobs ( -- history: one outcome of one attempt at one change
  id integer primary key,
  channel text not null,
  kind text not null,
  subject text not null,          -- sku, or the order's remote id
  outcome text not null check (outcome in ('done', 'refused', 'in_doubt', 'working')),
  words text not null,
  request_id text not null,
  at text not null
) strict;
insert into receipts_with_jobs (id, channel, kind, subject, outcome, words, request_id, at)
select id, channel, kind, subject, outcome, words, request_id, at from receipts;
drop table receipts;
alter table receipts_with_jobs rename to receipts;
create index receipts_by_subject on receipts (channel, subject, id);
"""

FAMILIES = """
alter table items add column family text;        -- the code that the variants of one page share
alter table items add column family_title text;
alter table items add column choices text;       -- JSON {axis: choice}, those that are not blank

alter table offers add column family text;       -- null: no variant
alter table offers add column variant text;      -- JSON {title, choices} as the ERP states them
alter table offers add column own_state text;    -- before its page's publication was taken for it
alter table offers add column refused text not null default '';  -- why it is not made, '' when it may be
create index offers_by_family on offers (channel, family) where family is not null;
create index offers_by_refusal on offers (channel) where refused <> '';

create table families (           -- pages of variants as each channel is to have them
  channel text not null,
  code text not null,
  body text not null,             -- JSON {title, axes, variants}
  primary key (channel, code)
) strict, without rowid;

create table touched_families (   -- pages that must be put together anew
  code text primary key
) strict, without rowid;
"""
