"""A tour over the panes and dialogs: saves pictures of each stop, light and dark, at one and at two pixels a point.

It knows the window only; which server it shows is the application's business.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.theme import ThemeChoice, apply_theme_now, theme_of
from pgconsole.ui.tour.guide import Guide, TourStuck
from pgconsole.ui.tour.stops import Stop, stops_of

_SETTLE_S = 0.25
"""Counts in titles are told no oftener than every 0.2 s."""
_DRESS_S = 0.05
_THEMES: tuple[ThemeChoice, ...] = ("light", "dark")
_QUALITY = 80
"""Of PNG's compression, which loses nothing: the usual one takes four times as long to make files a third smaller."""
_FOLDERS = ((1, "."), (2, "2x"))
_OWN_HOMES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME")


@contextmanager
def away_from_home() -> Iterator[None]:
    """Settings, connections and texts of the user neither show on the tour nor change by it; the server is his own."""
    before = {name: os.environ.get(name) for name in _OWN_HOMES}
    with tempfile.TemporaryDirectory(prefix="pgconsole-tour-") as folder:
        try:
            for name in _OWN_HOMES:
                os.environ[name] = str(Path(folder) / name.lower())
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


async def take_tour(window: MainWindow, folder: Path, stops: Sequence[Stop] | None = None) -> int:
    """Save `NAME-light.png` and `NAME-dark.png` for every stop into `folder`, and twice as large into `folder/2x`.

    0 once all are there. 1 where a stop does not come up, which is told; what is shown instead is its picture.
    """
    window.resize(1280, 800)
    guide = Guide(window)
    for stop in stops_of(guide) if stops is None else stops:
        problem = ""
        try:
            await stop.go()
            await asyncio.sleep(_SETTLE_S)
            guide.check()
        except TourStuck as stuck:
            problem = str(stuck)
        await take_pictures(guide.top(), folder, stop.name)
        if problem:
            sys.stderr.write(f"pgconsole: the tour is stuck at {stop.name}: {problem}\n")
            return 1
        await guide.clear()
    sys.stdout.write(f"{folder}\n")
    return 0


async def take_pictures(shown: QWidget, folder: Path, name: str) -> None:
    """Save a widget's pictures in both themes and sizes; raises `OSError` where one can't be written."""
    # To dress everything anew takes 0.1 s and more: begin with what is worn.
    worn = theme_of(shown).name
    for theme in sorted(_THEMES, key=lambda each: each != worn):
        apply_theme_now(theme)
        await asyncio.sleep(_DRESS_S)
        for ratio, part in _FOLDERS:
            _save(picture_of(shown, ratio), folder / part / f"{name}-{theme}.png")


def picture_of(shown: QWidget, ratio: int) -> QPixmap:
    """A widget as a screen of this device pixel ratio has it."""
    picture = QPixmap(shown.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    shown.render(picture)
    return picture


def _save(picture: QPixmap, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(file), quality=_QUALITY):
        raise OSError(f"{file} could not be written")
