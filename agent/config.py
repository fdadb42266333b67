"""tally.yaml → frozen settings; every fault at once, each as file:line:column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from agent.erps.feeds import Feed, Model, Seconds
from agent.erps.imports import Imports


class Zero(Model):
    """What happens at zero stock."""

    answer: Literal["sold_out", "hide", "backorder", "discontinue"] = "sold_out"
    backorder_limit: int | None = Field(None, ge=0)


class RuleSettings(Model):
    """Exceptions for some items."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    zero: Zero | None = None
    safety_stock: int | None = Field(None, ge=0)
    publish: Literal["wait", "at_once", "never"] | None = None


class GuardSettings(Model):
    """Without defaults: a shop must have said them once. Shares in per cent."""

    to_zero: float = Field(ge=0, le=100)
    unpublished: float = Field(ge=0, le=100)
    price_move: float = Field(ge=0)
    price_moves: float = Field(ge=0, le=100)
    file_shrunk: float = Field(ge=0, le=100)
    price_zero: Literal["hold", "allow"]
    under_cost: Literal["hold", "allow"]
    free: int = Field(5, ge=0)


class Every(Model):
    """How often the agent does by itself what hints have not woken it for."""

    scan: Seconds = 10.0
    pull: Seconds = 60.0
    observe: Seconds = 3600.0
    upkeep: Seconds = 3600.0


class Shop(Model):
    """One channel: `connection` is checked by the vendor's own settings class."""

    kind: str  # the vendor
    currency: str
    zone: str
    prices: Literal["gross", "net"] = "gross"
    tax_rate: float = 0.0
    tax_rates: Mapping[str, float] = Field(default_factory=dict)
    locations: tuple[str, ...] = ()
    zero: Zero = Zero()
    safety_stock: int = Field(0, ge=0)
    publish: Literal["wait", "at_once", "never"] = "wait"
    keep_titles: bool = True
    rules: tuple[RuleSettings, ...] = ()
    guards: GuardSettings
    connection: Any  # the vendor's own Settings value


class Hooks(Model):
    """Where channels may send hints. The listener binds to `listen`; `address` is its public URL."""

    listen: str = "127.0.0.1:8711"
    address: str


class Settings(Model):
    """Everything in tally.yaml, with the ERP profile merged in."""

    path: Path  # of tally.yaml itself
    data: Path
    erp: str
    zone: str
    currency: str
    prices: Literal["gross", "net"] = "gross"  # what the ERP's prices are
    exports: Path
    imports: Path
    feeds: Mapping[str, Feed]
    import_files: Imports
    channels: Mapping[str, Shop]
    every: Every = Every()
    hooks: Hooks | None = None
