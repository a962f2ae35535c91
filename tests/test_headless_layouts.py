"""Files of odd layouts, imported without a window by what is found out about them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pgconsole import headless_import
from pgconsole.workers.file_knowledge import FileKnowledge
from tests.fixtures.postgres import PostgresServer

Table = Callable[[str], str]


@pytest.fixture
def table(module_dsn: str, postgres_server: PostgresServer) -> Table:
    """What psql prints on the module's database."""
    database = module_dsn.rpartition("/")[2].partition("?")[0]
    return lambda sql: postgres_server.psql(sql, database)


class Shell:
    """Runs the command on one file."""

    def __init__(self, dsn: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._dsn = dsn
        self._file = file
        self._capsys = capsys
        self.said = ""

    def run(self, content: str | bytes, *options: str) -> tuple[int, dict[str, Any]]:
        self._file.write_bytes(content if isinstance(content, bytes) else content.encode())
        status = headless_import.main([str(self._file), "--dsn", self._dsn, *options], FileKnowledge())
        told = self._capsys.readouterr()
        self.said = told.err
        account: dict[str, Any] = json.loads(told.out)
        assert account["read"] == account["loaded"] + account["rejected"] + account["skipped"]
        return status, account


@pytest.fixture
def shell(module_dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A command line on the module's database."""
    return Shell(module_dsn, tmp_path / "items.csv", capsys)


@pytest.mark.parametrize("options", [["--table", "closed"], ["--table", "closed_too", "--create"]])
@pytest.mark.parametrize(
    "content",
    [
        "a,b,\n1,x\n2,y\n",
        ",a,b\n1,x\n2,y\n",
        "a,b\n1,x,\n2,y,\n",
        "a,b,\r\n1,x,\r\n2,y,\r\n",
        'a,b,\n1,"x",\n2,"y",\n',
        "a,b,\n1,x,\n2,y,",
    ],
)
def test_delimiter_too_many_makes_no_column(shell: Shell, table: Table, content: str, options: list[str]) -> None:
    table("drop table if exists closed_too; drop table if exists closed; create table closed (a int, b text)")
    status, account = shell.run(content, *options)
    assert (status, account["loaded"]) == (0, 2)
    assert table(f"select * from {options[1]} order by a") == "1|x\n2|y"


@pytest.mark.parametrize("quote", ["", '"'])
def test_value_behind_the_last_delimiter_is_rejected_and_not_lost(shell: Shell, table: Table, quote: str) -> None:
    table("drop table if exists ended; create table ended (a int, b text)")
    content = "a,b,\n" + f"1,{quote}x{quote},\n" * 400 + "2,y,late\n3,\n4,z,\n"
    status, account = shell.run(content, "--table", "ended", "--on-error", "reject")
    assert (status, account["loaded"]) == (3, 401)
    assert [(each["line"], each["text"]) for each in account["rejects"]] == [(402, "2,y,late"), (403, "3,")]
    assert Path(account["reject_file"]).read_text() == "a,b,\n2,y,late\n3,\n"


def test_unnamed_column_with_values_is_called_by_its_number(shell: Shell, table: Table) -> None:
    table("create table unnamed (a int, b text)")
    assert shell.run("a,b,\n1,x,p\n2,y,q\n", "--table", "unnamed")[0] == 1
    assert "The table has no column for: column_3." in shell.said


def test_header_of_other_names_than_fields_is_told(shell: Shell) -> None:
    _status, account = shell.run("a,b,\n1,x\n2,y\n", "--table", "surplus", "--create")
    assert [(each["text"], each["line"]) for each in account["oddities"]] == [
        ("The header has 3 names for 2 fields.", 1)
    ]


def test_name_that_is_not_empty_is_never_given_up(shell: Shell) -> None:
    status, account = shell.run("a,b,c\n1,x\n2,y\n", "--table", "kept", "--create", "--on-error", "reject")
    assert (status, account["loaded"], account["rejected"]) == (3, 0, 2)


def test_file_without_header_has_no_more_fields_than_the_table(shell: Shell, table: Table) -> None:
    table("create table lean (a int, b text)")
    status, account = shell.run("1|x|p\n2|y|q\n", "--table", "lean", "--no-header")
    assert (status, account["read"]) == (1, 0)
    assert "3 fields a record, and the table 2 columns" in shell.said
    assert shell.run("1|x|\n2|y|\n", "--table", "lean", "--no-header")[0] == 0
    assert table("select * from lean order by a") == "1|x\n2|y"


def test_quote_that_is_given_decides_where_the_records_begin(shell: Shell, table: Table) -> None:
    content = "~made of\nwood~;40\n~glass~;7\n~clay~;12\n"
    _status, account = shell.run(content, "--table", "tilde", "--create", "--quote", "~")
    assert account["loaded"] == 3
    assert table("select sum(column_2) from tilde") == "59"


def test_quote_that_a_header_leaves_open_takes_no_record_with_it(shell: Shell, table: Table) -> None:
    content = 'a,"b\n1,"x"\n2,"y"\n'
    _status, account = shell.run(content, "--table", "opened", "--create", "--delimiter", ",", "--header")
    assert (account["read"], account["loaded"]) == (2, 2)
    assert table("select b from opened") == "x\ny"


def test_empty_file_is_called_so(shell: Shell) -> None:
    assert shell.run("", "--table", "nothing", "--create")[0] == 1
    assert "items.csv holds no record" in shell.said


def test_quote_that_was_not_doubled_is_text_and_told(shell: Shell, table: Table) -> None:
    content = 'a,b\n1,"x, y"\n2,"the "old" one"\n3,"z"\n'
    _status, account = shell.run(content, "--table", "inner_quotes", "--create")
    assert table("select b from inner_quotes where a = 2") == 'the "old" one'
    told = [(each["text"], each["line"]) for each in account["oddities"]]
    assert told == [("A quoted field goes on behind a quote that was not doubled.", 3)]


def test_delimiter_of_two_characters_is_found_or_given(shell: Shell, table: Table) -> None:
    content = 'a||b\n1||"x||y"\n2||z:\n3||p||q\n'
    for name, options in (("barred", []), ("barred_too", ["--delimiter", "||"])):
        status, account = shell.run(content, "--table", name, "--create", "--on-error", "reject", *options)
        assert (status, [each["line"] for each in account["rejects"]]) == (3, [4])
        assert table(f"select b from {name} order by a") == "x||y\nz:"
        assert not any("DELIMITER" in statement for statement in account["statements"])


@pytest.mark.parametrize("note", ["plain", "two\nlines"])
@pytest.mark.parametrize("options", [[], ["--commit-by-batch"], ["--on-conflict", "do-nothing"]])
def test_quoted_nothing_is_null_where_no_text_is(shell: Shell, table: Table, note: str, options: list[str]) -> None:
    content = f'"id","day","note"\n"1","2026-11-26","{note}"\n"2","",""\n"","2026-11-27",\n'
    status, _account = shell.run(content, "--table", "quoted", "--create", *options)
    assert status == 0
    assert table("select id, day, note is null from quoted where note is distinct from 'x' order by day") == (
        "1|2026-11-26|f\n|2026-11-27|t\n2||f"
    )
    table("drop table quoted")


def test_quoted_nothing_is_null_beside_numbers_that_are_rewritten(shell: Shell, table: Table) -> None:
    content = '"id";"price";"note"\n"1";"1.234,50";"x"\n"2";"";""\n'
    assert shell.run(content, "--table", "quoted_prices", "--create")[0] == 0
    assert table("select id, price, note from quoted_prices order by id") == "1|1234.50|x\n2||"


def test_nothing_is_null_among_numbers_whatever_else_stands_for_it(shell: Shell, table: Table) -> None:
    content = "a,b\n" + "1,#N/A\n#N/A,2\n" * 400 + "3,\n,4\n"
    status, account = shell.run(content, "--table", "two_nulls", "--create", "--on-error", "reject")
    assert (status, account["loaded"]) == (0, 802)
    assert table("select count(a), sum(a), count(b), sum(b) from two_nulls") == "401|403|401|804"
