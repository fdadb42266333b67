"""The seller's listings as they are kept: found by sku, put up, counted up and down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.houzz import tasks
from simulator.channels.houzz.errors import unknown_sku
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.houzz.dialect import Houzz

FIRST_PRODUCT = 61_200_001
IN_REVIEW = ("New", "Rejected")


class Shelf:
    """All listings of one seller, one for each sku. Hold the world's lock while using it."""

    def __init__(self, dialect: Houzz) -> None:
        self.dialect, self.shop = dialect, dialect.shop

    def find(self, sku: str) -> Document | None:
        """The listing of a sku now, whatever its status; None when there never was one."""
        return next(self.shop.all("listing", sku=sku), None)

    def need(self, sku: str) -> Document:
        """The listing of a sku that is not deleted; Refused when there is none."""
        found = self.find(sku)
        if found is None or found.body["Status"] == "Deleted":
            raise unknown_sku()
        return found

    def seen(self, sku: str) -> Document:
        """The listing of a sku as a reader sees it; Refused when none is seen."""
        if not self.shop.lag:
            return self.need(sku)
        for found in self.shop.seen("listing"):
            if found.sku == sku and found.body["Status"] != "Deleted":
                return found
        raise unknown_sku()

    def put_up(self, good: Goods) -> None:
        """A listing that is live at once, as at set-up."""
        facts = {
            "SKU": good.sku,
            "Title": good.title,
            "Price": f"{good.price:.2f}",
            "Currency": self.dialect.currency,
            "Quantity": good.quantity,
            "Status": "Active",
        }
        self._replace(facts)

    def list_new(self, facts: dict[str, Any]) -> Document:
        """A listing as a client adds it: Houzz reviews it before shoppers see it."""
        wanted = facts.get("Status", "Active")
        listing = self._replace({**facts, "Status": "New", "wanted": wanted})
        tasks.take_on(self.dialect, "review", listing.id, self.dialect.review)
        return listing

    def submit(self, listing: Document) -> None:
        """Hand a rejected listing in again."""
        listing.body["Status"] = "New"
        listing.body.pop("reason", None)
        self.shop.put(listing)
        tasks.take_on(self.dialect, "review", listing.id, self.dialect.review)

    def reviewed(
        self, id: int, *, fails: bool, reason: str = "Does not meet the guidelines"
    ) -> None:
        """A review's end: live (or inactive, when the seller wants that), or rejected."""
        listing = self.shop.get("listing", id)
        if listing is None or listing.body["Status"] not in IN_REVIEW:
            return
        tasks.forget(self.dialect, "review", id)
        if fails:
            listing.body.update({"Status": "Rejected", "reason": reason})
        else:
            listing.body["Status"] = listing.body.pop("wanted", "Active")
            listing.body.pop("reason", None)
        self.shop.put(listing)

    def set_status(self, listing: Document, status: str) -> None:
        """Activate, deactivate or delete; of a listing in review the wish is kept until its end."""
        if listing.body["Status"] in IN_REVIEW and status != "Deleted":
            listing.body["wanted"] = status
        else:
            listing.body["Status"] = status

    def move(self, sku: str, pieces: int) -> None:
        """Put so many pieces more (or, below zero, fewer) on the shelf; never below none."""
        listing = self.find(sku)
        if listing is not None:
            listing.body["Quantity"] = max(0, listing.body.get("Quantity", 0) + pieces)
            self.shop.put(listing)

    def _replace(self, facts: dict[str, Any]) -> Document:
        """Put a listing in; a sku that was deleted takes its old place again."""
        old = self.find(facts["SKU"])
        if old is not None:
            body = {**facts, "ProductId": old.body["ProductId"]}
            return self.shop.put(replace(old, body=body))
        product_id = self.shop.next_number("product", FIRST_PRODUCT)
        body = {**facts, "ProductId": str(product_id)}
        return self.shop.add("listing", body, sku=facts["SKU"])
