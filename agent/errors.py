"""Everything that goes wrong in a known way, as a tree. Each error says what, where and what next.

TallymanError(what, where, next)
├ ConfigError      settings that cannot be used; carries every fault found            exit 6
├ FileRefused      an export file that cannot be read as its feed says                exit 3
├ PlanRefused      a plan, or part of it, that the guard holds for a person           exit 4
├ StoreBusy        another agent holds this database                                  exit 7
├ StoreDamaged     the database is not ours, too new, or broken                       exit 6
├ NotFound         a sku, plan or scenario that does not exist                        exit 2
├ Lossy            a family of variants that a channel cannot express whole           exit 3
└ ChannelError     a whole call to a channel failed                                   exit 5
   ├ Throttled     again after `retry_after_s`        ├ Unavailable   again later
   │ └ Preparing   what was asked for is being made; all else may go on meanwhile
   ├ Unauthorised  this channel stops, others go on   ├ Refused       the call as sent is wrong
   └ OutcomeUnknown  sent, no (usable) answer: settle by looking, never resend blindly
"""

from __future__ import annotations

from collections.abc import Sequence


class TallymanError(Exception):
    """A failure that a person can understand: what happened, where, and what to do next."""

    exit_code = 1

    def __init__(self, what: str, where: str = "", next: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.next = what, where, next

    def __str__(self) -> str:
        rows = [("error", self.what), ("at", self.where), ("next", self.next)]
        return "\n".join(f"{name:<6} {text}" for name, text in rows if text)


class ConfigError(TallymanError):
    """Settings that cannot be used. `faults` holds every fault found, each with its own place."""

    exit_code = 6

    def __init__(
        self, what: str, where: str = "", next: str = "", faults: Sequence[TallymanError] = ()
    ) -> None:
        super().__init__(what, where, next)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults)) if self.faults else super().__str__()


class FileRefused(TallymanError):
    """An export file that is refused whole: nothing of it was applied, the original is untouched."""

    exit_code = 3


class PlanRefused(TallymanError):
    """A plan that the guard holds, or an approval that names no such plan."""

    exit_code = 4


class StoreBusy(TallymanError):
    """Another agent holds the lock of this database."""

    exit_code = 7


class StoreDamaged(TallymanError):
    """The database is not tallyman's, is newer than this program, or is broken."""

    exit_code = 6


class NotFound(TallymanError):
    """The thing that was named does not exist."""

    exit_code = 2


class Lossy(TallymanError):
    """A family that a channel cannot express without losing something; `what` is the reason."""

    exit_code = 3


class ChannelError(TallymanError):
    """A whole call to a channel failed; `where` names the channel and the request."""

    exit_code = 5


class Throttled(ChannelError):
    """The channel asks us to wait. `retry_after_s` is its own figure, in seconds."""

    def __init__(self, what: str, where: str = "", next: str = "", *, retry_after_s: float) -> None:
        super().__init__(what, where, next)
        self.retry_after_s = retry_after_s


class Preparing(Throttled):
    """What was asked for is being made, or takes its time; everything else may go on meanwhile."""


class Unavailable(ChannelError):
    """The channel could not be reached, or said that it cannot serve now; nothing was done."""


class Unauthorised(ChannelError):
    """The channel does not accept our credentials."""


class Refused(ChannelError):
    """The channel refused the call as a whole as wrong; nothing was done. Bisect to find the row."""


class OutcomeUnknown(ChannelError):
    """Sent, but no usable answer came: it may or may not have happened."""
