"""Every good record is loaded, every bad one accounted for, and COPY's count agrees."""

import csv

import msgspec
import pytest

from pgconsole.core.import_account import ImportAccount, Outcome
from pgconsole.core.import_plan import (
    ColumnMapping,
    Commit,
    Constant,
    Dialect,
    Expression,
    FileColumn,
    ImportPlan,
    NewColumn,
    NewTable,
    OnBadRow,
    ServerDefault,
    SourceFile,
    Target,
    Way,
)
from pgconsole.workers import import_target
from pgconsole.workers.csv_importer import CsvImporter
from tests.fixtures.import_bench import ImportBench, account_of
from tests.fixtures.import_plans import plan_of

_ITEMS = """create table {0} (
    id int primary key, kind int references kinds_{0}, qty smallint check (qty > 0), name varchar(6) not null,
    made date, unique (name) deferrable initially deferred)"""


async def _make_items(bench: ImportBench, table: str) -> None:
    await bench.session.execute(
        f"create table kinds_{table} (id int primary key); insert into kinds_{table} values (1)"
    )
    await bench.session.execute(_ITEMS.format(table))


def _told(account: ImportAccount) -> list[tuple[int, int, str, str, str]]:
    return [(each.record, each.line, each.column, each.value, each.sqlstate) for each in account.rejects]


async def test_clean_file_is_loaded_whole(bench: ImportBench) -> None:
    await bench.session.execute("create table clean (a int, b text)")
    account = await bench.load(plan_of("a", "b", path=bench.file('a,b\n1,x\n2,"y,\nz"\n3,\n4,""\n'), table="clean"))
    assert (account.outcome, account.read, account.loaded, account.exit_status) == (Outcome.DONE, 4, 4, 0)
    assert await bench.rows("select * from clean") == [("1", "x"), ("2", "y,\nz"), ("3", None), ("4", "")]
    assert (account.committed, account.reject_file) == (True, "")


@pytest.mark.parametrize("oldest_that_skips", [17, 99])
async def test_every_kind_of_bad_record_is_rejected_with_its_reason(
    bench: ImportBench, monkeypatch: pytest.MonkeyPatch, oldest_that_skips: int
) -> None:
    """Whether COPY can leave rows out by itself, as it can since PostgreSQL 17, makes no difference."""
    monkeypatch.setattr(import_target, "ON_ERROR_SINCE", oldest_that_skips)
    table = f"all_kinds_{oldest_that_skips}"
    await _make_items(bench, table)
    content = (
        b"id,kind,qty,name,made\n"
        b"1,1,1,a,2026-01-01\n"
        b"many,1,1,b,2026-01-01\n"
        b"3,9,1,c,2026-01-01\n"
        b"4,1,99999,d,2026-01-01\n"
        b"5,1,-1,e,2026-01-01\n"
        b"6,1,1,,2026-01-01\n"
        b"7,1,1,too long,2026-01-01\n"
        b"8,1,1,h,2026-02-30\n"
        b"1,1,1,i,2026-01-01\n"
        b"10,1,1,a,2026-01-01\n"
        b"11,1,1,k\n"
        b"12,1,1,l,2026-01-01,more\n"
        b"13,1,1,m\x00,2026-01-01\n"
        b'14,1,1,"open,2026-01-01\n'
        b"15,1,1,o,2026-01-01\n"
    ) + b"16,1,1,\xff,2026-01-01\n17,1,1,q,\n"
    account = await bench.reject(content, "id", "kind", "qty", "name", "made", table=table)
    assert _told(account) == [
        (2, 3, "id", "many", "22P02"),
        (3, 4, "kind", "9", "23503"),
        (4, 5, "qty", "99999", "22003"),
        (5, 6, "", "", "23514"),
        (6, 7, "name", "", "23502"),
        (7, 8, "name", "too long", "22001"),
        (8, 9, "made", "2026-02-30", "22008"),
        (9, 10, "id", "1", "23505"),
        (10, 11, "name", "a", "23505"),
        (11, 12, "made", "", "22P04"),
        (12, 13, "", "", "22P04"),
        (13, 14, "", "", "22021"),
        (14, 15, "", "", "22P04"),
        (16, 17, "", "", "22021"),
    ]
    assert [row[0] for row in await bench.rows(f"select id from {table} order by id")] == ["1", "15", "17"]
    assert (account.read, account.loaded, account.rejected, account.skipped) == (17, 3, 14, 0)
    assert account.exit_status == 3


