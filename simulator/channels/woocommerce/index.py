"""What the shop says about its own addresses: the index, and OPTIONS on a route."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from simulator.channels.woocommerce import routes
from simulator.channels.woocommerce.calls import GET, Call, Endpoint, Reply, Route, anyone
from simulator.channels.woocommerce.errors import no_route
from simulator.channels.woocommerce.lists import CONTEXT

if TYPE_CHECKING:
    from simulator.channels.woocommerce.dialect import WooCommerce


@cache
def site_routes() -> dict[str, list[str]]:
    """{address pattern: methods} of the whole site, other plugins' namespaces too.

    From `site_routes.txt`, one `METHODS PATTERN` a line: what a shop of this version lists, of
    which this one answers under wc/v3 what its modules have.
    """
    text = (resources.files(__package__) / "site_routes.txt").read_text(encoding="utf-8")
    pairs = (line.split(" ", 1) for line in text.splitlines() if line)
    return {pattern: methods.split(",") for methods, pattern in pairs}


def listing(dialect: WooCommerce, prefix: str) -> dict[str, list[str]]:
    """{address pattern: methods} under a namespace, as the index lists them now."""
    found = {p: m for p, m in site_routes().items() if (p + "/").startswith(prefix)}
    for _, route in routes.routes():
        path = routes.address(route)
        if path.startswith(prefix) and (route.when is None or route.when(dialect)):
            found[path] = route.methods
    return found


def _index(call: Call) -> Reply:
    own = {routes.address(r): r for _, r in routes.routes()}
    found = listing(call.dialect, routes.NAMESPACE + "/")
    described = {
        path: describe(own[path], call) if path in own else _bare("wc/v3", methods)
        for path, methods in found.items()
    }
    links = {"up": [{"href": f"{call.base}/"}]}
    return Reply({"namespace": "wc/v3", "routes": described}, links=links)


ROOT = Route("", (Endpoint(GET, anyone, _index, {"namespace": {}, "context": CONTEXT}),))


def elsewhere(dialect: WooCommerce, method: str, path: str, base: str) -> Reply:
    """Addresses outside wc/v3: the site's own index, or nothing."""
    if path != "/" or method not in ("GET", "HEAD"):
        raise no_route()
    names = sorted({p.strip("/").rsplit("/", 1)[0] for p in site_routes() if p.count("/") == 2})
    return Reply(
        {
            "name": dialect.title,
            "description": "",
            "url": dialect.home,
            "home": dialect.home,
            "gmt_offset": 1,
            "timezone_string": str(dialect.zone),
            "page_for_posts": 0,
            "page_on_front": 0,
            "show_on_front": "posts",
            "namespaces": names,
            "authentication": [],
            "routes": {p: _bare(p.strip("/"), m) for p, m in listing(dialect, "/").items()},
        },
        links={"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    )


def describe(route: Route, call: Call, *, whole: bool = False) -> dict[str, Any]:
    """One route: its methods and arguments; `whole` adds the resource's schema."""
    described: dict[str, Any] = {
        "namespace": "wc/v3",
        "methods": route.methods,
        "endpoints": [
            {
                "methods": list(e.methods),
                "args": {
                    name: {"required": False, **{k: v for k, v in arg.items() if k != "unchecked"}}
                    for name, arg in e.args.items()
                },
            }
            for e in route.endpoints
        ],
    }
    if whole and route.schema is not None:
        described["schema"] = {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "type": "object",
            **route.schema,
        }
    if "(?P<" not in route.pattern:
        described["_links"] = {"self": [{"href": call.link(route.pattern)}]}
    return described


def _bare(namespace: str, methods: list[str]) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "methods": methods,
        "endpoints": [{"methods": methods, "args": {}}],
    }
