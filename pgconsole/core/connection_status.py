"""How the connection of a tab stands, as the toolbar, the band and the status line show it."""

from dataclasses import dataclass
from typing import Literal

from pgconsole.core.certificate_facts import CertificateFacts
from pgconsole.core.connection_state import CHANNEL_MEANING, CHANNEL_WORDS, ChannelState
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
    certificate: CertificateFacts | None = None
    """What the server showed, verified or not."""
    rules: tuple[str, ...] = ()
    """What every session begins with by the profile, as `read-only` or `role reader`."""
    colour: str = ""
    """A colour of the user's own, as `#1F5ACB`; empty follows the kind."""

    @property
    def lock(self) -> str:
        """Whether the way is encrypted, the server verified, by whom and until when; empty until it is known."""
        if self.channel is None:
            return ""
        word = CHANNEL_WORDS[self.channel]
        if self.channel == "verified" and self.certificate is not None:
            word = f"{word} {self.certificate.signed}"
        return word[:1].upper() + word[1:]

    @property
    def lock_details(self) -> str:
        """The same at length, with what the certificate says."""
        if self.channel is None:
            return ""
        lines = [CHANNEL_MEANING[self.channel], f"{self.tls_version}." if self.tls_version else ""]
        if self.certificate is not None:
            lines += [self.certificate.told(), f"SHA-256 {self.certificate.fingerprint}"]
        return "\n".join(filter(None, lines))

    @property
    def details(self) -> str:
        """The whole name, and what sessions begin with."""
        return "\n".join([self.title, *(f"Sessions begin with {rule}." for rule in self.rules)])
