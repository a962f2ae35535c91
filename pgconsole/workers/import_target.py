"""An import's dealings with the server round the loading itself: the target made and described, transactions, proof."""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Protocol

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.import_plan import ImportPlan, OnBadRow, Way
from pgconsole.core.import_sql import (
    DROP_STAGING,
    comment_on_table,
    create_staging,
    create_table,
    is_staged,
    order_matters,
    set_date_order,
    target_columns,
    trial,
    truncate,
)
from pgconsole.db.session import Session

_ASK_FOR_S = 15.0
_ASK_EVERY_S = 0.25
ON_ERROR_SINCE = 17
"""The first PostgreSQL whose COPY leaves rows with type errors out and tells of each."""
_ENGLISH = re.compile(r"C|POSIX|en([_.@].*)?|English.*", re.IGNORECASE)


_SETTINGS = (
    # Else a crash of the server could take back what is told as committed. Its other values wait for more than this.
    "SELECT pg_catalog.set_config('synchronous_commit', 'on', true)"
    " WHERE pg_catalog.current_setting('synchronous_commit') OPERATOR(pg_catalog.=) 'off';\n"
    # Else COPY would not tell which rows it leaves out.
    "SET LOCAL client_min_messages TO notice"
)


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the server told of itself and of the table."""

    column_types: dict[str, str]
    """In words, by the columns' names."""
    numeric: frozenset[str]
    """The columns that hold numbers."""
    never_empty: frozenset[str]
    """The columns of types that no empty text is of."""
    skips_type_errors: bool
    """Whether COPY can leave rows out by itself, and says so in words that are understood."""
    is_ordered: bool
    """Whether records are to come in the order of the file."""


class SessionLender(Protocol):
    """Where an import's sessions come from: a pool's, or ones of its own."""

    async def acquire(self) -> Session:
        """A session with nothing in it; raises `PgconsoleError`."""

    async def release(self, session: Session) -> None:
        """Take it back, lost or not."""


async def make_target(session: Session, plan: ImportPlan) -> TargetFacts:
    """Begin the first transaction, make or empty the table, and learn what it is; raises what the server says."""
    await session.begin_block()
    if plan.target.new is not None and not plan.already_loaded:
        await _execute(session, create_table(plan.target))
        if plan.target.new.comment:
            await _execute(session, comment_on_table(plan.target, plan.target.new))
    if plan.way is Way.TRUNCATE and not plan.already_loaded:
        await _execute(session, truncate(plan.target))
    await _set_up(session, plan)
    await _execute(session, trial(plan))
    rows = await session.fetch(target_columns(plan.target))
    messages = (await session.fetch("SELECT pg_catalog.current_setting('lc_messages')"))[0][0] or ""
    major = int(re.match(r"\d*", session.parameter_status("server_version"))[0] or 0)  # type: ignore[index]
    skips = major >= ON_ERROR_SINCE and plan.on_bad_row is OnBadRow.REJECT and bool(_ENGLISH.fullmatch(messages))
    is_ordered = is_staged(plan) or (await session.fetch(order_matters(plan)))[0][0] == "t"
    return TargetFacts(
        column_types={str(name): str(kind) for name, kind, *_ in rows},
        numeric=frozenset(str(name) for name, _kind, is_number, *_ in rows if is_number == "t"),
        never_empty=frozenset(str(name) for name, *_, is_never_empty in rows if is_never_empty == "t"),
        skips_type_errors=skips,
        is_ordered=is_ordered,
    )


async def begin_transaction(session: Session, plan: ImportPlan) -> None:
    """Begin a transaction in which batches can be loaded."""
    await session.begin_block()
    await _set_up(session, plan)


async def _set_up(session: Session, plan: ImportPlan) -> None:
    await _execute(session, _SETTINGS)
    date_order = set_date_order(plan.dialect)
    if date_order is not None:
        await _execute(session, date_order)
    if plan.on_bad_row is OnBadRow.REJECT:
        # Else a deferred constraint would speak at the commit, when no record can be left out any more.
        await _execute(session, "SET CONSTRAINTS ALL IMMEDIATE")
    if is_staged(plan):
        await _execute(session, DROP_STAGING)
        await _execute(session, create_staging(plan))


async def _execute(session: Session, text: str) -> None:
    """Send a statement, unless the import was cancelled as the one before it ended."""
    session.refuse_cancelled()
    await session.execute(text)


async def drop_staging(session: Session, plan: ImportPlan) -> None:
    """Leave nothing on the session."""
    if is_staged(plan) and not session.is_lost:
        await session.execute(DROP_STAGING)


async def was_committed(lender: SessionLender, number: str) -> bool | None:
    """Ask on another session what became of a transaction; None where nobody can say.

    Source: PostgreSQL manual, "Transaction ID and Snapshot Information Functions".
    """
    deadline = time.monotonic() + _ASK_FOR_S
    while time.monotonic() < deadline:
        status = await _status_of(lender, number)
        if status in ("committed", "aborted"):
            return status == "committed"
        await asyncio.sleep(_ASK_EVERY_S)
    return None


async def _status_of(lender: SessionLender, number: str) -> str | None:
    try:
        session = await lender.acquire()
    except PgconsoleError:
        return None
    try:
        return (await session.fetch(f"SELECT pg_catalog.pg_xact_status('{int(number)}')"))[0][0]
    except PgconsoleError:
        return None
    finally:
        await lender.release(session)
