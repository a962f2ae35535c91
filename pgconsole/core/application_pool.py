"""The pool of an application that tells of it over HTTP, as values: its address, its answers, how it was before."""

import json
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.sample_ring import SampleRing

ADDRESSES_AT_MOST: Final = 16
SAMPLED: Final = (
    *("size", "idle", "used", "waiting", "max"),
    *("acquire_ms_p50", "acquire_ms_p95", "acquire_ms_max", "usage_ms_p50", "usage_ms_p95"),
    *("borrowed", "opened", "lost", "recycled", "reset_errors"),
)
"""By the names of this console's own samples; `borrowed` is told by no pool of another's."""

_NEEDED: Final = ("size", "idle", "used")
_LARGEST: Final = 1e15
"""Beyond it nobody counts, and no sample holds the digits of it."""


@dataclass(slots=True)
class ApplicationPool:
    """One application; what it was before is kept in `samples`."""

    address: str
    phase: Literal["asked", "answers", "fails"] = "asked"
    stats: PoolStats | None = None
    """What it answered last; None before it did."""
    reason: str = ""
    """Why it fails."""
    samples: SampleRing = field(default_factory=lambda: SampleRing(SAMPLED))

    def take(self, stats: PoolStats, at: float) -> None:
        """It has answered."""
        self.phase, self.stats, self.reason = "answers", stats, ""
        self.samples.add(at, {name: getattr(stats, name, None) for name in SAMPLED})

    def fail(self, reason: str) -> None:
        """It has not, or with something else."""
        self.phase, self.reason = "fails", reason


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses in a setting, each once; those that are none are left out, and so are those beyond the limit."""
    given = dict.fromkeys(text.replace(",", " ").split())
    return tuple(address for address in given if is_address(address))[:ADDRESSES_AT_MOST]


def is_address(text: str) -> bool:
    """Whether it is the URL of something that can be asked; a password is not to lie in the settings."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and parts.port != 0
        return parts.scheme in ("http", "https") and is_whole and "@" not in parts.netloc
    except ValueError:
        return False


def stats_of_json(content: bytes) -> PoolStats:
    """The figures in a JSON object of the shape of `pool_stats`; names that are not known are left out.

    Raises ValueError, which says what is wrong.
    """
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("It answered with something that is no JSON.") from None
    if not isinstance(found, dict):
        raise ValueError("It answered with JSON that is no object.")
    values: dict[str, Any] = {each.name: found.get(each.name) for each in fields(PoolStats)}
    for name, value in values.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
        if not is_number and (value is not None or name in _NEEDED):
            raise ValueError(f"It answered without a number for {name}.")
    return PoolStats(**values)
