"""The results of a query tab and its messages, a tab each."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QTabBar, QTabWidget, QWidget

from pgconsole.core.result import Result
from pgconsole.core.wording import rows_phrase
from pgconsole.ui.frame_pace import FRAME_MS, FramePace
from pgconsole.ui.plain_tip import plain_tip
from pgconsole.ui.results.messages_view import MessagesView
from pgconsole.ui.results.result_pane import ResultPane
from pgconsole.ui.theme import DATA_FONT_SIZE_PT
from pgconsole.ui.window.bar_buttons import corner_of

_LONGEST_TIP = 2_000
_COUNTING_MS = 200
"""Counts of rows that still come are told no oftener: a title lays out and paints the tabs and the status line anew,
which takes 2.5 ms (2026-11)."""


class ResultTabs(QTabWidget):
    """Results from left to right in the order of their statements, Messages last."""

    more_wanted = Signal(object)
    """A `Result` whose end came near."""
    shown_changed = Signal()
    noticed = Signal(object)
    """A `Notice` of a result."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("resultTabs")
        self.setAccessibleName("Results and messages")
        self.setDocumentMode(True)
        self._font_size_pt = DATA_FONT_SIZE_PT
        self._telling = FramePace(self._show_titles, self)
        self._panes: dict[int, ResultPane] = {}
        """By the identity of their results, which they keep alive."""
        self._retitled: set[ResultPane] = set()
        """Those whose title is no longer true."""
        self.setTabsClosable(True)
        self.messages = MessagesView(self)
        self.addTab(self.messages, "Messages")
        self._hide_close_button(0)
        self.currentChanged.connect(self.shown_changed)
        self.tabCloseRequested.connect(self._close_index)

    def show_buttons(self, buttons: Iterable[QWidget]) -> None:
        """Put what can be done with the result that is shown at the right end, above it."""
        self.setCornerWidget(corner_of(self, buttons), Qt.Corner.TopRightCorner)

    @property
    def pane(self) -> ResultPane | None:
        """The result pane that is shown."""
        shown = self.currentWidget()
        return shown if isinstance(shown, ResultPane) else None

    @property
    def result(self) -> Result | None:
        """The result that is shown."""
        return self.pane.result if self.pane is not None else None

    def panes(self) -> Iterator[ResultPane]:
        """Every result pane from left to right."""
        return iter(self._panes.values())

    def open(self, result: Result) -> None:
        """Add a result, and show it where it is the first of its run."""
        pane = ResultPane(result, self)
        pane.set_font_size(self._font_size_pt)
        pane.more_wanted.connect(lambda: self.more_wanted.emit(pane.result))
        pane.current_changed.connect(self.shown_changed)
        pane.noticed.connect(self.noticed)
        index = self.insertTab(self.count() - 1, pane, _title(pane))
        self._panes[id(result)] = pane
        self.setTabToolTip(index, plain_tip(result.statement[:_LONGEST_TIP]))
        if result.number == 1:
            self.setCurrentIndex(index)
            if self.tabBar().hasFocus():
                pane.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, result: Result) -> None:
        """Show a result's new state."""
        pane = self._panes.get(id(result))
        if pane is None:
            return
        pane.refresh()
        self._retitled.add(pane)
        has_ended = result.is_final or result.portal_open or bool(result.stopped_because)
        self._telling.ask(FRAME_MS if has_ended else _COUNTING_MS)

    def _show_titles(self) -> None:
        retitled, self._retitled = self._retitled, set()
        for pane in retitled:
            self._show_title(pane)
        self.shown_changed.emit()

    def _show_title(self, pane: ResultPane) -> None:
        """Setting a text lays out every tab anew, also where it is the same."""
        index, title = self.indexOf(pane), _title(pane)
        if self.tabText(index) != title:
            self.setTabText(index, title)

    def set_font_size(self, size_pt: float) -> None:
        """Show messages and data in another size, also results to come."""
        self._font_size_pt = size_pt
        self.messages.set_font_size(size_pt)
        for pane in self.panes():
            pane.set_font_size(size_pt)

    def clear_results(self) -> None:
        """Close the results that the user did not keep."""
        for pane in list(self.panes()):
            if not pane.is_kept:
                self._close(pane)

    def keep_shown(self, keep: bool) -> None:
        """Let the result that is shown outlive the next run, or not."""
        if self.pane is not None:
            self.pane.is_kept = keep
            self._show_title(self.pane)

    def show_messages(self) -> None:
        """Go to Messages."""
        self.setCurrentWidget(self.messages)

    def close_all(self) -> None:
        """Let go of every result, kept or not."""
        for pane in list(self.panes()):
            self._close(pane)

    def _close_index(self, index: int) -> None:
        pane = self.widget(index)
        if isinstance(pane, ResultPane):
            self._close(pane)

    def _close(self, pane: ResultPane) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and pane.isAncestorOf(focus):
            # Here it is found again by who runs a statement from the grid; it would go to the window's first button.
            self.tabBar().setFocus(Qt.FocusReason.OtherFocusReason)
        del self._panes[id(pane.result)]
        self._retitled.discard(pane)
        self.removeTab(self.indexOf(pane))
        pane.close_result()
        pane.deleteLater()

    def _hide_close_button(self, index: int) -> None:
        for side in (QTabBar.ButtonPosition.RightSide, QTabBar.ButtonPosition.LeftSide):
            button = self.tabBar().tabButton(index, side)
            if button is not None:
                button.resize(0, 0)
                button.hide()


def _title(pane: ResultPane) -> str:
    result = pane.result
    rows = rows_phrase(
        result.row_count,
        is_final=result.is_final,
        counted_rows=result.counted_rows,
        stopped=bool(result.stopped_because),
    )
    return f"{'Kept' if pane.is_kept else 'Result'} {result.number}  {rows}"
