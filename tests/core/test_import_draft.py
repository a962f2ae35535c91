"""Choices of an import: the plan that they make, what stands in its way, and what should be seen."""

import msgspec
import pytest

from pgconsole.core.import_advice import draft_notes, draft_problems, planned_statements
from pgconsole.core.import_draft import (
    ImportDraft,
    draft_of,
    matched_rows,
    new_rows,
    plan_of,
    retyped,
    takes_all,
    with_columns,
)
from pgconsole.core.import_plan import Commit, Constant, Dialect, FileColumn, ServerDefault, SourceFile, Way
from pgconsole.core.table_description import TableColumn, TableDescription, TableName
from pgconsole.core.type_scan import ColumnFacts, TypeScan

TABLE = TableDescription(
    name=TableName("public", "items"),
    columns=(
        TableColumn(name="id", type="integer", identity="always"),
        TableColumn(name="name", type="text", not_null=True),
        TableColumn(name="twice", type="integer", generated=True),
        TableColumn(name="made", type="date", default="now()", not_null=True),
    ),
    keys=(("id",),),
    estimated_rows=1200,
)


def facts_of(*records: tuple[str, ...]) -> tuple[ColumnFacts, ...]:
    scan = TypeScan(len(records[0]))
    scan.add(records, range(2, len(records) + 2))
    return scan.facts()


def new_draft(**changes: object) -> ImportDraft:
    names = ("id", "name")
    draft = ImportDraft(
        sources=(SourceFile(path="items.csv"),),
        source_columns=names,
        schema="public",
        table="items",
        rows=new_rows(names, facts_of(("1", "x")), Dialect()),
    )
    return msgspec.structs.replace(draft, **changes)


def existing_draft(*names: str, **changes: object) -> ImportDraft:
    draft = new_draft(source_columns=names, existing=TABLE, rows=matched_rows(names, TABLE))
    return msgspec.structs.replace(draft, **changes)


def test_plan_makes_the_columns_that_are_used() -> None:
    draft = new_draft()
    rows = (msgspec.structs.replace(draft.rows[0], is_key=True), msgspec.structs.replace(draft.rows[1], is_used=False))
    plan = plan_of(msgspec.structs.replace(draft, rows=rows))
    assert plan.target.new is not None
    assert [(column.name, column.type) for column in plan.target.new.columns] == [("id", "integer")]
    assert plan.target.new.primary_key == ("id",)
    assert [mapping.source for mapping in plan.columns] == [FileColumn(0)]


def test_choices_that_do_not_go_together_are_left_out_of_the_plan() -> None:
    plan = plan_of(new_draft(dry_run=True, commit=Commit.BY_BATCH, connections=4, key=("id",), reject_limit=3))
    assert (plan.commit, plan.connections, plan.key, plan.reject_limit) == (Commit.WHOLE, 1, (), 3)
    assert plan_of(new_draft(commit=Commit.BY_BATCH, connections=4)).connections == 4


@pytest.mark.parametrize("draft", [new_draft(way=Way.APPEND), existing_draft("name", "made", way=Way.TRUNCATE)])
def test_draft_comes_back_from_its_plan(draft: ImportDraft) -> None:
    assert plan_of(draft_of(plan_of(draft), draft.existing)) == plan_of(draft)


def test_what_the_server_fills_by_itself_is_not_matched() -> None:
    rows = matched_rows(("ID", "Name", "TWICE"), TABLE)
    assert [(row.column, row.is_used) for row in rows] == [
        ("id", False),
        ("name", True),
        ("twice", False),
        ("made", False),
    ]
    assert takes_all(("Name",), TABLE)
    assert not takes_all(("Name", "other"), TABLE)
    assert not takes_all(("made",), TABLE)


def test_types_follow_facts_but_for_the_users_own() -> None:
    draft = new_draft()
    own = msgspec.structs.replace(draft.rows[0], type="bigint", is_own_type=True)
    draft = msgspec.structs.replace(draft, rows=(own, draft.rows[1]))
    assert [row.type for row in retyped(draft, facts_of(("x", "1"))).rows] == ["bigint", "integer"]
    existing = existing_draft("name")
    assert retyped(existing, facts_of(("1",))) == existing


