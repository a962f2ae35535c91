"""How the pages of the import are laid out, and gone through by keys."""

from typing import Literal

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from pgconsole.core.import_account import ImportAccount, ImportPhase, ImportProgress, Outcome, Reject
from pgconsole.core.source_encodings import ENCODINGS
from pgconsole.core.wizard_state import WizardState
from pgconsole.ui.choice_box import ChoiceBox
from pgconsole.ui.figure import Figure
from pgconsole.ui.importing.account_page import ImportAccountPage
from pgconsole.ui.importing.format_form import ImportFormatForm
from pgconsole.ui.importing.reject_table import RejectTable
from pgconsole.ui.importing.run_page import ImportRunPage
from pgconsole.ui.importing.source_page import ImportSourcePage
from pgconsole.ui.plain_code import PlainCode
from pgconsole.ui.theme import apply_theme

_SHORT = "5,Dora,12345,1,9,5"
_REJECT = Reject(
    record=5,
    line=6,
    column="region",
    value="9",
    sqlstate="23503",
    message='insert or update on table "customers" violates foreign key constraint "customers_region_fkey"',
    detail='Key (region)=(9) is not present in table "regions".',
    text=_SHORT,
)


def test_figures_of_a_run_keep_their_place_while_nothing_is_rejected(qtbot: QtBot) -> None:
    page = ImportRunPage()
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    progress = ImportProgress(phase=ImportPhase.LOADING, read=5)
    page.show_state(WizardState(page="run", run="running", progress=progress))
    QTest.qWait(0)
    figure = page.findChild(Figure, "importLoaded")
    title = next(label for label in page.findChildren(QLabel) if label.text() == "Loaded")
    assert figure is not None
    assert figure.y() - title.geometry().bottom() < 16
    assert figure.geometry().bottom() < 200


def test_tab_goes_through_the_format_as_it_stands(qtbot: QtBot) -> None:
    form = ImportFormatForm()
    qtbot.addWidget(form)
    form.show()
    QTest.qWait(0)
    fields: list[QWidget] = []
    widget = form.nextInFocusChain()
    while widget is not None and widget is not form:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.parent() is form:
            fields.append(widget)
        widget = widget.nextInFocusChain()
    assert len(fields) == 12
    heights = [field.y() for field in fields]
    assert heights == sorted(heights)


def test_no_encoding_is_cut(qtbot: QtBot) -> None:
    page = ImportSourcePage()
    qtbot.addWidget(page)
    page.resize(1040, 560)
    box = page.findChild(ChoiceBox, "importEncoding")
    assert box is not None
    form = page.findChild(ImportFormatForm)
    assert form is not None
    form.show()
    page.show()
    QTest.qWait(0)
    widest = max(box.fontMetrics().horizontalAdvance(words) for _name, words in ENCODINGS)
    assert box.width() > widest + 24


def test_button_that_is_gone_to_by_keys_has_one_ring_and_nothing_round_its_words(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply_theme(qapp, "light")
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, button = QLineEdit(window), QPushButton("        ", window)
    button.setProperty("primary", True)
    layout.addWidget(first)
    layout.addWidget(button)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert button.hasFocus()
    picture = button.grab().toImage()
    middle = {
        QColor(picture.pixel(x, y)).name()
        for x in range(4, picture.width() - 4)
        for y in range(4, picture.height() - 4)
    }
    assert len(middle) == 1


def _account(*, committed: bool) -> WizardState:
    outcome = Outcome.DONE if committed else Outcome.CANCELLED
    account = ImportAccount(
        outcome=outcome, table="t", read=1, loaded=0, rejected=1, skipped=0, committed=committed, rejects=(_REJECT,)
    )
    return WizardState(page="account", account=account, rejects=account.rejects)


@pytest.fixture
def page(qtbot: QtBot) -> ImportAccountPage:
    page = ImportAccountPage()
    qtbot.addWidget(page)
    page.resize(1040, 600)
    page.show()
    page.show_state(WizardState(), _account(committed=True))
    return page


def _table(page: ImportAccountPage) -> RejectTable:
    table = page.findChild(RejectTable, "importRejects")
    assert table is not None
    return table


def test_reason_of_the_chosen_record_is_to_be_read_whole(page: ImportAccountPage) -> None:
    reason = page.findChild(QLabel, "importRejectReason")
    assert reason is not None
    assert reason.isVisible()
    assert "customers_region_fkey" in reason.text()
    assert 'is not present in table "regions".' in reason.text()


def test_record_is_mended_in_a_wide_line_with_the_refused_value_chosen(page: ImportAccountPage, qtbot: QtBot) -> None:
    _table(page).mend_current()
    editor = page.findChild(QLineEdit)
    assert editor is not None
    assert editor.selectedText() == "9"
    assert editor.width() > 600
    QTest.keyClicks(editor, "2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _table(page).rejects.texts == {5: "5,Dora,12345,1,2,5"})


def test_value_that_stands_twice_is_not_guessed_at(page: ImportAccountPage) -> None:
    twice = msgspec.structs.replace(_REJECT, value="5")
    state = msgspec.structs.replace(_account(committed=True), rejects=(twice,))
    page.show_state(WizardState(), state)
    _table(page).mend_current()
    editor = page.findChild(QLineEdit)
    assert editor is not None
    assert (editor.selectedText(), editor.cursorPosition(), editor.text()) == ("", 0, _SHORT)


def test_records_of_a_run_that_was_undone_can_not_be_loaded_alone(page: ImportAccountPage) -> None:
    page.show_state(_account(committed=True), _account(committed=False))
    for name in ("importMend", "importLoadAgain"):
        button = page.findChild(QPushButton, name)
        assert button is not None
        assert not button.isEnabled()
    QTest.keyClick(_table(page), Qt.Key.Key_F2)
    assert page.findChild(QLineEdit) is None
    said = page.findChild(QLabel, "importSaid")
    assert said is not None
    assert "once an import has loaded the others" in said.text()


def test_run_that_sent_nothing_shows_no_empty_page(qtbot: QtBot) -> None:
    page = ImportAccountPage()
    qtbot.addWidget(page)
    account = ImportAccount(outcome=Outcome.FAILED, table="t", read=0, loaded=0, rejected=0, skipped=0, committed=False)
    page.show_state(WizardState(), WizardState(page="account", account=account, command="pgconsole import items.csv"))
    shown = page.findChild(QTabWidget)
    assert shown is not None
    code = shown.currentWidget()
    assert isinstance(code, PlainCode)
    assert code.text == "pgconsole import items.csv"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_are_drawn_as_qt_would(qapp: QApplication, qtbot: QtBot, theme: Literal["light", "dark"]) -> None:
    apply_theme(qapp, theme)
    table = RejectTable("rejects")
    qtbot.addWidget(table)
    table.resize(900, 200)
    table.show_rejects(
        [Reject(record=1, line=1234, text="2,ü" * 99, column="a", value="x\ty", message="bad <b>value</b>")]
    )
    table.show()
    ours = table.viewport().grab().toImage()
    table.setItemDelegate(QStyledItemDelegate(table))
    assert ours == table.viewport().grab().toImage()
