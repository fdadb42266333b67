"""Hints from channels: a message that is truly theirs wakes a pull; its content is never used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

from agent.flow.site import Did, Site

log = logging.getLogger(__name__)

MESSAGE_CAP = 1024 * 1024  # bytes


def subscribe(site: Site, shop: str) -> Did:
    """See to it that the channel sends its hints here; does nothing where no address is set."""
    if site.settings.hooks is not None:
        site.channels[shop].subscribe(f"{site.settings.hooks.address.rstrip('/')}/{shop}")
    return Did()


def receive(
    site: Site,
    hint: Callable[[Iterable[str]], None],
    shop: str,
    headers: Mapping[str, str],
    body: bytes,
) -> int:
    """Take a message for a shop and give the HTTP status of the answer.

    404 for an unknown shop, 413 when too large, 401 when it is not truly from the channel; else 204,
    and the shop's orders are pulled soon. Header names are lower case.
    """
    channel = site.channels.get(shop)
    if channel is None:
        return 404
    if len(body) > MESSAGE_CAP:
        return 413
    if not channel.hint(headers, body):
        log.info("channel=%s a message without a true signature was turned away", shop)
        return 401
    hint([f"pull {shop}"])
    return 204
