"""Words for counts, durations and sizes as the screen shows them; never used inside data."""

from typing import Final

THOUSANDS: Final = ","
"""Where the caller does not hand in its locale's separator."""

_BINARY_UNITS: Final = ("KiB", "MiB", "GiB", "TiB", "PiB")
_SHORT_UNITS: Final = ((10**12, "T"), (10**9, "G"), (10**6, "M"))


def format_count(count: int, separator: str = THOUSANDS) -> str:
    """A whole number in groups of three: `12,000`."""
    return f"{count:,}".replace(",", separator)


def format_about(count: int, separator: str = THOUSANDS) -> str:
    """A number that is not meant to the last digit: `1.2 M`, `340,000`, `87`."""
    for size, unit in _SHORT_UNITS:
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count / size:.0f} {unit}"
    rounded = count if count < 1000 else round(count, 2 - len(str(count)))
    return format_count(rounded, separator)


def format_duration_ms(duration_ms: float) -> str:
    """A time span as short as is useful: `0.4 ms`, `14 ms`, `1.2 s`, `2 min 5 s`, `3 h 20 min`."""
    if duration_ms < 0.95:
        return f"{max(duration_ms, 0):.1f} ms"
    if duration_ms < 999.5:
        return f"{duration_ms:.0f} ms"
    if duration_ms < 59_950:
        return f"{duration_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def format_size(size_bytes: int) -> str:
    """A size in binary units: `512 B`, `1.5 KiB`, `64 MiB`."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    size = float(size_bytes)
    for unit in _BINARY_UNITS:
        size /= 1024
        if size < 1023.95 or unit == _BINARY_UNITS[-1]:
            break
    return f"{size:.1f} {unit}".replace(".0 ", " ") if size < 99.95 else f"{size:.0f} {unit}"


def plural(count: int, noun: str, separator: str = THOUSANDS) -> str:
    """A count with its noun: `1 row`, `0 rows`."""
    return f"{format_count(count, separator)} {noun}{'' if count == 1 else 's'}"


def as_sentence(text: str) -> str:
    """The text with a full stop at its end, unless it ends a sentence already."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def rows_phrase(
    row_count: int,
    *,
    is_final: bool,
    estimated_rows: int | None = None,
    counted_rows: int | None = None,
    stopped: bool = False,
    separator: str = THOUSANDS,
) -> str:
    """How many rows, and how far that can be trusted.

    `3 rows` once all are read; `12,000 rows so far` while more may come, `, about 1.2 M` with the planner's estimate or
    `of 1,204,000` with a count; `at least 12,000 rows` where reading has ended early (`stopped`).
    """
    if is_final:
        return plural(row_count, "row", separator)
    if counted_rows is not None and counted_rows >= row_count:
        return f"{format_count(row_count, separator)} of {plural(counted_rows, 'row', separator)}"
    if stopped:
        return f"at least {plural(row_count, 'row', separator)}"
    phrase = f"{plural(row_count, 'row', separator)} so far"
    if estimated_rows is not None and estimated_rows > row_count:
        phrase += f", about {format_about(estimated_rows, separator)}"
    return phrase
