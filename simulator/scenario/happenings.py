"""The sentences about what happens. Each acts on the stage and may tell a line for the timeline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from simulator.channels import Goods, SoldOut
from simulator.durations import span
from simulator.faults import Fault
from simulator.scenario.fate import Doom
from simulator.scenario.language import WHEN, local, sentence
from simulator.scenario.stage import Stage


class CannotHappen(Exception):
    """The sentence asks for something that the stage cannot do; the text says why."""


# -- shoppers ---------------------------------------------------------------------------------------


@sentence("shopper buys (N )SKU on CHANNEL", WHEN)
def buy(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """Somebody buys, or is told that it is sold out."""
    channel, basket = words["channel"], {words["sku"]: int(words.get("n", 1))}
    try:
        with stage.world.lock:
            purchase = stage.world.shoppers.buy(channel, basket)
    except SoldOut as refusal:
        return f"the shop refuses: {refusal}"
    except ValueError as error:
        raise CannotHappen(str(error)) from error
    stage.orders.append((channel, purchase.number))
    return f"order {purchase.number}"


@sentence("shoppers buy the last SKU on every channel at once", WHEN)
def buy_at_once(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """One shopper on each channel, before anybody can tell the other shops."""
    told = [
        f"{channel}: {buy(stage, {**words, 'channel': channel}, None)}"
        for channel in sorted(stage.world.dialects)
    ]
    return ", ".join(told)


@sentence("shopper cancels the last order", WHEN)
def cancel(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The buyer takes the newest order back."""
    channel, number = _last_order(stage)
    with stage.world.lock:
        stage.world.dialects[channel].storefront.cancel(number)
    return f"order {number} on {channel}"


