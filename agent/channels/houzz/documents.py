"""The XML that goes to Houzz, and the XML of its answers. Pure; nothing in it is expanded or fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

DEEPEST, MOST = 32, 100_000  # levels and elements of an answer; none that we ask for has more
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# An element's content: text, or the elements in it in their order.
Content = str | int | Sequence[tuple[str, "Content"]]


def written(root: str, content: Content) -> bytes:
    """A document. Characters that XML cannot carry are left out."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(root, content)}'.encode()


def read(body: bytes) -> tuple[str, dict[str, Any]]:
    """(The root's name, what is in it): text for leaves, a list where a name comes again.

    ValueError for anything that is no XML, has a document type, or is too deep or too long.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error
    name, found = reader.top[0]
    return name, found if isinstance(found, dict) else {}


class _Reader:
    """Builds the tree as expat meets it."""

    def __init__(self) -> None:
        self.top: list[tuple[str, Any]] = []
        self._open: list[tuple[str, list[str], list[tuple[str, Any]]]] = [("", [], self.top)]
        self._count = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST:
            raise ValueError("too deep or too long")
        self._open.append((name, [], []))

    def end(self, _: str) -> None:
        name, texts, children = self._open.pop()
        value: Any = _as_object(children) if children else "".join(texts).strip()
        self._open[-1][2].append((name, value))

    def text(self, data: str) -> None:
        self._open[-1][1].append(data)

    def doctype(self, *_: Any) -> None:
        raise ValueError("a document type declaration")


def _as_object(children: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    by_name: dict[str, list[Any]] = {}
    for name, value in children:
        by_name.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in by_name.items()}


def _element(name: str, content: Content) -> str:
    if isinstance(content, str | int):
        return f"<{name}>{escape(_NOT_XML.sub('', str(content)), {chr(13): '&#13;'})}</{name}>"
    inner = "".join(_element(child, part) for child, part in content)
    return f"<{name}>{inner}</{name}>"
