"""How the connection of a tab stands, as the toolbar, the band and the status line show it."""

from dataclasses import dataclass
from typing import Literal

from pgconsole.core.connection_state import CHANNEL_WORDS, ChannelState
from pgconsole.core.profile import ConnectionKind


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """What is told of a connection; the default is that there is none."""

    phase: Literal["none", "connecting", "connected", "lost"] = "none"
    label: str = ""
    """Short, as `shop@localhost`."""
    title: str = ""
    """Whole, with role, hosts and ports."""
    kind: ConnectionKind = ConnectionKind.DEVELOPMENT
    channel: ChannelState | None = None
    tls_version: str = ""
    """As `TLSv1.3`; empty where there is no TLS."""
    server_version: str = ""
    time_zone: str = ""

    @property
    def lock(self) -> str:
        """Whether the way is encrypted and the server verified, in words; empty until it is known."""
        if self.channel is None:
            return ""
        return ", ".join(word for word in (self.tls_version, CHANNEL_WORDS[self.channel]) if word)
