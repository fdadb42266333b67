"""The Sellers API: where the seller sells. Many clients ask this first, to see whether their keys are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels.amazon.calls import Call, Json, Operation, Reply
from simulator.channels.amazon.errors import Style

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon


STYLE = Style("InvalidInput", wrapped=True)
STORE = "Staging shop"


def get_marketplace_participations(dialect: Amazon, call: Call) -> Reply:
    """The seller's only marketplace, and that nothing there is suspended."""
    return 200, {"payload": _participations(dialect)}


def get_account(dialect: Amazon, call: Call) -> Reply:
    """What sort of seller this is, and the same marketplace."""
    kind = {"businessType": "PRIVATE_LIMITED", "sellingPlan": "PROFESSIONAL"}
    return 200, {**kind, "marketplaceParticipationList": _participations(dialect)}


def _participations(dialect: Amazon) -> list[Json]:
    place = dialect.marketplace
    marketplace = {
        "id": place.id,
        "name": place.site,
        "countryCode": place.country,
        "defaultCurrencyCode": place.currency,
        "defaultLanguageCode": place.language,
        "domainName": f"www.{place.site.lower()}",
    }
    participation = {"isParticipating": True, "hasSuspendedListings": False}
    return [{"marketplace": marketplace, "storeName": STORE, "participation": participation}]


SELLERS = "/sellers/v1"
OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        f"{SELLERS}/marketplaceParticipations",
        0.016,
        15,
        get_marketplace_participations,
        STYLE,
    ),
    Operation("getAccount", "GET", f"{SELLERS}/account", 0.016, 15, get_account, STYLE),
)
