"""Whatever comes in is read or refused; whatever goes out can be read back."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.channels.houzz import answers, shapes
from simulator.channels.houzz.documents import MOST, parse
from simulator.channels.houzz.errors import Fault, Refused
from tests.simulator.channels.houzz.seller import xml

ROOT = "AddListingRequest"
NAMES = st.sampled_from([*shapes.LISTING, "Attribute", "Type", "Package", "Odd"])
TREES = st.recursive(
    st.text(max_size=8), lambda inner: st.dictionaries(NAMES, inner, max_size=5), max_leaves=20
)
PIECES = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "/",
            "!DOCTYPE a",
            "[",
            "]",
            "&",
            ";",
            "<a>",
            "</a>",
            "<![CDATA[",
            "x",
            "\0",
            ROOT,
        ]
    ),
    max_size=12,
)


@given(st.one_of(st.binary(max_size=60), PIECES.map(lambda parts: "".join(parts).encode())))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        found = parse(body, ROOT)
    except Refused as refusal:
        assert [fault.code for fault in refusal.faults] == ["1007"]
    else:
        assert found.name == ROOT


@given(st.dictionaries(NAMES, TREES, max_size=6))
def test_any_listing_is_read_or_found_faulty(tree: dict[str, object]) -> None:
    document = f"<{ROOT}>{answers.written('xml', 'Listing', tree).partition('?>')[2]}</{ROOT}>"
    node = parse(document.encode(), ROOT).child("Listing")
    assert node is not None
    faults: list[Fault] = []
    facts = shapes.read(shapes.LISTING, node, faults)
    assert set(facts) <= set(shapes.LISTING)
    assert json.loads(json.dumps(facts)) == facts


@given(st.text(max_size=30))
def test_text_goes_out_as_it_is_kept(text: str) -> None:
    body = {"Ack": "Success", "Title": text}
    root = ElementTree.fromstring(answers.written("xml", "GetListingResponse", body).encode())
    allowed = [c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff")]
    assert (root.findtext("Title") or "") == "".join(allowed)
    assert json.loads(answers.written("json", "", body)) == body


def test_a_wide_document_is_refused_before_it_is_kept() -> None:
    document = f"<{ROOT}>{'<a/>' * MOST}</{ROOT}>"
    with pytest.raises(Refused, match="more than 10000 elements"):
        parse(document.encode(), ROOT)
    assert len(parse(f"<{ROOT}>{'<a/>' * (MOST - 1)}</{ROOT}>".encode(), ROOT).children) == MOST - 1


def test_text_around_children_and_in_sections_is_one() -> None:
    node = parse(f"<{ROOT}> a<b>{xml({'c': '1'})}</b><![CDATA[<&]]> &amp; </{ROOT}>".encode(), ROOT)
    assert (node.value, node.children[0].get("c")) == ("a<& &", "1")