async def test_reject_file_is_the_source_without_its_good_records(bench: ImportBench) -> None:
    await bench.session.execute("create table mended (a int, b text)")
    account = await bench.reject(
        'a;b\n1;x\n"?";"y\nz"\n3;w;\n', "a", "b", table="mended", dialect=Dialect(delimiter=";")
    )
    assert bench.lines(account.reject_file) == ["a;b", '"?";"y', 'z"', "3;w;"]
    assert bench.lines(account.reasons_file) == [
        "record,line,column,value,sqlstate,message,detail",
        '2,3,a,?,22P02,"invalid input syntax for type integer: ""?""",',
        "3,5,,,22P04,extra data after last expected column,",
    ]
    mended = bench.lines(account.reject_file)
    again = bench.file("\n".join(mended).replace("?", "2").replace("w;", "w") + "\n", "mended.csv")
    plan = plan_of("a", "b", path=again, table="mended", dialect=Dialect(delimiter=";"))
    assert (await bench.load(plan)).loaded == 2
    assert await bench.rows("select * from mended") == [("1", "x"), ("2", "y\nz"), ("3", "w")]


async def test_rejects_keep_the_bytes_of_the_sources_encoding(bench: ImportBench) -> None:
    await bench.session.execute("create table encoded (a int, b text)")
    for encoding in ("cp1252", "utf-16"):
        content = "a,b\n1,é\n?,ü\n".encode(encoding)
        account = await bench.reject(content, "a", "b", table="encoded", dialect=Dialect(encoding=encoding))
        assert (account.loaded, account.rejected) == (1, 1)
        assert bench.bytes_of(account.reject_file).decode(encoding) == "a,b\n?,ü\n"
    assert await bench.rows("select distinct b from encoded") == [("é",)]


async def test_byte_that_means_nothing_in_the_encoding_rejects_its_record(bench: ImportBench) -> None:
    await bench.session.execute("create table half_encoded (a int, b text)")
    content = "a,b\n1,é\n2,".encode("cp1252") + b"\x81\n3,x\n"
    account = await bench.reject(content, "a", "b", table="half_encoded", dialect=Dialect(encoding="cp1252"))
    assert _told(account) == [(2, 3, "", "", "22021")]
    assert b"\n2,\x81\n" in bench.bytes_of(account.reject_file)


async def test_stop_loads_nothing_and_names_the_record(bench: ImportBench) -> None:
    await bench.session.execute("create table stopped (a int)")
    account = await bench.load(plan_of("a", path=bench.file("a\n1\n2\nmany\n4\n?\n"), table="stopped"))
    assert (account.outcome, account.loaded, account.rejected, account.skipped) == (Outcome.STOPPED, 0, 1, 4)
    assert _told(account) == [(3, 4, "a", "many", "22P02")]
    assert account.failure is not None
    assert "line 4" in account.failure.what
    assert await bench.rows("select * from stopped") == []
    assert account.exit_status == 1


async def test_too_many_rejects_undo_everything(bench: ImportBench) -> None:
    await bench.session.execute("create table limited (a int)")
    content = "a\n1\n?\n?\n?\n"
    account = await bench.reject(content, "a", table="limited", reject_limit=2)
    assert (account.outcome, account.loaded) == (Outcome.STOPPED, 0)
    assert (await bench.reject(content, "a", table="limited", reject_limit=3)).outcome is Outcome.DONE
    assert await bench.rows("select * from limited") == [("1",)]


async def test_dry_run_judges_everything_and_leaves_nothing(bench: ImportBench) -> None:
    new = Target(table="tried", new=NewTable(columns=(NewColumn(name="a", type="int"),), primary_key=("a",)))
    account = await bench.reject("a\n1\n?\n2\n1\n", "a", table="", target=new, dry_run=True)
    assert (account.outcome, account.loaded, account.rejected, account.committed) == (Outcome.DONE, 2, 2, False)
    assert await bench.rows("select to_regclass('tried')") == [(None,)]


