"""`tally init`: a commented tally.yaml that works against the bundled staging world at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

import click

from agent.commands.output import json_option, print_json
from agent.errors import ConfigError
from agent.ports.clock import Clock
from agent.ports.files import Files


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--staging",
    type=click.File(encoding="utf-8"),
    help="The JSON line of `tally staging serve --json`, if it is not served as by default.",
)
@json_option
def command(folder: Path, staging: TextIO | None, as_json: bool) -> None:
    """Write tally.yaml, tally.secrets and the ERP's folders into FOLDER (default: here).

    An existing file is never replaced. The settings point at the staging world that
    `tally staging serve`, started in the same folder, serves.
    """
    disk, shops = Files(), _staging_shops(_announced(staging))
    settings, secrets = folder / "tally.yaml", folder / "tally.secrets"
    for name in ("erp/export", "erp/import"):
        disk.make_folder(folder / name)
    for path in (settings, secrets):
        if disk.look(path):
            raise ConfigError(
                f"{path.name} is already there", str(path), "remove it, or name another folder"
            )
    disk.publish(settings, _settings_text(shops).encode())
    disk.publish_secret(secrets, _secrets_text(shops).encode())
    if as_json:
        print_json({"settings": str(settings), "secrets": str(secrets)})
        return
    click.echo(f"wrote {settings} and {secrets}")
    click.echo(
        "next  start `tally staging serve --erp erp` here, then `tally run` in a second terminal"
    )


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


def _staging_shops(announced: Any) -> Mapping[str, Mapping[str, Any]]:
    """What the installed staging world says of its shops: address, ca_file and secrets by name."""
    for entry in entry_points(group="tally.staging"):
        try:
            shops: Mapping[str, Mapping[str, Any]] = entry.load()(announced)
        except (KeyError, TypeError, AttributeError) as error:
            raise _no_announcement(repr(error), "--staging") from error
        return shops
    raise ConfigError("no staging world is installed", "tally init", "install tallyman anew")


def _settings_text(shops: Mapping[str, Mapping[str, Any]]) -> str:
    template = files("agent.commands").joinpath("template.yaml").read_text(encoding="utf-8")
    addresses = {f"{name}_address": shop["address"] for name, shop in shops.items()}
    today = Clock().now().date().isoformat()
    return template.format(**addresses, ca_file=shops["shopify"]["ca_file"], today=today)


def _secrets_text(shops: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [f"{name}={value}" for shop in shops.values() for name, value in shop["secrets"].items()]
    return "\n".join(["# One NAME=VALUE a line; keep this file to yourself.", *rows, ""])
