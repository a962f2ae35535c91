"""The line that the wizard shows, run: table, counts and rejects are those of the wizard's own engine."""

import shlex

import pytest
from msgspec.structs import replace

from pgconsole.core.import_account import ImportAccount
from pgconsole.core.import_arguments import parse_import
from pgconsole.core.import_command import equal_command_line
from pgconsole.core.import_plan import (
    ColumnMapping,
    Constant,
    Dialect,
    Expression,
    FileColumn,
    ImportPlan,
    NewColumn,
    NewTable,
    OnBadRow,
    Target,
    Way,
)
from pgconsole.formats.source_opener import open_source
from pgconsole.headless_import import run_request
from pgconsole.workers.csv_importer import CsvImporter
from pgconsole.workers.file_knowledge import FileKnowledge
from tests.fixtures.import_bench import ImportBench, account_of
from tests.fixtures.import_plans import plan_of

_GERMAN = (
    'id;price;made;note\n1;1.250,50;31.12.2025;-\n2;x;01.02.2026;"a;""b"""\n3;7,25;30.02.2026;c\n4;8\n5;9;1.3.2026;\n'
)
_DIALECT = Dialect(delimiter=";", decimal=",", thousands=".", date_order="DMY", null_text="-")
_COLUMNS = (
    ColumnMapping(column="id", source=FileColumn(0)),
    ColumnMapping(column="price", source=FileColumn(1)),
    ColumnMapping(column="made", source=FileColumn(2)),
    ColumnMapping(column="note", source=Expression("upper($1)", (3,))),
    ColumnMapping(column="origin", source=Constant("the 'line'")),
)
_TYPES = {"id": "int", "price": "numeric(10,2)", "made": "date", "note": "text"}


def _plans() -> dict[str, ImportPlan]:
    usual = plan_of(*_TYPES, dialect=_DIALECT, on_bad_row=OnBadRow.REJECT, table="lined")
    columns = tuple(NewColumn(name=name, type=kind) for name, kind in _TYPES.items())
    new = NewTable(columns=columns, primary_key=("id",), comment="made by a line")
    return {
        "append": usual,
        "create": replace(usual, target=Target(table="lined", new=new)),
        "expressions": replace(usual, columns=_COLUMNS),
        "update": replace(usual, way=Way.UPDATE, key=("id",)),
        "dry run": replace(usual, dry_run=True),
    }


@pytest.mark.parametrize("name", _plans())
async def test_line_does_what_the_wizard_does(bench: ImportBench, module_dsn: str, name: str) -> None:
    plan = _plans()[name]
    plan = replace(plan, sources=(replace(plan.sources[0], path=bench.file(_GERMAN)),))
    rows = "select * from lined order by id"

    async def prepare() -> None:
        await bench.session.execute("drop table if exists lined")
        if plan.target.new is None:
            words = ", ".join(f"{column} {kind}" for column, kind in _TYPES.items())
            await bench.session.execute(f"create table lined ({words}, origin text, primary key (id))")
            await bench.session.execute(
                "insert into lined values (5, 0, null, 'old')" if name == "update" else "select"
            )

    await prepare()
    by_wizard: ImportAccount = await account_of(CsvImporter(plan, bench.sessions, open_source))
    loaded = await bench.rows(rows) if not (plan.dry_run and plan.target.new) else []
    rejected = bench.bytes_of(by_wizard.reject_file)
    await prepare()
    program, verb, *words = shlex.split(equal_command_line(plan, module_dsn))
    assert (program, verb) == ("pgconsole", "import")
    account = await run_request(parse_import(words), FileKnowledge())
    assert (account.outcome, account.read, account.loaded, account.rejected) == (
        by_wizard.outcome,
        by_wizard.read,
        by_wizard.loaded,
        by_wizard.rejected,
    )
    assert [(r.record, r.line, r.sqlstate, r.column) for r in account.rejects] == [
        (r.record, r.line, r.sqlstate, r.column) for r in by_wizard.rejects
    ]
    assert account.statements == by_wizard.statements
    assert bench.bytes_of(account.reject_file) == rejected
    assert await bench.rows(rows) == loaded
