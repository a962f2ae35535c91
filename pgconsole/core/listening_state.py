"""What is known of listening on one connection: its state, its channels and their traffic, the messages, the senders.

One value that the worker keeps up to date and the pane reads; who changes it when is `workers.listening`'s.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from pgconsole.core.channels import Channel, Traffic
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.message_log import Message, MessageLog
from pgconsole.core.message_rows import MessageRows

Phase = Literal["off", "listening", "reconnecting"]
"""`reconnecting` also while the first connection is made."""

QUEUE_WARNING: Final = 0.5
"""From here on the server's queue is worth a warning: full, it makes every NOTIFY fail."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the server said of the process that sent a message, a moment after it came."""

    user: str
    application: str
    client: str
    began_s: float
    """When that process began, by this machine's clock."""

    def __str__(self) -> str:
        return " · ".join(part for part in (self.user, self.application, self.client) if part)


@dataclass(slots=True)
class ListeningState:
    """One connection's notifications, as they are now."""

    log: MessageLog
    rows: MessageRows
    phase: Phase = "off"
    channels: dict[str, Channel] = field(default_factory=dict)
    traffic: dict[str, Traffic] = field(default_factory=dict)
    received: int = 0
    """Every message that came, those of muted channels too."""
    backend_pid: int | None = None
    problem: PgconsoleError | None = None
    """Why nobody listens, while nobody does."""
    lost_s: float | None = None
    """Since when nobody listens."""
    retry_s: float | None = None
    """When it is tried again; None where it is not."""
    is_pooled: bool = False
    """Another process serves the session than the one that answered the login."""
    queue_usage: float | None = None
    """How full the server's queue of notifications is, from 0 to 1."""
    senders: dict[int, Sender] = field(default_factory=dict)
    unjudged: int = 0
    """Messages that went before the rules could look at them."""

    def sender_of(self, message: Message) -> Sender | None:
        """Who sent a message; None where the server did not say, or where the process is another by now."""
        sender = self.senders.get(message.pid)
        return sender if sender is not None and sender.began_s <= message.time_s + 1 else None


def new_state(row_budget: int, byte_budget: int) -> ListeningState:
    """A state in which nothing has happened."""
    log = MessageLog(row_budget, byte_budget)
    return ListeningState(log, MessageRows(log))
