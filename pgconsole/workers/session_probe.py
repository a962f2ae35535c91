"""Finds out whether a session on which nothing runs still answers, without a trace in its transaction."""

import asyncio
from contextlib import suppress
from typing import Final

from pgconsole.core.errors import ConnectionLost, ServerError
from pgconsole.db.session import Session
from pgconsole.workers.tab_words import lost_in_sleep

ANSWER_S: Final = 10.0
"""A wireless network takes some seconds to be back, and a transaction is worth the wait; the kernel has 30 s."""


async def probe(session: Session, held: tuple[str, ...]) -> None:
    """Ask for an answer; raises `ConnectionLost`, with what was `held`, where none comes in time: then it is dropped.

    Of the connection's end nobody else is told meanwhile.
    """
    is_late = False
    on_lost, session.on_lost = session.on_lost, None

    def give_up() -> None:
        nonlocal is_late
        is_late = True
        session.terminate()

    alarm = asyncio.get_running_loop().call_later(ANSWER_S, give_up)
    try:
        if session.in_failed_block:
            with suppress(ServerError):  # it refuses, which is an answer
                await session.execute("SELECT 1")
        else:
            # A query would take the transaction's snapshot; of a portal that is not there the server says nothing.
            await session.close_portal("")
    except ConnectionLost as error:
        why = f"The server gave no answer for {ANSWER_S:g} s." if is_late else error.why
        raise lost_in_sleep(held, why) from error
    finally:
        alarm.cancel()
        session.on_lost = on_lost
