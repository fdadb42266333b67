"""The Sellers API: where the seller sells. Many clients ask this first, to see whether their keys are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.channels.amazon.calls import Call, Operation, Reply
from simulator.channels.amazon.errors import Style

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon


def get_marketplace_participations(dialect: Amazon, call: Call) -> Reply:
    """The seller's only marketplace, and that nothing there is suspended."""
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
    return 200, {"payload": [{"marketplace": marketplace, "participation": participation}]}


OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        0.016,
        15,
        get_marketplace_participations,
        Style("InvalidInput", wrapped=True),
    ),
)
