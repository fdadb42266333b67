"""Worlds that are kept between runs, and goods by the thousand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simulator import channels, goods
from simulator.channels import SoldOut
from simulator.world import GOODS, World


def shelves(world: World) -> dict[str, list[str]]:
    return {
        name: [f"{i.sku} {i.title} {i.price} {i.quantity}" for i in d.storefront.shelf()]
        for name, d in world.dialects.items()
    }


@pytest.mark.parametrize("name", channels.names())
def test_a_kept_shop_is_the_same_shop(name: str, tmp_path: Path) -> None:
    addresses = {name: "https://127.0.0.1:8701"}
    first = World(channel_names=[name], goods=GOODS, kept_in=tmp_path, base_urls=addresses)
    again = World(channel_names=[name], goods=GOODS, kept_in=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert shelves(again) == shelves(first)
    entry, moved = channels.entry(name), (first.base_urls[name], again.base_urls[name])
    for word in {*entry.secrets.values(), *entry.settings.values()} - {"base_url"}:
        known = first.dialects[name].credentials()[word]
        known = known.replace(*moved) if isinstance(known, str) else known
        assert again.dialects[name].credentials()[word] == known
    for world in (first, again):
        world.shoppers.buy(name, {"LAMP-ARC": 2})
        assert world.dialects[name].storefront.item("LAMP-ARC").availability != "in stock"
        with pytest.raises(SoldOut):
            world.shoppers.buy(name, {"LAMP-ARC": 1})
        world.reset()
        world.shoppers.buy(name, {"LAMP-ARC": 2})
        assert len(world.dialects[name].storefront.sold()) == 1
    bodies = again.db.execute("select body from documents where body like '%127.0.0.1:8701%'")
    assert bodies.fetchall() == []
    for world in (first, again):
        world.close()


@pytest.mark.parametrize("name", channels.names())
def test_shelves_filled_in_bulk_are_as_if_filled_one_by_one(name: str) -> None:
    in_bulk, one_by_one = World(channel_names=[name], goods=GOODS), World(channel_names=[name])
    one_by_one.dialects[name].stock(GOODS)
    for table in ("documents", "numbers", "settings", "journal"):
        rows, same = (
            world.db.execute(f"select * from {table} order by 1, 2, 3").fetchall()  # noqa: S608
            for world in (in_bulk, one_by_one)
        )
        assert rows == same
    in_bulk.close()
    one_by_one.close()


@pytest.mark.usefixtures("corner_shop")
def test_other_goods_or_settings_are_another_world(tmp_path: Path) -> None:
    wishes = (
        {"goods": GOODS},
        {"goods": GOODS[:1]},
        {"goods": GOODS, "seed": 2},
        {"goods": GOODS, "settings": {"currency": "EUR"}},
    )
    names = set()
    for wish in wishes:
        World(channel_names=["corner"], kept_in=tmp_path, **wish).close()  # type: ignore[arg-type]
        (path,) = tmp_path.iterdir()  # the one before has gone
        names.add(path.name)
        if sys.platform != "win32":
            assert path.stat().st_mode & 0o777 == 0o600
    assert len(names) == 4


def test_goods_by_the_thousand_differ_and_are_always_the_same() -> None:
    many = goods.some(5000)
    assert len({g.sku for g in many}) == len({g.title for g in many}) == 5000
    assert many[: len(GOODS)] == GOODS
    assert many[:700] == goods.some(700)
    assert goods.some(2) == GOODS[:2]
    assert min(g.price for g in many) > 0
    assert goods.some(0) == ()
