"""Orders: pages, the journal, changes by clients and by the account's people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from simulator.channels import SoldOut
from simulator.faults import Fault
from simulator.world import GOODS, World
from tests.simulator.channels.baselinker.account import ANNA, Account

CREATED, CONFIRMED, PAID, REMOVED, MERGED, SPLIT = 1, 2, 3, 4, 5, 6
ADDRESS, ROW_ADDED, ROW_EDITED, ROW_REMOVED, EDITED, COPIED, STATUS = 11, 12, 13, 14, 16, 17, 18


def new_order(account: Account, **fields: Any) -> int:
    """An order made by a client."""
    given = {
        "order_status_id": account.dialect.credentials()["status_new"],
        "date_add": 1772000000,
        "currency": "PLN",
        "payment_method": "Card",
        "payment_method_cod": False,
        "paid": True,
        "email": "jan@buyer.example",
        "phone": "+48 601-200-300",
        "delivery_method": "Courier",
        "delivery_price": 15,
        "delivery_fullname": "Jan Kowalski",
        "delivery_address": "Długa 1",
        "delivery_postcode": "00-001",
        "delivery_city": "Warszawa",
        "delivery_country_code": "PL",
        "products": [
            {
                "storage": "db",
                "storage_id": str(account.inventory),
                "product_id": account.ids()["MUG-STONE"],
                "price_brutto": 39.9,
                "tax_rate": 23,
                "quantity": 2,
            }
        ],
        **fields,
    }
    return int(account.call("addOrder", **given)["order_id"])


def listed(account: Account, **filters: Any) -> list[int]:
    return [row["order_id"] for row in account.call("getOrders", **filters)["orders"]]


def test_a_purchase_is_a_paid_personal_order_that_took_its_goods(account: Account) -> None:
    id = account.buy(MUG_STONE=3, LAMP_ARC=1)
    order = account.order(id)
    rows = [(r["sku"], r["quantity"], r["price_brutto"]) for r in order["products"]]
    assert rows == [("MUG-STONE", 3, 39.9), ("LAMP-ARC", 1, 489.0)]
    assert (order["order_source"], order["external_order_id"]) == ("personal", "")
    assert (order["payment_done"], order["delivery_fullname"]) == (608.7, "Anna Nowak")
    assert (order["delivery_country_code"], order["delivery_country"]) == ("PL", "Poland")
    assert account.stock("MUG-STONE") == 77
    assert account.journal() == [(id, CREATED, 0), (id, CONFIRMED, 0), (id, PAID, 0)]


def test_what_is_not_there_cannot_be_bought(account: Account) -> None:
    with pytest.raises(SoldOut, match="LAMP-ARC is sold out: 3 wanted, 2 left"):
        account.buy(MUG_STONE=1, LAMP_ARC=3)
    with pytest.raises(SoldOut, match="NOTHING is not in the catalogue"):
        account.buy(NOTHING=1)
    assert (account.stock("MUG-STONE"), account.call("getOrders")["orders"]) == (80, [])


def test_a_buyer_takes_an_unsent_order_back(account: Account) -> None:
    id = account.buy(MUG_STONE=3)
    account.dialect.storefront.cancel(str(id))
    view = account.dialect.storefront.order(str(id))
    assert (view.status, view.is_cancelled, view.cancelled) == ("Cancelled", True, {"MUG-STONE": 3})
    assert account.stock("MUG-STONE") == 80
    cancelled = account.dialect.credentials()["status_cancelled"]
    assert account.journal()[-1] == (id, STATUS, cancelled)
    account.call("createPackageManual", order_id=account.buy(MUG_STONE=1), **PARCEL)
    with pytest.raises(ValueError, match="was sent already"):
        account.dialect.storefront.cancel(str(id + 1))


PARCEL = {"courier_code": "dpd", "package_number": "0000123", "pickup_date": 1772438400}


def test_pages_of_a_hundred_by_confirmation_skip_what_shares_the_last_second(
    world: World, account: Account
) -> None:
    first = [account.buy(MUG_STONE=1) for _ in range(40)]
    world.advance(timedelta(seconds=1))
    update = {account.ids()["MUG-STONE"]: {"bl_205": 200}}
    account.call("updateInventoryProductsStock", inventory_id=account.inventory, products=update)
    more = [account.buy(MUG_STONE=1) for _ in range(65)]
    page = account.call("getOrders", date_confirmed_from=0)["orders"]
    assert [row["order_id"] for row in page] == [*first, *more[:60]]
    last = page[-1]["date_confirmed"]
    assert listed(account, date_confirmed_from=last + 1) == []  # five orders are never seen
    assert listed(account, date_confirmed_from=last) == more
    assert listed(account, id_from=page[-1]["order_id"]) == more[59:]


def test_a_list_lags_behind_where_it_is_dialled_in(world: World, account: Account) -> None:
    world.dials["baselinker"].turn({"lag_s": 60})
    id = account.buy(MUG_STONE=1)
    assert (listed(account), listed(account, id_from=id), account.journal()) == ([], [], [])
    world.advance(timedelta(seconds=61))
    assert listed(account, date_confirmed_from=1) == [id]
    assert len(account.journal()) == 3


def test_unconfirmed_orders_are_told_only_when_asked_for(world: World, account: Account) -> None:
    id = account.buy(MUG_STONE=1)
    account.dialect.operator("unconfirm_order", {"number": str(id)})
    assert listed(account) == []
    (row,) = account.call("getOrders", get_unconfirmed_orders=True)["orders"]
    assert (row["confirmed"], row["date_confirmed"]) == (False, 0)
    world.advance(timedelta(minutes=2))
    account.dialect.operator("confirm_order", {"number": str(id)})
    (row,) = account.call("getOrders", date_confirmed_from=row["date_add"] + 60)["orders"]
    assert row["date_confirmed"] == row["date_add"] + 120
    assert account.journal()[-1] == (id, CONFIRMED, 0)


def test_orders_are_filtered(account: Account) -> None:
    bought, made = account.buy(MUG_STONE=1), new_order(account)
    ready = account.dialect.credentials()["status_ready"]
    account.call("setOrderStatus", order_id=made, status_id=ready)
    assert listed(account, status_id=ready) == [made]
    assert listed(account, filter_email=ANNA.email) == [bought]
    assert listed(account, filter_order_source="allegro") == []
    assert listed(account, date_from=1772000001) == [bought]
    assert listed(account, date_from=1772000000) == [made, bought]  # by date of purchase
    found = account.call("getOrdersByEmail", email="JAN@buyer.example")["orders"]
    assert [row["order_id"] for row in found] == [made]
    (row,) = account.call("getOrdersByPhone", phone="48601200300")["orders"]
    assert row["delivery_fullname"] == "Jan Kowalski"


def test_an_order_made_by_a_client_is_complete_at_once_and_never_the_same_twice(
    account: Account,
) -> None:
    first, second = new_order(account, extra_field_1="ERP-7"), new_order(account)
    order = account.order(first)
    assert (order["payment_done"], order["date_add"]) == (94.8, 1772000000)
    assert (order["date_confirmed"], order["extra_field_1"]) == (1772438400, "ERP-7")
    (row,) = order["products"]
    assert (row["sku"], row["name"], row["storage"]) == ("MUG-STONE", "Stoneware mug", "db")
    assert (second, account.stock("MUG-STONE")) == (first + 1, 76)
    assert account.refusal("addOrder", order_status_id=1) == "ERROR_CURRENCY"


def test_only_what_is_sent_changes_and_addresses_are_journalled_apart(account: Account) -> None:
    id = account.buy(MUG_STONE=1)
    account.call("setOrderFields", order_id=id, delivery_city="Kraków")
    account.call(
        "setOrderFields",
        order_id=id,
        admin_comments="x" * 300,
        invoice_nip="5260001246",
        custom_extra_fields={"135": "blue"},
    )
    account.call("setOrderFields", order_id=id, want_invoice=True)
    (row,) = account.call("getOrders", order_id=id, include_custom_extra_fields=True)["orders"]
    assert (row["delivery_city"], row["delivery_address"]) == ("Kraków", "Prosta 5")
    assert (len(row["admin_comments"]), row["want_invoice"]) == (200, "1")
    assert row["custom_extra_fields"] == {"135": "blue"}
    types = [type for _, type, _ in account.journal()][3:]
    assert types == [ADDRESS, ADDRESS, EDITED, EDITED]


def test_rows_come_change_and_go_with_their_goods(account: Account) -> None:
    id, mug = account.buy(LAMP_ARC=1), account.ids()["MUG-STONE"]
    row = account.call(
        "addOrderProduct",
        order_id=id,
        storage="db",
        storage_id="0",
        product_id=mug,
        price_brutto=30,
        quantity=4,
    )["order_product_id"]
    assert account.stock("MUG-STONE") == 76
    account.call("setOrderProductFields", order_id=id, order_product_id=row, quantity=1)
    assert account.stock("MUG-STONE") == 79
    account.call("deleteOrderProduct", order_id=id, order_product_id=row)
    assert account.stock("MUG-STONE") == 80
    made = [e for e in account.journal() if e[1] in (ROW_ADDED, ROW_EDITED, ROW_REMOVED)]
    assert made == [(id, ROW_ADDED, 0), (id, ROW_EDITED, 0), (id, ROW_REMOVED, row)]
    refused = account.refusal("deleteOrderProduct", order_id=id, order_product_id=row)
    assert refused == "ERROR_ORDER_PRODUCT_ID"


def test_statuses_are_the_accounts_own(account: Account) -> None:
    statuses = account.call("getOrderStatusList")["statuses"]
    assert [s["name"] for s in statuses] == ["New orders", "Ready to ship", "Shipped", "Cancelled"]
    ids = [account.buy(MUG_STONE=1) for _ in range(2)]
    shipped = statuses[2]["id"]
    account.call("setOrderStatuses", order_ids=[*ids, 7], status_id=shipped)
    account.call("setOrderStatus", order_id=ids[0], status_id=shipped)  # no change, no entry
    moved = [e for e in account.journal() if e[1] == STATUS]
    assert moved == [(id, STATUS, shipped) for id in ids]
    assert account.refusal("setOrderStatus", order_id=ids[0], status_id=1) == "ERROR_STATUS_ID"
    made = account.call("addOrderStatus", name="Parked", short_name="P", color="#000000")
    account.call("setOrderStatus", order_id=ids[0], status_id=made["status_id"])
    account.call("deleteOrderStatus", status_id=made["status_id"], target_status_id=shipped)
    assert account.order(ids[0])["order_status_id"] == shipped


def test_a_payment_replaces_what_was_paid(account: Account) -> None:
    id = new_order(account, paid=False)
    for done in (50, 94.8):
        account.call(
            "setOrderPayment",
            order_id=id,
            payment_done=done,
            payment_date=1772438400,
            payment_comment="transfer",
        )
    assert account.order(id)["payment_done"] == 94.8
    assert account.call("getOrderPaymentsHistory", order_id=id)["payments"] == []  # of a gateway
    history = account.call("getOrderPaymentsHistory", order_id=id, show_full_history=True)[
        "payments"
    ]
    assert [(p["paid_before"], p["paid_after"]) for p in history] == [(0.0, 50.0), (50.0, 94.8)]
    assert [e for e in account.journal() if e[1] == PAID] == [(id, PAID, 0)]


def test_a_purchase_that_is_paid_has_its_payment(account: Account) -> None:
    told = account.call(
        "getOrderPaymentsHistory", order_id=account.buy(MUG_STONE=2), show_full_history=True
    )
    assert [(p["paid_before"], p["paid_after"]) for p in told["payments"]] == [(0.0, 79.8)]


def test_a_split_moves_pieces_to_a_new_order_with_the_same_references(account: Account) -> None:
    id = account.buy(MUG_STONE=3, LAMP_ARC=1)
    mugs = account.order(id)["products"][0]["order_product_id"]
    items = [{"order_product_id": mugs, "quantity": 2}]
    new = account.call("addOrderBySplit", order_id=id, items_to_split=items)["new_order_id"]
    rest = [(r["sku"], r["quantity"]) for r in account.order(id)["products"]]
    assert rest == [("MUG-STONE", 1), ("LAMP-ARC", 1)]
    assert [(r["sku"], r["quantity"]) for r in account.order(new)["products"]] == [("MUG-STONE", 2)]
    assert account.stock("MUG-STONE") == 77
    paid = (account.order(id)["payment_done"], account.order(new)["payment_done"])
    assert paid == (528.9, 79.8)
    assert (id, SPLIT, new) in account.journal()
    account.call("createPackageManual", order_id=id, **PARCEL)
    view = account.dialect.storefront.order(str(id))
    assert view.lines == {"MUG-STONE": 3, "LAMP-ARC": 1}
    assert (view.shipped, view.parcels) == ({"MUG-STONE": 1, "LAMP-ARC": 1}, ["0000123"])
    too_many = [{"order_product_id": mugs, "quantity": 9}]
    refused = account.refusal("addOrderBySplit", order_id=id, items_to_split=too_many)
    assert refused == "ERROR_QUANTITY"


def test_merged_orders_become_one(account: Account) -> None:
    main, other = account.buy(MUG_STONE=1), account.buy(LAMP_ARC=1)
    merged = account.call(
        "setOrdersMerge",
        main_order_id=main,
        order_ids_to_merge=[other, other],
        merge_mode="into_main_order",
        sum_delivery_costs=True,
    )
    assert merged["merged_order_id"] == main
    assert listed(account) == [main]
    assert [r["sku"] for r in account.order(main)["products"]] == ["MUG-STONE", "LAMP-ARC"]
    assert account.journal()[-1] == (main, MERGED, other)
    assert account.stock("LAMP-ARC") == 1


def test_a_technical_order_is_made_of_orders_that_stay(account: Account) -> None:
    main, other = account.buy(MUG_STONE=1), account.buy(LAMP_ARC=1)
    made = account.call(
        "setOrdersMerge",
        main_order_id=main,
        order_ids_to_merge=[other, other],
        merge_mode="technical_merge",
        sum_delivery_costs=False,
    )["merged_order_id"]
    assert listed(account) == [main, other, made]
    order = account.order(made)
    assert [(r["sku"], r["quantity"]) for r in order["products"]] == [
        ("MUG-STONE", 1),
        ("LAMP-ARC", 1),
    ]
    assert order["payment_done"] == 39.9 + 489.0
    assert account.journal()[-1] == (made, MERGED, other)
    assert (account.stock("MUG-STONE"), account.stock("LAMP-ARC")) == (79, 1)


def test_a_copy_is_an_order_of_its_own(account: Account) -> None:
    id = account.buy(MUG_STONE=2)
    new = account.call("addOrderDuplicate", order_id=id)["order_id"]
    assert account.order(new)["payment_done"] == 0.0
    assert (id, COPIED, new) in account.journal()
    assert account.stock("MUG-STONE") == 76


def test_deleted_orders_are_gone_but_for_the_journal(account: Account) -> None:
    id = account.buy(MUG_STONE=2)
    assert account.call("deleteOrders", order_ids=[id, 7])["deleted_order_ids"] == [id]
    assert listed(account) == []
    assert (account.journal()[-1], account.stock("MUG-STONE")) == ((id, REMOVED, 0), 80)
    with pytest.raises(LookupError):
        account.dialect.storefront.order(str(id))


def test_a_list_may_leave_an_order_out(world: World, account: Account) -> None:
    ids = [account.buy(MUG_STONE=1) for _ in range(3)]
    world.faults.add(Fault("omitted", "baselinker", path="orders", count=1))
    assert listed(account) == ids[1:]
    assert listed(account) == ids


def test_a_catalogue_with_reservations_keeps_stock_until_the_parcel() -> None:
    options = {"options": {"reservations": True}}
    world = World(
        channel_names=["baselinker"],
        settings={"baselinker": options},
        goods=GOODS,
    )
    account = Account(world)
    mug = account.ids()["MUG-STONE"]

    def state() -> tuple[int, int]:
        found = account.call("getInventoryProductsStock", inventory_id=account.inventory)
        row = found["products"][mug]
        return row["stock"]["bl_205"], row["reservations"]["bl_205"]

    id, back = account.buy(MUG_STONE=5), account.buy(MUG_STONE=2)
    assert state() == (80, 7)
    assert account.dialect.storefront.item("MUG-STONE").quantity == 73
    account.dialect.storefront.cancel(str(back))
    assert state() == (80, 5)
    account.call("createPackageManual", order_id=id, **PARCEL)
    assert state() == (75, 0)
    world.close()


def test_people_at_the_panel_move_edit_and_pay_orders(account: Account) -> None:
    id = new_order(account, paid=False)
    operate = account.dialect.operator
    operate("edit_order", {"number": str(id), "fields": {"delivery_city": "Gdynia"}})
    operate("set_status", {"number": str(id), "status": "Ready to ship"})
    operate("pay_order", {"number": str(id)})
    order = account.order(id)
    assert (order["delivery_city"], order["payment_done"]) == ("Gdynia", 94.8)
    assert order["order_status_id"] == account.dialect.credentials()["status_ready"]
    operate("cancel_order", {"number": str(id)})
    assert account.dialect.storefront.order(str(id)).is_cancelled
    with pytest.raises(LookupError, match="no order 7"):
        operate("cancel_order", {"number": "7"})


def test_what_was_sold_here_is_told_to_others_once(account: Account) -> None:
    first, second = account.buy(MUG_STONE=2), account.buy(LAMP_ARC=1)
    sold = account.dialect.storefront.sold()
    assert [s.number for s in sold] == [str(first), str(second)]
    assert [s.seq for s in account.dialect.storefront.sold(after=sold[0].seq)] == [second]
    assert sold[0].buyer == ANNA


def test_rows_and_parcels_have_the_vendors_types(account: Account) -> None:
    order = account.buy(MUG_STONE=1)
    account.call("createPackageManual", order_id=order, return_shipment=True, **PARCEL)
    (row,) = account.order(order)["products"]
    numbers = ("storage_id", "order_product_id", "warehouse_id", "quantity", "bundle_id")
    assert all(isinstance(row[name], int) for name in numbers)
    assert (row["product_id"], row["variant_id"]) == (account.ids()["MUG-STONE"], "0")
    (package,) = account.call("getOrderPackages", order_id=order)["packages"]
    assert package["package_type"] == 1


def test_other_reads_answer_in_their_shape(account: Account) -> None:
    id = account.buy(MUG_STONE=1)
    sources = account.call("getOrderSources")["sources"]
    assert sources["order_return"] == ["Order return"]  # so PHP writes {0: …}
    account.call("getOrderExtraFields")
    told = account.call("getOrderTransactionData", order_id=id)
    assert account.answer("getOrderTransactionDetails", order_id=id) == told  # its old name
    wishes = ("include_connect_data", "include_commissions", "include_discounts_data")
    (row,) = account.call("getOrders", **dict.fromkeys(wishes, True))["orders"]
    assert row["commissions"] == []
    (row,) = account.call("getOrders", with_commission=True)["orders"]  # as it was before
    assert row["commission"] == {"net": 0.0, "gross": 0.0, "currency": "PLN"}


def test_the_buyers_page_of_an_order_is_on_the_accounts_own_address(account: Account) -> None:
    order = account.order(account.buy(MUG_STONE=1))
    page = account.transport.inner.handle_request(httpx.Request("GET", order["order_page"]))
    assert page.headers["Location"] == f"/storefront/order?number={order['order_id']}"
