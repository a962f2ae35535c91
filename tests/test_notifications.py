"""Notifications of a window without its widgets: connections, what is remembered, sending, poolers, alerts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import pytest

from pgconsole.core.channel_search import FoundChannel
from pgconsole.core.channels import Channel
from pgconsole.core.direct_address import POOLER_MAY_TELL, POOLER_TELLS
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.listening_state import ListeningState
from pgconsole.core.message_log import Message
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.core.profile import Profile
from pgconsole.core.settings import Settings
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.server_connection import ServerConnection, open_server
from pgconsole.db.session import Session
from pgconsole.notifications import Notifications
from pgconsole.ui.notifying.bounded_regex import compile_bounded
from pgconsole.workers.channel_memory import ChannelMemory
from tests.fixtures.waiting import until


class FakePane:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.state: ListeningState | None = None
        self.refreshed = 0
        self.direct: tuple[str, str] = ("", "")
        self.found: Sequence[FoundChannel] | None = None
        self.sent: list[tuple[str, bool]] = []
        self.alarms: list[Match] = []
        self.rules: tuple[Rule, ...] = ()
        self.told: list[str] = []
        self.errors: list[PgconsoleError] = []

    def show_state(self, state: ListeningState | None) -> None:
        self.state = state

    def refresh(self) -> None:
        self.refreshed += 1

    def ask_direct(self, why: str, address: str) -> None:
        self.direct = (why, address)

    def show_found(self, found: Sequence[FoundChannel]) -> None:
        self.found = found

    def show_sent(self, words: str, is_repeating: bool) -> None:
        self.sent.append((words, is_repeating))

    def alarm(self, match: Match) -> None:
        self.alarms.append(match)

    def show_rules(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def report(self, error: PgconsoleError) -> None:
        self.errors.append(error)

    @property
    def shown(self) -> ListeningState:
        assert self.state is not None
        return self.state

    async def listens(self) -> None:
        await until(lambda: self.shown.phase == "listening", "it listens")

    async def has(self, count: int) -> list[str]:
        """Wait for so many messages; their payloads."""
        log = self.shown.log
        await until(lambda: self.shown.received >= count, f"{count} messages")
        entries = [entry for _number, entry in log.entries(log.first, log.end)]
        return [entry.payload for entry in entries if isinstance(entry, Message)]


class Desk:
    """Features as windows have them, one after the other, on one memory."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._features: list[Notifications] = []
        self.queries: list[tuple[ServerConnection, str, str]] = []

    def _run_query(self, server: ServerConnection, title: str, script: str) -> None:
        self.queries.append((server, title, script))

    def open(self) -> tuple[Notifications, FakePane]:
        pane = FakePane()
        feature = Notifications(pane, Settings, ChannelMemory(self._memory), compile_bounded, self._run_query)
        self._features.append(feature)
        return feature, pane

    async def aclose(self) -> None:
        await asyncio.gather(*(feature.aclose() for feature in self._features))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "channels.json")
    yield desk
    await desk.aclose()


def profile_of(dsn: str, **changes: object) -> Profile:
    keywords = dict(parse_keywords(dsn))
    keywords.pop("password")
    return msgspec.structs.replace(Profile(id="test", server=dict(keywords)), **changes)


@pytest.fixture
async def server(module_dsn: str) -> AsyncIterator[ServerConnection]:
    password = dict(parse_keywords(module_dsn))["password"]
    server = await open_server(profile_of(module_dsn), password)
    yield server
    await server.aclose()


@pytest.fixture
async def other(module_dsn: str) -> AsyncIterator[ServerConnection]:
    password = dict(parse_keywords(module_dsn))["password"]
    server = await open_server(profile_of(module_dsn, id="other"), password)
    yield server
    await server.aclose()


async def listening(desk: Desk, server: ServerConnection, *channels: str) -> tuple[Notifications, FakePane]:
    feature, pane = desk.open()
    feature.follow(server)
    for channel in channels:
        assert feature.subscribe(channel) == ""
    await pane.listens()
    wanted = {f"notifications: listen {channel}" for channel in channels}
    await until(lambda: not wanted & {task.get_name() for task in asyncio.all_tasks()}, "LISTEN is answered")
    return feature, pane


async def taken_up() -> None:
    name = "notifications: take up channels"
    await until(lambda: name not in {task.get_name() for task in asyncio.all_tasks()}, "the memory is read")


async def test_message_that_is_sent_is_heard(desk: Desk, server: ServerConnection) -> None:
    feature, pane = await listening(desk, server, "orders")
    assert feature.send("orders", '{"id": 1}') == ""
    assert await pane.has(1) == ['{"id": 1}']
    await until(lambda: bool(pane.sent), "sending is told")
    assert pane.sent[0][0].startswith("Sent on orders at ")
    assert pane.errors == []


