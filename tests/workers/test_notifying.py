"""Sending through the pool."""

from contextlib import aclosing

import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.pool import Pool
from pgconsole.workers.notifying import notify, notify_repeatedly
from tests.fixtures.listening import Ears


@pytest.mark.parametrize(("channel", "payload"), [("orders", ""), ("a \"b\" 'c'", "it's \\ $1 ä"), ("c", "x" * 7999)])
async def test_what_is_sent_arrives(ears: Ears, pool: Pool, channel: str, payload: str) -> None:
    await ears.on(channel)
    await notify(pool, channel, payload)
    await ears.heard(1)
    assert ears.payloads == [payload]
    assert pool.stats.used == 0


async def test_server_refuses_what_is_too_long(pool: Pool) -> None:
    with pytest.raises(PgconsoleError, match="payload string too long"):
        await notify(pool, "orders", "x" * 8000)
    assert pool.stats.used == 0


async def test_repetition_goes_on_until_it_is_closed(ears: Ears, pool: Pool) -> None:
    await ears.on("tick")
    async with aclosing(notify_repeatedly(pool, "tick", "x", 500)) as sending:
        async for sent in sending:
            if sent == 20:
                break
    await ears.heard(20)
    assert ears.state.received == 20
    assert pool.stats.used == 0
