from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui.first_paint import first_paint


class _Painted(QWidget):
    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1


async def test_widget_was_painted_when_the_wait_is_over(qtbot: QtBot) -> None:
    widget = _Painted()
    qtbot.addWidget(widget)
    widget.show()
    await first_paint(widget)
    assert widget.paints == 1


async def test_widget_that_is_never_painted_is_not_waited_for(qtbot: QtBot) -> None:
    widget = _Painted()
    qtbot.addWidget(widget)
    await first_paint(widget)
    assert widget.paints == 0
