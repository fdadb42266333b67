"""tally.yaml → frozen settings; every fault at once, each as file:line:column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator

from agent import channels
from agent.channels import ChannelSettings
from agent.config_checks import Faults, check_addresses, check_folders, checked_feeds, mapping_at
from agent.erps import profiles
from agent.erps.feeds import Feed, Model, Seconds
from agent.erps.imports import Imports
from agent.errors import ConfigError
from agent.model.policy import ChannelPolicy, Guards, Rule, ZeroPolicy
from agent.yaml_places import Document, unknown_key

CURRENCY = "^[A-Z]{3}$"
_NO_ZONE = "is no time zone; write it as Europe/Warsaw"


def _is_zone(zone: object) -> bool:
    try:
        return isinstance(zone, str) and bool(ZoneInfo(zone))
    except (LookupError, ValueError, OSError):
        return False


def _known_zone(zone: str) -> str:
    """Keep an IANA time zone; ValueError when the zone is not known."""
    if not _is_zone(zone):
        raise ValueError(_NO_ZONE)
    return zone


class Zero(Model):
    """What happens at zero stock."""

    answer: Literal["sold_out", "hide", "backorder", "discontinue"] = "sold_out"
    backorder_limit: int | None = Field(None, ge=0)


class RuleSettings(Model):
    """Exceptions for some items."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    zero: Zero | None = None
    safety_stock: int | None = Field(None, ge=0)
    publish: Literal["wait", "at_once", "never"] | None = None


class GuardSettings(Model):
    """Without defaults: a shop must have said them once. Shares in per cent."""

    to_zero: float = Field(ge=0, le=100)
    unpublished: float = Field(ge=0, le=100)
    price_move: float = Field(ge=0)
    price_moves: float = Field(ge=0, le=100)
    file_shrunk: float = Field(ge=0, le=100)
    price_zero: Literal["hold", "allow"]
    under_cost: Literal["hold", "allow"]
    free: int = Field(5, ge=0)


class Every(Model):
    """How often the agent does by itself what hints have not woken it for."""

    scan: Seconds = 10.0
    pull: Seconds = 60.0
    observe: Seconds = 3600.0
    upkeep: Seconds = 3600.0


class Shop(Model):
    """One channel: what every vendor has. `connection` is the vendor's own part."""

    kind: str  # the vendor
    currency: str = Field(pattern=CURRENCY)
    zone: str
    prices: Literal["gross", "net"] = "gross"
    tax_rate: float = 0.0
    tax_rates: Mapping[str, float] = Field(default_factory=dict)
    locations: tuple[str, ...] = ()
    zero: Zero = Zero()
    safety_stock: int = Field(0, ge=0)
    publish: Literal["wait", "at_once", "never"] = "wait"
    keep_titles: bool = True
    rules: tuple[RuleSettings, ...] = ()
    guards: GuardSettings
    connection: ChannelSettings

    _zone_exists = field_validator("zone")(_known_zone)


class Hooks(Model):
    """Where channels may send hints. The listener binds to `listen`; `address` is its public URL."""

    listen: str = "127.0.0.1:8690"
    address: str


class Settings(Model):
    """Everything in tally.yaml, with the ERP profile merged in."""

    path: Path  # of tally.yaml itself
    data: Path
    erp: str
    zone: str = "UTC"
    currency: str = Field(pattern=CURRENCY)
    prices: Literal["gross", "net"] = "gross"  # what the ERP's prices are
    exports: Path
    imports: Path
    feeds: Mapping[str, Feed]
    import_files: Imports
    channels: Mapping[str, Shop]
    every: Every = Every()
    hooks: Hooks | None = None

    _zone_exists = field_validator("zone")(_known_zone)

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.data / "tally.sqlite"

    @property
    def lock(self) -> Path:
        """The file whose lock makes this the only agent on the database."""
        return self.data / "tally.lock"

    @property
    def vault(self) -> Path:
        """Files as received, by digest."""
        return self.data / "vault"

    @property
    def rejects(self) -> Path:
        """One CSV of refused rows per feed, for a clerk."""
        return self.data / "rejects"

    def folder(self, feed: Feed) -> Path:
        """The folder that a feed's files come in."""
        return _under(self.path, feed.folder) if feed.folder else self.exports

    def policy(self, shop: str) -> ChannelPolicy:
        """What decides what this channel shows, as plain values."""
        return _policy(self, shop, self.channels[shop])

    def guards(self, shop: str) -> Guards:
        """The limits on this channel's plans, as plain values."""
        return _guards(self.channels[shop].guards)


