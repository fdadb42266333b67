"""Variants of one page: tied together by the ERP's files, made together, refused for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import Zero
from agent.flow.difference import planned
from agent.flow.observe import observe
from agent.flow.people import activate
from agent.flow.plan import plan_and_hold
from agent.flow.push import push
from agent.model.change import CreateListing, SetStock
from agent.model.family import Family
from agent.model.plan import Unmade
from agent.store import offers
from tests.agent.paper_site import STATED, PaperSite, feed_settings, shop_settings
from tests.build import listing

FIELDS = (*STATED, "family", "family_title", "axis.Colour", "axis.Size")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PaperSite]:
    """A feed that names families, and two shops: paper, and slate on which a page has one state."""
    shops = {"paper": shop_settings(), "slate": shop_settings("slate")}
    opened = PaperSite.opened(tmp_path, shops, {"items": feed_settings(FIELDS)})
    yield opened
    opened.db.close()


def shelf(site: PaperSite, sku: str, *choices: str, **said: object) -> None:
    """The ERP names a shelf of this colour and size."""
    chosen = {a: c for a, c in zip(("Colour", "Size"), choices, strict=False) if c}
    site.states(sku, **({"family": "OAK-SHELF", "choices": chosen} | said))


def created(site: PaperSite, shop: str = "paper") -> list[list[CreateListing]]:
    requests = site.shops[shop].requests
    return [[c for c in r if isinstance(c, CreateListing)] for r in requests]


def unmade(site: PaperSite, shop: str = "paper") -> tuple[Unmade, ...]:
    site.decide()
    return planned(site.site, shop).unmade


def test_variants_are_made_with_their_whole_page(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm", title="Oak shelf natural 60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm", title="Oak shelf smoked 60 cm")
    site.work()
    variants = {
        "OAK-60-N": {"Colour": "Natural", "Size": "60 cm"},
        "OAK-60-S": {"Colour": "Smoked", "Size": "60 cm"},
    }
    page = Family("OAK-SHELF", "Oak shelf", ("Colour", "Size"), variants)
    [first, *_] = created(site)
    assert [(c.sku, c.family, c.siblings) for c in first] == [
        ("OAK-60-N", page, ()),
        ("OAK-60-S", page, ()),
    ]


def test_a_variant_that_comes_later_knows_the_page_that_is_there(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.work()
    shelf(site, "OAK-80-N", "Natural", "80 cm")
    site.work()
    [change] = created(site)[-2]
    assert change.family is not None
    assert list(change.family.variants) == ["OAK-60-N", "OAK-60-S", "OAK-80-N"]
    assert [sibling.sku for sibling in change.siblings] == ["OAK-60-N", "OAK-60-S"]


def test_a_page_is_not_cut_where_a_request_can_hold_it(site: PaperSite) -> None:
    for sku in ("ASH-STOOL", "BEECH-STOOL"):
        site.states(sku)
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.decide()
    site.work()
    first, second, *_ = created(site)
    assert [c.sku for c in first] == ["ASH-STOOL", "BEECH-STOOL"]
    assert [c.sku for c in second] == ["OAK-60-N", "OAK-60-S"]


def test_goods_without_a_family_stand_by_themselves(site: PaperSite) -> None:
    site.states("RETRO-CLOCK", family=None)
    site.work()
    [[change], *_] = created(site)
    assert change.family is None


def test_two_of_the_same_choices_are_refused_and_the_others_made(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    shelf(site, "OAK-60-X", "Smoked", "60 cm")
    found = unmade(site)
    assert [(u.sku, u.reason) for u in found] == [
        ("OAK-60-S", 'is Smoked / 60 cm in its family "OAK-SHELF", and so is OAK-60-X'),
        ("OAK-60-X", 'is Smoked / 60 cm in its family "OAK-SHELF", and so is OAK-60-S'),
    ]
    assert [p.change.sku for p in planned(site.site, "paper").changes] == ["OAK-60-N"]
    shelf(site, "OAK-60-X", "Black", "60 cm")
    assert unmade(site) == ()


def test_a_variant_without_one_of_the_choices_is_refused(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    shelf(site, "OAK-80", "Natural", "")
    assert unmade(site) == (
        Unmade('has no Size, as others of its family "OAK-SHELF" have', "OAK-80", 1),
    )


def test_a_family_of_one_is_told_as_a_mistake(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    reason = (
        'is the only one of its family "OAK-SHELF": correct the code, or leave it blank'
        " where an item has no variants"
    )
    assert unmade(site) == (Unmade(reason, "OAK-60-N", 1),)
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    assert unmade(site) == ()


def test_one_choice_spelled_in_two_ways_is_told(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-80-N", "natural", "80 cm")
    reason = (
        'Colour is spelled "Natural" and "natural" in its family "OAK-SHELF": spell it in one way'
    )
    assert unmade(site) == (Unmade(reason, "OAK-60-N", 2),)


def test_a_page_too_large_for_the_vendor_is_refused_before_anything_is_sent(
    site: PaperSite,
) -> None:
    for size in range(5):
        shelf(site, f"OAK-{size}", "Natural", f"{size} m")
    [found] = unmade(site)
    assert found == Unmade(
        "paper has 4 variants for a page at most, OAK-SHELF has 5: split the family in the ERP",
        "OAK-0",
        5,
    )
    assert unmade(site, "slate") == ()
    site.work()
    assert created(site) == []


def test_what_the_vendor_has_no_word_for_is_refused_with_its_reason(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-L", "Lost", "60 cm")
    [found] = unmade(site)
    assert found == Unmade("paper has no word for Lost (OAK-60-L)", "OAK-60-L", 2)


def test_what_the_channel_shows_already_goes_on_being_kept_right(site: PaperSite) -> None:
    site.paper.has(listing("OAK-60-N"), listing("OAK-60-S"))
    shelf(site, "OAK-60-N", "Natural", "60 cm", on_hand=0)
    shelf(site, "OAK-60-S", "Natural", "60 cm")
    site.work()
    assert site.paper.face("OAK-60-N").quantity == 0
    assert unmade(site) == ()


def test_a_variant_that_leaves_its_family_leaves_the_page(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    shelf(site, "OAK-80-S", "Smoked", "80 cm")
    site.decide()
    site.states("OAK-80-S", family=None, choices={})
    site.decide()
    changes = {p.change.sku: p.change for p in planned(site.site, "paper").changes}
    assert isinstance(changes["OAK-60-N"], CreateListing)
    assert changes["OAK-60-N"].family is not None
    assert list(changes["OAK-60-N"].family.variants) == ["OAK-60-N", "OAK-60-S"]


def test_nothing_that_nobody_let_go_is_put_on_a_live_page(site: PaperSite) -> None:
    site.resettle(slate=shop_settings("slate", publish="wait"))
    site.shops["slate"].has(listing("OAK-60-N"))
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.work("slate")
    assert created(site, "slate") == []
    [waits] = unmade(site, "slate")
    assert waits.sku == "OAK-60-S"
    assert waits.reason.startswith("waits for `tally activate`")
    site.resettle(slate=shop_settings("slate"))
    site.work("slate")
    assert [c.sku for c in created(site, "slate")[0]] == ["OAK-60-S"]


def test_a_page_with_one_state_stays_while_one_of_its_variants_can_be_bought(
    site: PaperSite,
) -> None:
    site.resettle(slate=shop_settings("slate", zero=Zero(answer="hide")))
    for sku in ("OAK-60-N", "OAK-60-S"):
        site.shops["slate"].has(listing(sku))
    shelf(site, "OAK-60-N", "Natural", "60 cm", on_hand=0)
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.work("slate")
    shown = [site.shops["slate"].face(sku) for sku in ("OAK-60-N", "OAK-60-S")]
    assert [(face.state, face.quantity) for face in shown] == [("live", 0), ("live", 12)]
    found = offers.offer(site.db, "slate", "OAK-60-N")
    assert found is not None
    assert found.because[-1] == "its page stays, for others of its family"

    shelf(site, "OAK-60-S", "Smoked", "60 cm", on_hand=0)
    site.work("slate")
    shown = [site.shops["slate"].face(sku) for sku in ("OAK-60-N", "OAK-60-S")]
    assert [(face.state, face.quantity) for face in shown] == [("hidden", 0), ("hidden", 0)]

    shelf(site, "OAK-60-S", "Smoked", "60 cm", on_hand=5)
    site.work("slate")
    shown = [site.shops["slate"].face(sku) for sku in ("OAK-60-N", "OAK-60-S")]
    assert [(face.state, face.quantity) for face in shown] == [("live", 0), ("live", 5)]


def test_a_page_with_one_state_goes_live_when_its_last_variant_is_activated(
    site: PaperSite,
) -> None:
    site.resettle(slate=shop_settings("slate", publish="wait"))
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.work("slate")
    activate(site.site, ["OAK-60-N"])
    site.work("slate")
    reason = "waits for `tally activate` of all variants of its page: they go live together"
    assert planned(site.site, "slate").unmade == (Unmade(reason, "OAK-60-N", 1),)
    shown = [site.shops["slate"].face(sku).state for sku in ("OAK-60-N", "OAK-60-S")]
    assert shown == ["draft", "draft"]

    activate(site.site, ["OAK-60-S"])
    site.work("slate")
    assert planned(site.site, "slate").unmade == ()
    shown = [site.shops["slate"].face(sku).state for sku in ("OAK-60-N", "OAK-60-S")]
    assert shown == ["live", "live"]


def test_nothing_new_is_made_while_a_file_that_came_with_it_waits(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    site.paper.has(listing("RETRO-CLOCK"))
    site.states("RETRO-CLOCK", on_hand=3, family=None)
    file_id = site.export("variants")
    site.db.run("update files set state = 'vaulted' where id = ?", (file_id,))
    site.decide()
    observe(site.site, "paper")
    assert plan_and_hold(site.site, "paper").again_s == 1.0
    assert [type(p.change) for p in planned(site.site, "paper").changes] == [SetStock]

    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.db.run("update files set state = 'applied' where id = ?", (file_id,))
    site.work()
    [first, *_] = [request for request in created(site) if request]
    assert [(c.sku, c.family is None) for c in first] == [("OAK-60-N", False), ("OAK-60-S", False)]


def test_a_variant_that_is_discontinued_is_not_made_for_its_pages_sake(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    shelf(site, "OAK-80-N", "Natural", "80 cm", status="discontinued", on_hand=0)
    site.work("slate")
    assert sorted(seen.sku for seen in site.shops["slate"].shown.values()) == [
        "OAK-60-N",
        "OAK-60-S",
    ]


def test_nothing_is_sent_before_the_pages_are_put_together(site: PaperSite) -> None:
    shelf(site, "OAK-60-N", "Natural", "60 cm")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.work()
    site.db.run("insert into touched_families values ('OAK-SHELF')")
    shelf(site, "OAK-60-S", "Smoked", "60 cm")
    site.db.run("delete from touched")
    assert push(site.site, "paper").again_s == 1.0
