"""Currencies as the shop names and prints them; symbols are HTML-encoded, as the API shows them."""

from __future__ import annotations

NAMES = {
    "AUD": ("Australian dollar", "&#36;"),
    "BGN": ("Bulgarian lev", "&#1083;&#1074;."),
    "BRL": ("Brazilian real", "&#82;&#36;"),
    "CAD": ("Canadian dollar", "&#36;"),
    "CHF": ("Swiss franc", "&#67;&#72;&#70;"),
    "CNY": ("Chinese yuan", "&yen;"),
    "CZK": ("Czech koruna", "&#75;&#269;"),
    "DKK": ("Danish krone", "kr."),
    "EUR": ("Euro", "&euro;"),
    "GBP": ("Pound sterling", "&pound;"),
    "HUF": ("Hungarian forint", "&#70;&#116;"),
    "JPY": ("Japanese yen", "&yen;"),
    "NOK": ("Norwegian krone", "&#107;&#114;"),
    "NZD": ("New Zealand dollar", "&#36;"),
    "PLN": ("Polish z&#x142;oty", "&#122;&#322;"),
    "RON": ("Romanian leu", "lei"),
    "SEK": ("Swedish krona", "&#107;&#114;"),
    "TRY": ("Turkish lira", "&#8378;"),
    "UAH": ("Ukrainian hryvnia", "&#8372;"),
    "USD": ("United States (US) dollar", "&#36;"),
}


def symbol(code: str) -> str:
    """A currency's sign; its code where the shop knows none."""
    return NAMES.get(code, (code, code))[1]
