"""Imports as a user does them: a file, the window, a real server."""

import gzip
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from pgconsole.core.import_plan import Commit, OnBadRow, Way
from pgconsole.db.conninfo_syntax import parse_keywords
from pgconsole.db.session import Session
from pgconsole.ui.importing.reject_table import RejectTable
from tests.fixtures.engine import value, values
from tests.fixtures.importer import Importer
from tests.fixtures.waiting import until
from tests.fixtures.window import Windows


async def test_dropped_file_is_imported_by_one_button(importer: Importer, outside: Session, tmp_path: Path) -> None:
    file = tmp_path / "towns.csv.gz"
    file.write_bytes(gzip.compress("id;Town\n1;Zürich\n2;Genève\n".encode("cp1252")))
    await importer.imported(file)
    assert importer.figures() == (2, 2, 0, 0)
    assert await values(outside, 'select "Town" from towns order by id') == ["Zürich", "Genève"]
    types = "select string_agg(data_type, ',' order by ordinal_position) from information_schema.columns"
    assert await value(outside, f"{types} where table_name = 'towns'") == "integer,text"


async def test_messy_file_is_imported_by_mouse_alone_and_two_records_are_mended(
    importer: Importer, outside: Session, messy: Path
) -> None:
    await outside.execute("create table tools (id int primary key, name text not null, price numeric, made date)")
    await importer.imported(messy)
    assert importer.figures() == (7, 3, 4, 0)
    assert importer.account["balanced"]
    rejects = importer.user.find(RejectTable, "importRejects")
    model = rejects.model()
    assert [model.index(row, 0).data() for row in range(4)] == ["4", "5", "6", "7"]
    assert "x3" in model.index(0, 3).data()
    for row, text in ((0, "3,Glue,2.25,2024-02-02"), (2, "5,Saw,7,2024-02-29")):
        QTest.mouseClick(
            rejects.viewport(), Qt.MouseButton.LeftButton, pos=rejects.visualRect(model.index(row, 4)).center()
        )
        importer.click("importMend")
        importer.write_over(text)
        await until(lambda text=text: text in rejects.rejects.texts.values(), "it is mended")  # type: ignore[misc]
    assert importer.user.find(QPushButton, "importLoadMended").text() == "Load 2 mended records"
    importer.click("importLoadMended")
    await until(lambda: importer.figures() == (7, 5, 2, 0), "two more are loaded")
    assert await values(outside, "select id from tools order by id") == ["1", "2", "3", "5", "7"]
    assert importer.account["balanced"]