async def test_new_table_is_made_as_planned(bench: ImportBench) -> None:
    columns = (NewColumn(name="a b", type="bigint", not_null=True), NewColumn(name='"; drop', type="numeric(4,1)"))
    new = NewTable(columns=columns, primary_key=("a b",), kind="unlogged", comment="it's new")
    plan = plan_of(
        "a b", '"; drop', path=bench.file("x,y\n1,2.5\n"), target=Target(schema="public", table="made", new=new)
    )
    account = await bench.load(plan)
    assert account.loaded == 1
    assert account.statements[0].startswith('CREATE UNLOGGED TABLE "public"."made" (\n    "a b" bigint NOT NULL,')
    assert await bench.rows(
        "select obj_description('made'::regclass), relpersistence from pg_class where relname = 'made'"
    ) == [("it's new", "u")]


@pytest.mark.parametrize("connections", [1, 3])
async def test_run_by_batch_that_ends_before_its_first_batch_leaves_no_table(
    bench: ImportBench, connections: int
) -> None:
    table = f"by_batch_{connections}"
    new = NewTable(columns=(NewColumn(name="a", type="int"),))
    plan = plan_of("a", path=bench.file("a\nx\n"), target=Target(table=table, new=new), on_bad_row=OnBadRow.STOP)
    plan = msgspec.structs.replace(plan, commit=Commit.BY_BATCH, connections=connections)
    account = await bench.load(plan)
    assert (account.outcome, account.committed, account.finished) == (Outcome.STOPPED, False, ())
    assert await bench.rows(f"select to_regclass('{table}')") == [(None,)]
    bench.file("a\n" + "1\n" * 900_000)
    account = await bench.load(plan)
    assert (account.outcome, account.loaded) == (Outcome.DONE, 900_000)
    assert await bench.rows(f"select count(*) from {table}") == [("900000",)]


async def test_file_without_records_makes_its_table_by_batch_too(bench: ImportBench) -> None:
    new = NewTable(columns=(NewColumn(name="a", type="int"),))
    target = Target(table="none_yet", new=new)
    account = await bench.load(plan_of("a", path=bench.file("a\n"), target=target, commit=Commit.BY_BATCH))
    assert (account.outcome, account.read) == (Outcome.DONE, 0)
    assert await bench.rows("select count(*) from none_yet") == [("0",)]


async def test_truncate_empties_the_table_only_where_the_import_succeeds(bench: ImportBench) -> None:
    await bench.session.execute("create table emptied (a int); insert into emptied values (9)")
    failed = await bench.load(plan_of("a", path=bench.file("a\n?\n"), table="emptied", way=Way.TRUNCATE))
    assert failed.outcome is Outcome.STOPPED
    assert await bench.rows("select * from emptied") == [("9",)]
    await bench.load(plan_of("a", path=bench.file("a\n1\n"), table="emptied", way=Way.TRUNCATE))
    assert await bench.rows("select * from emptied") == [("1",)]


@pytest.mark.parametrize(
    ("way", "kept", "loaded", "skipped"), [(Way.DO_NOTHING, "old", 2, 1), (Way.UPDATE, "new", 3, 0)]
)
async def test_upsert_meets_rows_that_are_there(
    bench: ImportBench, way: Way, kept: str, loaded: int, skipped: int
) -> None:
    table = f"upserted_{way.name.lower()}"
    await bench.session.execute(f"create table {table} (a int primary key, b text not null)")
    await bench.session.execute(f"insert into {table} values (1, 'old')")
    account = await bench.reject("a,b\n1,new\n2,x\n?,y\n4,\n5,z\n", "a", "b", table=table, way=way, key=("a",))
    assert (account.loaded, account.skipped, account.rejected) == (loaded, skipped, 2)
    assert [each.sqlstate for each in account.rejects] == ["22P02", "23502"]
    assert await bench.rows(f"select * from {table} order by a") == [("1", kept), ("2", "x"), ("5", "z")]


async def test_key_twice_in_the_file_updates_twice(bench: ImportBench) -> None:
    await bench.session.execute("create table twice (a int primary key, b text)")
    account = await bench.reject("a,b\n1,x\n2,y\n1,z\n", "a", "b", table="twice", way=Way.UPDATE, key=("a",))
    assert (account.loaded, account.rejected) == (3, 0)
    assert await bench.rows("select * from twice order by a") == [("1", "z"), ("2", "y")]


