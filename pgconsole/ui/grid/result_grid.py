"""Shows the rows of one result, however many: scrolling, keys, mouse and signals.

Painting, header, row numbers, cursor, measures, model and copying are its neighbours'; rows come from a row store that
someone else fills. Cost follows what is seen: a jump in 10^12 rows costs as one in 10^5 (2026-11).
"""

from collections.abc import Sequence

from PySide6.QtCore import Property, QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from pgconsole.core.columns import Column
from pgconsole.core.selection import Selection, area_between
from pgconsole.ui.frame_pace import FRAME_MS, FramePace, PaintPace
from pgconsole.ui.grid.bars import GridBars
from pgconsole.ui.grid.columns import GridColumns
from pgconsole.ui.grid.copying import GridCopy
from pgconsole.ui.grid.cursor import GridCursor, Pick
from pgconsole.ui.grid.fit import fitting_width, name_widths, widened
from pgconsole.ui.grid.gutter import GridGutter
from pgconsole.ui.grid.header import GridHeader
from pgconsole.ui.grid.keys import opens_cell, step_of
from pgconsole.ui.grid.look import look_of
from pgconsole.ui.grid.model import GridModel
from pgconsole.ui.grid.mouse import GridMouse
from pgconsole.ui.grid.numbers import widen_numbers
from pgconsole.ui.grid.painter import GridPainter
from pgconsole.ui.grid.rows import GridRows
from pgconsole.ui.grid.view import FITTED_ROWS, GridRowStore, GridView
from pgconsole.ui.grid.wheel import WheelSteps
from pgconsole.ui.theme import data_font, theme_of

_ROWS_BELOW_MS = 50
"""Rows that come while the view is full are told of no oftener: each time moves the scroll bar, and paints it."""
_SCREENS_AHEAD = 2


def _bytes_of(name: str) -> Property:
    return Property("qlonglong", lambda grid: getattr(grid._view.store, name, 0))  # type: ignore[arg-type]


