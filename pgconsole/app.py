"""The composition root: builds everything, connects it, and closes it in reverse.

`run` is the one way to start the program in process; nothing in the product knows whether somebody drives it.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from pgconsole.core.arguments import Arguments, parse_arguments
from pgconsole.core.resources import resource_path
from pgconsole.ui.first_paint import first_paint
from pgconsole.ui.garbage_timer import GarbageTimer
from pgconsole.ui.main_window import MainWindow
from pgconsole.ui.theme import apply_theme
from pgconsole.ui.window.memory import restore_geometry
from pgconsole.ui.window_loop import WindowLoop
from pgconsole.workers.settings_file import SettingsFile

Drive = Callable[[MainWindow], Awaitable[int | None]]


def run(argv: list[str], drive: Drive | None = None) -> int:
    """Build the application, show the window, and serve it until it is closed; the exit status.

    `argv` are the words after the program's name. Where `drive` is given it is awaited on the running loop, once the
    window is shown and the first connection attempt has ended; then the window closes in order, and what it returned
    is the exit status.
    """
    arguments = parse_arguments(argv)
    if arguments.screenshots is not None:
        from pgconsole.ui.tour.tour import away_from_home, take_tour

        folder = arguments.screenshots
        with away_from_home():
            return _run(Arguments(local=True), lambda window: take_tour(window, folder))
    return _run(arguments, drive)


def _run(arguments: Arguments, drive: Drive | None) -> int:
    application = QApplication.instance() or QApplication(["pgconsole"])
    assert isinstance(application, QApplication)
    application.setApplicationName("pgconsole")
    application.setDesktopFileName("pgconsole")
    application.setQuitOnLastWindowClosed(False)
    with GarbageTimer() as garbage, asyncio.Runner(loop_factory=lambda: WindowLoop(application)) as runner:
        return runner.run(_serve(application, garbage, arguments, drive))


@contextmanager
def _ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """End in order also when the desktop logs out or a terminal is closed: texts are kept, servers are left clean."""
    loop = asyncio.get_running_loop()
    caught = []
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        # Windows has no such way: there the desktop closes the window instead.
        with suppress(NotImplementedError):
            if hasattr(signal, name):
                loop.add_signal_handler(getattr(signal, name), end)
                caught.append(getattr(signal, name))
    try:
        yield
    finally:
        for each in caught:
            loop.remove_signal_handler(each)


async def _serve(application: QApplication, garbage: GarbageTimer, arguments: Arguments, drive: Drive | None) -> int:
    store = SettingsFile()
    settings, remembered = store.read_settings(), store.read_window()
    apply_theme(application, settings.value.theme)
    application.setWindowIcon(QIcon(str(resource_path("pgconsole.svg"))))
    window = MainWindow()
    restore_geometry(window, remembered)
    window.show()
    await first_paint(window)
    # What connects and runs takes a third of the start to load, and nothing of it is to be seen at first.
    from pgconsole.workbench import Workbench

    workbench = Workbench(window, store, settings, remembered)
    garbage.freeze()
    try:
        if drive is not None:
            await workbench.open(arguments)
            return int(await drive(window) or 0)
        with _ended_by_signals(workbench.end):
            await workbench.open(arguments)
            await workbench.until_closed()
        return 0
    finally:
        await workbench.aclose()
        window.may_close = True
        window.close()
        window.deleteLater()
