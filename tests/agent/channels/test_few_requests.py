"""Many changes travel in as few requests as the vendors allow (the sheets' last sections)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent import channels
from agent.model.change import CreateListing, ListingChange, SetPrice, SetStock
from agent.model.listing import Details, Listing, Shown
from tests.contract.shops import StagedShop

ITEMS = 300


def sent(shop: StagedShop, changes: Sequence[ListingChange]) -> int:
    """Requests that these changes take when batched as LIMITS says; all must be done."""
    before = len(shop.recorder.sent)
    for batch in channels.limits(shop.vendor).batches:
        mine = [change for change in changes if type(change) in batch.kinds]
        skus = list(dict.fromkeys(change.sku for change in mine))
        for start in range(0, len(skus), batch.size):
            shop.rest()  # so that the next can be paid for
            some = set(skus[start : start + batch.size])
            receipts = shop.channel.push([change for change in mine if change.sku in some])
            assert {receipt.outcome for receipt in receipts} == {"done"}
    return len(shop.recorder.sent) - before


# (vendor, requests for the price and the stock of 300 single-variant products)
@pytest.mark.parametrize(
    ("vendor", "requests"),
    [
        ("woocommerce", 3),  # 300 ÷ 100: price and stock in one row
        ("baselinker", 1 + 1),  # 1,000 in each
        ("shopify", 2 + 3),  # 300 ÷ 250 for stock, 300 × 10 ÷ 1,000 points for prices
    ],
)
def test_price_and_stock_of_many(vendor: str, requests: int) -> None:
    shop = StagedShop(vendor)
    shown = Shown("draft", 3990, quantity=80)
    size = next(b.size for b in channels.limits(vendor).batches if CreateListing in b.kinds)
    mugs: list[Listing] = []
    for start in range(0, ITEMS, size):
        skus = [f"MUG-{number:03}" for number in range(start, min(ITEMS, start + size))]
        news = [CreateListing(sku, shown, Details("Mug")) for sku in skus]
        mugs += [r.listing for r in shop.channel.push(news) if r.listing]
        shop.rest()
    prices = [SetPrice(mug.sku, mug, Shown("draft", 4290)) for mug in mugs]
    stock = [SetStock(mug.sku, mug, 79, backorders=False) for mug in mugs]
    assert sent(shop, [*prices, *stock]) == requests
    shop.close()
