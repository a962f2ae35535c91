import pytest

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
    ServerDefault,
    SourceFile,
    Target,
    Way,
    plan_from_json,
    plan_to_json,
)
from tests.fixtures.import_plans import plan_of

_EVERYTHING = ImportPlan(
    sources=(SourceFile(path="/data/ä b.csv.zip", packing="zip", member="b.csv"),),
    source_columns=("id", "name", "price"),
    dialect=Dialect(
        delimiter=";", quote="'", escape="\\", encoding="cp1252", null_text="-", decimal=",", thousands="."
    ),
    target=Target(
        schema="shop",
        table="items",
        new=NewTable(
            columns=(NewColumn(name="id", type="bigint", not_null=True), NewColumn(name="name")),
            primary_key=("id",),
            kind="unlogged",
            comment="what is sold",
        ),
    ),
    columns=(
        ColumnMapping(column="id", source=FileColumn(0)),
        ColumnMapping(column="name", source=Expression("upper($1)", (1,)), null_text="?"),
        ColumnMapping(column="origin", source=Constant("import")),
        ColumnMapping(column="nothing", source=Constant(None)),
        ColumnMapping(column="made", source=ServerDefault()),
    ),
    way=Way.UPDATE,
    key=("id",),
    on_bad_row=OnBadRow.REJECT,
    reject_limit=10,
    reject_file="bad.csv",
    commit=Commit.BY_BATCH,
    connections=2,
    already_loaded=(RecordRange(1, 500),),
)


@pytest.mark.parametrize("plan", [plan_of("a", "b"), _EVERYTHING])
def test_saved_plan_comes_back_as_it_was(plan: ImportPlan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 1}', '{"version": 1, "plan": {"sources": 3}}', "\udcff", plan_to_json(plan_of("a"))[:-9]],
)
def test_text_that_is_no_plan_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match="no saved import"):
        plan_from_json(text)


def test_plan_of_another_version_is_refused() -> None:
    saved = plan_to_json(plan_of("a")).replace('"version": 1', '"version": 9')
    with pytest.raises(ValueError, match="format 9"):
        plan_from_json(saved)


def test_plan_is_frozen() -> None:
    with pytest.raises(AttributeError):
        plan_of("a").way = Way.UPDATE  # type: ignore[misc]