async def test_columns_are_picked_filled_and_reckoned(bench: ImportBench) -> None:
    await bench.session.execute("create table mapped (a int, b text, c text, d int default 7, e text, f numeric)")
    columns = (
        ColumnMapping(column="b", source=FileColumn(2), null_text="none"),
        ColumnMapping(column="a", source=Expression("nullif($1, '-')::int + length($2)", (0, 2))),
        ColumnMapping(column="c", source=Constant("it's")),
        ColumnMapping(column="d", source=ServerDefault()),
        ColumnMapping(column="e", source=Constant(None)),
        ColumnMapping(column="f", source=FileColumn(1)),
    )
    dialect = Dialect(delimiter=";", decimal=",", thousands=".")
    content = "x;y;z\n1;1.234,5;abc\n-;7;none\n?;8;de\n4;1.5;x\n5;2,5;\n"
    plan = plan_of("x", "y", "z", path=bench.file(content), table="mapped", dialect=dialect, on_bad_row=OnBadRow.REJECT)
    account = await bench.load(_with(plan, columns))
    assert _told(account) == [(3, 4, "", "", "22P02"), (4, 5, "f", "1.5", "22P02")]
    assert await bench.rows("select * from mapped") == [
        ("4", "abc", "it's", "7", None, "1234.5"),
        (None, None, "it's", "7", None, "7"),
        (None, "", "it's", "7", None, "2.5"),
    ]


def _with(plan: ImportPlan, columns: tuple[ColumnMapping, ...]) -> ImportPlan:
    return msgspec.structs.replace(plan, columns=columns)


async def test_constants_alone_need_no_table_between(bench: ImportBench) -> None:
    await bench.session.execute("create table labelled (a text, b text)")
    columns = (ColumnMapping(column="b", source=Constant("x\ty\\")), ColumnMapping(column="a", source=FileColumn(1)))
    account = await bench.load(_with(plan_of("p", "q", path=bench.file("p,q\n1,2\n"), table="labelled"), columns))
    assert len(account.statements) == 1
    assert await bench.rows("select * from labelled") == [("2", "x\ty\\")]


async def test_date_order_is_the_plans(bench: ImportBench) -> None:
    await bench.session.execute("create table dated (a date)")
    for order in ("DMY", "MDY"):
        await bench.reject("a\n03/04/2026\n", "a", table="dated", dialect=Dialect(date_order=order))
    assert await bench.rows("select a from dated") == [("2026-04-03",), ("2026-03-04",)]


async def test_several_files_are_one_source(bench: ImportBench) -> None:
    await bench.session.execute("create table joined (a int)")
    sources = tuple(SourceFile(path=bench.file(f"a\n{n}\n?\n", f"part{n}.csv")) for n in (1, 2))
    account = await bench.reject("", "a", table="joined", sources=sources)
    assert [(each.record, each.line, each.source) for each in account.rejects] == [
        (2, 3, sources[0].path),
        (4, 3, sources[1].path),
    ]
    assert account.loaded == 2


async def test_progress_of_several_files_is_of_all_their_bytes(bench: ImportBench) -> None:
    await bench.session.execute("create table measured (a int)")
    sources = tuple(SourceFile(path=bench.file(f"a\n{n}\n", f"piece{n}.csv")) for n in (1, 2, 3))
    plan = plan_of("a", path=sources[0].path, table="measured", sources=sources)
    importer = CsvImporter(plan, bench.sessions)
    account = await account_of(importer)
    assert account.loaded == 3
    assert (
        importer.progress.bytes_total
        == importer.progress.bytes_read
        == sum(len(bench.bytes_of(each.path)) for each in sources)
    )


