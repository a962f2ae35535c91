"""The dialog of an import: what is shown at each step, and that hands and keys reach all of it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableView,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pgconsole.core.import_account import Reject
from pgconsole.core.import_plan import Constant, Expression, OnBadRow, Way
from pgconsole.core.table_description import TableColumn, TableDescription, TableName
from pgconsole.import_wizard import ImportWizard
from pgconsole.ui.import_wizard_dialog import ImportWizardDialog
from pgconsole.ui.importing.reject_table import RejectTable
from pgconsole.ui.plain_code import PlainCode
from pgconsole.workers.source_reader import SourceReader
from tests.fixtures.import_wizard import FakeTarget
from tests.fixtures.waiting import until
from tests.test_import_wizard import ITEMS

Widget = TypeVar("Widget", bound=QWidget)
MESSY = "id;Unit Price;when\n1;2,50;31.12.2024\n2;3,00;01.01.2024\nshort;1\n"


class Sitter:
    """Whoever sits before the dialog."""

    def __init__(self, dialog: ImportWizardDialog, wizard: ImportWizard, target: FakeTarget) -> None:
        self.dialog = dialog
        self.wizard = wizard
        self.target = target

    def find(self, kind: type[Widget], name: str) -> Widget:
        found = self.dialog.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def click(self, name: str) -> None:
        button = self.find(QPushButton, name)
        assert button.isEnabled(), name
        assert button.isVisible(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def choose(self, name: str, words: str) -> None:
        box = self.find(QComboBox, name)
        index = box.findText(words, Qt.MatchFlag.MatchContains)
        assert index >= 0, (words, [box.itemText(each) for each in range(box.count())])
        box.setCurrentIndex(index)
        box.activated.emit(index)

    def write(self, name: str, text: str) -> None:
        line = self.find(QLineEdit, name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Tab)

    def rows(self, name: str) -> list[list[str]]:
        model = self.find(QTableView, name).model()
        columns = range(model.columnCount())
        return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]

    def step(self, page: str) -> None:
        button = self.find(QToolButton, f"importStep.{page}")
        assert button.isEnabled(), page
        button.click()

    async def looked_into(self, file: Path) -> None:
        self.wizard.open_files([file])
        await until(lambda: self.wizard.state.scan.is_done and bool(self.wizard.state.schemas), "looked into")
        await until(lambda: not self.wizard.state.busy, "nothing is waited for")

    async def ran(self) -> None:
        self.click("importRun")
        await until(lambda: self.dialog.property("page") == "account", "the account")


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    file = tmp_path / "sales.csv"
    file.write_text(MESSY)
    return file


@pytest.fixture
async def sitter(qtbot: QtBot) -> AsyncIterator[Sitter]:
    dialog = ImportWizardDialog()
    qtbot.addWidget(dialog)
    target = FakeTarget(ITEMS)
    wizard = ImportWizard(dialog, SourceReader(), target)
    dialog.serve(wizard)
    dialog.show()
    dialog.activateWindow()
    await until(dialog.isActiveWindow, "the dialog is active")
    yield Sitter(dialog, wizard, target)
    await wizard.aclose()
    dialog.may_close = True


async def test_file_is_shown_with_what_is_odd_about_it(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    assert sitter.rows("importPreview") == [
        ["1", "2,50", "31.12.2024"],
        ["2", "3,00", "01.01.2024"],
        ["short", "1", "missing"],
    ]
    oddities = sitter.find(QListWidget, "importOddities")
    assert [oddities.item(row).text() for row in range(oddities.count())] == [
        "Line 4: Records with fewer than 3 fields"
    ]
    assert sitter.find(QComboBox, "importDelimiter").currentText() == "Semicolon  ;"
    assert sitter.find(QComboBox, "importNumbers").currentText() == "1.234,5"
    assert sitter.find(QLabel, "importCounted").text() == "3 records of 3 columns"
    assert sitter.find(QPushButton, "importRun").text() == "Import 3 records"
    assert "a new table public.sales" in sitter.find(QLabel, "importSummary").text()


async def test_every_field_of_the_format_changes_the_plan(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    sitter.choose("importDelimiter", "Comma")
    await until(lambda: _dialect(sitter)["delimiter"] == ",", "the delimiter")
    sitter.choose("importQuote", "Single")
    await until(lambda: (_dialect(sitter)["quote"], _dialect(sitter)["escape"]) == ("'", "'"), "the quote")
    sitter.choose("importEscape", "Backslash")
    await until(lambda: _dialect(sitter)["escape"] == "\\", "the escape")
    sitter.choose("importDates", "Year, month")
    await until(lambda: _dialect(sitter)["date_order"] == "YMD", "the order of dates")
    sitter.choose("importNumbers", "1,234.5")
    await until(lambda: _dialect(sitter)["thousands"] == ",", "the thousands")
    sitter.write("importNull", "NULL")
    await until(lambda: _dialect(sitter)["null_text"] == "NULL", "the text for NULL")
    sitter.write("importComment", "#")
    await until(lambda: _dialect(sitter)["comment"] == "#", "the comment")
    QTest.mouseClick(sitter.find(QCheckBox, "importTrim"), Qt.MouseButton.LeftButton, pos=_mark())
    await until(lambda: _dialect(sitter)["trim"] is True, "trimming")
    QTest.mouseClick(sitter.find(QCheckBox, "importTrailingDelimiter"), Qt.MouseButton.LeftButton, pos=_mark())
    await until(lambda: _dialect(sitter).get("ends_with_delimiter") is True, "the delimiter at the end")
    sitter.find(QSpinBox, "importSkipLines").setValue(1)
    await until(lambda: _dialect(sitter)["skip_lines"] == 1, "skipped lines")
    QTest.mouseClick(sitter.find(QCheckBox, "importHeader"), Qt.MouseButton.LeftButton, pos=_mark())
    await until(lambda: _dialect(sitter)["has_header"] is False, "the header")
    sitter.choose("importEncoding", "Windows-1251")
    await until(lambda: _dialect(sitter)["encoding"] == "cp1251", "the encoding")


async def test_columns_can_be_changed_left_out_and_filled_otherwise(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    sitter.step("columns")
    assert [row[:3] for row in sitter.rows("importColumns")] == [
        ["id", "integer", "id"],
        ["Unit Price", "numeric", "Unit Price"],
        ["when", "date", "when"],
    ]
    sitter.write("importColumnName", "number")
    sitter.choose("importColumnType", "bigint")
    QTest.mouseClick(sitter.find(QCheckBox, "importColumnKey"), Qt.MouseButton.LeftButton, pos=_mark())
    table = sitter.find(QTableView, "importColumns")
    table.setCurrentIndex(table.model().index(1, 0))
    sitter.choose("importColumnKind", "SQL expression")
    sitter.write("importColumnText", "nullif($1, '-')::numeric")
    table.setCurrentIndex(table.model().index(2, 0))
    sitter.choose("importColumnKind", "same value")
    sitter.write("importColumnText", "today")
    plan = sitter.wizard.plan
    assert plan is not None
    assert plan.target.new is not None
    assert plan.target.new.primary_key == ("number",)
    first = plan.target.new.columns[0]
    assert (first.name, first.type) == ("number", "bigint")
    assert [mapping.source for mapping in plan.columns][1:] == [
        Expression("nullif($1, '-')::numeric", (1,)),
        Constant("today"),
    ]
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert sitter.wizard.plan is not None
    assert [mapping.column for mapping in sitter.wizard.plan.columns] == ["number", "Unit Price"]


async def test_table_that_is_there_can_be_chosen(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    sitter.step("columns")
    sitter.choose("importTarget", "items")
    await until(lambda: not sitter.wizard.state.draft or not sitter.wizard.state.draft.is_new, "the table")
    assert [row[:3] for row in sitter.rows("importColumns")] == [
        ["id", "integer  not null", "id"],
        ["unit_price", "numeric", "Unit Price"],
        ["made_at", "timestamptz", "its default"],
    ]
    assert not sitter.find(QLineEdit, "importColumnName").isEnabled()
    sitter.step("options")
    assert "Not imported: when." in sitter.find(QLabel, "importNotes").text()
    sitter.step("columns")
    sitter.choose("importTarget", "A new table")
    assert sitter.wizard.state.draft is not None
    assert sitter.wizard.state.draft.is_new


async def test_columns_that_the_server_fills_are_told_and_overridden_on_demand_only(
    sitter: Sitter, tmp_path: Path
) -> None:
    filled = TableDescription(
        name=TableName("public", "filled"),
        columns=(
            TableColumn(name="id", type="bigint", not_null=True, identity="always"),
            TableColumn(name="line", type="bigint", not_null=True, identity="by default"),
            TableColumn(name="twice", type="numeric", generated=True),
            TableColumn(name="made_at", type="timestamptz", default="now()"),
        ),
    )
    sitter.target.described = {("public", "filled"): filled}
    file = tmp_path / "orders.csv"
    file.write_text("id,line\n1,1\n")
    await sitter.looked_into(file)
    sitter.wizard.choose_table(filled.name)
    await until(lambda: not sitter.wizard.state.busy, "the table")
    sitter.step("columns")
    told = {row[0]: row[-1] for row in sitter.rows("importColumns")}
    assert told == {
        "id": "numbered by the server, always",
        "line": "numbered by the server, by default",
        "twice": "computed by the server",
        "made_at": "default now()",
    }
    plan = sitter.wizard.plan
    assert plan is not None
    assert [mapping.column for mapping in plan.columns] == ["line"]
    assert any("Not imported: id" in note for note in sitter.wizard.state.notes)
    columns = sitter.find(QTableView, "importColumns").model()
    columns.setData(columns.index(0, 0), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    sitter.find(QTableView, "importColumns").selectRow(0)
    sitter.choose("importColumnKind", "A column of the file")
    assert sitter.rows("importColumns")[0][-1] == "the server's own numbers are overridden"
    assert any(note.startswith("id is always numbered by the server") for note in sitter.wizard.state.notes)
    assert sitter.wizard.state.can_import


async def test_bad_name_is_told_where_it_stands_and_keeps_it_from_running(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    sitter.step("columns")
    sitter.write("importTable", "x" * 70)
    assert "63 bytes" in sitter.find(QLabel, "importProblem").text()
    assert not sitter.find(QPushButton, "importRun").isEnabled()


async def test_ways_are_chosen_by_their_buttons(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    sitter.wizard.choose_table(ITEMS.name)
    await until(lambda: bool(sitter.wizard.state.draft and sitter.wizard.state.draft.existing), "the table")
    sitter.step("options")
    sitter.find(QRadioButton, "importWayUpdate").click()
    sitter.find(QRadioButton, "importStop").click()
    sitter.find(QRadioButton, "importCommitByBatch").click()
    sitter.find(QSpinBox, "importConnections").setValue(2)
    plan = sitter.wizard.plan
    assert plan is not None
    assert (plan.way, plan.key, plan.on_bad_row, plan.connections) == (Way.UPDATE, ("id",), OnBadRow.STOP, 2)
    assert not sitter.find(QSpinBox, "importRejectLimit").isEnabled()
    QTest.mouseClick(sitter.find(QCheckBox, "importDryRun"), Qt.MouseButton.LeftButton, pos=_mark())
    assert sitter.wizard.plan is not None
    assert sitter.wizard.plan.connections == 1
    assert sitter.find(QPushButton, "importRun").text().startswith("Try ")


async def test_account_balances_and_rejects_can_be_mended(sitter: Sitter, messy: Path) -> None:
    sitter.target.refused = (
        Reject(record=3, line=4, column="id", value="short", sqlstate="22P02", message="<b>no</b> number", text="s;1"),
    )
    await sitter.looked_into(messy)
    await sitter.ran()
    assert sitter.find(QLabel, "importBalance").text() == "3 read  =  2 loaded  +  1 rejected  +  0 skipped"
    account = json.loads(str(sitter.dialog.property("account")))
    assert (account["read"], account["loaded"], account["rejected"], account["balanced"]) == (3, 2, 1, True)
    assert sitter.rows("importRejects") == [["4", "id", "short", "<b>no</b> number (22P02)", "s;1"]]
    table = sitter.find(RejectTable, "importRejects")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText("3;1,00;01.02.2024")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    sitter.target.refused, sitter.target.read = (), 1
    load = sitter.find(QPushButton, "importLoadMended")
    await until(lambda: load.text() == "Load 1 mended record", "one is mended")
    sitter.click("importLoadMended")
    await until(lambda: sitter.wizard.state.mended == 1, "it is loaded")
    assert sitter.find(QLabel, "importBalance").text() == "3 read  =  3 loaded  +  0 rejected  +  0 skipped"
    assert sitter.rows("importRejects") == []


async def test_statements_and_command_line_can_be_copied(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    await sitter.ran()
    tabs = sitter.find(QTabWidget, "importAccountTabs")
    assert tabs.currentWidget().objectName() == "importStatementsRun"
    sitter.click("importCopy")
    assert QApplication.clipboard().text() == "COPY items FROM STDIN;"
    tabs.setCurrentIndex(2)
    sitter.click("importCopy")
    assert QApplication.clipboard().text() == sitter.find(PlainCode, "importCommand").text
    assert QApplication.clipboard().text().startswith("pgconsole import ")
    assert "'host=test dbname=shop'" in QApplication.clipboard().text()


async def test_common_case_takes_one_key(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    QTest.keyClick(sitter.dialog, Qt.Key.Key_Return)
    await until(lambda: sitter.dialog.property("page") == "account", "the account")
    assert len(sitter.target.plans) == 1


async def test_steps_are_gone_through_by_keys(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(sitter.dialog, Qt.Key.Key_Right, alt)
    assert sitter.dialog.property("page") == "columns"
    QTest.keyClick(sitter.dialog, Qt.Key.Key_Left, alt)
    assert sitter.dialog.property("page") == "source"
    sitter.find(QToolButton, "importStep.source").setFocus()
    QTest.keyClick(sitter.dialog, Qt.Key.Key_Right, alt)
    await until(sitter.find(QToolButton, "importStep.columns").hasFocus, "the focus goes along")


async def test_closing_is_left_to_whoever_opened_it(sitter: Sitter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sitter.dialog.close_wanted):
        QTest.keyClick(sitter.dialog, Qt.Key.Key_Escape)
    assert sitter.dialog.isVisible()


async def test_everything_one_acts_on_has_a_name(sitter: Sitter, messy: Path) -> None:
    await sitter.looked_into(messy)
    kinds = (QPushButton, QComboBox, QLineEdit, QTableView, QCheckBox, QRadioButton, QSpinBox, PlainCode)
    for kind in kinds:
        for widget in sitter.dialog.findChildren(kind):
            if not isinstance(widget.parent(), QComboBox | QSpinBox | QTableView):
                assert widget.objectName(), widget
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget.objectName()


async def test_models_keep_the_rules(sitter: Sitter, messy: Path) -> None:
    names = ("importPreview", "importColumns", "importRejects")
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(sitter.find(QTableView, name).model(), mode) for name in names]
    await sitter.looked_into(messy)
    sitter.step("columns")
    sitter.target.refused = (Reject(record=3, line=4, message="no", text="s;1"),)
    await sitter.ran()
    assert all(tester.model().rowCount(QModelIndex()) > 0 for tester in testers)


async def test_wide_file_is_shown_without_delay(sitter: Sitter, tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    names = [f"c{number}" for number in range(1600)]
    file.write_text(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")
    await sitter.looked_into(file)
    assert len(sitter.rows("importColumns")) == 1600
    draft = sitter.wizard.state.draft
    assert draft is not None
    rows = (msgspec.structs.replace(draft.rows[0], type="text"), *draft.rows[1:])
    sitter.wizard.change(rows=rows)
    assert sitter.rows("importColumns")[0][1] == "text"


def _dialect(sitter: Sitter) -> dict[str, object]:
    dialect = json.loads(str(sitter.dialog.property("plan")))["plan"].get("dialect", {})
    usual = {"delimiter": ",", "quote": '"', "escape": '"', "null_text": "", "comment": "", "trim": False}
    usual |= {"skip_lines": 0, "has_header": True, "encoding": "utf-8", "date_order": "", "thousands": ""}
    return usual | dialect  # type: ignore[no-any-return]


def _mark() -> QPoint:
    return QPoint(10, 10)


@pytest.fixture
async def far(sitter: Sitter, tmp_path: Path) -> None:
    """A file that is odd far behind what the preview shows, looked at to its end."""
    file = tmp_path / "far.csv"
    file.write_text("id,b\n1\n" + "1,1\n" * 20_000 + "1,1,1\n" + "2,2\n" * 900)
    sitter.wizard.open_files([file])
    await until(lambda: sitter.dialog.shown.scan.is_done and sitter.dialog.shown.can_import, "the scan")


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("by_keys", [True, False])
async def test_what_is_odd_leads_to_its_record(sitter: Sitter, by_keys: bool) -> None:
    oddities, grid = sitter.find(QListWidget, "importOddities"), sitter.find(QTableView, "importPreview")

    def choose(row: int) -> None:
        if by_keys:
            oddities.setFocus()
            oddities.setCurrentRow(row)
            QTest.keyClick(oddities, Qt.Key.Key_Return)
        else:
            place = oddities.visualItemRect(oddities.item(row)).center()
            QTest.mouseClick(oddities.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def line() -> str:
        return str(grid.model().headerData(grid.currentIndex().row(), Qt.Orientation.Vertical))

    texts = [oddities.item(row).text() for row in range(oddities.count())]
    few, many = (next(row for row, text in enumerate(texts) if kind in text) for kind in ("fewer", "more"))
    choose(few)
    assert line() == "2"
    choose(many)
    await until(lambda: sitter.dialog.shown.excerpt is not None, "the records there")
    assert line() == "20,003"
    assert grid.hasFocus()
    assert sitter.find(QLabel, "importCounted").text().startswith("Records from line ")
    choose(few)
    assert (sitter.dialog.shown.excerpt, line()) == (None, "2")
    choose(many)
    await until(lambda: sitter.dialog.shown.excerpt is not None, "the records there")
    sitter.click("importFirstRecords")
    assert sitter.dialog.shown.excerpt is None
    assert not sitter.target.plans


async def test_import_pressed_early_says_what_it_waits_for(sitter: Sitter, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("a,b\n" + "1,1\n" * 400_000)
    sitter.wizard.open_files([file])
    await until(lambda: bool(sitter.dialog.shown.scan.facts) and sitter.dialog.shown.can_import, "some are known")
    sitter.click("importRun")
    assert sitter.find(QPushButton, "importRun").text() == "Import now"
    assert "Begins once" in sitter.find(QLabel, "importSummary").text()
    QTest.keyClick(sitter.dialog, Qt.Key.Key_Escape)
    assert sitter.dialog.isVisible()
    assert not sitter.dialog.shown.is_awaited
    sitter.click("importStopScan")
    assert sitter.find(QLabel, "importCounted").text().startswith("Looked at the first ")
    assert not sitter.find(QPushButton, "importStopScan").isVisible()
    sitter.click("importRun")
    await until(lambda: len(sitter.target.plans) == 1, "it has begun")
