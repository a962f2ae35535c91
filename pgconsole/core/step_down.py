"""The guided way down from a verified server: what may be given up after a failure of TLS, one step at a time, and what
each costs. Nothing is ever given up without the user's word.

Pure: a mode and what failed in, offers out.
"""

from collections.abc import Mapping
from typing import Final, Literal

from pgconsole.core.connection_state import Offer

TlsFault = Literal["no tls", "unknown authority", "other name", "expired", "no root file", "other"]
"""What TLS failed by: the server offers none; nobody trusted signed its certificate; it is another host's; its time is
over; the root certificate is not there; anything else, which no weaker mode would help."""

_SYSTEM: Final = Offer(
    "Verify by the system's authorities",
    "For servers whose certificate a public authority signed, as clouds have them.",
    (("sslmode", "verify-full"), ("sslrootcert", "system")),
)
_ANY_NAME: Final = Offer(
    "Accept any host of this authority",
    "Whoever has a certificate of the same authority can pass for the server (verify-ca).",
    (("sslmode", "verify-ca"),),
)
_UNVERIFIED: Final = Offer(
    "Encrypt without verifying",
    "Nobody can listen, but somebody in between can pass for the server (require).",
    (("sslmode", "require"), ("sslrootcert", "")),
)
_PLAIN: Final = Offer(
    "Connect without encryption",
    "Whoever is on the way can read and change everything (disable). Only in a network that you trust.",
    (("sslmode", "disable"), ("sslrootcert", ""), ("sslnegotiation", "")),
)


def ways_down(fault: TlsFault, keywords: Mapping[str, str]) -> tuple[Offer, ...]:
    """The steps that would get past a fault, the smallest first; none where the mode has nothing left to give."""
    mode = keywords.get("sslmode", "prefer")
    verifies = mode in ("verify-ca", "verify-full") or bool(keywords.get("sslrootcert"))
    if fault == "no tls":
        return (_PLAIN,) if mode in ("require", "verify-ca", "verify-full") else ()
    if fault == "other" or not verifies:
        return ()
    if fault == "no root file":
        return (_SYSTEM, _UNVERIFIED)
    if fault == "other name" and keywords.get("sslrootcert") != "system":
        return (_ANY_NAME, _UNVERIFIED)
    if fault == "unknown authority" and keywords.get("sslrootcert") != "system":
        return (_SYSTEM, _UNVERIFIED)
    return (_UNVERIFIED,)


def safe_start(keywords: Mapping[str, str], *, has_root_file: bool) -> dict[str, str]:
    """What a new profile to another host adds to its keywords: it begins with the server verified.

    By the user's own root certificates where there are any, else by the system's. What says how to encrypt is left
    alone, and so is a service, whose file may say it.
    """
    if keywords.get("sslmode") or keywords.get("service"):
        return {}
    root = {} if has_root_file or keywords.get("sslrootcert") else {"sslrootcert": "system"}
    return {"sslmode": "verify-full", **root}


def is_elsewhere(host: str, hostaddr: str = "") -> bool:
    """Whether any of the hosts, separated by commas, is written as another machine than this one."""
    places = [place.strip() for place in (hostaddr or host).split(",")]
    return any(place and not place.startswith(("/", "@")) and not _is_own(place) for place in places)


def _is_own(place: str) -> bool:
    return place in ("localhost", "::1") or place.startswith("127.")
