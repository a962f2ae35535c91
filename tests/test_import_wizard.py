"""The import wizard with a fake view and a fake database, on real files."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from pgconsole.core.import_account import Reject
from pgconsole.core.import_plan import Dialect, FileColumn, ImportPlan, OnBadRow, Way, plan_to_json
from pgconsole.core.table_description import TableColumn, TableDescription, TableName
from pgconsole.import_wizard import ImportWizard
from tests.fixtures.import_wizard import FakeImportView, FakeTarget, looked_into, wizard_on
from tests.fixtures.waiting import until

ITEMS = TableDescription(
    name=TableName("public", "items"),
    columns=(
        TableColumn(name="id", type="integer", not_null=True),
        TableColumn(name="unit_price", type="numeric"),
        TableColumn(name="made_at", type="timestamptz", default="now()"),
    ),
    keys=(("id",),),
)


@pytest.fixture
def target() -> FakeTarget:
    return FakeTarget()


@pytest.fixture
async def opened(target: FakeTarget) -> AsyncIterator[tuple[ImportWizard, FakeImportView]]:
    wizard, view = wizard_on(target)
    yield wizard, view
    await wizard.aclose()


Opened = tuple[ImportWizard, FakeImportView]


def is_there(path: str) -> bool:
    return Path(path).exists()


@pytest.fixture
def items(tmp_path: Path) -> Path:
    file = tmp_path / "items.csv"
    file.write_text("id,Unit Price\n1,2.5\n2,\n3,4\n")
    return file


async def test_file_can_be_imported_as_soon_as_it_was_looked_into(opened: Opened, items: Path) -> None:
    wizard, view = opened
    state = await looked_into(wizard, view, items)
    assert state.can_import
    assert state.rows == 3
    plan = wizard.plan
    assert plan is not None
    assert plan.target.new is not None
    assert plan.target.name == ("public", "items")
    assert [(column.name, column.type) for column in plan.target.new.columns] == [
        ("id", "integer"),
        ("Unit Price", "numeric"),
    ]
    assert plan.on_bad_row is OnBadRow.REJECT
    assert state.command.startswith("pgconsole import ")


async def test_table_of_the_files_name_is_taken_where_it_takes_every_column(items: Path) -> None:
    wizard, view = wizard_on(FakeTarget(ITEMS))
    state = await looked_into(wizard, view, items)
    await until(lambda: view.state.draft is not None and view.state.draft.existing is not None, "the table is chosen")
    assert [(mapping.column, mapping.source) for mapping in (wizard.plan.columns if wizard.plan else ())] == [
        ("id", FileColumn(0)),
        ("unit_price", FileColumn(1)),
    ]
    assert state.draft is not None
    await wizard.aclose()


async def test_new_table_gets_a_name_that_is_free(tmp_path: Path) -> None:
    wizard, view = wizard_on(FakeTarget(ITEMS))
    file = tmp_path / "Items.csv"
    file.write_text("id,other\n1,2\n")
    state = await looked_into(wizard, view, file)
    assert state.draft is not None
    assert (state.draft.table, state.draft.is_new) == ("items_2", True)
    await wizard.aclose()


async def test_types_follow_the_whole_file_but_not_over_the_users_word(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    file = tmp_path / "late.csv"
    file.write_text("a,b\n" + "1,1\n" * 20_000 + "x,y\n")
    wizard.open_files([file])
    await until(lambda: view.state.draft is not None, "the first look")
    draft = view.state.draft
    assert draft is not None
    own = msgspec.structs.replace(draft.rows[1], type="bigint", is_own_type=True)
    wizard.change(rows=(draft.rows[0], own))
    await until(lambda: view.state.scan.is_done and bool(view.state.schemas), "the scan")
    draft = view.state.draft
    assert draft is not None
    assert [row.type for row in draft.rows] == ["text", "bigint"]
    assert any("line 20,002" in note for note in view.state.notes)
    assert view.state.can_import


async def test_preview_and_columns_follow_the_dialect(opened: Opened, items: Path) -> None:
    wizard, view = opened
    state = await looked_into(wizard, view, items)
    assert state.draft is not None
    wizard.set_dialect(msgspec.structs.replace(state.draft.dialect, has_header=False))
    await until(lambda: not view.state.preview.header and view.state.scan.is_done, "the preview follows")
    assert view.state.draft is not None
    assert view.state.draft.source_columns == ("column_1", "column_2")
    assert view.state.rows == 4


async def test_other_encoding_is_guessed_from_anew(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    file = tmp_path / "towns.csv"
    file.write_bytes("id;town\n1;Zürich\n2;Genève\n".encode("cp1252"))
    state = await looked_into(wizard, view, file)
    assert state.draft is not None
    assert state.likely_encodings[0] == state.draft.dialect.encoding == "cp1252"
    assert state.preview.records[0] == ("1", "Zürich")
    wizard.set_encoding("cp1251")
    await until(lambda: view.state.preview.records[0] == ("1", "Zьrich"), "the preview follows")
    assert view.state.draft is not None
    assert view.state.draft.dialect.delimiter == ";"


async def test_what_is_missing_is_told_and_keeps_it_from_running(items: Path) -> None:
    needs = msgspec.structs.replace(
        ITEMS, columns=(*ITEMS.columns, TableColumn(name="vendor", type="text", not_null=True))
    )
    target = FakeTarget(needs)
    wizard, view = wizard_on(target)
    await looked_into(wizard, view, items)
    wizard.choose_table(needs.name)
    await until(lambda: bool(view.state.problems), "a problem")
    assert [problem.field for problem in view.state.problems] == ["columns.vendor"]
    wizard.run()
    assert target.plans == []
    await wizard.aclose()


async def test_missing_privileges_are_told_before_the_run(items: Path) -> None:
    closed = msgspec.structs.replace(ITEMS, missing_privileges=("INSERT", "TRUNCATE"))
    wizard, view = wizard_on(FakeTarget(closed))
    await looked_into(wizard, view, items)
    wizard.choose_table(closed.name)
    await until(lambda: bool(view.state.problems), "a problem")
    assert "may not INSERT" in view.state.problems[0].text
    wizard.change(way=Way.TRUNCATE)
    assert "INSERT or TRUNCATE" in view.state.problems[0].text
    await wizard.aclose()


async def test_run_ends_with_its_account(opened: Opened, target: FakeTarget, items: Path) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    wizard.run()
    await until(lambda: view.state.page == "account", "the account")
    assert view.state.account is not None
    assert view.state.account.is_balanced
    assert not view.state.run
    assert {"run", "account"} <= {state.page for state in view.states}


async def test_cancelling_is_passed_on_once(opened: Opened, target: FakeTarget, items: Path) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    wizard.cancel()
    assert target.cancels == 0
    wizard.run()
    wizard.cancel()
    wizard.cancel()
    await until(lambda: target.cancels == 1, "the wish is passed on")
    assert "cancelling" in {state.run for state in view.states}
    await until(lambda: view.state.page == "account", "the account")


async def test_mended_records_are_loaded_and_the_account_still_balances(
    opened: Opened, target: FakeTarget, items: Path
) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    target.refused = (
        Reject(record=2, line=3, message="no number", text="x,2"),
        Reject(record=3, line=4, message="no number", text="y,4"),
    )
    wizard.run()
    await until(lambda: view.state.page == "account", "the account")
    target.refused = (Reject(record=1, line=1, message="still no number", text="z,4"),)
    target.read = 2
    wizard.load_mended({3: "z,4", 2: "2,2"})
    await until(lambda: view.state.mended > 0, "loaded again")
    account = view.state.account
    assert account is not None
    assert (account.read, account.loaded, account.rejected) == (3, 2, 1)
    assert account.is_balanced
    # The first of what was written again is the record that stands first in the file.
    assert [(reject.record, reject.line, reject.text) for reject in view.state.rejects] == [(2, 3, "2,2")]
    again = target.plans[-1]
    assert again.target.new is None
    assert not again.dialect.has_header
    assert not is_there(again.sources[0].path)


async def test_plan_can_be_saved_and_serves_another_file(opened: Opened, items: Path, tmp_path: Path) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    wizard.change(comment="of the shop")
    plan = wizard.plan
    assert plan is not None
    kept = tmp_path / "plan.json"
    wizard.save_plan(kept)
    await until(kept.exists, "the plan is written")
    await until(lambda: kept.read_text() == plan_to_json(plan), "the plan is whole")
    other = tmp_path / "more.csv"
    other.write_text("id,Unit Price\n9,9\n")
    await looked_into(wizard, view, other)
    wizard.load_plan(kept)
    await until(lambda: view.state.draft is not None and view.state.draft.comment == "of the shop", "the plan")
    changed = wizard.plan
    assert changed is not None
    assert changed.sources[0].path == str(other)
    assert changed.target.table == "items"


async def test_plan_serves_a_file_in_another_encoding(opened: Opened, items: Path, tmp_path: Path) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    plan = wizard.plan
    assert plan is not None
    kept = tmp_path / "plan.json"
    kept.write_text(plan_to_json(plan))
    other = tmp_path / "more.csv"
    other.write_text("id,Unit Price\n9,9\n", encoding="utf-16")
    await looked_into(wizard, view, other)
    wizard.change(comment="before")
    wizard.load_plan(kept)
    await until(lambda: bool(view.state.draft and view.state.draft.comment == "") or bool(view.state.failure), "an end")
    assert view.state.failure == ""
    assert wizard.plan is not None
    assert wizard.plan.dialect.encoding == "utf-16-le"
    assert wizard.plan.target.table == "items"


async def test_plan_for_other_columns_is_refused(opened: Opened, items: Path, tmp_path: Path) -> None:
    wizard, view = opened
    await looked_into(wizard, view, items)
    plan = wizard.plan
    assert plan is not None
    kept = tmp_path / "plan.json"
    kept.write_text(plan_to_json(plan))
    other = tmp_path / "wide.csv"
    other.write_text("a,b,c\n1,2,3\n")
    await looked_into(wizard, view, other)
    wizard.load_plan(kept)
    await until(lambda: bool(view.state.failure), "a refusal")
    assert "2 columns; this one has 3" in view.state.failure


async def test_file_that_is_not_there_is_told(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    wizard.open_files([tmp_path / "gone.csv"])
    await until(lambda: bool(view.state.failure), "a failure")
    assert "gone.csv can't be read" in view.state.failure
    assert view.state.draft is None


async def test_without_a_connection_a_file_can_be_looked_at(items: Path) -> None:
    wizard, view = wizard_on(None)
    state = await looked_into(wizard, view, items)
    assert state.preview.records
    assert not state.can_import
    wizard.use_target(FakeTarget())
    await until(lambda: view.state.can_import, "it can run")
    await wizard.aclose()


async def test_pages_are_gone_through_in_order(opened: Opened, items: Path) -> None:
    wizard, view = opened
    wizard.step(1)
    await looked_into(wizard, view, items)
    assert view.state.page == "source"
    for page in ("columns", "options", "options"):
        wizard.step(1)
        assert view.states[-1].page == page
    wizard.go("account")
    wizard.go("source")
    assert [state.page for state in view.states[-2:]] == ["options", "source"]


async def test_numbers_and_dates_are_read_as_the_file_writes_them(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    file = tmp_path / "german.csv"
    file.write_text("Betrag;Datum\n1.234,50;31.12.2024\n2,5;01.02.2024\n")
    state = await looked_into(wizard, view, file)
    assert state.draft is not None
    assert [row.type for row in state.draft.rows] == ["numeric", "date"]
    dialect: Dialect = state.draft.dialect
    assert (dialect.delimiter, dialect.decimal, dialect.thousands, dialect.date_order) == (";", ",", ".", "DMY")


# Import pressed before every record was looked at


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """A file whose scan goes on for a while, and whose last record changes a type."""
    file = tmp_path / "long.csv"
    file.write_text("a,b\n" + "1,1\n" * 400_000 + "x,1\n")
    return file


async def _seen_in_part(wizard: ImportWizard, view: FakeImportView, file: Path) -> None:
    wizard.open_files([file])
    await until(lambda: bool(view.state.scan.facts) and view.state.can_import, "some records are known")
    assert not view.state.scan.is_done


def _types(plan: ImportPlan) -> list[str]:
    assert plan.target.new is not None
    return [column.type for column in plan.target.new.columns]


async def test_import_waits_for_the_types_of_every_record(long_file: Path) -> None:
    target = FakeTarget()
    wizard, view = wizard_on(target)
    await _seen_in_part(wizard, view, long_file)
    wizard.run()
    assert view.state.is_awaited
    assert not target.plans
    await until(lambda: view.state.account is not None, "it has run")
    assert _types(target.plans[0]) == ["text", "integer"]
    await wizard.aclose()


async def test_import_begins_at_once_where_it_is_asked_for_twice(long_file: Path) -> None:
    target = FakeTarget()
    wizard, view = wizard_on(target)
    await _seen_in_part(wizard, view, long_file)
    wizard.run()
    wizard.run()
    await until(lambda: view.state.account is not None, "it has run")
    assert _types(target.plans[0]) == ["integer", "integer"]
    assert view.state.scan.is_stopped
    await wizard.aclose()


async def test_import_that_waits_is_given_up_by_any_choice(long_file: Path) -> None:
    target = FakeTarget()
    wizard, view = wizard_on(target)
    await _seen_in_part(wizard, view, long_file)
    for choose in (
        wizard.await_no_more,
        lambda: wizard.change(comment="of today"),
        lambda: wizard.go("options"),
        lambda: wizard.seek(300_000),
        lambda: wizard.open_files([long_file]),
    ):
        wizard.seek(0)
        wizard.run()
        assert view.state.is_awaited
        choose()
        assert not view.state.is_awaited
    await until(lambda: view.state.scan.is_done, "the scan")
    assert not target.plans
    await wizard.aclose()


async def test_scan_that_is_stopped_keeps_what_it_has_found(long_file: Path) -> None:
    target = FakeTarget()
    wizard, view = wizard_on(target)
    await _seen_in_part(wizard, view, long_file)
    wizard.stop_scan()
    seen = view.state.scan.records
    assert (view.state.scan.has_ended, view.state.rows) == (True, None)
    assert 0 < seen < 400_000
    wizard.run()
    await until(lambda: view.state.account is not None, "it has run")
    assert _types(target.plans[0]) == ["integer", "integer"]
    assert view.state.scan.records == seen
    await wizard.aclose()


async def test_table_that_is_there_needs_no_types(long_file: Path) -> None:
    target = FakeTarget(ITEMS)
    wizard, view = wizard_on(target)
    await _seen_in_part(wizard, view, long_file)
    wizard.choose_table(ITEMS.name)
    await until(lambda: view.state.draft is not None and view.state.draft.existing is not None, "it is chosen")
    draft = view.state.draft
    assert draft is not None
    wizard.change(rows=(msgspec.structs.replace(draft.rows[0], source=FileColumn(0), is_used=True), *draft.rows[1:]))
    wizard.run()
    assert not view.state.is_awaited
    await until(lambda: view.state.account is not None, "it has run")
    await wizard.aclose()


async def test_line_far_on_in_the_file_is_read_and_left_again(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    file = tmp_path / "far.csv"
    file.write_text("a,b\n" + "1,1\n" * 20_000 + "short\n")
    state = await looked_into(wizard, view, file)
    assert any(oddity.line == 20_002 for oddity in state.scan.oddities)
    wizard.seek(20_002)
    assert "20,002" in view.state.busy
    await until(lambda: view.state.excerpt is not None, "the records there")
    excerpt = view.state.excerpt
    assert excerpt is not None
    row = excerpt.row_of(20_002)
    assert row is not None
    assert excerpt.records[row] == ("short",)
    assert view.state.can_import
    wizard.seek(0)
    assert view.state.excerpt is None
    wizard.seek(20_002)
    wizard.open_files([file])
    await until(lambda: view.state.scan.is_done and not view.state.busy, "another look")
    assert view.state.excerpt is None


async def test_lines_of_several_files_are_not_sought(opened: Opened, tmp_path: Path) -> None:
    wizard, view = opened
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for file in files:
        file.write_text("a,b\n1,2\n")
    await looked_into(wizard, view, *files)
    wizard.seek(2)
    assert (view.state.busy, view.state.excerpt) == ("", None)
