"""Faults in tally.yaml that no type can tell: fields, patterns, folders and addresses that do not fit.

Every check takes what is wrong out of what it was given, so that the types find nothing of it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path
from typing import Any

from agent import formats
from agent.erps.feeds import FIELDS, is_field
from agent.errors import ConfigError, TallymanError
from agent.model.item import AXIS
from agent.yaml_places import Document

STRANGE = "\x01"  # stands for any character; in no file's name


class Faults:
    """The faults found so far, each with its place in the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[TallymanError] = []

    def add(self, what: str, path: Sequence[str | int], advice: str) -> None:
        """One more, at the deepest part of this path that stands in the file."""
        self.found.append(ConfigError(what, self.document.place(path), advice))

    def in_order(self) -> list[TallymanError]:
        """All of them in the order of the file."""

        def spot(fault: TallymanError) -> list[int]:
            return [int(number) for number in fault.where.split(":")[-2:]]

        return sorted(self.found, key=spot)


def mapping_at(raw: Mapping[str, Any], key: str, faults: Faults) -> dict[str, Any]:
    """The part under a key; a fault, and nothing, when it is no list of `name: settings`."""
    part = raw.get(key)
    if isinstance(part, dict):
        return part
    if part is not None:
        faults.add(f'"{key}" is no list of `name: settings` lines', [key], "see `tally init`")
    return {}


def checked_feeds(feeds: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The feeds without what is wrong in them, each wrong thing a fault of its own."""
    checked = {}
    for name, said in feeds.items():
        if isinstance(said, dict):
            checked[name] = _checked_feed(name, said, faults)
        else:
            faults.add(f'feed "{name}" has no settings', ["feeds", name], "see `tally init`")
    for one, other in combinations(checked, 2):
        if _claim_the_same(checked[one], checked[other]):
            faults.add(
                f'the feeds {one} and {other} both claim files named "{checked[other]["files"]}"',
                ["feeds", other, "files"],
                "give them patterns that no file can match both, or different folders",
            )
    _check_axes(checked, faults)
    return checked


def _check_axes(feeds: Mapping[str, Any], faults: Faults) -> None:
    """One choice of variants is spelled in one way, whichever feed states it."""
    spelled: dict[str, str] = {}
    for name, feed in feeds.items():
        columns = feed.get("columns")
        for field in columns if isinstance(columns, dict) else ():
            if not str(field).startswith(AXIS):
                continue
            first = spelled.setdefault(str(field).casefold(), str(field))
            if first != field:
                where = ["feeds", name, "columns", str(field)]
                what = f'"{field}" and "{first}" differ only in their case'
                faults.add(what, where, "spell the axis in one way, as shoppers are to read it")


def _checked_feed(name: str, said: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    feed, where = dict(said), ["feeds", name]
    if isinstance(feed.get("format"), str) and feed["format"] not in formats.names():
        known = ", ".join(formats.names())
        faults.add(f'unknown format "{feed.pop("format")}"', [*where, "format"], f"known: {known}")
    kind = feed.get("kind", "items")
    if isinstance(kind, str) and kind in FIELDS and isinstance(feed.get("columns"), dict):
        feed["columns"] = _checked_columns(kind, feed["columns"], [*where, "columns"], faults)
    for key in ("ordered_by", "location"):
        if isinstance(feed.get(key), str) and (what := _not_by_name(key, feed[key])):
            faults.add(f'{key} "{feed.pop(key)}" {what}', [*where, key], _HOW_TO_NAME)
    if isinstance(feed.get("layout"), dict):
        feed["layout"] = _checked_layout(feed["layout"], [*where, "layout"], faults)
    return feed


_HOW_TO_NAME = "write name:PATTERN with one group in ( ), such as name:_(\\d{8})"


def _checked_columns(
    kind: str, said: Mapping[str, Any], where: list[str], faults: Faults
) -> dict[str, Any]:
    known = [field.removeprefix("*") for field in FIELDS[kind]]
    columns = dict(said)
    for field in [f for f in columns if not is_field(kind, str(f))]:
        del columns[field]
        near = get_close_matches(str(field), known, n=1, cutoff=0.5)
        advice = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
        faults.add(f'{kind} have no field "{field}"', [*where, field], advice)
    for field in [f.removeprefix("*") for f in FIELDS[kind] if f.startswith("*")]:
        if field not in columns:
            columns[field] = field
            advice = f"add `{field}: CAPTION`, with the caption of the file's column"
            faults.add(f"{kind} need {field}, and no column is mapped to it", where, advice)
    return columns


def _checked_layout(said: Mapping[str, Any], where: list[str], faults: Faults) -> dict[str, Any]:
    layout = dict(said)
    for key in ("skip_rows", "stop", "count"):
        if isinstance(layout.get(key), str) and (what := _no_pattern(layout[key])):
            faults.add(f'{key} "{layout.pop(key)}" {what}', [*where, key], "correct the pattern")
    return layout


def _not_by_name(key: str, text: str) -> str:
    """What is wrong with an `ordered_by` or a `location`; "" when nothing is."""
    if text.startswith("name:"):
        pattern = text.removeprefix("name:")
        if what := _no_pattern(pattern):
            return what
        return "" if re.compile(pattern).groups == 1 else "needs exactly one group, in ( )"
    if key == "ordered_by" and text != "time" and not text.startswith("column:"):
        return "is neither time, nor name:PATTERN, nor column:CAPTION"
    return ""


def _no_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return f"is no pattern: {error}"
    return ""


def _claim_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether every file that one of them means is also meant by the other."""
    if one.get("folder", "") != other.get("folder", ""):
        return False
    ours, theirs = one.get("files"), other.get("files")
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    ours, theirs = ours.lower(), theirs.lower()
    return _covers(ours, theirs) or _covers(theirs, ours)


def _covers(wide: str, narrow: str) -> bool:
    examples = (narrow.replace("?", STRANGE).replace("*", STRANGE * n) for n in (0, 1, 9))
    return all(fnmatchcase(example, wide) for example in examples)


def check_folders(raw: Mapping[str, Any], faults: Faults) -> None:
    """The ERP's two folders and our own are three."""
    folders = {key: _flat(raw[key]) for key in _FOLDERS if isinstance(raw.get(key), Path)}
    for one, other in combinations(folders, 2):
        if folders[one] == folders[other]:
            faults.add(
                f"{one} and {other} are the same folder: {folders[one]}",
                [other],
                "name two folders: what one program writes there the other must not take for its own",
            )


_FOLDERS = ("data", "exports", "imports")


def _flat(path: Path) -> Path:
    """The path without `..`, as far as its text tells."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def check_addresses(shops: Mapping[str, Mapping[str, Any]], faults: Faults) -> None:
    """Two channels never speak to one shop: each would undo what the other does."""
    addresses = {name: _address(shop) for name, shop in shops.items()}
    for one, other in combinations(addresses, 2):
        if addresses[one] and addresses[one] == addresses[other]:
            faults.add(
                f"the channels {one} and {other} have the same address",
                ["channels", other, "address"],
                "keep one of them, or correct the address",
            )


def _address(shop: Mapping[str, Any]) -> str:
    return str(getattr(shop["connection"], "address", "")).rstrip("/").lower()
