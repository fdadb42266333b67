"""Whatever happens in whatever order, in the end every shop shows what it should."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import ChannelError, OutcomeUnknown, Throttled, Unavailable
from agent.flow.observe import observe
from agent.flow.push import push
from agent.flow.reconcile import reconcile
from tests.agent.paper_site import PaperSite, shop_settings

SHOPS = {"paper": shop_settings(), "slate": shop_settings("slate", zero={"answer": "hide"})}
SKUS = ["ASH-STOOL", "OAK-SHELF-80", "RETRO-CLOCK"]

skus = st.sampled_from(SKUS)
shops = st.sampled_from(sorted(SHOPS))
faults = st.sampled_from(["throttled", "down", "lost after", "lost before"])
events = st.one_of(
    st.tuples(st.just("stock"), skus, st.integers(0, 3)),
    st.tuples(st.just("price"), skus, st.integers(1, 3)),
    st.tuples(st.just("sale"), skus, st.integers(1, 2)),
    st.tuples(st.just("gone"), skus, st.just(0)),
    st.tuples(st.just("fault"), shops, faults),
    st.tuples(st.just("moved"), shops, skus),
    st.tuples(st.just("by hand"), shops, skus),
    st.tuples(st.just("work"), shops, st.integers(1, 4)),
    st.tuples(st.just("restart"), shops, st.just(0)),
    st.tuples(st.just("wait"), shops, st.integers(1, 60)),
)


@settings(max_examples=40)
@given(st.lists(events, max_size=25))
def test_every_shop_shows_what_it_should_once_trouble_is_over(
    story: list[tuple[str, str, int | str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = PaperSite.opened(Path(folder), SHOPS)
        for sku in SKUS:
            site.states(sku)
        for number, event in enumerate(story):
            happens(site, number, *event)
        for shop in SHOPS:
            site.shops[shop].faults = []
        site.clock.pass_time(hours=2)
        for shop in SHOPS:
            site.work(shop)
        ends_right(site)
        site.db.close()


def happens(site: PaperSite, number: int, what: str, whom: str, how: int | str) -> None:
    match what:
        case "stock":
            site.states(whom, on_hand=how)
        case "price":
            site.states(whom, price=4900 + 100 * int(how))
        case "sale":
            site.sold(whom, f"WOO-{number}", int(how))
        case "gone":
            site.states(whom, missing=2)
        case "fault":
            shop = site.shops[whom]
            shop.effect_first = how == "lost after"
            shop.faults.append(fault(str(how)))
        case "moved":
            site.shops[whom].moved.add(str(how))
        case "by hand":
            shown = site.shops[whom].shown
            for key in [k for k, seen in shown.items() if seen.sku == how]:
                del shown[key]
        case "work":
            tick(site, whom, int(how))
        case "restart":
            site.reopen()
        case "wait":
            site.clock.pass_time(seconds=int(how))


def tick(site: PaperSite, shop: str, rounds: int) -> None:
    for _ in range(rounds):
        site.decide()
        reconcile(site.site, shop)
        observe(site.site, shop)
        push(site.site, shop)


def fault(kind: str) -> ChannelError:
    if kind == "throttled":
        return Throttled("slow down", "shop", retry_after_s=7)
    return Unavailable("down", "shop") if kind == "down" else OutcomeUnknown("lost", "shop")


def ends_right(site: PaperSite) -> None:
    assert site.answers("select * from doubts") == []
    assert site.answers("select * from parked") == []
    for name, shop in site.shops.items():
        for sku in SKUS:
            wanted = site.offered(sku, name)
            seen = [listing.shown for listing in shop.shown.values() if listing.sku == sku]
            assert len(seen) <= 1
            if not seen:
                assert wanted.state == "archived"
                continue
            assert (seen[0].state, seen[0].quantity) == (wanted.state, wanted.quantity)
            assert wanted.price in (None, seen[0].price)
