"""What may be said of a listing, checked field by field as it arrives in a create or an update."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.channels.etsy.errors import bad, problem
from simulator.channels.etsy.fields import Fields
from simulator.channels.etsy.taxonomy import NODES

if TYPE_CHECKING:
    from simulator.channels.etsy.store import Store

WHO_MADE = ("i_did", "someone_else", "collective")
WHEN_MADE = (
    *("made_to_order", "2020_2026", "2010_2019", "2007_2009", "before_2007", "2000_2006"),
    *(f"{decade}s" for decade in range(1990, 1890, -10)),
    *("1800s", "1700s", "before_1700"),
)
TYPES = ("physical", "download", "both")
WEIGHTS, LENGTHS = ("oz", "lb", "g", "kg"), ("in", "ft", "mm", "cm", "m", "yd", "inches")
ONCE = "%:&+"  # at most one of each in a title
MOST_TITLE, MOST_TAGS, MOST_TAG, MOST_STYLES, MOST_STYLE, MOST_IMAGES = 140, 13, 20, 2, 45, 20
FLAGS = ("is_supply", "is_customizable", "should_auto_renew", "is_taxable")
SIZES = ("item_weight", "item_length", "item_width", "item_height")
Json = dict[str, Any]


def read(store: Store, given: Fields) -> Json:
    """The listing's fields among those given, by the name under which they are kept."""
    found: Json = {}
    for name, reader in READERS.items():
        if name in given:
            found[name] = reader(store, given, name)
    return found


def _title(store: Store, given: Fields, name: str) -> str:
    title = (given.text(name) or "").strip()
    if not title:
        raise problem(name, "cannot be empty")
    if len(title) > MOST_TITLE:
        raise problem(name, f"must be {MOST_TITLE} characters or less")
    for letter in title:
        kind = unicodedata.category(letter)
        if kind[0] not in "LP" and kind not in ("Nd", "Sm", "Zs") and letter not in "™©®":
            raise problem(name, "contains invalid characters")
    if any(title.count(letter) > 1 for letter in ONCE):
        raise problem(name, "can only contain the characters %, :, & and + once each")
    return title


def _words(more: str) -> Callable[[str], bool]:
    """A test for letters, digits, blanks and the characters of `more`."""

    def holds(word: str) -> bool:
        kinds = (unicodedata.category(c) for c in word if c not in more)
        return all(kind[0] == "L" or kind in ("Nd", "Zs") for kind in kinds)

    return holds


def _tags(store: Store, given: Fields, name: str) -> list[str]:
    tags, is_valid = given.texts(name), _words("-'™©®")
    if len(tags) > MOST_TAGS:
        raise problem(name, f"cannot be more than {MOST_TAGS}")
    if any(len(tag) > MOST_TAG for tag in tags):
        raise problem(name, f"must be {MOST_TAG} characters or less each")
    if not all(is_valid(tag) for tag in tags):
        raise problem(name, "contain invalid characters")
    return tags


def _materials(store: Store, given: Fields, name: str) -> list[str]:
    materials = given.texts(name)
    if not all(_words("")(material) for material in materials):
        raise problem(name, "contain invalid characters")
    return materials


def _styles(store: Store, given: Fields, name: str) -> list[str]:
    styles = given.texts(name)
    if len(styles) > MOST_STYLES or any(len(style) > MOST_STYLE for style in styles):
        raise problem(name, f"can be {MOST_STYLES} of {MOST_STYLE} characters")
    return styles


def _description(store: Store, given: Fields, name: str) -> str:
    text = given.text(name) or ""
    if not text.strip():
        raise problem(name, "cannot be empty")
    return text


def _size(store: Store, given: Fields, name: str) -> float | None:
    value = given.number(name)
    if value is not None and value <= 0:
        raise problem(name, "must be greater than 0")
    return value


def _flag(store: Store, given: Fields, name: str) -> bool:
    return bool(given.flag(name))


def _one_of(allowed: tuple[str, ...]) -> Callable[[Store, Fields, str], str | None]:
    return lambda store, given, name: given.choice(name, allowed)


def _reference(kind: str) -> Callable[[Store, Fields, str], int | None]:
    """A number of something that the shop has."""

    def read_it(store: Store, given: Fields, name: str) -> int | None:
        number = given.integer(name)
        if not number:
            return None
        if store.shop.get(kind, number) is None:
            raise bad(f"Invalid {name}: {number}")
        return number

    return read_it


def _taxonomy(store: Store, given: Fields, name: str) -> int | None:
    number = given.integer(name, 1)
    if number is not None and number not in NODES:
        raise bad(f"Invalid {name}: {number}")
    return number


def _rank(store: Store, given: Fields, name: str) -> int:
    number = given.integer(name)
    return -1 if number is None else number


def _days(store: Store, given: Fields, name: str) -> int | None:
    return given.integer(name)


READERS: dict[str, Callable[[Store, Fields, str], Any]] = {
    "title": _title,
    "description": _description,
    "tags": _tags,
    "materials": _materials,
    "styles": _styles,
    "who_made": _one_of(WHO_MADE),
    "when_made": _one_of(WHEN_MADE),
    "type": _one_of(TYPES),
    "taxonomy_id": _taxonomy,
    "shipping_profile_id": _reference("shipping_profile"),
    "return_policy_id": _reference("policy"),
    "readiness_state_id": _reference("readiness"),
    "shop_section_id": _reference("section"),
    "item_weight_unit": _one_of(WEIGHTS),
    "item_dimensions_unit": _one_of(LENGTHS),
    "featured_rank": _rank,
    "processing_min": _days,
    "processing_max": _days,
    **dict.fromkeys(SIZES, _size),
    **dict.fromkeys(FLAGS, _flag),
}


def slug(title: str) -> str:
    """A title as it stands in a listing's address."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "listing"
