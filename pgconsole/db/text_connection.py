"""A connection on which every value travels as the server's own text.

This file owns every private name of asyncpg that pgconsole relies on; sessions, pools and listeners use the public
methods below. It leaves transactions, cancellation policy and error translation to `session.py`.

Why text: 343 of 343 odd values came out as psql prints them, where asyncpg's binary decoders raised on 25, were
silently wrong on 39 and changed digits in 4; and one `str` a cell made in C read a million rows of 16 columns 2.4
times as fast as the default decoding (measured 2026-11, PostgreSQL 15 and 18, asyncpg 0.32).

Private names used, each with the way out should a release of asyncpg drop it:

- `_introspect_types`: types unknown to the driver would be looked up by query; without it, register codecs by oid
  after a query of our own on pg_type.
- `_get_statement`: an unnamed statement that is parsed again with each bind, so that it works behind PgBouncer and
  never goes stale; without it, `prepare()` with a name, closed after use.
- `_protocol.bind_execute`, `.execute`, `.close_portal`, `.bind_execute_many`: one round trip for bind and first page,
  and the command tag, which `Cursor` drops; without them, `prepare().cursor()` and no tag.
- `data_received` of its protocol is wrapped to keep what came last, which tells why the server ends an idle session,
  during a COPY ... FROM STDIN, to hear of an error before the data's end, and during a simple query, to read its rows
  and, with `_transport`, to run COPYs behind each other; without it, a loss has no reason, a wrong line is told of once
  everything was sent, PgBouncer's console can't be read, and each COPY that fails is a round trip.
- `_copy_out`, `_copy_in`: COPY statements as text; without them, `copy_from_query` and `copy_to_table`. `_copy_in`
  sends data without a wait for the server's answer and takes no notice of answers to commands before a COPY: with
  `_transport` that makes a script of COPYs one round trip; without it, a round trip for each.
- `_process_notification`, `_process_log_message`: called for each message; without them, the public listeners, which
  cost a callback on the loop for each message.
- `connect_utils.TLSUpgradeProto` is replaced by `tls_answer.py`; without it, whatever answers is told of as a server
  that has no TLS.
- `connect_utils._cancel`: the protocol's CancelRequest; without it, a socket of our own.
- `asyncpg.protocol.Protocol` is replaced by a guarded one, for the driver has no hook in its login, and checks no
  header; without it, a TLS-only rule for passwords, and a server that answers with zero bytes freezes the window.
- `_transport`, `_addr`, `_params`, `_protocol.backend_secret`: needed for keep-alive and for CancelRequest.
"""

import asyncio
import contextlib
import errno
import struct
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import asyncpg.protocol
from asyncpg import connect_utils
from asyncpg.protocol import protocol as driver_protocol

from pgconsole.core.columns import Column
from pgconsole.core.connection_target import KeepAliveOptions
from pgconsole.core.query_log import LoggedStatement
from pgconsole.db.copied_rows import CopiedRows
from pgconsole.db.copy_answers import CopyAnswers, CopyWatch
from pgconsole.db.copy_pipeline import CopyFeed, CopyPipeline
from pgconsole.db.login_guard import LoginGuard
from pgconsole.db.simple_rows import SimpleRows
from pgconsole.db.socket_options import set_keep_alive, widen_send_buffer
from pgconsole.db.type_names import DRIVER_TYPES, display_name

NoticeSink = Callable[[dict[str, str]], None]
"""Receives the fields of a notice by their names in asyncpg: severity, sqlstate, message, detail, hint ..."""

NotificationSink = Callable[[int, str, str], None]
"""Receives pid, channel and payload of a notification."""

_UNDEFINED_STATEMENT_NAME = "types are text"

_NO_TIMEOUT = driver_protocol.NO_TIMEOUT


@dataclass(frozen=True, slots=True)
class _StatementStandIn:
    """What `_get_statement` asks of the statement that would have introspected types: that it has a name."""

    name: str = _UNDEFINED_STATEMENT_NAME


class _GuardedProtocol(LoginGuard, driver_protocol.Protocol):  # type: ignore[misc]
    """The driver's protocol behind a guard; should a release of asyncpg make it otherwise, a test of a login fails."""


# The driver looks its protocol up here for each connection and takes no other one. The guard stands before every
# connection of this process: it keeps passwords from going out in clear, and from the driver what it can't bear.
asyncpg.protocol.Protocol = _GuardedProtocol  # type: ignore[misc,assignment]


