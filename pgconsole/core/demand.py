"""How far a result shall be read, raised by whoever looks at it and heeded by whoever reads."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum

ALL_ROWS = 1 << 62
NOT_TO_THE_END = "not read to the end"


class AtDemand(Enum):
    """What a reader does once the demand is met."""

    WAIT = "wait"
    """Pause, and go on when more is asked for."""
    STOP = "stop"
    """End there: another statement follows on the same session."""
    GO_ON = "go on"
    """Read to the end all the same: the statement writes."""


@dataclass(slots=True)
class Demand:
    """A target in rows and bytes; reading goes on until either is reached, and pauses there."""

    rows: int = 200_000
    size_bytes: int = 64 * 1024 * 1024
    is_stopped: bool = False
    """Nobody will want more: a paused reader closes what it holds."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def is_met(self, rows: int, size_bytes: int) -> bool:
        """Whether what is stored is enough for now."""
        return rows >= self.rows or size_bytes >= self.size_bytes

    def raise_to(self, rows: int, size_bytes: int) -> None:
        """Ask for reading to go on up to the new target."""
        self.rows = max(self.rows, rows)
        self.size_bytes = max(self.size_bytes, size_bytes)
        self._changed.set()

    def raise_to_end(self) -> None:
        """Ask for every row."""
        self.raise_to(ALL_ROWS, ALL_ROWS)

    def stop(self) -> None:
        """Say that reading shall not go on."""
        self.is_stopped = True
        self._changed.set()

    async def changed(self) -> None:
        """Wait until somebody raised or stopped the demand."""
        await self._changed.wait()
        self._changed.clear()
