"""What each channel should show, as last decided, with the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from agent.model.family import Variant
from agent.model.listing import Details, Offer, Shown
from agent.ports.database import Database, Row
from agent.store.faces import face_of, face_values, moment_of, moment_value
from agent.store.touched import touch

DETAILS = tuple(field.name for field in fields(Details))
NOTHING = {**face_values(Shown("draft")), "state": None}

WRITE = """
insert into offers (channel, sku, state, price, compare_at, sale_price, sale_from, sale_until,
  quantity, backorders, title, details, cost, because, next_at, state_is_ours, sold, family, variant,
  own_state)
values (:channel, :sku, :state, :price, :compare_at, :sale_price, :sale_from, :sale_until,
  :quantity, :backorders, :title, :details, :cost, :because, :next_at, :state_is_ours, :sold,
  :family, :variant, :state)
on conflict (channel, sku) do update set
  state = excluded.state, price = excluded.price, compare_at = excluded.compare_at,
  sale_price = excluded.sale_price, sale_from = excluded.sale_from,
  sale_until = excluded.sale_until, quantity = excluded.quantity,
  backorders = excluded.backorders, title = excluded.title, details = excluded.details,
  cost = excluded.cost, because = excluded.because, next_at = excluded.next_at,
  state_is_ours = excluded.state_is_ours, sold = excluded.sold,
  family = excluded.family, variant = excluded.variant,
  own_state = excluded.own_state,
  refused = iif(excluded.family is null, '', refused)
"""


def write(db: Database, channel: str, offers: Iterable[Offer]) -> None:
    """These offers are what the channel should show."""
    db.run_many(WRITE, ({"channel": channel, **_values(offer)} for offer in offers))


def _values(offer: Offer) -> dict[str, Any]:
    face = NOTHING if offer.shown is None else face_values(offer.shown)
    details = offer.details
    return {
        **face,
        "sku": offer.sku,
        "details": None if details is None else _details(details),
        "cost": offer.cost,
        "because": _compact(offer.because),
        "next_at": moment_value(offer.next_at),
        "state_is_ours": int(offer.state_is_ours),
        "sold": offer.sold,
        "family": None if offer.variant is None else offer.variant.family,
        "variant": None if offer.variant is None else variant_text(offer.variant),
    }


def variant_text(variant: Variant) -> str:
    """A place in a family as its column has it; the code has a column of its own."""
    return _compact({"title": variant.title, "choices": dict(variant.choices)})


def _details(details: Details) -> str:
    return _compact({name: getattr(details, name) for name in DETAILS})


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


OFFER = """
select sku, state, price, compare_at, sale_price, sale_from, sale_until, quantity, backorders,
  title, details, cost, because, next_at, state_is_ours, sold, family, variant, refused
from offers
where channel = :channel and sku = :sku
"""


def offer(db: Database, channel: str, sku: str) -> Offer | None:
    """What this channel should show for this sku; None when that was never decided."""
    row = db.row(OFFER, {"channel": channel, "sku": sku})
    return None if row is None else offer_of_row(row)


def offer_of_row(row: Row) -> Offer:
    """The offer in a row that has its columns."""
    details = row["details"]
    return Offer(
        sku=row["sku"],
        shown=None if row["state"] is None else face_of(row),
        details=None if details is None else Details(**json.loads(details)),
        because=tuple(json.loads(row["because"])),
        next_at=moment_of(row["next_at"]),
        cost=row["cost"],
        state_is_ours=bool(row["state_is_ours"]),
        sold=row["sold"],
        variant=None if row["family"] is None else variant_of(row["family"], row["variant"]),
        refused=row["refused"],
    )


def variant_of(code: str, text: str) -> Variant:
    """A place in a family, from its columns."""
    said = json.loads(text)
    return Variant(code, said["title"], said["choices"])


FORGET = """
delete from offers
where sku in (select value from json_each(:skus))
"""


def forget(db: Database, skus: Sequence[str]) -> None:
    """No feed has ever named these skus, as the settings are now."""
    db.run(FORGET, {"skus": json.dumps(list(skus))})


NEXT = """
select min(next_at)
from offers
where next_at is not null
"""


def next_at(db: Database) -> str | None:
    """When time alone changes the next offer, as text; None when it changes none."""
    found: str | None = db.value(NEXT)
    return found


ACTIVATED = """
select sku
from activations
where sku in (select value from json_each(:skus))
"""


def activated(db: Database, skus: Sequence[str]) -> set[str]:
    """Those of the skus that a person has let go live."""
    return {sku for (sku,) in db.rows(ACTIVATED, {"skus": json.dumps(list(skus))})}


ACTIVATE = """
insert or ignore into activations (sku, at)
select value, :at from json_each(:skus)
"""


def activate(db: Database, skus: Sequence[str], at: str) -> None:
    """Let these skus go live, for good; their offers are decided anew."""
    with db.atomic():
        db.run(ACTIVATE, {"skus": json.dumps(list(skus)), "at": at})
        touch(db, skus)


SKUS = """
select distinct sku
from items
order by sku
"""


def skus(db: Database) -> list[str]:
    """Every sku that the ERP has named."""
    return [sku for (sku,) in db.rows(SKUS)]


UNKNOWN = """
select value
from json_each(:skus)
where value not in (select sku from items)
"""


def unknown(db: Database, skus: Sequence[str]) -> list[str]:
    """Those of the skus that the ERP has never named."""
    return [sku for (sku,) in db.rows(UNKNOWN, {"skus": json.dumps(list(skus))})]


WAITING = """
select distinct sku
from offers
where state_is_ours = 0 and state is not null
order by sku
"""


def waiting_for_activation(db: Database) -> list[str]:
    """The skus that some channel would show as soon as a person lets them go live."""
    return [sku for (sku,) in db.rows(WAITING)]
