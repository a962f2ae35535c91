"""A page of charts: made when it is first seen, drawn while it is, moved, zoomed, paused and read."""

from math import nan

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from pgconsole.core.chart import Curve, Plot, short_number
from pgconsole.core.sample_ring import SampleRing
from pgconsole.ui.charting.page import ChartsPage

NOW = 1_700_000_000.0
PLOTS = (
    Plot("two", "Two", (Curve("a", "first"), Curve("b", "second", "ok", is_stem=True))),
    Plot("one", "One", (Curve("a", is_filled=True),), write=lambda value: f"{value:g} items"),
)


@pytest.fixture
def page(qtbot: QtBot) -> ChartsPage:
    page = ChartsPage("tried", "Charts to try", PLOTS, 2)
    qtbot.addWidget(page)
    page.resize(900, 300)
    return page


def samples(count: int) -> SampleRing:
    ring = SampleRing(("a", "b"), 1000)
    add(ring, count)
    return ring


def add(ring: SampleRing, count: int) -> None:
    for number in range(ring.added, ring.added + count):
        ring.add(NOW + number, {"a": float(number), "b": nan if number % 2 else 1.0})


def make(page: ChartsPage) -> None:
    while page.make_next():
        pass


def shown(page: ChartsPage, samples: SampleRing) -> ChartsPage:
    page.show()
    make(page)
    page.show_samples(samples)
    return page


def span(page: ChartsPage) -> tuple[float, float]:
    from pgconsole.ui.charting.drawing import Drawing

    spans = [drawing.span for drawing in page.findChildren(Drawing)]
    assert all(each == pytest.approx(spans[0]) for each in spans)
    return spans[0]


def values(page: ChartsPage) -> list[str]:
    from pgconsole.ui.charting.legend import ChartLegend

    return [legend.text for legend in page.findChildren(ChartLegend)]


