"""What happens once on a channel is sent once: recorded, sent, and looked for when nobody answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import OutcomeUnknown, Throttled, Unauthorised, Unavailable
from agent.flow.acknowledge import acknowledge
from agent.flow.aftersales import aftersales
from agent.flow.commands import run_commands
from agent.flow.order_queue import again, list_orders
from agent.flow.pull import pull
from agent.model.change import Finished, Refusal
from agent.store.order_json import command_of
from tests.agent.paper_orders import OrderSite
from tests.build import order, order_line

KEY = "stall|id-1001|ship|LS1"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    """A shipment is due."""
    opened = OrderSite.opened(tmp_path)
    opened.stall.has(order("1001", order_line(quantity=3)))
    opened.work()
    opened.moves("STALL-1001", "LS1", RETRO_CLOCK=1)

    aftersales(opened.site)
    yield opened
    opened.site.db.close()


def state(site: OrderSite) -> list[str]:
    return site.answers("select state from commands order by id")


def test_done(site: OrderSite) -> None:
    assert run_commands(site.site, "stall").counts == {"done": 1}
    assert state(site) == ["done"]
    assert site.answers("select kind, subject, outcome from receipts") == [
        ("ConfirmShipment", "id-1001", "done")
    ]
    assert run_commands(site.site, "stall").counts == {}


@pytest.mark.parametrize("error", [Unavailable("closed"), Unauthorised("who are you")])
def test_a_call_that_did_nothing_is_tried_again_later(site: OrderSite, error: Unavailable) -> None:
    site.stall.faults = [error]
    with pytest.raises(type(error)):
        run_commands(site.site, "stall")
    assert state(site) == ["due"]
    waiting = run_commands(site.site, "stall")
    assert waiting.counts == {}
    assert waiting.again_s == 5.0
    site.clock.pass_time(seconds=5)
    assert run_commands(site.site, "stall").counts == {"done": 1}


def test_waits_as_long_as_the_channel_asks(site: OrderSite) -> None:
    site.stall.faults = [Throttled("slow down", retry_after_s=90)]
    with pytest.raises(Throttled):
        run_commands(site.site, "stall")
    assert run_commands(site.site, "stall").again_s == 90.0


@pytest.mark.parametrize(
    ("happened", "calls"), [(True, [KEY]), (False, [KEY, KEY])], ids=["happened", "did not happen"]
)
def test_an_answer_that_was_lost_is_settled_by_looking(
    site: OrderSite, happened: bool, calls: list[str]
) -> None:
    site.stall.faults = [OutcomeUnknown("no answer")]
    site.stall.effect_first = happened
    with pytest.raises(OutcomeUnknown):
        run_commands(site.site, "stall")
    assert state(site) == ["in_doubt"]
    site.clock.pass_time(minutes=1)
    run_commands(site.site, "stall")
    assert state(site) == ["done"]
    assert site.stall.calls == calls


def test_found_sent_after_a_restart_is_looked_for_first(site: OrderSite) -> None:
    class PowerCut(BaseException):
        pass

    def cut() -> None:
        if site.stall.done:
            raise PowerCut

    site.stall.before = cut
    with pytest.raises(PowerCut):
        run_commands(site.site, "stall")
    site.stall.before = None
    site.reopened()
    assert state(site) == ["sent"]
    run_commands(site.site, "stall")
    assert (state(site), site.stall.calls) == (["done"], [KEY])


def test_a_refusal_is_parked_and_shown_until_a_person_acts(site: OrderSite) -> None:
    site.stall.refuses = "no such line"
    assert run_commands(site.site, "stall").counts == {"parked": 1}
    [view] = list_orders(site.site)
    assert view.faults[0].what == "stall refused to confirm shipment: no such line"
    site.stall.refuses = ""
    again(site.site, "STALL-1001")
    run_commands(site.site, "stall")
    assert (state(site), site.concerns) == (["done"], [])


def test_one_orders_commands_go_in_their_order(site: OrderSite) -> None:
    site.moves("STALL-1001", "LS2", RETRO_CLOCK=2)
    site.stall.faults = [Unavailable("closed")]
    site.work()
    assert site.stall.calls == [KEY, KEY, "stall|id-1001|ship|LS2"]


JOB = f"job {KEY}"


@pytest.fixture
def working(site: OrderSite) -> OrderSite:
    """The channel has taken the parcel on, and works at it."""
    site.stall.works_later = True
    assert run_commands(site.site, "stall").counts == {"working": 1}
    assert state(site) == ["working"]
    return site


def test_work_that_a_channel_takes_on_is_asked_for_and_not_sent_again(working: OrderSite) -> None:
    waits = []
    for _ in range(4):
        wait = run_commands(working.site, "stall").again_s
        assert wait is not None
        waits.append(wait)
        working.clock.pass_time(seconds=wait)
    assert waits == [1.0, 2.0, 4.0, 8.0]
    working.stall.ends[JOB] = Finished(done=frozenset({KEY}))
    assert run_commands(working.site, "stall").counts == {"done": 1}
    assert (state(working), working.stall.calls) == (["done"], [KEY])


def test_what_a_report_refuses_is_parked_in_its_words(working: OrderSite) -> None:
    working.stall.ends[JOB] = Finished(refused={KEY: (Refusal("no such line", "ask them"),)})
    working.clock.pass_time(seconds=1)
    assert run_commands(working.site, "stall").counts == {"parked": 1}
    [view] = list_orders(working.site)
    assert view.faults[0].what == "stall refused to confirm shipment: no such line"
    assert view.faults[0].next == "ask them"


@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize(
    "ended", [Finished(), Finished(failed=Refusal("ill"), again=True)], ids=["silent", "failed"]
)
def test_what_no_report_tells_is_looked_for(
    working: OrderSite, ended: Finished, happened: bool
) -> None:
    working.stall.ends[JOB] = ended
    working.stall.works_later = False
    if happened:
        [text] = working.answers("select payload from commands")
        working.stall.done[KEY] = command_of("ConfirmShipment", text)
    working.clock.pass_time(minutes=1)
    run_commands(working.site, "stall")
    assert state(working) == ["done"]
    assert working.stall.calls == ([KEY] if happened else [KEY, KEY])


def test_work_beyond_the_vendors_patience_is_looked_for(working: OrderSite) -> None:
    working.stall.works_later = False
    working.clock.pass_time(hours=2)
    run_commands(working.site, "stall")
    assert (state(working), working.stall.calls) == (["done"], [KEY, KEY])


def test_a_restart_forgets_no_work(working: OrderSite) -> None:
    working.reopened()
    working.stall.ends[JOB] = Finished(done=frozenset({KEY}))
    working.clock.pass_time(seconds=1)
    run_commands(working.site, "stall")
    assert (state(working), working.stall.calls) == (["done"], [KEY])


def looked_at(site: OrderSite) -> list[str]:
    return site.answers("select sku from doubts order by sku")


def test_what_the_channel_puts_back_on_its_shelf_is_looked_at(site: OrderSite) -> None:
    site.site.db.run(
        "insert into listings (channel, sku, external_id, handles, state, seen_at)"
        " values ('stall', 'RETRO-CLOCK', 'L1', '{}', 'live', '')"
    )
    run_commands(site.site, "stall")  # a parcel moves nothing on the shelf
    assert looked_at(site) == []
    site.lists("STALL-1001", "cancelled")
    acknowledge(site.site)
    assert run_commands(site.site, "stall").more
    assert looked_at(site) == ["RETRO-CLOCK"]


def test_a_sale_has_the_shops_own_listing_looked_at(site: OrderSite) -> None:
    site.site.db.run(
        "insert into listings (channel, sku, external_id, handles, state, seen_at)"
        " values ('stall', 'OAK-SHELF-80', 'L2', '{}', 'live', '')"
    )
    site.stall.has(order("1002", order_line("OAK-SHELF-80")))
    assert pull(site.site, "stall").wake == {"files", "push stall"}
    assert looked_at(site) == ["OAK-SHELF-80"]
