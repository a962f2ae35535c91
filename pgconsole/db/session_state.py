"""Tells what a session holds that giving it back would lose; the pool resets, the tab decides whether to keep it."""

from collections.abc import Mapping

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.quoting import quote_identifier, quote_literal
from pgconsole.db.introspection import server_query
from pgconsole.db.session import Session

_OLDEST_SERVER = 14
_READ_ONLY_MODE = ("SET default_transaction_read_only", "on")


async def held_state(session: Session) -> frozenset[tuple[str, str]]:
    """What the session holds: a reason to keep it, in words such as `SET work_mem`, and the value of a setting.

    One round trip, some 0.5 ms on the server. The session's role is always among it. Raises `PgconsoleError`.
    """
    rows = await session.fetch(server_query("session_state", _OLDEST_SERVER))
    return frozenset((str(reason), str(held)) for reason, held in rows)


def read_only_step(session: Session, wanted: bool) -> str:
    """The statement after which transactions begin read-only, or as they did when the session was new."""
    name, on = _READ_ONLY_MODE
    if wanted:
        return f"{name} = {on}"
    own = dict(session.own_state).get(name)
    return "RESET default_transaction_read_only" if own is None else f"{name} = {own}"


def console_steps(session: Session, wanted: Mapping[str, str]) -> list[str]:
    """The statements after which the session has those settings of the console's own, and no other ones."""
    had = session.record.console_settings
    given = [f"SET {quote_identifier(name)} = {quote_literal(value)}" for name, value in wanted.items()]
    return [] if dict(had) == dict(wanted) else [f"RESET {quote_identifier(name)}" for name in had] + given


async def pin_reasons(session: Session) -> tuple[str, ...]:
    """Why the session must stay with its tab; empty where it can go back.

    What it began with, the tab's own read-only mode and the console's settings are no reasons. A session that can't
    answer says so as its reason, for it is not known to be clean.
    """
    try:
        held = await held_state(session)
    except PgconsoleError as error:
        return () if session.is_lost else (f"its state is not known: {error.what}",)
    own = session.own_state | ({_READ_ONLY_MODE} if session.read_only else set())
    own |= {(f"SET {name}", value) for name, value in session.record.console_settings.items()}
    return tuple(sorted(reason for reason, _value in held - own))
