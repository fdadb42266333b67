"""What the shop does to prices, sales, stock and names, as functions of plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import quote

from simulator.channels.woocommerce.errors import Fatal

STOCK_STATUSES = ("instock", "outofstock", "onbackorder")


# -- values as PHP takes them ---------------------------------------------------------------


def text(value: Any) -> str:
    """A scalar as text ("" for null and false). Fatal for a list or object."""
    if isinstance(value, list | dict):
        raise Fatal("a list where text belongs")
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return format(value, "g") if isinstance(value, float) else str(value)


def line(value: Any) -> str:
    """Text without tags, line breaks and outer spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text(value))).strip()


_BARRED = r"</?(?:script|style|iframe|embed|form|input|link|meta|svg|base)\b[^>]*>"


def escaped(value: Any) -> str:
    """Text as the shop stores what may hold HTML: an ampersand that begins no entity is escaped,
    tags that could do harm go, what stood between them stays."""
    words = re.sub(_BARRED, "", text(value), flags=re.IGNORECASE)
    words = re.sub(r"<(?=\d)", "&lt;", words)
    return re.sub(
        r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,7};)", "&amp;", words
    )


def inline(value: Any) -> str:
    """Text as terms keep it: of HTML only what stands within a line."""
    allowed = "a|abbr|acronym|b|blockquote|cite|code|del|em|i|q|s|strike|strong"
    return re.sub(rf"</?(?!(?:{allowed})\b)[a-zA-Z][^>]*>", "", escaped(value))


def whole(value: Any) -> int:
    """The whole number a value begins with: "2.7" → 2, -1.5 → -1, "many" → 0, null → 0."""
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, list | dict):
        return int(bool(value))
    found = re.match(r"\s*[+-]?\d+", text(value))
    return int(found[0]) if found else 0


def yes(value: Any) -> bool:
    """Whether a value means yes: true, 1, "1", "yes", "true" in any case."""
    if isinstance(value, str):
        return value.lower() in ("1", "yes", "true")
    return value is True or value == 1


# -- prices ---------------------------------------------------------------------------------


def clean_price(value: Any, decimal_sign: str = ".") -> str:
    """A price as the shop keeps it: every character but digits, sign and point is dropped.

    "1,234.50" → "1234.50", but "20,50" → "2050" where the shop writes its decimals with a point.
    """
    if isinstance(value, float):
        written = f"{value:.6f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    written = line(value).replace(decimal_sign, ".")
    return re.sub(r"\.(?![^.]+$)|[^0-9.-]", "", written)


def number(price: str) -> float:
    """A cleaned price as a number to compare; 0 for an empty or odd one."""
    found = re.match(r"-?\d*\.?\d+|-?\d+", price)
    return float(found[0]) if found else 0.0


def kept_sale_price(regular: str, sale: str) -> str:
    """The sale price that survives a save: "" unless it lies below the regular price."""
    if sale == "" or regular == "" or number(sale) >= number(regular):
        return ""
    return sale


def is_on_sale(
    regular: str, sale: str, start: datetime | None, end: datetime | None, now: datetime
) -> bool:
    """Whether the sale price counts at this second; both ends belong to the sale."""
    if sale == "" or number(regular) <= number(sale):
        return False
    now = now.replace(microsecond=0)
    return not (start is not None and start > now) and not (end is not None and end < now)


# -- times of sales -------------------------------------------------------------------------

_ZONED = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:\d\d)")
_FORMS = (
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?:[T ]+(?P<time>\S+))?"),
    re.compile(r"(?P<d>\d{1,2})[-.](?P<m>\d{1,2})[-.](?P<y>\d{4})(?:[T ]+(?P<time>\S+))?"),
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?: +(?P<time>\S+))?"),
)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_WORDS = {"today": 0, "midnight": 0, "tomorrow": 1, "yesterday": -1}
_UNITS = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400}
_UNITS |= {"week": 7 * 86400, "fortnight": 14 * 86400}


def sale_moment(value: Any, zone: tzinfo, now: datetime, *, gmt: bool = False) -> datetime | None:
    """When a sale starts or ends, UTC; None for an empty value.

    A bare time is the shop's, a zone suffix counts; with `gmt` a bare time is UTC. English words
    such as "tomorrow" are understood, any other text means 1970 (`gmt`: nothing).
    """
    if value in (None, "", "0", 0, False):
        return None
    words = text(value)
    if re.fullmatch(r"\d+(\.\d+)?", words):
        return datetime.fromtimestamp(int(float(words)), UTC)
    if not gmt and (found := _ZONED.fullmatch(words)):
        parts = [int(n) for n in found.groups()[:6]]
        return _made(parts[0], parts[1], parts[2], parts[3:], _offset(found[7]))
    there = _read_time(words.strip(), now)
    if gmt:
        return there
    there = there or datetime(1970, 1, 1, tzinfo=UTC)
    return there.replace(tzinfo=zone).astimezone(UTC)


