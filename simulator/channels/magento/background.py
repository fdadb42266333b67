"""Asynchronous and bulk calls: taken on at once, done when the queue's consumer runs, reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import bodies, inputs, search
from simulator.channels.magento.calls import Call, Caller, Route, param
from simulator.channels.magento.errors import Crash, Internal, Refusal, not_found
from simulator.commerce.shop import Document
from simulator.commerce.transactions import part

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

CONSUMER = "async.operations.all"
USUAL_S = 30.0  # consumers are started by the minute
DONE, RETRIABLE, FAILED, OPEN, REJECTED = 1, 2, 3, 4, 5
USERS = {"integration": 1, "admin": 2, "customer": 3, "nobody": 4}
LISTED = frozenset({"id", "bulk_uuid", "topic_name", "status", "result_message", "error_code"})
SHORT = ("id", "status", "result_message", "error_code")


def accept(
    dialect: Magento, route: Route, store: int, who: Caller, rows: Sequence[Any]
) -> dict[str, Any]:
    """Take work on, one operation a row. Refusal for all when one row lacks an argument."""
    operations, told = [], []
    for n, row in enumerate(rows):
        sent = row if isinstance(row, Mapping) else {}
        inputs.arguments(route.params, sent)
        text = json.dumps(sent, separators=(",", ":"), ensure_ascii=False)
        operations.append({"id": n, "sent": sent, "status": OPEN, "message": None, "code": None})
        digest = hashlib.sha256(text.encode()).hexdigest()
        told.append({"id": n, "data_hash": digest, "status": "accepted"})
    shop = dialect.shop
    fault = dialect.world.faults.job(dialect.name, topic(route))
    wait = USUAL_S if shop.dials.job_s is None else shop.dials.job_s
    if fault is not None and fault.kind == "job slow":
        wait += fault.lasting
    due = (
        None
        if fault is not None and fault.kind == "job stuck"
        else shop.clock.now().timestamp() + wait
    )
    uuid = dialect.uuid()
    body = {
        "uuid": uuid,
        "method": route.method,
        "path": route.path,
        "topic": topic(route),
        "store": store,
        "user_type": USERS[who.kind],
        "user_id": who.id,
        "resources": None if who.resources is None else sorted(who.resources),
        "kind": who.kind,
        "start_time": search.now(dialect),
        "due": due,
        "fails": fault is not None and fault.kind == "job failed",
        "operations": operations,
    }
    shop.add("bulk", body, sku=uuid, quiet=True)
    if due is not None:
        shop.set_setting("bulks open", shop.setting("bulks open", 0) + 1)
    return {"bulk_uuid": uuid, "request_items": told, "errors": False}


def topic(route: Route) -> str:
    """The name of a route's queue topic."""
    service, _, method = route.service.partition("::")
    return f"async.{service.replace(chr(92), '.').lower()}.{method.lower()}.{route.method.lower()}"


def run_due(dialect: Magento, *, is_asked: bool = False) -> None:
    """Do what has become due; all that waits when the operator starts the consumer by hand."""
    shop = dialect.shop
    if not shop.setting("bulks open", 0):
        return
    now, left = shop.clock.now().timestamp(), 0
    for bulk in shop.all("bulk"):
        if bulk.body.get("is_done") or bulk.body["due"] is None:
            continue
        if is_asked or bulk.body["due"] <= now:
            _run(dialect, bulk)
        else:
            left += 1
    shop.set_setting("bulks open", left)


