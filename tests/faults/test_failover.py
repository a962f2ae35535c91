"""Another machine answers than before: by a list of hosts, or by a name that leads elsewhere. It is always told."""

import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from pgconsole.db.conninfo import parse_conninfo
from tests.faults.conftest import changed
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

NAME = "db.example.test"


@pytest.fixture
async def spare(postgres_server: PostgresServer) -> AsyncIterator[Proxy]:
    """A second way to the server, which nothing listens on until a test says so."""
    spare = Proxy(parse_conninfo(postgres_server.dsn, {}, Path("/nonexistent")).hosts[0])
    yield spare
    await spare.aclose()


async def lose(user: User, proxy: Proxy) -> None:
    """Let a machine go for good."""
    proxy.stop_listening()
    proxy.cut()
    await until(lambda: "was lost" in user.notice, "the loss is told")


async def test_next_host_is_gone_over_to_and_named(
    windows: Windows, proxy: Proxy, spare: Proxy, database_dsn: str
) -> None:
    await spare.start()
    hosts = {"host": "127.0.0.1,127.0.0.1", "port": f"{proxy.port},{spare.port}", "sslmode": "disable"}
    user = await windows.open(changed(database_dsn, **hosts, target_session_attrs="read-write"))
    await user.run("select 'kept'")
    await lose(user, proxy)
    user.find(QPushButton, "noticeAction").click()
    await until(lambda: "again. Nothing was run a second time." in user.notice, "it is connected again")
    assert f"lead to 127.0.0.1, port {spare.port}; they led to 127.0.0.1, port {proxy.port} before" in user.notice
    assert user.cell(0) == "kept"
    assert spare.connections > 0
    await user.run("select 'goes on'")
    assert user.cell(0) == "goes on"


@pytest.mark.skipif(sys.platform != "linux", reason="the loopback has one address here")
async def test_name_that_leads_elsewhere_is_looked_up_anew_and_told(
    windows: Windows, proxy: Proxy, spare: Proxy, database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = ["127.0.0.1"]
    look_up = socket.getaddrinfo

    def leads_to(host: Any, *more: Any, **named: Any) -> Any:
        return look_up(addresses[0] if host == NAME else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", leads_to)
    user = await windows.open(changed(database_dsn, host=NAME, port=str(proxy.port), sslmode="disable"))
    await user.run("select 1")
    port = proxy.port
    await lose(user, proxy)
    await spare.start("127.0.0.2", port)
    addresses[0] = "127.0.0.2"
    user.find(QPushButton, "noticeAction").click()
    await until(lambda: "again. Nothing was run a second time." in user.notice, "it is connected again")
    assert f"lead to 127.0.0.2, port {port}; they led to 127.0.0.1, port {port} before" in user.notice
