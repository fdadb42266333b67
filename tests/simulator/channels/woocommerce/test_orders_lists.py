from datetime import timedelta

import pytest

from tests.simulator.channels.woocommerce.ordering import BUYER, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_every_change_moves_the_modified_time_but_notes_and_reads_do_not(desk: Desk) -> None:
    order = desk.post("/orders")
    path = f"/orders/{order['id']}"
    seen = [order["date_modified_gmt"]]
    for act in (
        lambda: desk.get(path),
        lambda: desk.post(f"{path}/notes", note="packed"),
        lambda: desk.put(path),
        lambda: desk.put(path, meta_data=[{"key": "erp", "value": "1"}]),
        lambda: desk.put(path, status="on-hold"),
    ):
        desk.pass_time(minutes=1)
        act()
        seen.append(desk.get(path)["date_modified_gmt"])

    minutes = [text[14:16] for text in seen]
    assert minutes == ["00", "00", "00", "03", "04", "05"]


def test_polling_by_modified_time_pages_through_every_change(desk: Desk) -> None:
    ids = []
    for _ in range(5):
        desk.pass_time(minutes=1)
        ids.append(desk.post("/orders", billing=BUYER)["id"])
    desk.pass_time(minutes=1)
    desk.put(f"/orders/{ids[1]}")
    query = "orderby=modified&order=asc&per_page=2&modified_after=2026-03-02T08:01:00Z"

    pages = [[o["id"] for o in desk.get(f"/orders?{query}&page={n}")] for n in (1, 2, 3)]

    assert pages == [[ids[2], ids[3]], [ids[4], ids[1]], []]  # 08:01:00 itself is not after


def test_lagging_lists_show_orders_as_they_were(desk: Desk) -> None:
    order = desk.post("/orders")
    desk.pass_time(minutes=10)
    desk.put(f"/orders/{order['id']}", status="on-hold")
    desk.post("/orders")
    desk.shop.shop.lag = timedelta(minutes=5)

    assert [(o["id"], o["status"]) for o in desk.get("/orders?status=any")] == [
        (order["id"], "pending")
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=processing", ["a"]),
        ("status=pending,processing", ["a", "b"]),
        ("status=trash", ["c"]),
        ("search=Maj", ["a"]),
        ("search=ola@example", ["a"]),
        ("search=Retro", ["a"]),
        ("search=100%25", []),
        ("customer=2", ["b"]),
        ("customer=0&status=any", ["a"]),
        ("created_via=checkout", []),
        ("before=2026-03-02T08:00:00Z", []),
        ("", ["a", "b"]),
    ],
)
def test_filters_of_the_order_list(desk: Desk, query: str, found: list[str]) -> None:
    clock = desk.product("RETRO-CLOCK")
    ids = {
        "a": desk.order(**{f"p{clock}": 1})["id"],
        "b": desk.post("/orders", customer_id=2)["id"],
    }
    ids["c"] = desk.post("/orders")["id"]
    desk.delete(f"/orders/{ids['c']}")

    rows = desk.get(f"/orders?orderby=id&order=asc&{query}")

    assert [o["id"] for o in rows] == [ids[name] for name in found]
