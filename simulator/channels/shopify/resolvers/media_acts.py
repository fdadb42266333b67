"""What can be done to the pictures of a product: add, describe, order, take off, give to variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.channels.shopify import gids
from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import refuse
from simulator.channels.shopify.rules import media
from simulator.commerce.shop import Document


def create(call: Call, args: Args) -> Payload:
    """`productCreateMedia`: those whose address is one; the others are told."""
    product = _product(call, args["productId"])
    ids = media.add(call.store, product, args["media"])
    product = call.store.put(product)
    errors = media.faults(args["media"])
    added = [m for m in product.body["media"] if m["id"] in ids]
    return {"media": added, "product": product, "userErrors": errors, "mediaUserErrors": errors}


def update(call: Call, args: Args) -> Payload:
    """`productUpdateMedia`: their descriptions."""
    product = _product(call, args["productId"])
    _must_have(product, [m["id"] for m in args["media"]], "media")
    told = {m["id"]: m for m in args["media"]}
    for picture in product.body["media"]:
        if "alt" in told.get(media.gid(picture), {}):
            picture["alt"] = told[media.gid(picture)]["alt"] or ""
    product = call.store.put(product)
    changed = [m for m in product.body["media"] if media.gid(m) in told]
    return {"media": changed, "product": product}


def delete(call: Call, args: Args) -> Payload:
    """`productDeleteMedia`."""
    product = _product(call, args["productId"])
    ids = list(dict.fromkeys(args["mediaIds"]))
    _must_have(product, ids, "mediaIds")
    product = media.drop(call.store, product, ids)
    images = [gids.gid("ProductImage", gids.number(i, "MediaImage") or 0) for i in ids]
    return {"deletedMediaIds": ids, "deletedProductImageIds": images, "product": product}


def reorder(call: Call, args: Args) -> Payload:
    """`productReorderMedia`: one move after the other; the job is done at once."""
    product = _product(call, args["id"], "id")
    _must_have(product, [m["id"] for m in args["moves"]], "moves")
    rows = product.body["media"]
    for move in args["moves"]:
        picture = next(m for m in rows if media.gid(m) == move["id"])
        rows.remove(picture)
        rows.insert(int(move["newPosition"]), picture)
    call.store.put(product)
    job = call.store.add("job", {}, quiet=True)
    return {"job": {"id": job.id, "done": False}}


def append(call: Call, args: Args) -> Payload:
    """`productVariantAppendMedia`: one picture for a variant that has none."""

    def give(variant: Document, ids: list[int], where: tuple[str | int, ...]) -> list[int]:
        if len(ids) > 1:
            message, code = "Only one mediaId is allowed per media input.", "TOO_MANY_MEDIA_PER"
            raise refuse(message, *where, "mediaIds", code=f"{code}_INPUT_PAIR")
        if variant.body["media"]:
            message = "The given variant already has attached media."
            raise refuse(message, *where, "variantId", code="PRODUCT_VARIANT_ALREADY_HAS_MEDIA")
        return ids

    return _on_variants(call, args, give)


def detach(call: Call, args: Args) -> Payload:
    """`productVariantDetachMedia`."""

    def take(variant: Document, ids: list[int], where: tuple[str | int, ...]) -> list[int]:
        if not set(ids) <= set(variant.body["media"]):
            message = "The specified media is not attached to the specified variant."
            raise refuse(message, *where, "mediaIds", code="MEDIA_IS_NOT_ATTACHED_TO_VARIANT")
        return [id for id in variant.body["media"] if id not in ids]

    return _on_variants(call, args, take)


def _on_variants(call: Call, args: Args, change: Any) -> Payload:
    store, product = call.store, _product(call, args["productId"])
    own = {media.gid(m): m["id"] for m in product.body["media"]}
    changed = []
    for index, one in enumerate(args["variantMedia"]):
        where = ("variantMedia", index)
        variant = store.by_gid("variant", one["variantId"])
        if variant is None or variant.parent_id != product.id:
            message = "Variant does not exist on the specified product."
            code = "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT"
            raise refuse(message, *where, "variantId", code=code)
        if not one["mediaIds"]:
            raise refuse("The mediaIds list cannot be empty.", *where, "mediaIds", code="BLANK")
        if not set(one["mediaIds"]) <= set(own):
            message = "Media does not exist on the specified product."
            raise refuse(message, *where, "mediaIds", code="MEDIA_DOES_NOT_EXIST_ON_PRODUCT")
        ids = change(variant, [own[id] for id in one["mediaIds"]], where)
        changed.append(store.put(variant, media=ids))
    return {"product": store.put(product), "productVariants": changed}


def _product(call: Call, id: str, field: str = "productId") -> Document:
    product = call.store.by_gid("product", id)
    if product is None:
        raise refuse("Product does not exist", field, code="PRODUCT_DOES_NOT_EXIST")
    return product


def _must_have(product: Document, ids: Sequence[str], field: str) -> None:
    own = {media.gid(m) for m in product.body["media"]}
    missing = [id for id in ids if id not in own]
    if missing:
        named = f"id {missing[0]} does" if len(missing) == 1 else f"ids {','.join(missing)} do"
        raise refuse(f"Media {named} not exist", field, code="MEDIA_DOES_NOT_EXIST")


TOLD = "mediaUserErrors"
FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "productCreateMedia": act(create, TOLD),
        "productUpdateMedia": act(update, TOLD),
        "productDeleteMedia": act(delete, TOLD),
        "productReorderMedia": act(reorder, TOLD),
        "productVariantAppendMedia": act(append),
        "productVariantDetachMedia": act(detach),
    },
}
