import pytest

from tests.simulator.channels.woocommerce.ordering import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_user_names_come_from_the_address_and_stay(desk: Desk) -> None:
    ola = desk.post("/customers", email="ola@example.org", first_name="Ola", last_name="Maj")
    other = desk.post("/customers", email="ola@example.com")
    renamed = desk.put(f"/customers/{ola['id']}", username="maj")

    assert ola["username"] == "ola"
    assert other["username"].startswith("ola-")
    assert (desk.status, renamed["message"]) == (400, "Username isn't editable.")


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("buyer@example.org", "woocommerce_rest_customer_invalid_email"),
        ("nonsense", "rest_invalid_param"),
    ],
)
def test_addresses_that_a_change_refuses(desk: Desk, email: str, code: str) -> None:
    ola = desk.post("/customers", email="ola@example.org")
    answer = desk.put(f"/customers/{ola['id']}", email=email)

    assert (desk.status, answer["code"]) == (400, code)


def test_lists_hold_customers_only_unless_all_are_asked_for(desk: Desk) -> None:
    desk.post("/customers", email="ola@example.org")

    assert [c["username"] for c in desk.get("/customers")] == ["buyer", "ola"]
    assert [c["username"] for c in desk.get("/customers?role=all&order=desc")] == [
        "ola",
        "buyer",
        "admin",
    ]
    desk.get("/customers?orderby=modified")
    assert desk.status == 400


def test_buyers_without_account_are_no_customers(desk: Desk) -> None:
    order = desk.post("/orders", billing={"email": "buyer@example.org"})

    assert order["customer_id"] == 0


def test_a_completed_order_makes_its_customer_a_paying_one(desk: Desk) -> None:
    order = desk.post("/orders", customer_id=2)
    desk.put(f"/orders/{order['id']}", status="completed")

    assert desk.get("/customers/2")["is_paying_customer"] is True
