"""Live NOTIFY traffic of every open connection, without its widgets: channels, messages, gaps, sending, rules.

Owns which connection is shown, what is remembered of each, and what is sent; listening itself is `workers.listening`'s,
and the values that the pane reads are `core.listening_state`'s. Connections that are not shown go on listening.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pgconsole.core.channel_search import FoundChannel
from pgconsole.core.channels import Channel, folding_note, parse_channel
from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.direct_address import POOLER_MAY_TELL, POOLER_TELLS, at_address
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.listening_state import ListeningState, new_state
from pgconsole.core.message_filter import RegexCompiler
from pgconsole.core.notification_rules import Match, Rule
from pgconsole.core.payloads import sending_fault
from pgconsole.core.plain_text import cut_line
from pgconsole.core.quoting import quote_literal
from pgconsole.core.rule_query import query_script
from pgconsole.core.settings import Settings
from pgconsole.core.spreadsheet_cells import formula_warning
from pgconsole.core.wording import plural
from pgconsole.db.server_connection import ServerConnection
from pgconsole.db.session import Session
from pgconsole.formats.message_writer import MessageFormat
from pgconsole.workers.channel_finder import find_channels
from pgconsole.workers.channel_memory import ChannelMemory, Remembered
from pgconsole.workers.listening import Listening
from pgconsole.workers.message_export import export_messages
from pgconsole.workers.notifying import notify, notify_repeatedly
from pgconsole.workers.rule_watch import RuleWatch
from pgconsole.workers.task_scope import TaskScope

RunQuery = Callable[[ServerConnection, str, str], None]
"""Runs a script that reads on a connection, in a tab of this title, unless that is in use."""


class NotificationsView(Protocol):
    """What shows notifications; every call returns at once, and costs little however often it comes."""

    def show_state(self, state: ListeningState | None) -> None:
        """Show another connection's notifications from now on, or none."""

    def refresh(self) -> None:
        """Something of the state that is shown is another now."""

    def ask_direct(self, why: str, address: str) -> None:
        """Ask for the server's own address, for a reason; without one, no longer."""

    def show_found(self, found: Sequence[FoundChannel]) -> None:
        """Offer channels that the database sends on."""

    def show_sent(self, words: str, is_repeating: bool) -> None:
        """Say what was sent last, and whether it goes on."""

    def alarm(self, match: Match) -> None:
        """Do what a rule wants, but for running a query."""

    def show_rules(self, rules: Sequence[Rule]) -> None:
        """Show which rules there are."""

    def tell(self, text: str) -> None:
        """One sentence that is no failure."""

    def report(self, error: PgconsoleError) -> None:
        """Tell of a failure in the notice bar, the one road of every error."""


@dataclass(slots=True)
class _Desk:
    """One connection and what is heard on it."""

    server: ServerConnection
    listening: Listening
    rules: RuleWatch
    direct: str = ""
    repeating: asyncio.Task[None] | None = None
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_unsaved: bool = False
    """Whether channels, address or rules changed since they were written down."""
    is_taken_up: bool = False
    """Whether what was remembered is known: before, nothing may be written in its place."""
    was_pooled: bool = False


