"""The tour comes up at each of its stops, and leaves a picture of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from pgconsole.app import run
from pgconsole.db.local_paths import LocalPaths
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.tour import tour
from pgconsole.ui.tour.guide import Guide
from pgconsole.ui.tour.stops import stops_of

STOPS = [stop.name for stop in stops_of(Guide(cast(MainWindow, None)))]

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True),
]


@pytest.fixture(scope="module")
def toured(module_paths: LocalPaths, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """How the tour ended, and where its pictures are: in one theme and size, for the others cost as much again."""
    folder = tmp_path_factory.mktemp("tour") / "pictures"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(folder.parent))
        patched.setenv("XDG_DATA_HOME", str(module_paths.data_home))
        patched.setattr(tour, "_THEMES", ("light",))
        patched.setattr(tour, "_FOLDERS", ((1, "."),))
        patched.setattr(tour, "_SETTLE_S", 0.0)
        yield run(["--screenshots", str(folder)]), folder


def test_tour_ends_well_with_a_picture_of_every_stop_and_no_other(toured: tuple[int, Path]) -> None:
    status, folder = toured
    assert status == 0
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{stop}-light.png" for stop in STOPS)


@pytest.mark.parametrize("stop", STOPS)
def test_picture_shows_something(toured: tuple[int, Path], stop: str) -> None:
    """More than one colour; each stop is a test of its own, for files with many tests are begun first."""
    from PySide6.QtGui import QImage

    picture = QImage(str(toured[1] / f"{stop}-light.png"))
    assert not picture.isNull()
    row = [picture.pixel(column, picture.height() // 2) for column in range(picture.width())]
    column = [picture.pixel(picture.width() // 2, line) for line in range(picture.height())]
    assert len({*row, *column}) > 3
