"""The line along the top of what is busy."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pgconsole.ui.progress_line import ProgressLine
from pgconsole.ui.theme import PROGRESS_LINE, apply_theme, dark, light, theme_of


def colour(line: ProgressLine) -> str:
    return line.grab().toImage().pixelColor(5, 0).name()


def test_it_takes_its_room_also_when_idle(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.show()
    assert line.height() == PROGRESS_LINE
    line.set_busy(True)
    assert line.height() == PROGRESS_LINE


def test_busy_shows_in_the_colour_of_running_work(qtbot: QtBot, qapp: QApplication) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(100, PROGRESS_LINE)
    for choice, theme in (("light", light()), ("dark", dark())):
        apply_theme(qapp, "light" if choice == "light" else "dark")
        assert theme_of(line).name == theme.name
        line.set_busy(True)
        assert colour(line) == theme.running.name()
        line.set_busy(False)
        assert colour(line) == theme.window.name()
    apply_theme(qapp, "system")
