"""Sees to it that every session of a connection leads to the same place by an equally good way.

A change of the way for the worse is refused, one of the place is told: with several hosts, or a name that means another
machine now, statements would otherwise go elsewhere without a word.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pgconsole.core.connection_state import ChannelState
from pgconsole.core.errors import ConnectFailed
from pgconsole.db.login_guard import channel_state
from pgconsole.db.text_connection import TextConnection

_BEST_FIRST: tuple[ChannelState, ...] = ("local", "tunnel", "verified", "unverified", "plain")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session leads, and by which way."""

    address: str
    """Host and port as the kernel has them, or a socket's path."""
    channel: ChannelState
    is_encrypted: bool


def place_of(connection: TextConnection, behind_tunnel: str = "") -> Place:
    """The place that a new session leads to; a tunnel's own end, which is another each time, is no place."""
    peer = connection.transport.get_extra_info("peername")
    address = behind_tunnel or _address_of(peer)
    tls = connection.transport.get_extra_info("ssl_object")
    return Place(address, channel_state(peer, tls), tls is not None)


def _address_of(peer: object) -> str:
    return f"{peer[0]}, port {peer[1]}" if isinstance(peer, tuple) and len(peer) > 1 else str(peer or "")


def is_worse(place: Place, before: Place) -> bool:
    """Whether less is known of the way than before, or it is no longer encrypted."""
    lost_tls = before.is_encrypted and not place.is_encrypted
    return lost_tls or _BEST_FIRST.index(place.channel) > _BEST_FIRST.index(before.channel)


class Continuity:
    """Knows the places that one connection has led to so far."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._first: Place | None = None
        self._known: set[str] = set()
        self.on_elsewhere: Callable[[str], None] | None = None
        """Told in a sentence of each further place."""

    def check(self, place: Place) -> None:
        """Note the place of a new session; raises `ConnectFailed` where its way is worse than the first one's."""
        if self._first is None:
            self._first = place
            self._known.add(place.address)
            return
        if is_worse(place, self._first):
            raise ConnectFailed(
                f"Reconnecting to {self._label} was given up.",
                f"The way is {_words(place)} now; it was {_words(self._first)} before.",
                "Open the connection anew if that is meant.",
            )
        if place.address not in self._known:
            self._known.add(place.address)
            if self.on_elsewhere is not None:
                self.on_elsewhere(
                    f"New sessions of {self._label} lead to {place.address}; they led to {self._first.address} before."
                )


def _words(place: Place) -> str:
    tls = "" if place.channel != "local" or place.is_encrypted else ", not encrypted"
    return f"{_WORDS[place.channel]}{tls}"


_WORDS: dict[ChannelState, str] = {
    "verified": "encrypted to a verified server",
    "unverified": "encrypted, but to a server that nobody verified",
    "plain": "not encrypted",
    "tunnel": "an SSH tunnel",
    "local": "local",
}
