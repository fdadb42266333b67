"""Terms: categories, tags, brands, shipping classes and the values of global attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import rules
from simulator.channels.woocommerce.errors import WooError
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce

SERIES = "term"
FIRST = 15
LONGEST = 200
DEFAULT = "default category"
NESTS = ("category", "brand")  # these have parents
VALUE = "attribute_value"  # documents of this kind have their attribute as parent


def set_up(dialect: WooCommerce) -> None:
    """Every shop has one category."""
    dialect.shop.next_number(SERIES, FIRST - 1)
    made = create(dialect, "category", {"name": "Uncategorized"})
    dialect.shop.set_setting(DEFAULT, made.id)


def default_category(dialect: WooCommerce) -> int:
    """The category of products that have none."""
    return int(dialect.shop.setting(DEFAULT, FIRST))


def create(
    dialect: WooCommerce, kind: str, fields: dict[str, Any], group: int | None = None
) -> Document:
    """A new term; WooError when its name is taken or its parent unknown. `group`: the attribute."""
    name, parent = label(fields.get("name")), rules.whole(fields.get("parent"))
    if len(name) > LONGEST:
        raise WooError("db_insert_error", "Could not insert term into the database.")
    if parent and dialect.shop.get(kind, parent) is None:
        raise WooError("missing_parent", "Parent term does not exist.")
    body = {
        "name": name,
        "parent": parent,
        "slug": _new_slug(dialect, kind, name, fields, group),
        "description": rules.inline(fields.get("description")),
        "display": fields.get("display") or "default",
        "menu_order": rules.whole(fields.get("menu_order")),
        "image": fields.get("image"),
    }
    return dialect.shop.add(kind, body, parent_id=group, series=SERIES)


def label(name: Any) -> str:
    """A term's name as it is stored: an ampersand becomes an entity."""
    return rules.escaped(rules.line(name))


def named(dialect: WooCommerce, kind: str, name: str, group: int | None = None) -> Document | None:
    """The term of that name, case ignored."""
    wanted = label(name).casefold()
    found = (d for d in _all(dialect, kind, group) if d.body["name"].casefold() == wanted)
    return next(found, None)


def _all(dialect: WooCommerce, kind: str, group: int | None) -> Iterable[Document]:
    return dialect.shop.all(kind, parent_id=group)


def _new_slug(
    dialect: WooCommerce, kind: str, name: str, fields: dict[str, Any], group: int | None
) -> str:
    others = {d.body["slug"]: d for d in _all(dialect, kind, group)}
    parent, asked = rules.whole(fields.get("parent")), rules.slug_of(rules.text(fields.get("slug")))
    for other in others.values():
        same = other.body["name"].casefold() == name.casefold()
        if same and other.body["parent"] == parent and (not asked or asked in others):
            where = "with this parent" if kind in NESTS else "in this taxonomy"
            raise WooError(
                "term_exists",
                f"A term with the name provided already exists {where}.",
                400,
                {"resource_id": other.id},
            )
    return free_slug(dialect, kind, asked or rules.slug_of(name), others, parent)


def free_slug(
    dialect: WooCommerce, kind: str, slug: str, others: Iterable[str], parent: int
) -> str:
    """The slug, else with the parents' slugs behind it, else with a number."""
    taken, wanted = set(others), slug
    while wanted in taken and parent:
        above = dialect.shop.get(kind, parent)
        if above is None:
            break
        wanted, parent = f"{wanted}-{above.body['slug']}", above.body["parent"]
    base, number = wanted, 2
    while wanted in taken:
        wanted, number = f"{base}-{number}", number + 1
    return wanted


def known_ids(
    dialect: WooCommerce, kind: str, sent: Iterable[Any], *, make: bool = False
) -> list[int]:
    """The ids of the terms meant by [{id | name}]; unknown ones are dropped.

    With `make`, names count too, and an unknown name makes a term.
    """
    ids = []
    for row in sent:
        fields = row if isinstance(row, dict) else {"id": row}
        id = rules.whole(fields.get("id"))
        if id and dialect.shop.get(kind, id) is not None:
            ids.append(id)
        elif make and not id and (name := rules.line(fields.get("name"))):
            ids.append((named(dialect, kind, name) or create(dialect, kind, {"name": name})).id)
    return list(dict.fromkeys(ids))


def rows(dialect: WooCommerce, kind: str, ids: Iterable[int]) -> list[dict[str, Any]]:
    """[{id, name, slug}] of terms, by name."""
    found = (dialect.shop.get(kind, id) for id in ids)
    shown = [{"id": d.id, "name": d.body["name"], "slug": d.body["slug"]} for d in found if d]
    return sorted(shown, key=lambda row: str(row["name"]).casefold())


def with_descendants(dialect: WooCommerce, kind: str, ids: set[int]) -> set[int]:
    """Terms and all that lie below them."""
    found, grown = set(ids), True
    nested = [(d.id, d.body["parent"]) for d in dialect.shop.all(kind) if d.body["parent"]]
    while grown:
        below = {id for id, parent in nested if parent in found} - found
        found, grown = found | below, bool(below)
    return found


def id_of_slug(dialect: WooCommerce, kind: str, slug: str) -> int:
    """The id of a term by its slug; 0 when there is none."""
    wanted = rules.slug_of(slug)
    found = (d.id for d in dialect.shop.all(kind) if d.body["slug"] == wanted)
    return next(found, 0)


def slug_of_id(dialect: WooCommerce, id: int) -> str:
    """The slug of a shipping class; "" when there is none."""
    document = dialect.shop.get("shipping_class", id) if id else None
    return "" if document is None else document.body["slug"]
