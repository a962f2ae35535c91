"""Tells what a session holds that giving it back would lose; the pool resets, the tab decides whether to keep it."""

import math
from collections.abc import Mapping

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.idle_limits import IdleLimits
from pgconsole.core.quoting import quote_identifier, quote_literal
from pgconsole.db.introspection import OLDEST_SERVER, server_query
from pgconsole.db.session import Session

_IN_TRANSACTION, _IN_SESSION = "idle_in_transaction_session_timeout", "idle_session_timeout"
_LIMITS = (
    "SELECT s.name, s.setting FROM pg_catalog.pg_settings s"
    f" WHERE s.name OPERATOR(pg_catalog.=) ANY ('{{{_IN_TRANSACTION},{_IN_SESSION}}}'::pg_catalog.text[])"
)
_READ_ONLY_MODE = ("SET default_transaction_read_only", "on")


async def held_state(session: Session) -> frozenset[tuple[str, str]]:
    """What the session holds: a reason to keep it, in words such as `SET work_mem`, and the value of a setting.

    One round trip, some 0.5 ms on the server. The session's role is always among it. Raises `PgconsoleError`.
    """
    rows = await session.fetch(server_query("session_state", OLDEST_SERVER))
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


async def pinned_state(session: Session) -> dict[str, str]:
    """Why the session must stay with its tab, a setting with its value; empty where it can go back.

    What it began with, the tab's own read-only mode and the console's settings are no reasons. A session that can't
    answer says so as its reason, for it is not known to be clean.
    """
    try:
        held = await held_state(session)
    except PgconsoleError as error:
        return {} if session.is_lost else {f"its state is not known: {error.what}": ""}
    own = session.own_state | ({_READ_ONLY_MODE} if session.read_only else set())
    own |= {(f"SET {name}", value) for name, value in session.record.console_settings.items()}
    return dict(sorted(held - own))


async def pin_reasons(session: Session) -> tuple[str, ...]:
    """The reasons of `pinned_state` alone."""
    return tuple(await pinned_state(session))


async def idle_limits(session: Session) -> IdleLimits:
    """The limits that a new session has; raises `PgconsoleError`."""
    rows = await session.fetch(_LIMITS)
    found = {str(name): limit_s(str(setting)) for name, setting in rows}
    return IdleLimits(found.get(_IN_TRANSACTION, math.inf), found.get(_IN_SESSION, math.inf))


def limit_s(setting: str) -> float:
    """A limit in seconds, as pg_settings has it in milliseconds; infinite for 0."""
    return int(setting) / 1000 or math.inf


_BACK_AFTER_LOSS = frozenset(
    f"SET {name}"
    for name in (
        "DateStyle",
        "IntervalStyle",
        "TimeZone",
        "search_path",
        "statement_timeout",
        "lock_timeout",
        _IN_TRANSACTION,
        "default_transaction_isolation",
        "default_transaction_read_only",
    )
)
"""What changes the meaning of statements, or guards them; the rest of a session is named as lost."""


def restoring_steps(pins: Mapping[str, str]) -> dict[str, str]:
    """What to run on a new session in place of a lost one, by what it is called: role, time zone, search_path ..."""
    steps = {
        reason: f"SELECT pg_catalog.set_config({quote_literal(reason[4:])}, {quote_literal(value)}, false)"
        for reason, value in pins.items()
        if reason in _BACK_AFTER_LOSS
    }
    return steps | {reason: reason for reason in pins if reason.startswith("SET ROLE ")}
