"""Listening on a real server: channels, bursts, senders, and every way in which it is lost and comes back."""

import asyncio
import struct
import time

import pytest

from pgconsole.core.channels import Channel
from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import AuthenticationFailed
from pgconsole.db.session import Session
from tests.fixtures.engine import open_session, target_of_dsn, through, value
from tests.fixtures.listening import Ears, MakeEars
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until, until_answer


async def send(session: Session, channel: str, payload: str = "") -> None:
    prepared = await session.prepare("select pg_notify($1, $2)")
    await session.open_portal(prepared, (channel, payload), "", 0)


async def terminate(watcher: Session, ears: Ears) -> None:
    await watcher.fetch(f"select pg_terminate_backend({ears.state.backend_pid})")


# Channels


async def test_message_comes_whole_with_its_sender(ears: Ears, session: Session) -> None:
    await ears.on("orders")
    await session.execute("set application_name = 'the shop'")
    before = time.time()
    await send(session, "orders", '{"id": 1}')
    await ears.heard(1)
    message = ears.state.log.entry(0)
    assert (message.channel, message.pid, message.payload) == ("orders", session.backend_pid, '{"id": 1}')  # type: ignore[union-attr]
    assert before - 0.1 <= message.time_s <= time.time()  # type: ignore[union-attr]
    await until(lambda: session.backend_pid in ears.state.senders, "the sender is known")
    sender = ears.state.sender_of(message)  # type: ignore[arg-type]
    assert sender is not None
    assert (sender.application, sender.client) == ("the shop", "socket")


@pytest.mark.parametrize(
    "name",
    ["Orders", "my.channel", 'say "hi"', "it's", "two words", "größe", "x" * 63, "ä" * 31, "select", "\u202e", ";"],
)
async def test_any_name_can_be_listened_on(ears: Ears, session: Session, name: str) -> None:
    await ears.on(name)
    await send(session, name, "here")
    await ears.heard(1)
    assert ears.state.traffic[name].count == 1
    assert ears.errors == []


@pytest.mark.parametrize(
    "payload", ["", "\x01\x1b[31m", "‮evil‬", "<b>x</b><img src=x>", "x" * 7999, "ä" * 3999, "{", "[" * 7999, "a\nb\tc"]
)
async def test_any_payload_comes_byte_for_byte(ears: Ears, session: Session, payload: str) -> None:
    await ears.on("any")
    await send(session, "any", payload)
    await ears.heard(1)
    assert ears.payloads == [payload]


async def test_muted_channel_is_counted_and_not_kept(ears: Ears, session: Session) -> None:
    await ears.on("loud", "quiet")
    ears.listening.change(Channel(name="loud", muted=True))
    await send(session, "loud")
    await send(session, "quiet", "kept")
    await ears.heard(2)
    assert ears.payloads == ["kept"]
    assert ears.state.traffic["loud"].count == 1
    ears.listening.change(Channel(name="loud"))
    await send(session, "loud", "kept too")
    await ears.heard(3)
    assert ears.payloads == ["kept", "kept too"]


async def test_channel_that_was_left_is_heard_no_longer(ears: Ears, session: Session) -> None:
    await ears.on("left", "stays")
    ears.listening.unsubscribe("left")
    await ears.settled()
    await send(session, "left")
    await send(session, "stays", "last")
    await ears.heard(1)
    assert ears.payloads == ["last"]
    assert list(ears.state.channels) == ["stays"]


async def test_last_channel_takes_the_connection_with_it(ears: Ears, watcher: Session) -> None:
    await ears.on("only")
    pid = ears.state.backend_pid
    ears.listening.unsubscribe("only")
    await until(lambda: ears.state.phase == "off", "it is off")

    async def backends() -> str | None:
        return await value(watcher, f"select count(*) from pg_stat_activity where pid = {pid}")

    await until_answer(backends, "0", "the backend is gone")
    await ears.on("again")
    await send(watcher, "again", "heard")
    await ears.heard(1)


async def test_channel_that_comes_as_the_last_one_goes_is_heard(ears: Ears, watcher: Session) -> None:
    await ears.on("first")
    stopping = asyncio.ensure_future(ears.listening.stop())
    await asyncio.sleep(0)
    ears.listening.add("second")
    await stopping
    await ears.up()
    await ears.settled()
    await send(watcher, "second", "heard")
    await ears.heard(1)
    assert ears.state.phase == "listening"


