"""The security checklist, a test or more for each of its lines that has no file of its own."""

import ast
import asyncio
import os
import stat
from pathlib import Path

import asyncpg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from pgconsole.core.errors import ConnectFailed, DriverFault, PgconsoleError
from pgconsole.core.profile import Profile
from pgconsole.core.quoting import is_cut_by_server, quote_identifier, quote_qualified
from pgconsole.db.conninfo import parse_conninfo
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.continuity import Place
from pgconsole.db.server_connection import open_server
from pgconsole.db.session import Session
from pgconsole.ui.gradual_text import GradualText
from pgconsole.ui.results.cell_viewer import CellViewer
from tests.fixtures.engine import value
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows, password_of, spilled_files

SOURCES = sorted((Path(__file__).parents[2] / "pgconsole").rglob("*.py"))
MARKUP = "<img src='file:///etc/passwd'><b>x</b>"


# Line 1: text of the server is text


async def test_line_1_markup_of_the_server_is_shown_as_it_is_everywhere(user: User) -> None:
    await user.run(f"""select '{MARKUP.replace("'", "''")}' as "{MARKUP}" """)
    await user.run(
        f"""do $do$ begin raise exception using message = $m${MARKUP}$m$, detail = $m${MARKUP}$m$; end $do$"""
    )
    assert MARKUP in user.messages
    assert MARKUP in user.notice
    user.tab.title = MARKUP
    user.window.retitle(user.tab)
    for label in user.window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text(), label.objectName()
    for widget in user.window.findChildren(QWidget):
        assert "<img" not in widget.toolTip(), widget.objectName()  # plain_tip escapes it


@pytest.mark.parametrize(
    ("text", "shown"), [("\u202egnp.exe", "‹202E›gnp.exe"), ("a\u200bb", "a‹200B›b"), ("a\x1b[31m", "a␛[31m")]
)
async def test_line_1_hidden_characters_are_visible(user: User, text: str, shown: str) -> None:
    await user.run(f"do $do$ begin raise notice $m${text}$m$; end $do$")
    assert shown in user.messages
    await user.run(f"select $m${text}$m$ as cell")
    assert user.cell(0) == text
    model = user.grid.model()
    painted = str(model.data(model.index(0, 0), Qt.ItemDataRole.DisplayRole)).removesuffix("…")
    assert shown.startswith(painted)
    assert text not in painted


# Line 2: nothing runs a shell


async def test_line_2_no_backslash_command_runs_a_program(user: User, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for script in (
        "\\! touch {mark}",
        "\\copy t from program 'touch {mark}'",
        "\\o |touch {mark}",
        "select 1 \\g |touch {mark}",
        "\\set x `touch {mark}`\nselect 1",
        "\\i {mark}",
        "\\setenv x y",
    ):
        user.window.notice_bar.dismiss()
        await user.run(script.format(mark=mark), "query.run_all")
        assert not mark.exists()
        assert user.notice, script


_FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml"}
_FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "subprocess.getoutput", "asyncio.create_subprocess_shell"}


def forbidden(source: Path) -> list[str]:
    """What a source does that could run a shell, or what a file says."""
    found = []
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.partition(".")[0] in _FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module or ""] if (node.module or "").partition(".")[0] in _FORBIDDEN_MODULES else []
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            is_shell = any(keyword.arg == "shell" for keyword in node.keywords)
            found += [name] if name in _FORBIDDEN_CALLS or is_shell else []
    return found


def test_lines_2_and_14_no_source_builds_a_shell_line_or_runs_what_a_file_says() -> None:
    assert len(SOURCES) > 150
    assert {source.name: found for source in SOURCES if (found := forbidden(source))} == {}


# Line 4: identifiers


@pytest.mark.parametrize("name", ['a"b', "select", "x; drop table t; --", "ä€", " "])
def test_line_4_every_identifier_is_quoted_with_doubled_quotes(name: str) -> None:
    assert quote_identifier(name) == '"' + name.replace('"', '""') + '"'
    assert quote_qualified("s", name).startswith('"s"."')


def test_line_4_what_can_be_no_identifier_is_refused_and_what_is_cut_is_known() -> None:
    for name in ("", "a\0b"):
        with pytest.raises(ValueError, match="identifier"):
            quote_identifier(name)
    assert is_cut_by_server("ä" * 32)
    assert not is_cut_by_server("a" * 63)


# Line 5: a database is a name


