"""`…/batch`: many rows of create, update and delete in one request, each answered in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.channels.woocommerce.calls import UPDATE, Call, Endpoint, Reply, may
from simulator.channels.woocommerce.errors import WooError

LIMIT = 100
Row = Callable[[Call], Reply]


def batch(create: Row, update: Row, delete: Row) -> Endpoint:
    """The endpoint over single handlers; `update` and `delete` read the id from `id`.

    Rows are not checked against any schema. A row that is refused becomes an error row;
    Fatal ends the whole request, rows before it stay done.
    """

    def handle(call: Call) -> Reply:
        return run(call, create, update, delete)

    return Endpoint(UPDATE, may("batch"), handle)


def run(call: Call, create: Row, update: Row, delete: Row, **path_params: str) -> Reply:
    """One batch; `path_params` are handed to every row (the parent's id)."""
    lists = {name: call.body.get(name) for name in ("create", "update", "delete")}
    rows = {name: _rows(value) for name, value in lists.items()}
    if sum(len(found) for found in rows.values()) > LIMIT:
        raise WooError(
            "woocommerce_rest_request_entity_too_large",
            f"Unable to accept more than {LIMIT} items for this request.",
            413,
        )
    answers: dict[str, list[Any]] = {}
    for name, act in (("create", create), ("update", update), ("delete", delete)):
        for item in rows[name]:
            params = _params(name, item)
            if params is not None:
                # only new rows see the query, `_fields` too
                row = call.row(
                    {**call.query, **params} if name == "create" else params, **path_params
                )
                id = 0 if name == "create" else params.get("id")
                answers.setdefault(name, []).append(one(act, row, id))
    return Reply(answers or [])


def one(act: Row, row: Call, id: Any) -> Any:
    """One row's answer: the resource with its links, or {"id", "error"}."""
    try:
        return act(row).whole()
    except WooError as error:
        return {"id": id, "error": error.body()}


def _rows(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _params(name: str, item: Any) -> dict[str, Any] | None:
    if name == "delete":
        id = _id(item.get("id") if isinstance(item, dict) else item)
        return {"id": id, "force": True} if id else None
    return dict(item) if isinstance(item, dict) else {}


def _id(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
