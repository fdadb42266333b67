"""Variants: a parent listing that nobody buys, and a listing of its own for each, under one theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.errors import Lossy
from agent.model.family import Family

# What the usual choices are called by those who speak of them: the theme's word for them.
WORDS = {
    **dict.fromkeys(("colour", "color", "kolor", "farbe", "couleur"), "COLOR"),
    **dict.fromkeys(("size", "rozmiar", "größe", "groesse", "taille"), "SIZE"),
    **dict.fromkeys(("style", "styl", "stil"), "STYLE"),
    **dict.fromkeys(("material", "materiał"), "MATERIAL"),
    **dict.fromkeys(("pattern", "wzór", "muster"), "PATTERN"),
}
KNOWN = frozenset(WORDS.values())
LONGEST = 40  # characters of a sku
RENAME = "name the axis under `themes` for this channel in tally.yaml, or rename `axis.NAME`"
VARIATION = "variation"


def project(family: Family) -> dict[str, Any]:
    """{"parent": …, "children": {sku: …}}: the attributes that tie a page of variants together."""
    return {
        "parent": {"sku": parent_sku(family), **parent(family, theme_of(family))},
        "children": {sku: child(family, sku, theme_of(family)) for sku in family.variants},
    }


def theme_of(family: Family, themes: Mapping[str, str] | None = None) -> str:
    """What its variants differ in, in Amazon's words. Lossy for an axis that has none."""
    words = [word(axis, family, themes) for axis in family.axes]
    if len(set(words)) < len(words):
        told = ", ".join(family.axes)
        raise Lossy(f"amazon takes two of these choices for one: {told}", _where(family), RENAME)
    _tell_apart(family)
    if len(parent_sku(family)) > LONGEST:
        what = f"its page's sku would have more than {LONGEST} characters"
        raise Lossy(what, _where(family), "give the family a shorter code in the ERP")
    return "/".join(words)


def word(axis: str, family: Family, themes: Mapping[str, str] | None = None) -> str:
    """Amazon's word for a choice."""
    known = {**WORDS, **{k.strip().casefold(): v for k, v in (themes or {}).items()}}
    found = known.get(axis.strip().casefold())
    if found is None:
        usual = ", ".join(sorted(KNOWN))
        what = f'amazon has no variation theme for "{axis}" that we know (it has {usual})'
        raise Lossy(what, _where(family), RENAME)
    return found


def attribute(word: str) -> str:
    """The attribute that holds a theme's choice: COLOR and COLOR_NAME are both kept in color."""
    return word.lower().removesuffix("_name")


def parent_sku(family: Family) -> str:
    """The parent's own sku: the family's code, unless a variant has that already."""
    return f"{family.code}-page" if family.code in family.variants else family.code


def parent(family: Family, theme: str) -> dict[str, Any]:
    """What makes a listing the head of a family."""
    return {
        "item_name": [{"value": family.title}],
        "parentage_level": [{"value": "parent"}],
        "variation_theme": [{"name": theme}],
        "child_parent_sku_relationship": [{"child_relationship_type": VARIATION}],
    }


def child(
    family: Family,
    sku: str,
    theme: str,
    parent: str = "",
    themes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One variant's place, under the family's own parent or another that is there already."""
    chosen = zip(family.axes, family.choices(sku), strict=True)
    relation = {
        "child_relationship_type": VARIATION,
        "parent_sku": parent or parent_sku(family),
    }
    return {
        "parentage_level": [{"value": "child"}],
        "variation_theme": [{"name": theme}],
        "child_parent_sku_relationship": [relation],
        **{
            attribute(word(axis, family, themes)): [{"value": value.strip()}]
            for axis, value in chosen
        },
    }


def same(one: str, other: str) -> bool:
    """Whether two themes are about the same choices, in whatever order and spelling."""
    return _parts(one) == _parts(other)


def spelled(theme: str, allowed: Sequence[str]) -> str | None:
    """The theme as the product type spells it; None when it has no such theme."""
    if theme in allowed:
        return theme
    return next((one for one in allowed if same(one, theme)), None)


def _parts(theme: str) -> frozenset[str]:
    return frozenset(attribute(part.strip()) for part in theme.split("/") if part.strip())


def _tell_apart(family: Family) -> None:
    by_choice: dict[tuple[str, ...], str] = {}
    for sku in family.variants:
        said = tuple(value.strip().casefold() for value in family.choices(sku))
        if "" in said:
            raise Lossy(f"{sku} has an empty choice", _where(family), "fill it in in the ERP")
        other = by_choice.setdefault(said, sku)
        if other != sku:
            told = ", ".join(family.choices(sku))
            what = f"{other} and {sku} are both {told} to amazon"
            raise Lossy(what, _where(family), "spell it so that shoppers can tell them apart")


def _where(family: Family) -> str:
    return f"family {family.code}"
