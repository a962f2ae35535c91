"""What the pane says of a lost connection."""

from collections.abc import Callable

from pgconsole.core.message_log import Gap
from tests.fixtures.waiting import until
from tests.fixtures.watcher import Watcher


async def test_loss_is_told_within_a_second_and_drawn_with_both_times(watch: Watcher) -> None:
    await watch.subscribe("orders")
    await watch.notify("orders", "before")
    await watch.rows(1)
    states: list[str] = []
    refresh: Callable[[], None] = watch.pane.refresh

    def note() -> None:
        refresh()
        states.append(str(watch.pane.property("state")))

    watch.pane.refresh = note  # type: ignore[method-assign]
    await watch.outside.fetch(f"select pg_terminate_backend({watch.pane.state_shown.backend_pid})")
    await until(lambda: "reconnecting" in states, "the loss is told", 1.0)
    await until(lambda: watch.pane.property("state") == "listening", "it listens again")
    await watch.rows(2)
    gap = watch.pane.state_shown.log.entry(1)
    assert isinstance(gap, Gap)
    assert watch.cell(1).startswith("Not listening from ")
    assert " to " in watch.cell(1)
    await watch.notify("orders", "after")
    await watch.rows(3)
