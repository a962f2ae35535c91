"""Loads heavy libraries beside the window: charts need numpy and pyqtgraph, which take 0.3 s.

In a thread the loop is late by 15 to 35 ms at worst meanwhile (2026-11, pyqtgraph 0.14); loading makes no Qt object.
"""

import asyncio
import importlib
from collections.abc import Callable, Sequence
from typing import Final

CHART_LIBRARIES: Final = ("numpy", "pyqtgraph")


async def import_aside(names: Sequence[str], then: Callable[[], None]) -> None:
    """Import modules in a thread, then call `then` on the loop."""
    for name in names:
        await asyncio.to_thread(importlib.import_module, name)
    then()
