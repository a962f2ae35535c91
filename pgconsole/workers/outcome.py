"""Asks the server what became of a transaction whose COMMIT was not confirmed.

Source: PostgreSQL manual, "Transaction ID and Snapshot Information Functions", pg_xact_status.
"""

from typing import Literal

from pgconsole.core.notice import Notice
from pgconsole.db.pool import Pool

Outcome = Literal["committed", "aborted", "in progress", "unknown"]


async def ask_outcome(pool: Pool, transaction_id: str) -> Outcome:
    """What the server says, on a session of its own; raises `PgconsoleError` where it can't be asked."""
    owner = "outcome of a transaction"
    session = await pool.acquire(owner)
    try:
        rows = await session.fetch(f"SELECT pg_catalog.pg_xact_status('{int(transaction_id):d}'::pg_catalog.xid8)")
    finally:
        pool.release(session, owner)
    match rows[0][0]:
        case "committed" | "aborted" | "in progress" as said:
            return said
        case _:
            return "unknown"


def outcome_notice(transaction_id: str, outcome: Outcome) -> Notice:
    """The answer in words."""
    which = f"Transaction {transaction_id}"
    match outcome:
        case "committed":
            return Notice(f"{which} was committed: what it changed is there. Do not run it again.", "ok")
        case "aborted":
            return Notice(f"{which} was rolled back: nothing of it is there. It can be run again.", "warning")
        case "in progress":
            text = f"{which} is still open on the server, which has not noticed the loss yet. Ask again in a moment."
            return Notice(text, "warning", "query.ask_outcome")
        case "unknown":
            return Notice(f"{which} is too old for the server to tell. Look at the data.", "warning")
