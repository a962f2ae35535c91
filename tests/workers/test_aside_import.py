"""Loading libraries beside the loop."""

import sys
import threading

from pgconsole.workers.aside_import import CHART_LIBRARIES, import_aside


async def test_module_is_there_when_it_says_so() -> None:
    done = list[str]()
    await import_aside(("calendar", "colorsys"), lambda: done.append(threading.current_thread().name))
    assert done == ["MainThread"]
    assert {"calendar", "colorsys"} <= sys.modules.keys()


def test_charts_need_numpy_first() -> None:
    assert CHART_LIBRARIES == ("numpy", "pyqtgraph")
