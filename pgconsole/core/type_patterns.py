"""What a value of each type looks like, as regular expressions over one line; the server has the last word on values.

Narrower than what the server takes wherever taking it would change a value: leading zeros, a plus sign and an offset
that `timestamp` drops keep a column text. Source: PostgreSQL manual, "Data Types".
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TypePattern:
    """One type that a column may turn out to have."""

    name: str
    """As it is written in CREATE TABLE; after a colon, how values of it are written in the file."""
    pattern: str
    wider: str = ""
    """The type that takes every value of this one, and need not be looked at while this one holds."""


def _whole_number(limit: int) -> str:
    """Whole numbers of `limit` or less, without leading zeros."""
    digits = str(limit)
    shapes = ["0", f"[1-9][0-9]{{0,{len(digits) - 2}}}"]
    for place, digit in enumerate(digits):
        lowest, highest = int(place == 0), int(digit) - 1
        if highest >= lowest:
            shapes.append(f"{digits[:place]}[{lowest}-{highest}][0-9]{{{len(digits) - place - 1}}}")
    return f"-?(?:{'|'.join([*shapes, digits])})"


def _month_day(sign: str, zero: str = "0?") -> str:
    """Month and day that there are, by default with or without leading zeros."""
    day, long, short = _days_and_months(zero)
    return f"(?:{long}{sign}(?:{day}|3[01])|{short}{sign}(?:{day}|30)|{zero}2{sign}(?:{day}))"


def _day_month(sign: str) -> str:
    """The same the other way round."""
    day, long, short = _days_and_months("0?")
    return f"(?:(?:{day}|3[01]){sign}{long}|(?:{day}|30){sign}{short}|(?:{day}){sign}0?2)"


def _days_and_months(zero: str) -> tuple[str, str, str]:
    """The days that every month has, and the months of 31 and of 30 days."""
    return f"{zero}[1-9]|[12][0-9]", f"(?:{zero}[13578]|1[02])", f"(?:{zero}[469]|11)"


_YEAR = "[0-9]{4}"
_LATE_YEAR = "(?:1[5-9]|2[01])[0-9]{2}"
_SHORT_YEAR = "[0-37-9][0-9]"
"""Of two digits; what is 1950 to one reader and 2050 to the server is no year."""
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH_NAME = (
    "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_NAMED_DATE = (
    f"(?:{_DAY}(?:{_MONTH_NAME}| {_MONTH_NAME} |-{_MONTH_NAME}-){_YEAR}|{_DAY}-{_MONTH_NAME}-{_SHORT_YEAR}"
    f"|{_MONTH_NAME} {_DAY}(?:, ?| ){_YEAR})"
)
_NUMBERED_DATE = f"(?:{_YEAR}-{_month_day('-', '0')}|{_LATE_YEAR}(?:-{_month_day('-')}|/{_month_day('/')}))"
_DATE = f"(?:{_NUMBERED_DATE}|{_NAMED_DATE})"
_SECONDS = "(?::[0-5][0-9](?:\\.[0-9]{1,6}0*)?)?"
_HALF_DAY_CLOCK = "(?:0?[1-9]|1[0-2]):[0-5][0-9](?::[0-5][0-9])? ?[AaPp][Mm]"
_CLOCK = f"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]{_SECONDS}|{_HALF_DAY_CLOCK})"
_CLOCK_OF_DATE = f"(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]{_SECONDS}|{_HALF_DAY_CLOCK})"
_MOMENT = f"(?:{_NUMBERED_DATE}[ T]|{_NAMED_DATE} ){_CLOCK_OF_DATE}"
_DMY = f"(?:{_day_month('[-/.]')}[-/.]{_YEAR}|{_day_month('/')}/{_SHORT_YEAR})"
_MDY = f"(?:{_month_day('[-/]')}[-/]{_YEAR}|{_month_day('/')}/{_SHORT_YEAR})"
_YMD = f"{_SHORT_YEAR}/{_month_day('/', '0')}"
_OFFSET = " ?(?:Z|UTC|[-+][01][0-9](?::?[0-5][0-9])?)"
_WHOLE = "(?:0|[1-9][0-9]*)"
_NUMBER = f"-?(?:{_WHOLE}(?:\\.[0-9]+)?|\\.[0-9]+)"
_GROUPED = "[1-9][0-9]{0,2}"
_UNIT = "(?:years?|mons?|months?|weeks?|days?|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|s)"
_HEX = "[0-9a-fA-F]"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

TYPE_PATTERNS: Final[tuple[TypePattern, ...]] = (
    TypePattern("boolean", "(?i:true|false|t|f|yes|no|on|off)"),
    TypePattern("smallint", _whole_number(2**15 - 1), "integer"),
    TypePattern("integer", _whole_number(2**31 - 1), "bigint"),
    TypePattern("bigint", _whole_number(2**63 - 1), "numeric"),
    TypePattern("numeric", f"{_NUMBER}|NaN", "double precision"),
    TypePattern("double precision", f"{_NUMBER}(?:[eE][-+]?[0-2]?[0-9]{{1,2}})?|NaN|(?i:[-+]?inf(?:inity)?)"),
    TypePattern("numeric:comma", f"-?(?:{_WHOLE}|{_GROUPED}(?:\\.[0-9]{{3}})+)(?:,[0-9]+)?|-?,[0-9]+|NaN"),
    TypePattern("numeric:thousands", f"-?(?:{_WHOLE}|{_GROUPED}(?:,[0-9]{{3}})+)(?:\\.[0-9]+)?|-?\\.[0-9]+|NaN"),
    TypePattern("date", _DATE, "timestamp"),
    TypePattern("timestamp", f"{_DATE}|{_MOMENT}"),
    TypePattern("timestamptz", f"{_MOMENT}{_OFFSET}"),
    TypePattern("date:dmy", _DMY, "timestamp:dmy"),
    TypePattern("date:mdy", _MDY, "timestamp:mdy"),
    TypePattern("date:ymd", _YMD, "timestamp:ymd"),
    TypePattern("timestamp:dmy", f"{_DMY}(?: {_CLOCK_OF_DATE})?"),
    TypePattern("timestamp:mdy", f"{_MDY}(?: {_CLOCK_OF_DATE})?"),
    TypePattern("timestamp:ymd", f"{_YMD}(?: {_CLOCK_OF_DATE})?"),
    TypePattern("time", _CLOCK),
    TypePattern(
        "interval",
        f"P(?=[0-9T])(?:[0-9]+[YMWD])*(?:T(?:[0-9]+(?:\\.[0-9]+)?[HMS])+)?"
        f"|-?[0-9]+ {_UNIT}(?: -?[0-9]+ {_UNIT})*(?: [0-9]{{2}}:[0-5][0-9]:[0-5][0-9])?"
        "|[0-9]{1,4}:[0-5][0-9]:[0-5][0-9]",
    ),
    TypePattern("uuid", f"{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}"),
    TypePattern(
        "inet",
        f"(?:{_BYTE}\\.){{3}}{_BYTE}(?:/(?:3[0-2]|[12]?[0-9]))?"
        f"|(?:{_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}(?:/[0-9]{{1,3}})?"
        f"|(?=[0-9a-fA-F:]*::)(?!.*::.*::)(?:{_HEX}{{0,4}}:){{2,7}}{_HEX}{{0,4}}(?:/[0-9]{{1,3}})?",
    ),
    TypePattern("jsonb", "\\s*(?:\\{.*\\}|\\[.*\\])\\s*"),
)
"""Every type that is looked for, the one to be proposed first where several hold."""
