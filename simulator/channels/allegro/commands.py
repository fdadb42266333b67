"""Commands over many offers: taken on under the client's own UUID, done later, reported task by task."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from simulator.channels.allegro import command_rules as rules
from simulator.channels.allegro import jobs, offers
from simulator.channels.allegro.call import BETA, PUBLIC, Answer, Call, Route
from simulator.channels.allegro.errors import Refused, error, invalid
from simulator.channels.allegro.moments import parse
from simulator.channels.allegro.offer_routes import the_offer
from simulator.channels.allegro.store import Store
from simulator.commerce.shop import Document

USUAL_S = 3.0
Json = dict[str, Any]
Body = Callable[[Store, Mapping[str, Any]], Json]


def _key(call: Call, text: Any, path: str) -> str:
    """A command's id, which the client makes; 409 when it was used before."""
    try:
        key = str(uuid.UUID(str(text)))
    except ValueError as fault:
        raise invalid("must be a UUID", path, 400) from fault
    if call.store.by_key("job", key) is not None:
        message = f"Command with id {key} already exists"
        raise Refused(409, error("COMMAND_ALREADY_EXISTS", message, path))
    return key


def _taken(call: Call, what: str, key: str, tasks: list[Json], limit: str) -> Document:
    call.limits.take(limit, len({task["offer"] for task in tasks}))
    expected = jobs.fate(call.store, what, USUAL_S)
    kept = {"tasks": tasks, "command": what}
    return jobs.add(call.store, "command", key, expected, kept)


def putter(what: str, kind: str, body: Body, limit: str) -> Callable[..., Answer]:
    """The handler that takes on one kind of command for the offers of `offerCriteria`."""

    def put(call: Call, key: str) -> Answer:
        given = call.json()
        asked = body(call.store, given)
        offer_ids = rules.ids(given)
        command = _key(call, key, "commandId")
        tasks = [_task(offer, kind, asked) for offer in offer_ids]
        return Answer(201, _report(call.store, _taken(call, what, command, tasks, limit), True))

    return put


def _task(offer: str, kind: str, asked: Json) -> Json:
    row = {"offer": offer, "kind": kind, "asked": asked, "status": "NEW"}
    return {**row, "message": "", "errors": []}


def bulk(call: Call) -> Answer:
    """POST /sale/offer-bulk-modification-commands: prices and stock, offer by offer."""
    given = call.json()
    tasks = []
    for path, row in rules.units(given.get("modifications") or []):
        offer = row.get("offerId")
        if not isinstance(offer, str) or not offer or len(offer) > 20:
            raise invalid("must be the id of an offer", f"{path}.offerId")
        if not row.get("prices") and not row.get("stock"):
            raise invalid("must change prices, stock or both", path)
        if row.get("prices"):
            tasks.append(_task(offer, "prices", _bulk_prices(call.store, row["prices"], path)))
        if row.get("stock"):
            change = rules.stock_change(row["stock"], f"{path}.stock")
            tasks.append(_task(offer, "stock", change))
    named = [(task["offer"], task["kind"]) for task in tasks]
    if len(set(named)) < len(named):
        raise invalid("the same change of an offer is there twice", "modifications")
    command = _key(call, given.get("commandId"), "commandId")
    taken = _taken(call, "offer-bulk-modification-commands", command, tasks, "priced offers")
    return Answer(201, _report(call.store, taken, True))


def _bulk_prices(store: Store, prices: Any, path: str) -> Json:
    if not isinstance(prices, Mapping) or not 1 <= len(prices) <= 10:
        raise invalid("must name 1 to 10 marketplaces", f"{path}.prices")
    others = set(prices) - {store.marketplace}
    if others:
        where = f"{path}.prices.{sorted(others)[0]}"
        raise invalid("only the account's own marketplace is simulated", where)
    return rules.bulk_price(store, prices[store.marketplace], f"{path}.prices.{store.marketplace}")


# -- doing ----------------------------------------------------------------------------------------


def run(store: Store, job: Document) -> None:
    """Do a command that is due: every task by itself, some well and some not."""
    for task in job.body["tasks"]:
        fault = _broken() if job.body["fails"] else _done(store, task)
        task["status"] = "SUCCESS" if fault is None else "FAIL"
        task["errors"] = [] if fault is None else [fault]
        task["message"] = "" if fault is None else fault["message"]


def _done(store: Store, task: Json) -> Json | None:
    """Do one task; gives what went wrong."""
    id = task["offer"]
    offer = store.get("offer", int(id)) if id.isdecimal() and len(id) < 19 else None
    if offer is None:
        return error("OFFER_NOT_FOUND", f"Offer {id} not found", "offer.id")
    body = copy.deepcopy(offer.body)
    try:
        rules.EFFECTS[task["kind"]][1](store, body, task["asked"])
    except rules.Failed as failed:
        return failed.fault
    offers.schedule(store, offers.save(store, offer, body))
    return None


