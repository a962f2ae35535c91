"""Names every command of the program once, as data; menus, toolbar, palette, shortcuts and help derive from it.

What a command does is bound elsewhere, by its id. A new command is one entry here and one binding.
"""

from typing import Final

from pgconsole.core.action import Action, when
from pgconsole.core.pool_actions import POOL_ACTIONS
from pgconsole.core.query_actions import QUERY_ACTIONS, RESULT_ACTIONS

_TAB = when("has_tab")
_RESULT = when("has_tab", "has_result")

_FILE = (
    Action("tab.new", "New tab", "File", "tab", "Open an empty query tab.", ("Ctrl+T",), icon="add"),
    Action(
        "tab.reopen",
        "Reopen closed tab",
        "File",
        "tab",
        "Bring back the tab closed last, with its text.",
        ("Ctrl+Shift+T",),
        when("can_reopen"),
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
    Action(
        "import.open",
        "Import…",
        "File",
        "import",
        "Load a file into a table: CSV and its kin, packed or not.",
        ("Ctrl+I",),
        icon="import",
    ),
    Action(
        "import.paste",
        "Import from the clipboard…",
        "File",
        "import",
        "Load the text that was copied, as a file of its own, into a table.",
    ),
    Action("app.settings", "Settings", "File", "app", "Open the settings.", ("Ctrl+,",), icon="settings"),
    Action("app.quit", "Quit", "File", "app", "Close every window and end the program.", ("Ctrl+Q",)),
)

_EDIT = (
    Action("editor.undo", "Undo", "Edit", "undo", "Take the last edit back.", ("Ctrl+Z",), _TAB, "editor"),
    Action(
        "editor.redo",
        "Redo",
        "Edit",
        "undo",
        "Do again what was taken back.",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        _TAB,
        "editor",
    ),
    Action(
        "editor.cut",
        "Cut",
        "Edit",
        "clipboard",
        "Move the selected text to the clipboard.",
        ("Ctrl+X",),
        _TAB,
        "editor",
    ),
    Action("editor.copy", "Copy", "Edit", "clipboard", "Copy the selected text.", ("Ctrl+C",), _TAB, "editor"),
    Action("editor.paste", "Paste", "Edit", "clipboard", "Insert the clipboard's text.", ("Ctrl+V",), _TAB, "editor"),
    Action(
        "editor.select_all", "Select all", "Edit", "clipboard", "Select the whole text.", ("Ctrl+A",), _TAB, "editor"
    ),
    Action("editor.find", "Find", "Edit", "find", "Find text in the editor.", ("Ctrl+F",), _TAB, icon="search"),
    Action("editor.find_next", "Find next", "Edit", "find", "Go to the next hit.", ("F3",), _TAB),
    Action("editor.find_previous", "Find previous", "Edit", "find", "Go to the hit before.", ("Shift+F3",), _TAB),
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
        "connection.manage",
        "Connections…",
        "Connection",
        "connection",
        "List, order and search the saved connections; import and export them.",
        ("Ctrl+Shift+K",),
        icon="database",
    ),
    Action(
        "tab.connection",
        "Connection of the tab…",
        "Connection",
        "connection",
        "Let the current tab work on another connection that is open, or open one.",
        (),
        when("has_tab", "idle"),
    ),
    Action(
        "connection.edit",
        "Edit connection…",
        "Connection",
        "connection",
        "Change how the current connection is made.",
        (),
        when("connected"),
    ),
    Action(
        "connection.reconnect",
        "Reconnect",
        "Connection",
        "connection",
        "Replace the current connection's sessions that are free, and try until there is a new one.",
        (),
        when("connected"),
        icon="connect",
    ),
    Action(
        "connection.disconnect",
        "Disconnect",
        "Connection",
        "connection",
        "Close every session of the current connection.",
        (),
        when("connected"),
        icon="disconnect",
    ),
    *POOL_ACTIONS,
)

