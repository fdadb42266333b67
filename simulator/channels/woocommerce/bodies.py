"""Reading parameters out of a request, in the manner of PHP and WordPress."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from flask import Request

from simulator.channels.woocommerce.errors import WooError


def query_of(request: Request) -> dict[str, Any]:
    """The query's parameters: the last of a repeated name counts, `a[]` and `a[b]` nest."""
    text = request.query_string.decode("utf-8", "replace")
    return nested(parse_qsl(text, keep_blank_values=True))


def body_of(request: Request) -> dict[str, Any]:
    """The body's parameters. Only JSON and forms are read; any other content type counts as none.

    WooError 400 for broken JSON.
    """
    kind = request.mimetype
    if _is_json(kind):
        value = _json(request.get_data())
        return value if isinstance(value, dict) else {}
    if kind == "application/x-www-form-urlencoded":
        text = request.get_data(parse_form_data=False).decode("utf-8", "replace")
        return nested(parse_qsl(text, keep_blank_values=True))
    if kind == "multipart/form-data":
        return nested(request.form.items(multi=True))
    return {}


def is_bare(request: Request) -> bool:
    """Whether the body is JSON, but a bare text, number or truth value."""
    value = _json(request.get_data()) if _is_json(request.mimetype) else None
    return value is not None and not isinstance(value, list | dict)


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names with brackets as lists and objects: include[]=1&include[]=2 → {"include": ["1", "2"]}."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        head, *path = [name.split("[", 1)[0], *re.findall(r"\[([^\]]*)\]", name)]
        place, key = found, head
        for step in path:
            inner = place.get(key)
            place[key] = inner = inner if isinstance(inner, dict) else {}
            place, key = inner, step or str(len(inner))
        place[key] = value
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {k: _lists(v) for k, v in value.items()}
    if list(inner) == [str(n) for n in range(len(inner))]:
        return list(inner.values())
    return inner


def _json(raw: bytes) -> Any:
    if raw in (b"", b"0"):
        return None
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        if rb"\ud" in raw.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except UnicodeEncodeError as error:
        raise _broken(10, "Single unpaired UTF-16 surrogate in unicode escape") from error
    except UnicodeDecodeError as error:
        words = "Malformed UTF-8 characters, possibly incorrectly encoded"
        raise _broken(5, words) from error
    except ValueError as error:
        raise _broken(4, "Syntax error") from error


def _no_constant(word: str) -> Any:
    raise ValueError(f"not JSON: {word}")


def _broken(code: int, words: str) -> WooError:
    return WooError(
        "rest_invalid_json",
        "Invalid JSON body passed.",
        400,
        {"json_error_code": code, "json_error_message": words},
    )
