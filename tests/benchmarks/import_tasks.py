"""Imports a file by the wizard in the real window, each function in a process of its own: how late the loop is."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pgconsole.ui.import_wizard_dialog import ImportWizardDialog
from tests.benchmarks.stall_meter import measured_stalls
from tests.benchmarks.window_driver import WindowDriver, in_window

_LIMIT_S = 120.0
_LOOK_EVERY_S = 0.02
_IDLE_S = 3.0


def stalls(dsn: str, path: str, table: str, rejected: int) -> dict[str, float]:
    """The lateness from the press of Import, as soon as it can be pressed, until the account is shown."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        dialog = await _wizard(driver, path, table)
        with measured_stalls() as phase:
            dialog.click_import()
            await _until(lambda: bool(dialog.property("account")))
        account = json.loads(dialog.property("account"))
        if account["outcome"] != "done" or account["rejected"] != rejected:
            raise RuntimeError(f"not the account that was wanted: {account}")
        return {"max_ms": phase.max_ms}

    return in_window(dsn, work)


def idle_stalls(dsn: str, path: str, table: str) -> dict[str, float]:
    """The same of a wizard that has looked into the file and is left alone."""

    async def work(driver: WindowDriver) -> Mapping[str, float]:
        dialog = await _wizard(driver, path, table)
        await _until(lambda: dialog.shown.scan.is_done)
        with measured_stalls() as phase:
            await asyncio.sleep(_IDLE_S)
        return {"max_ms": phase.max_ms}

    return in_window(dsn, work)


async def _wizard(driver: WindowDriver, path: str, table: str) -> ImportWizardDialog:
    """The wizard of a file that was dropped on the window, ready to load it into the table of its name."""
    driver.window.files_dropped.emit([Path(path)])
    dialog = driver.window.findChild(ImportWizardDialog)
    assert dialog is not None

    def is_ready() -> bool:
        draft = dialog.shown.draft
        return dialog.shown.can_import and draft is not None and draft.existing is not None and draft.table == table

    await _until(is_ready)
    return dialog


async def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(_LOOK_EVERY_S)
