"""How a round of work ended, as an exit code: held, settings, unreachable, rejects, or done."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import TallymanError
from agent.flow.standing import Standing

DONE, WITH_REJECTS, HELD, UNREACHABLE, SETTINGS = 0, 3, 4, 5, 6


def exit_code(standing: Standing, unread: Sequence[TallymanError] = ()) -> int:
    """The most pressing of what a person should know.

    Held plans come first, then settings and secrets that do not work, channels, and at last rows,
    files and changes that were refused.
    """
    troubles = {shop.trouble_kind for shop in standing.shops if shop.trouble}
    unread_codes = {error.exit_code for error in unread}
    if standing.held:
        return HELD
    if "ConfigError" in troubles or SETTINGS in unread_codes:
        return SETTINGS
    if troubles:
        return UNREACHABLE
    if standing.rejects or standing.refused_files or any(shop.parked for shop in standing.shops):
        return WITH_REJECTS
    return WITH_REJECTS if unread or standing.orders.get("exception") else DONE
