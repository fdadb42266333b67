"""Every GraphQL document that the agent holds is valid by the vendor's published schema."""

from __future__ import annotations

import pytest

from agent.channels.shopify import documents
from tests.conformance.shopify import VERSIONS, faults_of_document

WHOLE = {
    name: text
    for name, text in vars(documents).items()
    if isinstance(text, str) and text.lstrip().startswith(("query ", "mutation "))
}
ACTS = {
    next(name for name, value in vars(documents).items() if value is act): act
    for act in documents.ACTS
}


def test_no_act_is_left_out() -> None:
    held = [value for value in vars(documents).values() if isinstance(value, documents.Act)]
    assert held == list(documents.ACTS)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", WHOLE)
def test_a_document_is_valid(name: str, version: str) -> None:
    assert faults_of_document(WHOLE[name], version) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("times", [1, 3])
def test_acts_together_are_valid(name: str, times: int, version: str) -> None:
    assert faults_of_document(documents.together("Test", [ACTS[name]] * times), version) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_different_acts_together_are_valid(version: str) -> None:
    acts = [documents.UPDATE_PRODUCT, documents.PUBLISH, documents.UNPUBLISH]
    assert faults_of_document(documents.together("Test", acts), version) == []
