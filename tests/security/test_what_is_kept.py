"""Lines 4, 5, 7, 9, 10 and 11: what of secrets, names and cells goes into files, the clipboard and the server's log."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget

from pgconsole import headless_import
from pgconsole.connections import EditedConnection
from pgconsole.core.import_plan import Dialect
from pgconsole.core.import_sql import CopyOptions, copy_from_stdin
from pgconsole.core.message_log import MessageLog
from pgconsole.core.message_rows import MessageRows
from pgconsole.core.query_log import QueryLog, csv_row, log_entry
from pgconsole.db.local_paths import InstancePaths
from pgconsole.db.session import Session
from pgconsole.ui.pool_pane import PoolPane
from pgconsole.workers.message_export import export_messages
from tests.fixtures.connections import SHOP, ConnectionsRig
from tests.fixtures.engine import value
from tests.fixtures.import_plans import plan_of
from tests.fixtures.importer import Importer
from tests.fixtures.postgres import PostgresServer
from tests.fixtures.waiting import until
from tests.fixtures.window import User

HOSTILE_NAMES = ('n"; DROP TABLE victim; --', "o'brien", "select", "$1", "%s", "=cmd|'!A0", "\u202egnp.exe")
SECRET = "cAnArY-41"
CARRIERS = (
    f"alter role ann password '{SECRET}'",
    f"create role ann login password '{SECRET}'",
    f"create user mapping for ann server s options (user 'ann', password '{SECRET}')",
    f"create subscription s connection 'host=h password={SECRET}' publication p",
    f"select dblink_connect('host=h user=u password={SECRET}')",
)
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1")


# Line 4: identifiers


@pytest.fixture
def logged_dsn(postgres_server: PostgresServer, database_dsn: str) -> Iterator[str]:
    """The test's database, all of whose statements are in the server's log."""
    postgres_server.psql("alter system set log_statement = 'all'; select pg_reload_conf()")
    yield database_dsn
    postgres_server.psql("alter system reset log_statement; select pg_reload_conf()")


def test_line_4_hostile_header_makes_one_table_by_one_copy(
    logged_dsn: str, postgres_server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = logged_dsn.rpartition("/")[2].partition("?")[0]
    postgres_server.psql("create table victim (n int)", database)
    header = io.StringIO()
    csv.writer(header).writerows([HOSTILE_NAMES, ["x"] * len(HOSTILE_NAMES)])
    file = tmp_path / "hostile.csv"
    file.write_text(header.getvalue(), "utf-8")
    log = InstancePaths(Path(postgres_server.psql("show data_directory")).parent).log
    before = log.stat().st_size
    assert headless_import.main([str(file), "--dsn", logged_dsn, "--table", "hostile", "--create"]) == 0
    capsys.readouterr()
    said = log.read_bytes()[before:].decode()
    assert len(re.findall(r"CREATE (?:\w+ )*TABLE", said)) == 1
    assert len(re.findall(r"\bCOPY \"", said)) == 1
    assert "statement: DROP" not in said
    assert postgres_server.psql("select to_regclass('victim')", database) == "victim"


async def test_line_4_names_that_no_column_can_have_are_shown_before_any_ddl(
    importer: Importer, outside: Session, tmp_path: Path
) -> None:
    file = tmp_path / "odd_names.csv"
    file.write_text(f"id,,price,price,{'x' * 70}\n1,2,3,4,5\n")
    importer.drop(file)
    await importer.looked_into()
    told = importer.user.find(QListWidget, "importOddities")
    shown = [told.item(row).text() for row in range(told.count())]
    for reason in ("2 is empty", "4 is there twice", "5 is longer than 63 bytes"):
        assert any(f"The name of column {reason}: it becomes " in text for text in shown), shown
    assert await value(outside, "select to_regclass('odd_names')") is None


# Line 5: options of COPY


@pytest.mark.parametrize("text", ["'", "\\", "', FORCE_NULL (a)) --", "$$"])
def test_line_5_every_option_of_copy_is_a_quoted_literal(text: str) -> None:
    dialect = Dialect(delimiter=text, quote=text, escape=text, null_text=text)
    copy = copy_from_stdin(plan_of("a", dialect=dialect), CopyOptions("csv", dialect, "\x01"))
    quoted = re.sub(r"E?'(?:[^'\\]|''|\\.)*'", "''", copy)
    options = "FORMAT csv, DELIMITER '', QUOTE '', ESCAPE '', NULL '', ENCODING ''"
    assert quoted == f'COPY "items" ("a") FROM STDIN WITH ({options})'


# Line 7: what is kept of statements


@pytest.mark.parametrize("statement", CARRIERS)
def test_line_7_the_query_log_and_its_file_hold_no_secret(statement: str) -> None:
    log = QueryLog()
    log.append(log_entry(0.0, statement, "Query 1", 17, is_own=False))
    assert all(SECRET not in field for entry in log for field in (entry.text, *csv_row(entry)))


async def test_line_7_the_log_on_screen_shows_no_secret(user: User, outside: Session) -> None:
    await user.run(CARRIERS[1].replace("ann", "canary_role"))
    await outside.execute("drop role canary_role")
    user.trigger("view.pool")
    pane = user.find(PoolPane, "poolPane")
    pane.tabs.setCurrentWidget(pane.query_log)
    log = pane.query_log
    await until(lambda: any("canary_role" in entry.text for entry in log.chosen()), "it is logged")
    assert all(SECRET not in field for entry in log.chosen() for field in csv_row(entry))


# Line 9: a profile goes with its secret


async def test_line_9_deleting_a_profile_deletes_its_secret(rig: ConnectionsRig) -> None:
    rig.connections.save(EditedConnection(SHOP, SECRET))
    await rig.until(lambda: rig.keyring.kept == {SHOP.id: SECRET})
    rig.connections.remove(SHOP.id)
    await rig.until(lambda: not rig.keyring.kept)
    assert rig.connections.profiles == ()


# Line 10: exports


def cells_of(file: Path) -> list[list[str]]:
    """The cells of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