@sentence("till sells (N )SKU", WHEN)
def till(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """A sale over the counter, which only the ERP sees."""
    stage.world.shoppers.pay_at(stage.erp.books, words["sku"], int(words.get("n", 1)))


# -- the ERP ----------------------------------------------------------------------------------------


@sentence("erp exports everything", WHEN)
def export_all(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """Every export file is written anew."""
    return _written(stage, *stage.erp.manner.FILES.values())


@sentence("erp exports KIND", WHEN)
def export(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """One kind of file; with a value, stock is counted so before: {SKU: pieces}."""
    for sku, pieces in (value or {}).items():
        stage.erp.books.count(str(sku), int(pieces))
    return _written(stage, _file(stage, words["kind"]))


@sentence("erp breaks off while exporting KIND", WHEN)
def export_half(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The file ends in the middle, as when the machine stops."""
    stage.dumps += stage.erp.export(_file(stage, words["kind"]), half=True)
    return f"{stage.dumps[-1].name} ends in the middle"


@sentence("erp begins to export KIND", WHEN)
def begin_export(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The first third of the file is there, under its last name, and the ERP is still writing."""
    (path,) = stage.erp.export(_file(stage, words["kind"]))
    stage.writing = (path, path.read_bytes())
    return _grown(stage, 1 / 3)


@sentence("erp goes on writing", WHEN)
def go_on_writing(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """Another third of it."""
    return _grown(stage, 2 / 3)


@sentence("erp finishes the export", WHEN)
def finish_export(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The rest of it."""
    told = _grown(stage, 1)
    stage.writing = None
    return told


@sentence("erp delivers the first KIND export again", WHEN)
def export_stale(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """An old file turns up late, under its own old stamp with another tail."""
    first = _first_dump(stage, _file(stage, words["kind"]))
    late = first.with_name(f"{first.stem}_late{first.suffix}")
    stage.erp.late(late, first.read_bytes())
    return late.name


@sentence("somebody saves FILE", WHEN)
def save(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """A file of the site's own, put among the ERP's exports; the value is its text."""
    return stage.save(words["file"], str(value)).name


@sentence("erp changes SKU", WHEN)
def change(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Columns of an article: {price: 59.00, title: …, obsolete: true}."""
    facts = dict(value or {})
    if "price" in facts:
        facts["price"] = f"{Decimal(str(facts['price'])):.2f}"
    stage.erp.books.change(words["sku"], **facts)


@sentence("erp plans a sale of SKU", WHEN)
def plan_sale(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """A dated sale: {price: 39.00, from: "2026-03-28 00:00", until: "2026-03-30 00:00"}."""
    stage.erp.books.change(words["sku"], sale={key: str(part) for key, part in value.items()})


@sentence("erp adds SKU", WHEN)
def add(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """A new article: {title: …, price: 49.00, on_hand: 5}."""
    facts = dict(value or {})
    title = str(facts.pop("title", words["sku"].title()))
    price, on_hand = Decimal(str(facts.pop("price"))), int(facts.pop("on_hand", 0))
    stage.erp.books.add_item(words["sku"], title, price, on_hand, **facts)


@sentence("erp counts SKU", WHEN)
def count(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """A stocktake finds so many pieces."""
    stage.erp.books.count(words["sku"], int(value))


@sentence("erp receives (N )SKU", WHEN)
def receive(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Goods come in."""
    stage.erp.books.move(words["sku"], on_hand=int(words.get("n", 1)))


@sentence("erp takes the orders", WHEN)
def take_orders(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """The ERP imports what lies in its import folder, and a clerk releases what came in."""
    numbers = stage.erp.take_imports()
    for number in numbers:
        stage.erp.books.place(number)
    refused = sorted(path.name for path in stage.erp.failed.glob("*.err"))
    told = [", ".join(numbers) or "nothing came in", *(f"refused {name}" for name in refused)]
    return "; ".join(told)


@sentence("erp ships everything", WHEN)
def ship_all(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """All that is open, a parcel for each order."""
    open_orders = [o for o in stage.erp.books.orders() if o["status"] in ("Parked", "Placed")]
    return ", ".join(stage.erp.books.ship(o["number"]) for o in open_orders) or "nothing is open"


@sentence("erp ships (N )SKU", WHEN)
def ship(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """A parcel of the oldest order that still has such pieces open."""
    sku, pieces = words["sku"], int(words.get("n", 1))
    for order in stage.erp.books.orders():
        left = sum(n["quantity"] - n["shipped"] for n in order["lines"] if n["sku"] == sku)
        if left >= pieces and order["status"] in ("Parked", "Placed"):
            return f"{stage.erp.books.ship(order['number'], {sku: pieces})} for {order['number']}"
    raise CannotHappen(f"no order in the ERP has {pieces} {sku} left to ship")


@sentence("erp cancels the last order", WHEN)
def erp_cancels(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """A clerk deletes the newest order."""
    number = stage.erp.books.orders()[-1]["number"]
    stage.erp.books.cancel(number)
    return str(number)


@sentence("erp takes back (N )SKU", WHEN)
def take_back(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """Goods of the newest shipped order come back."""
    sku, pieces = words["sku"], int(words.get("n", 1))
    for order in reversed(stage.erp.books.orders()):
        if sum(n["shipped"] for n in order["lines"] if n["sku"] == sku) >= pieces:
            return stage.erp.books.take_back(order["number"], {sku: pieces})
    raise CannotHappen(f"no order in the ERP has shipped {pieces} {sku}")


# -- the shops and the way to them --------------------------------------------------------------------


@sentence("shop sells SKU by hand on CHANNEL", WHEN)
def sell_by_hand(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Somebody puts an article on one shop's shelf that the ERP does not know, at this price."""
    goods = Goods(words["sku"], words["sku"].replace("-", " ").title(), Decimal(str(value)), 10)
    with stage.world.lock:
        stage.world.dialects[words["channel"]].stock([goods])


@sentence("CHANNEL is down", WHEN)
def down(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Every connection is refused for so long: 1h."""
    stage.world.faults.down(words["channel"], span(str(value)))


@sentence("CHANNEL fails", WHEN)
def fails(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """The next requests go wrong: {kind: "503", count: 3}; see faults for the kinds."""
    facts = {"count": 1, **({"kind": value} if isinstance(value, str) else value)}
    stage.world.faults.add(Fault(channel=words["channel"], **facts))


@sentence("CHANNEL acts but does not answer", WHEN)
def acts_unheard(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Of so many of the next requests that change something, the answer is lost: 2."""
    stage.wire.unheard[words["channel"]] = int(value or 1)


@sentence("webhooks of CHANNEL come twice", WHEN)
def webhooks_twice(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """From now on every message is delivered twice."""
    stage.world.faults.add(Fault("webhook twice", channel=words["channel"]))


@sentence("webhooks of CHANNEL are lost", WHEN)
def webhooks_lost(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """From now on no message arrives."""
    stage.world.faults.add(Fault("webhook lost", channel=words["channel"]))


@sentence("webhooks of CHANNEL come late", WHEN)
def webhooks_late(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """From now on every message arrives so much later: 1h."""
    seconds = span(str(value)).total_seconds()
    stage.world.faults.add(Fault("webhook late", channel=words["channel"], seconds=seconds))


@sentence("CHANNEL has dial NAME", WHEN)
def has_dial(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """One of the shop's dials is turned: lag_s, clock_skew_s, job_s, token_life_s or allowance."""
    channel = words["channel"]
    if channel not in stage.world.dialects:
        raise CannotHappen(f"{channel} has no part in this scenario")
    try:
        stage.world.dials[channel].turn({words["name"]: value})
    except ValueError as error:
        raise CannotHappen(str(error)) from error


# -- the agent and the people beside it -----------------------------------------------------------------


@sentence("agent is killed", WHEN)
def kill(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """The process ends at once, between two steps."""
    stage.stop_agent()


@sentence("agent is killed when it next sends to CHANNEL", WHEN)
def kill_before(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """The process ends with the request half-way: the shop never saw it."""
    stage.fate.lay(Doom("send", "before", channel=words["channel"]))


@sentence("agent is killed before it hears the answer of CHANNEL", WHEN)
def kill_after(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """The process ends after the shop has acted, and before the agent knows."""
    stage.fate.lay(Doom("send", "after", channel=words["channel"]))


@sentence("agent starts again", WHEN)
def restart(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """The process is started on what lies in its folder."""
    stage.start_agent()


@sentence("someone activates SKU", WHEN)
def activate(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """`tally activate SKU`."""
    stage.activate(words["sku"])


@sentence("someone approves what is held", WHEN)
def approve(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """`tally approve DIGEST`, for everything that the guard holds."""
    return _decide(stage, "approve")


@sentence("someone rejects what is held", WHEN)
def reject(stage: Stage, words: Mapping[str, str], value: Any) -> str:
    """`tally reject DIGEST`, for everything that the guard holds."""
    return _decide(stage, "reject")


# -- time -----------------------------------------------------------------------------------------------


@sentence("time passes", WHEN)
def time_passes(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """For everybody: 5m, 1h, 2d."""
    stage.pass_time(span(str(value)))


@sentence("it is", WHEN)
def it_is(stage: Stage, words: Mapping[str, str], value: Any) -> None:
    """Time passes until this local time: "2026-03-29 01:59"."""
    moment = local(value, stage.zone)
    length = moment - stage.local_time()
    # Both ends as UTC: a local day may have 23 or 25 hours.
    length = timedelta(seconds=moment.timestamp() - stage.world.clock.now().timestamp())
    if length < timedelta(0):
        raise CannotHappen(f"it is later than {value} already")
    stage.pass_time(length)


def _written(stage: Stage, *names: str) -> str:
    stage.dumps += (paths := stage.erp.export(*names))
    return ", ".join(path.name for path in paths)


def _grown(stage: Stage, share: float) -> str:
    if stage.writing is None:
        raise CannotHappen("the ERP is not writing an export")
    path, whole = stage.writing
    length = int(len(whole) * share)
    path.write_bytes(whole[:length])
    written = stage.world.clock.now().timestamp()
    os.utime(path, (written, written))
    return f"{path.name} has {length} of {len(whole)} bytes"


def _file(stage: Stage, kind: str) -> str:
    files: Mapping[str, str] = stage.erp.manner.FILES
    if kind not in files:
        raise CannotHappen(f'the ERP has no "{kind}" export; it has {", ".join(files)}')
    return files[kind]


def _first_dump(stage: Stage, name: str) -> Path:
    for path in stage.dumps:
        if path.name.startswith(name):
            return path
    raise CannotHappen(f"the ERP has not exported {name} yet")


def _last_order(stage: Stage) -> tuple[str, str]:
    if not stage.orders:
        raise CannotHappen("nobody has bought anything yet")
    return stage.orders[-1]


def _decide(stage: Stage, word: Literal["approve", "reject"]) -> str:
    count = stage.answer(word)
    return f"{count} {'thing' if count == 1 else 'things'}"
