"""The seller's listings: kept, found by SKU, put into families, applied to by submissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.channels import Goods
from simulator.channels.amazon import listing_checks, offers, product_types
from simulator.channels.amazon.attributes import (
    Attributes,
    Home,
    completed,
    first,
    patched_all,
    replaced,
)
from simulator.channels.amazon.lagging import as_seen
from simulator.channels.amazon.listing_checks import Issue
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.amazon.dialect import Amazon

KIND, WAITING = "listing", "submission"
LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Catalogue:
    """All listings of one seller."""

    def __init__(self, dialect: Amazon) -> None:
        self.dialect, self.shop = dialect, dialect.shop

    @property
    def home(self) -> Home:
        """What elements mean that leave their selectors out."""
        place = self.dialect.marketplace
        return Home(place.id, place.currency, place.language)

    # -- finding --------------------------------------------------------------------------------

    def find(self, sku: str) -> Document | None:
        """The listing of a SKU now."""
        return next(self.shop.all(KIND, sku=sku), None)

    def shown(self, sku: str) -> Document | None:
        """The listing as the API tells of it, late by the shop's lag."""
        return as_seen(self.shop, KIND, self.find(sku), sku)

    def children(self, parent: Document) -> list[Document]:
        """The members of a family, without its head."""
        return list(self.shop.all(KIND, parent_id=parent.id))

    def parent(self, child: Document) -> Document | None:
        """The head of the family that a listing belongs to."""
        return None if child.parent_id is None else self.shop.get(KIND, child.parent_id)

    def status(self, listing: Document) -> list[str]:
        """Whether it can be bought and found now."""
        return offers.status(listing.body, self.shop.clock.now())

    # -- set-up ---------------------------------------------------------------------------------

    def put_up(self, goods: Goods) -> None:
        """Goods as a live listing of the seller's own, fulfilled by the seller."""
        place = self.dialect.marketplace
        text = {"language_tag": place.language, "marketplace_id": place.id}
        attributes: Attributes = {
            "item_name": [{"value": goods.title, **text}],
            "brand": [{"value": "Generic", **text}],
            "condition_type": [{"value": "new_new", "marketplace_id": place.id}],
            "purchasable_offer": [
                {
                    "marketplace_id": place.id,
                    "currency": place.currency,
                    "audience": "ALL",
                    "our_price": [{"schedule": [{"value_with_tax": float(goods.price)}]}],
                }
            ],
            "fulfillment_availability": [
                {"fulfillment_channel_code": offers.SELLER, "quantity": goods.quantity}
            ],
        }
        body = self._new_body(attributes, "HOME")
        self.shop.add(KIND, body, sku=goods.sku, quiet=True)

    def _new_body(self, attributes: Attributes, product_type: str) -> dict[str, Any]:
        return {
            "attributes": attributes,
            "product_type": product_type,
            "asin": self._asin(attributes),
            "fba": 0,
            "issues": [],
        }

    def _asin(self, attributes: Attributes) -> str | None:
        """The page that the goods are on: a given one, a new one, none without a name."""
        given = first(attributes, "merchant_suggested_asin")
        if given:
            return str(given)
        return self._new_asin() if attributes.get("item_name") else None

    def _new_asin(self) -> str:
        number = self.shop.next_number("asin", 40_000_001) * 6151
        text = ""
        for _ in range(8):
            number, rest = divmod(number, len(LETTERS))
            text = LETTERS[rest] + text
        return f"B0{text}"

    # -- submissions ----------------------------------------------------------------------------

    def issues(self, sku: str, sent: Mapping[str, Any]) -> list[Issue]:
        """What is wrong with a submission, before it is accepted.

        `sent` has `sort` (put, patch, partial, delete), `product_type`, `requirements` and
        `attributes` or `patches`.
        """
        sort = sent["sort"]
        if sort == "delete":
            return []
        found: list[Issue] = []
        if sort == "patch":
            found += listing_checks.patches(sent["patches"])
        else:
            found += listing_checks.attributes(sent["attributes"])
        if sort == "put" and not found:
            found += listing_checks.needed(sent["attributes"], sent["requirements"])
        if sent["product_type"] not in product_types.NAMES:
            text = f"The product type '{sent['product_type']}' is not valid."
            found.append(listing_checks.issue("90000901", text))
        return found

    def apply(self, sku: str, sent: Mapping[str, Any]) -> None:
        """Make an accepted submission true.

        A patch of an unknown SKU makes a listing that lacks everything else, and nobody complains
        (vendor's issue 2797 of 2024-05).
        """
        listing = self.find(sku)
        if sent["sort"] == "delete":
            if listing is not None:
                self._remove(listing)
            return
        after = self._after({} if listing is None else listing.body["attributes"], sent)
        if listing is None:
            body = self._new_body(after, sent["product_type"])
        else:
            asin = listing.body["asin"] or self._asin(after)
            body = {**listing.body, "attributes": after, "asin": asin}
            if sent["product_type"] != product_types.GENERIC or sent["sort"] == "put":
                body["product_type"] = sent["product_type"]
        parent = self._named_parent(after)
        body["issues"] = list(self._problems(after, parent))
        parent_id = parent.id if parent and not body["issues"] else None
        if listing is None:
            made = self.shop.add(KIND, body, sku=sku, parent_id=parent_id)
            self.dialect.notifications.status_changed(made, self.status(made))
        else:
            self.save(replace(listing, parent_id=parent_id, body=body), listing.body)

    def _after(self, before: Attributes, sent: Mapping[str, Any]) -> Attributes:
        if sent["sort"] == "put":
            return {n: completed(n, v, self.home) for n, v in sent["attributes"].items()}
        if sent["sort"] == "partial":
            return replaced(before, sent["attributes"], self.home)
        return patched_all(before, sent["patches"], self.home)

    def failed(self, sku: str) -> None:
        """A submission was accepted and came to nothing: the listing says so."""
        listing = self.find(sku)
        if listing is not None:
            lost = listing_checks.issue("8541", "The submission could not be processed.")
            self.save(replace(listing, body={**listing.body, "issues": [lost]}), listing.body)

    def _remove(self, listing: Document) -> None:
        for child in self.children(listing):
            self.shop.put(replace(child, parent_id=None))
        self.shop.drop(KIND, listing.id)
        self.dialect.notifications.status_changed(listing, [])

    def _named_parent(self, attributes: Attributes) -> Document | None:
        """The head of the family that a listing names, if there is such a head."""
        wanted = _wanted_parent(attributes)
        found = self.find(wanted) if wanted else None
        return found if found and offers.is_parent(found.body["attributes"]) else None

    def _problems(self, attributes: Attributes, parent: Document | None) -> Iterator[Issue]:
        wanted, now = _wanted_parent(attributes), self.shop.clock.now()
        if wanted and parent is None:
            text = f"The parent SKU {wanted} does not exist or is no parent."
            yield listing_checks.issue("8560", text, "child_parent_sku_relationship")
        elif parent is not None and _theme(parent.body["attributes"]) != _theme(attributes):
            text = f"The variation theme differs from that of the parent SKU {wanted}."
            yield listing_checks.issue("8016", text, "variation_theme")
        found = offers.offer(attributes)
        price, (least, most) = offers.price(found, now), offers.bounds(found, now)
        if price and ((least and price.now < least) or (most and price.now > most)):
            text = "The price lies outside of the minimum and maximum seller allowed price."
            wrong = listing_checks.issue(
                "90057", text, "purchasable_offer", category="INVALID_PRICE"
            )
            yield {**wrong, "blocks": True}

    # -- saving ---------------------------------------------------------------------------------

    def save(self, listing: Document, before: Mapping[str, Any]) -> Document:
        """Store a changed listing whose body was `before`, and tell who has subscribed."""
        saved = self.shop.put(listing)
        tell, now = self.dialect.notifications, self.shop.clock.now()
        old, new = offers.status(before, now), offers.status(saved.body, now)
        if old != new:
            tell.status_changed(saved, new)
        if before["issues"] != saved.body["issues"]:
            tell.issues_changed(saved)
        was, left = (offers.stock(b["attributes"], b.get("fba", 0)) for b in (before, saved.body))
        if not left.is_fba and was.quantity != left.quantity and left.quantity is not None:
            tell.quantity_changed(saved, left.channel, left.quantity)
        return saved

    def take(self, listing: Document, pieces: int) -> None:
        """Take pieces off the stock that counts (or put them back, below zero)."""
        before = listing.body
        left = offers.stock(before["attributes"], before.get("fba", 0))
        if left.quantity is None:
            return
        if left.is_fba:
            body = {**before, "fba": max(0, before["fba"] - pieces)}
        else:
            body = {**before, "attributes": _taken(before["attributes"], left.channel, pieces)}
        self.save(replace(listing, body=body), before)


def _taken(attributes: Attributes, channel: str, pieces: int) -> Attributes:
    changed = [
        {**e, "quantity": max(0, int(e.get("quantity") or 0) - pieces)}
        if e.get("fulfillment_channel_code") == channel
        else e
        for e in attributes.get("fulfillment_availability", ())
    ]
    return {**attributes, "fulfillment_availability": changed}


def _theme(attributes: Attributes) -> Any:
    themes: Sequence[Mapping[str, Any]] = attributes.get("variation_theme") or [{}]
    return themes[0].get("name")


def _wanted_parent(attributes: Attributes) -> str | None:
    relation = (attributes.get("child_parent_sku_relationship") or [{}])[0]
    wanted = relation.get("parent_sku")
    return str(wanted) if wanted and first(attributes, "parentage_level") == "child" else None
