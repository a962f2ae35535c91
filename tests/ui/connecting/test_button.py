"""The name of the connection, short and long."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.ui.connecting.button import ConnectionButton
from pgconsole.ui.theme import Theme, apply_theme, dark, light

_LONG = "orders_production @ db-primary.eu-central-1.example.internal"


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[QMainWindow]:
    apply_theme(qapp, "light")
    window = QMainWindow()
    qtbot.addWidget(window)
    yield window
    apply_theme(qapp, "light")


@pytest.fixture
def button(window: QMainWindow) -> ConnectionButton:
    return ConnectionButton(window)


def test_without_a_connection_it_says_so(button: ConnectionButton) -> None:
    assert button.text() == "Not connected"


def test_a_connection_is_named_from_the_attempt_on(button: ConnectionButton) -> None:
    button.show_status(ConnectionStatus("connecting", "shop @ local"))
    assert button.text() == "Connecting to shop @ local"
    button.show_status(ConnectionStatus("connected", "R&D @ local", "ann@localhost:5432/R&D"))
    assert button.text() == "R&&D @ local"
    assert "ann@localhost:5432/R&amp;D" in button.toolTip()


def test_a_long_name_takes_limited_room_and_can_shrink(button: ConnectionButton) -> None:
    button.show_status(ConnectionStatus("connected", _LONG, _LONG))
    assert button.sizeHint().width() <= 280
    assert button.minimumSizeHint().width() < 100
    assert _LONG in button.toolTip()


@pytest.mark.parametrize("theme", [light(), dark()], ids=lambda theme: theme.name)
def test_the_icon_has_the_colour_of_the_theme(button: ConnectionButton, qapp: QApplication, theme: Theme) -> None:
    button.show_status(ConnectionStatus("connected", "shop @ local"))
    apply_theme(qapp, theme.name)
    image = button.icon().pixmap(32, 32).toImage()
    pixels = {image.pixelColor(x, y).rgba() for x in range(image.width()) for y in range(image.height())}
    assert theme.text_second.rgba() in pixels
