"""Describes one command as the user meets it: words, keys, place, condition; the commands are in `actions`."""

from dataclasses import dataclass
from typing import Final, Literal

Condition = Literal[
    "has_tab",
    "can_reopen",
    "idle",
    "busy",
    "connected",
    "in_transaction",
    "outcome_unknown",
    "pinned",
    "has_result",
    "has_cell",
    "has_more_rows",
    "has_copy_output",
    "has_backend",
]
"""What may hold of a window at a moment. `busy`: its tab runs, or a connection is being made; `has_more_rows`:
the result shown can be read further; `has_copy_output`: it is what a COPY TO STDOUT gave; `outcome_unknown`: the server
can be asked what became of a COMMIT that it did not confirm; `pinned`: the tab keeps its connection; `has_backend`: a
session is chosen in the activity pane."""

Scope = Literal["window", "editor", "grid"]
"""Where an action's keys work: anywhere in the window, or only while that widget has the focus."""

Bar = Literal["none", "window", "results"]
"""Where an action has a button: in no bar, in the window's toolbar, or in the corner above the results."""

Menu = Literal["File", "Edit", "Query", "Result", "Connection", "View", "Help"]

MENUS: Final[tuple[Menu, ...]] = ("File", "Edit", "Query", "Result", "Connection", "View", "Help")


@dataclass(frozen=True, slots=True)
class Action:
    """A command of the window as the user meets it; it is enabled while all of `when` holds."""

    id: str
    """Also the objectName of its QAction."""
    title: str
    menu: Menu
    group: str
    """Neighbours of one group stand together between separators; those of one radio group exclude each other."""
    tip: str
    """One sentence for the status bar and the list of keys."""
    keys: tuple[str, ...] = ()
    """Key sequences in Qt's portable text, the one to be shown first."""
    when: frozenset[Condition] = frozenset()
    scope: Scope = "window"
    icon: str = ""
    bar: Bar = "none"
    under: str = ""
    """The id of the button in whose menu it stands as well; empty for most."""
    label: str = ""
    """Fewer words than the title, for its button; empty where the title is short."""
    mark: Literal["none", "check", "radio"] = "none"
    """Whether it is a switch, or one choice of its group."""


def when(*conditions: Condition) -> frozenset[Condition]:
    """Conditions that must hold together."""
    return frozenset(conditions)
