"""Plain SQL splits where PostgreSQL's own parser splits it."""

from importlib import import_module

import pytest

from pgconsole.core.statements import split

postgast = import_module("postgast")
"""By name, since its stubs are not valid Python."""

SCRIPTS = [
    "select 1; select 'a;''b'; select $x$ ; $x$;",
    "create table t (a int, b text default ';'); insert into t values (1, e'\\';'); -- ; end\nselect * from t;",
    "create function f() returns int language sql begin atomic select case when true then 1 else 2 end; end; select 2;",
    "create rule r as on insert to t do also (update a set b = 1; delete from c where d); select 3;",
    "/* ; /* ; */ */ select U&'\\0061' uescape '!'; select U&\"d;\" from (select 1 as \"d;\") x;",
    "begin; update t set a = a + 1 where b = ';'; commit; vacuum t;",
    "create schema s create table a (b int) create view c as select 1; select a$b$c from d as a$b$c;",
    "do $$ begin perform 1; end $$; select b'101', x'1f', n'a;', 1e5, .5, 0x1F, 1_000;",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_split_agrees_with_the_servers_parser(script: str) -> None:
    ours = [statement.text for statement in split(script)]
    theirs = postgast.split(script)
    assert [postgast.fingerprint(text).hex for text in ours] == [postgast.fingerprint(text).hex for text in theirs]
