"""Drawings in the colours of a theme."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon
from pytestqt.qtbot import QtBot

from pgconsole.core.actions import ACTIONS
from pgconsole.core.errors import PgconsoleError
from pgconsole.ui.icon_files import icon_names
from pgconsole.ui.icons import icon, icon_pixmap
from pgconsole.ui.theme import dark, light

FOLDER = Path(__file__).parents[2] / "resources" / "icons"


def test_every_action_with_an_icon_has_a_drawing() -> None:
    assert {found.icon for found in ACTIONS if found.icon} <= set(icon_names())


@pytest.mark.parametrize("name", icon_names())
def test_drawings_share_one_grid_and_weight_and_name_no_colour(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text()
    assert 'viewBox="0 0 16 16"' in text
    assert text.count("stroke-width") == 1
    assert 'stroke-width="1"' in text
    assert "#" not in text


@pytest.mark.usefixtures("qtbot")
@pytest.mark.parametrize("name", icon_names())
def test_drawing_keeps_within_its_square_and_is_not_empty(name: str) -> None:
    image = icon_pixmap(name, QColor("black"), 2).toImage()
    inked = [(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 64]
    assert len(inked) > 20
    assert all(1 <= x < 31 and 1 <= y < 31 for x, y in inked)


def test_icon_is_coloured_by_role_and_drawn_at_both_ratios(qtbot: QtBot) -> None:
    for theme in (light(), dark()):
        run = icon("run", theme)
        for ratio in (1, 2):
            normal = run.pixmap(run.availableSizes()[0], ratio, QIcon.Mode.Normal, QIcon.State.Off)
            assert normal.width() == 16 * ratio
            middle = normal.toImage().pixelColor(7 * ratio, 8 * ratio)
            assert middle.name() == theme.text_second.name()
            chosen = run.pixmap(run.availableSizes()[0], ratio, QIcon.Mode.Normal, QIcon.State.On)
            assert chosen.toImage().pixelColor(7 * ratio, 8 * ratio).name() == theme.accent.name()


@pytest.mark.usefixtures("qtbot")
def test_icon_of_what_is_on_bears_the_accent() -> None:
    run = icon("run", light(), "accent")
    drawn = run.pixmap(run.availableSizes()[0], 1, QIcon.Mode.Normal, QIcon.State.Off)
    assert drawn.toImage().pixelColor(7, 8).name() == light().accent.name()


@pytest.mark.usefixtures("qtbot")
def test_unknown_name_raises() -> None:
    with pytest.raises(PgconsoleError):
        icon("no-such-thing", light())
