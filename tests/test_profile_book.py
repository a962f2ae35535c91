from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import Profile
from pgconsole.profile_book import ProfileBook, copy_of
from pgconsole.workers.settings_file import SettingsFile
from tests.fixtures.waiting import until

_SHOP = Profile(id="shop", name="Shop", server={"host": "h"})
_TILL = Profile(id="till", name="Till")


class _View:
    def __init__(self) -> None:
        self.services: list[list[str]] = []
        self.selected: list[str] = []
        self.told: list[str] = []
        self.reported: list[PgconsoleError] = []

    def show_services(self, names: Sequence[str]) -> None:
        self.services.append(list(names))

    def select(self, profile_id: str) -> None:
        self.selected.append(profile_id)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def report(self, error: PgconsoleError) -> None:
        self.reported.append(error)


class _Rig:
    def __init__(self, folder: Path) -> None:
        self.view = _View()
        self.store = SettingsFile(folder / "config", folder / "state")
        self.profiles: tuple[Profile, ...] = ()
        self.book = ProfileBook(self.view, self.store, lambda: self.profiles, self.reload)

    async def reload(self) -> None:
        self.profiles = (await self.store.load_profiles()).value

    @property
    def names(self) -> list[str]:
        return [profile.name for profile in self.profiles]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[_Rig]:
    rig = _Rig(tmp_path)
    for profile in (_SHOP, _TILL):
        await rig.store.put_profile(profile)
    await rig.reload()
    yield rig
    await rig.book.aclose()


def test_copy_has_an_id_and_a_name_of_its_own() -> None:
    copy = copy_of(_SHOP)
    assert copy.id != _SHOP.id
    assert (copy.name, copy.server) == ("Shop (copy)", _SHOP.server)


async def test_duplicate_is_saved_and_chosen(rig: _Rig) -> None:
    rig.book.duplicate("shop")
    await until(lambda: bool(rig.view.selected), "the copy is chosen")
    assert rig.names == ["Shop", "Till", "Shop (copy)"]
    assert rig.view.selected == [rig.profiles[-1].id]


async def test_order_is_kept_in_the_file(rig: _Rig) -> None:
    rig.book.move("till", -1)
    await until(lambda: rig.names == ["Till", "Shop"], "the order has changed")
    assert [profile.id for profile in rig.store.read_profiles().value] == ["till", "shop"]


async def test_order_leaves_alone_what_is_not_understood(rig: _Rig) -> None:
    path = rig.store.profiles_path
    path.write_text(path.read_text() + '\n[[profile]]\nid = 5\nname = "odd"\n')
    await rig.store.order_profiles(["till", "shop"])
    assert 'name = "odd"' in path.read_text()


async def test_services_that_are_no_connections_yet_are_offered_and_added(rig: _Rig, home: Path) -> None:
    (home / ".pg_service.conf").write_text("[berlin]\nhost=db\n[rome]\nhost=db2\n")
    rig.book.look_for_services()
    await until(lambda: rig.view.services == [["berlin", "rome"]], "the services are offered")
    rig.book.add_service("rome")
    await until(lambda: rig.view.services[-1] == ["berlin"], "the service is no longer offered")
    assert (rig.profiles[-1].name, rig.profiles[-1].server) == ("rome", {"service": "rome"})


async def test_exported_connections_are_there_already_when_they_come_back(rig: _Rig, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    rig.book.export_to(path)
    await until(lambda: bool(rig.view.told), "the export is told")
    assert rig.view.told == [f"2 connections written to {path}, without passwords."]
    await rig.store.remove_profile("till")
    await rig.reload()
    rig.book.import_from(path)
    await until(lambda: len(rig.view.told) == 2, "the import is told")
    assert rig.view.told[1] == "1 connection added from c.toml. 1 were there already."
    assert rig.names == ["Shop", "Till"]


async def test_file_that_is_none_is_told(rig: _Rig, tmp_path: Path) -> None:
    rig.book.import_from(tmp_path / "none")
    await until(lambda: bool(rig.view.reported), "the failure is told")
    assert rig.view.reported[0].what.startswith("No connections can be read")
