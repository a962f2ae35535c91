"""What a server's numbers were over the last while, in bounded memory, and how each is called and written."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pgconsole.core.server_numbers import ServerRates
from pgconsole.core.server_sample import ServerSample
from pgconsole.core.wording import format_about, format_count, format_duration_ms, format_size

LOOKS_KEPT: Final = 1800
"""An hour, at a look every two seconds."""
_EXACT_BELOW: Final = 100_000
SHOWN_S: Final = 600.0
"""How far back the charts go."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the server that is worth a chart."""

    id: str
    title: str
    tip: str
    read: Callable[[ServerSample], float | None]
    """None where it can't be told."""
    write: Callable[[float], str]
    whole: Callable[[ServerSample], float] | None = None
    """What it can be at most; None where it has no limit."""


def _rate(read: Callable[[ServerRates], float | None]) -> Callable[[ServerSample], float | None]:
    return lambda sample: None if sample.rates is None else read(sample.rates)


def _per_second(value: float) -> str:
    if 0 < value < 10:
        return f"{value:.1f} / s"
    count = round(value)
    return f"{format_count(count) if count < _EXACT_BELOW else format_about(count)} / s"


def _bytes_per_second(value: float) -> str:
    return f"{format_size(round(value))} / s"


def _replication_lag(sample: ServerSample) -> float | None:
    """Of the replica that is furthest behind, or of this server where it is a replica itself; in bytes or seconds."""
    lags = [replica.lag_bytes for replica in sample.replicas if replica.lag_bytes is not None]
    return max(lags, default=None)


MEASURES: Final = (
    Measure(
        "connections",
        "Connections",
        "Connections to all databases, of those that there may be at most.",
        lambda sample: sample.counters.connections_used,
        lambda value: f"{value:.0f}",
        lambda sample: sample.counters.connections_max,
    ),
    Measure(
        "transactions",
        "Transactions",
        "Committed and rolled back, a second.",
        _rate(lambda rates: rates.transactions),
        _per_second,
    ),
    Measure(
        "cache_hits",
        "Cache hits",
        "Blocks that were found in the server's own cache, of all that were asked for.",
        _rate(lambda rates: None if rates.cache_hits is None else rates.cache_hits * 100),
        lambda value: f"{value:.1f} %",
        lambda _sample: 100.0,
    ),
    Measure("rows_read", "Rows read", "Fetched by scans, a second.", _rate(lambda rates: rates.rows_read), _per_second),
    Measure(
        "rows_written",
        "Rows written",
        "Inserted, updated and deleted, a second.",
        _rate(lambda rates: rates.rows_written),
        _per_second,
    ),
    Measure(
        "wal",
        "WAL",
        "Written to the write-ahead log, a second; none on a replica.",
        _rate(lambda rates: rates.wal_bytes),
        _bytes_per_second,
    ),
    Measure(
        "temp",
        "Temporary files",
        "Written by sorts and joins that do not fit in work_mem, a second.",
        _rate(lambda rates: rates.temp_bytes),
        _bytes_per_second,
    ),
    Measure(
        "replication",
        "Replication lag",
        "WAL that the replica furthest behind has still to replay; on a replica, the age of what it replayed last.",
        _replication_lag,
        lambda value: format_size(round(value)),
    ),
)


class ServerHistory:
    """The newest looks' numbers."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=LOOKS_KEPT)
        self._values: dict[str, deque[float | None]] = {each.id: deque(maxlen=LOOKS_KEPT) for each in MEASURES}

    def add(self, sample: ServerSample) -> None:
        """Take a look's numbers in."""
        self._times.append(sample.counters.clock)
        for measure in MEASURES:
            self._values[measure.id].append(measure.read(sample))

    def clear(self) -> None:
        """Forget everything: another server is looked at."""
        self._times.clear()
        for values in self._values.values():
            values.clear()

    def series(self, measure_id: str) -> tuple[list[float], list[float]]:
        """Seconds before the newest look, as numbers up to 0, and values; a value that is not known is a NaN."""
        if not self._times:
            return [], []
        newest = self._times[-1]
        pairs = [
            (time - newest, float("nan") if value is None else value)
            for time, value in zip(self._times, self._values[measure_id], strict=True)
            if newest - time <= SHOWN_S
        ]
        return [time for time, _value in pairs], [value for _time, value in pairs]


def shown_value(measure: Measure, sample: ServerSample) -> str:
    """The newest value in words; a dash where it is not known."""
    value = measure.read(sample)
    if measure.id == "replication" and value is None:
        delay_s = sample.counters.number("replay_delay_s")
        return "none" if delay_s is None else f"{format_duration_ms(delay_s * 1000)} behind"
    if value is None:
        return "–"
    text = measure.write(value)
    if measure.id == "connections" and measure.whole is not None:
        return f"{text} of {measure.whole(sample):.0f}"
    return text
