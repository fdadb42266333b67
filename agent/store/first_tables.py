"""The tables as the first step of the migrations makes them, with the states of their rows."""

from __future__ import annotations

# In tables without rowid the columns of the key come first and in its order: `pragma quick_check` of
# SQLite before 3.41 takes them for null otherwise.
TABLES = """
create table barriers (
  id integer primary key check (id = 1),
  passed integer not null
) strict;
insert into barriers values (1, 0);

-- Files in ------------------------------------------------------------------------------------

create table files (              -- every export file that intake has looked at, and what became of it
  id integer primary key,
  feed text not null,
  name text not null,
  path text not null,
  digest text not null,           -- SHA-256 of the bytes; "" when they could not be read
  size integer not null,
  written_at text not null,       -- the file's own time
  seen_at text not null,
  stamp text not null,            -- what the feed orders its files by, comparable as text
  marks text not null,            -- size, times and inode, by which a scan knows it again
  state text not null check (state in (
    'vaulted',                    -- copied by intake, waiting for ingest
    'applied',                    -- ingest applied its good rows in one transaction
    'same',                       -- intake or ingest: these bytes were applied before
    'stale',                      -- ingest: older than what was applied
    'refused',                    -- ingest: unreadable as a whole; nothing applied
    'held',                       -- the guard: shrunk too far; waits for approve or reject
    'approved',                   -- a person let a held file go on; waiting for ingest
    'rejected'                    -- a person refused a held file
  )),
  rows integer not null default 0,
  applied integer not null default 0,
  rejected integer not null default 0,
  passed integer not null default 0,  -- left out by the feed's `where`, or not ours
  fault text,                     -- JSON {what, where, next} of a refused or held file
  settled_at text
) strict;
create index files_by_feed on files (feed, state, stamp);
create index files_by_digest on files (feed, digest);

create table feeds (              -- what was last applied of each feed (of each location's part)
  feed text not null,
  part text not null,             -- the location that its files speak of, where there is one file each
  file_id integer not null references files (id),
  stamp text not null,
  fields text not null,           -- JSON list of the canonical fields it states
  layout text not null,           -- digest of the settings that it was read by
  primary key (feed, part)
) strict, without rowid;

create table rejects (            -- rows refused by the newest application of a feed's file
  file_id integer not null references files (id),
  line integer not null,
  field text not null,            -- the caption or number of the column, "" for the whole row
  "column" integer,
  value text not null,
  reason text not null,
  next text not null,
  raw text not null,
  primary key (file_id, line, field)
) strict, without rowid;

create table items (              -- what each feed's newest file says of a sku (at a location)
  sku text not null,
  feed text not null,
  location text not null,         -- "" when the feed has none
  file_id integer not null references files (id),
  line integer not null,          -- where it was last changed
  missing integer not null default 0,  -- full dumps in a row without it
  title text, description text, gtin text, mpn text, brand text, category text, unit text,
  image text, tax_class text, status text, weight_g integer,
  price integer, sale_price integer, sale_from text, sale_until text, compare_at integer,
  cost integer, currency text,
  price_rest integer, sale_price_rest integer,  -- hundredths of a minor unit that rounding took away
  on_hand integer, allocated integer, on_hold integer, available integer,
  incoming integer, incoming_on text,
  primary key (sku, feed, location)
) strict, without rowid;
create index items_missing on items (feed) where missing > 0;

create table customers (
  code text not null,
  feed text not null,
  name text, email text,
  file_id integer not null references files (id),
  line integer not null,
  primary key (code, feed)
) strict, without rowid;

create table erp_orders (         -- the ERP's own order list: the acknowledgement
  reference text not null,        -- what we wrote into the import file
  feed text not null,
  erp_number text not null,
  status text not null check (status in ('received', 'allocated', 'shipped', 'cancelled', 'refused')),
  words text not null,            -- the ERP's own status words
  file_id integer not null references files (id),
  line integer not null,
  primary key (reference, feed)
) strict, without rowid;

create table erp_movements (      -- goods that left (shipment) or came back (return), by line
  kind text not null check (kind in ('shipment', 'return')),
  number text not null,
  reference text not null,
  sku text not null,
  feed text not null,
  quantity integer not null,      -- thousandths
  carrier text not null default '', tracking text not null default '',
  file_id integer not null references files (id),
  line integer not null,
  primary key (kind, number, reference, sku, feed)
) strict, without rowid;

-- What channels should show, and do -------------------------------------------------------------

create table touched (            -- skus whose offers must be decided anew
  sku text primary key
) strict, without rowid;

create table activations (        -- skus that a person has let go live
  sku text primary key,
  at text not null
) strict, without rowid;

create table offers (             -- what each channel should show, as last decided
  channel text not null,
  sku text not null,
  state text,                     -- null: not offered there
  price integer, compare_at integer, sale_price integer, sale_from text, sale_until text,
  quantity integer, backorders integer not null default 0, title text,
  details text,                   -- JSON, for a creation
  cost integer,
  because text not null,          -- JSON list
  next_at text,
  state_is_ours integer not null default 1,  -- 0: created as a draft, then left as people have it
  sold integer not null default 0,  -- pieces sold that the ERP's figures did not know of
  primary key (channel, sku)
) strict, without rowid;
create index offers_by_next on offers (next_at) where next_at is not null;
create index offers_by_sold on offers (sku) where sold > 0;

create table listings (           -- what each channel was last seen or told to show
  channel text not null,
  sku text not null,
  external_id text not null,
  handles text not null,          -- JSON
  state text not null,
  price integer, compare_at integer, sale_price integer, sale_from text, sale_until text,
  quantity integer, backorders integer not null default 0, title text,
  seen_at text not null,          -- last read from the channel
  told_at text,                   -- last told by a receipt
  primary key (channel, sku)
) strict, without rowid;

create table plans (              -- history: every plan that was shown or sent
  id integer primary key,
  channel text not null,
  digest text not null,           -- of everything in it
  held_digest text not null,      -- of the part that waits, which a person approves or rejects by it
  made_at text not null,
  counts text not null,           -- JSON
  holds text not null,            -- JSON: what the guard found, with reasons
  held text not null,             -- JSON list of [sku, kind, digest] of the changes that wait
  state text not null check (state in (
    'open',                       -- computed; push may send what is not held
    'held',                       -- part of it waits for approve or reject
    'approved',                   -- a person named its digest
    'rejected',                   -- a person refused it; the same difference stays refused
    'past'                        -- a newer plan stands in its place
  )),
  settled_at text
) strict;
create index plans_by_channel on plans (channel, id);

create table parked (             -- listing changes that are not tried again until something moves
  channel text not null,
  sku text not null,
  kind text not null,             -- of the change; '*': nothing is changed until a person acts
  offer text not null,            -- digest of what was asked; another offer lifts it
  words text not null,
  next text not null,
  at text not null,
  primary key (channel, sku, kind)
) strict, without rowid;

create table doubts (             -- listings whose last change had no answer: look before anything else
  channel text not null,
  sku text not null,
  since text not null,
  why text not null check (why in (
    'sent',                       -- push: recorded before the call; lasts only if we were killed
    'unknown',                    -- push: no usable answer came
    'moved'                       -- push: the channel said that it had moved since we looked
  )),
  primary key (channel, sku)
) strict, without rowid;

create table receipts (           -- history: one outcome of one attempt at one change
  id integer primary key,
  channel text not null,
  kind text not null,
  subject text not null,          -- sku, or the order's remote id
  outcome text not null check (outcome in ('done', 'refused', 'in_doubt')),
  words text not null,
  request_id text not null,
  at text not null
) strict;
create index receipts_by_subject on receipts (channel, subject, id);

create table channels (           -- where each channel's lanes stand
  channel text primary key,
  cursor text not null default '',
  observed_at text,               -- last full look at everything it shows
  pulled_at text,
  quiet_until text,               -- asked to wait, or in trouble
  trouble text,                   -- JSON {kind, what, where, next} of the last failed call
  failures integer not null default 0,
  decided text not null default '',  -- digest of the policies that its offers were decided under
  figures text not null default ''   -- the newest stock files that its offers were decided with
) strict, without rowid;

-- Orders ----------------------------------------------------------------------------------------

create table orders (
  id integer primary key,
  channel text not null,
  remote_id text not null,
  number text not null,
  reference text not null unique, -- what the ERP knows it by
  content text not null,          -- JSON of the order as last pulled
  digest text not null,           -- of the content
  state text not null check (state in (
    'waiting',                    -- not to be written yet (unpaid)
    'due',                        -- complete; export writes it next
    'exception',                  -- cannot be written whole; see reason; retried after the fix
    'written',                    -- its import file is in the ERP's folder
    'acknowledged',               -- the ERP's own list shows it
    'refused',                    -- the ERP refused it
    'shipped',                    -- every remaining piece has left
    'cancelled',                  -- nothing of it remains to be done
    'linked',                     -- the same purchase as another order (same_as); never written
    'past'                        -- placed before `orders_from`; never written
  )),
  reason text,                    -- JSON {what, where, next} of an exception or refusal
  placed_at text not null,
  pulled_at text not null,
  written_at text,
  erp_number text,
  known_at text,                  -- stock dumps written after this moment reflect it
  examined text not null default '',   -- what match last judged it by; '' asks for a new judgement
  same_as integer references orders (id),
  written_content text,           -- JSON of the order as the ERP was told, or as a person accepted
  erp_words text not null default '',  -- the ERP's own word for its state
  unique (channel, remote_id)
) strict;
create index orders_by_state on orders (state);
create index orders_to_examine on orders (id) where examined = '';

create table order_lines (
  order_id integer not null references orders (id),
  remote_id text not null,
  position integer not null default 0,  -- in the order, from 0
  sku text not null,
  quantity integer not null,      -- pieces
  cancelled integer not null,
  shipped integer not null default 0,  -- pieces that the ERP says have left
  returned integer not null default 0,
  primary key (order_id, remote_id)
) strict, without rowid;
create index order_lines_by_sku on order_lines (sku);

create table order_references (   -- every other number that an order carries
  kind text not null,
  value text not null,
  order_id integer not null references orders (id),
  primary key (kind, value, order_id)
) strict, without rowid;
create index order_references_by_value on order_references (value);

create table order_concerns (     -- what a person must see to, though the order goes on; gone when mended
  order_id integer not null references orders (id),
  kind text not null,             -- cancel, changed, file, shipment NUMBER, return NUMBER, …
  what text not null,
  "where" text not null,
  next text not null,
  at text not null,
  primary key (order_id, kind)
) strict, without rowid;

create table order_events (       -- history
  id integer primary key,
  order_id integer not null references orders (id),
  at text not null,
  what text not null
) strict;

create table import_files (       -- the ledger of what we wrote for the ERP
  id integer primary key,
  base text not null,             -- its name by the profile; its own says also the how manieth try it is
  name text not null,
  folder text not null,
  digest text not null,
  content blob not null,          -- the bytes, so that a resumed write is the same write
  what text not null check (what in ('order', 'customer', 'cancellation')),
  state text not null check (state in (
    'intended',                   -- export: recorded before the first byte is written
    'published',                  -- export: renamed into place
    'taken',                      -- the ERP has it: moved to its own folder, or shown in its list
    'refused',                    -- the ERP put it among what it refused; see words
    'doubt',                      -- export: gone, or never there; a person or the ERP's list decides
    'lost'                        -- a person has decided that it must be written anew
  )),
  words text not null default '',
  at text not null
) strict;
create unique index import_files_by_base on import_files (folder, base) where state <> 'lost';
create index import_files_by_name on import_files (folder, base, name);
create index import_files_by_state on import_files (state) where state in ('intended', 'published', 'doubt');

create table import_orders (      -- which orders a file carries: each at most once for each purpose
  order_id integer not null references orders (id),
  what text not null,
  file_id integer not null references import_files (id),
  primary key (order_id, what)
) strict, without rowid;
create index import_orders_by_file on import_orders (file_id);

create table movements_done (     -- how much of each line of erp_movements channels have been told
  kind text not null,
  number text not null,
  reference text not null,
  sku text not null,
  quantity integer not null,      -- thousandths
  primary key (kind, number, reference, sku)
) strict, without rowid;

create table marks (              -- where a station left off
  name text primary key,
  value text not null
) strict, without rowid;

create table commands (           -- the outbox: what happens once on a channel
  id integer primary key,
  channel text not null,
  key text not null unique,       -- from content: channel, order, act, which
  order_id integer not null references orders (id),
  kind text not null check (kind in ('ConfirmShipment', 'CancelOrder', 'RecordReturn')),
  payload text not null,          -- JSON
  state text not null check (state in (
    'due', 'sent',                -- sent: recorded before the call; after a crash it is in doubt
    'in_doubt', 'done', 'parked'
  )),
  attempts integer not null default 0,
  next_at text not null,
  words text not null default '',
  at text not null
) strict;
create index commands_by_state on commands (channel, state, next_at);
create index commands_by_order on commands (order_id, id);
"""
