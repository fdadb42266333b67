"""Countries and their regions, with the vendor's numbers where an address needs one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.channels.magento.kinds import words


@dataclass(frozen=True)
class Region:
    """A part of a country."""

    id: int
    code: str
    name: str


def _polish() -> tuple[Region, ...]:
    names = words(
        "dolnośląskie kujawsko-pomorskie lubelskie lubuskie łódzkie małopolskie mazowieckie"
        " opolskie podkarpackie podlaskie pomorskie śląskie świętokrzyskie warmińsko-mazurskie"
        " wielkopolskie zachodniopomorskie"
    )
    return tuple(Region(1018 + n, f"PL-{2 * n + 2:02}", name) for n, name in enumerate(names))


REGIONS: Mapping[str, tuple[Region, ...]] = {
    "PL": _polish(),
    "US": (
        Region(12, "CA", "California"),
        Region(43, "NY", "New York"),
        Region(57, "TX", "Texas"),
    ),
}
LISTED = {"PL": words("02 04 06 08 14 12 16 18 20 22 24 26 28 30 32 10")}  # by name, as listed
DEMANDING = frozenset({"PL", "US"})  # a region's number is needed
COUNTRIES = {  # ISO 3166-1: (three letters, English name)
    "AT": ("AUT", "Austria"),
    "BE": ("BEL", "Belgium"),
    "BG": ("BGR", "Bulgaria"),
    "CZ": ("CZE", "Czechia"),
    "DE": ("DEU", "Germany"),
    "DK": ("DNK", "Denmark"),
    "EE": ("EST", "Estonia"),
    "ES": ("ESP", "Spain"),
    "FI": ("FIN", "Finland"),
    "FR": ("FRA", "France"),
    "GB": ("GBR", "United Kingdom"),
    "GR": ("GRC", "Greece"),
    "HR": ("HRV", "Croatia"),
    "HU": ("HUN", "Hungary"),
    "IE": ("IRL", "Ireland"),
    "IT": ("ITA", "Italy"),
    "LT": ("LTU", "Lithuania"),
    "LV": ("LVA", "Latvia"),
    "NL": ("NLD", "Netherlands"),
    "NO": ("NOR", "Norway"),
    "PL": ("POL", "Poland"),
    "PT": ("PRT", "Portugal"),
    "RO": ("ROU", "Romania"),
    "SE": ("SWE", "Sweden"),
    "SI": ("SVN", "Slovenia"),
    "SK": ("SVK", "Slovakia"),
    "UA": ("UKR", "Ukraine"),
    "US": ("USA", "United States"),
}


def by_id(country: str, id: Any) -> Region | None:
    """The region of a country with this number."""
    return next((r for r in REGIONS.get(country, ()) if r.id == id), None)


def first(country: str) -> Region | None:
    """Some region of a country that demands one."""
    return REGIONS[country][0] if country in DEMANDING else None


def listed(country: str) -> list[dict[str, str]]:
    """A country's regions as its directory lists them."""
    regions = REGIONS.get(country, ())
    order = LISTED.get(country)
    if order:
        regions = tuple(sorted(regions, key=lambda r: order.index(r.code[-2:])))
    return [{"id": str(r.id), "code": r.code, "name": r.name} for r in regions]
