"""How the shops are set up: a small YAML file, every fault in it named by file, line and column.

currency: EUR
zone: Europe/Berlin
country: DE
prices_include_tax: true
taxes: {DE: "19"}
woocommerce:            # differences of one channel; `options` are that vendor's own
  taxes: {}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ruamel.yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class SetupRefused(Exception):
    """The set-up file cannot be used; the text names every fault with its place."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error
    return name


def _per_cent(value: object) -> object:
    return str(value) if isinstance(value, (int, float, Decimal)) else value


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
PerCent = Annotated[str, BeforeValidator(_per_cent), Field(pattern=r"^\d{1,2}(\.\d+)?$")]


class ShopSetup(BaseModel):
    """The settings of a shop; what is left out keeps its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    country: Country | None = None
    prices_include_tax: bool | None = None
    taxes: dict[Country, PerCent] | None = None


class ChannelSetup(ShopSetup):
    """The differences of one channel."""

    options: dict[str, Any] | None = None


def read(path: Path, channels: Sequence[str]) -> dict[str, Any]:
    """The settings in `path`, as `World` takes them. SetupRefused names all that is wrong."""
    try:
        data = ruamel.yaml.YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SetupRefused(f"error  cannot read the set-up: {error}\nat     {path}") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise SetupRefused(f"error  not YAML: {error.problem}\nat     {place}") from error
    except YAMLError as error:
        raise SetupRefused(f"error  not YAML: {error}\nat     {path}") from error
    if not isinstance(data, Mapping):
        raise SetupRefused(f"error  a set-up is a mapping of settings\nat     {path}:1:1")
    return _checked(path, data, channels)


def _checked(path: Path, data: Any, channels: Sequence[str]) -> dict[str, Any]:
    shared = {k: v for k, v in data.items() if k not in channels}
    settings, faults = _part(path, ShopSetup, shared, data, (), channels)
    for name in channels:
        if name in data:
            settings[name], more = _part(path, ChannelSetup, data[name], data, (name,), ())
            faults += more
    if faults:
        raise SetupRefused("\n".join(faults))
    return settings


def _part(
    path: Path,
    model: type[ShopSetup],
    values: Any,
    whole: Any,
    inside: tuple[str, ...],
    channels: Sequence[str],
) -> tuple[dict[str, Any], list[str]]:
    try:
        return model.model_validate(values).model_dump(exclude_none=True), []
    except ValidationError as error:
        known = [*model.model_fields, *channels]
        return {}, [_fault(path, whole, inside, e, known) for e in error.errors()]


def _fault(
    path: Path, whole: Any, inside: tuple[str, ...], error: Any, known: Sequence[str]
) -> str:
    where = [*inside, *(part for part in error["loc"] if part != "[key]")]
    is_key = error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",)
    line, column = _place(whole, where, is_key)
    what = f"{error['msg']}: {error['input']!r}"
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(where[-1]), known, 1)
        what = f"unknown key {where[-1]!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    return f"error  {'.'.join(map(str, where))}: {what}\nat     {path}:{line}:{column}"


def _place(data: Any, where: Sequence[Any], is_key: bool) -> tuple[int, int]:
    line, column = 1, 1
    for depth, part in enumerate(where):
        if not hasattr(data, "lc") or part not in data:
            break
        last = depth == len(where) - 1
        found = data.lc.key(part) if is_key and last else data.lc.value(part)
        line, column, data = found[0] + 1, found[1] + 1, data[part]
    return line, column
