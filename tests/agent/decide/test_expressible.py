"""What a channel is told when it has no word for what a listing should show."""

from __future__ import annotations

import pytest

from agent.decide.expressible import Speech, expressible
from agent.model.listing import Shown, State

HUB = Speech(states={"draft": "live", "hidden": "live", "archived": "live"}, backorders=False)
MARKET = Speech(states={"archived": "hidden"}, backorders=False, rests=True)
BOOTH = Speech(most_pieces=999)
STALL = Speech(states={"draft": "hidden", "archived": "hidden"})


@pytest.mark.parametrize(
    ("speech", "wanted", "told"),
    [
        pytest.param(Speech(), ("live", 0, True), ("live", 0, True), id="a shop says everything"),
        pytest.param(MARKET, ("live", 5, False), ("live", 5, False), id="in stock"),
        pytest.param(MARKET, ("live", 0, False), ("hidden", 0, False), id="at zero it rests"),
        pytest.param(MARKET, ("live", 0, True), ("hidden", 0, False), id="no backorders either"),
        pytest.param(MARKET, ("live", 5, True), ("live", 5, False), id="only what is there"),
        pytest.param(MARKET, ("archived", 0, False), ("hidden", 0, False), id="sold down"),
        pytest.param(MARKET, ("draft", 5, False), ("draft", 5, False), id="a draft is one"),
        pytest.param(STALL, ("draft", 5, False), ("hidden", 5, False), id="drafts are hidden"),
        pytest.param(
            HUB, ("hidden", 3, False), ("live", 0, False), id="what cannot be hidden is empty"
        ),
        pytest.param(HUB, ("live", 0, False), ("live", 0, False), id="sold out and visible"),
        pytest.param(BOOTH, ("live", 1000, False), ("live", 999, False), id="as many as it takes"),
        pytest.param(BOOTH, ("live", 999, False), ("live", 999, False), id="just as many"),
    ],
)
def test_the_nearest_that_the_channel_can_say(
    speech: Speech, wanted: tuple[State, int, bool], told: tuple[State, int, bool]
) -> None:
    state, pieces, backorders = wanted
    shown = Shown(state, 12900, quantity=pieces, backorders=backorders)
    said, because = expressible(shown, speech, state_is_ours=True)
    assert (said.state, said.quantity, said.backorders) == told
    assert bool(because) == (said != shown)
    again, _ = expressible(said, speech, state_is_ours=True)
    assert again == said


def test_what_people_have_there_is_not_emptied_before_it_is_ours() -> None:
    said, _ = expressible(Shown("draft", 12900, quantity=14), HUB, state_is_ours=False)
    assert (said.state, said.quantity) == ("live", 14)


def test_an_uncounted_listing_stays_uncounted() -> None:
    said, because = expressible(Shown("live", 12900, quantity=None), MARKET, state_is_ours=True)
    assert said == Shown("live", 12900, quantity=None)
    assert because == ()
