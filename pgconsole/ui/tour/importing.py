"""The tour's stops at an import: each page of its wizard, and an account with rejected records."""

import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from pgconsole.ui.import_wizard_dialog import ImportWizardDialog
from pgconsole.ui.tour.guide import Guide

_MESSY = """order;Customer Name;price;ordered;Note
1001;Ada Lovelace;12,50;31.01.2026;
1002;"Babbage; Charles";1.250,00;01.02.2026;"wants ""brass"" only"
1003;Grace Hopper;7,25;28.02.2026;
1004;Alan Turing;cheap;03.03.2026;asked twice
1005;Edsger Dijkstra;19,90;30.02.2026;
1006;Barbara Liskov;8,00
1006;Donald Knuth;3,14;14.03.2026;
1007;Frances Allen;42,00;01.04.2026;\u202egnp.exe
"""
_TABLE = """create table if not exists public.orders_to_import (
    "order" int primary key,
    customer_name text not null,
    price numeric(10, 2),
    ordered date,
    note text,
    imported_at timestamptz not null default now());
delete from public.orders_to_import where "order" is not null;
"""
_MANY = 400_000
_BAD_EVERY = 997


def import_stops() -> tuple[tuple[str, Callable[[Guide], Awaitable[None]]], ...]:
    """The names of the stops, and how each is reached on a tab that is connected."""
    return (
        ("import-source", partial(_page, page="source")),
        ("import-columns", partial(_page, page="columns")),
        ("import-existing-table", _existing),
        ("import-options", partial(_page, page="options")),
        ("import-running", _running),
        ("import-account", _account),
    )


async def _page(guide: Guide, *, page: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await _open(guide, Path(folder) / "orders.csv")
        _dialog(guide).step_to(page)
        await guide.until(lambda: _dialog(guide).property("page") == page, f"the page {page}")


async def _existing(guide: Guide) -> None:
    await guide.run(_TABLE, "query.run_all")
    with tempfile.TemporaryDirectory() as folder:
        await _open(guide, Path(folder) / "orders_to_import.csv")
        _dialog(guide).step_to("columns")


async def _running(guide: Guide) -> None:
    """Long enough to be seen, with some records that are refused."""
    await guide.run(_TABLE, "query.run_all")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders_to_import.csv"
        _write_many(file)
        await _look_into(guide, file)
        _dialog(guide).click_import()
        await guide.until(lambda: _has_progress(guide), "progress")


def _write_few(file: Path) -> None:
    file.write_text(_MESSY, encoding="utf-8")


def _write_many(file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write("order,customer_name,price,note\n")
        out.writelines(_line(number) for number in range(_MANY))


def _line(number: int) -> str:
    price = "cheap" if number % _BAD_EVERY == 0 else f"{number % 1000}.50"
    return f"{number},Customer {number},{price},{'some words ' * 4}\n"


async def _account(guide: Guide) -> None:
    await guide.run(_TABLE, "query.run_all")
    with tempfile.TemporaryDirectory() as folder:
        await _open(guide, Path(folder) / "orders_to_import.csv")
        _dialog(guide).click_import()
        await guide.until(lambda: _dialog(guide).property("page") == "account", "the account")


async def _open(guide: Guide, file: Path) -> None:
    _write_few(file)
    await _look_into(guide, file)


async def _look_into(guide: Guide, file: Path) -> None:
    guide.window.files_dropped.emit([file])
    await guide.dialog("importWizard")
    await guide.until(lambda: _dialog(guide).shown.can_import and _dialog(guide).shown.scan.is_done, "the file")


def _dialog(guide: Guide) -> ImportWizardDialog:
    dialog: ImportWizardDialog = guide.part(ImportWizardDialog, "importWizard")
    return dialog


def _has_progress(guide: Guide) -> bool:
    shown = _dialog(guide).shown
    return shown.page == "account" or (shown.progress is not None and shown.progress.rejected > 0)
