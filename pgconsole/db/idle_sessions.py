"""The sessions that nobody has at the moment, in the order in which they were given back."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from pgconsole.db.session import Session


@dataclass(frozen=True, slots=True)
class IdleSession:
    """A session at rest; `owner` had it last, empty where nobody did; `since` is of the monotonic clock."""

    session: Session
    owner: str
    since: float


class IdleSessions:
    """Keeps sessions for whoever had them last."""

    def __init__(self) -> None:
        self._idle: list[IdleSession] = []

    def __len__(self) -> int:
        return len(self._idle)

    def __iter__(self) -> Iterator[IdleSession]:
        """Each of them; what is taken out meanwhile does not disturb."""
        return iter(tuple(self._idle))

    def put(self, session: Session, owner: str) -> None:
        """Take a session in."""
        self._idle.append(IdleSession(session, owner, time.monotonic()))

    def take(self, owner: str) -> IdleSession | None:
        """The session that `owner` had last, else one that nobody had, else the one idle for longest."""
        for wanted in (owner, ""):
            for idle in reversed(self._idle):
                if idle.owner == wanted:
                    self._idle.remove(idle)
                    return idle
        return self._idle.pop(0) if self._idle else None

    def remove(self, session: Session) -> IdleSession | None:
        """Take one out; None where it is not here."""
        found = next((idle for idle in self._idle if idle.session is session), None)
        if found is not None:
            self._idle.remove(found)
        return found

    def keep_place(self, before: IdleSession) -> None:
        """A session is back that was away for a moment only: it rests for as long as it did `before`."""
        if self.remove(before.session) is not None:
            self._idle.append(before)
            self._idle.sort(key=lambda idle: idle.since)

    def clear(self) -> list[Session]:
        """Take all of them out."""
        sessions = [idle.session for idle in self._idle]
        self._idle.clear()
        return sessions