async def test_trigger_that_swallows_rows_is_told_loudly(bench: ImportBench) -> None:
    await bench.session.execute(
        "create table swallowing (a int); create function swallow() returns trigger language plpgsql as"
        " $$ begin return case when new.a = 2 then null else new end; end $$;"
        "create trigger swallow before insert on swallowing for each row execute function swallow()"
    )
    account = await bench.reject("a\n1\n2\n3\n", "a", table="swallowing")
    assert account.outcome is Outcome.FAILED
    assert account.failure is not None
    assert "count does not agree" in account.failure.what
    assert await bench.rows("select * from swallowing") == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_error_of_a_trigger_rejects_its_record(bench: ImportBench, when: str) -> None:
    await bench.session.execute(
        f"create table raising_{when} (a int); create function raise_{when}() returns trigger language plpgsql as"
        " $$ begin if new.a = 3 then raise 'no threes'; end if; return new; end $$;"
        f"create trigger r {when} insert on raising_{when} for each row execute function raise_{when}()"
    )
    account = await bench.reject("a\n1\n2\n3\n4\n", "a", table=f"raising_{when}")
    assert [(each.record, each.sqlstate, each.message) for each in account.rejects] == [(3, "P0001", "no threes")]
    assert account.loaded == 3


async def test_domain_and_json_reject_their_records(bench: ImportBench) -> None:
    await bench.session.execute("create domain positive as int check (value > 0)")
    await bench.session.execute("create table domained (a positive, b jsonb)")
    content = 'a,b\n1,"{""x"": 1}"\n-1,"{}"\n2,"{""x"": oops}"\n3,{}\n'
    account = await bench.reject(content, "a", "b", table="domained")
    assert [(each.record, each.column, each.sqlstate) for each in account.rejects] == [
        (2, "a", "23514"),
        (3, "b", "22P02"),
    ]


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("create table faulty_{n} (b int)", "42703"),
        ("create table faulty_{n} (a int generated always as (1) stored)", "428C9"),
        ("create view faulty_{n} as select 1 as a", "55000"),
        ("select 1", "42P01"),
    ],
)
async def test_what_no_record_is_to_blame_for_fails_before_any_is_read(
    bench: ImportBench, sql: str, sqlstate: str, request: pytest.FixtureRequest
) -> None:
    name = f"t{sqlstate.lower()}"
    await bench.session.execute(sql.format(n=name))
    account = await bench.reject("a\n1\n", "a", table=f"faulty_{name}")
    assert (account.outcome, account.read, account.rejected) == (Outcome.FAILED, 0, 0)
    assert account.failure is not None
    assert account.failure.sqlstate == sqlstate


async def test_missing_privilege_is_told_before_any_record_is_read(bench: ImportBench) -> None:
    await bench.session.execute("create role reader; create table guarded (a int)")
    plan = plan_of("a", path=bench.file("a\n1\n"), table="guarded")
    bench.sessions.target = bench.sessions.target.with_settings(role="reader")
    account = await bench.load(plan)
    await bench.session.execute("drop role reader")
    assert (account.outcome, account.read) == (Outcome.FAILED, 0)
    assert account.failure is not None
    assert account.failure.sqlstate == "42501"


async def test_source_that_is_not_there_is_told(bench: ImportBench) -> None:
    await bench.session.execute("create table sourceless (a int)")
    account = await bench.load(plan_of("a", path=str(bench.folder / "nowhere.csv"), table="sourceless"))
    assert account.outcome is Outcome.FAILED
    assert account.failure is not None
    assert "nowhere.csv could not be read" in account.failure.what


@pytest.mark.parametrize("oldest_that_skips", [17, 99])
async def test_bad_records_close_to_each_other_are_all_found(
    bench: ImportBench, monkeypatch: pytest.MonkeyPatch, oldest_that_skips: int
) -> None:
    monkeypatch.setattr(import_target, "ON_ERROR_SINCE", oldest_that_skips)
    table = f"crowded_{oldest_that_skips}"
    await bench.session.execute(f"create table {table} (a int check (a > 0), b text not null)")
    kinds = {3: "?,x", 5: "-1,x", 7: "1,", 11: "1", 13: "1,x,y", 17: '1,"x\ny"'}
    lines = [next((kinds[k] for k in sorted(kinds, reverse=True) if n % k == 0), f"{n},x") for n in range(1, 4001)]
    bad = [n for n, line in enumerate(lines, 1) if line in list(kinds.values())[:5]]
    account = await bench.reject("a,b\n" + "\n".join(lines) + "\n", "a", "b", table=table)
    told = [int(row["record"]) for row in csv.DictReader(bench.lines(account.reasons_file))]
    assert told == bad
    assert account.loaded == 4000 - len(bad)
    assert await bench.rows(f"select count(*) from {table}") == [(str(account.loaded),)]
