"""A window with nothing but a table of Qt's own: what any program of this kind costs at least."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem

from tests.benchmarks.memory import resident_mib

_SIDE = 20


class _BareWindow(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        table = QTableWidget(_SIDE, _SIDE, self)
        for row in range(_SIDE):
            for column in range(_SIDE):
                table.setItem(row, column, QTableWidgetItem(f"{row} {column}"))
        self.setCentralWidget(table)
        self.resize(1280, 800)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)


def started(began: float) -> dict[str, float]:
    """Seconds until it has painted itself."""
    application = QApplication(["bare"])
    window = _BareWindow()
    window.show()
    application.exec()
    return {"elapsed_s": time.monotonic() - began}


def memory() -> dict[str, float]:
    """MiB that it takes once it is painted."""
    application = QApplication(["bare"])
    window = _BareWindow()
    window.show()
    application.exec()
    return {"resident_mib": resident_mib()}
