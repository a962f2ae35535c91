"""How well the way to a server is known, and the account of a test of that way, step by step."""

from dataclasses import dataclass, replace
from typing import Literal

from pgconsole.core.errors import PgconsoleError

ChannelState = Literal["local", "tunnel", "verified", "unverified", "plain"]
"""Local: a unix socket or loopback; tunnel: SSH to the server's own machine; verified: TLS to a host whose certificate
was checked; unverified: TLS to whom?"""

CHANNEL_WORDS: dict[ChannelState, str] = {
    "local": "local",
    "tunnel": "SSH tunnel",
    "verified": "verified",
    "unverified": "encrypted, unverified",
    "plain": "not encrypted",
}

CHANNEL_MEANING: dict[ChannelState, str] = {
    "local": "The connection does not leave this machine.",
    "tunnel": "Encrypted by SSH up to the server's own machine, whose key was checked.",
    "verified": "Encrypted, and the server's certificate was checked.",
    "unverified": "Encrypted, but nobody checked who the server is: sslmode=verify-full would.",
    "plain": "Whoever is on the way can read and change what is sent: sslmode=verify-full would prevent it.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A change to the profile that would get past a failure, at a price that is said."""

    label: str
    """A verb, for its button."""
    meaning: str
    """What is given up by it."""
    keywords: tuple[tuple[str, str], ...] = ()
    """Keywords of libpq and their new values; an empty value leaves one out."""
    pgbouncer: bool = False
    """Switch on what PgBouncer in transaction mode needs."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a connection test's account."""

    level: Literal["ok", "warning", "failed", "hint"]
    text: str
    step: str = ""
    """What was tried, as `Name` or `TLS`; empty for a line that goes on about the step before."""
    offers: tuple[Offer, ...] = ()


def failure_findings(error: PgconsoleError, step: str = "", offers: tuple[Offer, ...] = ()) -> tuple[Finding, ...]:
    """The account of a step that failed: what, why, and what to do, each sentence once; offers stand below it."""
    server = error.report.message
    more = [error.why, server if server not in (error.what, error.why) else "", error.remedy]
    lines = [Finding("failed", error.what, step), *(Finding("hint", text) for text in more if text)]
    return (*lines[:-1], replace(lines[-1], offers=offers))
