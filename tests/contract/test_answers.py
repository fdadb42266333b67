"""Answers that are not as the vendor documents: an error of ours, or a right result; never a crash."""

from __future__ import annotations

import contextlib
import traceback
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.channels import Channel
from agent.errors import TallymanError
from agent.model.change import ConfirmShipment, CreateListing, SetPrice, SetState, SetStock
from agent.model.listing import Details, Listing, Shown
from agent.model.order import Parcel
from tests.contract import acts, answers
from tests.contract.shops import StagedShop
from tests.contract.trial import limits

TRIED = 12  # values put into the answers to one act; a stride over all that there are


@dataclass
class Shelf:
    """A shop with two mugs on the shelf, of which one is sold."""

    shop: StagedShop
    mugs: list[Listing]
    remote_id: str
    line: str
    turn: int = 0  # each time another figure is told

    def next(self) -> int:
        """A number that was not told before."""
        self.turn += 1
        return self.turn

    def parcel(self) -> ConfirmShipment:
        """A parcel that was never told."""
        sent = Parcel({self.line: 1}, "DPD", f"TR-{self.next()}")
        return ConfirmShipment(f"parcel {self.turn}", self.remote_id, sent, {self.line: self.turn})


def listings(shelf: Shelf, channel: Channel) -> Any:
    """Everything that the shop shows."""
    return list(channel.listings())


def look(shelf: Shelf, channel: Channel) -> Any:
    """Two listings afresh, and by their skus."""
    return [*channel.look(shelf.mugs), *channel.find([mug.sku for mug in shelf.mugs])]


def orders(shelf: Shelf, channel: Channel) -> Any:
    """The first page of orders."""
    return channel.orders("")


def order(shelf: Shelf, channel: Channel) -> Any:
    """One order."""
    return channel.order(shelf.remote_id)


def stock(shelf: Shelf, channel: Channel) -> Any:
    """New stock for both."""
    told = 100 + shelf.next()
    return [
        *_in_batches(
            shelf, channel, [SetStock(x.sku, x, told, backorders=False) for x in shelf.mugs]
        )
    ]


def prices(shelf: Shelf, channel: Channel) -> Any:
    """New prices for both."""
    shown = Shown("live", 3000 + shelf.next())
    return [*_in_batches(shelf, channel, [SetPrice(x.sku, x, shown) for x in shelf.mugs])]


def states(shelf: Shelf, channel: Channel) -> Any:
    """Both are live."""
    if SetState not in limits(shelf.shop).accepts:
        return []
    return [*_in_batches(shelf, channel, [SetState(x.sku, x, "live") for x in shelf.mugs])]


def creation(shelf: Shelf, channel: Channel) -> Any:
    """A new listing."""
    sku = f"VASE-{shelf.next()}"
    shown = Shown("draft", 4990, quantity=3)
    return channel.push([CreateListing(sku, shown, Details("Stoneware flower vase"))])


def shipment(shelf: Shelf, channel: Channel) -> Any:
    """A parcel is looked for and told."""
    command = shelf.parcel()
    return [channel.settle(command), *channel.push([command])]


ACTS = [listings, look, orders, order, stock, prices, states, creation, shipment]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_field_of_another_type_is_an_error_that_says_so(
    staged: StagedShop, act: Callable[[Shelf, Channel], Any]
) -> None:
    shelf = _shelf(staged)
    told = _told(shelf, act)
    every = [(n, path, other) for n, found in told for path, other in answers.others(found)]
    faults = []
    for number, path, other in every[:: max(1, len(every) // TRIED)]:
        altered = answers.with_another(number, path, other)
        fault = _fault(shelf, act, altered)
        if fault:
            faults.append(f"answer {number}, {path} = {other!r}: {fault}")
    assert not faults, f"{len(faults)} of {len(every)}:\n" + "\n".join(faults[:20])


def _shelf(shop: StagedShop) -> Shelf:
    acts.stacked(shop, 2)
    mugs = list(shop.channel.listings())
    mugs = [mug for mug in mugs if mug.sku]
    remote_id = shop.buy({mugs[0].sku: 3})
    line = acts.order_of(shop.channel, remote_id).lines[0].remote_id
    return Shelf(shop, mugs, remote_id, line)


def _told(shelf: Shelf, act: Callable[[Shelf, Channel], Any]) -> list[tuple[int, Any]]:
    """The documents in the answers to an act, with their numbers."""
    found: list[tuple[int, Any]] = []

    def heard(_: httpx.Request, response: httpx.Response) -> httpx.Response:
        found.append((len(found), answers.document(response)))
        return response

    with _fresh(shelf, heard) as channel:
        act(shelf, channel)
    return [(number, document) for number, document in found if document is not None]


@contextlib.contextmanager
def _fresh(shelf: Shelf, altered: answers.Altered) -> Iterator[Channel]:
    """A new connection, whose answers are altered; what it has asked for is forgotten again."""
    shop = shelf.shop
    shop.rest()
    shop.connect_again()
    shop.recorder.altered = altered
    before = len(shop.recorder.sent)
    try:
        yield shop.channel
    finally:
        shop.recorder.altered = None
        del shop.recorder.sent[before:]  # what odd answers lead to is not judged by any schema


def _fault(shelf: Shelf, act: Callable[[Shelf, Channel], Any], altered: answers.Altered) -> str:
    """What is wrong with how an altered answer is taken; "" for nothing."""
    with _fresh(shelf, altered) as channel:
        try:
            found = act(shelf, channel)
        except TallymanError as error:
            return "" if error.what and error.where else f"says too little: {error!r}"
        except Exception as error:  # noqa: BLE001 - that there is none is the test
            places = traceback.extract_tb(error.__traceback__)[-4:]
            return (
                f"{error!r} at {', '.join(f'{Path(p.filename).name}:{p.lineno}' for p in places)}"
            )
    return _misfit(found)


def _misfit(found: Any) -> str:
    """The first field in a result that is not of its own type; "" for none."""
    if isinstance(found, (list, tuple)):
        return next((fault for one in found if (fault := _misfit(one))), "")
    if not is_dataclass(found) or isinstance(found, type):
        return ""
    hints = typing.get_type_hints(type(found))
    for field in fields(found):
        value = getattr(found, field.name)
        kinds = _kinds(hints[field.name])
        plain = [kind for kind in kinds if kind in (str, int, bool, type(None))]
        if plain and len(plain) == len(kinds) and type(value) not in plain:
            return f"{field.name} is {value!r}"
        if (fault := _misfit(value)) != "":
            return fault
    return ""


def _kinds(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)


def _in_batches(shelf: Shelf, channel: Channel, changes: list[Any]) -> Iterator[Any]:
    size = next(b.size for b in limits(shelf.shop).batches if type(changes[0]) in b.kinds)
    for start in range(0, len(changes), size):
        yield from channel.push(changes[start : start + size])
