"""A box of few choices, each a value with its words; tells only of what the user chooses."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from pgconsole.core.plain_text import visible_line

Value = TypeVar("Value")


class ChoiceBox(QComboBox, Generic[Value]):
    """Shows one value of several; with `typed` any other text of the user's is a value too."""

    chosen = Signal(object)
    """The value that the user chose or typed."""

    def __init__(
        self, name: str, label: str, choices: Iterable[tuple[Value, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._choices: tuple[tuple[Value, str], ...] = ()
        self.show_choices(choices)
        self.activated.connect(self._tell)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll what is around, and change a value only where it has the focus."""
        if event.type() is QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def show_choices(self, choices: Iterable[tuple[Value, str]]) -> None:
        """Offer other choices; the value that is shown stays where it is among them."""
        offered = tuple(choices)
        if offered == self._choices:
            return
        blocker = QSignalBlocker(self)
        before = self.value()
        self._choices = offered
        self.clear()
        for _value, words in offered:
            self.addItem(visible_line(words))
        if before is not None:
            self.show_value(before)
        blocker.unblock()

    def value(self) -> Value | None:
        """The value that is shown."""
        index = self.currentIndex()
        return self._choices[index][0] if 0 <= index < len(self._choices) else None

    def show_value(self, value: Value) -> None:
        """Show a value without telling of it; one that is not among the choices is added to them."""
        blocker = QSignalBlocker(self)
        values = [each for each, _words in self._choices]
        if value not in values:
            self._choices = (*self._choices, (value, str(value)))
            self.addItem(visible_line(str(value)))
            values.append(value)
        self.setCurrentIndex(values.index(value))
        blocker.unblock()

    def _tell(self, index: int) -> None:
        if 0 <= index < len(self._choices):
            self.chosen.emit(self._choices[index][0])
