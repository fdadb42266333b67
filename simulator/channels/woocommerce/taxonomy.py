"""Routes of categories, tags, brands, shipping classes and the values of global attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.channels.woocommerce import batch, images, lists, rules, terms
from simulator.channels.woocommerce.calls import (
    ALL_METHODS,
    CREATE,
    DELETE,
    GET,
    UPDATE,
    Allow,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError, bare, no_trash
from simulator.channels.woocommerce.lists import CONTEXT, FORCE, IDS, PAGES, ordered
from simulator.commerce.shop import Document

TEXT: Schema = {"type": "string"}
INT: Schema = {"type": "integer"}
DISPLAYS = ["default", "products", "subcategories", "both"]
FIELDS: dict[str, Schema] = {"name": TEXT, "slug": TEXT, "description": TEXT}
NESTED: dict[str, Schema] = {
    "parent": INT,
    "display": {"type": "string", "enum": DISPLAYS},
    "image": {"type": "object", "properties": {"id": INT, "src": TEXT, "name": TEXT, "alt": TEXT}},
    "menu_order": INT,
}
_ORDERBY = ("id", "include", "name", "slug", "term_group", "description", "count")
LOOKUPS: dict[str, Schema] = {
    **PAGES,
    **ordered(_ORDERBY, by="name", order="asc"),
    "search": TEXT,
    "exclude": IDS,
    "include": IDS,
    "hide_empty": {"type": "boolean", "default": False},
    "product": INT,
    "slug": TEXT,
}


@dataclass(frozen=True)
class Taxonomy:
    """One sort of terms: its document kind, its address and the fields it shows."""

    kind: str
    path: str
    fields: tuple[str, ...]
    args: Mapping[str, Schema]

    def base(self, call: Call) -> str:
        """The collection's address."""
        return self.path.replace(r"(?P<attribute_id>[\d]+)", str(self.group(call) or ""))

    def group(self, call: Call) -> int | None:
        """The global attribute whose values these are; None for the others."""
        return call.number("attribute_id") if self.kind == terms.VALUE else None

    def check_group(self, call: Call) -> None:
        """Refuse an unknown attribute."""
        group = self.group(call)
        if group is not None and call.shop.get("attribute", group) is None:
            raise WooError("woocommerce_rest_taxonomy_invalid", "Taxonomy does not exist.", 404)

    def find(self, call: Call) -> Document:
        """The term of the call's id; WooError 404."""
        self.check_group(call)
        found = call.shop.get(self.kind, call.number())
        if found is None or found.parent_id != self.group(call):
            raise WooError("woocommerce_rest_term_invalid", "Resource does not exist.", 404)
        return found

    def shown(self, call: Call, document: Document, *, is_gone: bool = False) -> Reply:
        """A term with its links; one that is gone has no methods any more."""
        values = {**document.body, "image": self._image(call, document)}
        body = {
            "id": document.id,
            **{n: values[n] for n in self.fields},
            "count": call.dialect.shelf.lookup.count(document.id),
        }
        base, up = self.base(call), {}
        if "parent" in self.fields and document.body["parent"]:
            up = {"up": [{"href": call.link(f"{base}/{document.body['parent']}")}]}
        return Reply(
            body,
            links=item_links(
                call, f"{base}/{document.id}", base, methods=() if is_gone else ALL_METHODS, **up
            ),
        )

    def _image(self, call: Call, document: Document) -> Any:
        return images.one(call.dialect, document.body.get("image") or 0)


def _allow(taxonomy: Taxonomy, action: str) -> Allow:
    def allow(call: Call) -> None:
        if "id" in call.params and action != "list":
            taxonomy.find(call)
        taxonomy.check_group(call)
        call.refuse(action)

    return allow


def _list(taxonomy: Taxonomy, call: Call) -> Reply:
    found = list(call.shop.all(taxonomy.kind, parent_id=taxonomy.group(call)))
    params = call.params
    if params.get("include"):
        found = [d for d in found if d.id in params["include"]]
    found = [d for d in found if d.id not in (params.get("exclude") or ())]
    if params.get("search"):
        word = str(params["search"]).casefold()
        found = [d for d in found if word in d.body["name"].casefold() or word in d.body["slug"]]
    if params.get("slug"):
        found = [d for d in found if d.body["slug"] == params["slug"]]
    if params.get("parent") is not None:
        found = [d for d in found if d.body["parent"] == params["parent"]]
    count = call.dialect.shelf.lookup.count
    if params.get("hide_empty"):
        found = [d for d in found if count(d.id)]
    if params.get("product"):
        product = call.dialect.shelf.product(params["product"])
        ids = product.body.get(f"{taxonomy.kind}_ids", ()) if product else ()
        found = [d for d in found if d.id in ids]
    _sort(call, found)
    offset, length = lists.window(call)
    rows = [taxonomy.shown(call, d).whole() for d in found[offset : offset + length]]
    return lists.answer(call, taxonomy.base(call), rows, len(found))


def _sort(call: Call, found: list[Document]) -> None:
    by = call.params.get("orderby") or "name"
    count = call.dialect.shelf.lookup.count

    def key(document: Document) -> Any:
        if by == "id" or by == "term_group":
            return document.id
        if by == "count":
            return count(document.id)
        if by == "include":
            return list(call.params.get("include") or ()).index(document.id)
        return str(document.body["slug" if by == "slug" else by]).casefold()

    if by != "include" or call.params.get("include"):
        found.sort(key=key, reverse=call.params.get("order") == "desc")


