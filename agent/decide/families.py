"""Pages of variants put together from what the ERP states of each, or why a variant has no place there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.model.family import Family, Variant


@dataclass(frozen=True, slots=True)
class Member:
    """One variant that a channel is to show. `title` is the item's own."""

    variant: Variant
    title: str


def family_of(
    code: str, members: Mapping[str, Member], *, axes: Sequence[str], named: int
) -> tuple[Family | None, dict[str, str]]:
    """The page of these members (by sku), and by sku why a member cannot be on it.

    The page has the axes that any of its members states, in the order of `axes`. A member that lacks
    one of them has no place; neither have two that are the same to a shopper, nor anyone while one
    choice is spelled in two ways. `named` counts the items of this family in the ERP, offered here or
    not: one alone is no family, but most often a code that was mistyped. None when nobody is left.
    """
    if named < 2:
        advice = "correct the code, or leave it blank where an item has no variants"
        return None, dict.fromkeys(members, f'is the only one of its family "{code}": {advice}')
    used = tuple(a for a in axes if any(a in m.variant.choices for m in members.values()))
    if not used:
        advice = "map `axis.NAME` to a column of a feed, and fill it in"
        return None, dict.fromkeys(members, f'its family "{code}" states no choices: {advice}')
    faults = _lacking(code, members, used)
    whole = {sku: _choices(members[sku], used) for sku in sorted(members) if sku not in faults}
    faults |= _spelled_twice(code, whole, used)
    whole = {sku: choices for sku, choices in whole.items() if sku not in faults}
    faults |= _the_same(code, whole)
    whole = {sku: choices for sku, choices in whole.items() if sku not in faults}
    if not whole:
        return None, faults
    title = _title(code, [members[sku] for sku in whole])
    return Family(code, title, used, whole), faults


def _choices(member: Member, axes: Sequence[str]) -> dict[str, str]:
    return {axis: member.variant.choices[axis] for axis in axes}


def _lacking(code: str, members: Mapping[str, Member], axes: Sequence[str]) -> dict[str, str]:
    found = {}
    for sku, member in members.items():
        lacks = [axis for axis in axes if axis not in member.variant.choices]
        if lacks:
            found[sku] = f'has no {" and no ".join(lacks)}, as others of its family "{code}" have'
    return found


def _spelled_twice(
    code: str, whole: Mapping[str, Mapping[str, str]], axes: Sequence[str]
) -> dict[str, str]:
    """Many vendors take Red and red for one choice; shoppers do too."""
    for axis in axes:
        spelled: dict[str, str] = {}
        for choices in whole.values():
            first = spelled.setdefault(choices[axis].casefold(), choices[axis])
            if first != choices[axis]:
                what = f'{axis} is spelled "{first}" and "{choices[axis]}" in its family "{code}"'
                return dict.fromkeys(whole, f"{what}: spell it in one way")
    return {}


def _the_same(code: str, whole: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    by_choice: dict[tuple[str, ...], list[str]] = {}
    for sku, choices in whole.items():
        by_choice.setdefault(tuple(choices.values()), []).append(sku)
    found = {}
    for choice, skus in by_choice.items():
        for sku in skus if len(skus) > 1 else ():
            others = ", ".join(other for other in skus if other != sku)
            found[sku] = f'is {" / ".join(choice)} in its family "{code}", and so is {others}'
    return found


def _title(code: str, members: Sequence[Member]) -> str:
    """What the ERP calls the page; else the words with which all its members' titles begin."""
    stated = next((m.variant.title for m in members if m.variant.title), "")
    if stated:
        return stated
    words = [member.title.split() for member in members]
    shared = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return " ".join(shared).rstrip(" ,;:/-–—(") or members[0].title or code
