"""What Houzz's answers mean to us, in a table: error, what may have happened, what to do next."""

from __future__ import annotations

import httpx
import pytest

from agent.channels.houzz import errors
from agent.errors import ChannelError, OutcomeUnknown, Refused, Throttled, Unauthorised, Unavailable
from agent.model.change import SetStock
from tests.agent.channels.houzz.conftest import TOKEN, xml
from tests.agent.channels.scripted import Scripted, said
from tests.build import listing
from tests.contract.shops import StagedShop

HTML = "<html><head><title>We'll be back soon</title></head></html>"
LISTING = listing("SOFA-1-GR")


def error(message: str, code: str = "") -> str:
    """An envelope of an error in XML."""
    inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<UpdateInventoryResponse><Ack>Error</Ack><Errors>{inner}</Errors></UpdateInventoryResponse>"


TABLE = [
    ("maintenance page", xml(HTML), Unavailable, OutcomeUnknown, "We'll be back soon"),
    ("a document type", xml("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), Unavailable, OutcomeUnknown, ""),
    ("cut XML", xml("<R><Ack>Succ"), Unavailable, OutcomeUnknown, "clients know"),
    ("cut JSON", xml('{"Ack":"Succ'), Unavailable, OutcomeUnknown, "clients know"),
    ("empty", xml(""), Unavailable, OutcomeUnknown, "an empty body"),
    ("no Ack", said({"Orders": []}), Unavailable, OutcomeUnknown, "clients know"),
    ("a list", said([1]), Unavailable, OutcomeUnknown, "clients know"),
    ("503", xml("busy", 503), Unavailable, OutcomeUnknown, "503"),
    ("internal", xml(error("Internal error, try again")), Unavailable, OutcomeUnknown, "Internal"),
    ("login page", httpx.Response(302, headers={"location": "//h/login?x=1"}), *[Unauthorised] * 2, "h/login"),
    ("moved", httpx.Response(301, headers={"location": "https://h.example/api"}), *[Refused] * 2, "h.example"),
    ("firewall", xml(HTML, 403), *[Unavailable] * 2, "turns us away"),
    ("401", said({"Ack": "Error"}, 401), *[Unauthorised] * 2, "does not accept"),
    ("key in 200", xml(error("Authentication failed", "7")), *[Unauthorised] * 2, "Authentication failed [7]"),
    ("bad token", said({"Ack": "Error", "Errors": "Invalid token"}), *[Unauthorised] * 2, "Invalid token"),
    ("no box", xml(error("This key is not permitted to call it")), *[Unauthorised] * 2, "let our key"),
    ("429", said({"Ack": "Error"}, 429), *[Throttled] * 2, "asked to wait"),
    ("slow down", xml(error("Too many requests")), *[Throttled] * 2, "Too many requests"),
    ("refused", xml(error("Price must be above 0", "9")), *[Refused] * 2, "Price must be above 0 [9]"),
    ("plain text", said({"Ack": "Error", "Errors": ["No.", "Never."]}), *[Refused] * 2, "No. · Never."),
    ("no words", said({"ack": "x", "Ack": "ERROR"}), *[Refused] * 2, "x"),
    ("404", xml("<html/>", 404), *[Refused] * 2, "404"),
]  # fmt: skip


@pytest.mark.parametrize("wrote", [False, True], ids=["read", "write"])
@pytest.mark.parametrize(
    ("answer", "read", "write", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_every_bad_answer_says_what_where_and_next(
    scripted: Scripted,
    answer: httpx.Response,
    read: type[ChannelError],
    write: type[ChannelError],
    words: str,
    wrote: bool,
) -> None:
    scripted.answer = lambda _: answer
    channel = scripted.connect()
    with pytest.raises(ChannelError) as caught:
        if wrote:
            channel.push([SetStock("SOFA-1-GR", LISTING, 5, backorders=False)])
        next(channel.listings())
    assert isinstance(caught.value, write if wrote else read)
    assert words in caught.value.what
    assert caught.value.where.startswith("houzz ")
    assert caught.value.next


def test_a_token_that_the_vendor_echoes_is_masked(scripted: Scripted) -> None:
    scripted.answer = lambda _: xml(error(f"Authentication failed for {TOKEN}"))
    with pytest.raises(Unauthorised) as caught:
        scripted.connect().check()
    assert TOKEN not in str(caught.value) + repr(caught.value)


def test_a_token_given_meanwhile_is_used_at_once(scripted: Scripted) -> None:
    channel = scripted.connect()
    scripted.secrets["TALLY_SECRET_TOKEN"] = "a-new-token"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["X-HOUZZ-API-SSL-TOKEN"] != "a-new-token":
            return xml(error("Invalid API token"))
        return said({"Ack": "Success", "Listings": []})

    scripted.answer = answer
    assert list(channel.listings()) == []
    assert len(scripted.sent) == 2


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"SKU": ["A"]}, "SKU"),
        ({"SKU": "A", "Quantity": "many"}, "Quantity"),
        ({"SKU": "A", "Quantity": True}, "Quantity"),
        ({"SKU": "A", "Price": {"amount": 1}}, "Price"),
        ({"SKU": "A", "Price": "NaN"}, "Price"),
        ("A", "Listings"),
    ],
)
def test_a_field_of_another_type_is_named(scripted: Scripted, row: object, name: str) -> None:
    scripted.answer = lambda _: said({"Ack": "Success", "Listings": [row]})
    with pytest.raises(Unavailable, match=name):
        list(scripted.connect().listings())