async def test_unlisten_in_another_session_changes_nothing(ears: Ears, session: Session) -> None:
    await ears.on("kept")
    for statement in ("listen kept", "unlisten *", "discard all"):
        await session.execute(statement)
    await send(session, "kept")
    await ears.heard(1)


# Many


async def test_burst_is_taken_whole_and_told_seldom(ears: Ears, session: Session) -> None:
    await ears.on("flood")
    await until(lambda: ears.state.queue_usage is not None, "the first sign of life")
    before = ears.changes
    await session.execute("select pg_notify('flood', n::text) from generate_series(1, 50000) n")
    await ears.heard(50_000)
    assert ears.payloads == [str(n) for n in range(1, 50_001)]
    assert ears.changes - before < 5000
    assert ears.state.traffic["flood"].count == 50_000


async def test_more_than_the_budget_is_dropped_and_counted(make_ears: MakeEars, session: Session) -> None:
    ears = make_ears(row_budget=2000)
    await ears.on("flood")
    await session.execute("select pg_notify('flood', n::text) from generate_series(1, 30000) n")
    await ears.heard(30_000)
    kept = len(ears.payloads)
    assert kept <= 2000
    assert ears.state.log.dropped == 30_000 - kept
    assert ears.payloads[-1] == "30000"


async def test_senders_are_asked_about_once(ears: Ears, session: Session) -> None:
    await ears.on("chatty")
    for _ in range(3):
        await send(session, "chatty")
    await ears.heard(3)
    await until(lambda: session.backend_pid in ears.state.senders, "the sender is known")
    assert len(ears.state.senders) == 1


# Loss


async def test_terminated_backend_leaves_a_gap_with_both_times(ears: Ears, watcher: Session) -> None:
    await ears.on("orders")
    await send(watcher, "orders", "before")
    await ears.heard(1)
    before = time.time()
    await terminate(watcher, ears)
    await ears.down()
    assert ears.state.problem is not None
    await ears.up()
    await send(watcher, "orders", "after")
    await ears.heard(2)
    assert ears.payloads == ["before", "after"]
    (gap,) = ears.gaps
    assert before - 0.1 <= gap.began_s <= gap.ended_s <= time.time()
    assert ears.state.problem is None


async def test_loss_while_paused_is_a_gap_among_what_waits(ears: Ears, watcher: Session) -> None:
    await ears.on("orders")
    ears.state.rows.pause()
    await terminate(watcher, ears)
    await ears.down()
    await ears.up()
    await send(watcher, "orders", "after")
    await ears.heard(1)
    assert ears.state.rows.end == 0
    assert ears.state.rows.waiting == 2
    ears.state.rows.resume()
    assert ears.state.rows.end == 2
    assert len(ears.gaps) == 1


async def test_channels_that_change_during_a_loss_hold_afterwards(ears: Ears, watcher: Session) -> None:
    await ears.on("left", "stays")
    await terminate(watcher, ears)
    await ears.down()
    ears.listening.unsubscribe("left")
    ears.listening.add("new")
    await ears.up()
    await ears.settled()
    for name in ("left", "stays", "new"):
        await send(watcher, name, name)
    await ears.heard(2)
    assert ears.payloads == ["stays", "new"]


async def test_server_restart_is_survived(
    ears: Ears, postgres_server: PostgresServer, target: ConnectionTarget
) -> None:
    await ears.on("orders")
    await asyncio.to_thread(postgres_server.stop)
    try:
        await ears.down()
        await until(lambda: ears.state.retry_s is not None, "another attempt is due")
    finally:
        await asyncio.to_thread(postgres_server.start)
    await ears.up()
    session = await open_session(target)
    await send(session, "orders", "after the restart")
    await ears.heard(1)
    await session.close()
    assert len(ears.gaps) == 1


async def test_reset_connection_is_told_and_made_anew(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy
) -> None:
    ears = make_ears(through(proxy, target))
    await ears.on("orders")
    proxy.cut()
    await ears.down()
    await ears.up()
    assert len(ears.gaps) == 1


