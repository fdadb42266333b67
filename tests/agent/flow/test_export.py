"""Orders that are due become import files: whole, once, and findable after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.flow.acknowledge import acknowledge
from agent.flow.export import export
from agent.flow.order_queue import again, list_orders, written
from agent.model.order import Charge
from agent.ports.files import Files
from agent.store import import_files
from tests.agent.paper_orders import PLAIN, OrderSite
from tests.build import NOON, order, order_line

PARTIES = {
    "customer": "W-{buyer.key}",
    "customers": {
        "name": "parties_{customer}.csv",
        "columns": {"Code": "{customer}", "Name": "{buyer.name}", "City": "{shipping.city}"},
    },
}
CARELESS = {"done": [], "failed": None}  # an ERP that deletes what it took


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OrderSite]:
    opened = OrderSite.opened(tmp_path)
    yield opened
    opened.site.db.close()


def test_writes_an_order_whole_and_once(site: OrderSite) -> None:
    shipping = Charge("shipping", "DHL", 500, 95)
    lines = (order_line(quantity=2), order_line("OAK-SHELF-80", net=8999))
    site.stall.has(order("1001", *lines, charges=(shipping,), note='ring "twice",\nplease'))
    site.work()
    assert site.states == {"STALL-1001": "written"}
    assert (site.imports / "order_STALL-1001.csv").read_text(encoding="utf-8") == (
        "Order,Customer,Note,Sku,Quantity,Price\n"
        'STALL-1001,WEB,"ring ""twice"",, please",RETRO-CLOCK,2,40.0000\n'
        ",,,OAK-SHELF-80,1,89.9900\n"
        ",,,SHIPPING,1,5.0000\n"
    )
    site.erp_takes()
    site.work()
    assert site.written() == ["order_STALL-1001.csv"]


def test_leaves_nothing_half_written_for_the_erp_to_read(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.work()
    assert [path.name for path in site.imports.iterdir() if path.is_file()] == [
        "order_STALL-1001.csv"
    ]


def test_a_marker_follows_the_file(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, orders={**PLAIN["orders"], "marker": ".done"})
    site.stall.has(order("1001"))
    site.work()
    assert (site.imports / "order_STALL-1001.csv.done").read_bytes() == b""
    site.site.db.close()


def test_many_orders_can_share_a_file(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, orders={**PLAIN["orders"], "orders": 2})
    site.stall.has(*(order(str(number)) for number in range(1, 4)))
    site.work()
    assert site.written() == ["order_STALL-1.csv", "order_STALL-3.csv"]
    assert set(site.states.values()) == {"written"}
    rows = (site.imports / "order_STALL-1.csv").read_text(encoding="utf-8").splitlines()
    assert [row.partition(",")[0] for row in rows] == ["Order", "STALL-1", "STALL-2"]
    site.site.db.close()


def test_a_character_that_the_encoding_lacks_is_an_exception_and_no_question_mark(
    tmp_path: Path,
) -> None:
    file = {**PLAIN["orders"], "layout": {"encoding": "cp1252"}}
    site = OrderSite.opened(tmp_path, orders=file)
    site.stall.has(order("1001", note="Łódź"), order("1002", note="Köln"))
    site.work()
    assert site.states == {"STALL-1001": "exception", "STALL-1002": "written"}
    [view] = list_orders(site.site, states=frozenset({"exception"}))
    assert view.faults[0].what == (
        r"'\u0141' in '\u0141\xf3d\u017a' does not exist in cp1252 (column Note)"
    )
    site.site.db.close()


def test_a_control_character_is_an_exception(site: OrderSite) -> None:
    site.stall.has(order("1001", note="ring\x00"))
    site.work()
    assert site.states == {"STALL-1001": "exception"}


def test_a_changed_setting_frees_an_exception(site: OrderSite) -> None:
    site.stall.has(order("1001", charges=(Charge("fee", "Gift wrap", 300, 57),)))
    site.work()
    assert site.states == {"STALL-1001": "exception"}
    imports = site.site.settings.import_files.model_copy(update={"services": {"fee": "FEE"}})
    settings = site.site.settings.model_copy(update={"import_files": imports})
    site.site = replace(site.site, settings=settings)
    site.work()
    assert site.states == {"STALL-1001": "written"}


def test_an_order_that_the_erp_lists_already_is_not_written(site: OrderSite) -> None:
    site.lists("STALL-1001")
    site.stall.has(order("1001"))
    site.work()
    assert site.states == {"STALL-1001": "acknowledged"}
    assert site.written() == []


def test_a_customers_file_comes_first_and_the_order_waits_until_it_is_taken(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, **PARTIES)
    site.stall.has(order("1001"), order("1002", email="jon@example.org"), order("1003"))
    site.work()
    names = site.written()
    assert [name[:8] for name in names] == ["parties_", "parties_"]
    assert set(site.states.values()) == {"due"}
    assert list_orders(site.site)[0].next.startswith("waits until the ERP has taken parties_W-")
    site.erp_takes()
    site.work()
    assert set(site.states.values()) == {"written"}
    assert len(site.written()) == 5
    site.site.db.close()


def test_a_refused_customer_makes_the_order_an_exception(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, **PARTIES)
    site.stall.has(order("1001"))
    site.work()
    [name] = site.written()
    site.erp_refuses(name, "The city is not in any country")
    site.work()
    assert site.states == {"STALL-1001": "exception"}
    again(site.site, "STALL-1001")
    site.work()
    assert f"{name.removesuffix('.csv')}-2.csv" in site.written()
    site.site.db.close()


def test_a_customer_whom_the_erp_has_already_is_no_refusal(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, **PARTIES)
    site.stall.has(order("1001"))
    site.work()
    site.erp_refuses(site.written()[0], "Code W-1 already exists")
    site.work()
    assert site.states == {"STALL-1001": "written"}
    site.site.db.close()


def begun(site: OrderSite) -> import_files.Entry:
    """An order file that was recorded, and then the process ended."""

    class NoPower(Files):
        def publish(self, path: Path, data: bytes) -> None:
            raise KeyboardInterrupt

    site.stall.has(order("1001"))
    whole = site.site
    site.site = replace(whole, ports=replace(whole.ports, files=NoPower()))
    with pytest.raises(KeyboardInterrupt):
        site.work()
    site.site = whole
    [entry] = import_files.in_state(site.site.db, "intended")
    return entry


def test_begun_and_nowhere_is_written_under_the_same_name(site: OrderSite) -> None:
    begun(site)
    export(site.site)
    assert site.written() == ["order_STALL-1001.csv"]
    assert site.states == {"STALL-1001": "written"}


@pytest.mark.parametrize("place", ["", "done"])
def test_begun_and_found_is_not_written_again(site: OrderSite, place: str) -> None:
    entry = begun(site)
    (site.imports / place / entry.name).write_bytes(entry.content)
    site.work()
    assert site.written() == ["order_STALL-1001.csv"]
    assert site.states == {"STALL-1001": "written"}


def test_begun_and_perhaps_taken_by_an_erp_that_keeps_nothing_waits_for_a_person(
    tmp_path: Path,
) -> None:
    site = OrderSite.opened(tmp_path, **CARELESS)
    begun(site)
    site.work()
    assert site.written() == []
    assert site.concerns == ["order_STALL-1001.csv may have been written and taken, or not"]
    written(site.site, "STALL-1001")
    site.work()
    assert (site.states, site.concerns, site.written()) == ({"STALL-1001": "written"}, [], [])
    site.site.db.close()


def test_the_erps_own_list_settles_a_doubt(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, **CARELESS)
    begun(site)
    site.work()
    site.lists("STALL-1001")
    site.work()
    assert (site.states, site.concerns) == ({"STALL-1001": "acknowledged"}, [])
    site.site.db.close()


def test_a_person_can_have_a_lost_file_written_anew(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, **CARELESS)
    begun(site)
    site.work()
    again(site.site, "STALL-1001")
    site.work()
    assert site.written() == ["order_STALL-1001-2.csv"]
    site.site.db.close()


def test_an_erp_that_refuses_doubles_may_be_sent_the_file_again(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, done=[], refuses_duplicates=True)
    begun(site)
    site.work()
    site.erp_refuses("order_STALL-1001.csv", "Order Number STALL-1001 already exists")
    site.work()
    assert site.states == {"STALL-1001": "written"}
    site.site.db.close()


def test_a_strangers_file_of_that_name_is_never_replaced(site: OrderSite) -> None:
    (site.imports / "order_STALL-1001.csv").write_text("somebody else's", encoding="utf-8")
    site.stall.has(order("1001"))
    site.work()
    assert (site.imports / "order_STALL-1001.csv").read_text(encoding="utf-8") == "somebody else's"
    assert site.concerns == ["a file order_STALL-1001.csv that is not ours lies there already"]


def test_a_folder_that_is_gone_loses_no_order(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    gone = site.imports.with_name("gone")
    site.imports.rename(gone)
    with pytest.raises(OSError):
        site.work()
    gone.rename(site.imports)
    site.work()
    assert site.states == {"STALL-1001": "written"}
    assert site.written() == ["order_STALL-1001.csv"]


def test_without_an_order_file_in_the_profile_orders_wait(tmp_path: Path) -> None:
    site = OrderSite.opened(tmp_path, orders=None)
    site.stall.has(order("1001"))
    site.work()
    assert site.states == {"STALL-1001": "due"}
    site.site.db.close()


def test_a_refusal_is_shown_in_the_erps_words_and_can_be_tried_again(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.work()
    site.erp_refuses("order_STALL-1001.csv", "Customer Code WEB does not exist")
    acknowledge(site.site)
    [view] = list_orders(site.site)
    assert view.state == "refused"
    assert view.faults[0].what == (
        "the ERP refused order_STALL-1001.csv: Customer Code WEB does not exist"
    )
    again(site.site, "STALL-1001")
    site.work()
    assert site.written() == ["order_STALL-1001-2.csv", "order_STALL-1001.csv"]
    assert site.states == {"STALL-1001": "written"}


def test_pieces_taken_off_before_writing_are_left_out_with_their_money(site: OrderSite) -> None:
    site.stall.has(order("1001", order_line(quantity=3, net=10000, tax=1900, cancelled=1)))
    site.work()
    assert "RETRO-CLOCK,2,33.3350" in (site.imports / "order_STALL-1001.csv").read_text("utf-8")


def test_cancelled_after_writing_stays_visible_until_the_erp_shows_it(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.work()
    site.stall.has(order("1001", state="cancelled", modified_at=NOON + timedelta(hours=1)))
    site.work()
    assert site.states == {"STALL-1001": "written"}
    assert site.concerns == ["cancelled on the shop after the ERP was told"]
    site.lists("STALL-1001", "cancelled")
    site.work()
    assert (site.states, site.concerns) == ({"STALL-1001": "cancelled"}, [])
    assert site.stall.calls == []


def test_cancelled_after_writing_goes_to_an_erp_that_reads_cancellations(tmp_path: Path) -> None:
    file = {
        "name": "cancel_{order.reference}.csv",
        "rows": "order",
        "columns": {"Order": "{order.reference}"},
    }
    site = OrderSite.opened(tmp_path, cancellations=file)
    site.stall.has(order("1001"))
    site.work()
    site.stall.has(order("1001", state="cancelled", modified_at=NOON + timedelta(hours=1)))
    site.work()
    assert site.written() == ["cancel_STALL-1001.csv", "order_STALL-1001.csv"]
    site.work()
    assert len(site.written()) == 2
    site.site.db.close()


def test_cancelled_after_the_erp_refused_it_is_just_off(site: OrderSite) -> None:
    site.stall.has(order("1001"))
    site.work()
    site.erp_refuses("order_STALL-1001.csv", "no")
    site.stall.has(order("1001", state="cancelled", modified_at=NOON + timedelta(hours=1)))
    site.work()
    assert (site.states, site.concerns) == ({"STALL-1001": "cancelled"}, [])


def test_changed_after_writing_is_shown_and_never_written_again(site: OrderSite) -> None:
    site.stall.has(order("1001", order_line(quantity=2)))
    site.work()
    later = NOON + timedelta(hours=1)
    site.stall.has(order("1001", order_line(quantity=2, cancelled=1), modified_at=later))
    site.work()
    assert site.concerns == [
        "changed on the shop after the ERP was told: RETRO-CLOCK: 2 → 1 pieces"
    ]
    assert site.written() == ["order_STALL-1001.csv"]
    site.stall.has(order("1001", order_line(quantity=2), modified_at=later + timedelta(hours=1)))
    site.work()
    assert site.concerns == []