@pytest.mark.parametrize("name", ["host=evil.example", "postgresql://evil.example/db", "a b='c'"])
def test_line_5_a_database_is_never_read_as_a_connection_string(name: str, home: Path) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    target = parse_conninfo(f"host=good.example dbname='{quoted}' user=u", {}, home)
    assert target.database == name
    assert [host.name for host in target.hosts] == ["good.example"]


# Line 6: passwords stay out of files


def files_of(home: Path) -> list[Path]:
    """Everything that was written below a home."""
    return [file for file in home.rglob("*") if not file.is_symlink()]


def files_with(text: bytes, home: Path) -> list[Path]:
    """The files, and this process's own arguments, that hold a text."""
    places = [file for file in files_of(home) if file.is_file()]
    cmdline = Path("/proc/self/cmdline")
    return [file for file in (*places, *([cmdline] if cmdline.exists() else [])) if text in file.read_bytes()]


async def test_line_6_a_password_is_in_no_file_of_the_home(windows: Windows, database_dsn: str, home: Path) -> None:
    user = await windows.open(database_dsn)
    await user.run("select nonsense")
    await windows.close(user)
    assert files_of(home)
    assert files_with(password_of(database_dsn).encode(), home) == []


# Line 8: private files


def open_to_others(home: Path) -> list[Path]:
    """What of the console's own others than its user could read."""
    own = [file for file in files_of(home) if "pgconsole" in file.relative_to(home).parts]
    assert own
    return [file for file in own if stat.S_IMODE(file.stat().st_mode) != (0o700 if file.is_dir() else 0o600)]


async def test_line_8_what_is_written_is_private_whatever_the_umask(
    windows: Windows, database_dsn: str, home: Path
) -> None:
    before = os.umask(0)
    try:
        user = await windows.open(database_dsn)
        user.write("select 'a draft'")
        await user.run("select n, repeat('x', 5000) from generate_series(1, 30000) n", "query.run_to_end")
        assert user.grid.property("spilledBytes") > 0
        assert open_to_others(home) == []
        assert spilled_files(home) == []
        await windows.close(user)
    finally:
        os.umask(before)


# Line 9: password files


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_line_9_a_password_file_that_others_can_read_is_refused(home: Path, mode: int) -> None:
    file = home / ".pgpass"
    file.write_text("*:*:*:*:sesame\n")
    file.chmod(mode)
    target = parse_conninfo("host=h user=u", {}, home)
    assert target.password is None
    assert all(host.password != "sesame" for host in target.hosts)


# Line 11: pasting


