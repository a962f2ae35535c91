"""An import that may do harm is asked about before it runs."""

from pathlib import Path

import pytest

from pgconsole.core.import_advice import HarmQuestion
from pgconsole.core.import_plan import Way
from pgconsole.import_wizard import ImportWizard
from pgconsole.workers.source_reader import SourceReader
from tests.fixtures.import_wizard import FakeImportView, FakeTarget, looked_into
from tests.fixtures.waiting import until
from tests.test_import_wizard import ITEMS


@pytest.mark.parametrize("answer", [True, False])
async def test_table_is_emptied_only_after_a_yes(tmp_path: Path, answer: bool) -> None:
    file = tmp_path / "items.csv"
    file.write_text("id,Unit Price\n1,2.5\n")
    asked: list[HarmQuestion] = []

    async def ask(question: HarmQuestion) -> bool:
        asked.append(question)
        return answer

    target, view = FakeTarget(ITEMS), FakeImportView()
    wizard = ImportWizard(view, SourceReader(), target, ask)
    await looked_into(wizard, view, file)
    await until(lambda: view.state.draft is not None and view.state.draft.existing is not None, "the table is chosen")
    wizard.change(way=Way.TRUNCATE)
    wizard.run()
    await until(lambda: bool(asked), "it is asked")
    if answer:
        await until(lambda: len(target.plans) == 1, "it runs")
    await wizard.aclose()
    assert len(target.plans) == answer
    assert asked[0].question.startswith("Empty ")
