"""How well the way to a server is known, and what it said of itself when a connection was tried."""

from dataclasses import dataclass
from typing import Literal

ChannelState = Literal["local", "verified", "unverified", "plain"]
"""Local: a unix socket or loopback; verified: TLS to a host whose certificate was checked; unverified: TLS to whom?"""

CHANNEL_WORDS: dict[ChannelState, str] = {
    "local": "local",
    "verified": "verified",
    "unverified": "encrypted, unverified",
    "plain": "not encrypted",
}

CHANNEL_MEANING: dict[ChannelState, str] = {
    "local": "The connection does not leave this machine.",
    "verified": "Encrypted, and the server's certificate was checked.",
    "unverified": "Encrypted, but nobody checked who the server is: sslmode=verify-full would.",
    "plain": "Whoever is on the way can read and change what is sent: sslmode=verify-full would prevent it.",
}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a connection that was made for a test found."""

    server_version: str
    """As `18.1`."""
    user: str
    database: str
    latency_ms: float
    """One round trip on the open connection."""
    connect_ms: float
    channel: ChannelState
    tls_version: str = ""
    in_recovery: bool = False
    """The server is a standby and refuses writes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a connection test's account."""

    level: Literal["ok", "warning", "failed", "hint"]
    text: str


def findings(facts: ServerFacts) -> tuple[Finding, ...]:
    """The account of a test that came through, what to be wary of included."""
    version = f"{facts.tls_version}. " if facts.tls_version else ""
    wary = facts.channel in ("plain", "unverified")
    lines = [
        Finding(
            "ok",
            f"PostgreSQL {facts.server_version}, database {facts.database} as {facts.user}: connected in"
            f" {facts.connect_ms:,.0f} ms, {facts.latency_ms:.1f} ms a round trip.",
        ),
        Finding("warning" if wary else "ok", version + CHANNEL_MEANING[facts.channel]),
    ]
    if facts.in_recovery:
        lines.append(Finding("warning", "The server is a standby: it can be read, but not written to."))
    return tuple(lines)
