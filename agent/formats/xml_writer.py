"""Paths and texts → the bytes of an XML document: elements in the order in which their paths come.

One real line: `<OrderNumber>ALLEGRO-1001</OrderNumber>` from ("Order-Header/OrderNumber", "ALLEGRO-1001")
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

Cells = Sequence[tuple[str, str]]  # (path of element names, text)


def write(
    root: str, head: Cells, lines: Sequence[Cells], tail: Cells, *, under: str, encoding: str
) -> bytes:
    """The whole document, indented: the head, each line below the element `under`, and the tail.

    Paths that begin alike share those elements; a line shares none with another line.
    UnicodeEncodeError when the encoding lacks a character: not every reader knows references to it.
    """
    top = ElementTree.Element(root)
    known: dict[str, ElementTree.Element] = {}
    for path, text in head:
        _add(top, path, known).text = text
    below = _element(top, under, known)
    for cells in lines:
        own: dict[str, ElementTree.Element] = {}
        for path, text in cells:
            _add(below, path, own).text = text
    for path, text in tail:
        _add(top, path, known).text = text
    ElementTree.indent(top, "  ")
    body = ElementTree.tostring(top, encoding="unicode")
    return f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n{body}\n'.encode(encoding)


def _add(
    top: ElementTree.Element, path: str, known: dict[str, ElementTree.Element]
) -> ElementTree.Element:
    above, _, name = path.rpartition("/")
    return ElementTree.SubElement(_element(top, above, known), name)


def _element(
    top: ElementTree.Element, path: str, known: dict[str, ElementTree.Element]
) -> ElementTree.Element:
    """The element at this path, made where it is not known yet."""
    if not path:
        return top
    if path not in known:
        above, _, name = path.rpartition("/")
        known[path] = ElementTree.SubElement(_element(top, above, known), name)
    return known[path]
