"""The legacy site around the books: a folder for exports, a folder for imports, a person now and then."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from simulator.erp import unleashed, wapro
from simulator.erp.books import Books, BooksRefuse

MANNERS = {"unleashed": unleashed, "wapro": wapro}  # whose files they are


class ErpSite:
    """One ERP with its two folders. Exports carry the site's local time in their names."""

    def __init__(
        self,
        books: Books,
        folder: Path,
        zone: str = "Europe/Warsaw",
        manner: str = "unleashed",
    ) -> None:
        self.books, self.zone, self.manner = books, zone, MANNERS[manner]
        self.exports, self.imports = folder / "export", folder / "import"
        self.done, self.failed = self.imports / "done", self.imports / "failed"
        for path in (self.exports, self.imports, self.done, self.failed):
            path.mkdir(parents=True, exist_ok=True)

    def export(self, *names: str, half: bool = False) -> list[Path]:
        """Dump these files, or all. `half` leaves the last one cut in the middle, as a crash would."""
        written = []
        for name in names or tuple(self.manner.EXPORTS):
            data = self.manner.EXPORTS[name](self.books, self.zone)
            written.append(self._write(name, data[: len(data) // 2] if half else data))
        return written

    def again(self, path: Path) -> Path:
        """Deliver an earlier export once more under a new name: same bytes, new time."""
        return self._write(path.name.partition("_")[0], path.read_bytes())

    def late(self, path: Path, data: bytes) -> Path:
        """Deliver an old export under its old name (a copy that hung somewhere)."""
        path.write_bytes(data)
        return path

    def _write(self, name: str, data: bytes) -> Path:
        stamp = self.books.now().astimezone(ZoneInfo(self.zone)).strftime("%Y%m%d_%H%M%S")
        path, turn = self.exports / f"{name}_{stamp}.csv", 1
        while path.exists():  # two dumps within one second
            turn += 1
            path = self.exports / f"{name}_{stamp}_{turn}.csv"
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(data)
        written = self.books.now().timestamp()
        os.utime(temporary, (written, written))  # the file's time is the staging world's
        temporary.replace(path)
        return path

    def take_imports(self) -> Sequence[str]:
        """Import what lies in the import folder, in name order; gives the new order numbers.

        A file that is refused goes to `failed` with the ERP's words beside it as NAME.err.
        """
        numbers: list[str] = []
        for path in sorted(self.imports.glob(self.manner.TAKES)):
            try:
                numbers += self.manner.take_orders(self.books, path.read_bytes())
            except BooksRefuse as refusal:
                (self.failed / f"{path.name}.err").write_text(f"{refusal}\n", encoding="utf-8")
                path.replace(self.failed / path.name)
            else:
                path.replace(self.done / path.name)
        return numbers
