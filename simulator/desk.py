"""What can be done at the control desk, and the forms in which programs ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from simulator.channels import Buyer, Dialect
from simulator.durations import span
from simulator.faults import Fault, RetryAfter, Standing

if TYPE_CHECKING:
    from simulator.world import World


class Refused(Exception):
    """What was asked cannot be done; the text says why."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


class Strict(BaseModel):
    """A JSON body: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Advance(Strict):
    """POST /api/clock."""

    advance: str


class NewFault(Strict):
    """POST /api/faults: the fields of a `Fault`; `for` sets a window from now on."""

    kind: str
    channel: str | None = None
    method: str | None = None
    path: str | None = None
    after: int = 0
    count: int | None = None
    chance: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    seconds: float | None = None
    retry_after: RetryAfter = "seconds"
    effect: bool = False
    for_: str | None = Field(default=None, alias="for")


class Reset(Strict):
    """POST /api/reset."""

    channel: str | None = None


class Act(Strict):
    """POST /api/operator/<channel>."""

    action: str
    args: dict[str, Any] = {}


class Buy(Strict):
    """POST /api/buy."""

    channel: str
    basket: dict[str, int]
    buyer: dict[str, str] | None = None


class Cancel(Strict):
    """POST /api/cancel."""

    channel: str
    number: str


class Desk:
    """What can be done at the control desk. Each act gives what JSON shows of it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def state(self) -> dict[str, Any]:
        """The present: clock, seed, channels with their dials, faults in force."""
        world = self.world
        channels = {name: self._channel(name) for name in world.dialects}
        faults = [standing_as_json(s) for s in world.faults.standing()]
        now = world.clock.now().isoformat()
        return {"now": now, "seed": world.seed, "channels": channels, "faults": faults}

    def advance(self, step: str) -> dict[str, Any]:
        """Let time pass, and do what that makes due."""
        self.world.advance(span(step))
        return {"now": self.world.clock.now().isoformat()}

    def add_fault(self, wanted: NewFault) -> dict[str, Any]:
        """Put a fault in force."""
        fields = wanted.model_dump(exclude={"for_"})
        if wanted.for_ is not None:
            now = self.world.clock.now()
            fields |= {"since": now, "until": now + span(wanted.for_)}
        number = self.world.faults.add(Fault(**fields))
        return {"number": number}

    def operate(self, channel: str, action: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the channel's operator would; `empty` and `dials` work on every channel."""
        dialect: Any = self.dialect(channel)
        if action == "empty":
            dialect.empty()
            return {"done": action}
        if action == "dials":
            return {"done": action, "result": self.turn(channel, args)}
        done = dialect.operator(action, args)
        return {"done": action} if done is None else {"done": action, "result": done}

    def buy(self, wanted: Buy) -> dict[str, Any]:
        """Somebody buys a basket."""
        self.dialect(wanted.channel)
        if not wanted.basket or min(wanted.basket.values()) < 1:
            raise Refused("a basket holds at least one piece of something")
        buyer = None if wanted.buyer is None else self._buyer(wanted.buyer)
        purchase = self.world.shoppers.buy(wanted.channel, wanted.basket, buyer)
        return {
            "channel": purchase.channel,
            "number": purchase.number,
            "buyer": asdict(purchase.buyer),
        }

    def dials(self, channel: str) -> dict[str, Any]:
        """How a channel's dials stand."""
        self.dialect(channel)
        return asdict(self.world.dials[channel])

    def turn(self, channel: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Turn some of a channel's dials; ValueError for what is none of them."""
        self.dialect(channel)
        self.world.dials[channel].turn(wanted)
        return self.dials(channel)

    def dialect(self, channel: str) -> Dialect:
        """The channel of this name; Refused when there is none."""
        if channel not in self.world.dialects:
            known = ", ".join(self.world.dialects)
            raise Refused(f"no channel {channel!r} here; known: {known}", 404)
        return self.world.dialects[channel]

    def _channel(self, name: str) -> dict[str, Any]:
        base = self.world.base_urls[name]
        requests = self.world.ledger.count(name)
        facts = {"base_url": base, "storefront": f"{base}/storefront/", "requests": requests}
        return {**facts, "dials": self.dials(name)}

    def _buyer(self, fields: Mapping[str, str]) -> Buyer:
        try:
            return Buyer(**{**asdict(self.world.shoppers.buyer()), **fields})
        except TypeError as error:
            raise Refused(f"a buyer has no such field: {error}") from error


def standing_as_json(standing: Standing) -> dict[str, Any]:
    """A fault in force, for people and programs."""
    fields = {k: v for k, v in asdict(standing.fault).items() if v not in (None, False, 0)}
    for edge in ("since", "until"):
        if edge in fields:
            fields[edge] = fields[edge].isoformat()
    counts = {"number": standing.number, "happened": standing.happened}
    return {**counts, **fields, "text": str(standing.fault)}
