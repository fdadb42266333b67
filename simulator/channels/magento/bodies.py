"""Bodies on the wire: PHP's queries, JSON as PHP prints it, XML both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from simulator.channels.magento.errors import Refusal
from simulator.channels.magento.inputs import php_text

JSON, XML = "application/json; charset=utf-8", "application/xml; charset=utf-8"
HTML = "text/html; charset=UTF-8"
CONTENT_TYPE = re.compile(r"([a-z\d/\-+.]+)(?:; *charset=(.+))?", re.IGNORECASE)
UNREADABLE = "Decoding error."
PAGE = (
    "<!doctype html>\n<html><head><title>There has been an error processing your request</title>"
    "</head>\n<body><h1>There has been an error processing your request</h1>"
    "<p>Exception printing is disabled by default for security reasons.</p></body></html>\n"
)


def query(text: str) -> dict[str, Any]:
    """A query string with PHP's brackets: "a[b][0]=c" is {"a": {"b": {"0": "c"}}}."""
    found: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        name, _, rest = key.partition("[")
        path = [name.replace(".", "_").replace(" ", "_")]
        if rest:
            path += re.findall(r"([^\[\]]*)\]", rest)
        here = found
        for step in path[:-1]:
            inner = here.get(step)
            if not isinstance(inner, dict):
                inner = here[step] = {}
            here = inner
        here[path[-1] if path[-1] or len(path) == 1 else str(len(here))] = value
    return found


def read(content: bytes, kind: str | None) -> dict[str, Any]:
    """What a request's body holds; {} for an empty one or one that is no object."""
    if not content:
        return {}
    if not kind:
        raise Refusal("Content-Type header is empty.")
    found = CONTENT_TYPE.fullmatch(kind)
    if found is None:
        raise Refusal("Content-Type header is invalid.")
    media, charset = found[1], found[2]
    if charset is not None and charset.lower() != "utf-8":
        raise Refusal("UTF-8 is the only supported charset.")
    if media == "application/json":
        return _object(content)
    if media in ("application/xml", "text/xml", "application/xhtml+xml"):
        return _from_xml(content)
    raise Refusal(f"Server cannot understand Content-Type HTTP header media type {media}")


def read_list(content: bytes, kind: str | None) -> list[Any] | None:
    """The body as a list; None when it is none."""
    if not content or not kind or "json" not in kind:
        return None
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Refusal(UNREADABLE) from error
    return body if isinstance(body, list) else None


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Refusal(UNREADABLE) from error
    return body if isinstance(body, dict) else {}


def _from_xml(content: bytes) -> dict[str, Any]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refusal(UNREADABLE)
    try:
        root = ElementTree.fromstring(content)  # no entities get here
    except ElementTree.ParseError as error:
        raise Refusal(UNREADABLE) from error
    found = _element(root)
    return found if isinstance(found, dict) else {}


def _element(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text or ""
    if all(child.tag == "item" for child in element):
        return [_element(child) for child in element]
    return {child.tag: _element(child) for child in element}


def php(value: Any) -> Any:
    """A value as PHP would hand it to its JSON printer: 40.0 is 40, an empty object is a list."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, Mapping):
        return {key: php(inner) for key, inner in value.items()} if value else []
    if isinstance(value, list | tuple):
        return [php(inner) for inner in value]
    return value


def to_json(body: Any) -> str:
    """JSON as PHP prints it, slashes escaped."""
    return json.dumps(php(body), separators=(",", ":")).replace("/", "\\/")


def to_xml(body: Any) -> str:
    """The answer as XML, rows as <item>."""
    return '<?xml version="1.0"?>\n' + _xml("response", php(body), "") + "\n"


def _xml(name: str, value: Any, indent: str) -> str:
    if isinstance(value, list):
        value = [("item", inner) for inner in value]
    elif isinstance(value, Mapping):
        value = [(_tag(key), inner) for key, inner in value.items()]
    else:
        text = "true" if value is True else "false" if value is False else php_text(value)
        return f"{indent}<{name}>{escape(text)}</{name}>" if text else f"{indent}<{name}/>"
    if not value:
        return f"{indent}<{name}/>"
    rows = "\n".join(_xml(key, inner, indent + "  ") for key, inner in value)
    return f"{indent}<{name}>\n{rows}\n{indent}</{name}>"


def _tag(key: Any) -> str:
    text = re.sub(r"\W", "_", str(key))
    return f"item_{text}" if text[:1].isdigit() else text


def accepted(header: str | None) -> str | None:
    """The content type that the Accept header asks for; None for one that is not spoken here."""
    if not header or not header.strip():
        return JSON
    offers = []
    for place, part in enumerate(header.split(",")):
        media, *more = [p.strip() for p in part.split(";")]
        quality = next((p[2:] for p in more if p.startswith("q=")), "1")
        try:
            offers.append((-float(quality), place, media.lower()))
        except ValueError:
            continue
    for _, _, media in sorted(offers):
        if media in ("application/json", "*/*", "application/*"):
            return JSON
        if media in ("application/xml", "application/xhtml+xml", "text/xml", "text/*"):
            return XML
    return None
