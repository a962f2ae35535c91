"""Asks the server how many connections it has room for, and what it says of ours."""

from collections.abc import Iterable

from pgconsole.core.server_capacity import BackendFacts, ServerCapacity
from pgconsole.db.introspection import OLDEST_SERVER, server_major, server_query
from pgconsole.db.session import Session


async def ask_capacity(session: Session, used_by_us: int) -> ServerCapacity:
    """The limits and what is used of them, of which `used_by_us` are ours; raises `PgconsoleError`."""
    rows = await session.fetch(server_query("pool_capacity", server_major(session.parameter_status("server_version"))))
    (most, superuser, reserved, used, role, role_limit, role_used, database, limit, database_used, is_superuser) = rows[
        0
    ]
    return ServerCapacity(
        max_connections=_number(most),
        reserved=_number(superuser) + _number(reserved),
        used=_number(used),
        used_by_us=min(used_by_us, _number(used)),
        role=str(role),
        role_limit=_limit(role_limit),
        role_used=_number(role_used),
        database=str(database),
        database_limit=_limit(limit),
        database_used=_number(database_used),
        is_superuser=is_superuser == "t",
    )


async def ask_backends(session: Session, pids: Iterable[int]) -> dict[int, BackendFacts]:
    """What the server says of backends by pid; one that is gone is not among them. Raises `PgconsoleError`."""
    listed = "{" + ",".join(str(int(pid)) for pid in pids) + "}"
    rows = await session.fetch(server_query("own_backends", OLDEST_SERVER).replace(":pids'", f"{listed}'"))
    return {_number(pid): BackendFacts(str(state), str(wait)) for pid, state, wait in rows}


def _number(text: str | None) -> int:
    return int(text or 0)


def _limit(text: str | None) -> int | None:
    """A limit of -1 is none; superusers have none either, but that is the server's to say."""
    limit = _number(text)
    return None if limit < 0 else limit
