"""Amazon's marketplaces: what they sell in, and in which language their pages are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One marketplace. `currency` and `language` are "" when nobody has said them."""

    id: str
    site: str
    currency: str
    language: str
    is_gross: bool = True  # prices contain the tax


_KNOWN = (
    Place("A1C3SOZRARQ6R3", "amazon.pl", "PLN", "pl_PL"),
    Place("A1PA6795UKMFR9", "amazon.de", "EUR", "de_DE"),
    Place("A13V1IB3VIYZZH", "amazon.fr", "EUR", "fr_FR"),
    Place("APJ6JRA9NG5V4", "amazon.it", "EUR", "it_IT"),
    Place("A1RKKUPIHCS9HS", "amazon.es", "EUR", "es_ES"),
    Place("A1805IZSGTT6HS", "amazon.nl", "EUR", "nl_NL"),
    Place("AMEN7PMS3EDWL", "amazon.com.be", "EUR", "fr_BE"),
    Place("A28R8C7NBKEWEA", "amazon.ie", "EUR", "en_IE"),
    Place("A1F83G8C2ARO7P", "amazon.co.uk", "GBP", "en_GB"),
    Place("A2NODRKZP88ZB9", "amazon.se", "SEK", "sv_SE"),
    Place("ATVPDKIKX0DER", "amazon.com", "USD", "en_US", is_gross=False),
    Place("A2EUQ1WTGCTBG2", "amazon.ca", "CAD", "en_CA", is_gross=False),
    Place("A1AM78C64UM0Y8", "amazon.com.mx", "MXN", "es_MX"),
    Place("A1VC38T7YXB528", "amazon.co.jp", "JPY", "ja_JP"),
    Place("A39IBJ37TRP1C6", "amazon.com.au", "AUD", "en_AU"),
)
_BY_ID = {place.id: place for place in _KNOWN}


def place(id: str, currency: str | None, language: str | None) -> Place:
    """The marketplace of this id; what the settings say of it counts before what we know."""
    known = _BY_ID.get(id) or Place(id, f"marketplace {id}", "", "")
    return Place(
        id,
        known.site,
        currency or known.currency,
        language or known.language,
        is_gross=known.is_gross,
    )
