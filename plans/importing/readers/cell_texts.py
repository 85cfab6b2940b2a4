"""Numbers and dates of a workbook's cells as the texts that a spreadsheet shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ISO = "yyyy-mm-dd"
# Formats that show a date as the reader's country does: here, as the standard does.
_LOCAL = frozenset({"mm-dd-yy", "m/d/yy", "m/d/yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "d/m/yyyy"})
_TOKENS = re.compile(r'"[^"]*"|\\.|_.|\*.|y+|m+|d+|h+|s+|AM/PM|[^ymdhs"\\]', re.IGNORECASE)


class Formats:
    """The number formats of a workbook's cells, from its part ``xl/styles.xml``."""

    def __init__(self, styles: bytes | None, *, from_1904: bool) -> None:
        self.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        self._codes: list[str] = []
        if styles is None:
            return
        root = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
        own = {
            element.get("numFmtId", ""): element.get("formatCode", "General")
            for element in root.iter(f"{_MAIN}numFmt")
        }
        cells = root.find(f"{_MAIN}cellXfs")
        for element in cells if cells is not None else ():
            number = element.get("numFmtId", "0")
            known: Mapping[int, str] = BUILTIN_FORMATS
            code = own.get(number) or known.get(int(number), "General")
            self._codes.append(code)

    def of(self, style: int) -> str:
        return self._codes[style] if 0 <= style < len(self._codes) else "General"


def number_text(value: str, code: str, formats: Formats) -> str:
    """The number ``value`` as a cell of the format ``code`` shows it."""
    try:
        number = float(value)
    except ValueError:
        return value
    code = code.partition(";")[0]
    if is_date_format(code):
        return _date_text(number, re.sub(r"\[[^\]]*\]", "", code), formats)
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)
    if "%" in plain:
        return f"{number * 100:.{_decimals(plain)}f}%"
    if re.search(r"[0#]", plain) and "E" not in plain.upper():
        return f"{number:{',' if ',' in plain else ''}.{_decimals(plain)}f}"
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.11g}"


def _decimals(code: str) -> int:
    return min(15, len(re.match(r"[0#?]*", code.partition(".")[2])[0]))  # type: ignore[index]


def _date_text(number: float, code: str, formats: Formats) -> str:
    try:
        moment = from_excel(number, formats.epoch)
    except (ValueError, OverflowError):
        return f"{number:g}"
    if isinstance(moment, timedelta):
        return str(moment)
    if isinstance(moment, time):
        return moment.isoformat(timespec="minutes")
    if not isinstance(moment, (date, datetime)):
        return f"{number:g}"
    if code.lower() in _LOCAL:
        code = _ISO
    if "h" in code.lower() and isinstance(moment, datetime):
        return moment.isoformat(sep=" ")[:16]
    return "".join(_token(token, moment) for token in _TOKENS.findall(code)).strip()


def _token(token: str, day: date) -> str:
    match token.lower():
        case "yyyy" | "yyy":
            return f"{day.year:04}"
        case "yy" | "y":
            return f"{day.year % 100:02}"
        case "mmmmm":
            return MONTHS[day.month - 1][0]
        case "mmmm":
            return MONTHS[day.month - 1]
        case "mmm":
            return MONTHS[day.month - 1][:3]
        case "mm":
            return f"{day.month:02}"
        case "m":
            return str(day.month)
        case "dddd":
            return _DAYS[day.weekday()]
        case "ddd":
            return _DAYS[day.weekday()][:3]
        case "dd":
            return f"{day.day:02}"
        case "d":
            return str(day.day)
    if token[0] in '"\\':
        return token[1:].rstrip('"') if token[0] == '"' else token[1:]
    return " " if token[0] in "_*" else token