async def test_listener_has_a_connection_and_a_name_of_its_own(
    desk: Desk, server: ServerConnection, watcher: Session
) -> None:
    _feature, pane = await listening(desk, server, "orders")
    pid = pane.shown.backend_pid
    rows = await watcher.fetch(f"select application_name from pg_stat_activity where pid = {pid}")
    assert rows[0][0] == "pgconsole: notifications"
    assert [(each.pid, each.owner) for each in server.sessions_beside] == [(pid, "notifications")]
    assert server.pool.stats.used == 0


async def test_channels_are_taken_up_again_at_the_next_start(desk: Desk, server: ServerConnection) -> None:
    feature, pane = await listening(desk, server, "orders", "Loud")
    feature.change(msgspec.structs.replace(pane.shown.channels["Loud"], muted=True))
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    await pane.listens()
    await until(lambda: len(pane.shown.channels) == 2, "both channels")
    assert pane.shown.channels["Loud"] == Channel(name="Loud", muted=True, colour=1)
    feature.send("orders", "again")
    assert await pane.has(1) == ["again"]


async def test_what_is_done_before_the_memory_is_read_takes_nothing_from_it(
    desk: Desk, server: ServerConnection
) -> None:
    feature, _pane = await listening(desk, server, "first")
    feature.set_rules([Rule(act="badge")])
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    assert feature.subscribe("second") == ""
    await until(lambda: len(pane.shown.channels) == 2, "both channels")
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    await until(lambda: set(pane.shown.channels) == {"first", "second"}, "both are remembered")
    assert feature.rules == (Rule(act="badge"),)


async def test_connection_listens_before_it_is_shown(desk: Desk, server: ServerConnection, watcher: Session) -> None:
    feature, _pane = await listening(desk, server, "orders")
    await feature.aclose()
    feature, pane = desk.open()
    feature.meet(server)
    await until(lambda: bool(server.sessions_beside), "a connection of its own")
    await watcher.execute("notify orders, 'unseen'")
    feature.follow(server)
    assert pane.shown.phase in ("listening", "reconnecting")
    await pane.listens()


async def test_nothing_is_opened_without_channels(desk: Desk, server: ServerConnection) -> None:
    feature, pane = desk.open()
    feature.follow(server)
    await feature.aclose()
    assert pane.shown.phase == "off"
    assert server.sessions_beside == []


async def test_connections_that_are_not_shown_go_on_listening(
    desk: Desk, server: ServerConnection, other: ServerConnection, watcher: Session
) -> None:
    feature, pane = await listening(desk, server, "first")
    feature.follow(other)
    assert pane.shown.channels == {}
    await watcher.execute("notify first, 'unseen'")
    feature.follow(server)
    assert await pane.has(1) == ["unseen"]
    await feature.leave(server)
    feature.follow(None)
    assert pane.state is None
    assert feature.subscribe("x") != ""


async def test_name_that_no_channel_has_is_told(desk: Desk, server: ServerConnection) -> None:
    feature, pane = desk.open()
    feature.follow(server)
    assert "63 bytes" in feature.subscribe("x" * 64)
    assert feature.subscribe("") != ""
    assert feature.subscribe("Orders") == ""
    assert "orders" in pane.told[0]
    assert feature.subscribe('"Stock"') == ""
    assert len(pane.told) == 1


@pytest.mark.parametrize(("channel", "payload"), [("", "x"), ("c", "x" * 8000), ("c", "a\0b"), ("x" * 64, "")])
async def test_what_the_server_would_refuse_is_told_and_not_sent(
    desk: Desk, server: ServerConnection, channel: str, payload: str
) -> None:
    feature, pane = desk.open()
    feature.follow(server)
    opened = server.pool.stats.opened
    assert feature.send(channel, payload).endswith(".")
    assert (server.pool.stats.opened, pane.sent) == (opened, [])


async def test_repetition_ends_when_it_is_stopped(desk: Desk, server: ServerConnection) -> None:
    feature, pane = await listening(desk, server, "tick")
    feature.send("tick", "x", 200)
    await pane.has(5)
    feature.stop_sending()
    await until(lambda: bool(pane.sent) and not pane.sent[-1][1], "the end is told")
    await until(lambda: server.pool.stats.used == 0, "the session is given back")


async def test_connection_that_closes_before_its_memory_is_read_is_listened_on_no_more(
    desk: Desk, server: ServerConnection
) -> None:
    feature, _pane = await listening(desk, server, "orders")
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    state = pane.shown
    await feature.leave(server)
    await taken_up()
    assert (state.phase, state.channels, server.sessions_beside) == ("off", {}, [])