async def test_black_hole_is_found_out_and_the_gap_begins_with_the_last_sign_of_life(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy
) -> None:
    ears = make_ears(through(proxy, target))
    ears.listening._listener._beat_s, ears.listening._listener._answer_s = 0.05, 0.2
    await ears.on("orders")
    await until(lambda: ears.state.queue_usage is not None, "a sign of life")
    fell_silent = time.time()
    proxy.black_hole()
    await ears.down()
    proxy.open.set()
    await ears.up()
    assert ears.gaps[0].began_s <= fell_silent + 0.1


async def test_channel_that_is_asked_for_in_a_black_hole_is_heard_afterwards(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy, session: Session
) -> None:
    ears = make_ears(through(proxy, target))
    ears.listening._listener._answer_s = 0.2
    await ears.on("first")
    await until(lambda: ears.state.queue_usage is not None, "a sign of life")
    proxy.black_hole()
    ears.listening.add("second")
    await ears.down()
    proxy.open.set()
    await ears.up()
    await ears.settled()
    await send(session, "second", "heard")
    await ears.heard(1)
    assert ears.errors == []


async def test_user_need_not_wait_for_the_next_attempt(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy
) -> None:
    ears = make_ears(ConnectionTarget((Host("127.0.0.1", 1),), target.database, target.user, ssl_mode="disable"))
    ears.listening.add("orders")
    await until(lambda: ears.state.problem is not None, "the refusal is told")
    ears.target = target
    while ears.state.phase != "listening":
        ears.listening.start()
        await asyncio.sleep(0.02)
    assert len(ears.gaps) == 1


async def test_refused_login_is_not_tried_again(make_ears: MakeEars, postgres_server: PostgresServer) -> None:
    wrong = target_of_dsn(postgres_server.dsn).with_password("wrong")
    ears = make_ears(wrong)
    ears.listening.add("orders")
    await until(lambda: ears.state.problem is not None, "the refusal is told")
    assert isinstance(ears.state.problem, AuthenticationFailed)
    assert (ears.state.phase, ears.state.retry_s) == ("off", None)
    assert list(ears.state.channels) == ["orders"]


# A server that says malformed things


def notification(channel: bytes, payload: bytes, pid: int = 7) -> bytes:
    body = struct.pack("!i", pid) + channel + b"\0" + payload + b"\0"
    return b"A" + struct.pack("!i", len(body) + 4) + body


async def say(proxy: Proxy, data: bytes) -> None:
    """Let the server say something that it never said."""
    for link in list(proxy._links):
        link.client.write(data)
        await link.client.drain()


@pytest.mark.parametrize(
    "malformed",
    [
        notification(b"orders", b"\xff\xfe"),
        notification(b"\xc3", b"x"),
        b"A" + struct.pack("!i", 8) + struct.pack("!i", 7),
        b"A" + struct.pack("!i", 12) + struct.pack("!i", 7) + b"abcd",
        b"A" + struct.pack("!i", 2**31 - 1) + b"x",
        b"A" + struct.pack("!i", 3) + b"x" * 20,
        b"A" + struct.pack("!i", -5) + b"x" * 20,
        bytes(100),
    ],
    ids=["payload not UTF-8", "channel not UTF-8", "no strings", "no end", "2 GB", "length 3", "length -5", "zeros"],
)
async def test_malformed_notification_costs_the_connection_at_most(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy, malformed: bytes
) -> None:
    ears = make_ears(through(proxy, target))
    ears.listening._listener._beat_s, ears.listening._listener._answer_s = 0.05, 0.2
    await ears.on("orders")
    await say(proxy, malformed)
    await until(lambda: bool(ears.gaps), "the listener begins anew")
    await ears.up()
    await say(proxy, notification(b"orders", b"after"))
    await ears.heard(1)
    assert ears.payloads == ["after"]


async def test_channels_that_nobody_asked_for_take_no_memory_for_ever(
    make_ears: MakeEars, target: ConnectionTarget, proxy: Proxy
) -> None:
    ears = make_ears(through(proxy, target), row_budget=2000)
    await ears.on("orders")
    await say(proxy, b"".join(notification(f"c{n}".encode(), b"", -n) for n in range(20_000)))
    await ears.heard(20_000)
    assert list(ears.state.traffic) == ["orders"]
    assert sum(len(page.names) for page in ears.state.log._pages) < 4000
    assert len(ears.state.senders) == 0
