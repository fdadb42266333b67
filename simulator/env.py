"""`tally staging env`: what a shell must know, so that unmodified clients find the staging world."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from simulator.connections import FOLDER, RECORD
from simulator.remote import NotAsked, NotThere

HERE = "127.0.0.1,localhost,::1"  # what is asked directly
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
CURLY = "\u2018\u2019\u201a\u201b"  # PowerShell takes these for quotes, too


def variables(facts: Mapping[str, Any], only: Sequence[str] = ()) -> dict[str, str]:
    """The variables for a world's announcement: proxy, trust, and each channel's address and keys."""
    found = {"HTTPS_PROXY": facts["proxy_url"], "HTTP_PROXY": facts["proxy_url"], "NO_PROXY": HERE}
    found |= dict.fromkeys(TRUST, facts["ca_file"])
    found["TALLY_STAGING_CONTROL_URL"] = facts["control_url"]
    for name, channel in facts["channels"].items():
        if not only or name in only:
            for word, value in channel.items():
                key = re.sub(r"\W", "_", f"TALLY_STAGING_{name}_{word}", flags=re.ASCII).upper()
                found[key] = value if isinstance(value, str) else json.dumps(value)
    return found


def _sh(name: str, value: str) -> Iterator[str]:
    yield f"export {name}={shlex.quote(value)}"
    if name.endswith("_PROXY"):
        yield f"export {name.lower()}={shlex.quote(value)}"  # some clients read only these


def _powershell(name: str, value: str) -> Iterator[str]:
    doubled = re.sub(rf"['{CURLY}]", r"\g<0>\g<0>", value)
    yield f"$env:{name} = '{doubled}'"


def _cmd(name: str, value: str) -> Iterator[str]:
    if "\n" in value or "\r" in value:
        yield f"rem {name} has more than one line, which cmd cannot set"
        return
    escaped = re.sub(r'[\^&|<>()"]', r"^\g<0>", value).replace("%", "%%")
    yield f"set {name}={escaped}"


SHELLS: dict[str, Callable[[str, str], Iterator[str]]] = {
    "sh": _sh,
    "powershell": _powershell,
    "cmd": _cmd,
}


def _announced(source: TextIO | None) -> Any:
    """The announcement of the world that is open here, or the one in a file."""
    path = Path(FOLDER) / RECORD
    try:
        text = source.read() if source else path.read_text(encoding="utf-8")
        facts = json.loads(text)
        return {key: facts[key] for key in ("proxy_url", "ca_file", "control_url", "channels")}
    except FileNotFoundError as error:
        raise NotThere(
            f"error  no staging world is open in this folder\nat     {path}\n"
            "next   start one here with `tally staging serve`, or give what\n"
            "       `tally staging serve --json` prints with --from FILE"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        name = source.name if source else path
        raise NotAsked(
            f"error  this is not what `tally staging serve --json` prints: {error}\nat     {name}\n"
            "next   give its first line, and nothing else"
        ) from error


def _known(facts: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if name not in facts["channels"]:
            known = ", ".join(facts["channels"])
            raise NotAsked(f"error  no such channel: {name!r}\nnext   name one of {known}")


@click.command()
@click.option(
    "--shell",
    type=click.Choice(list(SHELLS)),
    default="powershell" if sys.platform == "win32" else "sh",
    show_default=True,
    help="Whose syntax to write.",
)
@click.option("--channel", "names", multiple=True, help="Only this one's keys; repeatable.")
@click.option(
    "--from",
    "source",
    type=click.File(encoding="utf-8"),
    help="The line of `tally staging serve --json`, in a file or - for stdin.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object of names and values.")
def env(shell: str, names: Sequence[str], source: TextIO | None, as_json: bool) -> None:
    """Print variables that lead a shell's programs into the staging world.

    \b
    sh          eval "$(tally staging env)"
    PowerShell  tally staging env | Out-String | Invoke-Expression
    cmd         tally staging env --shell cmd > staging.cmd && call staging.cmd

    They name the proxy, the certificate authority, and each shop's address and keys. Programs that
    read SSL_CERT_FILE then trust the staging world alone.
    """
    facts = _announced(source)
    _known(facts, names)
    found = variables(facts, names)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        for line in SHELLS[shell](name, value):
            click.echo(line)
