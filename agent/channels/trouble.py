"""What every folder says of a call that came to no good end, whatever the vendor's own words are."""

from __future__ import annotations

import re

from agent.errors import ChannelError, OutcomeUnknown, Unavailable
from agent.ports.http import LOOKS, Answer

__all__ = ["LOOKS", "RETRIES", "failed", "glimpse", "guarded", "misshapen", "unreadable"]

RETRIES = "tallyman tries again by itself"
FIREWALL = "have the firewall or bot guard before it let this machine's address pass"


def failed(what: str, where: str, *, wrote: bool) -> ChannelError:
    """The vendor failed. What wrote may have happened all the same."""
    return OutcomeUnknown(what, where, LOOKS) if wrote else Unavailable(what, where, RETRIES)


def guarded(answer: Answer, where: str) -> ChannelError | None:
    """A page that turns us away: it is not the vendor's API that speaks, and it knows nothing of keys."""
    if answer.status != 403 or b"<html" not in answer.body[:1000].lower():
        return None
    what = f"something in front of it turns us away (403): {glimpse(answer.body)}"
    return Unavailable(what, where, FIREWALL)


def unreadable(answer: Answer, where: str, *, wrote: bool) -> ChannelError:
    """A success whose body is not what was asked for: an HTML page, cut JSON, another type."""
    return misshapen(glimpse(answer.body), where, wrote=wrote)


def misshapen(why: object, where: str, *, wrote: bool = False) -> ChannelError:
    """A success that says something else than the vendor documents: `why` names the field."""
    return failed(f"the answer is not what the vendor documents: {why}", where, wrote=wrote)


def glimpse(body: bytes) -> str:
    """The beginning of an answer, for people; the title of a page."""
    text = " ".join(body[:400].decode("utf-8", "replace").split())
    title = re.search(r"<title>(.*?)</title>", text, re.IGNORECASE)
    if title:
        return f'an HTML page "{title[1][:80]}"'
    return f'"{text[:80]}"' if text else "an empty body"
