"""What a channel can say of the face that a listing should have, and what it is told instead of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agent.model.listing import Shown, State


@dataclass(frozen=True, slots=True)
class Speech:
    """What a channel has words for: see `Limits` of the channels, which say what each means."""

    states: Mapping[State, State] = field(default_factory=dict)
    backorders: bool = True
    rests: bool = False
    most_pieces: int | None = None


def expressible(
    shown: Shown, speech: Speech, *, state_is_ours: bool
) -> tuple[Shown, tuple[str, ...]]:
    """The face as the channel can have it, and why it is another.

    What cannot be hidden is offered with no pieces instead, once its state is ours to decide.
    """
    because: list[str] = []
    if shown.backorders and not speech.backorders:
        shown = replace(shown, backorders=False)
        because.append("the channel sells nothing below zero: no backorders")
    most = speech.most_pieces
    if most is not None and shown.quantity is not None and shown.quantity > most:
        shown = replace(shown, quantity=most)
        because.append(f"the channel takes {most} pieces at most")
    told = speech.states.get(shown.state, shown.state)
    if told == "live" and shown.state != "live" and state_is_ours:
        because.append(f"the channel cannot show it as {shown.state}: it offers no pieces")
        shown = replace(shown, quantity=0, backorders=False)
    elif told != shown.state:
        because.append(f"the channel does not tell {shown.state} from {told}")
    shown = replace(shown, state=told)
    if speech.rests and shown.state == "live" and shown.quantity == 0 and not shown.backorders:
        hidden = speech.states.get("hidden", "hidden")
        because.append("without pieces it leaves the channel's shelf until there are some")
        shown = replace(shown, state=hidden)
    return shown, tuple(because)