class CopyStopped(Exception):
    """A COPY ... FROM STDIN was stopped from this side, and nothing of it was loaded."""


NEXT_COPY = b""
"""What a source of `copy_in_text` yields where the data of one COPY ends and that of the script's next one begins."""

_COPY_DONE = b"c\x00\x00\x00\x04"
_COPY_DATA = struct.Struct("!ci")
_SMALL_CHUNK_BYTES = 1 << 15


class _Hearer(Protocol):
    def hear(self, data: bytes) -> None: ...


class PreparedText:
    """A statement that the server has parsed and described; it holds nothing on the server."""

    __slots__ = ("_state", "columns", "entry", "parameter_oids", "text")

    def __init__(self, text: str, state: Any) -> None:
        self.text = text
        self.entry: LoggedStatement | None = None
        """Where the log has it."""
        self._state = state
        self.columns: tuple[Column, ...] = tuple(
            Column(attribute.name, attribute.type.oid, display_name(attribute.type.oid, attribute.type.name))
            for attribute in state._get_attributes()
        )
        self.parameter_oids: tuple[int, ...] = tuple(kind.oid for kind in state._get_parameters())


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one round trip; `tag` is the server's command tag once the portal has run to its end."""

    rows: Sequence[Sequence[str | None]]
    tag: str
    exhausted: bool


