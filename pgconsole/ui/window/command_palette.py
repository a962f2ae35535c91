"""Every command by its name: type a few letters, Enter runs it. An overlay of the window, never modal."""

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pgconsole.core.action import Action
from pgconsole.core.fuzzy_match import fuzzy_score
from pgconsole.ui.form_field import plain_label
from pgconsole.ui.theme import FOCUS_RING, GAP_M, GAP_S, TREE_ROW_HEIGHT, figures_font, theme_of
from pgconsole.ui.window.action_set import ActionSet, keys_text

_Index = QModelIndex | QPersistentModelIndex
_WIDTH = 560
_ROWS_SHOWN = 12
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ACTION_ROLE = Qt.ItemDataRole.UserRole


class CommandModel(QAbstractListModel):
    """The commands that fit what was typed, best first; those that can't be used now come after the others.

    Those in which the letters are only scattered come last, for nobody will have meant them.
    """

    def __init__(self, actions: ActionSet, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._shown: list[Action] = []

    def show_matching(self, typed: str) -> None:
        """List what fits."""
        ranked = []
        for order, described in enumerate(self._actions.described()):
            score = fuzzy_score(typed, described.title)
            if score is not None and described.id != "help.palette":
                ranked.append((score < 0, not self._actions[described.id].isEnabled(), -score, order, described))
        self.beginResetModel()
        self._shown = [each[-1] for each in sorted(ranked, key=lambda each: each[:-1])]
        self.endResetModel()

    def action_at(self, row: int) -> QAction | None:
        """The action of a row; None for a row that is not there."""
        return self._actions[self._shown[row].id] if 0 <= row < len(self._shown) else None

    def menu_at(self, row: int) -> str:
        """The menu in which the action of a row stands."""
        return self._shown[row].menu

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many commands fit."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title, its tip, or the id of a command."""
        described = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return described.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{described.title} {keys_text(self._actions[described.id])}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return described.tip
        return described.id if role == ACTION_ROLE else None


class _CommandDelegate(QStyledItemDelegate):
    """Paints menu and title on the left and the key on the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model, view = index.model(), option.widget
        if not isinstance(model, CommandModel) or not isinstance(view, QWidget):
            return
        action = model.action_at(index.row())
        if action is None:
            return
        theme, chosen = theme_of(view), bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(option.rect, theme.selection if chosen else theme.panel)
        row = option.rect.adjusted(GAP_M, 0, -GAP_M, 0)
        faint = theme.text if chosen else theme.text_faint
        painter.setPen(faint)
        menu = f"{model.menu_at(index.row())}  "
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, menu)
        left = option.fontMetrics.horizontalAdvance("Connection  ")
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys_text(action))
        painter.setPen(theme.text if action.isEnabled() else faint)
        title = row.adjusted(left, 0, 0, 0)
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, action.text())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, TREE_ROW_HEIGHT)


class CommandPalette(QFrame):
    """Opens over the top of its parent, and goes away by Esc, by Enter, or when the focus leaves it."""

    def __init__(self, actions: ActionSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("commandPalette")
        self.setAccessibleName("Command palette")
        self._model = CommandModel(actions, self)
        self._window = parent
        self._before: QWidget | None = None
        self._input = QLineEdit(self)
        self._input.setObjectName("commandPaletteInput")
        self._input.setAccessibleName("Command")
        self._input.setPlaceholderText("Type a command")
        self._list = QListView(self)
        self._list.setObjectName("commandPaletteList")
        self._list.setAccessibleName("Commands that fit")
        self._list.setModel(self._model)
        self._list.setItemDelegate(_CommandDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFont(figures_font(self.font()))
        self._nothing = plain_label("Nothing found", "second", self)
        self._nothing.setObjectName("commandPaletteNothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setIndent(GAP_M)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_S, GAP_S, GAP_S, GAP_S)
        layout.setSpacing(GAP_S)
        layout.addWidget(self._input)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._nothing, 1)
        self._input.textChanged.connect(self._filter)
        self._input.installEventFilter(self)
        self._list.clicked.connect(lambda index: self._run(index.row()))
        self.hide()

    def open(self) -> None:
        """Show every command, ready to type."""
        self._before = QApplication.focusWidget()
        self._input.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self._input.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list while the focus is in the input."""
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._handle_key(event)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface with one outline."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.header)
        painter.setPen(theme.text_faint)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _handle_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex().row())
        elif event.key() in _MOVES:
            QApplication.sendEvent(self._list, event)
        else:
            return False
        return True

    def _filter(self, typed: str) -> None:
        self._model.show_matching(typed)
        self._list.setCurrentIndex(self._model.index(0))
        self._list.setVisible(self._model.rowCount() > 0)
        self._nothing.setVisible(self._model.rowCount() == 0)

    def _place(self) -> None:
        room = self._window.width()
        width = min(_WIDTH, room - 2 * GAP_M)
        height = self._input.sizeHint().height() + _ROWS_SHOWN * TREE_ROW_HEIGHT + 3 * GAP_S + 2 * FOCUS_RING
        self.setGeometry((room - width) // 2, 2 * GAP_M + TREE_ROW_HEIGHT, width, height)

    def _close(self) -> None:
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _run(self, row: int) -> None:
        action = self._model.action_at(row)
        if action is not None and action.isEnabled():
            self._close()
            action.trigger()
