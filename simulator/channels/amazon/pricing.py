"""The Product Pricing APIs, v0 and 2022-05-01: the seller's own offers, the only ones there are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from simulator.channels.amazon import catalogue, offers
from simulator.channels.amazon.calls import Call, Json, Operation, Reply, named
from simulator.channels.amazon.errors import Refused, Style, bad, body
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

STYLE = Style("InvalidInput", wrapped=True)
PLAIN = Style("InvalidInput")
MOST = 20
KEYS = {"Sku": "SellerSKU", "Asin": "ASIN"}
CONDITIONS = ("New", "Used", "Collectible", "Refurbished", "Club")


def _money(dialect: Amazon, amount: Decimal | int) -> Json:
    return {"CurrencyCode": dialect.marketplace.currency, "Amount": float(amount)}


def _price_now(dialect: Amazon, listing: Document) -> offers.Price | None:
    return offers.price(offers.offer(listing.body["attributes"]), dialect.shop.clock.now())


def _channel(listing: Document) -> str:
    found = offers.stock(listing.body["attributes"], listing.body["fba"])
    return "AMAZON" if found.is_fba else "MERCHANT"


# -- v0 -------------------------------------------------------------------------------------------


def get_pricing(dialect: Amazon, call: Call) -> Reply:
    """The seller's prices of some SKUs or ASINs."""
    sort = _asked_sort(dialect, call)
    names = call.values("Skus" if sort == "Sku" else "Asins", most=MOST)
    return 200, {"payload": [_price(dialect, name, sort) for name in names]}


def get_competitive(dialect: Amazon, call: Call) -> Reply:
    """The same goods with what others ask: nobody else sells them here."""
    sort = _asked_sort(dialect, call)
    names = call.values("Skus" if sort == "Sku" else "Asins", most=MOST)
    rows = []
    for name in names:
        row = _price(dialect, name, sort)
        if "Product" in row:
            row["Product"].pop("Offers", None)
            row["Product"]["CompetitivePricing"] = {
                "CompetitivePrices": [],
                "NumberOfOfferListings": [{"condition": "New", "Count": 1}],
            }
        rows.append(row)
    return 200, {"payload": rows}


def _asked_sort(dialect: Amazon, call: Call) -> str:
    dialect.check_marketplace(call.needed("MarketplaceId"))
    sort = call.needed("ItemType")
    if sort not in ("Sku", "Asin"):
        raise bad(f"Invalid value for ItemType: {sort}.")
    call.needed(f"{sort}s")
    return sort


def _found(dialect: Amazon, name: str, sort: str) -> Document | None:
    if sort == "Sku":
        found = dialect.catalogue.shown(name)
        return found if found and found.body["asin"] else None
    return next((d for d in dialect.shop.all(catalogue.KIND) if d.body["asin"] == name), None)


def _price(dialect: Amazon, name: str, sort: str) -> Json:
    key = {KEYS[sort]: name}
    listing = _found(dialect, name, sort)
    if listing is None:
        return {"status": "ClientError", **key}
    place = dialect.marketplace.id
    product: Json = {
        "Identifiers": {
            "MarketplaceASIN": {"MarketplaceId": place, "ASIN": listing.body["asin"]},
            "SKUIdentifier": {
                "MarketplaceId": place,
                "SellerId": dialect.keys["seller_id"],
                "SellerSKU": listing.sku,
            },
        },
        "Offers": _offers(dialect, listing),
    }
    return {"status": "Success", **key, "ASIN": listing.body["asin"], "Product": product}


def _offers(dialect: Amazon, listing: Document) -> list[Json]:
    price = _price_now(dialect, listing)
    if price is None:
        return []
    now = _money(dialect, price.now)
    paid = {"ListingPrice": now, "LandedPrice": now, "Shipping": _money(dialect, 0)}
    return [
        {
            "offerType": "B2C",
            "BuyingPrice": paid,
            "RegularPrice": _money(dialect, price.regular),
            "FulfillmentChannel": _channel(listing),
            "ItemCondition": "New",
            "ItemSubCondition": "New",
            "SellerSKU": listing.sku,
        }
    ]


def get_listing_offers(dialect: Amazon, call: Call) -> Reply:
    """All offers of the goods behind one SKU: the seller's own."""
    return 200, {"payload": _asked_offers(dialect, call, "Sku", call.path["sku"])}


