"""One family as every vendor is told of it, beside the files that it is compared with.

    python -m tests.agent.channels.golden_variants [--force] [VENDOR ...]

writes `<vendor>/golden/variants.json` where it is missing; --force writes it anew, to be reviewed as a diff.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from agent import channels
from tests.build import family

HERE = Path(__file__).parent


def golden(vendor: str) -> Path:
    """The file that this vendor's projection is compared with."""
    return HERE / vendor / "golden" / "variants.json"


def projected(vendor: str) -> Any:
    """Oak shelves of two colours and two lengths, as the vendor is told of them."""
    return channels.projected(vendor, family())


def main(*words: str) -> None:
    """Write the files."""
    named = [word for word in words if not word.startswith("-")]
    for vendor in named or channels.names():
        path = golden(vendor)
        if "--force" in words or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(projected(vendor), ensure_ascii=False, indent=2)
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
            print(f"wrote {path.relative_to(HERE)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
