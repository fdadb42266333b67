"""The set-up file: what it sets, and every fault in it by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.setup import SetupRefused, read

CHANNELS = ("shopify", "woocommerce")
GOOD = """\
currency: EUR
zone: Europe/Berlin
prices_include_tax: false
taxes: {DE: 19, NO: "25.0"}
woocommerce:
  taxes: {}
  options: {woocommerce_manage_stock: "no"}
"""
BAD = """\
curency: EUR
zone: Europe/Berlyn
taxes:
  Germany: "19"
  FR: a fifth
woocommerce:
  country: pl
  prices_include_tax: perhaps
"""


def settings(tmp_path: Path, text: str) -> dict[str, object]:
    file = tmp_path / "shops.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, CHANNELS)


def test_reads_settings_for_all_and_for_one(tmp_path: Path) -> None:
    assert settings(tmp_path, GOOD) == {
        "currency": "EUR",
        "zone": "Europe/Berlin",
        "prices_include_tax": False,
        "taxes": {"DE": "19", "NO": "25.0"},
        "woocommerce": {"taxes": {}, "options": {"woocommerce_manage_stock": "no"}},
    }


def test_names_every_fault_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SetupRefused) as refusal:
        settings(tmp_path, BAD)
    lines = str(refusal.value).splitlines()
    file = tmp_path / "shops.yaml"
    places = dict(zip(lines[1::2], lines[0::2], strict=True))
    assert {f"at     {file}:{place}" for place in ("1:1", "2:7", "4:3", "5:7", "7:12", "8:23")} == (
        set(places)
    )
    assert places[f"at     {file}:1:1"] == (
        "error  curency: unknown key 'curency'; did you mean 'currency'?"
    )
    assert "no such time zone: 'Europe/Berlyn'" in places[f"at     {file}:2:7"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("currency: [EUR\nzone: x", "not YAML"),
        ("currency: EUR\ncurrency: PLN", "not YAML"),
        ("- EUR", "a set-up is a mapping of settings"),
        ("", "a set-up is a mapping of settings"),
        ("woocommerce: yes", "woocommerce"),
    ],
)
def test_what_is_no_setup(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(SetupRefused, match=fault):
        settings(tmp_path, text)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SetupRefused, match="cannot read the set-up"):
        read(tmp_path / "none.yaml", CHANNELS)
    (tmp_path / "shops.yaml").write_bytes(b"currency: \xff\xfe")
    with pytest.raises(SetupRefused, match="cannot read the set-up"):
        read(tmp_path / "shops.yaml", CHANNELS)