def button(page: ChartsPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_charts_are_asked_for_once_and_when_first_seen(page: ChartsPage) -> None:
    spy = QSignalSpy(page.charts_wanted)
    page.show_samples(samples(3))
    assert spy.count() == 0
    page.show()
    page.hide()
    page.show()
    assert spy.count() == 1


def test_newest_stretch_is_shown_with_its_values(page: ChartsPage) -> None:
    ring = samples(400)
    shown(page, ring)
    assert span(page) == (NOW + 99, NOW + 399)
    assert values(page) == ["first 399, second", ""]
    add(ring, 1)
    page.show_samples(ring)
    assert span(page) == (NOW + 100, NOW + 400)
    choice = page.findChild(QComboBox, "triedSpan")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(0)
    assert span(page) == (NOW + 340, NOW + 400)
    choice.setCurrentIndex(choice.count() - 1)
    assert span(page) == (NOW, NOW + 400)


def test_what_the_user_zoomed_to_stays_until_he_goes_back(page: ChartsPage) -> None:
    ring = samples(400)
    shown(page, ring)
    back = button(page, "triedNewest")
    assert not back.isVisible()
    QTest.keyClick(page.board, Qt.Key.Key_Plus)
    assert span(page) == (NOW + 249, NOW + 399)
    add(ring, 50)
    page.show_samples(ring)
    assert span(page) == (NOW + 249, NOW + 399)
    back.click()
    assert span(page) == (NOW + 149, NOW + 449)
    assert not back.isVisible()


def test_wheel_and_drag_move_every_chart(page: ChartsPage) -> None:
    shown(page, samples(400))
    from pgconsole.ui.charting.drawing import Drawing

    first, second = page.findChildren(Drawing)
    first._box.scaleBy(x=0.5, center=QPointF(NOW + 399, 0))
    first._box.sigRangeChangedManually.emit(first._box.state["mouseEnabled"])
    assert second.span == pytest.approx((NOW + 249, NOW + 399))
    assert button(page, "triedNewest").isVisible()


def test_axis_of_values_goes_from_zero_to_the_highest_in_view(page: ChartsPage) -> None:
    shown(page, samples(400))
    from pgconsole.ui.charting.drawing import Drawing

    low, high = page.findChildren(Drawing)[0]._box.viewRange()[1]
    assert (low, high) == (0, pytest.approx(399 * 1.08))


def test_paused_charts_stay_and_catch_up(page: ChartsPage) -> None:
    ring = samples(100)
    shown(page, ring)
    pause = button(page, "triedPause")
    pause.click()
    add(ring, 10)
    page.show_samples(ring)
    assert span(page)[1] == NOW + 99
    assert values(page)[0] == "first 99, second"
    pause.click()
    assert span(page)[1] == NOW + 109
    pause.click()
    page.show_samples(samples(5))
    assert not pause.isChecked()
    assert span(page)[1] == NOW + 4


def test_moment_is_read_in_every_chart_and_stays_as_samples_come(page: ChartsPage) -> None:
    ring = samples(100)
    shown(page, ring)
    QTest.keyClick(page.board, Qt.Key.Key_Left)
    assert values(page) == ["first 98, second 1", "98 items"]
    add(ring, 5)
    page.show_samples(ring)
    assert values(page) == ["first 98, second 1", "98 items"]
    reading = page.findChild(QLabel, "triedReading")
    assert isinstance(reading, QLabel)
    assert reading.text().startswith("At ")
    QTest.keyClick(page.board, Qt.Key.Key_Escape)
    assert values(page)[0] == "first 104, second 1"
    assert reading.text() == ""


def test_moment_of_other_samples_is_read_no_more(page: ChartsPage) -> None:
    shown(page, samples(100))
    QTest.keyClick(page.board, Qt.Key.Key_Left)
    page.show_samples(samples(5))
    assert values(page)[0] == "first 4, second 1"
    assert not any(tile.drawing._marker.isVisible() for tile in page._tiles if tile.drawing is not None)


def test_pointer_reads_what_it_is_at_and_nothing_beside_it(page: ChartsPage, qtbot: QtBot) -> None:
    shown(page, samples(61))
    from pgconsole.ui.charting.drawing import Drawing

    drawing = page.findChildren(Drawing)[1]
    qtbot.waitUntil(lambda: drawing._box.sceneBoundingRect().width() > 200)
    area = drawing._box.sceneBoundingRect()
    drawing.scene().sigMouseMoved.emit(area.center())
    assert values(page)[1] == "30 items"
    drawing.scene().sigMouseMoved.emit(QPointF(-5, -5))
    assert values(page)[1] == ""


def test_nothing_is_drawn_while_hidden_and_all_of_it_after(page: ChartsPage) -> None:
    ring = samples(100)
    shown(page, ring)
    page.hide()
    add(ring, 10)
    page.show_samples(ring)
    assert span(page)[1] == NOW + 99
    page.show()
    assert span(page)[1] == NOW + 109


def test_no_samples_leave_nothing_drawn(page: ChartsPage) -> None:
    shown(page, samples(100))
    page.show_samples(None)
    assert page.charts is not None
    assert len(page.charts) == 0
    assert values(page)[0] == "first, second"


def test_low_charts_have_no_axis_of_time(page: ChartsPage, qtbot: QtBot) -> None:
    shown(page, samples(100))
    from pgconsole.ui.charting.drawing import Drawing

    drawing = page.findChildren(Drawing)[0]
    qtbot.waitUntil(lambda: drawing._times.isVisible())
    page.resize(900, 110)
    qtbot.waitUntil(lambda: not drawing._times.isVisible())


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.25, "0.25"), (999, "999"), (1500, "1.5 k"), (2e7, "20 M"), (3.2e9, "3.2 G")]
)
def test_number_fits_beside_a_chart(value: float, text: str) -> None:
    assert short_number(value) == text


@pytest.mark.parametrize(("high", "ticks"), [(1.08, [0, 0.5, 1]), (108, [0, 50, 100]), (1750, [0, 1000]), (0, [0])])
def test_ticks_have_room_for_their_words(high: float, ticks: list[float], qtbot: QtBot) -> None:
    from pgconsole.ui.charting.drawing import _ValueAxis

    axis = _ValueAxis(orientation="left")
    assert [list(values) for _spacing, values in axis.tickValues(0, high, 50)] == [ticks]
