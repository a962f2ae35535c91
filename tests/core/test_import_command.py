"""The line that the wizard shows does what the wizard does."""

import asyncio
import shlex
from pathlib import Path

import msgspec
import pytest

from pgconsole.core.import_arguments import parse_import
from pgconsole.core.import_command import equal_command_line, join_names, qualified_text, source_named, split_names
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
    RecordRange,
    SourceFile,
    Target,
    Way,
)
from pgconsole.headless_import import PlainKnowledge, complete
from tests.fixtures.import_plans import plan_of

_NEW = NewTable(
    columns=(NewColumn(name="a,b", type="numeric(4,1)", not_null=True), NewColumn(name='q"', type="text")),
    primary_key=("a,b",),
    kind="unlogged",
    comment="it's",
)
_PLANS = {
    "simple": plan_of("a", "b"),
    "new": plan_of("a,b", 'q"', target=Target(schema="odd.schema", table="my table", new=_NEW)),
    "dialect": plan_of(
        "a", "b", dialect=Dialect(delimiter="\t", quote="'", escape="\\", encoding="utf-16", null_text="-", trim=True)
    ),
    "numbers": plan_of(
        "a", "b", dialect=Dialect(decimal=",", thousands=".", date_order="DMY", skip_lines=1, comment="#")
    ),
    "ends": plan_of("a", "b", dialect=Dialect(ends_with_delimiter=True)),
    "upsert": plan_of("a", "b", way=Way.UPDATE, key=("a",), on_bad_row=OnBadRow.REJECT, reject_limit=5),
    "truncate": plan_of("a", "b", way=Way.TRUNCATE, dry_run=True, reject_file="-r.csv"),
    "batches": plan_of(
        "a", "b", commit=Commit.BY_BATCH, connections=3, already_loaded=(RecordRange(1, 9), RecordRange(20, 20))
    ),
    "mapping": plan_of(
        "a",
        "b",
        columns=(
            ColumnMapping(column="x", source=Expression("$1 || 'é'", (1,)), null_text="?"),
            ColumnMapping(column="y", source=Constant(None)),
            ColumnMapping(column="z", source=FileColumn(0)),
        ),
    ),
    "left out": plan_of("a", "b", columns=(ColumnMapping(column="x", source=FileColumn(1)),)),
}


@pytest.mark.parametrize("name", _PLANS)
def test_line_is_read_as_the_plan_that_it_was_written_for(name: str, tmp_path: Path) -> None:
    plan = _PLANS[name]
    dialect = plan.dialect
    path = tmp_path / "it's items.csv"
    skipped = "made today\n" * dialect.skip_lines
    header = dialect.delimiter.join(
        dialect.quote + column.replace('"', '""') + dialect.quote for column in plan.source_columns
    )
    path.write_bytes(f"{skipped}{header}\n".encode(dialect.encoding))
    plan = msgspec.structs.replace(plan, sources=(SourceFile(path=str(path)),))
    words = shlex.split(equal_command_line(plan, "host=db"))
    assert words[:2] == ["pgconsole", "import"]
    request = parse_import(words[2:])
    assert request.dsn == "host=db"
    assert asyncio.run(complete(request, PlainKnowledge(), None)) == plan


def test_simple_import_is_a_short_line() -> None:
    line = equal_command_line(plan_of("a", "b"))
    assert line == (
        "pgconsole import items.csv --dsn DSN --table items --delimiter=, --encoding=utf-8 --header --columns=a,b"
    )


def test_parts_of_archives_are_named_once_for_each_file() -> None:
    sources = (
        SourceFile(path="x.zip", packing="zip", member="a.csv"),
        SourceFile(path="x.zip", packing="zip", member="b.csv"),
    )
    plan: ImportPlan = plan_of("a", sources=sources)
    assert parse_import(shlex.split(equal_command_line(plan))[2:]).sources == sources


@pytest.mark.parametrize(
    ("path", "kind", "packing"),
    [
        ("a.csv", "delimited", "none"),
        ("b/a.CSV.GZ", "delimited", "gz"),
        ("a.xlsx", "sheet", "none"),
        ("a.ndjson.zst", "ndjson", "zst"),
        ("noname", "delimited", "none"),
    ],
)
def test_name_of_a_file_promises_its_kind(path: str, kind: str, packing: str) -> None:
    source = source_named(path)
    assert (source.format, source.packing) == (kind, packing)


@pytest.mark.parametrize("names", [("a",), ("a,b", 'q"', ""), ("x\ny", " ")])
def test_names_are_one_line_of_csv(names: tuple[str, ...]) -> None:
    assert split_names(join_names(names)) == names


@pytest.mark.parametrize("text", ["a", "s.a", '"a.b".c', '"q""x"', '"s.1"."t"".2"'])
def test_table_is_named_as_it_was_read(text: str) -> None:
    target = parse_import(["f.csv", "--table", text]).target
    assert parse_import(["f.csv", "--table", qualified_text(target)]).target == target


@pytest.mark.parametrize(
    "argv",
    [
        ["f.csv"],
        ["--table", "t"],
        ["f.csv", "--table", "a.b.c"],
        ["f.csv", "--table", '"a'],
        ["f.csv", "--table", "t", "--on-error", "ignore"],
        ["a", "b", "c", "--table", "t", "--member", "x", "--member", "y"],
        ["f.csv", "--table", "t", "--mapping", "{"],
        ["f.csv", "--table", "t", "--truncate", "--on-conflict", "update"],
    ],
)
def test_words_that_make_no_sense_end_with_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        parse_import(argv)
    assert raised.value.code == 2
    assert "usage: pgconsole import" in capsys.readouterr().err
