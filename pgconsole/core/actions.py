"""Names every command of the program once, as data; menus, toolbar, palette, shortcuts and help derive from it.

What a command does is bound elsewhere, by its id. A new command is one entry here and one binding.
"""

from dataclasses import dataclass
from typing import Final, Literal

Condition = Literal[
    "has_tab",
    "can_reopen",
    "idle",
    "busy",
    "connected",
    "in_transaction",
    "pinned",
    "has_result",
    "has_cell",
    "has_more_rows",
    "has_copy_output",
]
"""What may hold of a window at a moment. `has_more_rows`: the result shown can be read further;
`has_copy_output`: it is what a COPY TO STDOUT gave; `pinned`: the tab keeps its connection."""

Scope = Literal["window", "editor", "grid"]
"""Where an action's keys work: anywhere in the window, or only while that widget has the focus."""

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
    toolbar: bool = False
    mark: Literal["none", "check", "radio"] = "none"
    """Whether it is a switch, or one choice of its group."""


def _when(*conditions: Condition) -> frozenset[Condition]:
    return frozenset(conditions)


_TAB = _when("has_tab")
_IDLE = _when("has_tab", "idle")
_RESULT = _when("has_tab", "has_result")

_FILE = (
    Action("tab.new", "New tab", "File", "tab", "Open an empty query tab.", ("Ctrl+T",), icon="add"),
    Action(
        "tab.reopen",
        "Reopen closed tab",
        "File",
        "tab",
        "Bring back the tab closed last, with its text.",
        ("Ctrl+Shift+T",),
        _when("can_reopen"),
    ),
    Action(
        "tab.rename", "Rename tab", "File", "tab", "Give the current tab a name of your own.", ("F2",), _TAB, "window"
    ),
    Action("tab.close", "Close tab", "File", "tab", "Close the current tab.", ("Ctrl+W",), _TAB, icon="close"),
    Action("file.open", "Open script…", "File", "file", "Open a file in a new tab.", ("Ctrl+O",), icon="folder"),
    Action("file.save", "Save script", "File", "file", "Write the tab's text to its file.", ("Ctrl+S",), _TAB),
    Action(
        "file.save_as",
        "Save script as…",
        "File",
        "file",
        "Write the tab's text to another file.",
        ("Ctrl+Shift+S",),
        _TAB,
    ),
    Action("app.settings", "Settings", "File", "app", "Open the settings.", ("Ctrl+,",), icon="settings"),
    Action("app.quit", "Quit", "File", "app", "Close every window and end the program.", ("Ctrl+Q",)),
)

_EDIT = (
    Action("editor.find", "Find", "Edit", "find", "Find text in the editor.", ("Ctrl+F",), _TAB, icon="search"),
    Action("editor.replace", "Replace", "Edit", "find", "Find and replace text in the editor.", ("Ctrl+H",), _TAB),
    Action(
        "editor.comment",
        "Toggle comment",
        "Edit",
        "text",
        "Turn the selected lines into comments, or back.",
        ("Ctrl+/",),
        _TAB,
        "editor",
        icon="comment",
    ),
    Action(
        "editor.duplicate",
        "Duplicate lines",
        "Edit",
        "text",
        "Repeat the selected lines below themselves.",
        ("Ctrl+D",),
        _TAB,
        "editor",
    ),
    Action(
        "query.format",
        "Format statement",
        "Edit",
        "text",
        "Lay out the statement at the caret, or the selection, anew.",
        ("Ctrl+Shift+F",),
        _TAB,
        icon="format",
    ),
)

_QUERY = (
    Action(
        "query.run",
        "Run",
        "Query",
        "run",
        "Run the statement at the caret, or the selection.",
        ("Ctrl+Return", "Ctrl+Enter"),
        _IDLE,
        icon="run",
        toolbar=True,
    ),
    Action(
        "query.run_to_end",
        "Run and fetch all",
        "Query",
        "run",
        "Run the statement at the caret and read its whole result at full speed.",
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        _IDLE,
        icon="fetch-all",
    ),
    Action(
        "query.run_all",
        "Run all",
        "Query",
        "run",
        "Run every statement of the tab, one after another.",
        ("F5",),
        _IDLE,
        icon="run-all",
    ),
    Action(
        "query.batch",
        "Run for each line of values…",
        "Query",
        "run",
        "Run the statement once for each line of a pasted or opened table, in one transaction.",
        (),
        _IDLE,
        icon="table",
    ),
    Action(
        "query.cancel",
        "Cancel",
        "Query",
        "run",
        "Ask the server to cancel; a second time, drop and replace the connection.",
        ("Esc",),
        _when("has_tab", "busy"),
        icon="cancel",
        toolbar=True,
    ),
    Action(
        "query.explain",
        "Explain",
        "Query",
        "explain",
        "Show the plan of the statement at the caret without running it.",
        ("F7",),
        _IDLE,
        icon="explain",
    ),
    Action(
        "query.explain_analyze",
        "Explain analyze",
        "Query",
        "explain",
        "Run the statement at the caret and show its plan with times; what it writes is rolled back.",
        ("Shift+F7",),
        _IDLE,
    ),
    Action(
        "query.auto_commit",
        "Auto-commit",
        "Query",
        "transaction",
        "Commit each statement by itself; off, the tab keeps a transaction until you commit or roll back.",
        (),
        _IDLE,
        mark="check",
    ),
    Action(
        "query.read_only",
        "Read-only transactions",
        "Query",
        "transaction",
        "Let the server refuse whatever would write.",
        (),
        _IDLE,
        icon="lock",
        mark="check",
    ),
    Action(
        "query.commit",
        "Commit",
        "Query",
        "transaction",
        "Make the tab's transaction last.",
        ("Ctrl+Shift+M",),
        _when("has_tab", "idle", "in_transaction"),
        icon="commit",
        toolbar=True,
    ),
    Action(
        "query.rollback",
        "Roll back",
        "Query",
        "transaction",
        "Undo the tab's transaction.",
        ("Ctrl+Shift+R",),
        _when("has_tab", "idle", "in_transaction"),
        icon="rollback",
        toolbar=True,
    ),
    Action(
        "query.isolation_default",
        "Default isolation",
        "Query",
        "isolation",
        "Begin transactions with the isolation level that the server has set.",
        (),
        _IDLE,
        mark="radio",
    ),
    Action(
        "query.isolation_read_committed",
        "Read committed",
        "Query",
        "isolation",
        "Each statement sees what was committed before it began.",
        (),
        _IDLE,
        mark="radio",
    ),
    Action(
        "query.isolation_repeatable_read",
        "Repeatable read",
        "Query",
        "isolation",
        "The whole transaction sees what was committed before it began.",
        (),
        _IDLE,
        mark="radio",
    ),
    Action(
        "query.isolation_serializable",
        "Serializable",
        "Query",
        "isolation",
        "Transactions come out as if they had run one after another.",
        (),
        _IDLE,
        mark="radio",
    ),
    Action(
        "query.reset_session",
        "Reset session",
        "Query",
        "session",
        "Close the connection that the tab keeps, with all that was set in it, and use a fresh one.",
        (),
        _when("has_tab", "idle", "pinned"),
    ),
)

