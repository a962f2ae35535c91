"""Both entry points: reads the command line and looks at the machine before Qt is loaded, then opens the window.

What the window does is app's business; this file only makes sure that it never fails to open without a word.
"""

import gc
import os
import sys

from pgconsole import __version__
from pgconsole.core.arguments import IMPORT, Task, parse_arguments

_PARTS = (("Qt", "PySide6-Essentials"), ("qasync", "qasync"), ("asyncpg", "asyncpg"))


def main(argv: list[str] | None = None) -> int:
    """Do what the words after the program's name ask, and return the exit status.

    Raises SystemExit as argparse does, for `--help` and for words that make no sense.
    """
    given = sys.argv[1:] if argv is None else argv
    if given[:1] == [IMPORT]:
        return _import_file(given[1:])
    task = parse_arguments(given).task
    if task is Task.VERSION:
        print("\n".join(_versions()))
        return 0
    if task is Task.DOCTOR:
        from pgconsole import doctor

        return doctor.main()
    return _open_window(given, task)


def _import_file(given: list[str]) -> int:
    # To look for cycles in what modules are made of takes 10 ms while they are loaded, and 20 ms at the end.
    gc.disable()
    from pgconsole import headless_import
    from pgconsole.workers.file_knowledge import FileKnowledge

    gc.freeze()
    gc.enable()
    return headless_import.main(given, FileKnowledge())


def _open_window(given: list[str], task: Task) -> int:
    from pgconsole.workers import qt_platform

    if task is Task.TOUR:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    problem = qt_platform.display_problem(os.environ)
    if problem is None:
        try:
            from pgconsole.app import run
        except ImportError as error:
            problem = qt_platform.import_problem(error)
            if problem is None:
                raise
        else:
            return run(given)
    print(f"pgconsole: {problem}", file=sys.stderr)
    return 1


def _versions() -> list[str]:
    return [f"pgconsole {__version__}", *(f"{name} {_version_of(package)}" for name, package in _PARTS)]


def _version_of(package: str) -> str:
    # Slow to import (40 ms), and no window needs it.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
