"""A push that takes several requests: one receipt per change, whatever becomes of each request.

For channel folders. A request that fails before any other succeeded fails the whole call; one that
fails later only fails its own changes, because the earlier ones have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.errors import ChannelError, OutcomeUnknown, Refused
from agent.model.change import Change, Receipt
from agent.model.listing import Listing

Part = Sequence[Change]
Receipts = Mapping[int, Receipt]  # by id() of the change: equal changes are still two

NOT_SENT = "not sent, because a request before it failed"


def done(
    change: Change, listing: Listing | None = None, words: str = "", request_id: str = ""
) -> Receipt:
    """It has happened."""
    return Receipt(change, "done", words, request_id=request_id, listing=listing)


def refused(change: Change, words: str, next: str = "", listing: Listing | None = None) -> Receipt:
    """The vendor will not have it; a person must act."""
    return Receipt(change, "refused", words, next, listing=listing)


def moved(change: Change, words: str, listing: Listing | None = None) -> Receipt:
    """Not done, because something was no longer as we believed: look, and decide anew."""
    return Receipt(change, "refused", words, listing=listing, again=True)


def working(change: Change, job: str, words: str = "", request_id: str = "") -> Receipt:
    """The vendor has taken it on and says later, under this number, what became of it."""
    return Receipt(change, "working", words, request_id=request_id, job=job)


def unsent(change: Change, words: str) -> Receipt:
    """Nothing was done for it yet, though for others of the same call."""
    return Receipt(change, "unsent", words)


def in_doubt(change: Change, words: str, request_id: str = "") -> Receipt:
    """Sent, and nobody knows."""
    return Receipt(change, "in_doubt", words, request_id=request_id)


def send_all(
    changes: Sequence[Change], parts: Sequence[Part], send: Callable[[Part], Receipts]
) -> list[Receipt]:
    """One receipt per change in their order, from requests of one part each.

    ChannelError when the very first request fails: then nothing has happened. A refusal is that
    part's own; after any other failure the rest is not sent.
    """
    found: dict[int, Receipt] = {}
    for number, part in enumerate(parts):
        try:
            found |= send(part)
        except ChannelError as error:
            if not found:
                raise
            found |= after(part, error, send)
            if not isinstance(error, Refused):
                unsent = [change for later in parts[number + 1 :] for change in later]
                found |= {id(change): moved(change, NOT_SENT) for change in unsent}
                break
    missing = "the answer did not mention it"
    return [found.get(id(change)) or in_doubt(change, missing) for change in changes]


def after(part: Part, error: ChannelError, send: Callable[[Part], Receipts]) -> Receipts:
    """What a failed request means for its changes when others have happened before it."""
    if isinstance(error, OutcomeUnknown):
        return {id(change): in_doubt(change, error.what) for change in part}
    if not isinstance(error, Refused):  # asked to wait, or out of reach: not done, and free to try
        return {id(change): moved(change, error.what) for change in part}
    if len(part) == 1:
        return {id(part[0]): refused(part[0], error.what, error.next)}
    found: dict[int, Receipt] = {}
    for half in (part[: len(part) // 2], part[len(part) // 2 :]):
        try:
            found |= send(half)
        except ChannelError as again:
            found |= after(half, again, send)
    return found
