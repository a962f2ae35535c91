import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from pgconsole.ui.window_loop import WindowLoop


@pytest.fixture
def loop() -> Iterator[WindowLoop]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    loop = WindowLoop(application)
    yield loop
    loop.close()


def test_callbacks_keep_their_order_and_what_they_schedule_comes_after(loop: WindowLoop) -> None:
    order: list[str] = []

    def first() -> None:
        loop.call_soon(order.append, "third")
        order.append("first")

    loop.call_soon(first)
    loop.call_soon(order.append, "second")
    loop.run_until_complete(asyncio.sleep(0.01))
    assert order == ["first", "second", "third"]


def test_cancelled_callback_is_not_called(loop: WindowLoop) -> None:
    called: list[str] = []
    loop.call_soon(called.append, "cancelled").cancel()
    loop.call_soon(called.append, "kept")
    loop.run_until_complete(asyncio.sleep(0))
    assert called == ["kept"]


def test_failure_of_one_callback_leaves_the_others(loop: WindowLoop) -> None:
    told: list[object] = []
    called: list[str] = []
    loop.set_exception_handler(lambda _loop, context: told.append(type(context["exception"])))
    loop.call_soon(int, "no number")
    loop.call_soon(called.append, "next")
    loop.run_until_complete(asyncio.sleep(0))
    assert (told, called) == ([ValueError], ["next"])


def test_nothing_is_called_while_the_loop_does_not_run(loop: WindowLoop) -> None:
    called: list[str] = []
    ours, theirs = socket.socketpair()
    loop.call_soon(loop.stop)
    loop.call_soon(loop.call_soon, called.append, "soon")
    loop.call_later(0.001, called.append, "later")
    with ours, theirs:
        loop.add_reader(ours, lambda: called.append(ours.recv(1).decode()))
        loop.run_forever()
        theirs.send(b"r")
        time.sleep(0.01)
        QApplication.processEvents()
        assert called == []
        loop.run_until_complete(asyncio.sleep(0.02))
        loop.remove_reader(ours)
    assert sorted(called) == ["later", "r", "soon"]


def test_task_makes_no_step_while_the_loop_does_not_run(loop: WindowLoop) -> None:
    steps: list[asyncio.AbstractEventLoop] = []

    async def step_on() -> None:
        while True:
            await asyncio.to_thread(int)
            steps.append(asyncio.get_running_loop())

    async def start() -> asyncio.Task[None]:
        task = asyncio.ensure_future(step_on())
        await asyncio.sleep(0.001)
        return task

    task = loop.run_until_complete(start())
    for _ in range(20):
        loop.run_until_complete(asyncio.sleep(0.001))
        QApplication.processEvents()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    assert task.cancelled()
    assert set(steps) == {loop}


def test_loop_that_is_stopped_early_says_so(loop: WindowLoop) -> None:
    awaited = loop.create_future()
    loop.call_later(0.001, loop.stop)
    with pytest.raises(RuntimeError, match="stopped before"):
        loop.run_until_complete(awaited)


def test_reader_is_called_again_after_each_pause(loop: WindowLoop) -> None:
    ours, theirs = socket.socketpair()
    received: list[bytes] = []

    async def read_with_pauses() -> None:
        for number in range(3):
            arrived = loop.create_future()
            loop.add_reader(ours, lambda arrived=arrived: arrived.done() or arrived.set_result(ours.recv(1)))
            theirs.send(b"%d" % number)
            received.append(await arrived)
            assert loop.remove_reader(ours)
            assert not loop.remove_reader(ours)

    with ours, theirs:
        loop.run_until_complete(read_with_pauses())
    assert received == [b"0", b"1", b"2"]


def test_closed_loop_schedules_nothing(loop: WindowLoop) -> None:
    called: list[str] = []
    loop.close()
    loop.call_soon(called.append, "late")
    QApplication.processEvents()
    assert called == []
