"""What a listener's connection lives through while nothing comes: time-outs of sessions, and a net that swallows."""

import asyncio
import socket
import sys
import time
from dataclasses import replace

import pytest

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.db.session import Session
from tests.fixtures.engine import open_session, through, value
from tests.fixtures.listening import MakeEars
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer


def hold_up(seconds: float) -> None:
    """Let the whole process stand still, as on a machine that goes to sleep."""
    time.sleep(seconds)


async def test_idle_session_timeout_does_not_end_it(
    make_ears: MakeEars, target: ConnectionTarget, session: Session
) -> None:
    if int(session.parameter_status("server_version").split(".")[0]) < 14:
        pytest.skip("this server knows no idle_session_timeout")
    ears = make_ears()
    await session.execute(f"alter database {target.database} set idle_session_timeout = 200")
    other = await open_session(target)
    assert await value(other, "show idle_session_timeout") == "200ms"
    try:
        await ears.on("quiet")

        async def idle_others() -> str | None:
            return await value(session, f"select count(*) from pg_stat_activity where pid = {other.backend_pid}")

        await until_answer(idle_others, "0", "the limit ends a session that does nothing")
        pid = ears.state.backend_pid
        await session.execute("notify quiet, 'still there'")
        await ears.heard(1)
        assert ears.gaps == []
        assert ears.state.backend_pid == pid
    finally:
        await session.execute(f"alter database {target.database} reset idle_session_timeout")
        other.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="the names of the options are Linux's")
async def test_socket_keeps_itself_alive(make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy) -> None:
    ears = make_ears(through(proxy, target))
    await ears.on("quiet")
    session = ears.listening._listener._session
    assert session is not None
    sock = session._connection.transport.get_extra_info("socket")
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert 0 < sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 60_000


async def test_pooler_is_not_given_a_setting_for_others(
    make_ears: MakeEars, pooled: ConnectionTarget, session: Session, postgres_server: PostgresServer
) -> None:
    ears = make_ears(replace(pooled))
    await ears.on("quiet")
    assert ears.state.is_pooled
    other = await open_session(pooled)
    assert await value(other, "select source from pg_settings where name = 'idle_session_timeout'") == "default"
    await other.close()


async def test_pause_of_the_process_itself_is_no_silence_of_the_server(
    make_ears: MakeEars, target: ConnectionTarget, session: Session
) -> None:
    ears = make_ears()
    listener = ears.listening._listener
    listener._answer_s = 0.2
    await ears.on("quiet")
    await until(lambda: ears.state.queue_usage is not None, "a sign of life")
    asking = asyncio.ensure_future(listener.senders([session.backend_pid]))
    await asyncio.sleep(0)
    hold_up(1.0)
    assert list(await asking) == [session.backend_pid]
    assert ears.gaps == []
    assert ears.state.phase == "listening"
