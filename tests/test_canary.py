"""A password is in the keyring or in memory, and nowhere else, whatever is done with it."""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from pgconsole.core.connection_target import ConnectionTarget
from pgconsole.core.errors import AuthenticationFailed, PgconsoleError
from pgconsole.core.profile import Profile
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.db.connecting import connect_arguments
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.credentials import Credentials
from pgconsole.db.server_access import ServerAccess
from pgconsole.db.server_connection import open_server
from pgconsole.workers.login_secrets import LoginSecrets
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.ssh import MakeGate, know, make_key
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows

CANARY = "cAnArY-7f3e9b51-s3cret"
_ROLE = "canary_role"


@pytest.fixture
def canary_dsn(postgres_server: PostgresServer, database_dsn: str) -> str:
    """A URI of a role whose password is the canary."""
    postgres_server.psql(f"DROP ROLE IF EXISTS {_ROLE}")
    postgres_server.psql(f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{CANARY}'")
    place = database_dsn.partition("@")[2]
    return f"postgresql://{_ROLE}:{CANARY}@{place}"


def _files_with_it(home: Path) -> list[str]:
    needle = CANARY.encode()
    return [str(file) for file in home.rglob("*") if file.is_file() and needle in file.read_bytes()]


def _children_with_it() -> list[str]:
    """Processes started by this one that have it in their arguments or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if CANARY.encode() in told and f"PPid:\t{_own_pid()}\n" in status:
            found.append(told.decode(errors="replace"))
    own = Path("/proc/self/cmdline").read_bytes()
    return found + ([own.decode()] if CANARY.encode() in own else [])


def _own_pid() -> int:
    return int(Path("/proc/self").resolve().name)


def _on_screen(user: User) -> list[str]:
    """Texts of widgets that show it; the field of a password shows dots."""
    texts = [user.window.windowTitle(), user.notice, user.status("statusConnection")]
    texts += [label.text() + label.toolTip() for label in user.window.findChildren(QLabel)]
    texts += [each.toolTip() + each.accessibleDescription() for each in user.window.findChildren(QWidget)]
    lines = user.window.findChildren(QLineEdit)
    texts += [line.text() for line in lines if line.echoMode() is QLineEdit.EchoMode.Normal]
    return [text for text in texts if CANARY in text]


def _assert_nowhere(user: User, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert _files_with_it(home) == []
    assert _on_screen(user) == []
    assert CANARY not in caplog.text
    if sys.platform == "linux":
        assert _children_with_it() == []


@pytest.mark.permits("log")
async def test_password_typed_and_used_is_in_no_file_log_or_process(
    windows: Windows, canary_dsn: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = await windows.open()
    user.trigger("connection.open")
    dialog = await user.dialog("connectionDialog")
    uri = dialog.findChild(QLineEdit, "connectionUri")
    assert uri is not None
    QApplication.clipboard().setText(canary_dsn)
    uri.paste()
    QApplication.clipboard().clear()
    _press(dialog, "connectionTest")
    await until(lambda: any("round trip" in label.text() for label in dialog.findChildren(QLabel)), "the test ended")
    _assert_nowhere(user, home, caplog)
    _press(dialog, "connectionSave")
    await user.tabs(1)
    await user.run("select current_user")
    assert user.cell(0) == _ROLE
    await user.run("select no_such_column")
    user.trigger("connection.manage")
    (await user.dialog("connectionManager")).close()
    _assert_nowhere(user, home, caplog)
    await windows.close(user)
    assert _files_with_it(home) == []
    assert CANARY not in caplog.text


@pytest.mark.permits("log")
async def test_refused_password_is_in_no_file_log_or_message(
    windows: Windows, database_dsn: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = database_dsn.partition("@")[2]
    user = await windows.open(f"postgresql://postgres:{CANARY}@{place}")
    question = await user.dialog("passwordQuestion")
    _assert_nowhere(user, home, caplog)
    question.reject()


@pytest.mark.permits("log")
async def test_command_s_password_is_in_no_child_and_no_log(
    canary_dsn: str, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The command reads it where only its owner can; what is started beside it never has it."""
    caplog.set_level(logging.DEBUG)
    vault = home.parent / "vault"
    vault.touch(mode=0o600)
    vault.write_text(CANARY)
    keywords = {name: text for name, text in parse_keywords(canary_dsn).items() if name != "password"}
    command = (sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", str(vault))
    profile = Profile(id="p", server=dict(keywords), password_command=command)
    server = await open_server(profile, None)
    watched = asyncio.ensure_future(server.pool.acquire("tab"))
    while not watched.done():
        assert _children_with_it() == [] if sys.platform == "linux" else True
        await asyncio.sleep(0)
    server.pool.release(await watched, "tab")
    await server.aclose()
    assert CANARY not in caplog.text
    assert CANARY not in repr(server.access.__dict__)


@pytest.mark.permits("log")
async def test_tunnel_s_passwords_are_in_no_file_and_no_log(
    make_gate: MakeGate, target: ConnectionTarget, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = make_key()
    (home / "key").touch(mode=0o600)
    (home / "key").write_bytes(key.export_private_key("pkcs8-pem", passphrase=CANARY))
    by_key, by_password = make_gate(authorized=key.export_public_key().decode()), make_gate(password=CANARY)
    know(home, by_key, by_password)
    host = target.hosts[0]
    server: dict[str, str | int] = {"host": host.name, "port": host.port, "user": target.user}
    server["dbname"] = target.database
    secrets = {f"the key {home / 'key'}": CANARY, "ada@127.0.0.1": CANARY}
    for gate, options in (
        (by_key, TunnelOptions(hops=by_key.hop, key_file=str(home / "key"))),
        (by_password, TunnelOptions(hops=by_password.hop)),
    ):
        opened = await open_server(Profile(id="p", server=server, tunnel=options), target.password, secrets)
        await opened.aclose()
        assert gate.destinations
    assert CANARY not in caplog.text
    assert _files_with_it(home) == []


async def test_no_repr_and_no_traceback_has_it(canary_dsn: str) -> None:
    keywords = dict(parse_keywords(canary_dsn))
    access = ServerAccess(Profile(id="p", server={}, tunnel=TunnelOptions(hops="gate")), CANARY, {"gate": CANARY})
    secrets = LoginSecrets(Credentials(lambda: None), print)
    secrets.typed(Profile(id="p"), CANARY)
    shown = [repr(access), repr(access.target), repr(access.tunnel), repr(secrets)]
    shown.append(repr(connect_arguments(access.target, password=CANARY)))
    wrong = Profile(id="p", server={name: text for name, text in keywords.items() if name != "password"})
    with pytest.raises(AuthenticationFailed) as caught:
        await open_server(wrong, CANARY + "x")
    error: BaseException | None = caught.value
    while error is not None:
        shown += [repr(error), str(error)]
        error = error.__cause__ or error.__context__
    assert isinstance(caught.value, PgconsoleError)
    assert [text for text in shown if CANARY in text] == []
    del caught, error
    gc.collect()


def _press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
