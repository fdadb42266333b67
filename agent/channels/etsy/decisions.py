"""What a new listing needs beside the ERP's facts: as tally.yaml says, else the shop's only one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from agent.channels.etsy import listings
from agent.channels.etsy.connection import Connection
from agent.channels.strict import Row
from agent.errors import Refused


class Decisions:
    """The shop's choices for new listings. Refused, with what to set, for one that nobody has made."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def ask(self) -> None:
        """Have at hand whatever the shop must be asked."""
        with contextlib.suppress(Refused):  # told to each listing that wants to know
            self._c.facts  # noqa: B018
            _ = self.shipping_profile, self.processing_profile, self.return_policy

    def taxonomy(self, category: str) -> int:
        """Etsy's category for a category of the ERP."""
        settings = self._c.settings
        found = settings.categories.get(category, settings.taxonomy)
        if found is None:
            named = f' for "{category}"' if category else ""
            advice = "set `taxonomy`, or `categories`, to a number of Etsy's seller taxonomy"
            raise self._undecided(f"no category{named} is decided", advice)
        return found

    @property
    def shipping_profile(self) -> int:
        """What buyers pay for shipping."""
        found = self._c.settings.shipping_profile
        path, id = f"{self._c.root}/shipping-profiles", "shipping_profile_id"
        return found or self._only("shipping_profile", path, id, "title")

    @property
    def processing_profile(self) -> int:
        """How long a piece takes until it is sent."""
        found = self._c.settings.processing_profile
        path, id = f"{self._c.root}/readiness-state-definitions", "readiness_state_id"
        return found or self._only("processing_profile", path, id, "processing_days_display_label")

    @property
    def return_policy(self) -> int | None:
        """What buyers may send back; None where the shop has no such policy."""
        found = self._c.settings.return_policy
        path, id = f"{self._c.root}/policies/return", "return_policy_id"
        if found is None and not self._rows("return_policy", path):
            return None
        return found or self._only("return_policy", path, id, "return_deadline")

    def _only(self, setting: str, path: str, id: str, label: str) -> int:
        there = self._rows(setting, path)
        if len(there) == 1 and isinstance(there[0].get(id), int):
            return int(there[0][id])
        named = ", ".join(f"{row.get(id)} ({row.get(label)})" for row in there) or "none"
        advice = f"set `{setting}` to one of them" if there else "make one in Shop Manager"
        raise self._undecided(f"the shop has {len(there)} of {setting}: {named}", advice)

    def _rows(self, setting: str, path: str) -> Sequence[Row]:
        kept = self._c.decided
        if setting not in kept:
            answer = self._c.client.read(path)
            found = listings.rows(self._c, answer, path)
            kept[setting] = [row for row in found if not row.get("is_deleted")]
        return kept[setting]

    def _undecided(self, what: str, advice: str) -> Refused:
        return Refused(what, f"{self._c.shop} new listing", advice)