_ACTIVITY = (
    Action(
        "activity.pause",
        "Pause activity",
        "View",
        "activity",
        "Keep what the activity pane shows as it is.",
        icon="pause",
        mark="check",
    ),
    Action(
        "activity.cancel",
        "Cancel a session's statement…",
        "View",
        "activity",
        "Have the server cancel what the chosen session runs.",
        (),
        when("has_backend"),
        icon="cancel",
    ),
    Action(
        "activity.terminate",
        "Terminate a session…",
        "View",
        "activity",
        "Have the server end the chosen session.",
        (),
        when("has_backend"),
        icon="disconnect",
    ),
    Action(
        "activity.statement",
        "Statement of the chosen session",
        "View",
        "activity",
        "Show or hide the whole statement of the session that is chosen in the activity pane.",
        icon="text-file",
        mark="check",
    ),
    Action(
        "activity.to_pool",
        "Find session in the pool",
        "View",
        "activity",
        "Go from the session that is chosen in the activity pane to its connection in the pool.",
        (),
        when("has_backend"),
    ),
)

_VIEW = (
    Action("view.editor", "Go to editor", "View", "focus", "Move the focus to the editor.", ("Alt+1",), _TAB),
    Action("view.result", "Go to result", "View", "focus", "Move the focus to the result.", ("Alt+2",), _RESULT),
    Action("view.messages", "Go to messages", "View", "focus", "Move the focus to the messages.", ("Alt+3",), _TAB),
    Action(
        "view.notifications",
        "Notifications",
        "View",
        "panes",
        "Show or hide what NOTIFY sends, live.",
        ("Alt+4",),
        icon="bell",
        mark="check",
    ),
    Action(
        "view.pool",
        "Pool",
        "View",
        "panes",
        "Show or hide the connection pool: connections, charts, advice, events, statements.",
        ("Alt+5",),
        icon="gauge",
        mark="check",
    ),
    Action(
        "view.activity",
        "Activity",
        "View",
        "panes",
        "Show or hide what the server does: sessions, blocking, numbers.",
        ("Alt+6",),
        icon="activity",
        mark="check",
    ),
    Action("tab.next", "Next tab", "View", "tabs", "Go to the tab on the right.", ("Ctrl+Tab",), _TAB),
    Action("tab.previous", "Previous tab", "View", "tabs", "Go to the tab on the left.", ("Ctrl+Shift+Tab",), _TAB),
    Action("editor.zoom_in", "Larger text", "View", "zoom", "Enlarge SQL and data.", ("Ctrl++", "Ctrl+=")),
    Action("editor.zoom_out", "Smaller text", "View", "zoom", "Shrink SQL and data.", ("Ctrl+-",)),
    Action(
        "editor.zoom_reset", "Usual text size", "View", "zoom", "Show SQL and data at their usual size.", ("Ctrl+0",)
    ),
    *(
        Action(f"view.theme_{theme}", title, "View", "theme", tip, mark="radio")
        for theme, title, tip in (
            ("system", "System theme", "Follow the system's light or dark."),
            ("light", "Light theme", "Show dark text on light surfaces."),
            ("dark", "Dark theme", "Show light text on dark surfaces."),
        )
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
        label="Search commands",
    ),
    Action("help.shortcuts", "Keyboard shortcuts", "Help", "help", "List every key.", ("F1",), icon="help"),
)

ACTIONS: Final[tuple[Action, ...]] = (
    *_FILE,
    *_EDIT,
    *QUERY_ACTIONS,
    *RESULT_ACTIONS,
    *_CONNECTION,
    *_VIEW,
    *_ACTIVITY,
    *_HELP,
)
"""Every action in the order of menus; an id occurs once."""


def action(action_id: str) -> Action:
    """The action of an id; raises KeyError where there is none."""
    for found in ACTIONS:
        if found.id == action_id:
            return found
    raise KeyError(action_id)