class TextConnection(asyncpg.Connection):
    """An asyncpg connection whose results and parameters are `str` or None for every type, whatever it is."""

    # Private to the driver, so that its stubs do not know them.
    _protocol: Any
    _transport: Any
    _addr: Any
    _params: Any
    _get_statement: Any
    _copy_out: Any
    _copy_in: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice_sink: NoticeSink | None = None
        self.notification_sink: NotificationSink | None = None
        self.last_data = b""
        """What came last from the server; the driver drops what it says to a session that does nothing."""
        self._names_of_types: dict[int, str] = {}
        self._copy_is_stopped = False
        self._asides = 0
        settings = self._protocol.get_settings()
        for oid, name in DRIVER_TYPES.items():
            settings.set_builtin_type_codec(oid, name, "pg_catalog", "scalar", "text", "text")
        self._keep_last_data()

    def _keep_last_data(self) -> None:
        protocol = self._protocol
        received = protocol.data_received

        def receive(data: bytes) -> None:
            self.last_data = data
            try:
                received(data)
            except Exception:  # asyncio would log it, and the operation that waits tells of the loss by itself
                self._transport.abort()

        protocol.data_received = receive

    async def _introspect_types(self, typeoids: Any, timeout: Any) -> Any:
        """Register the text codec for types that the driver does not know, instead of asking the server about them."""
        settings = self._protocol.get_settings()
        for oid in typeoids:
            name = self._names_of_types.get(oid, f"oid {oid}")
            settings.set_builtin_type_codec(oid, name, "pg_catalog", "scalar", "text", "text")
        return [], _StatementStandIn()

    def _process_notification(self, pid: int, channel: str, payload: str) -> None:
        """Hand a notification on without a callback on the loop."""
        self._asides += 1
        if self.notification_sink is not None:
            self.notification_sink(pid, channel, payload)

    def _process_log_message(self, fields: dict[str, str], last_query: str) -> None:
        """Hand a notice on in the order of its arrival, before the rows that follow it."""
        self._asides += 1
        if self.notice_sink is not None:
            message = asyncpg.PostgresLogMessage.new(fields, query=last_query)
            self.notice_sink({key: str(value) for key, value in vars(message).items() if value is not None})

    async def prepare_text(self, text: str) -> PreparedText:
        """Parse and describe `text` in one round trip; raises what the server raises."""
        state = await self._get_statement(text, _NO_TIMEOUT, named="", use_cache=False)
        return PreparedText(text, state)

    async def open_portal(self, prepared: PreparedText, args: Sequence[str | None], name: str, limit: int) -> Page:
        """Bind, and read the first `limit` rows (0: all of them) through the portal `name` in one round trip.

        A portal with a name lives until its transaction ends; the name "" is for statements read in one go.
        """
        answer = await self._protocol.bind_execute(prepared._state, args, name, limit, True, _NO_TIMEOUT)
        return _page(answer)

    async def read_portal(self, prepared: PreparedText, name: str, limit: int) -> Page:
        """Read up to `limit` further rows of the portal `name`."""
        return _page(await self._protocol.execute(prepared._state, name, limit, True, _NO_TIMEOUT))

    async def close_portal(self, name: str) -> None:
        """Close the portal `name`; the server does not mind one that is gone."""
        await self._protocol.close_portal(name, _NO_TIMEOUT)

    async def execute_batch(self, prepared: PreparedText, lines: Sequence[Sequence[str | None]]) -> None:
        """Run one statement for each line of arguments, in one implicit transaction and without a wait between."""
        await self._protocol.bind_execute_many(prepared._state, lines, "", _NO_TIMEOUT, False)

    async def run_simple(self, text: str) -> str:
        """Send `text` by the simple protocol; the last command's tag. Never for COPY, which hangs here."""
        return await self._protocol.query(text, None)  # type: ignore[no-any-return]

    async def run_simple_rows(self, text: str) -> tuple[tuple[str, ...], Sequence[tuple[str | None, ...]]]:
        """Send `text` by the simple protocol; the names of its columns and all of its rows, which the driver drops."""
        self._refuse_lost()
        heard = SimpleRows()
        async with self._watched_by(heard):
            await self.run_simple(text)
        return heard.columns, heard.rows

    async def copy_out_text(self, text: str, sink: Callable[[bytes], Awaitable[None]]) -> str:
        """Run a COPY ... TO STDOUT; each awaited `sink` call holds the server back. Returns the tag."""
        self._refuse_lost()
        rows = CopiedRows(self._protocol, sink, lambda: self._asides)
        return await rows.of(lambda take: self._copy_out(text, take, _NO_TIMEOUT))

    async def copy_in_text(self, text: str, source: AsyncIterable[bytes], answers: CopyAnswers | None = None) -> str:
        """Run a COPY ... FROM STDIN with the bytes of `source`; the tag.

        `text` may be a script of several commands, which the server gets at once with the data of all its COPYs, each
        parted from the next by `NEXT_COPY`: a round trip for all of them. `answers` is filled as they come.

        Stops reading as soon as the server has refused a line, the connection is gone or `stop_copy_in` was called; the
        driver would read the source to its end. Where it stops, or where `source` raises, the server is told that the
        COPY failed, and has confirmed so when this raises.
        """
        self._refuse_lost()
        self._copy_is_stopped = False
        watch = CopyWatch(answers if answers is not None else CopyAnswers())
        try:
            together = _SMALL_CHUNK_BYTES if answers is not None else 1
            async with self._watched_by(watch), aclosing(self._while_wanted(source, watch, together)) as pieces:
                return await self._copy_in(text, pieces, _NO_TIMEOUT)  # type: ignore[no-any-return]
        except asyncpg.PostgresError:
            raise
        except Exception:
            if not self.is_closed():
                with contextlib.suppress(asyncpg.PostgresError):
                    await self.run_simple("SELECT 1")
            raise

    async def copy_in_each_text(self, feed: CopyFeed, first: str, last: str) -> None:
        """Run `first`, scripts with one COPY ... FROM STDIN each without a wait between them, and `last`.

        A script that fails keeps none from running: its failure is told to the feed.
        """
        self._refuse_lost()
        self._copy_is_stopped = False
        transport, received = self._transport, self._protocol.data_received

        def is_stopped() -> bool:
            return self._copy_is_stopped or transport.is_closing()

        pipeline = CopyPipeline(feed, last, transport.write, received, is_stopped)
        async with self._received_by(pipeline.hear):
            await self.run_simple(first)
        if self._copy_is_stopped:
            raise CopyStopped

    def _refuse_lost(self) -> None:
        """The driver forgets the answer that a COPY waits for where it finds out only then; asyncio would log that."""
        if self.is_closed() or self._protocol.walk.ends_with_error:
            raise ConnectionResetError(errno.ECONNRESET, "The server ended the session")

    @asynccontextmanager
    async def _watched_by(self, watch: _Hearer) -> AsyncIterator[None]:
        received = self._protocol.data_received

        def receive(data: bytes) -> None:
            watch.hear(data)
            received(data)

        async with self._received_by(receive):
            yield

    @asynccontextmanager
    async def _received_by(self, receive: Callable[[bytes], None]) -> AsyncIterator[None]:
        protocol = self._protocol
        received, protocol.data_received = protocol.data_received, receive
        try:
            yield
        finally:
            if not self.is_closed():
                protocol.data_received = received

    async def _while_wanted(
        self, source: AsyncIterable[bytes], watch: CopyWatch, together: int
    ) -> AsyncGenerator[bytes]:
        """Pass chunks on; those below `together` bytes go out joined, for each write wakes the server."""
        small = bytearray()
        try:
            async for chunk in source:
                if self.is_closed() or self._transport.is_closing():
                    raise ConnectionResetError("the connection was lost while data was sent")
                if watch.has_failed:
                    return
                if self._copy_is_stopped:
                    raise CopyStopped
                if len(chunk) < together:
                    small += _COPY_DATA.pack(b"d", 4 + len(chunk)) + chunk if chunk else _COPY_DONE
                if small and (len(small) >= together or len(chunk) >= together):
                    self._transport.write(bytes(small))
                    small.clear()
                if len(chunk) >= together:
                    yield chunk
            if small:
                self._transport.write(bytes(small))
        except Exception:
            # Once the server has failed the COPY, its word is the one to tell.
            if not watch.has_failed or self.is_closed():
                raise

    def stop_copy_in(self) -> None:
        """Have a running COPY ... FROM STDIN fail with `CopyStopped` instead of going on with its source."""
        self._copy_is_stopped = True

    async def send_cancel(self) -> None:
        """Send the protocol's CancelRequest and wait until the server has closed that socket.

        Nothing else may run on this connection before this returns: the request could hit the next statement.
        Source: PostgreSQL manual, "Canceling Requests in Progress".
        """
        await connect_utils._cancel(  # type: ignore[attr-defined]
            loop=asyncio.get_running_loop(),
            addr=self._addr,
            params=self._params,
            backend_pid=self._protocol.backend_pid,
            backend_secret=self._protocol.backend_secret,
        )

    def name_types(self, names: dict[int, str]) -> None:
        """Take names for types that the driver does not know, for columns described from now on."""
        self._names_of_types.update(names)
        settings = self._protocol.get_settings()
        for oid, name in names.items():
            settings.set_builtin_type_codec(oid, name, "pg_catalog", "scalar", "text", "text")

    def unnamed_types(self, oids: Sequence[int]) -> list[int]:
        """Those of `oids` that have no name to be shown by yet."""
        return sorted({oid for oid in oids if oid not in DRIVER_TYPES and oid not in self._names_of_types})

    def parameter_type_name(self, oid: int) -> str:
        """The name of a parameter's type for display."""
        return display_name(oid, DRIVER_TYPES.get(oid) or self._names_of_types.get(oid, f"oid {oid}"))

    def parameter_status(self, name: str) -> str:
        """A setting that the server reports by itself, as `TimeZone`; an empty string where it does not."""
        return str(getattr(self._protocol.get_settings(), name, ""))

    @property
    def backend_pid(self) -> int:
        """Process id of the server process."""
        return int(self._protocol.backend_pid)

    @property
    def transport(self) -> asyncio.Transport:
        """What carries the connection: who the peer is, and whether it is encrypted."""
        return self._transport  # type: ignore[no-any-return]

    @property
    def tls_version(self) -> str:
        """As `TLSv1.3`; empty where the way to the server is not encrypted."""
        tls = self._transport.get_extra_info("ssl_object")
        return (tls.version() or "") if tls is not None else ""


def _page(answer: tuple[Any, bytes | None, bool]) -> Page:
    rows, tag, completed = answer
    return Page(rows or (), tag.decode() if tag else "", completed)


async def connect(arguments: dict[str, Any], keep_alive: KeepAliveOptions | None = None) -> TextConnection:
    """Open a text connection with asyncpg's own `arguments` (see `conninfo.connect_arguments`).

    Raises what asyncpg raises: `session.py` and `pool.py` translate it.
    """
    settings: dict[str, Any] = {"statement_cache_size": 0, **arguments}
    connection: TextConnection = await asyncpg.connect(connection_class=TextConnection, **settings)
    sock = connection.transport.get_extra_info("socket")
    if sock is not None:
        set_keep_alive(sock, keep_alive or KeepAliveOptions())
        widen_send_buffer(sock)
    return connection