def _broken() -> Json:
    return error("INTERNAL_PROCESSING_ERROR", "The command could not be processed")


# -- reporting ------------------------------------------------------------------------------------


def _report(store: Store, job: Document, is_new: bool = False) -> Json:
    """A command's summary. Its counts are all zero at first (#6260)."""
    tasks = job.body["tasks"]
    states = [task["status"] for task in tasks]
    begun = not is_new and store.now() >= _half_way(job)
    return {
        "id": job.sku,
        "createdAt": job.body["createdAt"],
        "completedAt": job.body["completedAt"],
        "taskCount": {
            "failed": states.count("FAIL"),
            "success": states.count("SUCCESS"),
            "total": len(tasks) if begun or job.body["completedAt"] else 0,
        },
    }


def _half_way(job: Document) -> Any:
    created = parse(job.body["createdAt"])
    if job.body["due"] is None:
        return created + timedelta(seconds=USUAL_S)
    return created + (parse(job.body["due"]) - created) / 2


def _known(call: Call, what: str, key: str) -> Document:
    job = call.store.by_key("job", key.lower())
    if job is None or job.body.get("command") != what:  # seen 2025-09, issue 12169
        raise Refused(404, error("COMMAND_NOT_FOUND", "Command not found."))
    return job


def summary(what: str) -> Callable[..., Answer]:
    """The handler that tells how far a command is."""

    def read(call: Call, key: str) -> Answer:
        job = _known(call, what, key)
        call.limits.take("reported offers", len(job.body["tasks"]))
        return Answer(body=_report(call.store, job))

    return read


def tasks(what: str) -> Callable[..., Answer]:
    """The handler that lists a command's tasks."""

    def read(call: Call, key: str) -> Answer:
        limit, offset = call.whole("limit", 100, 1, 1000), call.whole("offset", 0, 0, 999)
        job = _known(call, what, key)
        shown = job.body["tasks"][offset : offset + limit]
        call.limits.take("reported offers", len(shown))
        return Answer(body={"tasks": [_task_view(task) for task in shown]})

    return read


def _task_view(task: Json) -> Json:
    field = rules.EFFECTS[task["kind"]][0]
    if task["kind"] == "modification":
        field = rules.changed_field(task["asked"]["fields"])
    rest = {name: task[name] for name in ("message", "status", "errors")}
    if task["kind"] in ("prices", "stock"):
        return {"subject": {"offerId": task["offer"], "field": field}, **rest}
    return {"offer": {"id": task["offer"]}, "field": field, **rest}


# -- one offer's price ----------------------------------------------------------------------------


def change_price(call: Call, id: str, key: str) -> Answer:
    """PUT /offers/{offerId}/change-price-commands/{commandId}"""
    offer, given = the_offer(call, id), call.json()
    buy_now = (given.get("input") or {}).get("buyNowPrice")
    asked = rules.price(call.store, {"modification": {"type": "FIXED_PRICE", "price": buy_now}})
    command = _key(call, key, "commandId")
    what = "change-price-commands"
    task = _task(str(offer.id), "price", asked)
    job = _taken(call, what, command, [task], "priced offers")
    return Answer(
        200,
        {
            "id": job.sku,
            "input": {"buyNowPrice": buy_now},
            "output": {"status": "RUNNING", "errors": []},
        },
    )


def _routes() -> list[Route]:
    found = []
    for kind, body, limit in (
        ("publication", rules.publication, "commanded offers"),
        ("price-change", rules.price, "priced offers"),
        ("quantity-change", rules.quantity, "commanded offers"),
        ("modification", rules.modification, "commanded offers"),
    ):
        what = f"offer-{kind}-commands"
        put = putter(what, kind.removesuffix("-change"), body, limit)
        found += [
            Route("PUT", f"/sale/{what}/<key>", put),
            Route("GET", f"/sale/{what}/<key>", summary(what)),
            Route("GET", f"/sale/{what}/<key>/tasks", tasks(what)),
        ]
    what, either = "offer-bulk-modification-commands", (PUBLIC, BETA)
    found += [
        Route("POST", f"/sale/{what}", bulk, versions=(BETA,)),
        Route("GET", f"/sale/{what}/<key>", summary(what), versions=either),
        Route("GET", f"/sale/{what}/<key>/tasks", tasks(what), versions=either),
        Route("PUT", "/offers/<id>/change-price-commands/<key>", change_price),
    ]
    return found


ROUTES = tuple(_routes())
