"""What can be done to the options of a product: more of them, other names, another order, fewer.

A variant keeps its values by the place of the option; whatever moves an option moves them along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product as combinations
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import products as rules
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

Option = dict[str, Any]


def create(call: Call, args: Args) -> Payload:
    """`productOptionsCreate`: variants get the first value; with CREATE also all the others."""
    store, product = call.store, _product(call, args)
    had = [o for o in product.body["options"] if o["name"] != rules.DEFAULT_OPTION]
    _check_new(had, args["options"])
    new = rules.new_options(store, args["options"])
    first = [o["values"][0]["name"] for o in new]
    kept = len(had)
    product.body["options"] = [*had, *new]
    _revalue(store, product, lambda values: [*values[:kept], *first])
    if args.get("variantStrategy") == "CREATE":
        _fill(store, product, "options")
    return {"product": store.put(product)}


def _check_new(had: Sequence[Option], given: Sequence[Mapping[str, Any]]) -> None:
    if len(had) + len(given) > rules.MOST_OPTIONS:
        message = f"Can only specify a maximum of {rules.MOST_OPTIONS} options"
        raise refuse(message, "options", code="OPTIONS_OVER_LIMIT")
    known = {o["name"] for o in had}
    for index, option in enumerate(given):
        where, name = ("options", index), option.get("name")
        if not name:
            raise refuse("Option name must be specified.", *where, code="OPTION_NAME_MISSING")
        if name in known:
            raise refuse(f"Option '{name}' already exists.", *where, code="OPTION_ALREADY_EXISTS")
        if name in [o.get("name") for o in given[:index]]:
            raise refuse("Duplicated option name.", *where, code="DUPLICATED_OPTION_NAME")
        _check_name(name, *where, "name")
        if not option.get("values"):
            message = f"Option '{name}' must specify at least one option value."
            raise refuse(message, *where, code="OPTION_VALUES_MISSING")


def _check_name(name: str, *where: str | int) -> None:
    if " / " in name:
        message = "The name contains unsupported sequence ' / '"
        raise refuse(message, *where, code="INVALID_NAME")


def update(call: Call, args: Args) -> Payload:
    """`productOptionUpdate`: its name, place and values; MANAGE makes and deletes variants too."""
    store, product = call.store, _product(call, args)
    options, given = product.body["options"], args["option"]
    ids = [gids.gid("ProductOption", o["id"]) for o in options]
    if given["id"] not in ids:
        raise refuse("Option does not exist", "option", code="OPTION_DOES_NOT_EXIST")
    place = ids.index(given["id"])
    if given.get("name"):
        _check_name(given["name"], "option", "name")
        options[place]["name"] = given["name"]
    manages = args.get("variantStrategy") == "MANAGE"
    _rename(store, product, place, args.get("optionValuesToUpdate") or ())
    _drop_values(store, product, place, args.get("optionValuesToDelete") or (), manages)
    _add_values(store, options[place], args.get("optionValuesToAdd") or ())
    if manages and args.get("optionValuesToAdd"):
        _fill(store, product, "optionValuesToAdd")
    if given.get("position"):
        order = [n for n in range(len(options)) if n != place]
        order.insert(given["position"] - 1, place)
        _reorder(store, product, order)
    return {"product": store.put(product)}


def _rename(store: Store, product: Document, place: int, given: Sequence[Any]) -> None:
    values = product.body["options"][place]["values"]
    for index, one in enumerate(given):
        where = ("optionValuesToUpdate", index)
        value = _value(values, one["id"], *where)
        old, new = value["name"], one.get("name") or value["name"]
        if new != old and new in [v["name"] for v in values]:
            message = "Option value already exists."
            raise refuse(message, *where, code="OPTION_VALUE_ALREADY_EXISTS")
        value["name"] = new

        def renamed(had: list[str], old: str = old, new: str = new) -> list[str]:
            return [new if n == place and v == old else v for n, v in enumerate(had)]

        _revalue(store, product, renamed)


def _drop_values(
    store: Store, product: Document, place: int, ids: Sequence[str], manages: bool
) -> None:
    option = product.body["options"][place]
    for index, id in enumerate(ids):
        where = ("optionValuesToDelete", index)
        value = _value(option["values"], id, *where)
        using = [
            v for v in rules.variants_of(store, product) if v.body["values"][place] == value["name"]
        ]
        if using and not manages:
            message = "Cannot delete an option value that has variants."
            raise refuse(message, *where, code="OPTION_VALUE_HAS_VARIANTS")
        if len(option["values"]) == 1:
            message = "Cannot delete all option values in an option."
            raise refuse(message, *where, code="CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION")
        option["values"].remove(value)
        for variant in using:
            rules.delete_variant(store, variant)


def _add_values(store: Store, option: Option, given: Sequence[Any]) -> None:
    for index, one in enumerate(given):
        if one.get("name") in [v["name"] for v in option["values"]]:
            message = "Option value already exists."
            raise refuse(message, "optionValuesToAdd", index, code="OPTION_VALUE_ALREADY_EXISTS")
        option["values"].append({"id": store.number("option_value"), "name": one.get("name")})


def _value(values: Sequence[Option], id: str, *where: str | int) -> Option:
    for value in values:
        if gids.gid("ProductOptionValue", value["id"]) == id:
            return value
    raise refuse("Option value does not exist.", *where, code="OPTION_VALUE_DOES_NOT_EXIST")


def delete(call: Call, args: Args) -> Payload:
    """`productOptionsDelete`: of one value each, unless variants that become alike may go."""
    store, product = call.store, _product(call, args)
    options = product.body["options"]
    ids = [gids.gid("ProductOption", o["id"]) for o in options]
    for index, id in enumerate(args["options"]):
        if id not in ids:
            message = "Option does not exist"
            raise refuse(message, "options", index, code="OPTION_DOES_NOT_EXIST")
        if args.get("strategy") != "POSITION" and len(options[ids.index(id)]["values"]) > 1:
            message = "Cannot delete an option with multiple values."
            code = "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES"
            raise refuse(message, "options", index, code=code)
    kept = [n for n, id in enumerate(ids) if id not in args["options"]]
    _reorder(store, product, kept)
    if not kept:
        product.body["options"] = rules.default_options(store)
        _revalue(store, product, lambda values: [rules.DEFAULT_VALUE])
    seen: set[tuple[str, ...]] = set()
    for variant in rules.variants_of(store, product):
        if tuple(variant.body["values"]) in seen:
            rules.delete_variant(store, variant)
        seen.add(tuple(variant.body["values"]))
    return {"deletedOptionsIds": args["options"], "product": store.put(product)}


def reorder(call: Call, args: Args) -> Payload:
    """`productOptionsReorder`: options, their values, and with them the variants."""
    store, product = call.store, _product(call, args)
    options = product.body["options"]
    order = [_place(options, one, "Option", "OPTION") for one in args["options"]]
    if len(set(order)) < len(order):
        name = options[order[-1]]["name"]
        message = f"Duplicated option name '{name}'."
        raise refuse(message, "options", len(order) - 1, code="DUPLICATED_OPTION_NAME")
    if len(order) < len(options):
        raise refuse("Missing option name.", "options", code="MISSING_OPTION_NAME")
    for place, one in zip(order, args["options"], strict=True):
        values, given = options[place]["values"], one.get("values")
        wanted = [_place(values, v, "Option value", "OPTION_VALUE") for v in given or ()]
        rest = [n for n in range(len(values)) if n not in wanted]
        options[place]["values"] = [values[n] for n in [*wanted, *rest]]
    _reorder(store, product, order)
    _sort_variants(store, product)
    return {"product": store.put(product)}


def _place(rows: Sequence[Option], given: Mapping[str, Any], what: str, code: str) -> int:
    """Where a row stands that is named by its id or its name."""
    number = str(given.get("id") or "").rsplit("/", 1)[-1]
    for place, row in enumerate(rows):
        if number == str(row["id"]) or (not number and given.get("name") == row["name"]):
            return place
    if number:
        message, code = f"{what} id '{number}' does not exist.", f"{code}_ID_DOES_NOT_EXIST"
    else:
        code = f"{code}_NAME_DOES_NOT_EXIST".replace("VALUE_NAME", "VALUE")
        message = f"{what} name '{given.get('name')}' does not exist.".replace(
            "value name", "value"
        )
    raise refuse(message, "options", code=code)


# -- what hangs on it -----------------------------------------------------------------------------


def _reorder(store: Store, product: Document, order: Sequence[int]) -> None:
    options = product.body["options"]
    product.body["options"] = [options[n] for n in order]
    _revalue(store, product, lambda values: [values[n] for n in order])


def _revalue(store: Store, product: Document, change: Callable[[list[str]], list[str]]) -> None:
    for variant in rules.variants_of(store, product):
        values = change(variant.body["values"])
        store.put(variant, values=values, title=" / ".join(values))


def _fill(store: Store, product: Document, field: str) -> None:
    """Make the variants of all values that there are none of yet."""
    had = rules.variants_of(store, product)
    taken = {tuple(v.body["values"]) for v in had}
    names = [[v["name"] for v in option["values"]] for option in product.body["options"]]
    new = [values for values in combinations(*names) if values not in taken]
    if len(had) + len(new) > rules.MOST_VARIANTS:
        message = "The number of created variants would exceed the"
        message = f"{message} {rules.MOST_VARIANTS} variants per product limit"
        raise refuse(message, field, code="TOO_MANY_VARIANTS_CREATED")
    price = {"price": had[0].body["price"]} if had else {}
    for position, values in enumerate(new, len(had) + 1):
        rules.add_variant(store, product, list(values), price, position)
    _sort_variants(store, product)


def _sort_variants(store: Store, product: Document) -> None:
    """Variants stand in the order of their options' values."""
    names = [[v["name"] for v in option["values"]] for option in product.body["options"]]

    def place(variant: Document) -> list[int]:
        rows = zip(names, variant.body["values"], strict=True)
        return [known.index(value) for known, value in rows]

    found = sorted(rules.variants_of(store, product), key=place)
    for position, variant in enumerate(found, 1):
        if variant.body["position"] != position:
            store.put(variant, position=position)


def _product(call: Call, args: Args) -> Document:
    product = call.store.by_gid("product", args["productId"])
    if product is None:
        raise refuse("Product does not exist", "productId", code="PRODUCT_DOES_NOT_EXIST")
    return product


FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "productOptionsCreate": act(create),
        "productOptionUpdate": act(update),
        "productOptionsDelete": act(delete),
        "productOptionsReorder": act(reorder),
    },
}
