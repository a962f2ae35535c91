"""The window's parts by their names, and what they say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenuBar, QPlainTextEdit, QTabWidget, QWidget

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import DriverFault, PgconsoleError
from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.grid.result_grid import ResultGrid
from pgconsole.ui.main_window import MainWindow
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

NAMED = [
    (QTabWidget, "queryTabs"),
    (QPlainTextEdit, "sqlEditor"),
    (QTabWidget, "resultTabs"),
    (QPlainTextEdit, "messages"),
    (ResultGrid, "resultGrid"),
    (QLabel, "statusConnection"),
    (QLabel, "statusTransaction"),
    (QLabel, "statusRows"),
    (QLabel, "statusTime"),
    (QWidget, "noticeBar"),
    (QWidget, "activityPane"),
]
HOSTILE = '<img src=x onerror="alert(1)"> & \u202ebidi'


async def test_everything_promised_is_found_by_its_name(user: User) -> None:
    await user.run("select 1")
    for kind, name in NAMED:
        assert user.window.findChild(kind, name) is not None, name
    for name in ("state", "transaction", "pinned", "answered", "portalOpen"):
        assert user.tab.property(name) is not None, name
    for name in ("rowsKnown", "rowsFinal", "spilledBytes", "memoryBytes"):
        assert user.grid.property(name) is not None, name


async def test_whatever_is_acted_on_has_a_name_for_screen_readers(user: User) -> None:
    await user.run("select 1")
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in user.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or widget.property("text"))
        and not isinstance(widget, QMenuBar)
        and widget.focusProxy() is None
    ]
    assert nameless == []


async def test_messages_are_read_only(user: User) -> None:
    view = user.find(QPlainTextEdit, "messages")
    assert view.isReadOnly()


async def test_the_status_line_tells_rows_times_and_transaction(user: User) -> None:
    await user.run("begin; select g from generate_series(1, 12000) g", "query.run_all")
    await until(lambda: user.status("statusRows") == "12,000 rows", "the rows are told")
    assert "ms" in user.status("statusTime") or " s" in user.status("statusTime")
    assert user.status("statusConnection")
    await until(lambda: "ransaction" in user.status("statusTransaction"), "the transaction is told")
    user.trigger("query.rollback")
    await user.property_is("transaction", "idle")
    await user.idle()


async def test_the_status_line_follows_the_tab_that_is_shown(user: User) -> None:
    await user.run("select g from generate_series(1, 7) g")
    user.trigger("tab.new")
    assert user.status("statusRows") == ""
    user.trigger("tab.previous")
    assert user.status("statusRows") == "7 rows"


async def test_hostile_names_are_plain_text_wherever_they_stand(user: User) -> None:
    await user.run(f'select 1 as "{HOSTILE.replace(chr(34), chr(34) * 2)}"')
    await user.run(f'select * from "{HOSTILE.replace(chr(34), chr(34) * 2)}"')
    assert HOSTILE in user.notice
    user.window.show_connection(ConnectionStatus("connected", HOSTILE, HOSTILE))
    rich = [
        label.objectName()
        for label in user.window.findChildren(QLabel)
        if "<img" in label.text() and label.textFormat() is not Qt.TextFormat.PlainText
    ]
    assert rich == []
    shown = [label.text() for label in user.window.findChildren(QLabel) if "<img" in label.text()]
    assert shown
    assert not [text for text in shown if "\u202e" in text]
    assert "&lt;img" in user.window.connection_button.toolTip()


async def test_a_fault_of_ours_is_told_as_one(windows: Windows) -> None:
    user = await windows.open()
    user.window.show_error(PgconsoleError("The disk is full.", "", "Make room."))
    assert user.notice == "The disk is full. Make room."
    user.window.show_error(DriverFault("Something went wrong inside pgconsole.", "KeyError: 1"))
    assert user.notice.startswith("A fault of pgconsole: ")


@pytest.mark.parametrize("kind", [ConnectionKind.TEST, ConnectionKind.PRODUCTION])
async def test_the_kind_of_the_connection_is_a_band_with_its_word(windows: Windows, kind: ConnectionKind) -> None:
    user = await windows.open()
    user.window.show_connection(ConnectionStatus("connected", "shop", "shop", kind))
    assert user.window.band.isVisible()
    user.window.show_connection(ConnectionStatus())
    assert not user.window.band.isVisible()


async def test_a_new_tab_is_split_as_the_one_before(user: User) -> None:
    user.tab.splitter.setSizes([100, 300])
    split = user.tab.splitter.sizes()
    user.trigger("tab.new")
    await until(lambda: user.tab.splitter.sizes() == split, "the split is the same")


async def test_the_last_tab_leaves_the_start_page(user: User) -> None:
    user.trigger("tab.close")
    await user.tabs(0)
    assert user.window.current_tab is None
    assert user.window.pages.currentWidget() is user.window.start_page
    user.trigger("tab.new")
    assert await user.database()


async def test_a_wide_window_and_a_narrow_one_keep_their_parts(windows: Windows) -> None:
    user = await windows.open()
    assert isinstance(user.window, MainWindow)
    assert user.window.minimumSizeHint().width() <= 1024
    assert user.window.minimumSizeHint().height() <= 700


async def test_a_tab_and_a_pane_fit_a_screen_of_600_pixels(user: User) -> None:
    user.trigger("view.pool")
    user.window.resize(1000, 550)
    await until(lambda: user.window.height() == 550, "the window is as low as that")


async def test_the_first_focus_is_on_the_first_way_in(windows: Windows) -> None:
    user = await windows.open()
    assert user.focus.objectName() == "startLocal"


async def test_a_closed_tab_gives_the_focus_to_the_next_editor(user: User) -> None:
    user.trigger("tab.new")
    user.trigger("tab.close")
    await user.tabs(1)
    assert user.editor.hasFocus()


async def test_a_tab_closed_behind_the_one_that_is_shown_takes_no_focus(user: User) -> None:
    await user.run("select 1")
    user.trigger("view.result")
    focus = user.focus
    behind = user.tab
    user.trigger("tab.new")
    user.trigger("tab.previous")
    user.grid.setFocus()
    assert user.tab is behind
    assert user.focus is focus
    user.window.tab_close_requested.emit(user.window.tabs.widget(1))
    await user.tabs(1)
    assert user.focus is focus


async def test_without_a_tab_the_page_tells_of_the_open_connection_and_offers_a_tab(user: User) -> None:
    user.trigger("tab.close")
    await user.tabs(0)
    assert any(label.text().startswith("Connected to ") for label in user.window.start_page.findChildren(QLabel))
    assert user.focus.objectName() == "startNewTab"
    user.press(Qt.Key.Key_Space)
    await user.tabs(1)
    await user.run("select 1")
    assert user.cell(0) == "1"


async def test_condition_beside_the_tabs_enables_what_depends_on_it(user: User) -> None:
    action = user.window.actions_by_id["activity.terminate"]
    assert not action.isEnabled()
    user.window.set_condition("has_backend", True)
    assert action.isEnabled()
    await user.run("select 1")
    assert action.isEnabled()
    user.window.set_condition("has_backend", False)
    assert not action.isEnabled()