def test_own_types_stay_with_their_names_when_the_columns_change() -> None:
    draft = new_draft()
    own = msgspec.structs.replace(draft.rows[1], type="varchar(9)", is_own_type=True)
    changed = with_columns(msgspec.structs.replace(draft, rows=(draft.rows[0], own)), ("name", "other"))
    assert [(row.column, row.type, row.source) for row in changed.rows] == [
        ("name", "varchar(9)", FileColumn(0)),
        ("other", "text", FileColumn(1)),
    ]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (new_draft(source_columns=()), "The file is empty."),
        (new_draft(table=""), "Choose a table."),
        (existing_draft("made"), "It may not be NULL and has no default: fill it."),
        (
            existing_draft("name", existing=msgspec.structs.replace(TABLE, missing_privileges=("INSERT",))),
            "may not INSERT",
        ),
        (existing_draft("name", way=Way.UPDATE), "Choose the columns by which rows are found."),
    ],
)
def test_what_stands_in_the_way_is_told(draft: ImportDraft, words: str) -> None:
    assert any(words in problem.text for problem in draft_problems(draft))


def test_what_the_server_computes_cannot_be_filled_and_what_it_numbers_not_in_silence() -> None:
    draft = existing_draft("name", "twice", "id")
    rows = [
        msgspec.structs.replace(row, is_used=True, source=Constant("1")) if row.column in ("id", "twice") else row
        for row in draft.rows
    ]
    filled = msgspec.structs.replace(draft, rows=tuple(rows))
    told = {problem.field: problem.text for problem in draft_problems(filled)}
    assert told == {"columns.twice": "It is computed by the server."}
    assert any(note.startswith("id is always numbered by the server") for note in draft_notes(filled, ()))


def test_role_that_may_make_no_table_is_told_so() -> None:
    assert draft_problems(new_draft()) == ()
    assert [problem.field for problem in draft_problems(new_draft(), may_create=False)] == ["target.schema"]
    assert draft_problems(new_draft(kind="temporary", schema=""), may_create=False) == ()


def test_what_should_be_seen_is_noted() -> None:
    notes = draft_notes(existing_draft("name", "spare", way=Way.TRUNCATE), facts_of(("x", "y")))
    assert notes == ("Not imported: spare.", "The table is emptied first: about 1,200 rows of it will be gone.")
    facts = facts_of(("1", "03/04/2024"), ("x", "05/06/2024"))
    notes = draft_notes(new_draft(rows=new_rows(("id", "name"), facts, Dialect())), facts)
    assert notes == (
        "Day and month could be taken for each other: choose the order of dates, or they stay text.",
        "id is text for x on line 3; up to there it is integer.",
    )


def test_statements_are_told_before_they_run() -> None:
    create, copy = planned_statements(new_draft())
    assert create.startswith('CREATE TABLE "public"."items"')
    assert copy.startswith('COPY "public"."items" ("id", "name") FROM STDIN WITH (FORMAT csv')


def test_statements_say_what_the_dialect_asks_for() -> None:
    german = Dialect(delimiter=";", decimal=",", thousands=".", date_order="DMY")
    draft = new_draft(dialect=german, comment="from the shop")
    numbers = msgspec.structs.replace(draft.rows[0], type="numeric(8,2)")
    _create, comment, dates, copy = planned_statements(msgspec.structs.replace(draft, rows=(numbers, *draft.rows[1:])))
    assert comment == """COMMENT ON TABLE "public"."items" IS 'from the shop'"""
    assert dates == "SET LOCAL DateStyle TO 'ISO, DMY'"
    # Numbers are written anew for the server: the file's own bytes cannot be sent.
    assert "FORMAT text" in copy


def test_column_without_a_source_is_left_to_its_default() -> None:
    draft = new_draft()
    rows = (*draft.rows, msgspec.structs.replace(draft.rows[0], column="made", source=ServerDefault()))
    plan = plan_of(msgspec.structs.replace(draft, rows=rows))
    assert plan.target.new is not None
    assert [column.name for column in plan.target.new.columns] == ["id", "name", "made"]
    assert [mapping.column for mapping in plan.columns] == ["id", "name"]
