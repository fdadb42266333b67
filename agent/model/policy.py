"""The shop's policies as plain values; `config` builds them from tally.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

ZeroAnswer = Literal["sold_out", "hide", "backorder", "discontinue"]


@dataclass(frozen=True, slots=True)
class ZeroPolicy:
    """What happens at zero stock. `backorder_limit` in pieces below zero; None: no limit."""

    answer: ZeroAnswer = "sold_out"
    backorder_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy for some items: those whose sku or category is named; an empty set matches all."""

    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    zero: ZeroPolicy | None = None
    safety_stock: int | None = None  # pieces
    publish: Literal["wait", "at_once", "never"] | None = None


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """Everything that decides what one channel shows."""

    channel: str
    currency: str
    zone: str  # the shop's time zone, IANA
    prices_are: Literal["gross", "net"] = "gross"  # what the channel wants
    erp_prices_are: Literal["gross", "net"] = "gross"
    tax_rate: Decimal = Decimal(0)  # per cent, where no class names another
    tax_rates: Mapping[str, Decimal] = field(default_factory=dict)  # by tax class
    locations: frozenset[str] = frozenset()  # empty: all
    zero: ZeroPolicy = ZeroPolicy()
    safety_stock: int = 0
    publish: Literal["wait", "at_once", "never"] = "wait"
    keep_titles: bool = True  # titles are set at creation and then the channel's own
    rules: tuple[Rule, ...] = ()  # the first that matches wins, setting by setting


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits on a plan. Shares in per cent of the channel's listings; `free` changes always pass."""

    to_zero_pct: Decimal
    unpublished_pct: Decimal
    price_move_pct: Decimal
    price_moves_pct: Decimal  # share of items whose price may move at all in one plan
    file_shrunk_pct: Decimal
    price_zero: Literal["hold", "allow"]
    under_cost: Literal["hold", "allow"]
    free: int  # so many items may always go to zero or be unpublished