async def test_address_that_is_typed_stays_while_another_connection_is_taken_up(
    desk: Desk, server: ServerConnection, other: ServerConnection
) -> None:
    feature, pane = desk.open()
    feature.follow(server)
    await taken_up()
    pane.direct = ("why", "typed")
    feature.meet(other)
    await taken_up()
    assert pane.direct == ("why", "typed")


async def test_rule_alarms(desk: Desk, server: ServerConnection) -> None:
    feature, pane = await listening(desk, server, "jobs")
    rule = Rule(act="notify", wanted="$.state = failed", kind="path")
    feature.set_rules([rule])
    feature.send("jobs", '{"state": "done"}')
    feature.send("jobs", '{"state": "failed"}')
    await until(lambda: bool(pane.alarms), "the alarm")
    assert pane.alarms[0].rule == rule
    with pytest.raises(ValueError, match="path"):
        feature.set_rules([Rule(act="notify", wanted="x", kind="path")])
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    await until(lambda: feature.rules == (rule,), "the rule is remembered")
    assert pane.rules == (rule,)


async def test_rule_has_a_query_run_with_what_came(desk: Desk, server: ServerConnection) -> None:
    feature, pane = await listening(desk, server, "jobs")
    feature.set_rules([Rule(act="query", wanted="failed", query="select $2, $1")])
    feature.send("jobs", "failed it's")
    await until(lambda: bool(desk.queries), "the query")
    assert desk.queries == [
        (server, "Alert on any channel: failed", "select $2, $1\n\\bind 'failed it''s' 'jobs' \\g\n")
    ]
    assert pane.alarms == []
    with pytest.raises(ValueError, match="only reads"):
        feature.set_rules([Rule(act="query", query="delete from orders")])


async def test_rule_whose_expression_takes_for_ever_is_removed_and_the_others_stay(
    desk: Desk, server: ServerConnection
) -> None:
    feature, pane = await listening(desk, server, "jobs")
    costly, other = Rule(act="badge", wanted="(a+)+$", kind="regex"), Rule(act="badge", wanted="end")
    feature.set_rules([costly, other])
    feature.send("jobs", "a" * 7990 + "!end")
    await until(lambda: len(pane.alarms) == 1, "the other rule's alarm")
    await until(lambda: pane.rules == (other,), "the rule is removed")
    assert "takes too long" in pane.told[-1]
    await feature.aclose()
    feature, pane = desk.open()
    feature.follow(server)
    await until(lambda: feature.rules == (other,), "it is not remembered")


async def test_channels_in_sources_are_offered(desk: Desk, server: ServerConnection, watcher: Session) -> None:
    await watcher.execute("create function tell() returns void language sql as $$ select pg_notify('found', '') $$")
    feature, pane = desk.open()
    feature.follow(server)
    feature.find()
    await until(lambda: pane.found is not None, "the channels")
    assert pane.found == (FoundChannel("found", "function tell(), line 1"),)


async def test_export_says_where(desk: Desk, server: ServerConnection, tmp_path: Path) -> None:
    feature, pane = await listening(desk, server, "orders")
    feature.send("orders", "x")
    await pane.has(1)
    feature.export(tmp_path / "out.ndjson", "ndjson")
    await until(lambda: bool(pane.told), "the export is told")
    assert pane.told == [f"1 row written to {tmp_path / 'out.ndjson'}."]


async def test_pooler_that_nobody_spoke_of_is_told(
    desk: Desk, server: ServerConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "backend_pid", property(lambda _session: 1))
    _feature, pane = await listening(desk, server, "orders")
    assert pane.direct == (POOLER_MAY_TELL, "")
    assert pane.shown.backend_pid != 1


async def test_pooler_is_told_and_the_direct_address_listens(
    desk: Desk, module_dsn: str, server: ServerConnection
) -> None:
    """Only the profile says that a pooler stands there; what is tried is what is done about it."""
    keywords = dict(parse_keywords(module_dsn))
    pooled = await open_server(profile_of(module_dsn, id="pooled", pgbouncer=True), keywords["password"])
    try:
        feature, pane = desk.open()
        feature.follow(pooled)
        assert pane.direct == (POOLER_TELLS, "")
        assert feature.subscribe("orders") == POOLER_TELLS
        assert feature.listen_at("no address") != ""
        assert feature.listen_at(keywords["host"]) == ""
        assert pane.direct[0] == ""
        assert pooled.sessions_beside == []
        await feature.aclose()
    finally:
        await pooled.aclose()
