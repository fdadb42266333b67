"""Amazon's marketplaces: their ids, countries, currencies and languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Marketplace:
    """One country's Amazon. `region` is the part of the world whose API serves it."""

    id: str
    country: str
    currency: str
    language: str
    site: str
    region: str

    @property
    def fba_code(self) -> str:
        """The fulfilment channel code of Amazon's own warehouses here."""
        return {"na": "AMAZON_NA", "eu": "AMAZON_EU", "fe": "AMAZON_JP"}[self.region]


ALL = (
    Marketplace("A1C3SOZRARQ6R3", "PL", "PLN", "pl_PL", "Amazon.pl", "eu"),
    Marketplace("A1PA6795UKMFR9", "DE", "EUR", "de_DE", "Amazon.de", "eu"),
    Marketplace("A13V1IB3VIYZZH", "FR", "EUR", "fr_FR", "Amazon.fr", "eu"),
    Marketplace("APJ6JRA9NG5V4", "IT", "EUR", "it_IT", "Amazon.it", "eu"),
    Marketplace("A1RKKUPIHCS9HS", "ES", "EUR", "es_ES", "Amazon.es", "eu"),
    Marketplace("A1805IZSGTT6HS", "NL", "EUR", "nl_NL", "Amazon.nl", "eu"),
    Marketplace("AMEN7PMS3EDWL", "BE", "EUR", "fr_BE", "Amazon.com.be", "eu"),
    Marketplace("A28R8C7NBKEWEA", "IE", "EUR", "en_IE", "Amazon.ie", "eu"),
    Marketplace("A1F83G8C2ARO7P", "GB", "GBP", "en_GB", "Amazon.co.uk", "eu"),
    Marketplace("A2NODRKZP88ZB9", "SE", "SEK", "sv_SE", "Amazon.se", "eu"),
    Marketplace("ATVPDKIKX0DER", "US", "USD", "en_US", "Amazon.com", "na"),
    Marketplace("A2EUQ1WTGCTBG2", "CA", "CAD", "en_CA", "Amazon.ca", "na"),
    Marketplace("A1AM78C64UM0Y8", "MX", "MXN", "es_MX", "Amazon.com.mx", "na"),
    Marketplace("A1VC38T7YXB528", "JP", "JPY", "ja_JP", "Amazon.co.jp", "fe"),
    Marketplace("A39IBJ37TRP1C6", "AU", "AUD", "en_AU", "Amazon.com.au", "fe"),
)
BY_ID = {place.id: place for place in ALL}


def chosen(country: str, currency: str) -> Marketplace:
    """The marketplace of a shop there: by country and currency, else by currency, else by country."""
    both = [p for p in ALL if p.country == country and p.currency == currency]
    by_currency = [p for p in ALL if p.currency == currency]
    by_country = [p for p in ALL if p.country == country]
    return [*both, *by_currency, *by_country, *ALL][0]
