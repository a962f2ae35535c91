import pytest

from pgconsole.core.import_plan import (
    ColumnMapping,
    Constant,
    Dialect,
    Expression,
    FileColumn,
    NewColumn,
    NewTable,
    ServerDefault,
    Target,
    Way,
)
from pgconsole.core.import_sql import (
    CopyOptions,
    copy_columns,
    copy_from_stdin,
    create_staging,
    create_table,
    insert_staged,
    is_staged,
    piece_script,
    set_date_order,
    shown_statements,
    type_reasons,
)
from tests.fixtures.import_plans import plan_of


def test_every_name_and_option_is_quoted() -> None:
    plan = plan_of('a"b', table='t"; drop', dialect=Dialect(delimiter="'", quote="\\", escape="\\", null_text="it's"))
    assert copy_from_stdin(plan, CopyOptions("csv", plan.dialect, "\x01", skips_type_errors=True)) == (
        "COPY \"t\"\"; drop\" (\"a\"\"b\") FROM STDIN WITH (FORMAT csv, DELIMITER '''', QUOTE E'\\\\', ESCAPE E'\\\\',"
        " NULL 'it''s', ENCODING 'UTF8', ON_ERROR ignore, LOG_VERBOSITY verbose)"
    )


def test_text_form_needs_no_dialect() -> None:
    assert copy_from_stdin(plan_of("a"), CopyOptions("text", Dialect(), "\x01")) == (
        'COPY "items" ("a") FROM STDIN WITH (FORMAT text, ENCODING \'UTF8\')'
    )


def test_table_is_made_column_by_column() -> None:
    columns = (NewColumn(name="a", type="int", not_null=True), NewColumn(name='b"', type="text"))
    target = Target(schema="s", table="t", new=NewTable(columns=columns, primary_key=("a", 'b"'), kind="temporary"))
    assert create_table(target) == (
        'CREATE TEMPORARY TABLE "s"."t" (\n    "a" int NOT NULL,\n    "b""" text,\n    PRIMARY KEY ("a", "b""")\n)'
    )


def test_file_columns_come_in_the_files_order_and_constants_last() -> None:
    columns = (
        ColumnMapping(column="k", source=Constant("x")),
        ColumnMapping(column="y", source=FileColumn(1)),
        ColumnMapping(column="d", source=ServerDefault()),
        ColumnMapping(column="x", source=FileColumn(0)),
    )
    assert [mapping.column for mapping in copy_columns(plan_of("a", "b", columns=columns))] == ["x", "y", "k"]


def test_expression_goes_by_way_of_texts() -> None:
    columns = (
        ColumnMapping(column="x", source=Expression("$2 || '$1' || $1 -- $1", (2, 0))),
        ColumnMapping(column="y", source=FileColumn(1)),
        ColumnMapping(column="k", source=Constant(None)),
    )
    plan = plan_of("a", "b", "c", columns=columns)
    assert is_staged(plan)
    assert create_staging(plan) == (
        'CREATE TEMPORARY TABLE "pgconsole_import_rows" AS SELECT "y", NULL::pg_catalog.text AS "pgconsole text 1",'
        ' NULL::pg_catalog.text AS "pgconsole text 3" FROM "items" WITH NO DATA'
    )
    assert insert_staged(plan) == (
        'INSERT INTO "items" ("x", "y", "k") OVERRIDING SYSTEM VALUE\nSELECT'
        ' (r."pgconsole text 1" || \'$1\' || r."pgconsole text 3" -- $1\n), r."y", NULL'
        ' FROM pg_temp."pgconsole_import_rows" AS r'
    )


@pytest.mark.parametrize(
    ("way", "key", "clause"),
    [
        (Way.DO_NOTHING, (), "ON CONFLICT DO NOTHING"),
        (Way.DO_NOTHING, ("a",), 'ON CONFLICT ("a") DO NOTHING'),
        (Way.UPDATE, ("a",), 'ON CONFLICT ("a") DO UPDATE SET "b" = EXCLUDED."b"'),
        (Way.UPDATE, ("a", "b"), 'ON CONFLICT ("a", "b") DO NOTHING'),
    ],
)
def test_upsert_names_its_key(way: Way, key: tuple[str, ...], clause: str) -> None:
    assert insert_staged(plan_of("a", "b", way=way, key=key)).endswith(f"\n{clause}")


def test_piece_stands_under_a_savepoint() -> None:
    script = piece_script(plan_of("a"), "COPY x")
    assert script == "SAVEPOINT pgconsole_import;\nCOPY x;\nRELEASE SAVEPOINT pgconsole_import"


def test_what_ran_can_be_read() -> None:
    plan = plan_of("a", target=Target(table="t", new=NewTable(columns=(NewColumn(name="a"),))), way=Way.TRUNCATE)
    assert [text.partition(" ")[0] for text in shown_statements(plan, "COPY x")] == ["CREATE", "TRUNCATE", "COPY"]


def test_date_order_and_reasons_hold_literals() -> None:
    assert set_date_order(Dialect()) is None
    assert set_date_order(Dialect(date_order="DMY")) == "SET LOCAL DateStyle TO 'ISO, DMY'"
    assert "(0, 'it''s', 'int')" in type_reasons([("it's", "int")])