class Notifications:
    """The notifications of one window; intents come in as method calls, which return at once."""

    def __init__(
        self,
        view: NotificationsView,
        settings: Callable[[], Settings],
        memory: ChannelMemory,
        compile_regex: RegexCompiler,
        run_query: RunQuery,
    ) -> None:
        self._view = view
        self._settings = settings
        self._memory = memory
        self._compile_regex = compile_regex
        self._run_query = run_query
        self._scope = TaskScope("notifications", view.report)
        self._desks: dict[ServerConnection, _Desk] = {}
        self._shown: _Desk | None = None

    # Connections

    def follow(self, server: ServerConnection | None) -> None:
        """Show this connection's notifications from now on; the others go on listening."""
        desk = None
        if server is not None:
            desk = self._desks.get(server) or self._open(server)
        self._shown = desk
        self._view.show_state(desk.listening.state if desk is not None else None)
        self._view.show_rules(self.rules)
        self._ask_direct()

    def meet(self, server: ServerConnection) -> None:
        """Take up what was listened on here last time, whether or not it is looked at."""
        if server not in self._desks:
            self._open(server)

    async def leave(self, server: ServerConnection) -> None:
        """Listen no longer on a connection that is about to close."""
        desk = self._desks.pop(server, None)
        if desk is not None:
            desk.rules.stop()
            if desk.repeating is not None:
                desk.repeating.cancel()
            with suppress(PgconsoleError):
                await self._save(desk)
            await desk.listening.aclose()

    async def aclose(self) -> None:
        """End everything."""
        await self._scope.aclose()
        await asyncio.gather(*(self.leave(server) for server in list(self._desks)))

    def _open(self, server: ServerConnection) -> _Desk:
        settings = self._settings()
        state = new_state(settings.notification_rows, settings.notification_bytes)
        desk: _Desk

        def changed() -> None:
            if self._shown is desk:
                self._view.refresh()
                if state.is_pooled != desk.was_pooled:
                    self._ask_direct()

        rules = RuleWatch(
            state,
            self._scope,
            self._compile_regex,
            lambda match: self._act(desk, match),
            lambda rule: self._drop_rule(desk, rule),
        )
        listening = Listening(lambda: self._connect(desk), state, self._view.report, changed, rules.heard)
        desk = self._desks[server] = _Desk(server, listening, rules)
        self._start(self._take_up(desk), "take up channels")
        return desk

    async def _connect(self, desk: _Desk) -> Session:
        return await desk.server.open_beside("notifications", _target(desk))

    async def _take_up(self, desk: _Desk) -> None:
        """Listen on the channels of last time."""
        remembered: Remembered = await self._memory.load(desk.server.profile)
        if desk.server not in self._desks:
            return
        desk.direct = desk.direct or remembered.direct
        if not desk.rules.rules:
            desk.rules.use_those_understood(remembered.rules)
        if desk is self._shown:
            self._view.show_rules(desk.rules.rules)
            self._ask_direct()
        known = desk.listening.state.channels
        channels = [channel for channel in remembered.channels if channel.name not in known]
        if self._can_listen(desk):
            desk.listening.subscribe(channels)
        desk.is_taken_up = True
        await self._save(desk)

    def _remember(self, desk: _Desk) -> None:
        desk.is_unsaved = True
        self._start(self._save(desk), "remember channels")

    async def _save(self, desk: _Desk) -> None:
        """Write down what is to be remembered as it is now, one after the other."""
        async with desk.saving:
            if not (desk.is_unsaved and desk.is_taken_up):
                return
            desk.is_unsaved = False
            channels = tuple(desk.listening.state.channels.values())
            try:
                await self._memory.save(desk.server.profile, channels, desk.direct, desk.rules.rules)
            except asyncio.CancelledError:
                desk.is_unsaved = True
                raise

    # Poolers

    def _can_listen(self, desk: _Desk) -> bool:
        return not desk.server.profile.pgbouncer or bool(desk.direct)

    def _ask_direct(self) -> None:
        desk = self._shown
        if desk is not None:
            desk.was_pooled = desk.listening.state.is_pooled
            may_tell = POOLER_MAY_TELL if desk.listening.state.is_pooled else ""
            self._view.ask_direct(may_tell if self._can_listen(desk) else POOLER_TELLS, desk.direct)

    def listen_at(self, address: str) -> str:
        """Listen at the server's own address, `host` or `host:port`; why that is none, else nothing."""
        desk = self._shown
        if desk is None:
            return _NO_CONNECTION
        try:
            at_address(desk.server.target, address)
        except ValueError as error:
            return str(error)
        desk.direct = address.strip()
        self._remember(desk)
        self._ask_direct()
        self._start(self._listen_anew(desk), "listen at another address")
        return ""

    async def _listen_anew(self, desk: _Desk) -> None:
        await desk.listening.stop()
        if desk.server not in self._desks:
            return
        if desk.listening.state.channels:
            desk.listening.start()
        else:
            await self._take_up(desk)

    # Channels

    def subscribe(self, typed: str) -> str:
        """Listen on a channel as it was typed; why it can't be, else nothing."""
        desk = self._shown
        if desk is None:
            return _NO_CONNECTION
        if not self._can_listen(desk):
            return POOLER_TELLS
        try:
            name = parse_channel(typed)
        except ValueError as error:
            return str(error)
        if name not in desk.listening.state.channels:
            desk.listening.add(name)
            self._remember(desk)
            note = folding_note(name) if not typed.strip().startswith('"') else ""
            if note:
                self._view.tell(note)
        return ""

    def unsubscribe(self, name: str) -> None:
        """Listen on a channel no longer."""
        self._on_shown(lambda desk: desk.listening.unsubscribe(name), remember=True)

    def change(self, channel: Channel) -> None:
        """Mute a channel, let it be heard again, or give it another colour."""
        self._on_shown(lambda desk: desk.listening.change(channel), remember=True)

    def listen_again(self) -> None:
        """Try to connect now rather than later."""
        self._on_shown(lambda desk: desk.listening.start())

    def find(self) -> None:
        """Look for channels in the sources of functions and triggers."""
        desk = self._shown
        if desk is not None:
            self._start(self._find(desk), "find channels")

    async def _find(self, desk: _Desk) -> None:
        self._view.show_found(await find_channels(desk.server.pool))

    # Rules

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Have these rules and no others; raises `ValueError` for one that can't be understood."""
        if self._shown is not None:
            self._shown.rules.use(rules)
            self._view.show_rules(self.rules)
            self._remember(self._shown)

    def drop_rule(self, rule: Rule) -> None:
        """Have a rule of the shown connection no longer, whose expression takes too long."""
        if rule in self.rules:
            self.set_rules([each for each in self.rules if each != rule])
            self._view.tell(_TOO_COSTLY.format(rule=rule))

    def _drop_rule(self, desk: _Desk, rule: Rule) -> None:
        self._view.tell(_TOO_COSTLY.format(rule=rule))
        if desk is self._shown:
            self._view.show_rules(desk.rules.rules)
        self._remember(desk)

    def _act(self, desk: _Desk, match: Match) -> None:
        if match.rule.act == "query":
            self._answer_by_query(desk, match)
        else:
            self._view.alarm(match)

    def _answer_by_query(self, desk: _Desk, match: Match) -> None:
        message = match.message
        title = f"Alert {cut_line(str(match.rule), _TITLE_CHARS)}"
        self._run_query(desk.server, title, query_script(match.rule.query, message.channel, message.payload))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the connection that is shown."""
        return self._shown.rules.rules if self._shown is not None else ()

    # Messages

    def export(self, path: Path, kind: MessageFormat) -> None:
        """Write the messages that are shown to a file."""
        desk = self._shown
        if desk is not None:
            self._start(self._export(desk, path, kind), "export messages")

    async def _export(self, desk: _Desk, path: Path, kind: MessageFormat) -> None:
        state = desk.listening.state
        written = await export_messages(state.log, state.rows, path, kind)
        warning = formula_warning(written.formulas)
        self._view.tell(f"{plural(written.rows, 'row')} written to {path}. {warning}".strip())

    # Sending

    def send(self, channel: str, payload: str, per_second: float = 0) -> str:
        """Notify through the pool, again and again where a rate is given; why it can't be sent, else nothing."""
        desk = self._shown
        if desk is None:
            return _NO_CONNECTION
        try:
            name = parse_channel(channel)
        except ValueError as error:
            return str(error)
        fault = sending_fault(payload)
        if fault:
            return fault
        self.stop_sending()
        if per_second:
            desk.repeating = self._scope.start(self._repeat(desk, name, payload, per_second), "send repeatedly")
        else:
            self._start(self._send(desk, name, payload), "send")
        return ""

    def stop_sending(self) -> None:
        """End a repetition."""
        if self._shown is not None and self._shown.repeating is not None:
            self._shown.repeating.cancel()
            self._shown.repeating = None

    async def _send(self, desk: _Desk, channel: str, payload: str) -> None:
        await notify(desk.server.pool, channel, payload)
        self._view.show_sent(f"Sent on {channel} at {time.strftime('%H:%M:%S')}", False)

    async def _repeat(self, desk: _Desk, channel: str, payload: str, per_second: float) -> None:
        sent = 0
        try:
            async with aclosing(notify_repeatedly(desk.server.pool, channel, payload, per_second)) as sending:
                async for sent in sending:
                    self._view.show_sent(f"Sent {sent:,} times on {channel}", True)
        finally:
            self._view.show_sent(f"Sent {sent:,} times on {channel}", False)

    def _on_shown(self, act: Callable[[_Desk], object], *, remember: bool = False) -> None:
        if self._shown is not None:
            act(self._shown)
            if remember:
                self._remember(self._shown)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._scope.start(work, name)


def notify_statement(channel: str, payload: str) -> str:
    """What sends a notification as a statement of its own; raises `ValueError` where no channel has that name."""
    return f"SELECT pg_catalog.pg_notify({quote_literal(parse_channel(channel))}, {quote_literal(payload)})"


_TITLE_CHARS = 40
_TOO_COSTLY = "The alert {rule} is removed: its expression takes too long on some messages."
_NO_CONNECTION = "There is no connection to listen on."


def _target(desk: _Desk) -> ConnectionTarget:
    target = desk.server.target
    return at_address(target, desk.direct) if desk.direct else target
