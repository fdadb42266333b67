"""Categories: a tree under one root, and the products linked to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento import products, search
from simulator.channels.magento.calls import Call, Route, maybe, param
from simulator.channels.magento.errors import Refusal, no_such
from simulator.channels.magento.kinds import words
from simulator.commerce.shop import Document

if TYPE_CHECKING:
    from simulator.channels.magento.dialect import Magento

ROOT, TOP = 1, 2
FIRST = words(  # custom attributes in the order of the set; "is_anchor" and what is reckoned follow
    "description image meta_title meta_keywords meta_description display_mode landing_page"
)
LAST = words(
    "available_sort_by default_sort_by filter_price_range custom_use_parent_settings"
    " custom_apply_to_products custom_design custom_design_from custom_design_to page_layout"
)
EMPTY = 'The "%s" attribute value is empty. Set the attribute and try again.'
CUSTOM = frozenset({*FIRST, "is_anchor", *LAST})


def set_up(dialect: Magento) -> None:
    """The root and the category that every shop begins with."""
    for id, parent, name in ((ROOT, 0, "Root Catalog"), (TOP, ROOT, "Default Category")):
        body = _body(name, "1" if id == ROOT else "1/2", id - 1, id - 1)
        dialect.shop.add(
            "category", body, id=dialect.shop.next_number("category"), parent_id=parent, quiet=True
        )
        assert dialect.shop.get("category", id) is not None


def _body(name: str, path: str, level: int, position: int) -> dict[str, Any]:
    return {
        "name": name,
        "is_active": True,
        "include_in_menu": True,
        "position": position,
        "level": level,
        "path": path,
        "url_key": "",
        "custom": {},
    }


def create(call: Call) -> dict[str, Any]:
    """A new category under its parent (the shop's top where none is named)."""
    given, dialect = call["category"], call.dialect
    if given.get("id"):
        return _change(call, _need(dialect, given["id"]), given)
    for label, value in (("Name", given.get("name")), ("Is Active", given.get("is_active"))):
        if value is None or not str(value).strip():
            raise _unsaved(EMPTY % label)
    parent = _need(dialect, given.get("parent_id") or TOP)
    siblings = list(dialect.shop.all("category", parent_id=parent.id))
    key = products.url_key(_address(given) or given["name"])
    if any(s.body["url_key"] == key for s in siblings):
        raise _unsaved(products.URL_TAKEN)
    id = dialect.shop.next_number("category")
    position = given.get("position") or max((s.body["position"] for s in siblings), default=0) + 1
    body = _body(given["name"], f"{parent.body['path']}/{id}", parent.body["level"] + 1, position)
    body |= {"is_active": given["is_active"], "url_key": key, "custom": _custom({}, given)}
    if given.get("include_in_menu") is not None:
        body["include_in_menu"] = given["include_in_menu"]
    body["url_path"] = _url_path(parent, key)
    return view(call, dialect.shop.add("category", body, id=id, parent_id=parent.id))


def _unsaved(reason: str) -> Refusal:
    return Refusal("Could not save category: %1", [reason])


def _url_path(parent: Document, key: str) -> str:
    above = parent.body.get("url_path") if parent.body["level"] > 1 else ""
    return f"{above}/{key}" if above else key


def update(call: Call) -> dict[str, Any]:
    """Change a category."""
    return _change(call, _need(call.dialect, call["id"]), call["category"])


def _change(call: Call, found: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "is_active", "include_in_menu", "position")
    found.body.update({k: given[k] for k in names if given.get(k) is not None})
    if given.get("name") == "":
        raise _unsaved(EMPTY % "Name")
    found.body["custom"] = _custom(found.body["custom"], given)
    if key := products.url_key(_address(given)):
        found.body["url_key"] = key
        parent = _need(call.dialect, found.parent_id or TOP)
        found.body["url_path"] = _url_path(parent, key)
    return view(call, call.dialect.shop.put(found))


def read(call: Call) -> dict[str, Any]:
    """One category."""
    return view(call, _need(call.dialect, call["categoryId"]))


def delete(call: Call) -> bool:
    """Take a category away, and all below it. Roots stay."""
    found = _need(call.dialect, call["categoryId"])
    if found.body["level"] < 2:
        message = "Cannot delete category with id %1"
        raise Refusal(message, [str(found.id)])
    gone = [found, *_below(call.dialect, found)]
    for one in gone:
        call.dialect.shop.drop("category", one.id)
    ids = {str(one.id) for one in gone}
    for product in call.dialect.shop.all("product"):
        kept = {k: v for k, v in product.body["categories"].items() if k not in ids}
        if kept != product.body["categories"]:
            product.body["categories"] = kept
            call.dialect.shop.put(product, touch=False)
    return True


def move(call: Call) -> bool:
    """Put a category under another parent, after one of its children."""
    dialect = call.dialect
    found = _need(dialect, call["categoryId"])
    parent = _need(dialect, call["parentId"])
    if f"/{found.id}/" in f"/{parent.body['path']}/":
        raise Refusal(
            "Operation do not allow to move a parent category to any of children category"
        )
    after = dialect.shop.get("category", call["afterId"] or 0)
    place = after.body["position"] + 1 if after and after.parent_id == parent.id else 1
    for sibling in dialect.shop.all("category", parent_id=parent.id):
        if sibling.id != found.id and sibling.body["position"] >= place:
            sibling.body["position"] += 1
            dialect.shop.put(sibling, touch=False)
    old = found.body["path"]
    below = _below(dialect, found)
    body = {**found.body, "position": place, "level": parent.body["level"] + 1}
    body["path"] = f"{parent.body['path']}/{found.id}"
    body.pop("url_path", None) if parent.body["level"] < 2 else None
    moved = Document(
        "category", found.id, parent.id, None, body, found.created_at, found.modified_at
    )
    dialect.shop.put(moved)
    for child in below:
        child.body["path"] = body["path"] + child.body["path"].removeprefix(old)
        child.body["level"] = child.body["path"].count("/")
        dialect.shop.put(child, touch=False)
    return True


def tree(call: Call) -> dict[str, Any]:
    """A category with what lies below it, as deep as asked."""
    root = call["rootCategoryId"] or TOP
    found = call.dialect.shop.get("category", root)
    if found is None:
        raise no_such("id", root)
    counts: dict[str, int] = {}
    for product in call.dialect.shop.all("product"):
        for id in product.body["categories"]:
            counts[id] = counts.get(id, 0) + 1
    return _branch(call.dialect, found, counts, call["depth"])


def _branch(
    dialect: Magento, found: Document, counts: Mapping[str, int], depth: int | None
) -> dict[str, Any]:
    below = [] if depth is not None and depth <= 0 else _children(dialect, found)
    deeper = None if depth is None else depth - 1
    return {
        "id": found.id,
        "parent_id": found.parent_id,
        "name": found.body["name"],
        "is_active": found.body["is_active"],
        "position": found.body["position"],
        "level": found.body["level"],
        "product_count": counts.get(str(found.id), 0),
        "children_data": [_branch(dialect, child, counts, deeper) for child in below],
    }


def list_all(call: Call) -> dict[str, Any]:
    """Categories by criteria."""
    return search.listing(call, ENTITY, view)


def view(call: Call, found: Document) -> dict[str, Any]:
    """A category as it is shown."""
    body = found.body
    below = _children(call.dialect, found)
    all_below = _below(call.dialect, found)
    custom = body["custom"]
    own = {
        **{code: custom[code] for code in FIRST if code in custom},
        "is_anchor": custom.get("is_anchor", "1"),
        "path": body["path"],
        "children_count": str(len(all_below)),
        **{code: custom[code] for code in LAST if code in custom},
    }
    if body["url_key"]:
        own["url_key"] = body["url_key"]
        if body.get("url_path"):
            own["url_path"] = body["url_path"]
    return {
        "id": found.id,
        "parent_id": found.parent_id,
        "name": body["name"],
        "is_active": body["is_active"],
        "position": body["position"],
        "level": body["level"],
        "children": ",".join(str(child.id) for child in below),
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
        "path": body["path"],
        "include_in_menu": body["include_in_menu"],
        "custom_attributes": [{"attribute_code": k, "value": v} for k, v in own.items()],
    }


# -- products of a category -----------------------------------------------------------------------


def list_links(call: Call) -> list[dict[str, Any]]:
    """The products linked to a category."""
    id = str(_need(call.dialect, call["categoryId"]).id)
    rows = [
        {"sku": p.body["sku"], "position": p.body["categories"][id], "category_id": id}
        for p in call.dialect.shop.all("product")
        if id in p.body["categories"]
    ]
    return sorted(rows, key=lambda row: row["position"])


def add_link(call: Call) -> bool:
    """Link a product to a category, which the link names, or give it another place there."""
    link = call["productLink"]
    named = link.get("category_id")
    if not str(named).isdecimal() or call.dialect.shop.get("category", int(named)) is None:
        raise no_such("id", named)
    category = _need(call.dialect, int(named))
    product = products.need(call.dialect, str(link.get("sku") or ""))
    product.body["categories"][str(category.id)] = link.get("position") or 0
    call.dialect.shop.put(product, touch=False)
    return True


def remove_link(call: Call) -> bool:
    """Unlink a product from a category."""
    category = _need(call.dialect, call["categoryId"])
    product = products.need(call.dialect, call["sku"])
    if product.body["categories"].pop(str(category.id), None) is None:
        raise Refusal("The category doesn't contain the specified product.")
    call.dialect.shop.put(product, touch=False)
    return True


def _need(dialect: Magento, id: int) -> Document:
    found = dialect.shop.get("category", id)
    if found is None:
        raise no_such("id", id)
    return found


def _children(dialect: Magento, found: Document) -> list[Document]:
    below = dialect.shop.all("category", parent_id=found.id)
    return sorted(below, key=lambda d: d.body["position"])


def _below(dialect: Magento, found: Document) -> list[Document]:
    below = []
    for child in _children(dialect, found):
        below += [child, *_below(dialect, child)]
    return below


def _custom(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Custom attributes after a save: unknown ones are passed over, "" takes one away."""
    sent = given.get("custom_attributes") or {}
    known = {k: v for k, v in sent.items() if k in CUSTOM and v is not None}
    return {k: v for k, v in {**old, **known}.items() if v != ""}


def _address(given: Mapping[str, Any]) -> str:
    return str((given.get("custom_attributes") or {}).get("url_key") or "")


ENTITY = search.Entity(
    kind="category",
    name="categories",
    row=lambda call, found: {
        **found.body,
        "entity_id": found.id,
        "parent_id": found.parent_id,
        "created_at": search.stamp(found.created_at),
        "updated_at": search.stamp(found.modified_at),
    },
    fields=frozenset(
        words(
            "entity_id parent_id name is_active include_in_menu position level path url_key url_path"
            " created_at updated_at children_count"
        )
    ),
    is_eav=True,
    parent_field="parent_id",
)
_RIGHT, _AT = "Magento_Catalog::categories", "/V1/categories"
_CATEGORY, _ID, _CATEGORY_ID = (
    param("category", "Category"),
    param("id", "int"),
    param("categoryId", "int"),
)
_LINK = param("productLink", "CategoryProductLink")
_API = "Magento\\Catalog\\Api"
_SAVE = f"{_API}\\CategoryRepositoryInterface::save"
_LINKS = f"{_API}\\CategoryLinkRepositoryInterface"
ROUTES = (
    Route("GET", _AT, tree, _RIGHT, (maybe("rootCategoryId", "int"), maybe("depth", "int"))),
    Route("POST", _AT, create, _RIGHT, (_CATEGORY,), _SAVE),
    Route("GET", f"{_AT}/list", list_all, _RIGHT, search.CRITERIA),
    Route("GET", f"{_AT}/:categoryId", read, _RIGHT, (_CATEGORY_ID,)),
    Route("PUT", f"{_AT}/:id", update, _RIGHT, (_ID, _CATEGORY), _SAVE),
    Route("DELETE", f"{_AT}/:categoryId", delete, _RIGHT, (_CATEGORY_ID,)),
    Route(
        "PUT",
        f"{_AT}/:categoryId/move",
        move,
        _RIGHT,
        (_CATEGORY_ID, param("parentId", "int"), maybe("afterId", "int")),
    ),
    Route("GET", f"{_AT}/:categoryId/products", list_links, _RIGHT, (_CATEGORY_ID,)),
    Route(
        "POST",
        f"{_AT}/:categoryId/products",
        add_link,
        _RIGHT,
        (_CATEGORY_ID, _LINK),
        f"{_LINKS}::save",
    ),
    Route(
        "PUT",
        f"{_AT}/:categoryId/products",
        add_link,
        _RIGHT,
        (_CATEGORY_ID, _LINK),
        f"{_LINKS}::save",
    ),
    Route(
        "DELETE",
        f"{_AT}/:categoryId/products/:sku",
        remove_link,
        _RIGHT,
        (_CATEGORY_ID, param("sku", "string")),
        f"{_LINKS}::deleteByIds",
    ),
)
