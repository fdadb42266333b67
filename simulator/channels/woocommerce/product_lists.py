"""Which products and variations a list shows, and in what order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from simulator.channels.woocommerce import attributes, lists, properties, rules, terms
from simulator.channels.woocommerce.calls import Call
from simulator.channels.woocommerce.lookup import Entry, entry
from simulator.channels.woocommerce.properties import Props
from simulator.commerce.shop import Document

Test = Callable[[Entry], bool]


def page(
    call: Call, kinds: Iterable[str], *, parent: int | None = None
) -> tuple[list[Document], int]:
    """The documents on the call's page of a list, and how many the whole list has."""
    source = Source(call, kinds, parent)
    found = _passing(call, list(source.candidates()), source)
    _sort(call, found, source)
    offset, length = lists.window(call)
    shown = [source.document(e) for e in found[offset : offset + length]]
    is_beyond = not shown and call.params.get("offset") is not None  # then nothing is counted
    return [d for d in shown if d is not None], 0 if is_beyond else len(found)


class Source:
    """The shop's products and variations as the reader sees them (which may lag behind)."""

    def __init__(self, call: Call, kinds: Iterable[str], parent: int | None) -> None:
        self.call, self.kinds, self.parent = call, tuple(kinds), parent
        self.shelf, self.skus = call.dialect.shelf, _skus(call)
        self.words = _words(str(call.params.get("search") or ""))
        self.families: dict[str, set[int]] = {}  # terms asked for, with those below them
        self._seen: dict[int, Document] | None = None
        if call.shop.lag:
            found = (d for kind in self.kinds for d in call.shop.seen(kind))
            self._seen = {d.id: d for d in found}

    def candidates(self) -> Iterable[Entry]:
        """Entries of the kinds wanted; by sku through its index."""
        if self._seen is not None:
            return [entry(d) for d in self._seen.values() if self._wanted(entry(d))]
        if self.skus:
            lookup = self.shelf.lookup
            found = (lookup.get(id) for sku in self.skus for id in lookup.with_sku(sku))
            return [e for e in found if e is not None and self._wanted(e)]
        return [e for e in self.shelf.lookup.entries().values() if self._wanted(e)]

    def document(self, found: Entry) -> Document | None:
        """An entry's document."""
        if self._seen is not None:
            return self._seen.get(found.id)
        return self.call.shop.get(found.kind, found.id)

    def props(self, found: Entry) -> Props:
        """An entry's properties."""
        document = self.document(found)
        return {} if document is None else document.body

    def _wanted(self, found: Entry) -> bool:
        return found.kind in self.kinds and (self.parent is None or found.parent == self.parent)


def _skus(call: Call) -> set[str]:
    """The skus asked for: the pieces between commas, with spaces after them, and the whole text."""
    sent = rules.text(call.params.get("sku")).strip().lower()
    return set() if sent in ("", "0") else {sent, *sent.split(",")}


def kinds_of_products(call: Call) -> tuple[str, ...]:
    """A product list holds variations only where it is asked for skus."""
    by_part = any(call.params.get(n) for n in ("search_sku", "search_name_or_sku"))
    return ("product", "variation") if by_part or _skus(call) else ("product",)


def _passing(call: Call, found: list[Entry], source: Source) -> list[Entry]:
    """The entries that pass the call's filters, the quick ones first."""
    for keeps in (*_quick_tests(call, source), *_time_tests(call)):
        found = [e for e in found if keeps(e)]
    for name, test in TESTS.items():
        if call.params.get(name) not in (None, "", []):
            found = [e for e in found if test(call, e, source)]
    return found


def _quick_tests(call: Call, source: Source) -> Iterator[Test]:
    params = call.params
    if source.skus:
        yield lambda e: e.sku in source.skus
    if included := set(params.get("include") or ()):
        yield lambda e: e.id in included
    if excluded := set(params.get("exclude") or ()):
        yield lambda e: e.id not in excluded
    unwanted, wanted = set(params.get("exclude_status") or ()), params.get("include_status")
    if unwanted:
        yield lambda e: e.status not in unwanted
    words = set(wanted) if wanted else {params.get("status") or "any"}
    if "any" in words:
        yield lambda e: e.status not in ("trash", "auto-draft")
    else:
        yield lambda e: e.status in words


