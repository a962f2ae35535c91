"""Starts the program, each function in a process of its own, and says how long it took or what it takes of memory.

`began` is the time, as `time.monotonic` has it, just before the process was started.
"""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from tests.benchmarks.memory import resident_mib

_IDLE_S = 2.0
_FIRST_QUERY = "SELECT * FROM shop.customers"


def window(began: float) -> dict[str, float]:
    """Seconds until the window has painted itself for the first time, on its start page."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QMainWindow

    from pgconsole.__main__ import main
    from pgconsole.ui.main_window import MainWindow

    def paint(window: MainWindow, event: QPaintEvent) -> None:
        QMainWindow.paintEvent(window, event)
        QTimer.singleShot(0, lambda: _leave({"elapsed_s": time.monotonic() - began}))

    with mock.patch.object(MainWindow, "paintEvent", paint):
        main([])
    raise RuntimeError("the window ended without having painted itself")


def local_first_row(began: float, data_home: str) -> dict[str, float]:
    """Seconds until the local server has been started, and a query's first rows are painted."""
    from pgconsole.app import run
    from pgconsole.ui.main_window import MainWindow
    from tests.benchmarks.paint_watch import watched_paints
    from tests.benchmarks.window_driver import WindowDriver

    found: dict[str, float] = {}

    async def drive(window: MainWindow) -> None:
        driver = WindowDriver(window)
        with watched_paints() as paints:
            driver.start(_FIRST_QUERY)
            await paints.first()
            found["elapsed_s"] = time.monotonic() - began
            await driver.until("idle")

    run(["--local"], drive)
    return found


def bare_local_first_row(began: float, data_home: str) -> dict[str, float]:
    """Seconds until the same server has been started and psql has printed the same rows."""
    from pgconsole.db.local_paths import LocalPaths
    from pgconsole.db.local_server import acquire

    server = acquire(LocalPaths(Path(data_home), None))
    try:
        psql = str(server.binaries.psql)
        subprocess.run([psql, "-Xqc", _FIRST_QUERY, "-d", server.dsn], check=True, stdout=subprocess.DEVNULL)
        return {"elapsed_s": time.monotonic() - began}
    finally:
        server.release()


def idle_memory(dsn: str) -> dict[str, float]:
    """MiB that a connected window takes which has nothing to do."""
    from tests.benchmarks.window_driver import WindowDriver, in_window

    async def work(_driver: WindowDriver) -> Mapping[str, float]:
        await asyncio.sleep(_IDLE_S)
        return {"resident_mib": resident_mib()}

    return in_window(dsn, work)


def _leave(answer: Mapping[str, float]) -> None:
    """End this process at once, as nothing is measured of its end."""
    print(json.dumps(answer), flush=True)
    os._exit(0)