def _run(dialect: Magento, bulk: Document) -> None:
    from simulator.channels.magento import routes

    body = bulk.body
    route, _ = routes.match(body["method"], tuple(body["path"].strip("/").split("/")))
    rights = body["resources"]
    who = Caller(body["kind"], body["user_id"], None if rights is None else frozenset(rights))
    for operation in body["operations"]:
        if body["fails"]:
            operation |= {"status": RETRIABLE, "message": "Deadlock found when trying to get lock"}
            continue
        try:
            with part(dialect.shop.db):
                call = routes.make_call(
                    dialect, route, body["store"], who, operation["sent"], is_background=True
                )
                result = bodies.php(route.handler(call))
        except Refusal as refusal:
            text = refusal.text()
            operation |= {"status": FAILED, "message": text, "code": 0}
        except (Internal, Crash):
            operation |= {"status": FAILED, "message": "Internal Error", "code": 0}
        else:
            done = f"Service execution success {_maker(route)}"
            operation |= {"status": DONE, "message": done}
            if result is not None:
                operation["result"] = bodies.to_json(result)
    body["is_done"] = True
    dialect.shop.put(bulk, quiet=True)


def _maker(route: Route) -> str:
    service, _, method = route.service.partition("::")
    made_by = route.made_by or service.replace("\\Api\\", "\\Model\\").removesuffix("Interface")
    return f"{made_by}\\Interceptor::{method}"


# -- reports ----------------------------------------------------------------------------------


def status(call: Call) -> dict[str, Any]:
    """How the operations of a bulk stand."""
    bulk = _bulk(call)
    rows = [{k: row[k] for k in SHORT} for row in map(_short, bulk["operations"])]
    return _report(bulk, rows)


def detailed_status(call: Call) -> dict[str, Any]:
    """The same, with what was sent and what came of it."""
    bulk = _bulk(call)
    return _report(bulk, [_whole(bulk, operation) for operation in bulk["operations"]])


def list_operations(call: Call) -> dict[str, Any]:
    """Operations of all bulks by criteria."""
    run_due(call.dialect)
    rows = [
        {**_whole(bulk, operation), "extension_attributes": {"start_time": bulk["start_time"]}}
        for bulk in (found.body for found in call.dialect.shop.all("bulk"))
        for operation in bulk["operations"]
    ]
    found, total = search.plain(rows, call["searchCriteria"], LISTED)
    return search.answer(found, call["searchCriteria"], total)


def _whole(bulk: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, Any]:
    meta = json.dumps(operation["sent"], separators=(",", ":"), ensure_ascii=False)
    data = {"entity_id": None, "entity_link": "", "meta_information": meta}
    text = json.dumps({**data, "store_id": str(bulk["store"])}, separators=(",", ":"))
    return {
        **_short(operation),
        "bulk_uuid": bulk["uuid"],
        "topic_name": bulk["topic"],
        "serialized_data": None if operation["status"] == DONE else text,
        "result_serialized_data": operation.get("result"),
    }


def operation_status(call: Call) -> int:
    """How many operations of a bulk stand so."""
    return sum(row["status"] == call["status"] for row in _bulk(call)["operations"])


def _bulk(call: Call) -> dict[str, Any]:
    run_due(call.dialect)
    for found in call.dialect.shop.all("bulk", sku=call["bulkUuid"]):
        return found.body
    raise not_found("Bulk uuid %bulkUuid not exist", {"bulkUuid": call["bulkUuid"]})


def _short(operation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["id"],
        "status": operation["status"],
        "result_message": operation["message"],
        "error_code": operation["code"],
    }


def _report(bulk: Mapping[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    return {
        "operations_list": rows,
        "user_type": bulk["user_type"],
        "bulk_id": bulk["uuid"],
        "description": f"Topic {bulk['topic']}",
        "start_time": bulk["start_time"],
        "user_id": bulk["user_id"],
        "operation_count": len(rows),
    }


_RIGHT = "Magento_Logging::system_magento_logging_bulk_operations"
_UUID = param("bulkUuid", "string")
ROUTES = (
    Route("GET", "/V1/bulk", list_operations, _RIGHT, search.CRITERIA),
    Route("GET", "/V1/bulk/:bulkUuid/status", status, _RIGHT, (_UUID,)),
    Route("GET", "/V1/bulk/:bulkUuid/detailed-status", detailed_status, _RIGHT, (_UUID,)),
    Route(
        "GET",
        "/V1/bulk/:bulkUuid/operation-status/:status",
        operation_status,
        _RIGHT,
        (_UUID, param("status", "int")),
    ),
)
