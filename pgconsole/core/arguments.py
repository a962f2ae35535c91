"""What the command line asks for, as a value: parsed before Qt is there, and again by whoever runs the window."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

IMPORT = "import"
"""The first word of a command line of another kind, which `import_arguments.py` reads."""


class Task(Enum):
    """What a start of the program is for."""

    WINDOW = "window"
    TOUR = "tour"
    """Pictures of every pane and dialog, without a display."""
    DOCTOR = "doctor"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Arguments:
    """One command line; at most one of `dsn`, `local` and `screenshots` is given."""

    task: Task = Task.WINDOW
    dsn: str | None = None
    """A URI or key=value string as libpq reads them, not looked into here; it may hold a password."""
    local: bool = False
    """The window opens on the PostgreSQL that comes along."""
    screenshots: Path | None = None
    """The tour's folder, set exactly when `task` is TOUR."""


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Read the words after the program's name.

    As argparse does, it prints and raises SystemExit: status 0 for `--help`, 2 for words that make no sense.
    """
    given = _parser().parse_args(argv)
    task: Task = given.task
    screenshots: Path | None = given.screenshots
    return Arguments(
        task=Task.TOUR if screenshots is not None else task,
        dsn=given.dsn,
        local=given.local,
        screenshots=screenshots,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pgconsole",
        description="A desktop console for PostgreSQL.",
        epilog="Without arguments the window opens with the connections of last time. "
        "`pgconsole import --help` tells how to load files without one. "
        "The variables PG*, the service file and the password file are read as psql reads them.",
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "dsn",
        nargs="?",
        metavar="DSN",
        help="connect to this: postgresql://user@host/database or 'host=... dbname=...'",
    )
    what.add_argument(
        "--local", action="store_true", help="use the PostgreSQL that comes along, with a sample database at first"
    )
    what.add_argument(
        "--screenshots",
        type=Path,
        metavar="DIR",
        help="write pictures of every pane and dialog to DIR, without a display",
    )
    what.add_argument(
        "--doctor",
        dest="task",
        action="store_const",
        const=Task.DOCTOR,
        help="tell what is missing or odd on this machine",
    )
    what.add_argument(
        "--version",
        dest="task",
        action="store_const",
        const=Task.VERSION,
        help="print the versions of pgconsole and its parts",
    )
    parser.set_defaults(task=Task.WINDOW)
    return parser
