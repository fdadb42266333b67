"""Which work that was taken on is done by whom."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.channels.allegro import commands, labels, offer_edits, offers, refunds
from simulator.channels.allegro.jobs import Work

WORKS: Mapping[str, Work] = {
    offer_edits.WHAT: offer_edits.run,
    "command": commands.run,
    "timer": offers.timer,
    refunds.WHAT: refunds.run,
    labels.WHAT: labels.run,
}