def test_a_list_of_one_may_stand_there_by_itself(scripted: Scripted) -> None:
    row = {"SKU": "SOFA-1-GR", "Status": "ACTIVE", "Price": 499, "Quantity": "5", "Title": "Sofa"}
    scripted.answer = lambda _: said({"Ack": "success", "Listings": row})
    [found] = scripted.connect().listings()
    assert (found.sku, found.shown.state, found.shown.price, found.shown.quantity) == (
        "SOFA-1-GR",
        "live",
        49900,
        5,
    )


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_answer_in_xml_is_read_too(scripted: Scripted, count: int) -> None:
    rows = [f"<Listing><SKU>MUG-{n}</SKU><Status>Active</Status></Listing>" for n in range(count)]

    def answer(request: httpx.Request) -> httpx.Response:
        page = "".join(rows[int(request.url.params["Start"]) :])
        return xml(f"<Response><Ack>Success</Ack><Listings>{page}</Listings></Response>")

    scripted.answer = answer
    assert [x.sku for x in scripted.connect().listings()] == [f"MUG-{n}" for n in range(count)]


def test_a_success_without_a_word_has_no_orders_but_does_not_say_that_listings_are_gone(
    scripted: Scripted,
) -> None:
    scripted.answer = lambda _: said({"Ack": "Success"})
    assert scripted.connect().orders("").orders == ()
    with pytest.raises(Unavailable, match="it has no Listings"):
        list(scripted.connect().listings())
    scripted.answer = lambda _: said({"Ack": "Success", "Order": []})
    with pytest.raises(Unavailable, match="it has no Orders"):
        scripted.connect().orders("")


def test_waits_by_itself_before_houzz_must_say_so(scripted: Scripted) -> None:
    scripted.answer = lambda _: said({"Ack": "Success", "Listing": {"SKU": "A", "Status": "New"}})
    channel = scripted.connect()
    for _ in range(5):
        channel.find(["A"])
    with pytest.raises(Throttled) as caught:
        channel.find(["A"])
    assert caught.value.retry_after_s == pytest.approx(0.8)  # four calls, at five a second
    assert len(scripted.sent) == 5


def test_a_look_that_was_interrupted_goes_on(scripted: Scripted) -> None:
    skus = [f"MUG-{n}" for n in range(8)]
    scripted.answer = lambda r: said(
        {"Ack": "Success", "Listing": {"SKU": r.url.params["SKU"], "Status": "Active"}}
    )
    channel = scripted.connect()
    with pytest.raises(Throttled):
        channel.find(skus)
    scripted.rest()
    assert [x.sku for x in channel.find(skus)] == skus
    assert len(scripted.sent) == 8


def test_a_vendor_that_always_gives_the_same_page_is_told_of(scripted: Scripted) -> None:
    rows = [{"SKU": f"MUG-{n}", "Status": "Active"} for n in range(100)]
    scripted.answer = lambda _: said({"Ack": "Success", "Listings": rows})
    channel = scripted.connect(calls_a_second=100)
    with pytest.raises(Unavailable, match="again and again"):
        for _ in range(50):
            scripted.rest()
            try:
                list(channel.listings())
            except Throttled:
                continue


def test_a_vendor_that_cuts_pages_shorter_is_read_to_the_end(scripted: Scripted) -> None:
    rows = [{"SKU": f"MUG-{n:02}", "Status": "Active"} for n in range(60)]

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["Start"])
        return said({"Ack": "Success", "Listings": rows[start : start + 25]})

    scripted.answer = answer
    found = [x.sku for x in scripted.connect().listings()]
    assert found == [row["SKU"] for row in rows]


def test_the_words_for_what_is_not_there() -> None:
    for words in ("Unknown SKU", "Order not found", "No such listing", "SKU A-1 does not exist"):
        assert errors.MISSING.search(words), words
    for words in ("Unknown method: getFoo", "Price not found in range", "Invalid value for SKU: x"):
        assert not errors.MISSING.search(words), words


@pytest.mark.parametrize("method", ["listings", "orders"])
def test_an_account_that_answers_401_stops_too(method: str) -> None:
    shop = StagedShop("houzz")
    shop.dialect.shop.set_setting("unauthorised status", 401)
    stranger = shop.stranger()
    with pytest.raises(Unauthorised, match="Authentication failed"):
        list(stranger.listings()) if method == "listings" else stranger.orders("")
    shop.close()
