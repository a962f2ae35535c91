"""A record is rejected for its own fault and never for another's, whatever the server says and whatever it counts."""

import pytest

from tests.fixtures.import_bench import ImportBench


async def test_carriage_return_within_quotes_does_not_shift_the_blame(bench: ImportBench) -> None:
    """COPY counts it as a line as long as it has seen no line end."""
    await bench.session.execute("create table returned (a int unique, b text)")
    account = await bench.reject('a,b\n1,"x\ry"\n2,z\n2,w\nmany,v\n3,u\n', "a", "b", table="returned")
    assert [(each.record, each.value) for each in account.rejects] == [(3, "2"), (4, "many")]
    assert await bench.rows("select * from returned") == [("1", "x\ry"), ("2", "z"), ("3", "u")]


async def test_row_too_big_is_found_among_those_written_with_it(bench: ImportBench) -> None:
    await bench.session.execute("create table too_big (a int, b text); alter table too_big alter b set storage plain")
    rows = [f"{number},{'y' * 9000 if number == 20 else 'x'}" for number in range(1, 3001)]
    account = await bench.reject("a,b\n" + "\n".join(rows) + "\n", "a", "b", table="too_big")
    assert [(each.record, each.sqlstate) for each in account.rejects] == [(20, "54000")]


async def test_rows_left_out_are_told_also_where_notices_are_off(bench: ImportBench) -> None:
    ((database,),) = await bench.rows("select current_database()")
    await bench.session.execute(
        f"create table quiet (a int); alter database {database} set client_min_messages = error"
    )
    try:
        account = await bench.reject('a\n1\n"{""b"": ""c""}"\n2\n', "a", table="quiet")
    finally:
        await bench.session.execute(f"alter database {database} reset client_min_messages")
    assert [(each.record, each.column, each.value) for each in account.rejects] == [(2, "a", '{"b": "c"}')]
    assert account.loaded == 2


@pytest.mark.parametrize("code", ["57014", "40001", "08006", "XX000", "25006", "57P01", "42501"])
async def test_trigger_may_raise_any_code(bench: ImportBench, code: str) -> None:
    table = f"raised_{code.lower()}"
    await bench.session.execute(
        f"create table {table} (a int); create function f_{table}() returns trigger language plpgsql as $$ begin"
        f" if new.a = 3 then raise 'no' using errcode = '{code}'; end if; return new; end $$;"
        f" create trigger t before insert on {table} for each row execute function f_{table}()"
    )
    account = await bench.reject("a\n1\n2\n3\n4\n", "a", table=table)
    assert [(each.record, each.sqlstate) for each in account.rejects] == [(3, code)]
    assert account.loaded == 3
