"""What a connection pool is doing, as a value; the pool counts, and whoever shows it reads this."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

_SAMPLES_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A snapshot of a pool, in the vocabulary of psycopg_pool; None where a pool does not tell."""

    size: int
    """Connections open or being opened."""
    idle: int
    used: int
    min: int | None
    max: int | None
    waiting: int | None
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
    usage_ms_p95: float | None = None
    waiting_ms: float | None = None
    """How long the first in line has been waiting; None where nobody waits."""
    opening: int | None = None
    """Those of `size` that are being opened."""
    open_failures: int | None = None
    """Attempts to open a connection that failed."""
    reset_errors: int | None = None
    """Connections that could not be cleaned for another borrower."""


@dataclass(slots=True)
class Durations:
    """The newest thousand durations in seconds, for percentiles in bounded memory."""

    added: int = 0
    """How many there have been since the beginning."""
    _samples: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES_KEPT))

    def add(self, seconds: float) -> None:
        """Record one duration."""
        self.added += 1
        self._samples.append(seconds)

    def percentile_ms(self, share: float) -> float | None:
        """The duration below which `share` (0 to 1) of the samples lie, in milliseconds; None without samples."""
        return percentile_ms(sorted(self._samples), share)

    def since(self, added: int) -> list[float]:
        """Those recorded since `added` of them had been, as far as they are kept, in order of size."""
        fresh = min(self.added - added, len(self._samples))
        return sorted(islice(reversed(self._samples), fresh))


def percentile_ms(ordered: Sequence[float], share: float) -> float | None:
    """The value below which `share` of ordered seconds lie, in milliseconds; None without any."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
