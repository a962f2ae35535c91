"""What is set on the socket of a connection: probes for a peer that is gone, and room for what is sent ahead."""

import contextlib
import socket
import sys
from typing import Final

from pgconsole.core.connection_target import KeepAliveOptions

_SEND_BUFFER_BYTES: Final = 1 << 20


def set_keep_alive(sock: socket.socket, options: KeepAliveOptions) -> None:
    """Have the kernel find a dead peer, which hangs for some 15 minutes else; a Unix socket needs no such thing."""
    if not options.enabled or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    wanted = {
        "TCP_KEEPIDLE": options.idle_s,
        "TCP_KEEPINTVL": options.interval_s,
        "TCP_KEEPCNT": options.count,
        "TCP_USER_TIMEOUT": options.user_timeout_ms,
    }
    if sys.platform == "darwin":
        wanted["TCP_KEEPALIVE"] = options.idle_s
    for name, value in wanted.items():
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def widen_send_buffer(sock: socket.socket) -> None:
    """Let a Unix socket hold more than its 208 KiB, of which three quarters are read before Linux asks for more.

    What is left then lasts a server that parses COPY for 0.7 ms. A TCP socket grows by itself, but for where it is set.
    """
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