def _read_time(words: str, now: datetime) -> datetime | None:
    for form in _FORMS:
        found = form.fullmatch(words)
        if found is None:
            continue
        month, day = int(found["m"]), int(found["d"])
        clock = _TIME.fullmatch(found["time"]) if found["time"] else None
        if not 1 <= month <= 12 or not 1 <= day <= 31 or (found["time"] and clock is None):
            return None
        parts = [int(n or 0) for n in clock.groups()[:3]] if clock else [0, 0, 0]
        zone = _offset(clock[4]) if clock and clock[4] else UTC
        return _made(int(found["y"]), month, day, parts, zone)
    return _read_words(words.lower(), now.astimezone(UTC).replace(microsecond=0))


def _read_words(words: str, now: datetime) -> datetime | None:
    if words == "now":
        return now
    if words in _WORDS:
        day = now.replace(hour=0, minute=0, second=0)
        return day + timedelta(days=_WORDS[words])
    found = re.fullmatch(r"([+-]?\d+|next|last) ?([a-z]+?)s?", words)
    if found is None or found[2] not in _UNITS:
        return None
    times = {"next": 1, "last": -1}.get(found[1])
    return now + timedelta(seconds=_UNITS[found[2]] * (int(found[1]) if times is None else times))


def _made(year: int, month: int, day: int, clock: list[int], zone: tzinfo) -> datetime:
    """A moment in UTC; 30 February rolls over into March."""
    hours, minutes, seconds = clock
    first = datetime(year, month, 1, tzinfo=UTC)
    there = first + timedelta(days=day - 1, hours=hours, minutes=minutes, seconds=seconds)
    return there.replace(tzinfo=zone).astimezone(UTC)


def _offset(suffix: str) -> tzinfo:
    if suffix == "Z":
        return UTC
    sign = -1 if suffix[0] == "-" else 1
    digits = suffix[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


# -- stock ----------------------------------------------------------------------------------


def stock_status(quantity: int, backorders: str, threshold: int) -> str:
    """The status of counted stock: above the no-stock threshold, else on backorder if allowed."""
    if quantity > threshold:
        return "instock"
    return "outofstock" if backorders == "no" else "onbackorder"


def family_status(children: Iterable[str]) -> str:
    """A variable product's status from its children's: the best one counts."""
    found = set(children)
    if "instock" in found:
        return "instock"
    return "onbackorder" if "onbackorder" in found else "outofstock"


# -- names ----------------------------------------------------------------------------------

_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ß": "s", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe"}
)


def slug_of(name: str) -> str:
    """A name as part of an address: small letters, digits and hyphens; other scripts in percents."""
    plain = re.sub(r"<[^>]*>|&[^;\s]{1,8};", "", folded(name)).replace(".", "-").replace("/", "-")
    plain = re.sub(r"[\s–—]+", "-", plain)
    plain = "".join(c if re.match(r"[a-z0-9_-]", c) else _in_percents(c) for c in plain)
    return re.sub(r"-+", "-", plain).strip("-")


def _in_percents(char: str) -> str:
    """A letter or sign beyond ASCII as it stands in addresses; marks are left out."""
    is_mark = char.isascii() or char in "©®°™´" or unicodedata.category(char).startswith("P")
    return "" if is_mark else quote(char).lower()


def folded(words: str) -> str:
    """Text as it is searched in: small letters, no accents."""
    plain = unicodedata.normalize("NFD", words.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def normal_sku(sku: str) -> str:
    """A sku as it is compared: trimmed, case ignored."""
    return sku.strip().lower()


_BLOCKS = (
    "(?:p|div|ul|ol|li|dl|dd|dt|table|thead|tbody|tfoot|tr|td|th|caption|h[1-6]|blockquote|pre|hr"
    "|figure|section|article|header|footer|address|fieldset|form)"
)


def paragraphs(words: str) -> str:
    """Text as HTML paragraphs, the way descriptions are shown: blank lines part, breaks are kept."""
    if not words.strip():
        return ""
    plain = re.sub(r"<br\s*/?>", "<br />", words.replace("\r\n", "\n"))
    apart = re.sub(rf"(<{_BLOCKS}(?:\s[^>]*)?/?>)", r"\n\n\1", plain)
    apart = re.sub(rf"(</{_BLOCKS}>)", r"\1\n\n", apart)
    made = []
    for block in re.split(r"\n\s*\n", apart.strip("\n")):
        broken = re.sub(r"(?:<br />)?\s*\n", "<br />\n", block.strip("\n"))
        made.append(f"{broken}\n" if re.match(rf"</?{_BLOCKS}\b", block) else f"<p>{broken}</p>\n")
    return "".join(made)
