"""Watches what a server says until it has let us in, and breaks off before a password could go out in clear.

Pure but for `LoginGuard`, which carries bytes from the socket to the driver. It leaves the login itself to the driver,
and what is looked at after it to `message_walk.py`.
Why: asyncpg answers a request for the password in clear text whoever asks, and neither `sslmode=prefer` nor `require`
verifies who that is. What isn't PostgreSQL's protocol is found here too, before the driver waits for 2 GB of it.
"""

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Any, Final

from pgconsole.core.connection_state import ChannelState
from pgconsole.db.message_walk import MalformedMessage, MessageWalk

TUNNEL_PORTS: Final[dict[int, bool]] = {}
"""Ports of the loopback that lead elsewhere by SSH, for as long as they do; True where they end on the machine at the
tunnel's end, False where the way goes on from there without SSH."""

MAX_LOGIN_MESSAGE_BYTES: Final = 256 * 1024
"""No message before the first query comes near this; libpq gives up at 30,000 for all but a few."""

MAX_LOGIN_BYTES: Final = 4 * 1024 * 1024
"""All messages of a login together: notices without end would otherwise keep it waiting for ever."""

_LOGIN_MESSAGES: Final = frozenset(b"RSNEKZv")
_CLEAR_TEXT_PASSWORD: Final = 3


class LoginRefused(Exception):
    """We broke the login off, for a reason that the user is to know."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


def channel_state(peer: object, tls: ssl.SSLObject | ssl.SSLSocket | None) -> ChannelState:
    """How well the way to the server is known: `peer` is a socket's peer name, `tls` its TLS session."""
    is_tunnel = isinstance(peer, tuple) and len(peer) > 1 and peer[1] in TUNNEL_PORTS
    if _is_local(peer) and not is_tunnel:
        return "local"
    if tls is not None and tls.context.verify_mode is ssl.CERT_REQUIRED:
        return "verified"
    if isinstance(peer, tuple) and is_tunnel and TUNNEL_PORTS[peer[1]]:
        return "tunnel"
    return "plain" if tls is None else "unverified"


def allows_clear_text(state: ChannelState) -> bool:
    """Whether a password may be sent as it is over such a channel."""
    return state in ("local", "tunnel", "verified")


@dataclass(slots=True)
class LoginWatch:
    """Follows the messages of one login; holds back what is not yet a whole message."""

    state: ChannelState
    done: bool = False
    """The server is ready for queries, and everything it sends from now on is the driver's alone."""
    _pending: bytearray = field(default_factory=bytearray)
    _seen_bytes: int = 0

    def feed(self, data: bytes) -> bytes:
        """The whole messages that may go to the driver; raises LoginRefused where none may."""
        self._pending += data
        end = 0
        while not self.done and len(self._pending) - end >= 5:
            length = 1 + int.from_bytes(self._pending[end + 1 : end + 5], "big")
            self._check_frame(self._pending[end], length)
            if len(self._pending) - end < length:
                break
            self._check_message(bytes(self._pending[end : end + length]))
            end += length
        if self.done:
            end = len(self._pending)
        passed = bytes(self._pending[:end])
        del self._pending[:end]
        return passed

    def _check_frame(self, kind: int, length: int) -> None:
        self._seen_bytes += length
        if kind not in _LOGIN_MESSAGES or length < 5 or length > MAX_LOGIN_MESSAGE_BYTES:
            raise LoginRefused("What answered does not speak PostgreSQL's protocol.", "Check host and port.")
        if self._seen_bytes > MAX_LOGIN_BYTES:
            raise LoginRefused("The server talks without end before it lets anyone in.", "Look at the server's log.")

    def _check_message(self, message: bytes) -> None:
        if message[0] == ord("Z"):
            self.done = True
        asks = message[0] == ord("R") and int.from_bytes(message[5:9], "big") == _CLEAR_TEXT_PASSWORD
        if asks and not allows_clear_text(self.state):
            raise LoginRefused(
                "The server asks for the password in clear text, and it is not certain who the server is.",
                "Set sslmode to verify-full with the right sslrootcert, or have the server use scram-sha-256.",
            )


class LoginGuard(asyncio.Protocol):
    """Stands before the driver's protocol, as the first of its bases: through the login, then at each header."""

    _watch: LoginWatch | None = None
    _transport: asyncio.BaseTransport | None = None
    _refusal: LoginRefused | MalformedMessage | None = None
    walk: MessageWalk

    def __init__(self, address: Any, connected: asyncio.Future[None], *others: Any) -> None:
        super().__init__(address, connected, *others)  # type: ignore[call-arg]
        # Who waits for the login may be cancelled in the moment that it fails; asyncio would log that nobody asked.
        connected.add_done_callback(lambda login: None if login.cancelled() else login.exception())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note how well the channel is known before the driver says its first word."""
        state = channel_state(transport.get_extra_info("peername"), transport.get_extra_info("ssl_object"))
        self._watch, self._transport = LoginWatch(state), transport
        self.walk = MessageWalk(knows_server=allows_clear_text(state))
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Hand on what the driver can bear, or break the connection off."""
        if self._watch is None or self._refusal is not None:
            return
        try:
            passed = data if self._watch.done else self._watch.feed(data)
            self.walk.check(passed)
        except (LoginRefused, MalformedMessage) as refusal:
            self._refusal = refusal
            if isinstance(self._transport, asyncio.WriteTransport):
                self._transport.abort()
            return
        if passed:
            super().data_received(passed)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the driver our reason, which it passes on as the cause of its error."""
        self._transport = None
        self.__dict__.pop("data_received", None)
        super().connection_lost(self._refusal or exc)


def _is_local(peer: object) -> bool:
    if isinstance(peer, str | bytes) or peer is None:
        return True
    address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False
