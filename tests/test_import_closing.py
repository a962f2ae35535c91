"""What is asked, and what is undone, where an import is closed."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton

from pgconsole.db.session import Session
from tests.fixtures.engine import value
from tests.fixtures.importer import Importer
from tests.fixtures.waiting import until
from tests.fixtures.window import Windows


async def test_closing_asks_before_mended_records_are_lost(importer: Importer, outside: Session, messy: Path) -> None:
    await importer.imported(messy)
    importer.click("importMend")
    importer.write_over("6,Short,1,2024-01-01")
    await until(importer.user.find(QPushButton, "importLoadMended").isEnabled, "one is mended")
    importer.dialog.close()
    await importer.user.answer("question", "Cancel")
    importer.click("importLoadMended")
    await until(lambda: importer.figures() == (7, 7, 0, 0), "what was typed is loaded")
    assert "1 loaded since" in importer.user.find(QLabel, "importRejectFiles").text()
    importer.dialog.close()
    await until(lambda: not importer.user.dialogs("importWizard"), "nothing is left to ask about")
    assert await value(outside, "select count(*) from tools") == "7"


async def test_mended_records_may_be_left(importer: Importer, outside: Session, messy: Path) -> None:
    await importer.imported(messy)
    importer.click("importMend")
    importer.write_over("6,Short,1,2024-01-01")
    await until(importer.user.find(QPushButton, "importLoadMended").isEnabled, "one is mended")
    importer.dialog.close()
    await importer.user.answer("question", "Close without loading")
    await until(lambda: not importer.user.dialogs("importWizard"), "the dialog is closed")
    assert await value(outside, "select count(*) from tools") == "6"


async def begin_held(importer: Importer, outside: Session, folder: Path) -> None:
    """Run an import into a table that another session holds until it rolls back."""
    await outside.execute("create table held (id int)")
    file = folder / "held.csv"
    file.write_text("id\n1\n")
    importer.drop(file)
    await importer.looked_into()
    await outside.execute("begin; lock table held in access exclusive mode")
    importer.click("importRun")
    await importer.page("run")


async def test_closing_asks_while_an_import_runs(importer: Importer, outside: Session, tmp_path: Path) -> None:
    await begin_held(importer, outside, tmp_path)
    importer.dialog.close()
    await importer.user.answer("question", "Go on importing")
    assert importer.dialog.isVisible()
    importer.click("importCancelRun")
    await importer.page("account")
    await outside.execute("rollback")
    assert importer.account["outcome"] == "cancelled"
    assert await value(outside, "select count(*) from held") == "0"


async def test_closing_an_import_that_runs_undoes_it(importer: Importer, outside: Session, tmp_path: Path) -> None:
    await begin_held(importer, outside, tmp_path)
    importer.dialog.close()
    await importer.user.answer("question", "Cancel the import")
    await until(lambda: not importer.user.dialogs("importWizard"), "the dialog is closed")
    assert importer.user.notice == 'The import into "public"."held" ended; nothing of it is in the table.'
    await outside.execute("rollback")
    assert await value(outside, "select count(*) from held") == "0"


async def test_closing_the_window_asks_while_an_import_runs(
    windows: Windows, importer: Importer, outside: Session, tmp_path: Path
) -> None:
    await begin_held(importer, outside, tmp_path)
    importer.user.window.close()
    await importer.user.answer("question", "Go on importing")
    await importer.user.run("select 1")
    assert importer.user.window.isVisible()
    importer.user.window.close()
    await importer.user.answer("question", "Cancel the import")
    await windows.closed_by_user(importer.user)
    await outside.execute("rollback")
    assert await value(outside, "select count(*) from held") == "0"


async def test_question_goes_when_the_import_ends_by_itself(
    importer: Importer, outside: Session, tmp_path: Path
) -> None:
    await begin_held(importer, outside, tmp_path)
    importer.dialog.close()
    await importer.user.dialog("question")
    await outside.execute("rollback")
    await importer.page("account")
    await until(lambda: not importer.user.dialogs("question"), "the question is gone")
    assert importer.figures() == (1, 1, 0, 0)
    assert importer.dialog.isVisible()
