"""Variants: goods that a shopper chooses among on one page, by colour, size and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """One item's place in its family, as the ERP states it. `title` is the family's, "" where it has none."""

    family: str  # the code that its variants share
    title: str
    choices: Mapping[str, str]  # by axis, only those that are stated


@dataclass(frozen=True, slots=True)
class Family:
    """One page of variants as a channel is to have it: those of its members that are offered there.

    Sound by construction: at least one member, every member has a choice on every axis, and no two
    members have the same choices. Members are in the order of their skus.
    """

    code: str  # shared by all of them in the ERP; may be the sku of no item at all
    title: str  # what the page is called, never ""
    axes: tuple[
        str, ...
    ]  # as a shopper reads them, in the order of the settings: ("Colour", "Size")
    variants: Mapping[str, Mapping[str, str]]  # {sku: {axis: choice}}

    def values(self, axis: str) -> tuple[str, ...]:
        """Every choice on this axis, in the order of the members, each once."""
        return tuple(dict.fromkeys(choices[axis] for choices in self.variants.values()))

    def choices(self, sku: str) -> tuple[str, ...]:
        """One member's choices, in the order of the axes."""
        return tuple(self.variants[sku][axis] for axis in self.axes)
