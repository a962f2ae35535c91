"""How large a pool may be, and how long its sessions live."""

from dataclasses import dataclass, fields
from typing import Final

_WORDS: Final = {
    "min_size": "minimum",
    "max_size": "maximum",
    "acquire_timeout_s": "time-out of a request",
    "idle_life_s": "idle life",
    "max_age_s": "lifetime",
}


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many sessions a pool may hold, and for how long; seconds throughout."""

    min_size: int = 0
    max_size: int = 10
    acquire_timeout_s: float = 30.0
    idle_life_s: float = 600.0
    max_age_s: float = 3600.0

    def changes_from(self, before: "PoolLimits") -> list[str]:
        """What differs, in words: `maximum 10 to 20`."""
        changed = []
        for field in fields(self):
            old, new = getattr(before, field.name), getattr(self, field.name)
            if old != new:
                unit = " s" if field.name.endswith("_s") else ""
                changed.append(f"{_WORDS[field.name]} {old:g} to {new:g}{unit}")
        return changed
