"""Variants: every sku is an offer by itself, and its title says which choice it is."""

from __future__ import annotations

from typing import Any

from agent.errors import Lossy
from agent.model.family import Family

SHORTEST, LONGEST, WORDS = 12, 75, 3  # of a title
SHORTER = "shorten the family's title or its choices in the ERP"


def project(family: Family) -> dict[str, Any]:
    """{sku: {"name": its title, "parameters": what it is chosen by}}"""
    where = f"family {family.code}"
    told = {sku: _offer(family, sku) for sku in family.variants}
    by_title: dict[str, str] = {}
    for sku, offer in told.items():
        title = offer["name"]
        if len(title) > LONGEST:
            what = f'a title on allegro has {LONGEST} characters at most, {sku} has {len(title)}: "{title}"'
            raise Lossy(what, where, SHORTER)
        if not is_title(title):
            what = f'"{title}" is too short for a title on allegro ({sku})'
            raise Lossy(what, where, "give the family a longer title in the ERP")
        other = by_title.setdefault(" ".join(title.casefold().split()), sku)
        if other != sku:
            what = f'{other} and {sku} would both be "{title}" on allegro'
            raise Lossy(what, where, "spell their choices so that shoppers can tell them apart")
    return told


def is_title(title: str) -> bool:
    """Whether Allegro takes it: 12 to 75 characters and three words at least (since 2025-05-07)."""
    return SHORTEST <= len(title) <= LONGEST and len(title.split()) >= WORDS


def unfit(title: str) -> tuple[str, str]:
    """What is wrong with a title, and what a person can do about it."""
    what = f'"{title}" is no title for Allegro: 12 to 75 characters, three words at least'
    return what, "give the item such a title in the ERP"


def _offer(family: Family, sku: str) -> dict[str, Any]:
    choices = [choice.strip() for choice in family.choices(sku)]
    named = zip(family.axes, choices, strict=True)
    return {
        "name": " ".join([family.title.strip(), *choices]),
        "parameters": [{"name": axis, "values": [choice]} for axis, choice in named],
    }
