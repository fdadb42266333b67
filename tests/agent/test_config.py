"""tally.yaml: what it means, and every fault in it, at once and each with its place."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent import channels, config
from agent.config import Settings
from agent.erps import profiles
from agent.errors import ConfigError
from tests.agent.desk import FEEDS, GUARDS, SETTINGS, SHOP, SITE


def load(text: str, path: Path = Path("/shop/tally.yaml")) -> Settings:
    return config.load(path, text)


def faults(text: str) -> list[tuple[str, str, str]]:
    """(what, where, next) of every fault."""
    with pytest.raises(ConfigError) as caught:
        load(text)
    return [(fault.what, fault.where, fault.next) for fault in caught.value.faults]


def changed(old: str, new: str, text: str = SETTINGS) -> str:
    assert old in text
    return text.replace(old, new)


def place_of(part: str, text: str) -> str:
    """file:line:column of the first place where this stands."""
    before = text[: text.index(part)]
    line = before.count("\n") + 1
    return f"tally.yaml:{line}:{len(before) - before.rfind(chr(10))}"


def test_what_is_written_is_what_holds() -> None:
    settings = load(SETTINGS)
    assert (settings.currency, settings.zone, settings.prices) == ("PLN", "Europe/Warsaw", "gross")
    assert list(settings.feeds) == ["items", "stock"]
    shop = settings.channels["shop"]
    assert (shop.kind, shop.currency, shop.publish) == ("woocommerce", "PLN", "at_once")
    assert settings.guards("shop").file_shrunk_pct == 20


def test_paths_start_at_the_folder_of_the_settings() -> None:
    settings = load(SETTINGS)
    assert settings.exports == Path("/shop/export")
    assert settings.database == Path("/shop/data/tally.sqlite")
    assert settings.folder(settings.feeds["stock"]) == Path("/shop/export")


def test_backslashes_need_no_quotes() -> None:
    settings = load(changed("exports: export", r"exports: C:\erp\export"))
    assert str(settings.exports).endswith(r"C:\erp\export")


@pytest.mark.parametrize("erp", profiles.names())
def test_every_shipped_profile_can_be_used_as_it_is(erp: str) -> None:
    settings = load(changed("erp: none", f"erp: {erp}", SITE) + GUARDS)
    assert settings.feeds
    assert settings.channels == {}


def test_a_profile_is_extended_and_overridden_key_by_key() -> None:
    own = """\
    feeds:
      stock: {columns: {on_hand: SOH}}
      customers: null
      till: {files: till*.csv, columns: {sku: Code, price: Price}}
    """
    settings = load(changed("erp: none", "erp: unleashed", SITE) + GUARDS + textwrap.dedent(own))
    assert settings.feeds["stock"].columns["on_hand"].column == "SOH"
    assert settings.feeds["stock"].columns["sku"].column == "Product Code"
    assert "customers" not in settings.feeds
    assert "till" in settings.feeds


def test_a_channel_may_have_guards_of_its_own() -> None:
    own = GUARDS.replace("to_zero: 100", "to_zero: 7").replace("\n ", " ").strip()
    settings = load(SITE + FEEDS + SHOP + f"    {own}\n")
    assert settings.guards("shop").to_zero_pct == 7


TABLE: Mapping[str, tuple[str, str, str, str]] = {
    # what is written: (instead of, written, what is said, what to do)
    "an unknown key": (
        "prices: gross",
        "price: gross",
        'unknown key "price"',
        'did you mean "prices"?',
    ),
    "an unknown key of a channel": (
        "secret_key: shop_key",
        "secret_kee: shop_key",
        'unknown key "secret_kee"',
        'did you mean "secret_key"?',
    ),
    "an unknown key of a feed": (
        'files: "stock*.csv"',
        'file: "stock*.csv"',
        'unknown key "file"',
        'did you mean "files"?',
    ),
    "an unknown guard": (
        "to_zero: 100",
        "to_zer: 100",
        'unknown key "to_zer"',
        'did you mean "to_zero"?',
    ),
    "an unknown erp": (
        "erp: none",
        "erp: unleached",
        'unknown erp "unleached"',
        f"known: {', '.join(profiles.names())}; or `none`, and describe every feed yourself",
    ),
    "a zone that does not exist": (
        "zone: Europe/Warsaw\ncurrency",
        "zone: Europe/Warsav\ncurrency",
        'zone: "Europe/Warsav" is no time zone; write it as Europe/Warsaw',
        "correct it there",
    ),
    "a currency that is none": (
        "currency: PLN",
        "currency: zloty",
        'currency: "zloty" is no currency code',
        "such as EUR",
    ),
    "a vendor that is none": (
        "kind: woocommerce",
        "kind: woocommerc",
        'unknown channel "woocommerc"',
        "known: VENDORS",
    ),
    "a format that is none": (
        'files: "stock*.csv"',
        'files: "stock*.csv"\n    format: dbase',
        'unknown format "dbase"',
        "known: delimited",
    ),
    "a field that is none": (
        "on_hand: Qty",
        "onhand: Qty",
        'items have no field "onhand"',
        'did you mean "on_hand"?',
    ),
    "a pattern that is none": (
        'files: "stock*.csv"',
        'files: "stock*.csv"\n    location: "name:_(WAW"',
        'location "name:_(WAW" is no pattern: missing ), unterminated subpattern at position 1',
        r"write name:PATTERN with one group in ( ), such as name:_(\d{8})",
    ),
    "an order that is none": (
        'files: "stock*.csv"',
        'files: "stock*.csv"\n    ordered_by: date',
        'ordered_by "date" is neither time, nor name:PATTERN, nor column:CAPTION',
        r"write name:PATTERN with one group in ( ), such as name:_(\d{8})",
    ),
    "an order by a name without a group": (
        'files: "stock*.csv"',
        'files: "stock*.csv"\n    ordered_by: name:stock',
        'ordered_by "name:stock" needs exactly one group, in ( )',
        r"write name:PATTERN with one group in ( ), such as name:_(\d{8})",
    ),
    "two feeds that claim the same files": (
        'files: "stock*.csv"',
        'files: "ITEMS*.csv"',
        'the feeds items and stock both claim files named "ITEMS*.csv"',
        "give them patterns that no file can match both, or different folders",
    ),
    "a feed that claims another's files": (
        'files: "stock*.csv"',
        'files: "*.csv"',
        'the feeds items and stock both claim files named "*.csv"',
        "give them patterns that no file can match both, or different folders",
    ),
    "one folder for both ways": (
        "imports: import",
        "imports: other/../export",
        "exports and imports are the same folder: /shop/export",
        "name two folders: what one program writes there the other must not take for its own",
    ),
    "a share above all": (
        "to_zero: 100",
        "to_zero: 120",
        'guards.to_zero: "120" Input should be less than or equal to 100',
        "correct it there",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_names_what_is_wrong_where_and_what_to_do(case: str) -> None:
    old, new, what, advice = TABLE[case]
    advice = advice.replace("VENDORS", ", ".join(channels.names()))
    text = changed(old, new)
    spot = place_of(re.split(r"\n +", new)[-1], text)
    assert (what, spot, advice) in faults(text)


def test_all_faults_are_told_at_once_and_each_only_once() -> None:
    text = SETTINGS
    for old, new in (
        ("zone: Europe/Warsaw\ncurrency: PLN", "zone: Mars/Base\ncurrency: zloty"),
        ("to_zero: 100", "to_zero: 120"),
        ("on_hand: Qty", "onhand: Qty"),
        ("publish: at_once", "publish: perhaps"),
        ("    secret_secret: shop_secret\n", ""),
    ):
        text = changed(old, new, text)
    assert [what for what, _, _ in faults(text)] == [  # in the order of the file
        'zone: "Mars/Base" is no time zone; write it as Europe/Warsaw',
        'currency: "zloty" is no currency code',
        'guards.to_zero: "120" Input should be less than or equal to 100',
        'items have no field "onhand"',
        '"secret_secret" is missing',
        "channels.shop.publish: \"perhaps\" Input should be 'wait', 'at_once' or 'never'",
    ]


def test_a_feed_names_every_field_that_it_lacks() -> None:
    text = changed(
        "columns: {sku: Code, location: Warehouse, on_hand: Qty}",
        "kind: shipments\n    columns: {number: No, carrier: By}",
    )
    assert [what for what, _, _ in faults(text)] == [
        "shipments need reference, and no column is mapped to it",
        "shipments need sku, and no column is mapped to it",
        "shipments need quantity, and no column is mapped to it",
    ]
    assert {where for _, where, _ in faults(text)} == {place_of("columns: {number", text)}


def test_without_guards_nothing_may_be_sent() -> None:
    assert faults(SITE + FEEDS + SHOP) == [
        (
            '"guards" is missing: nothing may be sent without limits',
            place_of("shop:", SITE + FEEDS + SHOP),
            "copy the guards that `tally init` writes, and look at each number",
        )
    ]


def test_no_two_channels_speak_to_one_shop() -> None:
    text = SETTINGS + SHOP.removeprefix("channels:\n").replace("  shop:", "  twin:").replace(
        ":9", ":9/"
    )
    assert [(what, where) for what, where, _ in faults(text)] == [
        (
            "the channels shop and twin have the same address",
            f"tally.yaml:{text[: text.index('twin')].count(chr(10)) + 3}:5",
        )
    ]


@pytest.mark.parametrize("key", ["channels", "feeds", "import_files"])
def test_a_list_where_names_are_meant_is_a_fault(key: str) -> None:
    text = SITE + GUARDS + f"{key}: [shop]\n"
    assert (f'"{key}" is no list of `name: settings` lines', "see `tally init`") in [
        (what, advice) for what, _, advice in faults(text)
    ]


@pytest.mark.parametrize("text", ["shop:\n", "  shop: 5\n"])
def test_a_channel_without_settings_is_a_fault(text: str) -> None:
    said = SITE + GUARDS + "channels:\n  " + text.strip() + "\n"
    assert [what for what, _, _ in faults(said)] == ['channel "shop" has no settings']


@pytest.mark.parametrize("key", ["5", "true", "null", "[1, 2]"])
def test_a_key_that_is_no_text_is_an_unknown_key(key: str) -> None:
    found = faults(SETTINGS + f"{key}: x\n")
    assert len(found) == 1
    assert found[0][0].startswith("unknown key ")


BROKEN = {
    "a tab": ("data: data\n\terp: none\n", "tally.yaml:2:1"),
    "an open quote": ('data: "data\nerp: none\n', "tally.yaml:3:1"),
    "an open bracket": ("data: [a, b\nerp: none\n", "tally.yaml:2:4"),
    "wrong indentation": ("data: data\n  erp: none\n", "tally.yaml:2:6"),
    "a key twice": ("data: data\nerp: none\ndata: other\n", "tally.yaml:3:1"),
    "a list": ("- data\n", "tally.yaml:1:1"),
    "a word": ("data\n", "tally.yaml:1:1"),
    "nothing": ("", "tally.yaml:1:1"),
    "an unknown alias": ("data: *there\n", "tally.yaml:1:7"),
    "a control character": ("data: x\ndata: \x07\n", "tally.yaml:2:7"),
    "two documents": ("data: a\n---\ndata: b\n", "tally.yaml:2:1"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_yaml_that_is_none_is_told_with_its_place(case: str) -> None:
    text, where = BROKEN[case]
    with pytest.raises(ConfigError) as caught:
        load(text)
    told = caught.value
    assert told.where == where
    assert told.next
    assert "\n" not in told.what
    assert "http" not in told.what