class ResultGrid(QAbstractScrollArea):
    """A virtualized grid over a row store; told of new rows by `refresh`, it paints at most once a frame."""

    more_wanted = Signal()
    """The view came within two screens of the end of the rows known, and more may be asked for."""
    cell_activated = Signal(object, int)
    """Row and column of a cell to be opened: Space, Shift+Enter or a double click."""
    current_changed = Signal(object, int)
    """Row and column of the current cell."""
    selection_changed = Signal(object)
    """The new `Selection`."""
    copied = Signal(object)
    """How many rows went to the clipboard."""
    copy_too_large = Signal(object)
    """How many rows were asked for, or read, when a copy was refused for its size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("resultGrid")
        self.setAccessibleName("Result grid")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._view = GridView(look_of(data_font(), self.font()))
        self._header = GridHeader(self._view, self)
        self._gutter = GridGutter(self._view, self)
        self._model = GridModel(self._view, self)
        self._copy = GridCopy(self)
        self._mouse = GridMouse(self._view, self)
        self._wheel = WheelSteps()
        self._bars = GridBars(self._view, self.verticalScrollBar(), self.horizontalScrollBar())
        self._known, self._is_final, self._more_available, self._asked_at = 0, False, False, -1
        self._flushing = FramePace(self._flush, self)
        self._painting = PaintPace(self._show_frame, self)
        self._is_stale = False  # the cells in view are others than those painted
        self._connect_parts()
        self._lay_out()

    def _connect_parts(self) -> None:
        self._header.column_picked.connect(self._pick_column)
        self._header.all_picked.connect(self.select_all)
        self._header.width_wanted.connect(self.set_column_width)
        self._header.fit_wanted.connect(self.fit_column)
        self._gutter.row_picked.connect(self._pick_row)
        self._copy.done.connect(self.copied)
        self._copy.too_large.connect(self.copy_too_large)
        self._mouse.cell_picked.connect(self.move_to)
        self._mouse.cell_opened.connect(self.cell_activated)
        self._bars.top_wanted.connect(self.scroll_to_row)
        self._bars.rows_moved.connect(self._repaint)
        self._bars.rows_moved.connect(self._ask_for_more)
        self._bars.columns_moved.connect(self._repaint_columns)

    # What it shows

    def set_result(self, columns: Sequence[Column], store: GridRowStore) -> None:
        """Show another result from its beginning; rows appear with the next `refresh`."""
        self._copy.stop()
        view = self._view
        view.columns, view.store = tuple(columns), store
        view.places = GridColumns(name_widths(columns, view.look))
        view.rows, view.cursor, view.scroll_x, view.is_final = GridRows(), GridCursor(), 0, False
        self._known, self._is_final, self._more_available, self._asked_at = 0, False, False, -1
        self._model.reset()
        self._lay_out()

    def refresh(self, rows_known: int, final: bool, more_available: bool) -> None:
        """Tell how many rows there are now, whether that is all, and whether more can be asked for.

        Cheap: what follows of it is done once a frame. The rows must be in the store already.
        """
        if rows_known != self._known or (more_available and not self._more_available):
            self._asked_at = -1
        self._known, self._is_final, self._more_available = rows_known, final, more_available
        if not final:
            self._painting.rows_came()
        self._flushing.ask(_ROWS_BELOW_MS if self._view.rows.max_top and not final else FRAME_MS)

    def model(self) -> GridModel:
        """The same rows as an item model."""
        self._settled()
        return self._model

    def set_font(self, font: QFont) -> None:
        """Show data in another font or size; widths grow and shrink with it."""
        view, look = self._view, look_of(font, self.font())
        if look is not view.look:
            view.places = view.places.scaled(look.char_width / view.look.char_width)
            view.look = look
            self._lay_out()

    @property
    def current(self) -> tuple[int, int] | None:
        """Row and column of the current cell."""
        cursor = self._view.cursor
        return (cursor.row, cursor.column) if cursor.is_set else None

    @property
    def selection(self) -> Selection:
        """The selected cells; the current cell where nothing else is selected."""
        cursor = self._view.cursor
        if cursor.selection.is_empty and cursor.is_set:
            return Selection((area_between(cursor.row, cursor.column, cursor.row, cursor.column),))
        return cursor.selection

    @property
    def top_row(self) -> int:
        """The row at the top of the view."""
        return self._view.rows.top

    @property
    def row_height(self) -> int:
        """The height of a row in pixels."""
        return self._view.look.row_height

    # What can be done to it

    def move_to(self, row: int, column: int, pick: Pick = Pick.REPLACE) -> None:
        """Make a cell the current one and bring it into view; beyond the rows known, the nearest one."""
        view = self._view
        if not view.rows.count or not view.columns:
            return
        row = max(0, min(row, view.rows.count - 1))
        column = max(0, min(column, len(view.columns) - 1))
        view.cursor.pick_cell(row, column, pick)
        self.scroll_to_row(view.rows.top_to_show(row))
        self._bars.show_column(column)
        self._cursor_moved()

    def scroll_to_row(self, top: int) -> None:
        """Put a row at the top of the view, or as near to it as the end allows."""
        if self._view.rows.scroll_to(top):
            self._repaint()
        self._ask_for_more()

    def select_all(self) -> None:
        """Select every cell of the rows known now, at once whatever their number."""
        if self._view.rows.count and self._view.columns:
            self._view.cursor.pick_all(self._view.rows.count, len(self._view.columns))
            self._cursor_moved()

    def copy(self, *, with_header: bool = False) -> None:
        """Copy the selection, or the current cell, tab-separated; `copied` or `copy_too_large` tells the end."""
        names = [column.name for column in self._view.columns] if with_header else None
        if self._view.store is not None:
            self._copy.start(self._view.store, self.selection, names)

    def set_column_width(self, column: int, width: int) -> None:
        """Give a column another width in pixels, within the limits."""
        self._view.places.set_width(column, width)
        self._bars.show_columns(self.viewport().width())
        self._repaint_columns()

    def column_width(self, column: int) -> int:
        """A column's width in pixels."""
        return self._view.places.width(column)

    def fit_column(self, column: int) -> None:
        """Give a column the width of its name and of its values at the top of the result and in view."""
        view = self._view
        rows = view.first_rows() + view.glance(view.rows.top, view.rows.top + view.rows.page + 1)
        self.set_column_width(column, fitting_width(column, view.columns[column], rows, view.look))

    # Frames

    def _flush(self) -> None:
        rows, seen_before = self._view.rows, self._view.rows.count
        known = min(self._known, self._view.store.row_count) if self._view.store is not None else 0
        rows.count, self._view.is_final = known, self._is_final
        if known < seen_before:
            rows.scroll_to(rows.top)
        self._model.announce(known)
        if seen_before < FITTED_ROWS and known > seen_before and self._view.columns:
            self._fit_first_rows()
        if self._gutter.wanted_width() != self._gutter.width():
            self._lay_out()
        if not known or (known != seen_before and seen_before <= rows.top + rows.page):
            self._repaint()
        else:
            self._painting.repaint()
        self._ask_for_more()

    def _fit_first_rows(self) -> None:
        view = self._view
        view.places.widen(widened(view.places.widths, view.first_rows(), view.look, self.viewport().width()))
        self._lay_out()
        if not view.cursor.is_set:
            view.cursor.row = view.cursor.column = 0
            self._tell_current()

    def _repaint(self) -> None:
        self._is_stale = True
        self._painting.repaint()

    def _show_frame(self) -> None:
        """Each part that is painted costs all that it stands in as well, so the bars wait for the cells."""
        self._bars.show_rows()
        if not self._is_stale:
            return
        self._is_stale = False
        if widen_numbers(self._view, self.viewport().width()):
            self._bars.show_columns(self.viewport().width())
            self._header.update()
        self.viewport().update()
        self._gutter.update()

    def _repaint_columns(self) -> None:
        self._header.update()
        self.viewport().update()

    def _ask_for_more(self) -> None:
        rows = self._view.rows
        near = rows.top + (1 + _SCREENS_AHEAD) * rows.page >= rows.count
        if self._more_available and near and self._asked_at != self._known:
            self._asked_at = self._known
            self.more_wanted.emit()

    def _cursor_moved(self) -> None:
        self._repaint()
        self._header.update()
        self._tell_current()
        self.selection_changed.emit(self.selection)

    def _tell_current(self) -> None:
        cursor = self._view.cursor
        self.setAccessibleDescription(self._view.spoken())
        self.current_changed.emit(cursor.row, cursor.column)

    # Places and scroll bars

    def _lay_out(self) -> None:
        view = self._view
        header_height, gutter_width = view.look.header_height, self._gutter.wanted_width()
        self.setViewportMargins(gutter_width, header_height, 0, 0)
        self._header.gutter_width = gutter_width
        place = self.viewport().geometry()
        self._header.setGeometry(QRect(0, 0, place.right() + 1, header_height))
        self._gutter.setGeometry(QRect(0, header_height, gutter_width, place.height()))
        view.rows.page = max(1, place.height() // view.look.row_height)
        view.rows.scroll_to(view.rows.top)
        self._bars.show_rows()
        self._bars.show_columns(self.viewport().width())
        self._header.update()
        self._repaint()

    def _pick_column(self, column: int, pick: Pick) -> None:
        if self._view.rows.count:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._view.cursor.pick_column(column, self._view.rows.count, pick)
            self._cursor_moved()

    def _pick_row(self, row: int, pick: Pick) -> None:
        if self._view.columns:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._view.cursor.pick_row(row, len(self._view.columns), pick)
            self.scroll_to_row(self._view.rows.top_to_show(row))
            self._cursor_moved()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the viewport."""
        with self._painting.paint(), QPainter(self.viewport()) as painter:
            GridPainter(painter, self._view, theme_of(self), self.viewport().rect(), has_focus=self.hasFocus()).paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        self._lay_out()
        self._ask_for_more()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the interface's font and colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.set_font(self._view.look.font)
        elif event.type() == QEvent.Type.PaletteChange:
            self._header.update()
            self._repaint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring of the focus."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring of the focus away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Leave moving to the bars' own signals, which know rows beyond 2^31."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, extend, select all, copy, open a cell; any other key goes on to the parent."""
        modifiers = event.modifiers()
        step = step_of(event.key(), modifiers)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        view = self._view
        if step is not None:
            target = view.cursor.target(step, view.rows.count, len(view.columns), view.rows.page)
            self.move_to(*target, Pick.EXTEND if shift else Pick.REPLACE)
        elif control and event.key() == Qt.Key.Key_A:
            self.select_all()
        elif control and event.key() == Qt.Key.Key_C:
            self.copy(with_header=shift)
        elif view.cursor.is_set and opens_cell(event.key(), control=control, shift=shift):
            self.cell_activated.emit(view.cursor.row, view.cursor.column)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select."""
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection."""
        self._mouse.move(event, inside=self.viewport().rect().contains(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._mouse.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the cell."""
        self._mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by rows, or sideways with Shift; Ctrl is left to whoever zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        down, right = self._wheel.take(event, self._view.look.row_height)
        self._bars.move_sideways(right)
        self.scroll_to_row(self._view.rows.top + down)
        event.accept()

    def sizeHint(self) -> QSize:
        """Room for some rows and columns."""
        return QSize(640, 320)

    # Properties that scripts read

    def _settled(self) -> GridView:
        """The view with all that is known by now: a script need not wait for the next frame."""
        if self._flushing.is_asked:
            self._flushing.now()
        return self._view

    def _rows_known(self) -> int:
        return self._settled().rows.count

    def _rows_final(self) -> bool:
        return self._settled().is_final

    # `int` would be cut to 32 bits; the stubs do not know that a C++ type may be named.
    rowsKnown = Property("qlonglong", _rows_known)  # type: ignore[arg-type]
    rowsFinal = Property(bool, _rows_final)
    spilledBytes = _bytes_of("spilled_bytes")
    memoryBytes = _bytes_of("memory_bytes")
