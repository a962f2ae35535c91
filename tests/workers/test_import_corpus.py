"""Files that other importers stumble over, each with what it holds."""

import re
from pathlib import Path
from typing import Any

import pytest

from pgconsole.core.import_plan import Dialect, ImportPlan, NewColumn, NewTable, OnBadRow, Target
from pgconsole.db.local_paths import InstancePaths
from tests.fixtures.import_bench import ImportBench
from tests.fixtures.import_plans import plan_of
from tests.fixtures.postgres import PostgresServer


def _plan(bench: ImportBench, content: str | bytes, table: str, *columns: str, **changes: object) -> ImportPlan:
    """A plan that makes a table of texts and lets bad records be rejected."""
    new = NewTable(columns=tuple(NewColumn(name=name) for name in columns))
    given: dict[str, Any] = {"target": Target(table=table, new=new), "on_bad_row": OnBadRow.REJECT, **changes}
    return plan_of(*columns, path=bench.file(content), **given)


_CASES: dict[str, tuple[bytes, list[tuple[str | None, ...]], list[tuple[int, str]]]] = {
    "backslash_dot": (b"a,b\n1,x\n\\.\n2,y\n", [("1", "x"), ("2", "y")], [(3, "22P04")]),
    "quoted_backslash_dot": (b'a,b\n1,"x\n\\.\ny"\n2,z\n', [("1", "x\n\\.\ny"), ("2", "z")], []),
    "null_and_empty": (
        b'a,b\n,""\nNULL,"NULL"\n\\N,"\\N"\n',
        [(None, ""), ("NULL", "NULL"), ("\\N", "\\N")],
        [],
    ),
    "mixed_line_ends": (b'a,b\n1,x\r\n2,y\r3,"p\nq"\n', [("1", "x"), ("2", "y"), ("3", "p\nq")], []),
    "return_line_ends": (b"a,b\r1,x\r2,y\r", [("1", "x"), ("2", "y")], []),
    "return_newline": (b'a,b\r\n1,x\r\n"2\r\n3",y\r\n', [("1", "x"), ("2\r\n3", "y")], []),
    "nul_byte": (b"a,b\n1,x\x00y\n2,z\n", [("2", "z")], [(2, "22021")]),
    "undecodable": (b"a,b\n1,\xe9\n2,z\n", [("2", "z")], [(2, "22021")]),
    "ragged": (b"a,b\n1\n2,x,y\n3,z\n", [("3", "z")], [(2, "22P04"), (3, "22P04")]),
    "unclosed": (b'a,b\n1,"never\n' + b"2,x\n" * 500, [("2", "x")] * 500, [(2, "22P04")]),
    "unclosed_late": (b'a,b\n1,x\n2,y\n3,"z', [("1", "x"), ("2", "y")], [(4, "22P04")]),
    "inches": (b'a,b\n1,5" disk\n2,7" disk\n3,x\n', [("1", '5" disk'), ("2", '7" disk'), ("3", "x")], []),
    "no_last_line_end": (b"a,b\n1,x", [("1", "x")], []),
    "no_last_line_end_quoted": (b'a,b\n1,"x"', [("1", "x")], []),
    "blank_lines": (b"a,b\n\n1,x\n\n\n2,y\n\n", [("1", "x"), ("2", "y")], []),
    "byte_order_mark": (b"\xef\xbb\xbfa,b\n1,x\n", [("1", "x")], []),
    "header_only": (b"a,b\n", [], []),
    "control_characters": (b"a,b\n1,\x1b[2J\n2,\xe2\x80\xaetxt\n", [("1", "\x1b[2J"), ("2", "\u202etxt")], []),
    "empty": (b"", [], []),
}


@pytest.mark.parametrize("name", _CASES)
async def test_odd_file_is_loaded_to_the_last_good_record(bench: ImportBench, name: str) -> None:
    content, rows, rejects = _CASES[name]
    account = await bench.load(_plan(bench, content, name, "a", "b"))
    assert [(each.line, each.sqlstate) for each in account.rejects] == rejects
    assert await bench.rows(f"select a, b from {name}") == rows
    assert (account.loaded, account.rejected) == (len(rows), len(rejects))


async def test_utf16_is_loaded(bench: ImportBench) -> None:
    content = b"\xff\xfe" + "id,名前\n1,木\n".encode("utf-16-le")
    await bench.load(_plan(bench, content, "utf16", "id", "名前", dialect=Dialect(encoding="utf-16")))
    assert await bench.rows('select id, "名前" from utf16') == [("1", "木")]


async def test_record_that_breaks_the_type_late_is_named(bench: ImportBench) -> None:
    new = NewTable(columns=(NewColumn(name="v", type="int"),))
    content = "v\n" + "1\n" * 50_000 + "x\n"
    account = await bench.load(_plan(bench, content, "", "v", target=Target(table="late", new=new)))
    assert [(each.record, each.line, each.value) for each in account.rejects] == [(50_001, 50_002, "x")]
    assert account.loaded == 50_000


async def test_blank_line_of_a_single_column_is_a_record(bench: ImportBench) -> None:
    account = await bench.load(_plan(bench, "a\nx\n\ny\n", "single", "a"))
    assert account.loaded == 3
    assert await bench.rows("select a from single") == [("x",), (None,), ("y",)]


async def test_names_of_a_hostile_header_are_names_only(bench: ImportBench, postgres_server: PostgresServer) -> None:
    """The server's own log says what was run: one CREATE TABLE, and COPYs."""
    names = ('n"; DROP TABLE victim; --', "o'brien", "select", "x\ny", "\u202egnp.exe", "$1", "%s", "=cmd|'!A0", "c\\N")
    await bench.session.execute("create table victim (a int)")
    log = InstancePaths(Path(postgres_server.psql("show data_directory")).parent).log
    before = log.stat().st_size
    bench.sessions.target = bench.sessions.target.with_settings(log_statement="all")
    plan = _plan(bench, "header\n" + ",".join("0" for _ in names) + "\n", "hostile", *names)
    account = await bench.load(plan)
    said = log.read_bytes()[before:].decode()
    assert account.loaded == 1
    assert len(re.findall(r"CREATE .*TABLE", said)) == 1
    assert len(re.findall(r"^\W*COPY ", said, re.MULTILINE)) == 1
    assert "statement: DROP" not in said
    query = "select attname from pg_attribute where attrelid = 'hostile'::regclass and attnum > 0 order by attnum"
    assert [row[0] for row in await bench.rows(query)] == list(names)
    assert await bench.rows("select to_regclass('victim')") == [("victim",)]
