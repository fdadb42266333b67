"""The endpoint itself: who may call, in which form, how often, and what is refused unread."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.channels.houzz import ENTRY
from simulator.world import GOODS, World
from tests.simulator.channels.houzz.seller import OK, URL, Seller, messages, texts

WRONG_KEY = ["Authentication failed: invalid API token, user name or app name"]
READ = {"format": "json", "method": "getListings"}
TOKEN, USER, APP = (f"X-HOUZZ-API-{name}" for name in ("SSL-TOKEN", "USER-NAME", "APP-NAME"))


@pytest.mark.parametrize("header", [TOKEN, USER, APP])
@pytest.mark.parametrize("value", ["", "wrong"])
def test_three_headers_must_belong_together(seller: Seller, header: str, value: str) -> None:
    answer = seller.wild("GET", params=READ, headers={header: value})
    assert (answer.status_code, messages(answer.json())) == (200, WRONG_KEY)


def test_a_key_of_another_app_is_refused(seller: Seller) -> None:
    seller.sign_in("token", "orders_app_name")
    assert messages(seller.get("getListings")) == WRONG_KEY


def test_a_shop_may_answer_401_instead() -> None:
    world = World(channel_names=["houzz"], settings={"options": {"unauthorised_status": 401}})
    answer = Seller(world).wild("GET", params=READ, headers={TOKEN: "wrong"})
    assert (answer.status_code, messages(answer.json())) == (401, WRONG_KEY)
    world.close()


@pytest.mark.parametrize(
    ("key", "method", "allowed"),
    [
        ("inventory", "getListings", True),
        ("inventory", "getOrders", False),
        ("inventory", "getPayments", False),
        ("orders", "getOrders", True),
        ("orders", "getListings", False),
    ],
)
def test_a_key_does_what_was_ticked(seller: Seller, key: str, method: str, allowed: bool) -> None:
    seller.sign_in(f"{key}_token", f"{key}_app_name")
    answer = seller.get(method)
    if allowed:
        assert answer["Ack"] == "Success"
    else:
        assert messages(answer) == [f"This API key is not permitted to call {method}"]


def test_the_seller_unticks_a_box(seller: Seller) -> None:
    seller.operate("permit", key="main", inventory=True)
    assert seller.get("getListings")["Ack"] == "Success"
    assert messages(seller.get("getOrders")) == ["This API key is not permitted to call getOrders"]


def test_tokens_end_when_the_operator_says_so_and_new_ones_work(seller: Seller) -> None:
    seller.operate("expire_tokens")
    assert messages(seller.get("getListings")) == WRONG_KEY
    token = seller.operate("new_token")
    assert messages(seller.get("getListings")) == WRONG_KEY
    assert seller.dialect.credentials()["token"] == token
    seller.sign_in("token", "app_name")
    assert seller.get("getListings")["Ack"] == "Success"


def test_the_dial_gives_new_tokens_an_end(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"token_life_s": 60})
    seller.operate("new_token")
    seller.sign_in("token", "app_name")
    world.advance(timedelta(seconds=59))
    assert seller.get("getListings")["Ack"] == "Success"
    world.advance(timedelta(seconds=1))
    assert messages(seller.get("getListings")) == WRONG_KEY


def test_the_same_seed_gives_the_same_keys() -> None:
    first, second = (World(channel_names=["houzz"], seed=7) for _ in range(2))
    assert first.dialects["houzz"].credentials() == second.dialects["houzz"].credentials()
    for world in (first, second):
        world.close()


def test_five_calls_a_second_for_each_token(world: World, seller: Seller) -> None:
    for _ in range(5):
        assert seller.get("getListings")["Ack"] == "Success"
    answer = seller.http.get(URL, params=READ)
    told = messages(answer.json())
    assert (answer.status_code, told) == (429, ["Too many requests, please slow down"])
    seller.sign_in("orders_token", "orders_app_name")
    assert seller.get("getOrders")["Ack"] == "Success"
    seller.sign_in("token", "app_name")
    world.advance(timedelta(seconds=0.2))
    assert seller.get("getListings")["Ack"] == "Success"
    assert seller.http.get(URL, params=READ).status_code == 429


def test_the_allowance_is_a_share_of_that(world: World, seller: Seller) -> None:
    world.dials["houzz"].turn({"allowance": 0.4})
    assert [seller.http.get(URL, params=READ).status_code for _ in range(3)] == [200, 200, 429]


def test_without_a_format_the_answer_is_xml(seller: Seller) -> None:
    answer = seller.http.get(URL, params={"method": "getListings", "NumberOfItems": 1})
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<GetListingsResponse>')
    assert texts(answer, "Ack") == ["Success"]
    assert texts(answer, "Listings/Listing/SKU") == ["RETRO-CLOCK"]


def test_an_error_in_xml(seller: Seller) -> None:
    body = "<UpdateInventoryRequest><SKU>NO-SUCH</SKU><Action>update</Action><Quantity>1</Quantity>"
    answer = seller.http.post(
        URL,
        params={"method": "updateInventory", "format": "xml"},
        content=f"{body}</UpdateInventoryRequest>",
    )
    assert answer.status_code == 200
    assert answer.text.partition("\n")[2] == (
        "<UpdateInventoryResponse><Ack>Error</Ack><Errors><Error><Code>3001</Code>"
        "<Message>Unknown SKU</Message></Error></Errors></UpdateInventoryResponse>"
    )


@pytest.mark.parametrize(
    "kind", ["text/xml", "application/x-www-form-urlencoded", "", "text/plain"]
)
def test_any_content_type_is_taken(seller: Seller, kind: str) -> None:
    body = b"<UpdateInventoryRequest><SKU>MUG-STONE</SKU><Action>update</Action></UpdateInventoryRequest>"
    asked = {"format": "json", "method": "updateInventory"}
    answer = seller.http.post(URL, params=asked, content=body, headers={"Content-Type": kind})
    assert answer.json() == OK


@pytest.mark.parametrize(
    ("verb", "params", "status", "told"),
    [
        ("GET", {"method": "getCategories"}, 404, "Unknown method: getCategories"),
        ("GET", {"method": "getlistings"}, 404, "Unknown method: getlistings"),
        ("GET", {}, 404, "Unknown method: "),
        ("POST", {"method": "getOrders"}, 200, "getOrders must be sent as HTTP GET"),
        ("GET", {"method": "updateOrder"}, 200, "updateOrder must be sent as HTTP POST"),
        ("PUT", {"method": "updateOrder"}, 405, "Method Not Allowed"),
    ],
)
def test_what_is_no_call(
    seller: Seller, verb: str, params: dict[str, str], status: int, told: str
) -> None:
    answer = seller.wild(verb, params={"format": "xml", **params})
    assert (answer.status_code, texts(answer, "Errors/Error/Message")) == (status, [told])


def test_another_path_or_format(seller: Seller) -> None:
    lost = seller.wild("GET", "https://houzz.test/api/v2", params={"method": "getOrders"})
    assert (lost.status_code, texts(lost, "Ack")) == (404, ["Error"])
    odd = seller.wild("GET", params={"method": "getOrders", "format": "csv"})
    assert texts(odd, "Errors/Error/Message") == ["Unknown format: csv"]


def _expanding(levels: int) -> str:
    """A document whose one entity stands for ten to the power of `levels` letters."""
    entities = ['<!ENTITY e0 "aaaaaaaaaa">']
    entities += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels)]
    return f"<!DOCTYPE r [{''.join(entities)}]><UpdateInventoryRequest><SKU>&e{levels - 1};</SKU>"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            _expanding(9) + "</UpdateInventoryRequest>",
            "document type declarations are not allowed",
            id="an entity that grows",
        ),
        pytest.param(
            '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
            "<UpdateInventoryRequest><SKU>&f;</SKU></UpdateInventoryRequest>",
            "document type declarations are not allowed",
            id="an entity that names a file",
        ),
        pytest.param(
            '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><UpdateInventoryRequest/>',
            "document type declarations are not allowed",
            id="a declaration elsewhere",
        ),
        pytest.param("<a>" * 100_000, "elements are nested too deeply", id="a deep document"),
        pytest.param(
            '{"SKU": "MUG-STONE"}', "not well-formed (invalid token): line 1, column 0", id="JSON"
        ),
        pytest.param("", "no element found: line 1, column 0", id="nothing"),
        pytest.param(
            "<UpdateOrderRequest/>",
            "expected <UpdateInventoryRequest>, found <UpdateOrderRequest>",
            id="another method's document",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="klingon"?><UpdateInventoryRequest/>',
            "unknown encoding: klingon",
            id="an unknown encoding",
        ),
        pytest.param(
            "<UpdateInventoryRequest><SKU>MUG",
            "no element found: line 1, column 32",
            id="cut off",
        ),
    ],
)
def test_documents_that_are_not_read(seller: Seller, content: str, told: str) -> None:
    asked = {"format": "json", "method": "updateInventory"}
    answer = seller.wild("POST", params=asked, content=content.encode())
    (said,) = messages(answer.json())
    assert (answer.status_code, said) == (200, f"Invalid request document: {told}")
    assert len(answer.content) < 500


def test_documents_in_other_encodings_are_read(seller: Seller) -> None:
    document = (
        '<?xml version="1.0" encoding="UTF-16"?><UpdateInventoryRequest><SKU>MUG-STONE</SKU>'
        "<Action>update</Action><Quantity>3</Quantity></UpdateInventoryRequest>"
    )
    asked = {"format": "json", "method": "updateInventory"}
    answer = seller.wild("POST", params=asked, content=document.encode("utf-16"))
    assert answer.json() == OK
    assert seller.listing("MUG-STONE")["Quantity"] == 3


def test_a_document_of_many_megabytes_is_refused(seller: Seller) -> None:
    asked = {"format": "xml", "method": "updateInventory"}
    answer = seller.wild("POST", params=asked, content=b" " * (4 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert texts(answer, "Ack") == ["Error"]


def test_an_agent_finds_what_it_needs_in_the_credentials(seller: Seller) -> None:
    words = {*ENTRY.secrets.values(), *ENTRY.settings.values()}
    assert words == {"token", "user_name", "app_name", "category_id", "currency"}
    assert words <= set(seller.dialect.credentials())


@pytest.mark.parametrize("options", [{"account": "wholesaler"}, {"unauthorised_status": 403}])
def test_an_unknown_set_up_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"is (one of|200 or 401)"):
        World(channel_names=["houzz"], settings={"options": options})


def test_the_vendors_hosts_are_named() -> None:
    world = World(channel_names=["houzz"], goods=GOODS)
    assert world.dialects["houzz"].hosts == ("api.houzz.com", "api.houzz2.com")
    world.close()
