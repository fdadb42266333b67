"""What shows products on publications, and takes them off."""

from __future__ import annotations

from simulator.channels.shopify.call import Args, Call, Payload, Resolver, act
from simulator.channels.shopify.errors import Refused, refuse, user_error
from simulator.channels.shopify.rules import products as rules


def _publishing(on: bool) -> Resolver:
    def run(call: Call, args: Args) -> Payload:
        product = call.store.by_gid("product", args["id"])
        if product is None:
            raise refuse("Resource does not exist", "id")
        errors = []
        ids = [given.get("publicationId") for given in args["input"]]
        for index, given in enumerate(args["input"]):
            publication = call.store.by_gid("publication", ids[index])
            message = None
            if ids[index] is None:
                message = "PublicationId cannot be empty"
            elif ids[index] in ids[:index]:
                message = "The same publication was specified more than once"
            elif publication is None:
                message = "Publication does not exist or is not publishable"
            elif on:
                rules.publish(call.store, product, publication.id, given.get("publishDate"))
            else:
                rules.unpublish(call.store, product, publication.id)
            if message:
                errors.append(user_error(message, "input", index, "publicationId"))
        if errors:
            raise Refused(*errors)
        return {"publishable": call.store.need("product", product.id)}

    return act(run)


FIELDS: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "publishablePublish": _publishing(True),
        "publishableUnpublish": _publishing(False),
    },
}
