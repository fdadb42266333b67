"""Presets: whole sites, one YAML file each in `presets`; `tally init --preset` begins from one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from agent.errors import NotFound
from agent.yaml_places import Document

PLACE = "agent.commands"
WEB_SHOP = "WEB_SHOP"  # in a channel's lines: the web shop that was chosen


@dataclass(frozen=True)
class Preset:
    """The ERP, the channels and what the ERP does not know; without a preset: Unleashed and every channel.

    What is to be read by people is text, as it is to stand in tally.yaml, with its comments.
    """

    erp: str = "unleashed"
    prices: str = "net"  # of the ERP
    channels: Sequence[str] = ()  # unless others are asked for; empty: every one that there is
    web_shops: Sequence[str] = ()  # which of the channels can be the site's own shop
    settings: Mapping[str, str] = field(default_factory=dict)  # by channel, over what staging says
    feeds: str = ""  # over the ERP's own
    import_files: str = ""
    files: Mapping[str, str] = field(default_factory=dict)  # {path: text} to begin from

    def lines_of(self, channel: str, chosen: Collection[str]) -> str:
        """What this preset says of a channel. What speaks of the web shop stands only where there is one."""
        rows = self.settings.get(channel, "").splitlines()
        shops = [name for name in self.web_shops if name in chosen]
        if len(shops) != 1:
            return "\n".join(row for row in rows if WEB_SHOP not in row)
        return "\n".join(row.replace(WEB_SHOP, shops[0]) for row in rows)


def names() -> list[str]:
    """The presets, by name."""
    found = (entry.name for entry in files(PLACE).joinpath("presets").iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def load(name: str) -> Preset:
    """The preset of this name. NotFound when there is none."""
    if name not in names():
        raise NotFound(f'no preset "{name}"', "tally init", f"known: {', '.join(names())}")
    file = files(PLACE).joinpath("presets", f"{name}.yaml")
    said = Document(file.read_text(encoding="utf-8"), f"{name}.yaml").data
    return Preset(**said)