def _time_tests(call: Call) -> Iterator[Test]:
    zone: tzinfo = UTC if call.params.get("dates_are_gmt") else call.dialect.zone
    for name, test in _TIMES.items():
        if call.params.get(name):
            edge = properties.stamp(lists.moment(call.params[name], zone)) or ""
            yield partial(test, edge)


_TIMES: dict[str, Callable[[str, Entry], bool]] = {  # exclusive to the second
    "after": lambda edge, e: e.created > edge,
    "before": lambda edge, e: e.created < edge,
    "modified_after": lambda edge, e: e.modified > edge,
    "modified_before": lambda edge, e: e.modified < edge,
}


def _search(call: Call, found: Entry, source: Source) -> bool:
    document = source.document(found)
    if document is None:
        return False
    name = source.shelf.title(document) if found.kind == "variation" else found.name
    texts = (name, document.body.get("description"), document.body.get("short_description"))
    whole = [rules.folded(str(t or "")) for t in texts]
    return all(
        any(word.removeprefix("-") in t for t in whole) != (len(word) > 1 and word[0] == "-")
        for word in source.words
    )


def _words(sentence: str) -> list[str]:
    """What a sentence looks for: its words and quoted phrases, without common words and letters
    alone; the sentence itself when nothing else is left or too much."""
    plain = rules.folded(sentence)
    found = [w.strip('" ') for w in re.findall(r'".*?(?:"|$)|[^\s",+]+', plain)]
    wanted = [w for w in found if w and w not in _COMMON and not re.fullmatch("[a-z]", w)]
    return wanted if 0 < len(wanted) <= 9 else [plain]


_COMMON = str.split(
    "about an are as at be by com for from how in is it of on or that the this to was what when"
    " where who will with www"
)


def _search_sku(call: Call, found: Entry, source: Source) -> bool:
    return str(call.params["search_sku"]).strip().lower() in found.sku and found.sku != ""


def _search_both(call: Call, found: Entry, source: Source) -> bool:
    word = str(call.params["search_name_or_sku"]).strip().casefold()
    name = found.name
    if found.kind == "variation" and (document := source.document(found)) is not None:
        name = source.shelf.title(document)
    return word in name.casefold() or word in found.sku


def _type(name: str) -> Callable[[Call, Entry, Source], bool]:
    return lambda call, found, source: (found.type in call.params[name]) != name.startswith("ex")


def _term(name: str) -> Callable[[Call, Entry, Source], bool]:
    def test(call: Call, found: Entry, source: Source) -> bool:
        if name not in source.families:
            ids = {rules.whole(i) for i in str(call.params[name]).split(",")}
            source.families[name] = terms.with_descendants(call.dialect, name, ids)
        return bool(found.terms & source.families[name])

    return test


def _flag(name: str) -> Callable[[Call, Entry, Source], bool]:
    return lambda call, found, source: bool(source.props(found).get(name)) == call.flag(name)


def _on_sale(call: Call, found: Entry, source: Source) -> bool:
    """As of the last save or delayed work: the list does not look at the clock."""
    name = "children_on_sale" if found.type == "variable" else "listed_on_sale"
    is_on_sale = bool(source.props(found).get(name)) and found.status == "publish"
    return is_on_sale == call.flag("on_sale")


def _stock(call: Call, found: Entry, source: Source) -> bool:
    return bool(source.props(found).get("stock_status") == call.params["stock_status"])


def _tax_class(call: Call, found: Entry, source: Source) -> bool:
    wanted = str(call.params["tax_class"])
    return bool(source.props(found).get("tax_class") == ("" if wanted == "standard" else wanted))


