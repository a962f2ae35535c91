"""Everything that is shown of one connection's pool at a moment, as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgconsole.core.health import Health
from pgconsole.core.pool_advice import PoolAdvice
from pgconsole.core.pool_facts import EventLog, SessionFacts
from pgconsole.core.pool_limits import PoolLimits
from pgconsole.core.pool_stats import PoolStats
from pgconsole.core.query_log import QueryLog
from pgconsole.core.sample_ring import SampleRing
from pgconsole.core.server_capacity import BackendFacts, ServerCapacity


@dataclass(frozen=True, slots=True)
class PoolPicture:
    """One moment of a pool; ring and logs go on growing, and are the same objects in each picture of a pool."""

    at: float
    title: str
    stats: PoolStats
    limits: PoolLimits
    health: Health
    capacity: ServerCapacity | None
    """None until the server has told."""
    sessions: Sequence[SessionFacts]
    beside: Sequence[SessionFacts]
    """The console's sessions on this connection outside the pool."""
    backends: Mapping[int, BackendFacts]
    """What the server says of them, by pid."""
    advice: Sequence[PoolAdvice]
    events: EventLog
    log: QueryLog
    samples: SampleRing
    slow_ms: float
    server_logs: bool = False
    """Whether the server was asked to log slow statements of this pool's sessions too."""
