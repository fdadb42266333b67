"""What the contract's tests do to answers on their way: leave entries out, make them sick, alter fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from typing import Any

import httpx

Altered = Callable[[httpx.Request, httpx.Response], httpx.Response]
Path = tuple[str | int, ...]  # from an answer's root to a value
IDS = (
    "id",
    "entity_id",
    "order_id",
    "receipt_id",
    "orderId",
    "OrderId",
)  # by what lists name orders
OTHERS: tuple[Any, ...] = ("seven", 7, None, [], {}, [7], True)


def document(response: httpx.Response) -> Any:
    """The JSON of an answer; None when it has none."""
    try:
        return response.json()
    except ValueError:
        return None


def again(response: httpx.Response, found: Any) -> httpx.Response:
    """The same answer with another document."""
    kept = [
        (name, value)
        for name, value in response.headers.items()
        if name.lower() not in ("content-length", "content-encoding")
    ]
    return httpx.Response(
        response.status_code, headers=kept, content=json.dumps(found).encode("utf-8")
    )


def left_out(remote_id: str) -> Altered:
    """Lists leave this order out."""

    def kept(found: Any) -> Any:
        if isinstance(found, list):
            return [kept(one) for one in found if not _is(one, remote_id)]
        if isinstance(found, dict):
            return {name: kept(value) for name, value in found.items()}
        return found

    return _on_documents(kept)


def sick(remote_id: str) -> Altered:
    """This order comes without its lines and amounts: numbers stand where they should be."""

    def spoilt(found: Any) -> Any:
        if isinstance(found, list):
            return [spoilt(one) for one in found]
        if _is(found, remote_id):
            return {n: 7 if isinstance(v, (list, dict)) else v for n, v in found.items()}
        if isinstance(found, dict):
            return {name: spoilt(value) for name, value in found.items()}
        return found

    return _on_documents(spoilt)


def with_another(number: int, path: Path, value: Any) -> Altered:
    """From the answer of this number on, counted from 0, a value is of another type; once."""
    left = [number]

    def altered(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        left[0] -= 1
        found = document(response)
        return (
            response if left[0] != -1 or found is None else again(response, put(found, path, value))
        )

    return altered


def put(found: Any, path: Path, value: Any) -> Any:
    """The document with another value there; unchanged where it has no such place."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(found, dict) and head in found:
        return {**found, head: put(found[head], rest, value)}
    if isinstance(found, list) and isinstance(head, int) and head < len(found):
        return [*found[:head], put(found[head], rest, value), *found[head + 1 :]]
    return found


def others(found: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place in a document with every value of another type; of a list's entries the first two."""
    yield from ((path, other) for other in OTHERS if not _alike(found, other))
    if isinstance(found, dict):
        for name, value in found.items():
            yield from others(value, (*path, name))
    if isinstance(found, list):
        for place, value in enumerate(found[:2]):
            yield from others(value, (*path, place))


def said(what: str, status: int = 400) -> list[httpx.Response]:
    """Refusals that repeat a text, in the shapes that vendors use."""
    fault = {"message": what, "userMessage": what, "code": what, "path": what, "error": what}
    shapes: list[Any] = [
        {"errors": [{**fault, "extensions": {"code": what}}], "code": what, "message": what},
        {"error": what, "error_description": what, "status": "ERROR"},
        {"status": "ERROR", "error_code": what, "error_message": what},
        {"Ack": "Error", "Errors": {"Error": [{"Code": what, "Message": what}]}},
        {"message": f"%1 {what}", "parameters": [what], "errors": []},
    ]
    answers = [httpx.Response(status, json=shape) for shape in shapes]
    page = f"<html><head><title>{what}</title></head><body>{what}</body></html>"
    return [
        *answers,
        httpx.Response(status, html=page),
        httpx.Response(status, text=what),
        httpx.Response(302, headers={"location": f"https://login.test/{what}/x?token={what}"}),
    ]


def _alike(one: Any, other: Any) -> bool:
    return type(one) is type(other) and not isinstance(one, list)


def _is(found: Any, remote_id: str) -> bool:
    wanted: Container[str] = (remote_id, remote_id.rpartition("/")[2])
    return isinstance(found, dict) and any(str(found.get(name)) in wanted for name in IDS)


def _on_documents(change: Callable[[Any], Any]) -> Altered:
    def altered(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        found = document(response)
        return response if found is None else again(response, change(found))

    return altered
