"""What WooCommerce does to prices, sales, stock and names."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from simulator.channels.woocommerce import properties, rules
from simulator.channels.woocommerce.errors import Fatal

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("20.50", "20.50", id="as sent"),
        pytest.param("20,50", "2050", id="a comma is dropped, not read"),
        pytest.param("1,234.50", "1234.50", id="groups are dropped"),
        pytest.param("1 234.50", "1234.50", id="spaces are dropped"),
        pytest.param("1.234.50", "1234.50", id="only the last point stays"),
        pytest.param("12.", "12", id="a point at the end goes"),
        pytest.param("1e3", "13", id="no exponents"),
        pytest.param("12.50 zł", "12.50", id="currency"),
        pytest.param("-3", "-3", id="negative is kept"),
        pytest.param("10.999", "10.999", id="not rounded"),
        pytest.param("abc", "", id="text is no price"),
        pytest.param(None, "", id="null"),
        pytest.param(20, "20", id="whole number, in a batch"),
        pytest.param(20.5, "20.5", id="number, in a batch"),
    ],
)
def test_cleans_prices_instead_of_refusing_them(sent: object, kept: str) -> None:
    assert rules.clean_price(sent) == kept


def test_a_shop_with_decimal_commas_reads_them() -> None:
    assert rules.clean_price("20,50", ",") == "20.50"


def test_a_list_for_a_price_breaks_the_shop() -> None:
    with pytest.raises(Fatal):
        rules.clean_price(["1"])


@pytest.mark.parametrize(
    ("regular", "sale", "kept"),
    [
        pytest.param("20", "15", "15", id="below"),
        pytest.param("20", "20.00", "", id="equal"),
        pytest.param("20", "25", "", id="above"),
        pytest.param("", "5", "", id="without a regular price"),
        pytest.param("10", "0", "0", id="free"),
    ],
)
def test_a_sale_price_must_lie_below_the_regular_one(regular: str, sale: str, kept: str) -> None:
    assert rules.kept_sale_price(regular, sale) == kept


START, END = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param((8, 59, 59), False, id="a second before"),
        pytest.param((9, 0, 0), True, id="first second"),
        pytest.param((10, 0, 0), True, id="last second"),
        pytest.param((10, 0, 1), False, id="a second after"),
    ],
)
def test_a_sale_lasts_from_its_first_to_its_last_second(
    at: tuple[int, int, int], counts: bool
) -> None:
    now = NOW.replace(hour=at[0], minute=at[1], second=at[2], microsecond=700_000)
    assert rules.is_on_sale("20", "15", START, END, now) is counts


@pytest.mark.parametrize(
    ("sent", "utc"),
    [
        pytest.param("2030-01-01T00:00:00", "2029-12-31T23:00:00", id="the shop's time, winter"),
        pytest.param("2030-07-01T00:00:00", "2030-06-30T22:00:00", id="the shop's time, summer"),
        pytest.param("2031-07-01T10:00:00Z", "2031-07-01T10:00:00", id="UTC by suffix"),
        pytest.param("2031-07-02T10:00:00+05:00", "2031-07-02T05:00:00", id="another zone"),
        pytest.param("2031-01-01", "2030-12-31T23:00:00", id="a date is its midnight"),
        pytest.param("2031-02-30T12:00:00", "2031-03-02T11:00:00", id="30 February rolls over"),
        pytest.param("tomorrow", "2026-03-02T23:00:00", id="English"),
        pytest.param("soon", "1969-12-31T23:00:00", id="other text is 1970"),
        pytest.param("", None, id="cleared"),
    ],
)
def test_reads_sale_dates(sent: str, utc: str | None) -> None:
    assert properties.stamp(rules.sale_moment(sent, WARSAW, NOW)) == utc


def test_reads_gmt_sale_dates_as_utc() -> None:
    moment = rules.sale_moment("2031-07-01T00:00:00", WARSAW, NOW, gmt=True)
    assert moment == datetime(2031, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quantity", "backorders", "threshold", "status"),
    [
        pytest.param(1, "no", 0, "instock", id="one left"),
        pytest.param(0, "no", 0, "outofstock", id="none left"),
        pytest.param(0, "notify", 0, "onbackorder", id="none left, to be ordered"),
        pytest.param(-4, "yes", 0, "onbackorder", id="oversold"),
        pytest.param(2, "no", 2, "outofstock", id="at the no-stock threshold"),
        pytest.param(3, "no", 2, "instock", id="above the threshold"),
    ],
)
def test_derives_stock_status(quantity: int, backorders: str, threshold: int, status: str) -> None:
    assert rules.stock_status(quantity, backorders, threshold) == status


@pytest.mark.parametrize(
    ("children", "status"),
    [
        pytest.param([], "outofstock", id="no children"),
        pytest.param(["outofstock", "instock"], "instock", id="one in stock"),
        pytest.param(["outofstock", "onbackorder"], "onbackorder", id="one on backorder"),
        pytest.param(["outofstock"], "outofstock", id="none"),
    ],
)
def test_a_variable_product_follows_its_best_variation(children: list[str], status: str) -> None:
    assert rules.family_status(children) == status


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("4", 4),
        ("2.7", 2),
        (2.7, 2),
        (-1.5, -1),
        ("many", 0),
        (None, 0),
        (" 12 pcs", 12),
        (True, 1),
    ],
    ids=str,
)
def test_takes_the_whole_number_that_a_value_begins_with(value: object, number: int) -> None:
    assert rules.whole(value) == number


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Big lamp", "big-lamp"),
        ("Żółta łódź", "zolta-lodz"),
        ("20.5 cm / oak", "20-5-cm-oak"),
        ("A &amp; B", "a-b"),
        ("  -- ", ""),
    ],
)
def test_makes_slugs(name: str, slug: str) -> None:
    assert rules.slug_of(name) == slug


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("Salt & pepper", "Salt &amp; pepper"), ("A &amp; B &#8211; C", "A &amp; B &#8211; C")],
)
def test_escapes_a_bare_ampersand(sent: str, stored: str) -> None:
    assert rules.escaped(sent) == stored


def test_stock_that_is_not_counted_has_no_quantity_and_no_backorders() -> None:
    props = properties.new_product()
    props.update(stock_quantity=5, backorders="yes", low_stock_amount=2, stock_status="outofstock")
    properties.settle(props, None, NOW, threshold=0)
    counted = {n: props[n] for n in ("stock_quantity", "backorders", "low_stock_amount")}
    assert counted == {"stock_quantity": None, "backorders": "no", "low_stock_amount": None}
    assert props["stock_status"] == "outofstock"


def test_the_price_waits_for_delayed_work_when_nothing_about_prices_changed() -> None:
    props = properties.new_product()
    props.update(regular_price="20", sale_price="15", date_on_sale_from="2026-03-02T09:00:00")
    properties.settle(props, None, NOW, threshold=0)
    before = dict(props)
    properties.settle(props, before, START, threshold=0)
    assert (properties.on_sale(props, START), props["price"]) == (True, "20")


def test_meta_data_of_the_same_key_is_replaced_and_null_deletes() -> None:
    rows = [{"id": 1, "key": "erp", "value": "A"}, {"id": 2, "key": "old", "value": "B"}]
    sent = [{"key": "erp", "value": "C"}, {"key": "old", "value": None}, {"key": "new", "value": 1}]
    assert properties.set_meta(rows, sent, lambda: 3) == [
        {"id": 1, "key": "erp", "value": "C"},
        {"id": 3, "key": "new", "value": "1"},
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("one\n\ntwo", "<p>one</p>\n<p>two</p>\n", id="blank lines part"),
        pytest.param("one<br>two\nthree", "<p>one<br />two<br />\nthree</p>\n", id="breaks"),
        pytest.param("<ul><li>x</li></ul>", "<ul>\n<li>x</li>\n</ul>\n", id="a list"),
        pytest.param("<h2>T</h2>text", "<h2>T</h2>\n<p>text</p>\n", id="text after a block"),
        pytest.param("<p>a\nb</p>", "<p>a<br />\nb</p>\n", id="breaks in a paragraph"),
        pytest.param(" ", "", id="nothing"),
    ],
)
def test_shows_texts_in_paragraphs(words: str, shown: str) -> None:
    assert rules.paragraphs(words) == shown


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        pytest.param("Zażółć gęślą / jaźń", "zazolc-gesla-jazn", id="accents go"),
        pytest.param("Lampe – groß.1", "lampe-gros-1", id="dashes and points part"),
        pytest.param("Half ½ ©", "half-%c2%bd", id="signs in percents, marks out"),
        pytest.param("Лампа", "%d0%bb%d0%b0%d0%bc%d0%bf%d0%b0", id="another script"),
    ],
)
def test_makes_addresses_of_names(name: str, slug: str) -> None:
    assert rules.slug_of(name) == slug