async def test_line_11_paste_runs_nothing_and_what_hides_in_it_is_marked(user: User) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("select 1;\n-- \u202e drop\ndrop table t;\n")
    answered = user.tab.property("answered")
    user.editor.setFocus()
    user.editor.paste()
    await asyncio.sleep(0)
    assert user.tab.property("answered") == answered
    assert user.tab.property("state") == "idle"
    assert "\u202e" in user.editor.script()
    assert "A hidden character: U+202E right-to-left override in line 2" in user.notice
    clipboard.setText("select 2;\n")
    user.window.notice_bar.dismiss()
    user.editor.paste()
    assert user.notice == ""
    clipboard.clear()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select 1; -- \u202e drop\n", "U+202E right-to-left override in line 1; outlined there."),
        ("select 1;\nselect\u200b 2;\n", "U+200B zero width space in line 2; outlined there."),
        ("select 1;\n", ""),
    ],
)
async def test_lines_1_and_11_what_hides_in_an_opened_script_is_told(
    user: User, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "script.sql"
    file.write_text(text, "utf-8")
    user.trigger("file.open")
    await user.choose(file)
    await user.tabs(2)
    assert user.notice.endswith(told)
    assert user.notice.startswith("script.sql may not run as it reads. A hidden character: ") is bool(told)


# Line 12: a hostile search_path


_OPERANDS = ("pg_catalog.text", "name", "oid", "int", '"char"')
"""Types that our queries compare."""


async def test_line_12_our_own_queries_heed_no_search_path(
    windows: Windows, database_dsn: str, outside: Session
) -> None:
    await outside.execute("create schema evil")
    for statement in (
        "create domain evil.text as pg_catalog.text check (false)",
        "create table evil.pg_settings (name pg_catalog.text, setting pg_catalog.text, source pg_catalog.text)",
        "create table evil.pg_locks (pid int)",
        "create table evil.pg_stat_activity (pid int)",
        "create function evil.pg_backend_pid() returns int language sql as 'select -1'",
        "create function evil.pg_current_xact_id_if_assigned() returns xid8 language sql as 'select null::xid8'",
        *(
            f"create function evil.equal({kind}, {kind}) returns bool language plpgsql as"
            " $$ begin raise exception 'a hostile operator was used'; end $$"
            for kind in _OPERANDS
        ),
        *(f"create operator evil.= (leftarg = {kind}, rightarg = {kind}, function = evil.equal)" for kind in _OPERANDS),
    ):
        await outside.execute(statement)
    await outside.execute(
        "alter database "
        + str(await value(outside, "select quote_ident(current_database())"))
        + " set search_path = evil, pg_catalog"
    )
    user = await windows.open(database_dsn)
    await user.run("select 1")
    assert not user.tab.property("pinned"), user.tab.state.pin_reasons
    await user.run("begin; create table public.t (n int); commit; set work_mem = '5MB'", "query.run_all")
    assert user.tab.property("pinned")
    assert "ERROR" not in user.messages, user.messages
    await user.run("select generate_series(1, 400000)")
    user.trigger("result.count")
    await until(
        lambda: user.tab.results.result is not None and user.tab.results.result.counted_rows == 400000, "it is counted"
    )
    await windows.close(user)


# Line 13: huge and deep values


async def test_line_13_deep_and_wide_values_are_shown_without_a_fault(user: User) -> None:
    await user.run("select (repeat('[', 6000) || repeat(']', 6000))::json as deep, repeat('x', 20000000) as huge")
    for column in (0, 1):
        user.grid.move_to(0, column)
        user.trigger("result.view_cell")
        viewer = user.find(CellViewer, "cellViewer")
        await until(viewer.isVisible, "it is open")
        shown = viewer.findChild(GradualText, "cellViewerText")
        assert shown is not None
        await until(lambda shown=shown: shown.is_complete, "it is shown")  # type: ignore[misc]
        assert len(shown.toPlainText()) < 2_000_000
        viewer.closed.emit()
    assert "fault" not in user.notice
    await user.run("select " + ", ".join(f"{n} as c{n}" for n in range(1, 1665)))
    assert user.cell(0, 1663) == "1664"


# Line 14: opening runs nothing


async def test_line_14_an_opened_script_runs_nothing(user: User, outside: Session, tmp_path: Path) -> None:
    file = tmp_path / "evil.sql"
    file.write_text("create table made_by_opening (n int);\n")
    user.trigger("file.open")
    await user.choose(file)
    await user.tabs(2)
    assert user.editor.script() == file.read_text()
    assert user.tab.property("answered") == 0
    await user.run("select 'the first that runs'")
    assert user.tab.property("answered") == 1
    assert await value(outside, "select to_regclass('made_by_opening')") is None


# Line 15: reconnecting leads to the same place


async def test_line_15_a_worse_way_is_refused_and_another_place_is_told(
    database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [
        Place("10.0.0.1, port 5432", "verified", is_encrypted=True),
        Place("10.0.0.2, port 5432", "verified", is_encrypted=True),
        Place("10.0.0.2, port 5432", "plain", is_encrypted=False),
    ]
    monkeypatch.setattr("pgconsole.db.server_connection.place_of", lambda _connection, _tunnel="": places.pop(0))
    keywords = dict(parse_keywords(database_dsn))
    password = keywords.pop("password")
    server = await open_server(Profile(id="p", name="shop", server=dict(keywords)), password)
    told: list[str] = []
    server.continuity.on_elsewhere = told.append
    try:
        await server.pool.renew("reconnect")
        assert told == ["New sessions of shop lead to 10.0.0.2, port 5432; they led to 10.0.0.1, port 5432 before."]
        with pytest.raises(ConnectFailed, match="given up") as refused:
            await server.pool.renew("reconnect")
        assert "not encrypted now" in refused.value.why
    finally:
        await server.aclose()


# Line 17: what the driver should never raise


@pytest.mark.parametrize(
    "error",
    [AssertionError("x"), LookupError("x"), AttributeError("x"), TypeError("x"), asyncpg.InternalClientError("x")],
)
async def test_line_17_an_unexpected_exception_ends_the_connection(
    outside: Session, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(_text: str) -> str:
        raise error

    monkeypatch.setattr(outside._connection, "run_simple", fail)
    with pytest.raises(PgconsoleError) as told:
        await outside.execute("select 1")
    assert outside.is_lost
    assert isinstance(told.value, DriverFault) or told.value.is_bug is False
