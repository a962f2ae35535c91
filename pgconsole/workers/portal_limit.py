"""Asks the server how long it bears with a transaction in which nothing happens, as a paused result's."""

import math

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.session import Session

_MARGIN_S = 5.0
_QUERY = (
    "SELECT pg_catalog.min(s.setting::pg_catalog.int8) FROM pg_catalog.pg_settings s"
    " WHERE s.name OPERATOR(pg_catalog.=) ANY"
    " ('{idle_in_transaction_session_timeout,transaction_timeout}'::pg_catalog.text[])"
    " AND s.setting OPERATOR(pg_catalog.<>) '0'"
)


async def server_limit_s(session: Session) -> float:
    """Seconds after which a paused portal should go so that the server does not end its session; infinite if never.

    A COPY that pauses is busy to the server, and can't be asked beside.
    """
    if session.is_running:
        return math.inf
    try:
        rows = await session.fetch(_QUERY)
    except PgconsoleError:
        return math.inf
    limit_ms = rows[0][0]
    return math.inf if limit_ms is None else max(0.0, int(limit_ms) / 1000 - _MARGIN_S)
