"""The event loop of the window: qasync's, with the parts made cheap that run for every chunk of a result.

qasync starts a timer of Qt's for each callback and makes a socket notifier for each pause in reading. Here callbacks
that are ready share one timer, and a socket keeps its notifier: a million rows by COPY take 1,150 chunks, each with a
pause and five callbacks.

Nothing is called back while the loop does not run, though Qt may deal with its events then, as qasync itself has it do
after the awaited future is done: a task's step would find no running loop, and fail.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimerEvent
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop


class _Drainer(QObject):
    """Calls back once when Qt has nothing more urgent to do, however often it is woken until then."""

    def __init__(self, drain: Callable[[], None]) -> None:
        super().__init__()
        self._drain = drain
        self._timer_id = 0

    def wake(self) -> None:
        if not self._timer_id:
            self._timer_id = self.startTimer(0)

    def timerEvent(self, _event: QTimerEvent) -> None:
        self.killTimer(self._timer_id)
        self._timer_id = 0
        self._drain()


class WindowLoop(QEventLoop):  # type: ignore[misc]
    """An asyncio loop on Qt's; callbacks keep the order in which they were scheduled."""

    def __init__(self, application: QApplication) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self._drainer = _Drainer(self._run_ready)
        self._readers: dict[int, asyncio.Handle] = {}
        self._notifiers: dict[int, QSocketNotifier] = {}
        super().__init__(application)

    def run_forever(self) -> Any:
        """Run until `stop`, beginning with what was ready when the loop last ended."""
        if self._ready:
            self._drainer.wake()
        return super().run_forever()

    def call_soon(self, callback: Callable[..., object], *args: object, context: Context | None = None) -> Any:
        """Schedule a callback for the loop's next turn.

        After the loop is closed nothing is scheduled: on Python 3.14 such a step would look for a running loop and fail
        (qasync issue 176).
        """
        handle = asyncio.Handle(callback, args, self, context)
        if not self.is_closed():
            self._ready.append(handle)
            self._drainer.wake()
        return handle

    def _run_ready(self) -> None:
        """Run what was ready when this turn began; what that schedules waits until Qt has had its turn."""
        if not self.is_running():
            return
        for _ in range(len(self._ready)):
            if not self._ready:
                break
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()
        if self._ready:
            self._drainer.wake()

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        super()._add_callback(asyncio.Handle(self._due, (handle,), self), delay)
        return handle

    def _due(self, handle: asyncio.Handle) -> None:
        if not self.is_running():
            self._ready.append(handle)
        elif not handle.cancelled():
            handle._run()

    def _add_reader(self, fd: Any, callback: Callable[..., object], *args: object) -> None:
        number = fd if isinstance(fd, int) else int(fd.fileno())
        self._readers[number] = asyncio.Handle(callback, args, self, None)
        notifier = self._notifiers.get(number)
        if notifier is None:
            notifier = self._notifiers[number] = QSocketNotifier(number, QSocketNotifier.Type.Read)
            notifier.activated.connect(lambda *_signal: self._read(number))
        notifier.setEnabled(True)

    def _remove_reader(self, fd: Any) -> bool:
        number = fd if isinstance(fd, int) else int(fd.fileno())
        if self.is_closed() or self._readers.pop(number, None) is None:
            return False
        self._notifiers[number].setEnabled(False)
        return True

    def _read(self, number: int) -> None:
        reader = self._readers.get(number)
        if reader is not None and self.is_running():
            reader._run()

    def close(self) -> None:
        """Release what the loop holds; it can't be used again."""
        if not self.is_closed():
            for notifier in self._notifiers.values():
                notifier.setEnabled(False)
            self._readers.clear()
            self._notifiers.clear()
        super().close()
