"""The commands of the connection pool, as part of the table in `actions`."""

from typing import Final

from pgconsole.core.action import Action, when

_CONNECTED = when("connected")

POOL_ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "pool.check",
        "Check connections now",
        "Connection",
        "pool",
        "Ask the server and every idle connection whether they answer; dead ones are replaced.",
        (),
        _CONNECTED,
        label="Check now",
    ),
    Action(
        "pool.to_activity",
        "Find connection in activity",
        "Connection",
        "pool",
        "Go from the connection that is selected in the pool to its session in the activity pane.",
        (),
        _CONNECTED,
        label="In activity",
    ),
    Action(
        "pool.recycle",
        "Recycle connection",
        "Connection",
        "pool",
        "Replace the connection that is selected in the pool; one in use, when it comes back.",
        (),
        _CONNECTED,
        label="Recycle",
    ),
    Action(
        "pool.recycle_idle",
        "Recycle idle connections",
        "Connection",
        "pool",
        "Replace every connection that nobody uses.",
        (),
        _CONNECTED,
        label="Recycle idle",
    ),
    Action(
        "pool.expire",
        "Let all connections expire",
        "Connection",
        "pool",
        "Replace every connection; those in use, when they come back.",
        (),
        _CONNECTED,
        label="Expire",
    ),
    Action(
        "pool.limits",
        "Limits of the pool…",
        "Connection",
        "pool",
        "Change size, time-out and lifetime of the running pool.",
        (),
        _CONNECTED,
        label="Limits…",
    ),
)
