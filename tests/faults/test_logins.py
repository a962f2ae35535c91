"""Logins that the server refuses: asked again and never in a loop, its words whole, no hidden connections."""

import json
import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from pgconsole.core.errors import ConnectFailed
from pgconsole.db.session import Session
from tests.faults.conftest import OwnServer, changed
from tests.fixtures.engine import open_session, target_of_dsn
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

_GUESTS = "select count(*) from pg_stat_activity where usename = 'guest'"


def refusals(server: OwnServer, role: str) -> int:
    """How often the server has refused a role's password."""
    return len(re.findall(f'password authentication failed for user "{role}"', server.log.read_text("utf-8")))


@pytest.fixture
def expired_dsn(own_server: OwnServer) -> Iterator[str]:
    """A connection string of a role whose password was right until 2001."""
    own_server.psql("create role lapsed login password 'sesame' valid until '2001-01-01'")
    yield changed(own_server.dsn, user="lapsed", password="sesame")
    own_server.psql("drop role lapsed")


def _give(question: QDialog, password: str) -> None:
    field = question.findChild(QLineEdit)
    assert field is not None
    field.setText(password)
    question.accept()


async def test_expired_password_is_asked_for_again_and_never_in_a_loop(
    windows: Windows, own_server: OwnServer, expired_dsn: str
) -> None:
    before = refusals(own_server, "lapsed")
    user = await windows.open(expired_dsn)
    question = await user.dialog("passwordQuestion")
    assert 'password authentication failed for user "lapsed"' in user.notice
    assert refusals(own_server, "lapsed") == before + 1
    _give(question, "sesame")
    await until(lambda: refusals(own_server, "lapsed") == before + 2, "it is tried once more")
    await until(lambda: bool(user.dialogs("passwordQuestion")), "it is asked again")
    assert len(user.dialogs("passwordQuestion")) == 1
    own_server.psql("alter role lapsed valid until 'infinity'")
    _give(user.dialogs("passwordQuestion")[0], "sesame")
    await user.tabs(1)
    await user.run("select current_user")
    assert user.cell(0) == "lapsed"
    assert refusals(own_server, "lapsed") == before + 2


@pytest.fixture
async def guest_dsn(windows: Windows, own_server: OwnServer) -> str:
    """A connection string of a role that is no superuser, for which no slot is reserved."""
    own_server.psql("drop role if exists guest; create role guest login password 'guest'")
    return changed(own_server.dsn, user="guest", password="guest")


async def fill_server(dsn: str) -> list[Session]:
    """Take every slot that there is."""
    held: list[Session] = []
    try:
        while len(held) < 100:
            held.append(await open_session(target_of_dsn(dsn)))
    except ConnectFailed:
        return held
    pytest.fail("the server has no limit")


def seen_sizes(user: User) -> int:
    """How many connections the pool's pane counts."""
    return int(json.loads(user.find(QWidget, "poolPane").property("stats"))["size"])


async def test_too_many_clients_is_told_in_the_servers_words_and_ours_are_counted(
    windows: Windows, own_server: OwnServer, guest_dsn: str
) -> None:
    user = await windows.open(guest_dsn)
    held = await fill_server(guest_dsn)
    try:
        await user.run("begin")
        user.trigger("tab.new")
        await user.run("select 1")
        assert "remaining connection slots are reserved" in user.messages
        assert "53300" in user.messages
        assert own_server.psql(_GUESTS) == str(len(held) + 1)
        user.trigger("view.pool")
        await until(lambda: seen_sizes(user) == 1, "the pane counts ours")
        for _ in range(3):  # one is for the session that the pane may have beside the pool
            held.pop().terminate()
        await until(lambda: int(own_server.psql(_GUESTS)) <= len(held) + 2, "slots are free")
        await user.run("select 'a slot is free'")
        assert user.cell(0) == "a slot is free"
        user.trigger("tab.close")
        await user.tabs(1)
        await user.run("rollback")
    finally:
        for session in held:
            session.terminate()


async def test_server_that_is_full_at_the_start_is_told_and_then_connected_to(
    windows: Windows, own_server: OwnServer, guest_dsn: str
) -> None:
    held = await fill_server(guest_dsn)
    try:
        user = await windows.open(guest_dsn)
        assert "remaining connection slots are reserved" in user.notice
        assert user.status("statusConnection") == "Not connected"
    finally:
        for session in held:
            session.terminate()
    await until(lambda: own_server.psql(_GUESTS) == "0", "the slots are free")
    await user.connect(guest_dsn)
    await user.run("select 'there'")
    assert user.cell(0) == "there"
