"""The band of column names over a grid: paints it, and turns clicks and drags on it into intents."""

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from pgconsole.core.plain_text import cut_line
from pgconsole.ui.grid.cursor import Pick
from pgconsole.ui.grid.keys import pick_of
from pgconsole.ui.grid.look import CELL_PADDING
from pgconsole.ui.grid.view import GridView
from pgconsole.ui.theme import FOCUS_RING, Theme, theme_of

NAME_LIMIT_CHARS = 200
KEY_MARK_WIDTH = 14


class GridHeader(QWidget):
    """Shows name over type for the columns in view; the corner above the row numbers selects all."""

    column_picked = Signal(int, object)
    all_picked = Signal()
    width_wanted = Signal(int, int)
    fit_wanted = Signal(int)

    def __init__(self, view: GridView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._view = view
        self.gutter_width = 0
        self._resizing: int | None = None
        self._grip = 0
        self._selecting = False
        self.setMouseTracking(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the columns in view, then the corner over them."""
        painter = QPainter(self)
        theme, view = theme_of(self), self._view
        painter.fillRect(self.rect(), theme.header)
        width = self.width() - self.gutter_width
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setClipRect(QRect(self.gutter_width, 0, width, self.height()))
        for column in view.places.between(view.scroll_x, view.scroll_x + width):
            self._paint_column(painter, theme, column)
        painter.setClipping(False)
        painter.fillRect(QRect(0, 0, self.gutter_width, self.height()), theme.header)
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(self.gutter_width - 1, 0, self.gutter_width - 1, self.height())
        painter.drawLine(0, self.height() - 1, self.gutter_width, self.height() - 1)
        painter.end()

    def _paint_column(self, painter: QPainter, theme: Theme, column: int) -> None:
        view, look = self._view, self._view.look
        left = self._column_left(column)
        width = view.places.width(column)
        described = view.columns[column]
        name_room = width - 2 * CELL_PADDING - (KEY_MARK_WIDTH if described.is_primary_key else 0)
        areas = [area for area in view.cursor.selection.areas if area.left <= column < area.right]
        is_whole = any(area.top == 0 and area.bottom >= view.rows.count for area in areas)
        if is_whole:
            painter.fillRect(QRect(left, 0, width, self.height()), theme.selection)
        elide = Qt.TextElideMode.ElideRight
        name = look.name_metrics.elidedText(cut_line(described.name, NAME_LIMIT_CHARS), elide, name_room)
        kind = look.type_metrics.elidedText(
            cut_line(described.type_name, NAME_LIMIT_CHARS), elide, width - 2 * CELL_PADDING
        )
        gap = (self.height() - look.name_metrics.height() - look.type_metrics.height()) / 2
        name_y = round(gap + look.name_metrics.ascent())
        type_y = round(gap + look.name_metrics.height() + look.type_metrics.ascent())
        painter.setPen(theme.text)
        painter.setFont(look.name_font)
        name_x, type_x = float(left + CELL_PADDING), float(left + CELL_PADDING)
        if described.is_numeric:
            name_x = left + width - CELL_PADDING - look.name_metrics.horizontalAdvance(name)
            type_x = left + width - CELL_PADDING - look.type_metrics.horizontalAdvance(kind)
        elif described.is_primary_key:
            name_x += KEY_MARK_WIDTH
        painter.drawText(round(name_x), name_y, name)
        if described.is_primary_key:
            _paint_key(painter, theme, round(name_x) - KEY_MARK_WIDTH, round(name_y - look.name_metrics.xHeight() / 2))
        painter.setPen(theme.text if is_whole else theme.text_faint)
        painter.setFont(look.type_font)
        painter.drawText(round(type_x), type_y, kind)
        if areas:
            painter.fillRect(QRect(left, self.height() - FOCUS_RING, width, FOCUS_RING), theme.accent)
        painter.setPen(QPen(theme.line, 0))
        painter.drawLine(left + width - 1, 0, left + width - 1, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin resizing at an edge, else select a column; the corner selects all."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = round(event.position().x())
        edge = self._edge_at(x)
        if edge is not None:
            self._resizing = edge
            self._grip = x - self._view.places.width(edge)
        elif x < self.gutter_width:
            self.all_picked.emit()
        elif (column := self._column_at(x)) is not None:
            self._selecting = True
            self.column_picked.emit(column, pick_of(event.modifiers()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a drag, or tell by the pointer's shape where an edge can be dragged."""
        x = round(event.position().x())
        if self._resizing is not None:
            self.width_wanted.emit(self._resizing, x - self._grip)
        elif self._selecting:
            column = self._view.column_at(x - self.gutter_width)
            if column >= 0:
                self.column_picked.emit(column, Pick.EXTEND)
        else:
            at_edge = self._edge_at(x) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if at_edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._resizing = None
        self._selecting = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit a column to its values at an edge; elsewhere a second click is a click."""
        edge = self._edge_at(round(event.position().x()))
        if edge is None:
            self.mousePressEvent(event)
        else:
            self.fit_wanted.emit(edge)

    def event(self, event: QEvent) -> bool:
        """Tell a column's whole name and type as a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            column = self._column_at(event.pos().x())
            if column is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.tool_tip(column), self)
            return True
        return super().event(event)

    def tool_tip(self, column: int) -> str:
        """A column's name and type as rich text whose content is escaped."""
        described = self._view.columns[column]
        lines = [cut_line(described.name, NAME_LIMIT_CHARS), cut_line(described.type_name, NAME_LIMIT_CHARS)]
        if described.is_primary_key:
            lines.append("primary key")
        escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
        return "<p style='white-space:pre'><b>" + escaped[0] + "</b><br>" + "<br>".join(escaped[1:]) + "</p>"

    def _column_left(self, column: int) -> int:
        return self._view.places.left(column) - self._view.scroll_x + self.gutter_width

    def _column_at(self, x: int) -> int | None:
        place = x - self.gutter_width + self._view.scroll_x
        if x < self.gutter_width or place >= self._view.places.total_width:
            return None
        return self._view.places.at(place)

    def _edge_at(self, x: int) -> int | None:
        if x < self.gutter_width:
            return None
        return self._view.places.edge_at(x - self.gutter_width + self._view.scroll_x)


def _paint_key(painter: QPainter, theme: Theme, x: int, y: int) -> None:
    """Paint a key of 10 x 6 pixels, its shaft at height `y`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.accent, 1.5))
    painter.drawEllipse(QPointF(x + 3, y), 2.5, 2.5)
    painter.drawLine(QPointF(x + 5.5, y), QPointF(x + 10.5, y))
    painter.drawLine(QPointF(x + 8, y), QPointF(x + 8, y + 2.5))
    painter.drawLine(QPointF(x + 10.25, y), QPointF(x + 10.25, y + 2.5))
    painter.restore()
