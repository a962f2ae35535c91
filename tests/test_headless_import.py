"""`pgconsole import` as a script calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pgconsole import headless_import
from pgconsole.core.import_account import ImportPhase, ImportProgress
from tests.fixtures.postgres import PostgresServer

_ROOT = Path(__file__).parent.parent


@pytest.fixture
def database(module_dsn: str, postgres_server: PostgresServer) -> str:
    """The name of the module's database."""
    return module_dsn.rpartition("/")[2].partition("?")[0]


class _Shell:
    """Runs the command on one file."""

    def __init__(self, dsn: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._dsn = dsn
        self._capsys = capsys
        self.file = folder / "items.csv"

    def run(self, content: str | bytes, *options: str) -> tuple[int, dict[str, Any]]:
        self.file.write_bytes(content if isinstance(content, bytes) else content.encode())
        status = headless_import.main([str(self.file), "--dsn", self._dsn, *options])
        told = self._capsys.readouterr()
        self.said = told.err
        assert told.out.count("\n") == 1
        account: dict[str, Any] = json.loads(told.out)
        assert account["balanced"]
        assert account["read"] == account["loaded"] + account["rejected"] + account["skipped"]
        return status, account


@pytest.fixture
def shell(module_dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Shell:
    """A command line on the module's database."""
    return _Shell(module_dsn, tmp_path, capsys)


def test_whole_file_ends_with_status_0(shell: _Shell, postgres_server: PostgresServer, database: str) -> None:
    status, account = shell.run("a,b\n1,x\n2,y\n", "--table", "whole", "--create")
    assert (status, account["loaded"], shell.said) == (0, 2, "")
    assert postgres_server.psql("select * from whole order by a", database) == "1|x\n2|y"


def test_bad_record_stops_unless_it_is_to_be_rejected(shell: _Shell) -> None:
    shell.run("a\n", "--table", "strict", "--create", "--types", "int")
    status, account = shell.run("a\n1\n?\n", "--table", "strict")
    assert (status, account["outcome"], account["loaded"], account["rejected"]) == (1, "stopped", 0, 1)
    assert "line 3" in shell.said
    status, account = shell.run("a\n1\n?\n", "--table", "strict", "--on-error", "reject")
    assert (status, account["outcome"], account["loaded"], account["rejected"]) == (3, "done", 1, 1)
    assert account["reasons"] == {"22P02": 1}
    assert Path(account["reject_file"]).read_text() == "a\n?\n"


def test_columns_are_matched_by_name(shell: _Shell, postgres_server: PostgresServer, database: str) -> None:
    postgres_server.psql("create table matched (\"First Name\" text, id int, note text default 'none')", database)
    status, _account = shell.run("ID,first_name\n1,Ann\n", "--table", "matched")
    assert status == 0
    assert postgres_server.psql("select * from matched", database) == "Ann|1|none"


def test_column_that_the_table_lacks_is_told_and_can_be_left_out(
    shell: _Shell, postgres_server: PostgresServer, database: str
) -> None:
    postgres_server.psql("create table lacking (id int)", database)
    status, account = shell.run("id,extra\n1,x\n", "--table", "lacking")
    assert (status, account["failure"]["what"]) == (1, "The table has no column for: extra.")
    status, _account = shell.run("id,extra\n1,x\n", "--table", "lacking", "--columns", "id,")
    assert status == 0


def test_file_without_header_fills_the_columns_in_their_order(
    shell: _Shell, postgres_server: PostgresServer, database: str
) -> None:
    postgres_server.psql("create table ordered (a int, b text)", database)
    assert shell.run("1;-\n2;y\n", "--table", "ordered", "--no-header", "--delimiter", ";", "--null", "-")[0] == 0
    assert postgres_server.psql("select a, b is null from ordered", database) == "1|t\n2|f"


@pytest.mark.parametrize(("content", "options"), [("id,b\n7,x\n", []), ("7,x\n", ["--no-header"])])
def test_numbers_that_the_server_always_gives_are_overridden_on_demand_only(
    shell: _Shell, postgres_server: PostgresServer, database: str, content: str, options: list[str]
) -> None:
    postgres_server.psql(
        "drop table if exists numbered; create table numbered (id int generated always as identity, b text)", database
    )
    status, account = shell.run(content, "--table", "numbered", *options)
    assert (status, account["failure"]["what"]) == (1, "The table always numbers its rows itself: id.")
    assert shell.run(content, "--table", "numbered", *options, "--columns", "id,b")[0] == 0
    assert shell.run(content, "--table", "numbered", *options, "--columns", ",b")[0] == 0
    assert postgres_server.psql("select * from numbered order by 1", database) == "1|x\n7|x"


def test_key_that_is_there_is_skipped_or_updated(shell: _Shell, postgres_server: PostgresServer, database: str) -> None:
    postgres_server.psql(
        "create table keyed (a int primary key, b text); insert into keyed values (1, 'old')", database
    )
    _status, account = shell.run("a,b\n1,new\n2,y\n", "--table", "keyed", "--on-conflict", "do-nothing")
    assert (account["loaded"], account["skipped"]) == (1, 1)
    assert shell.run("a,b\n1,new\n", "--table", "keyed", "--on-conflict", "update", "--key", "a")[0] == 0
    assert postgres_server.psql("select * from keyed order by a", database) == "1|new\n2|y"


def test_dry_run_leaves_nothing(shell: _Shell, postgres_server: PostgresServer, database: str) -> None:
    status, account = shell.run("a\n1\n", "--table", "tried", "--create", "--dry-run")
    assert (status, account["loaded"], account["committed"]) == (0, 1, False)
    assert postgres_server.psql("select to_regclass('tried')", database) == ""


def test_saved_plan_is_run_on_another_file(shell: _Shell, postgres_server: PostgresServer, database: str) -> None:
    from pgconsole.core.import_plan import plan_to_json
    from tests.fixtures.import_plans import plan_of

    postgres_server.psql("create table saved (a int)", database)
    plan = shell.file.with_name("plan.json")
    plan.write_text(plan_to_json(plan_of("x", table="saved", columns=plan_of("a").columns)))
    assert shell.run("x\n7\n", "--plan", str(plan))[0] == 0
    assert postgres_server.psql("select * from saved", database) == "7"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--table", "nowhere"], "nowhere"),
        (["--table", "t", "--create", "--encoding", "klingon"], "can't be run"),
        (["--table", "t", "--create", "--types", "int,int"], "can't be run"),
        (["--table", "t", "--create", "--types", "int); drop table x; --"], "can't be run"),
        (["--table", "t", "--create", "--delimiter", ""], "can't be run"),
        (["--plan", "/nowhere/plan.json"], "plan.json could not be used"),
    ],
)
def test_what_cannot_be_run_ends_with_status_1_and_words(shell: _Shell, options: list[str], what: str) -> None:
    status, account = shell.run("a\n1\n", *options)
    assert (status, account["outcome"]) == (1, "failed")
    assert what in account["failure"]["what"]
    assert what in shell.said


