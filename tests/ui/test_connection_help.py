"""What a window offers when a connection can't be made as it is: a password, a key to trust, PgBouncer's switch."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QInputDialog, QPushButton

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.profile import Profile, SessionOptions
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.ssh import MakeGate, know
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, password_of


@pytest.fixture
def place(database_dsn: str, home: Path) -> ConnectionTarget:
    return parse_conninfo(database_dsn, {}, home)


def _server(place: ConnectionTarget, **changes: str | int) -> dict[str, str | int]:
    host = place.hosts[0]
    server: dict[str, str | int] = {"host": host.name, "port": host.port, "user": place.user}
    return {**server, "dbname": place.database, **changes}


async def _give(user: User, password: str, asked_for: str) -> None:
    question = await user.dialog("passwordQuestion")
    assert isinstance(question, QInputDialog)
    assert asked_for in question.labelText()
    question.setTextValue(password)
    question.accept()
    await until(lambda: question not in user.dialogs(), "the question is gone")


class _Pooler:
    """Refuses start-up parameters as PgBouncer does, and forwards the rest to a unix socket."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.refused = 0
        self._served = set[asyncio.Task[Any]]()

    async def aclose(self) -> None:
        """Hang up on whoever is still connected, which from Python 3.12 on a listener waits for."""
        for task in self._served:
            task.cancel()
        await asyncio.gather(*self._served, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        try:
            length = int.from_bytes(await reader.readexactly(4), "big")
            body = await reader.readexactly(length - 4)
            if b"statement_timeout\0" in body:
                self.refused += 1
                fields = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0"
                writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
                return
            inner, outer = await asyncio.open_unix_connection(self._upstream)
            try:
                outer.write(length.to_bytes(4, "big") + body)
                await asyncio.gather(_pass(reader, outer), _pass(inner, writer))
            finally:
                outer.close()
        except (OSError, EOFError):
            pass
        finally:
            writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@pytest.fixture
async def pooler(place: ConnectionTarget) -> AsyncIterator[tuple[_Pooler, int]]:
    host = place.hosts[0]
    if not host.is_socket:
        pytest.skip("the pooler forwards to a unix socket")
    pooler = _Pooler(f"{host.name}/.s.PGSQL.{host.port}")
    listener = await asyncio.start_server(pooler.serve, "127.0.0.1", 0)
    yield pooler, listener.sockets[0].getsockname()[1]
    listener.close()
    await pooler.aclose()
    await listener.wait_closed()


async def test_pgbouncer_s_error_offers_the_switch_which_is_saved(
    place: ConnectionTarget, pooler: tuple[_Pooler, int], windows: Windows, database_dsn: str
) -> None:
    store = SettingsFile()
    server = _server(place, host="127.0.0.1", port=pooler[1], sslmode="disable")
    rules = SessionOptions(statement_timeout_s=7.5, search_path="pg_catalog, public")
    await store.put_profile(Profile(id="p", name="Pooled", server=server, session=rules))
    user = await windows.open()
    user.window.start_page.profile_chosen.emit(store.read_profiles().value[0])
    await until(lambda: "Pooled seems to stand behind PgBouncer" in user.notice, "the offer is made")
    assert "unsupported startup parameter: statement_timeout" in user.notice
    user.find(QPushButton, "noticeAction").click()
    await _give(user, password_of(database_dsn), "Pooled")
    await user.tabs(1)
    await user.run("select current_setting('statement_timeout') || ' ' || current_setting('search_path')")
    assert user.cell(0) == "7500ms pg_catalog, public"
    assert store.read_profiles().value[0].pgbouncer is True
    assert pooler[0].refused == 1


async def test_password_changed_meanwhile_is_asked_for_and_the_tab_goes_on(
    windows: Windows, place: ConnectionTarget, postgres_server: PostgresServer, database_dsn: str
) -> None:
    postgres_server.psql("DROP ROLE IF EXISTS changing; CREATE ROLE changing LOGIN PASSWORD 'old'")
    user = await windows.open(database_dsn.replace(f"//{place.user}:{place.password}@", "//changing:old@"))
    await user.run("select 1")
    postgres_server.psql(
        "ALTER ROLE changing PASSWORD 'new';"
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'changing'"
    )
    await user.run("select 2")
    await _give(user, "new", "changing")
    await user.run("select current_user")
    assert user.cell(0) == "changing"
    assert not user.dialogs()


async def test_key_of_an_ssh_server_is_asked_for_and_then_the_tunnel_opens(
    windows: Windows, place: ConnectionTarget, make_gate: MakeGate, home: Path, database_dsn: str
) -> None:
    gate = make_gate(password="s3cret")
    tunnel = TunnelOptions(hops=gate.hop)
    await SettingsFile().put_profile(Profile(id="p", name="Far", server=_server(place), tunnel=tunnel))
    user = await windows.open()
    user.window.start_page.profile_chosen.emit(SettingsFile().read_profiles().value[0])
    question = await user.dialog("hostKeyQuestion")
    assert gate.key.get_fingerprint() in question.property("informativeText")
    await user.answer("hostKeyQuestion", "Trust this key")
    await _give(user, "s3cret", "ada@127.0.0.1")
    await _give(user, password_of(database_dsn), "Far")
    await user.tabs(1)
    assert await user.database() == place.database
    assert user.status("statusLock") == "SSH tunnel"
    assert gate.known_hosts_line in (home / ".ssh" / "known_hosts").read_text()


async def test_key_that_nobody_trusts_opens_nothing(
    windows: Windows, place: ConnectionTarget, make_gate: MakeGate, home: Path
) -> None:
    gate = make_gate(password="s3cret")
    profile = Profile(id="p", name="Far", server=_server(place), tunnel=TunnelOptions(hops=gate.hop))
    await SettingsFile().put_profile(profile)
    user = await windows.open()
    user.window.start_page.profile_chosen.emit(profile)
    await user.answer("hostKeyQuestion", "Cancel")
    assert not (home / ".ssh").exists()
    assert gate.destinations == []
    know(home, gate)
    user.window.start_page.profile_chosen.emit(profile)
    (await user.dialog("passwordQuestion")).reject()


async def test_rules_of_the_session_stand_in_the_tip_of_the_connection(
    windows: Windows, place: ConnectionTarget, database_dsn: str
) -> None:
    rules = SessionOptions(read_only=True, lock_timeout_s=2, role="pg_monitor")
    await SettingsFile().put_profile(Profile(id="p", name="Shop", server=_server(place), session=rules))
    user = await windows.open()
    user.window.start_page.profile_chosen.emit(SettingsFile().read_profiles().value[0])
    await _give(user, password_of(database_dsn), "Shop")
    await user.tabs(1)
    tip = user.window.status_line.connection.toolTip()
    for rule in ("role pg_monitor", "lock_timeout 2 s", "read-only transactions"):
        assert f"Sessions begin with {rule}." in tip