def get_item_offers(dialect: Amazon, call: Call) -> Reply:
    """All offers of one ASIN: the seller's own."""
    return 200, {"payload": _asked_offers(dialect, call, "Asin", call.path["asin"])}


def _asked_offers(dialect: Amazon, call: Call, sort: str, name: str) -> Json:
    place, condition = call.needed("MarketplaceId"), call.needed("ItemCondition")
    return _all_offers(dialect, sort, name, place, condition)


def _all_offers(dialect: Amazon, sort: str, name: str, place: str, condition: str) -> Json:
    dialect.check_marketplace(place)
    if condition not in CONDITIONS:
        raise bad(f"Invalid value for ItemCondition: {condition}.")
    key = KEYS[sort]
    listing = _found(dialect, name, sort)
    if listing is None:
        raise bad(f"{name} is an invalid {key} for marketplace {place}.")
    price = _price_now(dialect, listing)
    is_offered = "BUYABLE" in dialect.catalogue.status(listing) and condition == "New"
    shown = [_offer_detail(dialect, listing, price)] if price and is_offered else []
    return {
        "marketplaceId": place,
        sort.upper(): name,
        "ItemCondition": condition,
        "status": "Success" if shown else "NoBuyableOffers",
        "Identifier": {"MarketplaceId": place, key: name, "ItemCondition": condition},
        "Summary": {"TotalOfferCount": len(shown)},
        "Offers": shown,
    }


def _offer_detail(dialect: Amazon, listing: Document, price: offers.Price) -> Json:
    is_fba = _channel(listing) == "AMAZON"
    days = offers.stock(listing.body["attributes"], listing.body["fba"]).handling_days or 1
    return {
        "MyOffer": True,
        "SubCondition": "new",
        "SellerId": dialect.keys["seller_id"],
        "ShippingTime": {
            "minimumHours": 24,
            "maximumHours": 24 * max(1, days),
            "availabilityType": "NOW",
        },
        "ListingPrice": _money(dialect, price.now),
        "Shipping": _money(dialect, 0),
        "IsFulfilledByAmazon": is_fba,
        "IsBuyBoxWinner": True,
    }


def get_listing_offers_batch(dialect: Amazon, call: Call) -> Reply:
    """The same for up to twenty SKUs, each with a status of its own."""
    return 200, {"responses": [_batch_row(dialect, one, "Sku") for one in _requests(call)]}


def get_item_offers_batch(dialect: Amazon, call: Call) -> Reply:
    """The same for up to twenty ASINs."""
    return 200, {"responses": [_batch_row(dialect, one, "Asin") for one in _requests(call)]}


def _requests(call: Call) -> list[Mapping[str, Any]]:
    asked: list[Mapping[str, Any]] = named(call.body(), "requests", list)
    if not 0 < len(asked) <= MOST or not all(isinstance(one, dict) for one in asked):
        raise bad(f"requests must have 1 to {MOST} elements.")
    return asked


def _batch_row(dialect: Amazon, asked: Mapping[str, Any], sort: str) -> Json:
    path = str(asked.get("uri", "")).partition("?")[0].removesuffix("/offers")
    name = unquote(path.rsplit("/", 1)[-1])
    place, condition = str(asked.get("MarketplaceId")), str(asked.get("ItemCondition"))
    try:
        status, shown = 200, {"payload": _all_offers(dialect, sort, name, place, condition)}
    except Refused as refused:
        status = refused.status
        shown = body(STYLE.code(refused), refused.message, refused.details)
    told = {"MarketplaceId": place, "ItemCondition": condition}
    return {
        "headers": {"x-amzn-RequestId": dialect.notifications.new_id()},
        "status": {"statusCode": status, "reasonPhrase": "OK" if status == 200 else "Bad Request"},
        "body": shown,
        "request": {**told, "SellerSKU" if sort == "Sku" else "Asin": name},
    }


# -- 2022-05-01 -----------------------------------------------------------------------------------


def _amount(dialect: Amazon, amount: Decimal) -> Json:
    return {"currencyCode": dialect.marketplace.currency, "amount": float(amount)}


def competitive_summary(dialect: Amazon, call: Call) -> Reply:
    """What shoppers are offered first for up to twenty ASINs."""
    return 200, {"responses": [_summary(dialect, one) for one in _requests(call)]}