def _shipping(call: Call, found: Entry, source: Source) -> bool:
    wanted = {rules.whole(i) for i in str(call.params["shipping_class"]).split(",")}
    return source.props(found).get("shipping_class_id") in wanted


def _attribute(call: Call, found: Entry, source: Source) -> bool:
    keys = attributes.keys(call.dialect, source.props(found).get("attributes") or ())
    slug = str(call.params["attribute"])
    if not any(d.body["slug"] == slug for d in call.shop.all("attribute")):
        return True  # the shop has no such attribute: no filter
    attribute = keys.get(slug) if found.kind == "product" else None
    wanted = {rules.whole(i) for i in str(call.params.get("attribute_term") or "").split(",")}
    return attribute is not None and (wanted == {0} or bool(wanted & set(attribute["options"])))


def _gtin(call: Call, found: Entry, source: Source) -> bool:
    return found.gtin in str(call.params["global_unique_id"]).split(",")


def _has_price(call: Call, found: Entry, source: Source) -> bool:
    return (found.price != "") == call.flag("has_price")


def _min_price(call: Call, found: Entry, source: Source) -> bool:
    least = rules.number(rules.clean_price(call.params["min_price"]))
    return not least or (found.price != "" and rules.number(found.price) >= least)


def _max_price(call: Call, found: Entry, source: Source) -> bool:
    most = rules.number(rules.clean_price(call.params["max_price"]))
    return not most or (found.price != "" and rules.number(found.price) <= most)


def _parent_of(found: Entry, source: Source) -> int:
    return found.parent or int(source.props(found).get("parent_id") or 0)


TESTS: dict[str, Callable[[Call, Entry, Source], bool]] = {
    "slug": lambda call, found, source: found.slug == call.params["slug"],
    "search": _search,
    "search_sku": _search_sku,
    "global_unique_id": _gtin,
    "has_price": _has_price,
    "search_name_or_sku": _search_both,
    "type": lambda call, found, source: found.type in (call.params["type"], "variation"),
    "include_types": _type("include_types"),
    "exclude_types": _type("exclude_types"),
    "parent": lambda call, found, source: _parent_of(found, source) in call.params["parent"],
    "parent_exclude": lambda call, found, source: (
        _parent_of(found, source) not in call.params["parent_exclude"]
    ),
    "category": _term("category"),
    "tag": _term("tag"),
    "brand": _term("brand"),
    "shipping_class": _shipping,
    "attribute": _attribute,
    "tax_class": _tax_class,
    "featured": _flag("featured"),
    "virtual": _flag("virtual"),
    "downloadable": _flag("downloadable"),
    "on_sale": _on_sale,
    "stock_status": _stock,
    "min_price": _min_price,
    "max_price": _max_price,
}


def _sort(call: Call, found: list[Entry], source: Source) -> None:
    by, down = call.params.get("orderby") or "date", call.params.get("order") != "asc"
    if by in ("include", "post__in"):
        order = {id: n for n, id in enumerate(call.params.get("include") or ())}
        found.sort(key=lambda e: order.get(e.id, len(order) + e.id))
    elif by == "random":
        call.dialect.world.chance.stream("woocommerce random lists").shuffle(found)
    elif by in ("popularity", "sales", "rating"):
        sold = {e.id: int(source.props(e).get("total_sales") or 0) for e in found}
        found.sort(key=lambda e: (sold[e.id], e.id), reverse=by != "sales" or down)
    elif by == "menu_order":
        place = {e.id: int(source.props(e).get("menu_order") or 0) for e in found}
        found.sort(key=lambda e: (place[e.id], e.name.casefold()), reverse=down)
    else:
        found.sort(key=_KEYS[by], reverse=down)


_KEYS: dict[str, Callable[[Entry], Any]] = {
    "date": lambda e: (e.created, e.id),
    "modified": lambda e: (e.modified, e.id),
    "id": lambda e: e.id,
    "title": lambda e: (e.name.casefold(), e.id),
    "slug": lambda e: (e.slug, e.id),
    "price": lambda e: (rules.number(e.price), e.id),
}
