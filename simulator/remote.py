"""`tally staging control`: one operator's act on a served staging world, from the command line.

It imports little: programs call it once per act.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import quote

import click


class NotDone(click.ClickException):
    """The desk refused."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        """The three-part message on stderr."""
        click.echo(self.message, err=True)


class NotAsked(NotDone):
    """The arguments make no sense."""

    exit_code = 2


class NotThere(NotDone):
    """No desk answers."""

    exit_code = 5


@click.command()
@click.argument("control_url")
@click.argument("channel")
@click.argument("action")
@click.argument("args", default="{}")
def control(control_url: str, channel: str, action: str, args: str) -> None:
    """Do ACTION on CHANNEL as its operator would, with ARGS (a JSON object).

    CONTROL_URL is the address that `tally staging serve` prints. Two actions work on every channel:
    `empty`, and `dials` with the dials to turn: '{"lag_s": 30}'.
    """
    try:
        given = json.loads(args)
    except ValueError as error:
        raise NotAsked(
            f"error  the arguments are not JSON: {args!r} ({error})\n"
            "next   write a JSON object, or leave them out"
        ) from error
    url = f"{control_url.rstrip('/')}/api/operator/{quote(channel, safe='')}"
    click.echo(_post(url, {"action": action, "args": given}))


def _post(url: str, body: object) -> str:
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=60) as answer:
            text: str = answer.read().decode("utf-8")
            return text.strip()
    except urllib.error.HTTPError as error:
        why = error.read().decode("utf-8", errors="replace").strip()
        raise NotDone(
            f"error  the staging world refused: {why}\nat     {url}\n"
            "next   see which channels and actions it has on its control page"
        ) from error
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise NotThere(
            f"error  the control desk does not answer: {error}\nat     {url}\n"
            "next   start it with `tally staging serve` and use the control address that it prints"
        ) from error
