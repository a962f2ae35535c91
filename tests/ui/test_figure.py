"""A figure is drawn where it stands, and moves nothing."""

from pytestqt.qtbot import QtBot

from pgconsole.ui.figure import Figure


def test_figure_takes_the_same_room_whatever_it_shows(qtbot: QtBot) -> None:
    figure = Figure("count", "Records read", scale=1.4)
    qtbot.addWidget(figure)
    before = figure.sizeHint()
    figure.show_text("1,234,567")
    assert figure.sizeHint() == before
    assert figure.text == "1,234,567"
    assert (figure.accessibleName(), figure.accessibleDescription()) == ("Records read", "1,234,567")


def test_figure_is_seen(qtbot: QtBot) -> None:
    figure = Figure("count", "Records read")
    qtbot.addWidget(figure)
    figure.resize(figure.sizeHint())
    empty = figure.grab().toImage()
    figure.show_text("8")
    assert figure.grab().toImage() != empty
