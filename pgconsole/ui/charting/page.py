"""A page of live charts under a bar: how much time, pause, export; they are made when the page is first shown.

The wheel zooms, dragging moves, pointing reads; so do the keys + and -, Left and Right, End and Esc.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.chart import Plot
from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.charting.tile import ChartTile
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import FOCUS_RING, GAP_L, GAP_S, GAP_XS, theme_of

if TYPE_CHECKING:
    from pgconsole.ui.charting.charts import Charts

_SPANS: Final = (
    ("1 minute", 60.0),
    ("5 minutes", 300.0),
    ("30 minutes", 1800.0),
    ("2 hours", 7200.0),
    ("everything", None),
)
_USUAL_SPAN: Final = 1
_KEYS_HINT: Final = "Wheel zooms, dragging moves, pointing reads; so do + and -, Left and Right, End and Esc"


class ChartsPage(QWidget):
    """Charts in rows of `columns` with their bar; `name` begins the names of its parts."""

    charts_wanted = Signal()
    """What charts need has to be loaded; then `make_next`, until there are no more."""
    png_wanted = Signal()
    csv_wanted = Signal()

    def __init__(
        self, name: str, title: str, plots: Sequence[Plot], columns: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.title = title
        self.samples: SampleRing | None = None
        """What is shown, or will be once the page is to be seen."""
        self.charts: Charts | None = None
        """None until they are made."""
        self._making: Charts | None = None
        self._asked = False
        self.board = _Board(f"{name}Board", title, self)
        self._tiles = [ChartTile(plot, self.board) for plot in plots]
        self._span = QComboBox(self)
        self._pause, self._newest = QPushButton("Pause", self), QPushButton("To the newest", self)
        self._png, self._csv = QPushButton("Save picture…", self), QPushButton("Save figures…", self)
        self._reading = plain_label("", "second", self)
        self._name_parts(name)
        self._lay_out(columns)
        self._connect()

    def _name_parts(self, name: str) -> None:
        self._span.setAccessibleName("How much time the charts show")
        self._span.addItems([words for words, _span_s in _SPANS])
        self._span.setCurrentIndex(_USUAL_SPAN)
        self._pause.setCheckable(True)
        self._pause.setToolTip("Keep the charts as they are; what happens meanwhile is kept too")
        for part, what in (
            (self._span, "Span"),
            (self._pause, "Pause"),
            (self._newest, "Newest"),
            (self._png, "Png"),
            (self._csv, "Csv"),
            (self._reading, "Reading"),
        ):
            part.setObjectName(f"{name}{what}")

    def _lay_out(self, columns: int) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(GAP_S, GAP_XS, GAP_S, 0)
        bar.setSpacing(GAP_S)
        for widget in (self._span, self._pause, self._newest):
            bar.addWidget(widget)
        bar.addWidget(self._reading, 1)
        bar.addWidget(self._png)
        bar.addWidget(self._csv)
        grid = QGridLayout(self.board)
        grid.setContentsMargins(GAP_S, GAP_XS, GAP_S, GAP_XS)
        grid.setHorizontalSpacing(GAP_L)
        grid.setVerticalSpacing(GAP_S)
        for number, tile in enumerate(self._tiles):
            grid.addWidget(tile, number // columns, number % columns)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(self.board)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(bar)
        rows.addWidget(area, 1)
        self._newest.hide()
        self.setFocusProxy(self._span)

    def _connect(self) -> None:
        self._span.currentIndexChanged.connect(lambda _index: self._take_span())
        self._pause.toggled.connect(self._set_paused)
        self._newest.clicked.connect(lambda: self._follow())
        self._png.clicked.connect(lambda: self.png_wanted.emit())
        self._csv.clicked.connect(lambda: self.csv_wanted.emit())
        self.board.key_pressed.connect(self._press)

    # What it shows

    def show_samples(self, samples: SampleRing | None, texts: Mapping[str, str] | None = None) -> None:
        """Show these, or nothing; what is said of each plot instead of its newest values goes by the plots' ids."""
        is_other = samples is not self.samples
        self.samples = samples
        if texts is not None:
            for tile in self._tiles:
                tile.show_newest([texts[tile.plot.id]])
        if is_other:
            self._pause.setChecked(False)
        if self.isVisible():
            self._draw()

    def picture(self) -> QPixmap:
        """The charts as they are to be seen."""
        return self.board.grab()

    def make_next(self) -> bool:
        """Make the charts, one at a call, now that what they need is loaded; whether there are more to come."""
        from pgconsole.ui.charting.charts import Charts

        if self._making is None:
            self._making = Charts(self._tiles, self._say)
        if self._making.add_next():
            return True
        self.charts = self._making
        self._take_span()
        self._draw()
        return False

    def _draw(self) -> None:
        charts = self.charts
        if charts is None or (self._pause.isChecked() and self.samples is not None):
            return
        charts.show(self.samples)
        for tile in self._tiles:
            if tile.plot.curves[0].words:
                tile.show_newest(charts.newest_values(tile))

    def _say(self) -> None:
        """Tell the moment that is read, else how to read one."""
        if self.charts is not None:
            moment = self.charts.moment_text
            self._reading.setText(f"At {moment}" if moment else "")
            self._newest.setVisible(not self.charts.is_following)

    # What the user does

    def _take_span(self) -> None:
        if self.charts is not None:
            self.charts.span_s = _SPANS[self._span.currentIndex()][1]
            self.charts.follow()

    def _follow(self) -> None:
        if self.charts is not None:
            self.charts.follow()

    def _set_paused(self, is_paused: bool) -> None:
        self._pause.setText("Go on" if is_paused else "Pause")
        self._draw()

    def _press(self, key: Qt.Key) -> None:
        charts = self.charts
        if charts is None:
            return
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                charts.read_next(-1 if key == Qt.Key.Key_Left else 1)
            case Qt.Key.Key_Escape:
                charts.read_none()
            case Qt.Key.Key_End:
                charts.follow()
            case _:
                charts.zoom(0.5 if key == Qt.Key.Key_Plus else 2.0)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for charts the first time; draw what happened while nobody looked."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._reading.setText("Loading…")
            self.charts_wanted.emit()
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Have the charts take the new colours, once the window has them."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and getattr(self, "charts", None) is not None:
            QTimer.singleShot(0, self, self._dress)

    def _dress(self) -> None:
        if self.charts is not None:
            self.charts.dress()


class _Board(QWidget):
    """What the tiles stand on; it takes the keys that read and zoom."""

    key_pressed = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(_KEYS_HINT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on the keys that mean something to charts."""
        keys = Qt.Key
        if event.key() == keys.Key_Equal:
            self.key_pressed.emit(keys.Key_Plus)
        elif event.key() in (
            *(keys.Key_Left, keys.Key_Right, keys.Key_End),
            *(keys.Key_Escape, keys.Key_Plus, keys.Key_Minus),
        ):
            self.key_pressed.emit(keys(event.key()))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring of who has the focus."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        if self.hasFocus():
            inset = FOCUS_RING // 2
            painter.setPen(QPen(theme.accent, FOCUS_RING))
            painter.drawRect(self.rect().adjusted(inset, inset, -inset, -inset))
        painter.end()
