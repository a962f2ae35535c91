"""The band that says what a server is for."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pgconsole.core.profile import ConnectionKind
from pgconsole.ui.theme import BAND_HEIGHT, apply_theme, dark, light
from pgconsole.ui.window.kind_band import KindBand


@pytest.fixture
def band(qtbot: QtBot) -> KindBand:
    band = KindBand()
    qtbot.addWidget(band)
    band.resize(300, 24)
    return band


def word(band: KindBand) -> str:
    label = band.findChild(QLabel)
    assert label is not None
    return label.text()


def edge(band: KindBand) -> str:
    return band.grab().toImage().pixelColor(100, BAND_HEIGHT - 1).name()


def test_development_has_no_band(band: KindBand) -> None:
    band.show_kind(ConnectionKind.PRODUCTION)
    band.show_kind(ConnectionKind.DEVELOPMENT)
    assert band.isHidden()


@pytest.mark.parametrize(
    ("kind", "said"),
    [(ConnectionKind.TEST, "Test server"), (ConnectionKind.PRODUCTION, "Production server")],
)
def test_the_word_stands_with_the_colour(band: KindBand, kind: ConnectionKind, said: str) -> None:
    band.show_kind(kind)
    assert band.isVisible()
    assert word(band) == band.accessibleName() == said


def test_the_line_has_the_colour_of_its_kind_in_both_themes(band: KindBand, qapp: QApplication) -> None:
    for name, theme in (("light", light()), ("dark", dark())):
        apply_theme(qapp, "light" if name == "light" else "dark")
        band.show_kind(ConnectionKind.TEST)
        assert edge(band) == theme.warning.name()
        band.show_kind(ConnectionKind.PRODUCTION)
        assert edge(band) == theme.danger.name()
    apply_theme(qapp, "system")
