"""The text of a query tab as it is kept from one keystroke to the next start; keeping it is `workers.draft_store`'s."""

import secrets
from dataclasses import dataclass

from pgconsole.core.script_file import ScriptFile


@dataclass(frozen=True, slots=True)
class Draft:
    """One query tab's text and place; offsets count UTF-16 units, as the editor does."""

    id: str
    title: str = ""
    """Empty for a tab that gets a number when it is shown."""
    text: str = ""
    caret: int = 0
    anchor: int = 0
    """The other end of the selection; equal to the caret where nothing is selected."""
    position: int = 0
    """Place among the window's tabs, from the left."""
    profile_id: str = ""
    """The connection it was used with; empty where that is no saved profile."""
    file: ScriptFile | None = None
    """The file that the text was opened from or saved to."""
    is_unsaved: bool = False
    """Whether the text differs from what is in `file`."""
    manual_commit: bool = False
    """Whether statements wait for Commit or Roll back."""
    read_only: bool = False
    """Whether the tab's transactions begin read-only."""


def new_draft_id() -> str:
    """A name for a new draft that no window's draft bears."""
    return secrets.token_hex(8)
