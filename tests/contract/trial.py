"""What every test of the contract may ask of a shop, staged or real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import ModuleType
from typing import Protocol

from agent import channels
from agent.channels import Channel, Limits
from agent.model.order import Order

PICTURES = "pictures.test"  # where the staged shops' pictures are


class Trial(Protocol):
    """A connected shop with what a test needs around it."""

    vendor: str
    channel: Channel
    is_live: bool

    def sku(self, name: str) -> str:
        """A sku that nobody else has."""

    def buy(self, basket: Mapping[str, int]) -> str:
        """A buyer's paid order of these skus; gives its remote id."""

    def take_back(self, order: Order) -> None:
        """The buyer, or the shop's people, cancel an order on the vendor's own pages."""

    def secrets(self) -> Mapping[str, str]:
        """The shop's keys, by what the agent's settings call them."""

    def stranger(self) -> Channel:
        """The same shop, connected with a wrong secret."""

    def now(self) -> datetime:
        """The present moment there."""

    def rest(self) -> None:
        """Let the shop finish what it does later, and fill up what it allows."""


def face(vendor: str) -> ModuleType:
    """The vendor's folder."""
    return channels.module(vendor)


def limits(trial: Trial) -> Limits:
    """What the vendor can take."""
    return channels.limits(trial.vendor)