def _create(taxonomy: Taxonomy, call: Call) -> Reply:
    if not rules.line(call.params.get("name")):
        raise WooError("empty_term_name", "A name is required for this term.")
    taxonomy.check_group(call)
    fields = {k: call.params.get(k) for k in (*FIELDS, *NESTED) if k in (*taxonomy.fields, "slug")}
    if isinstance(image := fields.get("image"), dict):
        fields["image"] = _picture(call, image)
    made = terms.create(call.dialect, taxonomy.kind, fields, taxonomy.group(call))
    shown = taxonomy.shown(call, made)
    location = call.link(f"{taxonomy.base(call)}/{made.id}")
    return replace(shown, status=201, headers={"Location": location})


def _picture(call: Call, sent: dict[str, Any]) -> int:
    if id := rules.whole(sent.get("id")):  # an unknown one is dropped without a word
        return 0 if call.shop.get(images.KIND, id) is None else id
    if not sent.get("src"):
        return 0
    return images.attach(call, sent, "woocommerce_rest_invalid_remote_image_url").id


def _update(taxonomy: Taxonomy, call: Call) -> Reply:
    document = taxonomy.find(call)
    body = dict(document.body)
    sent = {k: v for k, v in call.params.items() if v is not None and k in taxonomy.fields}
    if sent.get("parent") and call.shop.get(taxonomy.kind, sent["parent"]) is None:
        raise bare("missing_parent", "Parent term does not exist.", 500)
    if sent.get("parent") == document.id:
        sent["parent"] = 0
    if sent.get("name"):
        body["name"] = terms.label(sent["name"])
    if sent.get("slug"):
        others = (
            d.body["slug"]
            for d in call.shop.all(taxonomy.kind, parent_id=taxonomy.group(call))
            if d.id != document.id
        )
        slug = rules.slug_of(rules.text(sent["slug"]))
        if slug in set(others):
            raise WooError(
                "duplicate_term_slug",
                f"The slug &#8220;{slug}&#8221; is already in use by another term.",
            )
        body["slug"] = slug
    body.update({k: sent[k] for k in ("parent", "display", "menu_order") if k in sent})
    if "description" in sent:
        body["description"] = rules.inline(sent["description"])
    if "image" in call.params and "image" in taxonomy.fields:
        body["image"] = _picture(call, call.params["image"] or {})
    saved = call.shop.put(replace(document, body=body))
    return taxonomy.shown(call, saved)


def _delete(taxonomy: Taxonomy, call: Call) -> Reply:
    document = taxonomy.find(call)
    if not call.flag("force"):
        raise no_trash()
    if taxonomy.kind == "category" and document.id == terms.default_category(call.dialect):
        message = "Default product category cannot be deleted."
        raise WooError("woocommerce_rest_cannot_delete", message, 500)
    shown = taxonomy.shown(call, document, is_gone=True)
    call.shop.drop(taxonomy.kind, document.id)
    for child in call.shop.all(taxonomy.kind):
        if child.body["parent"] == document.id:
            body = {**child.body, "parent": document.body["parent"]}
            call.shop.put(replace(child, body=body), quiet=True)
    call.dialect.shelf.without_term(taxonomy.kind, document.id)
    return shown


def routes_of(taxonomy: Taxonomy) -> tuple[Route, ...]:
    """The routes of one taxonomy: collection, item, batch."""

    def bound(act: Any) -> Any:
        return lambda call: act(taxonomy, call)

    args = {n: s for n, s in {**FIELDS, **taxonomy.args}.items() if n in (*taxonomy.fields, "slug")}
    lookups = {**LOOKUPS, "parent": INT} if "parent" in taxonomy.fields else LOOKUPS
    schema = {
        "title": taxonomy.kind,
        "properties": {"id": INT, **args, "count": {**INT, "readonly": True}},
    }
    required = {**args, "name": {**TEXT, "required": True}}

    def many(call: Call) -> Reply:
        group = {"attribute_id": str(g)} if (g := taxonomy.group(call)) is not None else {}
        return batch.run(call, bound(_create), bound(_update), bound(_delete), **group)

    one = (
        Endpoint(GET, _allow(taxonomy, "view"), lambda c: taxonomy.shown(c, taxonomy.find(c)),
                 {"id": INT, "context": CONTEXT}),
        Endpoint(UPDATE, _allow(taxonomy, "edit"), bound(_update), {"id": INT, **args}),
        Endpoint(DELETE, _allow(taxonomy, "delete"), bound(_delete), {"id": INT, **FORCE}),
    )  # fmt: skip
    collection = (
        Endpoint(GET, _allow(taxonomy, "list"), bound(_list), lookups),
        Endpoint(CREATE, _allow(taxonomy, "create"), bound(_create), required),
    )
    return (
        Route(taxonomy.path, collection, schema),
        Route(taxonomy.path + r"/(?P<id>[\d]+)", one, schema),
        Route(taxonomy.path + "/batch", (Endpoint(UPDATE, _allow(taxonomy, "batch"), many),)),
    )


_NESTED_FIELDS = ("name", "slug", "parent", "description", "display", "image", "menu_order")
_FLAT_FIELDS = ("name", "slug", "description")
_VALUE_FIELDS = (*_FLAT_FIELDS, "menu_order")
TAXONOMIES = (
    Taxonomy("category", "/products/categories", _NESTED_FIELDS, NESTED),
    Taxonomy("brand", "/products/brands", _NESTED_FIELDS, NESTED),
    Taxonomy("tag", "/products/tags", _FLAT_FIELDS, {}),
    Taxonomy("shipping_class", "/products/shipping_classes", _FLAT_FIELDS, {}),
    Taxonomy(
        terms.VALUE,
        r"/products/attributes/(?P<attribute_id>[\d]+)/terms",
        _VALUE_FIELDS,
        {"menu_order": INT},
    ),
)
ROUTES = tuple(route for taxonomy in TAXONOMIES for route in routes_of(taxonomy))