async def test_messy_file_is_imported_by_keys_alone(importer: Importer, outside: Session, messy: Path) -> None:
    user = importer.user
    user.press(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    await user.choose(messy)
    await importer.looked_into()
    user.press(Qt.Key.Key_Return)
    await importer.page("account")
    # No type was given: every column of the new table takes what the file has, but for the short record.
    assert importer.figures() == (7, 6, 1, 0)
    importer.go_by_tab("importRejects")
    user.press(Qt.Key.Key_F2)
    importer.write_over("6,Short,1,2024-01-01")
    load = user.find(QPushButton, "importLoadMended")
    await until(load.isEnabled, "one is mended")
    importer.go_by_tab("importLoadMended")
    user.press(Qt.Key.Key_Space)
    await until(lambda: importer.figures() == (7, 7, 0, 0), "it is loaded")
    user.press(Qt.Key.Key_Escape)
    await until(lambda: not user.dialogs("importWizard"), "the dialog is closed")
    assert await value(outside, "select count(*) from tools") == "7"


async def test_reject_file_and_reasons_are_named_and_there(importer: Importer, outside: Session, messy: Path) -> None:
    await outside.execute("create table tools (id int, name text, price numeric, made date)")
    await importer.imported(messy)
    said = importer.user.find(QLabel, "importRejectFiles").text()
    rejected, reasons = importer.account["reject_file"], importer.account["reasons_file"]
    assert rejected in said
    assert reasons in said
    assert "x3,Glue,2.25,2024-02-02" in read(rejected)
    assert "22P02" in read(reasons)


async def test_dry_run_leaves_nothing(importer: Importer, outside: Session, messy: Path) -> None:
    importer.drop(messy)
    await importer.looked_into()
    dialog = importer.dialog
    dialog.options_page.changed.emit({"dry_run": True})
    importer.click("importRun")
    await importer.page("account")
    assert importer.account["dry_run"]
    assert await value(outside, "select to_regclass('tools')") is None


async def test_records_whose_key_is_there_update_their_rows(
    importer: Importer, outside: Session, tmp_path: Path
) -> None:
    await outside.execute(
        "create table stock (id int primary key, amount int); insert into stock values (1, 1), (9, 9)"
    )
    file = tmp_path / "stock.csv"
    file.write_text("ID,Amount\n1,10\n2,20\n")
    importer.drop(file)
    await importer.looked_into()
    importer.dialog.options_page.changed.emit({"way": Way.UPDATE, "key": ("id",)})
    importer.click("importRun")
    await importer.page("account")
    assert importer.figures() == (2, 2, 0, 0)
    assert await values(outside, "select id || '=' || amount from stock order by id") == ["1=10", "2=20", "9=9"]


async def test_missing_privilege_is_told_before_the_run(
    windows: Windows, database_dsn: str, outside: Session, tmp_path: Path
) -> None:
    await outside.execute("create table guarded (id int); create role importer_in_test login password 'secret'")
    await outside.execute("grant select on guarded to importer_in_test")
    try:
        as_importer = dict(parse_keywords(database_dsn)) | {"user": "importer_in_test", "password": "secret"}
        user = await windows.open(" ".join(f"{name}='{text}'" for name, text in as_importer.items()))
        importer = Importer(user)
        file = tmp_path / "guarded.csv"
        file.write_text("id\n1\n")
        importer.drop(file)
        problem = user.find(QLabel, "importProblem")
        await until(lambda: "may not INSERT" in problem.text(), "the missing privilege is told")
        assert not user.find(QPushButton, "importRun").isEnabled()
        await windows.close(user)
    finally:
        await outside.execute("drop owned by importer_in_test; drop role importer_in_test")


async def test_window_stays_usable_beside_an_import(importer: Importer, messy: Path) -> None:
    importer.drop(messy)
    await importer.looked_into()
    await importer.user.run("select 42")
    assert importer.user.cell(0) == "42"


async def test_disconnecting_closes_the_import(importer: Importer, messy: Path) -> None:
    importer.drop(messy)
    await importer.looked_into()
    await importer.user.disconnect()
    await until(lambda: not importer.user.dialogs("importWizard"), "the dialog is closed")


async def test_file_that_is_dropped_before_a_connection_waits_for_one(
    windows: Windows, database_dsn: str, outside: Session, messy: Path
) -> None:
    user = await windows.open()
    importer = Importer(user)
    importer.drop(messy)
    summary = user.find(QLabel, "importSummary")
    await until(lambda: summary.text().startswith("Not connected"), "the file is looked at")
    user.window.start_page.text_entered.emit(database_dsn)
    await importer.looked_into()
    importer.click("importRun")
    await importer.page("account")
    assert await value(outside, "select count(*) from tools") == "6"


async def test_text_that_is_pasted_is_imported(importer: Importer, outside: Session, messy: Path) -> None:
    importer.drop(messy)
    await importer.looked_into()
    QApplication.clipboard().setText("id\tname\n1\tpasted\n")
    importer.click("importPaste")
    summary = importer.user.find(QLabel, "importSummary")
    await until(lambda: "a new table public.pasted" in summary.text(), "the text is looked into")
    await importer.looked_into()
    importer.click("importRun")
    await importer.page("account")
    assert await values(outside, "select name from pasted") == ["pasted"]


async def test_clipboard_is_imported_without_a_file_before(importer: Importer, outside: Session) -> None:
    QApplication.clipboard().setText("id\tname\n1\tcopied\n")
    importer.user.trigger("import.paste")
    await importer.looked_into()
    importer.click("importRun")
    await importer.page("account")
    assert await values(outside, "select name from pasted") == ["copied"]


async def test_run_that_was_stopped_goes_on_with_what_is_left(
    importer: Importer, outside: Session, tmp_path: Path
) -> None:
    await outside.execute("create table long (id int)")
    file = tmp_path / "long.csv"
    with file.open("w") as out:
        out.write("id\n")
        out.writelines(f"{number:09d}\n" if number != 500_000 else "x\n" for number in range(600_000))
    importer.drop(file)
    await importer.looked_into()
    choose = importer.dialog.options_page.changed.emit
    choose({"commit": Commit.BY_BATCH, "on_bad_row": OnBadRow.STOP})
    importer.click("importRun")
    await importer.page("account")
    loaded = importer.account["loaded"]
    assert importer.account["outcome"] == "stopped"
    assert importer.account["balanced"]
    assert 0 < loaded < 500_000
    assert await value(outside, "select count(*) from long") == str(loaded)
    choose({"on_bad_row": OnBadRow.REJECT})
    importer.click("importResume")
    await importer.page("run")
    await importer.page("account")
    assert importer.figures() == (600_000, 599_999, 1, 0)
    assert await value(outside, "select count(distinct id) from long") == "599999"
    assert await value(outside, "select count(*) from long") == "599999"


async def test_several_files_are_loaded_as_one(importer: Importer, outside: Session, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"part{number}.csv").write_text(f"id,name\n{number},x\n")
    await importer.imported(tmp_path / "part1.csv", tmp_path / "part2.csv")
    assert importer.figures() == (2, 2, 0, 0)
    assert await values(outside, "select id from part1 order by id") == ["1", "2"]


async def test_records_of_json_are_loaded_with_what_is_nested(
    importer: Importer, outside: Session, tmp_path: Path
) -> None:
    file = tmp_path / "events.json"
    file.write_text('[{"id": 1, "doc": {"a": [1, 2.50]}}, {"id": 2, "doc": null}]')
    await importer.imported(file)
    assert importer.figures() == (2, 2, 0, 0)
    assert await values(outside, "select doc -> 'a' ->> 1 from events order by id") == ["2.50", None]


async def test_line_that_is_no_json_is_rejected_alone(importer: Importer, outside: Session, tmp_path: Path) -> None:
    file = tmp_path / "lines.ndjson"
    file.write_text('{"id": 1, "name": "a"}\nbroken\n{"id": 3}\n')
    await importer.imported(file)
    assert importer.figures() == (3, 2, 1, 0)
    assert await values(outside, "select id from lines order by id") == ["1", "3"]
    assert "no JSON: broken" in importer.account["rejects"][0]["text"]


def read(path: str) -> str:
    return Path(path).read_text()
