"""The form that asks for a statement's parameters."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from pgconsole.core.parameters import Parameter, ParameterRequest
from pgconsole.ui.parameter_form import ParameterForm

REQUEST = ParameterRequest(
    "select * from t where id = $1 and since > $2",
    (Parameter("$1", "int8", "42"), Parameter("$2", "timestamptz", None)),
)


@pytest.fixture
def form(qtbot: QtBot) -> ParameterForm:
    form = ParameterForm()
    qtbot.addWidget(form)
    form.ask(REQUEST)
    with qtbot.waitActive(form):
        form.show()
    form.setFocus(Qt.FocusReason.OtherFocusReason)
    return form


def value(form: ParameterForm, number: int) -> QLineEdit:
    found = form.findChild(QLineEdit, f"parameterValue{number}")
    assert found is not None
    return found


def null(form: ParameterForm, number: int) -> QCheckBox:
    found = form.findChild(QCheckBox, f"parameterNull{number}")
    assert found is not None
    return found


def test_values_of_last_time_and_types_are_shown(form: ParameterForm) -> None:
    assert value(form, 1).text() == "42"
    assert null(form, 2).isChecked()
    assert not value(form, 2).isEnabled()
    shown = [label.text() for label in form.findChildren(QLabel)]
    assert {"$1", "int8", "$2", "timestamptz"} <= set(shown)


def test_enter_answers_with_the_text_as_typed_and_none_for_null(form: ParameterForm, qtbot: QtBot) -> None:
    assert value(form, 1).hasFocus()
    QTest.keyClicks(value(form, 1), " 07 ")
    with qtbot.waitSignal(form.answered) as told:
        QTest.keyClick(value(form, 1), Qt.Key.Key_Return)
    assert told.args == [[" 07 ", None]]


def test_null_can_be_taken_back_and_an_empty_text_is_no_null(form: ParameterForm, qtbot: QtBot) -> None:
    null(form, 2).click()
    assert value(form, 2).isEnabled()
    with qtbot.waitSignal(form.answered) as told:
        QTest.keyClick(value(form, 2), Qt.Key.Key_Return)
    assert told.args == [["42", ""]]


def test_tab_goes_from_value_to_null_to_the_next(form: ParameterForm) -> None:
    null(form, 2).setChecked(False)
    QTest.keyClick(value(form, 1), Qt.Key.Key_Tab)
    assert null(form, 1).hasFocus()
    QTest.keyClick(null(form, 1), Qt.Key.Key_Tab)
    assert value(form, 2).hasFocus()


def test_escape_gives_up(form: ParameterForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.given_up):
        QTest.keyClick(value(form, 1), Qt.Key.Key_Escape)


def test_second_request_replaces_the_first(form: ParameterForm, qtbot: QtBot) -> None:
    form.ask(ParameterRequest("select :a", (Parameter(":a", "text"),)))
    with qtbot.waitSignal(form.answered) as told:
        QTest.keyClick(value(form, 1), Qt.Key.Key_Return)
    assert told.args == [[""]]


def test_many_parameters_keep_the_form_low(form: ParameterForm) -> None:
    many = tuple(Parameter(f"${number}", "text") for number in range(1, 101))
    form.ask(ParameterRequest("select 1", many))
    assert form.sizeHint().height() < 300