# Stands in where the guards have faults of their own; nothing is ever built with it.
_ANY_GUARDS = GuardSettings(
    to_zero=0,
    unpublished=0,
    price_move=0,
    price_moves=0,
    file_shrunk=0,
    price_zero="hold",
    under_cost="hold",
)
_SHOP_KEYS = set(Shop.model_fields) - {"connection"}
_SITE_KEYS = (set(Settings.model_fields) - {"path"}) | {"guards"}


def load(path: Path, text: str) -> Settings:
    """The settings in the text of a tally.yaml at `path`; relative paths start at its folder.

    ConfigError with every fault in it, each with its own place.
    """
    faults = Faults(Document(text, path.name))
    raw = _known_keys(dict(faults.document.data), faults)
    _check_inherited(raw, faults)
    guards = _site_guards(raw.pop("guards", None), faults)
    raw |= _profile_parts(raw, faults)
    raw["feeds"] = checked_feeds(raw["feeds"], faults)
    for key in ("data", "exports", "imports"):
        if isinstance(raw.get(key), str):
            raw[key] = _under(path, raw[key])
    check_folders(raw, faults)
    shops = mapping_at(raw, "channels", faults)
    raw["channels"] = {
        name: shop
        for name, said in shops.items()
        if (shop := _shop(path, name, said, guards, raw, faults)) is not None
    }
    check_addresses(raw["channels"], faults)
    return _validated(path, raw, faults)


def _validated(path: Path, raw: Mapping[str, Any], faults: Faults) -> Settings:
    settings = None
    try:
        settings = Settings.model_validate({**raw, "path": path})
    except ValidationError as error:
        faults.found += faults.document.faults(error, Settings)
    if faults.found or settings is None:
        raise ConfigError("tally.yaml cannot be used", path.name, faults=faults.in_order())
    return settings


