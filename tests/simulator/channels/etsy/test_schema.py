"""What is modelled is in the vendor's document, and what of the document is not is said."""

from __future__ import annotations

import re

import yaml

from simulator.channels.etsy.routes import PREFIX, routes
from tests.conformance.etsy import GAPS, operations

NOT_MADE = {  # operations of the document that answer 404
    *("getBuyerTaxonomyNodes", "getPropertiesByBuyerTaxonomyId"),
    *("deleteListingFile", "getListingFile", "getAllListingFiles", "uploadListingFile"),
    *("deleteListingVideo", "getListingVideo", "getListingVideos", "uploadListingVideo"),
    *("deleteListingPersonalization", "updateListingPersonalization", "getListingPersonalization"),
    *("createListingTranslation", "getListingTranslation", "updateListingTranslation"),
    *("getReviewsByListing", "getReviewsByShop"),
    *("getHolidayPreferences", "updateHolidayPreferences"),
    *("deleteUserAddress", "getUserAddress", "getUserAddresses"),
    "getPaymentAccountLedgerEntryPayments",
}


def shape(method: str, path: str) -> str:
    return f"{method} {re.sub(r'{[^}]*}', '{}', path)}"


def test_every_address_is_the_documents_and_needs_its_scopes() -> None:
    described = {}
    for known in operations():
        ways = known.described.get("security", ())
        scopes = next((tuple(way["oauth2"]) for way in ways if "oauth2" in way), ())
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", known.pattern.pattern)
        described[shape(known.method, path.replace("\\", ""))] = (known.id, scopes)
    ours = {shape(r.method, PREFIX + r.address): tuple(r.scopes) for r in routes()}
    assert {known: described[known][1] for known in ours} == ours
    missing = {id for known, (id, _) in described.items() if known not in ours}
    assert missing == NOT_MADE


def test_every_gap_has_a_reason_and_is_named_once() -> None:
    found = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    places = [entry["where"] for entry in found]
    assert len(places) == len(set(places))
    assert all(entry["because"] for entry in found)