@pytest.fixture
def messages() -> MessageLog:
    log = MessageLog(1000, 1 << 20)
    log.append([(7, "a", payload) for payload in (*FORMULAS, "-5", "plain")], 1_700_000_000.0)
    return log


async def test_line_10_export_is_exact_by_default_and_warns_of_formulas(messages: MessageLog, tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    exported = await export_messages(messages, MessageRows(messages), file, "csv")
    rows = cells_of(file)[1:]
    assert [row[3] for row in rows] == [*FORMULAS, "-5", "plain"]
    assert exported.formulas == len(FORMULAS)


async def test_line_10_export_for_a_spreadsheet_has_no_formula(messages: MessageLog, tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    await export_messages(messages, MessageRows(messages), file, "spreadsheet")
    rows = cells_of(file)[1:]
    assert [row[3] for row in rows] == [*(f"'{formula}" for formula in FORMULAS), "-5", "plain"]


def test_line_10_rejected_records_are_the_files_own_bytes(
    database_dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "items.csv"
    bad = b'=1+1,"a ""quoted""\r\nline"\r\n@x,  spaced \r\n'
    file.write_bytes(b"n,note\r\n1,fine\r\n" + bad)
    options = ["--table", "items", "--create", "--types", "int,text", "--on-error", "reject"]
    assert headless_import.main([str(file), "--dsn", database_dsn, *options]) == 3
    capsys.readouterr()
    rejects = (tmp_path / "items.rejects.csv").read_bytes()
    assert rejects.replace(b"\r\n", b"\n") == (b"n,note\r\n" + bad).replace(b"\r\n", b"\n")


# Line 11: copying


async def test_line_11_copied_cells_come_back_as_they_were(user: User) -> None:
    await user.run("""select E'a\\tb' as x, E'c\\nd' as y, '"q"' as z, null as n, '=1' as f""")
    user.grid.select_all()
    user.trigger("result.copy_with_header")
    text = QGuiApplication.clipboard().text()
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    assert rows == [["x", "y", "z", "n", "f"], ["a\tb", "c\nd", '"q"', "", "=1"]]
    QGuiApplication.clipboard().clear()
