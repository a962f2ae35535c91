"""What PgBouncer tells of itself: its numbers with charts, beside the answer to one of its SHOW commands."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from pgconsole.core.activity_facts import Fact, FactColumn
from pgconsole.core.pooler import POOLER_VIEWS, PoolerSample, PoolerTable, PoolerView
from pgconsole.core.pooler_measures import POOLER_MEASURES
from pgconsole.ui.activity.facts_table import FactsTable
from pgconsole.ui.activity.numbers_page import NumbersPage

_NUMBER_WIDTH_PX: Final = 104
_TEXT_WIDTH_PX: Final = 120
_TEXTS: Final = frozenset(
    (
        *("database", "user", "type", "state", "addr", "local_addr", "connect_time", "request_time"),
        *("pool_mode", "ptr", "link", "tls", "application_name"),
    )
)
_SIZES: Final = (560, 720)


class PoolerPage(QSplitter):
    """Shows `PoolerSample`s, in PgBouncer's own words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("poolerPage")
        self.setAccessibleName("PgBouncer")
        self._sample: PoolerSample | None = None
        self.numbers = NumbersPage("poolerNumbers", "PgBouncer's numbers", POOLER_MEASURES, 3, self)
        self.choice = QComboBox(self)
        self.choice.setObjectName("poolerChoice")
        self.choice.setAccessibleName("What PgBouncer is asked for")
        for view in POOLER_VIEWS:
            self.choice.addItem(f"SHOW {view}", view)
        self.choice.currentIndexChanged.connect(lambda _at: self._fill())
        answer = QWidget(self)
        self.table = FactsTable("poolerTable", "PgBouncer's answer", (), "PgBouncer tells of none.", answer)
        layout = QVBoxLayout(answer)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.table, 1)
        self.addWidget(self.numbers)
        self.addWidget(answer)
        self.setSizes(_SIZES)
        self.setFocusProxy(self.table)

    def show_sample(self, sample: PoolerSample) -> None:
        """Show what was seen."""
        self._sample = sample
        self.table.say_nothing("PgBouncer tells of none.")
        self.numbers.show_sample(sample, sample.clock)
        self._fill()

    def show_problem(self, text: str) -> None:
        """Say why nothing is seen; what was seen before goes."""
        self._sample = None
        self.numbers.clear_numbers()
        self.table.say_nothing(text)
        self.table.show_facts(())

    def _fill(self) -> None:
        view: PoolerView = self.choice.currentData()
        answer = self._sample.tables.get(view, PoolerTable()) if self._sample is not None else PoolerTable()
        self.table.set_columns([_column(name) for name in answer.columns])
        self.table.show_facts([_fact(answer, row) for row in answer.rows])


def _column(name: str) -> FactColumn:
    is_figure = name not in _TEXTS
    return FactColumn(name, _NUMBER_WIDTH_PX if is_figure else _TEXT_WIDTH_PX, is_figure)


def _fact(answer: PoolerTable, row: tuple[str | None, ...]) -> Fact:
    texts = tuple(text or "" for text in row)
    key = texts[answer.columns.index("ptr")] if "ptr" in answer.columns else " ".join(texts[:2])
    return Fact(key, texts)
