"""What can be done to products: create, update, set, delete, variants in bulk, publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import Refused, bad_request, refuse
from simulator.channels.shopify.resolvers.nodes import context
from simulator.channels.shopify.resolvers.products import identified
from simulator.channels.shopify.rules import media, stock
from simulator.channels.shopify.rules import products as rules
from simulator.channels.shopify.store import Store
from simulator.commerce.shop import Document

MOST_QUANTITIES = 50_000
Given = Mapping[str, Any]


def product_create(call: Call, args: Args) -> Payload:
    """`productCreate`: a product with one variant, unpublished."""
    store, given = call.store, _one_of(args, "productCreate")
    if given.get("id"):
        raise refuse("id cannot be specified during creation", "input")
    errors = media.faults(args.get("media") or ())
    if errors:
        raise Refused(*errors)
    declared = given.get("productOptions")
    options = rules.new_options(store, declared) if declared else rules.default_options(store)
    product = rules.new_product(store, given, options)
    media.add(store, product, args.get("media") or ())
    first = [option["values"][0]["name"] for option in options]
    rules.add_variant(store, product, first, {}, 1)
    return {"product": store.put(product)}


def product_update(call: Call, args: Args) -> Payload:
    """`productUpdate`: fields that are left out stay; a picture that is none stops nothing."""
    given = _one_of(args, "productUpdate")
    identifier = args.get("identifier") or {"id": given.get("id")}
    product = identified(call, identifier)
    if product is None:
        raise refuse("Product does not exist", "id")
    pictures = args.get("media") or ()
    media.add(call.store, product, pictures)
    changed = rules.change_product(call.store, product, given)
    return {"product": changed, "userErrors": media.faults(pictures)}


def _one_of(args: Args, name: str) -> Given:
    """What is said of the product: under its name of today, or under the older one."""
    given: list[Given] = [args[n] for n in ("input", "product") if args.get(n) is not None]
    if len(given) != 1:
        message = f"{name} must include exactly one of the following arguments: input, product."
        raise bad_request(message, "INVALID_FIELD_ARGUMENTS")
    return given[0]


def product_delete(call: Call, args: Args) -> Payload:
    """`productDelete`."""
    product = call.store.by_gid("product", args["input"]["id"])
    if product is None:
        raise refuse("Product does not exist", "id")
    rules.delete_product(call.store, product)
    if args.get("synchronous") is False:
        done = call.store.add(
            "product_delete_operation",
            {"status": "COMPLETE", "deletedProductId": args["input"]["id"]},
            quiet=True,
        )
        return {"deletedProductId": args["input"]["id"], "productDeleteOperation": done}
    return {"deletedProductId": args["input"]["id"]}


# -- productSet -----------------------------------------------------------------------------------


def product_set(call: Call, args: Args) -> Payload:
    """`productSet`: lists are declarative, entries left out are deleted.

    Asynchronous calls are done by the time their operation is asked for; refusals are kept there.
    """
    if args.get("synchronous", True) is not False:
        return {"product": _set(call, args)}
    operation = call.store.add("product_set_operation", {"status": "CREATED"}, quiet=True)
    try:
        product = _set(call, args)
        outcome: dict[str, Any] = {"product": product.id, "userErrors": []}
    except Refused as refused:
        outcome = {"product": None, "userErrors": refused.errors}
    kept = call.store.put(operation, status="COMPLETE", **outcome)
    shown = {"__typename": "ProductSetOperation", "id": kept.id, "status": "CREATED"}
    return {"productSetOperation": {**shown, "product": None, "userErrors": []}}


def _set(call: Call, args: Args) -> Document:
    store, given = call.store, args["input"]
    options, variants = given.get("productOptions"), given.get("variants")
    _check_set(given)
    product = _target(call, args)
    if product is None:
        declared = rules.new_options(store, options) if options else rules.default_options(store)
        product = rules.new_product(store, given, declared)
        if variants is None:
            first = [option["values"][0]["name"] for option in declared]
            rules.add_variant(store, product, first, {}, 1)
    else:
        if options is not None:
            declared = rules.new_options(store, options, product.body["options"])
            product.body["options"] = declared
        product = rules.change_product(store, product, given)
    if given.get("files") is not None:
        _set_files(store, product, given["files"])
    if variants is not None:
        _set_variants(store, product, variants)
    return store.put(store.need("product", product.id))


def _check_set(given: Given) -> None:
    options, variants = given.get("productOptions"), given.get("variants")
    if variants is not None and options is None:
        message = "Must specify product options when updating variants."
        raise refuse(message, "input", "productOptions", code="PRODUCT_OPTIONS_INPUT_MISSING")
    if options is not None and not variants:
        message = "Must specify variants when updating options."
        raise refuse(message, "input", "variants", code="VARIANTS_INPUT_MISSING")
    if len(variants or ()) > rules.MOST_VARIANTS:
        message = "Number of product variants exceeds shop limit."
        raise refuse(message, "input", "variants", code="VARIANTS_OVER_LIMIT")
    if sum(len(v.get("inventoryQuantities") or ()) for v in variants or ()) > MOST_QUANTITIES:
        message = "Inventory quantity input exceeds the limit of 50000."
        raise refuse(message, "input", "variants", code="INVENTORY_QUANTITIES_LIMIT_EXCEEDED")


def _target(call: Call, args: Args) -> Document | None:
    """The product that is meant; None when it is to be made."""
    identifier = {k: v for k, v in (args.get("identifier") or {}).items() if v is not None}
    given = args["input"]
    if identifier and given.get("id"):
        message = "The id field is not allowed if identifier is provided."
        raise refuse(message, "input", "id", code="ID_NOT_ALLOWED")
    if not identifier and not given.get("id"):
        return None
    found = identified(call, identifier or {"id": given["id"]})
    if found is None and (given.get("id") or "id" in identifier):
        raise refuse("Product does not exist", "input", "id", code="PRODUCT_DOES_NOT_EXIST")
    if found is None and "handle" in identifier and given.get("handle") != identifier["handle"]:
        message = "The input field corresponding to the identifier is required."
        raise refuse(message, "input", "handle", code="MISSING_FIELD_REQUIRED")
    return found


def _set_files(store: Store, product: Document, files: Sequence[Given]) -> None:
    kept = {gids.gid("MediaImage", m["id"]): m for m in product.body["media"]}
    by_url = {m["url"]: m for m in product.body["media"]}
    product.body["media"] = []
    for file in files:
        old = kept.get(file.get("id") or "") or by_url.get(file.get("originalSource"))
        if old is not None:
            product.body["media"].append({**old, "alt": file.get("alt") or old["alt"]})
        else:
            media.add(store, product, [file])
    store.put(product)


def _set_variants(store: Store, product: Document, given: Sequence[Given]) -> None:
    """Make, change and delete until the product has exactly the variants given."""
    had = rules.variants_of(store, product)
    by_id = {gids.gid("ProductVariant", v.id): v for v in had}
    by_values = {tuple(v.body["values"]): v for v in had}
    options, kept, seen = product.body["options"], set(), set()
    for index, one in enumerate(given):
        where = ("input", "variants", index)
        if one.get("id") and one["id"] not in by_id:
            message = "Product variant does not exist"
            raise refuse(message, *where, "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST")
        values = rules.chosen(options, one["optionValues"], (*where, "optionValues"))
        _known(options, values, where)
        if tuple(values) in seen:
            message = f"The variant '{' / '.join(values)}' already exists. Please change at least"
            raise refuse(f"{message} one option value.", *where, code="INVALID_VARIANT")
        seen.add(tuple(values))
        variant = by_id.get(one.get("id") or "") or by_values.get(tuple(values))
        position = {"position": one.get("position") or index + 1}
        if variant is None:
            variant = rules.add_variant(store, product, values, one, index + 1)
            quantities(store, variant, one.get("inventoryQuantities"), (), new=True)
        else:
            variant.body.update({"values": values, "title": " / ".join(values), **position})
            variant = rules.change_variant(store, variant, one, where)
            quantities(store, variant, one.get("inventoryQuantities"), where, new=False)
        if one.get("file"):
            _variant_file(store, product, variant, one["file"])
        kept.add(variant.id)
    for variant in had:
        if variant.id not in kept:
            rules.delete_variant(store, variant)


def _known(options: Sequence[Given], values: Sequence[str], where: tuple[str | int, ...]) -> None:
    for option, value in zip(options, values, strict=True):
        if value not in [v["name"] for v in option["values"]]:
            message = f"Option value does not exist: {value}"
            raise refuse(message, *where, "optionValues", code="OPTION_VALUE_DOES_NOT_EXIST")


def _variant_file(store: Store, product: Document, variant: Document, file: Given) -> None:
    known = {m["url"]: m["id"] for m in product.body["media"]}
    found = known.get(file.get("originalSource"))
    ids = [found] if found else media.add(store, product, [file])
    store.put(product)
    store.put(variant, media=ids)


def quantities(
    store: Store,
    variant: Document,
    given: Sequence[Given] | None,
    where: tuple[str | int, ...],
    *,
    new: bool,
) -> None:
    """Stock given with a variant. An existing one must be stocked at the location already."""
    item = variant.body["inventoryItemId"]
    for index, one in enumerate(given or ()):
        place = (*where, "inventoryQuantities", index)
        location = store.by_gid("location", one["locationId"])
        if location is None:
            message = "Quantity could not be set. The location was not found."
            raise refuse(message, *place, code="INVALID_INPUT")
        level = store.level(item, location.id)
        wanted = one["availableQuantity"] if "availableQuantity" in one else one["quantity"]
        if level is None and not new:
            message = "The variant is not stocked at the location."
            raise refuse(message, *place, code="INVALID_INPUT")
        level = level or stock.connect(store, item, location.id)
        stock.set_to(store, level, one.get("name") or "available", wanted)


# -- variants in bulk -----------------------------------------------------------------------------


def bulk_create(call: Call, args: Args) -> Payload:
    """`productVariantsBulkCreate`."""
    store = call.store
    product = _product(call, args)
    media.add(store, product, args.get("media") or ())
    had = rules.variants_of(store, product)
    made = []
    taken = {tuple(v.body["values"]) for v in had}
    for index, given in enumerate(args["variants"]):
        where = ("variants", index)
        if given.get("id"):
            raise refuse("On create, id cannot be used.", *where, "id", code="NO_KEY_ON_CREATE")
        options = product.body["options"]
        values = rules.chosen(options, given.get("optionValues") or (), where)
        if tuple(values) in taken:
            message = f"The variant '{' / '.join(values)}' already exists."
            raise refuse(message, *where, code="VARIANT_ALREADY_EXISTS")
        taken.add(tuple(values))
        rules.know_values(store, options, values)
        variant = rules.add_variant(store, product, values, given, len(had) + index + 1)
        _pictures(store, product, variant, given)
        quantities(store, variant, given.get("inventoryQuantities"), where, new=True)
        made.append(variant.id)
    _drop_standalone(store, product, had, args.get("strategy") or "DEFAULT")
    product = store.put(product)
    return {"product": product, "productVariants": [store.need("variant", id) for id in made]}


def _drop_standalone(
    store: Store, product: Document, had: Sequence[Document], strategy: str
) -> None:
    """The one variant that a product was made with goes when real ones come."""
    if len(had) != 1 or strategy == "PRESERVE_STANDALONE_VARIANT":
        return
    if strategy == "REMOVE_STANDALONE_VARIANT" or had[0].body["values"] == [rules.DEFAULT_VALUE]:
        rules.delete_variant(store, had[0])


def bulk_update(call: Call, args: Args) -> Payload:
    """`productVariantsBulkUpdate`: all or none, unless partial updates are allowed."""
    store = call.store
    product = _product(call, args)
    media.add(store, product, args.get("media") or ())
    had = {gids.gid("ProductVariant", v.id): v for v in store.children("variant", product)}
    changed, errors = [], []
    for index, given in enumerate(args["variants"]):
        try:
            changed.append(_update_one(store, product, had, given, ("variants", index)))
        except Refused as refused:
            errors += refused.errors
    if errors and not args.get("allowPartialUpdates"):
        raise Refused(*errors)
    if changed:
        product = store.put(product)
    return {"product": product, "productVariants": changed, "userErrors": errors}


def _update_one(
    store: Store,
    product: Document,
    had: Mapping[str, Document],
    given: Given,
    where: tuple[str | int, ...],
) -> Document:
    if not given.get("id"):
        message = "Product variant is missing ID attribute"
        raise refuse(message, *where, "id", code="PRODUCT_VARIANT_ID_MISSING")
    variant = had.get(given["id"])
    if variant is None:
        message = "Product variant does not exist"
        raise refuse(message, *where, "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST")
    if given.get("inventoryQuantities"):
        message = (
            "Inventory quantities can only be provided during create. To update inventory for"
            " existing variants, use inventoryAdjustQuantities."
        )
        code = "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"
        raise refuse(message, *where, "inventoryQuantities", code=code)
    if given.get("optionValues"):
        options = product.body["options"]
        values = rules.chosen(options, given["optionValues"], (*where, "optionValues"))
        rules.know_values(store, options, values)
        variant.body.update({"values": values, "title": " / ".join(values)})
    _pictures(store, product, variant, given)
    return rules.change_variant(store, variant, given, where)


def _pictures(store: Store, product: Document, variant: Document, given: Given) -> None:
    """The picture of a variant in bulk: one that its product has, or an address."""
    own = {media.gid(m): m["id"] for m in product.body["media"]}
    if given.get("mediaId") in own:
        store.put(variant, media=[own[given["mediaId"]]])
    for address in (given.get("mediaSrc") or ())[:1]:
        _variant_file(store, product, variant, {"originalSource": address})


def bulk_delete(call: Call, args: Args) -> Payload:
    """`productVariantsBulkDelete`."""
    store = call.store
    product = _product(call, args)
    had = {gids.gid("ProductVariant", v.id): v for v in store.children("variant", product)}
    for index, id in enumerate(args["variantsIds"]):
        if id not in had:
            message = "At least one variant does not belong to the product"
            code = "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"
            raise refuse(message, "variantsIds", index, code=code)
    if set(args["variantsIds"]) == set(had):
        message = "Cannot delete the last variant of a product"
        raise refuse(message, "variantsIds", code="CANNOT_DELETE_LAST_VARIANT")
    for id in dict.fromkeys(args["variantsIds"]):
        rules.delete_variant(store, had[id])
    return {"product": store.put(product)}


def _product(call: Call, args: Args) -> Document:
    product = call.store.by_gid("product", args["productId"])
    if product is None:
        raise refuse("Product does not exist", "productId", code="PRODUCT_DOES_NOT_EXIST")
    return product


# -- asynchronous work -----------------------------------------------------------------------------


def operation(source: Any, info: Any, id: str) -> dict[str, Any] | None:
    """`productOperation`: how an asynchronous productSet or productDelete ended."""
    store = context(info).store
    found = store.by_gid("product_set_operation", id)
    if found is not None:
        product = store.get("product", found.body.get("product"))
        shown = {"__typename": "ProductSetOperation", "id": found.id, "product": product}
        return {**shown, "status": found.body["status"], "userErrors": found.body["userErrors"]}
    gone = store.by_gid("product_delete_operation", id)
    if gone is None:
        return None
    return {**gone.body, "__typename": "ProductDeleteOperation", "id": gone.id, "userErrors": []}


FIELDS: dict[str, dict[str, Resolver]] = {
    "QueryRoot": {"productOperation": operation},
    "Mutation": {
        "productCreate": act(product_create),
        "productUpdate": act(product_update),
        "productSet": act(product_set),
        "productDelete": act(product_delete),
        "productVariantsBulkCreate": act(bulk_create),
        "productVariantsBulkUpdate": act(bulk_update),
        "productVariantsBulkDelete": act(bulk_delete),
    },
}
