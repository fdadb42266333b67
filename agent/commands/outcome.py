"""How a round of work ended, as an exit code: held, unreachable, rejects, or done."""

from __future__ import annotations

from agent.flow.standing import Standing

DONE, WITH_REJECTS, HELD, UNREACHABLE = 0, 3, 4, 5


def exit_code(standing: Standing) -> int:
    """The most pressing of what a person should know: held plans, then channels, then rows."""
    if standing.held:
        return HELD
    if any(shop.trouble for shop in standing.shops):
        return UNREACHABLE
    if standing.rejects or standing.refused_files or any(shop.parked for shop in standing.shops):
        return WITH_REJECTS
    return WITH_REJECTS if standing.orders.get("exception") else DONE
