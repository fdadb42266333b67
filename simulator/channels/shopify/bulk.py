"""Long work: a query over all pages, or one mutation for each line of a file; the answer is a file.

It is carried out when its time has come, not when it is asked for. A line of a query's file is one
node; those of inner connections follow the node that they belong to and name it in `__parentId`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, execute_sync

from simulator.channels.shopify import lists
from simulator.channels.shopify.call import Call
from simulator.channels.shopify.errors import found_errors
from simulator.channels.shopify.moments import iso
from simulator.channels.shopify.schema import read, schema
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.shopify.dialect import Shopify

KIND, RUNNING = "bulk_operation", ("CREATED", "RUNNING", "CANCELING")
OUTPUTS = "/bulk-operation-outputs"
Json = dict[str, Any]


def run_due(dialect: Shopify) -> None:
    """Carry out the work whose time has come."""
    store, now = dialect.store, dialect.store.now().timestamp()
    for work in list(store.shop.all(KIND)):
        due = work.body["due"]
        if work.body["status"] not in RUNNING or due is None or due > now:
            continue
        with dialect.at_work():
            _finish(dialect, store.need(KIND, work.id))


def _finish(dialect: Shopify, work: Document) -> None:
    body, store = work.body, dialect.store
    if body["fails"]:
        body.update(status="FAILED", errorCode="INTERNAL_SERVER_ERROR")
    else:
        call = Call(
            store, frozenset(body["scopes"]), body["version"], dialect.domain, dialect.world.faults
        )
        _carry_out(call, body)
    body["completedAt"] = iso(store.now())
    store.webhooks.announce("BULK_OPERATIONS_FINISH", store.put(work))


def _carry_out(call: Call, body: Json) -> None:
    rows, denied = _mutate(call, body) if body["type"] == "MUTATION" else _query(call, body)
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    body.update(
        status="FAILED" if denied else "COMPLETED",
        errorCode="ACCESS_DENIED" if denied else None,
        objectCount=len(rows),
        rootObjectCount=sum("__parentId" not in row for row in rows),
    )
    if rows:
        name = f"{call.store.token('bulk')}-final"
        address = f"https://{call.domain}{OUTPUTS}/{name}"
        which = "partialDataUrl" if denied else "url"
        body.update({"output": text, "name": name, "fileSize": len(text.encode()), which: address})


def _mutate(call: Call, body: Json) -> tuple[list[Json], bool]:
    rows = []
    for number, line in enumerate(body["variables"]):
        try:
            row = _execute(call, body["query"], json.loads(line))
        except ValueError:
            row = {"errors": [{"message": "The line is not valid JSON."}]}
        rows.append({**row, "__lineNumber": number})
    return rows, False


def _query(call: Call, body: Json) -> tuple[list[Json], bool]:
    with lists.everything():
        answer = _execute(call, body["query"], {})
    codes = [e.get("extensions", {}).get("code") for e in answer.get("errors", ())]
    return list(_nodes(answer["data"] or {}, None)), "ACCESS_DENIED" in codes


def _execute(call: Call, text: str, variables: Json) -> Json:
    result = execute_sync(schema(), read(text)[0], context_value=call, variable_values=variables)
    for error in result.errors or ():
        if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    errors = {"errors": found_errors(result.errors)} if result.errors else {}
    return {"data": result.data, **errors}


def _nodes(value: Mapping[str, Any], parent: str | None) -> Iterator[Json]:
    """The nodes of every connection below a value, outermost first."""
    for inner in value.values():
        if not isinstance(inner, Mapping):
            continue
        if not _is_connection(inner):
            yield from _nodes(inner, parent)
            continue
        for edge in inner["edges"]:
            node = edge["node"]
            plain = _plain(node)
            yield plain if parent is None else {**plain, "__parentId": parent}
            yield from _nodes(node, node.get("id"))


def _plain(node: Mapping[str, Any]) -> Json:
    """A node without the connections in it."""
    return {
        name: _plain(value) if isinstance(value, Mapping) else value
        for name, value in node.items()
        if not (isinstance(value, Mapping) and _is_connection(value))
    }


def _is_connection(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("edges"), list)
