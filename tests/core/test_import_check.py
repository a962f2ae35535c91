import msgspec
import pytest

from pgconsole.core.import_check import check_plan, expression_problem, type_problem
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
    ServerDefault,
    Target,
    Way,
)
from tests.fixtures.import_plans import plan_of

_TABLE = NewTable(columns=(NewColumn(name="a", type="int"), NewColumn(name="b")), primary_key=("a",))


def _fields(plan: ImportPlan) -> list[str]:
    return [problem.field for problem in check_plan(plan)]


@pytest.mark.parametrize(
    "plan",
    [
        plan_of("a", "b"),
        plan_of("a", "b", target=Target(table="t", new=_TABLE)),
        plan_of("a", dialect=Dialect(delimiter="§", quote="", encoding="utf-16")),
        plan_of("a", way=Way.UPDATE, key=("a",)),
        plan_of("a", way=Way.DO_NOTHING),
        plan_of("a", commit=Commit.BY_BATCH, connections=4),
    ],
)
def test_plan_that_may_go_has_no_problems(plan: ImportPlan) -> None:
    assert check_plan(plan) == ()


@pytest.mark.parametrize(
    ("dialect", "field"),
    [
        (Dialect(delimiter=""), "delimiter"),
        (Dialect(delimiter="|" * 9), "delimiter"),
        (Dialect(delimiter=',"'), "delimiter"),
        (Dialect(delimiter="\n"), "delimiter"),
        (Dialect(delimiter='"', escape="\\"), "delimiter"),
        (Dialect(quote="''"), "quote"),
        (Dialect(escape=""), "escape"),
        (Dialect(escape=","), "escape"),
        (Dialect(encoding="klingon"), "encoding"),
        (Dialect(encoding="zlib"), "encoding"),
        (Dialect(null_text="a\nb"), "null_text"),
        (Dialect(comment="\r"), "comment"),
        (Dialect(decimal=",", thousands=","), "thousands"),
    ],
)
def test_dialect_that_cannot_be_is_told_by_its_field(dialect: Dialect, field: str) -> None:
    assert _fields(plan_of("a", dialect=dialect)) == [f"dialect.{field}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sources": ()}, "sources"),
        ({"target": Target(table="")}, "target.table"),
        ({"target": Target(table="x" * 64)}, "target.table"),
        ({"target": Target(table="a\x00")}, "target.table"),
        ({"target": Target(table="t", schema="é" * 32)}, "target.schema"),
        ({"columns": ()}, "columns"),
        ({"columns": (ColumnMapping(column="a", source=ServerDefault()),)}, "columns"),
        ({"columns": (ColumnMapping(column="a", source=FileColumn(9)),)}, "columns.a"),
        ({"columns": (ColumnMapping(column="", source=FileColumn(0)),)}, "columns."),
        ({"columns": (ColumnMapping(column="a", source=Constant("x"), null_text="\n"),)}, "columns.a"),
        ({"way": Way.UPDATE}, "key"),
        ({"way": Way.UPDATE, "key": ("z",)}, "key"),
        ({"dry_run": True, "commit": Commit.BY_BATCH}, "commit"),
        ({"connections": 2}, "connections"),
    ],
)
def test_plan_that_cannot_be_is_told_by_its_field(changes: dict[str, object], field: str) -> None:
    assert _fields(msgspec.structs.replace(plan_of("a", "b"), **changes)) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"columns": ()}, "columns"),
        ({"columns": (*_TABLE.columns, NewColumn(name="a"))}, "columns"),
        ({"columns": (*_TABLE.columns, NewColumn(name=""))}, "columns."),
        ({"columns": (*_TABLE.columns, NewColumn(name="c", type="int); drop table x; --"))}, "columns.c"),
        ({"primary_key": ("z",)}, "primary_key"),
        ({"comment": "\x00"}, "comment"),
    ],
)
def test_new_table_that_cannot_be_is_told_by_its_field(changes: dict[str, object], field: str) -> None:
    new = msgspec.structs.replace(_TABLE, **changes)
    assert f"target.new.{field}" in _fields(plan_of("a", target=Target(table="t", new=new)))


def test_column_that_the_new_table_lacks_is_told() -> None:
    assert _fields(plan_of("a", "z", target=Target(table="t", new=_TABLE))) == ["columns"]


def test_temporary_table_has_neither_schema_nor_several_connections() -> None:
    new = msgspec.structs.replace(_TABLE, kind="temporary")
    plan = plan_of("a", target=Target(table="t", schema="s", new=new), commit=Commit.BY_BATCH, connections=2)
    assert _fields(plan) == ["target.new.kind", "connections"]


@pytest.mark.parametrize(
    "text",
    [
        "int",
        "numeric(12, 2)",
        "numeric(5,-2)",
        "timestamp with time zone",
        "time(3) without time zone",
        "double precision",
        "text[]",
        "int[3][]",
        'shop."My Type"',
        "varchar(10)[]",
        "größe",
    ],
)
def test_types_are_taken_as_create_table_takes_them(text: str) -> None:
    assert type_problem(text) == ""


@pytest.mark.parametrize("text", ["", "  ", "int;", "int, b int", "int default 1)", "int -- x", "int /*", "a(b)", 'a"'])
def test_what_is_no_type_is_told(text: str) -> None:
    assert type_problem(text)


@pytest.mark.parametrize(
    ("sql", "is_fine"),
    [
        ("nullif($1, '-')::int", True),
        ("$1 || ');' -- comment ; )", True),
        ("", False),
        ("$2", False),
        ("$0", False),
        ("1); drop table x; select (1", False),
        ("(1; 2)", False),
        ("f($1", False),
        (")(", False),
    ],
)
def test_expression_stays_one_expression(sql: str, is_fine: bool) -> None:
    assert (expression_problem(Expression(sql, (0,)), 1) == "") is is_fine
