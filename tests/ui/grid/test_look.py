"""Which fonts count as of one width is measured, whatever they say of themselves."""

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QApplication

from pgconsole.ui.grid.look import GridLook
from pgconsole.ui.theme import data_font


def test_fonts_of_one_width_are_told_from_others(qapp: QApplication) -> None:
    for family in QFontDatabase.families():
        font = QFont(data_font())
        font.setFamilies([family])
        narrow, wide = (QFontMetricsF(font).horizontalAdvance(text * 20) for text in ("i", "W"))
        if narrow != wide:
            assert not GridLook(font, qapp.font()).is_fixed, family


def test_data_font_of_one_width_is_measured_by_counting(qapp: QApplication) -> None:
    look = GridLook(data_font(), qapp.font())
    assert look.is_fixed == (look.metrics.horizontalAdvance("i" * 40) == look.metrics.horizontalAdvance("W" * 40))
