import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pgconsole.core import resources
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.resources import resource_path


def test_checkout_finds_its_own_folder() -> None:
    icon = resource_path("pgconsole.svg")
    assert icon.is_file()
    assert resource_path() == icon.parent


def test_the_package_comes_before_the_folder_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, beside = tmp_path / "inside", tmp_path / "beside"
    for place, names in ((inside, ["both"]), (beside, ["both", "other"])):
        place.mkdir()
        for name in names:
            place.joinpath(name).write_text(place.name)
    monkeypatch.setattr(resources, "_PLACES", (inside, beside))
    assert resource_path("both") == inside / "both"
    assert resource_path("other") == beside / "other"


def test_missing_file_is_named_with_the_places_looked_at() -> None:
    with pytest.raises(PgconsoleError) as raised:
        resource_path("icons", "no-such.svg")
    assert "icons/no-such.svg" in str(raised.value)
    assert str(resource_path()) in str(raised.value)


def test_every_picture_is_sound_and_loads_nothing_from_elsewhere() -> None:
    for picture in resource_path().rglob("*.svg"):
        root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg", picture
        links = [value for element in root.iter() for name, value in element.items() if name.endswith("href")]
        assert all(link.startswith("#") for link in links), picture


def test_desktop_entry_names_what_is_installed() -> None:
    entry = resource_path("pgconsole.desktop").read_text(encoding="utf-8")
    keys = dict(re.findall(r"^(\w+)=(.*)$", entry, re.MULTILINE))
    assert entry.startswith("[Desktop Entry]\n")
    assert keys["Type"] == "Application"
    assert keys["Exec"] == "pgconsole-gui"
    assert resource_path(f"{keys['Icon']}.svg").is_file()
    assert keys["StartupWMClass"] == "pgconsole"
