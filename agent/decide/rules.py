"""Which of a channel's policies hold for one item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from agent.model.item import Item
from agent.model.policy import ChannelPolicy, Rule, ZeroPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemPolicy:
    """The settings that rules may change, settled for one item."""

    zero: ZeroPolicy
    safety_stock: int
    publish: Literal["wait", "at_once", "never"]


def policy_for(item: Item, policy: ChannelPolicy) -> ItemPolicy:
    """The channel's settings, except where a rule names this item; the first such rule wins,

    setting by setting: one rule may answer the zero question and a later one set the safety stock.
    """
    rules = [rule for rule in policy.rules if _matches(rule, item)]
    return ItemPolicy(
        _first(rules, lambda rule: rule.zero, policy.zero),
        _first(rules, lambda rule: rule.safety_stock, policy.safety_stock),
        _first(rules, lambda rule: rule.publish, policy.publish),
    )


def _matches(rule: Rule, item: Item) -> bool:
    if not rule.skus and not rule.categories:
        return True
    return item.sku in rule.skus or item.category in rule.categories


def _first(rules: list[Rule], setting: Callable[[Rule], T | None], otherwise: T) -> T:
    said = (setting(rule) for rule in rules)
    return next((value for value in said if value is not None), otherwise)
