"""How the tables of the import look and are chosen from: whole rows, no grid, the last column takes what is left."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from pgconsole.ui.theme import GRID_ROW_HEIGHT


def dress(table: QTableView, widths_px: Sequence[int]) -> None:
    """Dress a table that has its model; the column behind those with a width takes the rest."""
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setProperty("roomy", True)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(GRID_ROW_HEIGHT + 4)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    for section, width in enumerate(widths_px):
        header.resizeSection(section, width)
    header.setSectionResizeMode(len(widths_px), QHeaderView.ResizeMode.Stretch)