def test_server_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    options = ["--dsn", f"host={tmp_path} dbname=x user=x", "--table", "t"]
    assert headless_import.main([str(file), *options]) == 1
    assert json.loads(capsys.readouterr().out)["failure"]["what"].startswith("Connecting to")


def test_no_window_is_loaded_for_it(module_dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    script = "import sys; from pgconsole.__main__ import main; main(sys.argv[1:]); sys.exit('PySide6' in sys.modules)"
    argv = [sys.executable, "-c", script, "import", str(file), "--dsn", module_dsn, "--table", "windowless", "--create"]
    done = subprocess.run(argv, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["loaded"] == 1


def test_progress_is_one_line() -> None:
    progress = ImportProgress(
        phase=ImportPhase.LOADING, read=12_000, rejected=3, bytes_read=50, bytes_total=100, elapsed_s=2.0
    )
    assert headless_import.progress_line(progress) == "12,000 records read, 3 rejected, about 2.0 s left"


def test_columns_that_a_header_has_no_names_for_are_numbered(
    shell: _Shell, postgres_server: PostgresServer, database: str
) -> None:
    status, account = shell.run("a,b\n1,x,p\n2,y,q\n3,z\n", "--table", "unnamed", "--create", "--on-error", "reject")
    assert (status, account["loaded"], account["rejected"]) == (3, 2, 1)
    assert postgres_server.psql("select column_3 from unnamed order by a", database) == "p\nq"


def test_columns_beyond_a_header_are_missed_by_no_table_in_silence(shell: _Shell) -> None:
    shell.run("a,b\n", "--table", "narrow", "--create")
    status, account = shell.run("a,b\n1,x,p\n2,y,q\n", "--table", "narrow")
    assert (status, account["read"]) == (1, 0)
    assert "column_3" in shell.said
    status, account = shell.run("a,b\n1,x,p\n2,y,q\n", "--table", "narrow", "--columns", "a,b,")
    assert (status, account["loaded"]) == (0, 2)


def test_one_record_that_is_too_long_is_no_column(shell: _Shell) -> None:
    shell.run("a,b\n", "--table", "once", "--create")
    _status, account = shell.run("a,b\n1,x,p\n2,y\n3,z\n", "--table", "once", "--on-error", "reject")
    assert (account["loaded"], account["rejected"]) == (2, 1)
