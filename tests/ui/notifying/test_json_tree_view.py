"""The tree of a JSON payload: what it shows, folds and copies."""

import json

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from pgconsole.ui.notifying.json_model import KEY, VALUE
from pgconsole.ui.notifying.json_tree_view import JsonTreeView

ORDER = '{"id": 12345678901234567890, "total": 1.50, "lines": [{"sku": "A\\u00e9", "n": 1e2}, []], "paid": null}'


@pytest.fixture
def tree(qtbot: QtBot) -> JsonTreeView:
    tree = JsonTreeView()
    qtbot.addWidget(tree)
    tree.resize(400, 300)
    tree.show()
    QAbstractItemModelTester(tree.document, QAbstractItemModelTester.FailureReportingMode.Fatal, tree)
    return tree


def rows(tree: JsonTreeView) -> list[tuple[str, str]]:
    """The rows in sight, from the first to the last, with key and value as they are shown."""
    found: list[tuple[str, str]] = []
    index = tree.document.index(0, KEY)
    while index.isValid():
        found.append((index.data(), index.siblingAtColumn(VALUE).data()))
        index = tree.indexBelow(index)
    return found


def at(tree: JsonTreeView, *places: int) -> QModelIndex:
    index = QModelIndex()
    for place in places:
        index = tree.document.index(place, KEY, index)
    return index


def test_every_value_is_shown_as_it_was_written(tree: JsonTreeView) -> None:
    tree.show_document(ORDER)
    assert rows(tree) == [
        ("id", "12345678901234567890"),
        ("total", "1.50"),
        ("lines", "[ ] 2 elements"),
        ("0", "{ } 2 members"),
        ("sku", '"A\\u00e9"'),
        ("n", "1e2"),
        ("1", "[ ] 0 elements"),
        ("paid", "null"),
    ]


def test_arrow_keys_fold_and_unfold(tree: JsonTreeView) -> None:
    tree.show_document(ORDER)
    tree.setCurrentIndex(at(tree, 2))
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert [key for key, _value in rows(tree)] == ["id", "total", "lines", "paid"]
    QTest.keyClick(tree, Qt.Key.Key_Right)
    assert len(rows(tree)) == 8


@pytest.mark.parametrize(
    ("places", "copied"),
    [((0,), "12345678901234567890"), ((2, 0, 0), "Aé"), ((2, 0), '{"sku": "A\\u00e9", "n": 1e2}'), ((3,), "null")],
)
def test_copy_takes_the_value_as_it_came(tree: JsonTreeView, places: tuple[int, ...], copied: str) -> None:
    tree.show_document(ORDER)
    tree.setCurrentIndex(at(tree, *places))
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == copied


def test_large_document_is_folded_at_first(tree: JsonTreeView) -> None:
    tree.show_document(json.dumps([{"n": n} for n in range(500)]))
    assert len(rows(tree)) == 500


def test_deep_document_and_none_are_shown(tree: JsonTreeView) -> None:
    tree.show_document("[" * 3999 + "]" * 3999)
    tree.show_document("")
    assert rows(tree) == []


def test_hostile_text_is_plain_and_visible(tree: JsonTreeView) -> None:
    tree.show_document('{"<b>\\u202e": "x\u202ey"}')
    assert rows(tree) == [("<b>‹202E›", '"x‹202E›y"')]
