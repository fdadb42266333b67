"""`tally init`: a commented tally.yaml that works against the bundled staging world at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from textwrap import indent
from typing import Any, TextIO

import click
from pydantic.fields import FieldInfo

from agent import channels
from agent.commands import preset
from agent.commands.output import json_option, print_json
from agent.commands.preset import Preset
from agent.errors import ConfigError, NotFound
from agent.ports.clock import Clock
from agent.ports.files import Files

Shops = Mapping[str, Mapping[str, Any]]
NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
CA = "staging's own authority; leave out for a real shop"
EXPLAINED = """\
    prices: gross           # what this shop shows
    tax_rate: 23            # per cent, between the ERP's net and the shop's gross
    safety_stock: 0         # pieces kept back from this channel
    publish: wait           # new items wait for `tally activate`; at_once; never
    zero: {answer: sold_out}  # at zero stock: sold_out, hide, backorder, discontinue
    # rules:                # exceptions, the first that matches wins
    #   - {categories: [Clocks], zero: {answer: backorder, backorder_limit: 5}}
"""
PLAIN = """\
    prices: gross
    tax_rate: 23
    zero: {answer: sold_out}
"""


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--staging",
    type=click.File(encoding="utf-8"),
    help="The JSON line of `tally staging serve --json`, if it is not served as by default.",
)
@click.option("--channel", "only", multiple=True, help="Write only this one; repeatable.")
@click.option(
    "--preset", "preset_name", help="Begin from a whole site: " + ", ".join(preset.names()) + "."
)
@json_option
def command(
    folder: Path,
    staging: TextIO | None,
    only: tuple[str, ...],
    preset_name: str | None,
    as_json: bool,
) -> None:
    """Write tally.yaml, tally.secrets and the ERP's folders into FOLDER (default: here).

    An existing file is never replaced. The settings point at the staging world that
    `tally staging serve`, started in the same folder, serves.
    """
    begun = preset.Preset() if preset_name is None else preset.load(preset_name)
    shops = _chosen(_staging_shops(_announced(staging)), only or begun.channels)
    settings, secrets = write(folder, shops, begun, Clock().now().date())
    if as_json:
        print_json({"settings": str(settings), "secrets": str(secrets)})
        return
    click.echo(f"wrote {settings} and {secrets}")
    whose = "" if begun.erp == preset.Preset().erp else f" --erp-files {begun.erp}"
    click.echo(
        f"next  start `tally staging serve --erp erp{whose}` here,"
        " then `tally run` in a second terminal"
    )


def write(folder: Path, shops: Shops, begun: Preset, today: date) -> tuple[Path, Path]:
    """Write the settings, the secrets and what a preset begins from; gives the first two's paths.

    Orders placed before `today` are not brought into the ERP.

    ConfigError, and nothing replaced, when one of the files is already there.
    """
    disk, settings, secrets = Files(), folder / "tally.yaml", folder / "tally.secrets"
    extra = {folder / name: text for name, text in begun.files.items()}
    for name in ("erp/export", "erp/import"):
        disk.make_folder(folder / name)
    for path in (settings, secrets, *extra):
        if disk.look(path):
            raise ConfigError(
                f"{path.name} is already there", str(path), "remove it, or name another folder"
            )
    disk.publish(settings, _settings_text(shops, begun, today).encode())
    disk.publish_secret(secrets, _secrets_text(shops).encode())
    for path, text in extra.items():
        disk.make_folder(path.parent)
        disk.publish(path, text.encode())
    return settings, secrets


def _chosen(shops: Shops, only: Sequence[str]) -> Shops:
    """Those of the shops that the agent has a folder for, or only these of them."""
    known = {name: shop for name, shop in shops.items() if name in channels.names()}
    for name in only:
        if name not in known:
            raise NotFound(f'no channel "{name}"', "tally init", f"known: {', '.join(known)}")
    return {name: shop for name, shop in known.items() if not only or name in only}


def _announced(staging: TextIO | None) -> Any:
    if staging is None:
        return None
    try:
        told = json.loads(staging.readline())
    except ValueError as error:
        raise _no_announcement(str(error), str(staging.name)) from error
    if not isinstance(told, dict) or "channels" not in told:
        raise _no_announcement("it names no channels", str(staging.name))
    return told


def _no_announcement(why: str, where: str) -> ConfigError:
    return ConfigError(
        f"this is no announcement of a staging world: {why}",
        where,
        "give it the first line that `tally staging serve --json` prints",
    )


def _staging_shops(announced: Any) -> Shops:
    """What the installed staging world says of its shops: address, ca_file, settings and secrets by name."""
    for entry in entry_points(group="tally.staging"):
        try:
            shops: Shops = entry.load()(announced)
        except (KeyError, TypeError, AttributeError) as error:
            raise _no_announcement(repr(error), "--staging") from error
        return shops
    raise ConfigError("no staging world is installed", "tally init", "install tallyman anew")


def _settings_text(shops: Shops, begun: Preset, today: date) -> str:
    template = files("agent.commands").joinpath("template.yaml").read_text(encoding="utf-8")
    blocks = [
        _block(name, shop, begun.lines_of(name, list(shops)), is_first=number == 0)
        for number, (name, shop) in enumerate(shops.items())
    ]
    return template.format(
        shops="\n".join(blocks),
        today=today.isoformat(),
        erp=begun.erp,
        prices=begun.prices,
        feeds=f"\nfeeds:\n{indent(begun.feeds, '  ')}" if begun.feeds else "",
        import_files=indent(begun.import_files, "  "),
    )


def _block(name: str, shop: Mapping[str, Any], more: str, *, is_first: bool) -> str:
    """One channel's part of tally.yaml: what staging says, what a preset lays over it, what all have.

    The first one explains what all have.
    """
    fields: Mapping[str, FieldInfo] = channels.module(name).Settings.model_fields
    said = {"address": shop["address"], "ca_file": shop["ca_file"], **shop["settings"]}
    laid_over = {row.partition(":")[0] for row in more.splitlines()}
    rows = [
        f"    {key}: {_scalar(value)}"
        + _comment(CA if key == "ca_file" else fields[key].description)
        for key, value in said.items()
        if key in fields and key not in laid_over
    ]
    usual = (EXPLAINED if is_first else PLAIN).splitlines()
    rest = [row for row in usual if row.strip().partition(":")[0] not in laid_over]
    own = indent(more, "    ").splitlines()
    return "\n".join([f"  {name}:", *rows, *own, *rest, ""])


def _scalar(value: Any) -> str:
    """A value as YAML writes it: what could be read as something else is quoted."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z_][\w./:-]*[\w/]", value):
        return json.dumps(value) if value.lower() in NOT_TEXT else value
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str | None) -> str:
    return f"  # {text}" if text else ""


def _secrets_text(shops: Shops) -> str:
    rows = [f"{name}={value}" for shop in shops.values() for name, value in shop["secrets"].items()]
    return "\n".join(["# One NAME=VALUE a line; keep this file to yourself.", *rows, ""])
