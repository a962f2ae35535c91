"""The page of applications' pools in the window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget

from pgconsole.ui.pool.applications_page import ApplicationsPage
from tests.fixtures.services import Service
from tests.fixtures.waiting import until
from tests.fixtures.window import User, Windows


async def open_page(user: User) -> ApplicationsPage:
    user.trigger("view.pool")
    tabs = user.find(QTabWidget, "poolTabs")
    page = user.find(ApplicationsPage, "applicationPools")
    tabs.setCurrentWidget(page)
    return page


def cells(page: ApplicationsPage) -> list[str]:
    model = page.table.model()
    return [str(model.index(0, column).data(Qt.ItemDataRole.UserRole)) for column in range(model.columnCount())]


async def test_application_has_a_row_and_charts(
    windows: Windows, database_dsn: str, home: Path, service: Service
) -> None:
    service.content = b'{"size": 4, "idle": 1, "used": 3, "max": 5, "acquire_ms_p95": 12.4}'
    settings = home / ".config/pgconsole/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'application_pools = "{service.address}"\n')
    page = await open_page(await windows.open(database_dsn))
    await until(lambda: page.table.model().rowCount() == 1 and cells(page)[1] == "answers", "it answers")
    assert cells(page) == [service.address, "answers", "3", "1", "5", "–", "12 ms", "–", "–"]
    await until(lambda: page.charts.charts is not None and len(page.charts.charts) > 0, "charts are drawn", 20.0)
    await service.stop()
    await until(lambda: "can't be reached" in cells(page)[1], "it is told that it is gone")
    assert cells(page)[2] == "3"


async def test_page_without_applications_says_how_to_have_some(user: User) -> None:
    page = await open_page(user)
    await until(lambda: page._hint.isVisible(), "the hint is shown")
    page.settings_wanted.emit()
    await user.dialog("settingsDialog")
