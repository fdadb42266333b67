"""Carriers: the names that a shipment may have, and those that shipping profiles can name."""

from __future__ import annotations

from typing import Any

NAMES = frozenset(
    (
        *(
            "other",
            "usps",
            "ups",
            "ups-mi",
            "fedex",
            "fedex-uk",
            "dhl",
            "dhl-germany",
            "dhl-poland",
        ),
        *(
            "dhl-global-mail",
            "dhl-es",
            "dhl-nl",
            "dpd",
            "dpd-uk",
            "dpd-de",
            "dpd-poland",
            "dpd-ireland",
        ),
        *("gls", "gls-italy", "gls-netherlands", "hermes", "hermes-de", "evri", "yodel", "tnt"),
        *(
            "royal-mail",
            "parcel-force",
            "an-post",
            "canada-post",
            "canpar",
            "purolator",
            "chitchats",
        ),
        *("australia-post", "sendle", "new-zealand-post", "courierpost", "couriers-please"),
        *("deutsch-post", "austrian-post", "swiss-post", "bpost", "bpost-international", "postnl"),
        *(
            "postnl-international",
            "postnl-3s",
            "la-poste-colissimo",
            "colissimo",
            "chronopost-france",
        ),
        *("mondialrelay", "spain-correos-es", "portugal-ctt", "poste-italiane", "sda", "bartolini"),
        *("poczta-polska", "inpost-paczkomaty", "polish-post", "ceska-posta", "magyar-posta"),
        *("postnord", "posten-norge", "danmark-post", "posti", "latvijas-pasts", "lietuvos-pastas"),
        *("omniva", "ukrposhta", "nova-poshta", "elta-courier", "acscourier", "japan-post"),
        *(
            "china-post",
            "china-ems",
            "hong-kong-post",
            "singapore-post",
            "india-post",
            "asendia-uk",
        ),
        *("asendia-usa", "globegistics", "apc", "aramex", "ptt-posta", "israel-post", "amazon"),
    )
)
BY_COUNTRY: dict[str, tuple[tuple[int, str, str, str], ...]] = {
    # (number, name, a class at home, a class abroad)
    "US": ((1, "USPS", "Priority Mail", "First Class International"),),
    "GB": ((2, "Royal Mail", "Tracked 48", "International Tracked"),),
    "DE": ((3, "Deutsche Post", "Paket", "Paket International"),),
    "PL": ((4, "Poczta Polska", "Pocztex", "EMS"),),
}


def is_known(name: str) -> bool:
    """Whether a shipment may name this carrier; case does not matter."""
    return name.strip().lower() in NAMES


def of_country(iso: str) -> list[dict[str, Any]]:
    """The ShippingCarriers of a country."""
    return [
        {
            "shipping_carrier_id": id,
            "name": name,
            "domestic_classes": [_class(home)],
            "international_classes": [_class(abroad)],
        }
        for id, name, home, abroad in BY_COUNTRY.get(iso.upper(), ())
    ]


def _class(name: str) -> dict[str, str]:
    return {"mail_class_key": name.lower().replace(" ", "_"), "name": name}
