"""Whether the server answers, as a value."""

from dataclasses import dataclass
from typing import Literal

HealthPhase = Literal["unknown", "answers", "late", "down"]


@dataclass(frozen=True, slots=True)
class Health:
    """What the newest check found; moments are seconds since the epoch."""

    phase: HealthPhase = "unknown"
    latency_ms: float | None = None
    """How long a trivial query took, there and back."""
    since: float = 0.0
    """Since when it is like this; of `late`, when the question went out."""
    reason: str = ""
    """Why it is down."""
    again_at: float | None = None
    """When the next attempt to connect is made, at the earliest."""
