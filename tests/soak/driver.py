"""A user who does things at random: queries, cancels, faults, tabs that come and go, notifications; by a seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from PySide6.QtWidgets import QDialog, QPushButton

from pgconsole.core.errors import PgconsoleError
from pgconsole.db.session import Session
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until
from tests.fixtures.window import User

_CLOSING = {"Roll back and close", "Close all the same", "Close without saving"}
_MOST_TABS = 6
_STATEMENTS = (
    "select 1",
    "select generate_series(1, 300), repeat('x', 50)",
    "select generate_series(1, 400000), md5(random()::text)",
    "select pg_sleep(0.05)",
    "select pg_sleep(2)",
    "select 1/0",
    "selec 1",
    "begin",
    "commit",
    "rollback",
    "insert into soaked values (1)",
    "insert into soaked select generate_series(1, 1000) returning n",
    "delete from soaked",
    "update soaked set n = n + 1 where n = 1",
    "set work_mem = '5MB'; create temp table if not exists scratch (n int); select * from scratch",
    "listen soaked; select 1",
    "unlisten *",
    "do $$ begin for i in 1..300 loop raise notice 'notice %', i; end loop; end $$",
    "copy (select generate_series(1, 2000)) to stdout",
    "explain select * from soaked",
    "-- nothing",
)


class RandomUser:
    """One window, moved by chance until the time is up."""

    def __init__(self, user: User, proxy: Proxy, outside: Session, seed: int) -> None:
        self._user = user
        self._proxy = proxy
        self._outside = outside
        self._chance = random.Random(seed)
        self.done: dict[str, int] = {}
        """How often each kind of thing was done."""
        self._deeds: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (12, self._run),
            (3, self._run_all),
            (5, self._cancel),
            (2, self._commit_or_roll_back),
            (3, self._open_tab),
            (2, self._close_tab),
            (3, self._switch_tab),
            (2, self._notify),
            (2, self._dry_run),
            (1, self._reset_session),
            (1, self._cut),
            (1, self._terminate),
            (1, self._silence),
            (1, self._reconnect),
            (2, self._rest),
        )

    async def work(self, seconds: float) -> None:
        """Do one thing after the other."""
        loop = asyncio.get_running_loop()
        deeds = [deed for weight, deed in self._deeds for _ in range(weight)]
        end = loop.time() + seconds
        while loop.time() < end:
            deed = self._chance.choice(deeds)
            self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1
            await deed()
            await asyncio.sleep(self._chance.random() * 0.03)
            self._answer_questions()

    async def come_to_rest(self) -> None:
        """Heal the network, cancel everything, and close every tab."""
        self._proxy.open.set()
        while self._user.window.tabs.count():
            tab = self._user.tab
            if tab.state.is_busy:
                self._press("query.cancel")
            self._press("tab.close")
            await until(lambda tab=tab: self._gone(tab), "the tab is closed")  # type: ignore[misc]

    def _gone(self, tab: object) -> bool:
        self._answer_questions()
        return tab not in list(self._user.window.query_tabs())

    def _press(self, action_id: str) -> None:
        action = self._user.window.actions_by_id[action_id]
        if action.isEnabled():
            action.trigger()

    def _answer_questions(self) -> None:
        for dialog in self._user.window.findChildren(QDialog):
            if not dialog.isVisible():
                continue
            buttons = {each.text().replace("&", ""): each for each in dialog.findChildren(QPushButton)}
            if dialog.objectName() == "guardQuestion":
                self._chance.choice(list(buttons.values())).click()
            elif closing := buttons.keys() & _CLOSING:
                buttons[closing.pop()].click()
            else:
                dialog.reject()

    def _write(self) -> None:
        self._user.write(self._chance.choice(_STATEMENTS))

    async def _run(self) -> None:
        if not self._user.window.tabs.count():
            await self._open_tab()
        self._write()
        self._press(self._chance.choice(("query.run", "query.run", "query.run_to_end")))

    async def _run_all(self) -> None:
        if self._user.window.tabs.count():
            self._user.write(";\n".join(self._chance.choices(_STATEMENTS[:3] + _STATEMENTS[5:], k=4)))
            self._press("query.run_all")

    async def _dry_run(self) -> None:
        if self._user.window.tabs.count():
            self._write()
            self._press("query.dry_run")

    async def _cancel(self) -> None:
        self._press("query.cancel")

    async def _commit_or_roll_back(self) -> None:
        self._press(self._chance.choice(("query.commit", "query.rollback")))

    async def _reset_session(self) -> None:
        self._press("query.reset_session")

    async def _open_tab(self) -> None:
        if self._user.window.tabs.count() < _MOST_TABS:
            self._press("tab.new")

    async def _close_tab(self) -> None:
        if self._user.window.tabs.count() > 1:
            self._press("tab.close")

    async def _switch_tab(self) -> None:
        self._press("tab.next")

    async def _notify(self) -> None:
        await self._outside.execute("notify soaked, 'a payload'")

    async def _cut(self) -> None:
        self._proxy.cut()

    async def _terminate(self) -> None:
        with suppress(PgconsoleError):
            await self._outside.fetch(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and application_name like 'pgconsole%' limit 1"
            )

    async def _silence(self) -> None:
        self._proxy.black_hole()
        await asyncio.sleep(self._chance.random() * 0.2)
        self._proxy.open.set()

    async def _reconnect(self) -> None:
        self._press("connection.reconnect")

    async def _rest(self) -> None:
        await asyncio.sleep(self._chance.random() * 0.2)
