"""Routes of the shop's settings."""

from __future__ import annotations

from typing import Any

from simulator.channels.woocommerce import batch, rules
from simulator.channels.woocommerce.calls import (
    GET,
    UPDATE,
    Call,
    Endpoint,
    Reply,
    Route,
    item_links,
    may,
)
from simulator.channels.woocommerce.checks import Schema
from simulator.channels.woocommerce.errors import WooError
from simulator.channels.woocommerce.settings_table import GROUPS, SETTINGS, Setting

PATH = "/settings"
TEXT: Schema = {"type": "string"}
ARGS: dict[str, Schema] = {"group_id": TEXT, "id": TEXT}


def _groups(call: Call) -> Reply:
    rows = []
    for id, (label, parent) in GROUPS.items():
        subs = [other for other, (_, above) in GROUPS.items() if above == id]
        body = {
            "id": id,
            "label": label,
            "description": "",
            "parent_id": parent,
            "sub_groups": subs,
        }
        links = {"options": [{"href": call.link(f"{PATH}/{id}")}]}
        rows.append(Reply(body, links=links).whole())
    return Reply(rows)


def _check_group(call: Call) -> str:
    group = str(call.params.get("group_id") or "")
    if group not in GROUPS:
        raise WooError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return group


def _find(call: Call) -> Setting:
    group = _check_group(call)
    for setting in SETTINGS:
        if (setting.group, setting.id) == (group, call.params.get("id")):
            return setting
    raise WooError("rest_setting_setting_invalid", "Invalid setting.", 404)


def _shown(call: Call, setting: Setting, *, with_group: bool) -> Reply:
    body: dict[str, Any] = {
        "id": setting.id,
        "label": setting.label,
        "description": "",
        "type": setting.type,
        "default": setting.default,
        **({"options": setting.choices} if setting.choices else {}),
        "tip": "",
        "value": call.dialect.option(setting.id, setting.default),
        **({"group_id": setting.group} if with_group else {}),
    }
    collection = f"{PATH}/{setting.group}"
    methods = ("GET", "POST", "PUT", "PATCH")
    links = item_links(call, f"{collection}/{setting.id}", collection, methods=methods)
    return Reply(body, links=links)


def _list(call: Call) -> Reply:
    group = _check_group(call)
    found = [s for s in SETTINGS if s.group == group]
    return Reply([_shown(call, s, with_group=False).whole() for s in found])


def _read(call: Call) -> Reply:
    return _shown(call, _find(call), with_group=True)


def _update(call: Call) -> Reply:
    setting, value = _find(call), call.params.get("value")
    if value is None and "value" in call.params:
        return _shown(call, setting, with_group=True)
    allowed = {"yes", "no"} if setting.type == "checkbox" else set(setting.choices)
    if not isinstance(value, str | int | float) or (allowed and value not in allowed):
        raise WooError("rest_setting_value_invalid", "An invalid setting value was passed.")
    call.dialect.set_option(setting.id, rules.text(value))
    return _shown(call, setting, with_group=True)


def _batch(call: Call) -> Reply:
    group = {"group_id": str(g)} if (g := call.params.get("group_id")) else {}

    def refused(row: Call) -> Reply:
        raise WooError("rest_setting_setting_invalid", "Invalid setting.", 404)

    return batch.run(call, refused, _update, refused, **group)


ROUTES = (
    Route(PATH, (Endpoint(GET, may("list"), _groups),)),
    Route(PATH + "/batch", (Endpoint(UPDATE, may("batch"), _batch),)),
    Route(PATH + r"/(?P<group_id>[\w-]+)/batch", (Endpoint(UPDATE, may("batch"), _batch),)),
    Route(PATH + r"/(?P<group_id>[\w-]+)", (Endpoint(GET, may("list"), _list, ARGS),)),
    Route(
        PATH + r"/(?P<group_id>[\w-]+)/(?P<id>[\w-]+)",
        (
            Endpoint(GET, may("list"), _read, ARGS),
            Endpoint(UPDATE, may("set"), _update, {**ARGS, "value": {"type": "mixed"}}),
        ),
    ),
)