_RESULT_ACTIONS = (
    Action(
        "query.fetch_all",
        "Fetch all rows",
        "Result",
        "rows",
        "Read the result to its end.",
        ("Ctrl+Shift+L",),
        _when("has_tab", "has_result", "has_more_rows"),
        icon="fetch-all",
    ),
    Action(
        "result.count",
        "Count rows",
        "Result",
        "rows",
        "Ask the server how many rows the statement returns, without reading them.",
        (),
        _RESULT | _IDLE,
    ),
    Action(
        "result.copy",
        "Copy",
        "Result",
        "copy",
        "Copy the selected cells as tab-separated text.",
        ("Ctrl+C",),
        _RESULT,
        "grid",
        icon="copy",
    ),
    Action(
        "result.copy_with_header",
        "Copy with header",
        "Result",
        "copy",
        "Copy the selected cells below the names of their columns.",
        ("Ctrl+Shift+C",),
        _RESULT,
        "grid",
    ),
    Action(
        "result.view_cell",
        "View cell",
        "Result",
        "copy",
        "Show the current cell's whole value.",
        ("Space", "Shift+Return"),
        _when("has_tab", "has_result", "has_cell"),
        "grid",
    ),
    Action(
        "result.save_copy",
        "Save COPY output…",
        "Result",
        "copy",
        "Write what COPY TO STDOUT gave to a file, byte for byte.",
        (),
        _when("has_tab", "has_copy_output"),
        icon="text-file",
    ),
    Action(
        "result.pin",
        "Keep result",
        "Result",
        "pin",
        "Keep this result's tab when the next statement runs.",
        (),
        _RESULT,
        icon="pin",
        mark="check",
    ),
)

_CONNECTION = (
    Action(
        "connection.open",
        "Connect…",
        "Connection",
        "connection",
        "Connect to a server by an address or a saved connection.",
        ("Ctrl+Shift+N",),
        icon="connect",
    ),
    Action(
        "connection.edit",
        "Edit connection…",
        "Connection",
        "connection",
        "Change how the current connection is made.",
        (),
        _when("connected"),
    ),
    Action(
        "connection.disconnect",
        "Disconnect",
        "Connection",
        "connection",
        "Close every session of the current connection.",
        (),
        _when("connected"),
        icon="disconnect",
    ),
)

_VIEW = (
    Action("view.editor", "Go to editor", "View", "focus", "Move the focus to the editor.", ("Alt+1",), _TAB),
    Action("view.result", "Go to result", "View", "focus", "Move the focus to the result.", ("Alt+2",), _RESULT),
    Action("view.messages", "Go to messages", "View", "focus", "Move the focus to the messages.", ("Alt+3",), _TAB),
    Action("tab.next", "Next tab", "View", "tabs", "Go to the tab on the right.", ("Ctrl+Tab",), _TAB),
    Action("tab.previous", "Previous tab", "View", "tabs", "Go to the tab on the left.", ("Ctrl+Shift+Tab",), _TAB),
    Action("editor.zoom_in", "Larger text", "View", "zoom", "Enlarge SQL and data.", ("Ctrl++", "Ctrl+=")),
    Action("editor.zoom_out", "Smaller text", "View", "zoom", "Shrink SQL and data.", ("Ctrl+-",)),
    Action(
        "editor.zoom_reset", "Usual text size", "View", "zoom", "Show SQL and data at their usual size.", ("Ctrl+0",)
    ),
)

_HELP = (
    Action(
        "help.palette",
        "Command palette",
        "Help",
        "help",
        "Find any command by its name and run it.",
        ("Ctrl+Shift+P",),
        icon="palette",
    ),
    Action("help.shortcuts", "Keyboard shortcuts", "Help", "help", "List every key.", ("F1",), icon="help"),
)

ACTIONS: Final[tuple[Action, ...]] = (
    *_FILE,
    *_EDIT,
    *_QUERY,
    *_RESULT_ACTIONS,
    *_CONNECTION,
    *_VIEW,
    *_HELP,
)
"""Every action in the order of menus; an id occurs once."""


def action(action_id: str) -> Action:
    """The action of an id; raises KeyError where there is none."""
    for found in ACTIONS:
        if found.id == action_id:
            return found
    raise KeyError(action_id)
