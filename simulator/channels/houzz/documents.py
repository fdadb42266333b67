"""XML in: a request's document as a tree of nodes. Nothing is expanded, fetched or looked up.

A document type declaration is refused before its first entity is read, so neither an entity that
grows nor one that names a file can do anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from simulator.channels.houzz.errors import not_understood

DEEPEST = 16  # the vendor's deepest document has seven levels
MOST = 10_000  # elements


@dataclass
class Node:
    """One element: its pieces of text, and its children."""

    name: str
    texts: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def value(self) -> str:
        """Its text without the space around it."""
        return "".join(self.texts).strip()

    def child(self, name: str) -> Node | None:
        """The last child of this name; None when there is none."""
        return next((c for c in reversed(self.children) if c.name == name), None)

    def get(self, name: str) -> str:
        """The value of the child of this name, "" when there is none."""
        found = self.child(name)
        return found.value if found else ""


def parse(body: bytes, root: str) -> Node:
    """The document of a request, whose root must have this name; Refused for anything else."""
    top = Node("")
    stack, room = [top], iter(range(MOST))

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise not_understood("elements are nested too deeply")
        if next(room, None) is None:
            raise not_understood(f"more than {MOST} elements")
        node = Node(name)
        stack[-1].children.append(node)
        stack.append(node)

    def end(name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].texts.append(data)

    def doctype(*_: Any) -> None:
        raise not_understood("document type declarations are not allowed")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise not_understood(str(error)) from error
    found = top.children[0]
    if found.name != root:
        raise not_understood(f"expected <{root}>, found <{found.name}>")
    return found