def _known_keys(raw: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """The top level without the keys that nobody knows."""
    for key in [key for key in raw if key not in _SITE_KEYS]:
        faults.found.append(unknown_key(key, sorted(_SITE_KEYS), faults.document.place([key])))
        del raw[key]
    return raw


def _check_inherited(raw: dict[str, Any], faults: Faults) -> None:
    """What every channel inherits is looked at once, not once for each of them."""
    zone, currency = raw.get("zone"), raw.get("currency")
    if "zone" in raw and not _is_zone(zone):
        faults.add(f'zone: "{zone}" {_NO_ZONE}', ["zone"], "correct it there")
        raw["zone"] = "UTC"
    if "currency" in raw and not (isinstance(currency, str) and re.fullmatch(CURRENCY, currency)):
        faults.add(f'currency: "{currency}" is no currency code', ["currency"], "such as EUR")
        raw["currency"] = "EUR"


def _site_guards(said: Any, faults: Faults) -> GuardSettings | None:
    """The guards of every channel that has none of its own; None when there are none at all."""
    if said is None:
        return None
    try:
        return GuardSettings.model_validate(said)
    except ValidationError as error:
        faults.found += faults.document.faults(error, GuardSettings, ["guards"])
        return _ANY_GUARDS


def _profile_parts(raw: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Feeds and import files: the shipped profile's, extended or overridden key by key."""
    try:
        profile = profiles.load(str(raw.get("erp", profiles.NONE)))
    except LookupError:
        known = ", ".join(profiles.names())
        advice = f"known: {known}; or `none`, and describe every feed yourself"
        faults.add(f'unknown erp "{raw.get("erp")}"', ["erp"], advice)
        profile = {}
    return {
        part: _merged(profile.get(part) or {}, mapping_at(raw, part, faults))
        for part in ("feeds", "import_files")
    }


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, key by key; an explicit null takes a key away."""
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged


def _shop(
    path: Path,
    name: str,
    said: Any,
    guards: Any,
    site: Mapping[str, Any],
    faults: Faults,
) -> dict[str, Any] | None:
    """One channel's part as Shop takes it, its vendor's keys checked by the vendor's own class."""
    where = ["channels", name]
    if not isinstance(said, dict):
        faults.add(f'channel "{name}" has no settings', where, "see `tally init`")
        return None
    kind = str(said.get("kind", name))
    if kind not in channels.names():
        spot = [*where, "kind"] if "kind" in said else where
        faults.add(f'unknown channel "{kind}"', spot, f"known: {', '.join(channels.names())}")
        return None
    ours = {key: value for key, value in said.items() if key in _SHOP_KEYS}
    theirs = {key: value for key, value in said.items() if key not in _SHOP_KEYS}
    if ours.get("guards", guards) is None:
        advice = "copy the guards that `tally init` writes, and look at each number"
        faults.add('"guards" is missing: nothing may be sent without limits', where, advice)
        ours["guards"] = _ANY_GUARDS
    connection = _connection(path, where, kind, theirs, faults)
    defaults = {"kind": kind, "guards": guards}
    defaults |= {key: site[key] for key in ("currency", "zone") if key in site}
    shop = {**defaults, **ours}
    if connection is not None:
        return {**shop, "connection": connection}
    try:  # its other faults are told in the same breath
        Shop.model_validate({**shop, "connection": ChannelSettings()})
    except ValidationError as error:
        faults.found += faults.document.faults(error, Shop, where)
    return None


def _connection(
    path: Path, where: list[str], kind: str, said: dict[str, Any], faults: Faults
) -> ChannelSettings | None:
    """The vendor's own part of a channel's settings; None when it has faults."""
    vendor: type[ChannelSettings] = channels.module(kind).Settings
    for key in [key for key in said if key not in vendor.model_fields]:
        known = sorted(_SHOP_KEYS | set(vendor.model_fields))
        faults.found.append(unknown_key(key, known, faults.document.place([*where, key])))
        del said[key]
    try:
        return vendor.model_validate(_absolute(said, path))
    except ValidationError as error:
        faults.found += faults.document.faults(error, vendor, where)
        return None


def _absolute(theirs: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A vendor's settings with every file that they name made absolute."""
    return {
        key: str(_under(path, value)) if key.endswith("_file") and isinstance(value, str) else value
        for key, value in theirs.items()
    }


def _under(path: Path, text: str) -> Path:
    """A path as written in tally.yaml: absolute, or from its folder."""
    return path.parent.absolute() / text


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _zero(zero: Zero) -> ZeroPolicy:
    return ZeroPolicy(zero.answer, zero.backorder_limit)


def _policy(settings: Settings, name: str, shop: Shop) -> ChannelPolicy:
    return ChannelPolicy(
        channel=name,
        currency=shop.currency,
        zone=shop.zone,
        prices_are=shop.prices,
        erp_prices_are=settings.prices,
        tax_rate=_decimal(shop.tax_rate),
        tax_rates={key: _decimal(rate) for key, rate in shop.tax_rates.items()},
        locations=frozenset(shop.locations),
        zero=_zero(shop.zero),
        safety_stock=shop.safety_stock,
        publish=shop.publish,
        keep_titles=shop.keep_titles,
        rules=tuple(
            Rule(
                skus=frozenset(rule.skus),
                categories=frozenset(rule.categories),
                zero=None if rule.zero is None else _zero(rule.zero),
                safety_stock=rule.safety_stock,
                publish=rule.publish,
            )
            for rule in shop.rules
        ),
    )


def _guards(guards: GuardSettings) -> Guards:
    return Guards(
        to_zero_pct=_decimal(guards.to_zero),
        unpublished_pct=_decimal(guards.unpublished),
        price_move_pct=_decimal(guards.price_move),
        price_moves_pct=_decimal(guards.price_moves),
        file_shrunk_pct=_decimal(guards.file_shrunk),
        price_zero=guards.price_zero,
        under_cost=guards.under_cost,
        free=guards.free,
    )
