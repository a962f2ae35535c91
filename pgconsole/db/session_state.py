"""Tells what a session holds that giving it back would lose; the pool resets, the tab decides whether to keep it."""

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.introspection import server_query
from pgconsole.db.session import Session

_OLDEST_SERVER = 14


async def pin_reasons(session: Session, own_role: str = "") -> tuple[str, ...]:
    """Why the session must stay with its tab, in words such as `SET work_mem`; empty where it can go back.

    One round trip, some 0.5 ms on the server. `own_role` is the role that the profile itself sets. A session that
    can't answer says so as its reason, for it is not known to be clean.
    """
    try:
        rows = await session.fetch(server_query("session_state", _OLDEST_SERVER))
    except PgconsoleError as error:
        return () if session.is_lost else (f"its state is not known: {error.what}",)
    reasons = [str(reason) for (reason,) in rows]
    return tuple(reason for reason in reasons if not own_role or reason != f"SET ROLE {own_role}")
