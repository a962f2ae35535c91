"""One line for the notice bar that is no failure: its words, how grave it is, and what can be done about it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, and the command that its button offers."""

    text: str
    severity: Severity = "info"
    action_id: str = ""
    """A command of `core.actions`; empty for no button."""