def _summary(dialect: Amazon, asked: Mapping[str, Any]) -> Json:
    asin, place = str(asked.get("asin")), str(asked.get("marketplaceId"))
    listing = _found(dialect, asin, "Asin")
    shown: Json = {"asin": asin, "marketplaceId": place}
    if listing is None or place != dialect.marketplace.id:
        shown |= body("InvalidInput", "The ASIN or marketplace is not valid.")
        return {"status": {"statusCode": 400, "reasonPhrase": "Bad Request"}, "body": shown}
    price = _price_now(dialect, listing)
    if "featuredBuyingOptions" in (asked.get("includedData") or ()):
        shown["featuredBuyingOptions"] = []
        if price is not None and "BUYABLE" in dialect.catalogue.status(listing):
            offer: Json = {
                "sellerId": dialect.keys["seller_id"],
                "condition": "New",
                "fulfillmentType": "AFN" if _channel(listing) == "AMAZON" else "MFN",
                "listingPrice": _amount(dialect, price.now),
                "featuredOfferSegments": [
                    {
                        "customerMembership": "DEFAULT",
                        "segmentDetails": {"glanceViewWeightPercentage": 100.0},
                    }
                ],
            }
            option = {"buyingOptionType": "New", "segmentedFeaturedOffers": [offer]}
            shown["featuredBuyingOptions"] = [option]
    return {"status": {"statusCode": 200, "reasonPhrase": "OK"}, "body": shown}


def expected_price(dialect: Amazon, call: Call) -> Reply:
    """The price that would be shown first: without competition, the offer's own."""
    return 200, {"responses": [_expected(dialect, one) for one in _requests(call)]}


def _expected(dialect: Amazon, asked: Mapping[str, Any]) -> Json:
    sku, place = str(asked.get("sku")), str(asked.get("marketplaceId"))
    listing = dialect.catalogue.shown(sku)
    reply: Json = {
        "headers": {"x-amzn-RequestId": dialect.notifications.new_id()},
        "request": {"marketplaceId": place, "sku": sku},
    }
    if listing is None or place != dialect.marketplace.id:
        shown = body("InvalidInput", "The SKU or marketplace is not valid.")
        return {
            **reply,
            "status": {"statusCode": 400, "reasonPhrase": "Bad Request"},
            "body": shown,
        }
    shown = {
        "offerIdentifier": {
            "marketplaceId": place,
            "sellerId": dialect.keys["seller_id"],
            "sku": sku,
            "asin": listing.body["asin"],
            "fulfillmentType": "AFN" if _channel(listing) == "AMAZON" else "MFN",
        },
        "featuredOfferExpectedPriceResults": [{"resultStatus": "NO_COMPETING_OFFERS"}],
    }
    return {**reply, "status": {"statusCode": 200, "reasonPhrase": "OK"}, "body": shown}


V0, BATCH = "/products/pricing/v0", "/batches/products/pricing"
OPERATIONS = (
    Operation("getPricing", "GET", f"{V0}/price", 0.5, 1, get_pricing, STYLE),
    Operation(
        "getCompetitivePricing", "GET", f"{V0}/competitivePrice", 0.5, 1, get_competitive, STYLE
    ),
    Operation(
        "getListingOffers",
        "GET",
        f"{V0}/listings/<sku:sku>/offers",
        1,
        2,
        get_listing_offers,
        STYLE,
    ),
    Operation("getItemOffers", "GET", f"{V0}/items/<asin>/offers", 0.5, 1, get_item_offers, STYLE),
    Operation(
        "getItemOffersBatch",
        "POST",
        f"{BATCH}/v0/itemOffers",
        0.1,
        1,
        get_item_offers_batch,
        PLAIN,
    ),
    Operation(
        "getListingOffersBatch",
        "POST",
        f"{BATCH}/v0/listingOffers",
        0.5,
        1,
        get_listing_offers_batch,
        PLAIN,
    ),
    Operation(
        "getCompetitiveSummary",
        "POST",
        f"{BATCH}/2022-05-01/items/competitiveSummary",
        0.033,
        1,
        competitive_summary,
        PLAIN,
    ),
    Operation(
        "getFeaturedOfferExpectedPriceBatch",
        "POST",
        f"{BATCH}/2022-05-01/offer/featuredOfferExpectedPrice",
        0.033,
        1,
        expected_price,
        PLAIN,
    ),
)
