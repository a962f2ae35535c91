"""What a connection pool is doing, as a value; the pool counts, and whoever shows it reads this."""

from collections import deque
from dataclasses import dataclass, field

_SAMPLES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A snapshot of a pool, in the vocabulary of psycopg_pool; None where a pool does not tell."""

    size: int
    """Connections open or being opened."""
    idle: int
    used: int
    min: int
    max: int
    waiting: int
    """Requests waiting for a connection."""
    acquire_ms_p50: float | None = None
    acquire_ms_p95: float | None = None
    acquire_ms_max: float | None = None
    usage_ms_p50: float | None = None
    """How long borrowers kept a connection."""
    opened: int | None = None
    """Connections opened since the pool began."""
    lost: int | None = None
    """Connections that ended without being asked to."""
    recycled: int | None = None
    """Connections closed for age, idleness or state that could not be reset."""


@dataclass(slots=True)
class Durations:
    """The newest thousand durations in seconds, for percentiles in bounded memory."""

    _samples: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES_KEPT))

    def add(self, seconds: float) -> None:
        """Record one duration."""
        self._samples.append(seconds)

    def percentile_ms(self, share: float) -> float | None:
        """The duration below which `share` (0 to 1) of the samples lie, in milliseconds; None without samples."""
        if not self._samples:
            return None
        ordered = sorted(self._samples)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
