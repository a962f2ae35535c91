"""What the README tells of is what there is."""

import re
from pathlib import Path

import pytest

from pgconsole.core.actions import ACTIONS
from pgconsole.core.arguments import parse_arguments
from pgconsole.core.import_arguments import parse_import
from pgconsole.core.settings import setting_infos

_ROOT = Path(__file__).parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def _section(title: str) -> str:
    return _README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _first_cells(section: str) -> list[str]:
    return re.findall(r"^\| (.*?) \|", section, re.MULTILINE)[1:]


def test_every_shortcut_is_listed_and_no_other() -> None:
    listed = {key for cell in _first_cells(_section("Running")) for key in cell.split(", ")}
    bound = {key.replace("Return", "Enter") for action in ACTIONS for key in action.keys}
    assert listed == bound


def test_every_setting_is_listed_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `?([^|`]*)`? \|", _section("Settings"), re.MULTILINE)
    assert [name for name, _ in rows] == [info.name for info in setting_infos()]
    for (name, shown), info in zip(rows, setting_infos(), strict=True):
        default = str(info.default).lower() if isinstance(info.default, bool) else info.default
        assert shown == (f"{default:g}" if isinstance(default, float) else str(default)), name


def test_every_call_is_one_that_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--help"])
    options = set(re.findall(r"--\w+", capsys.readouterr().out)) - {"--help"}
    listed = set(re.findall(r"--\w+", " ".join(_first_cells(_section("Start")))))
    assert listed == options


def test_every_option_of_an_import_is_one_that_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_import(["--help"])
    options = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
    listed = set(re.findall(r"--\w[\w-]*", _section("Importing")))
    assert len(listed) > 25
    assert listed <= options


def test_every_place_of_the_architecture_exists() -> None:
    section = _section("Architecture")
    assert section.count("\n") < 120
    places = [place for cell in _first_cells(section) for place in re.findall(r"`([\w/.]+/[\w.]*)`", cell)]
    assert len(places) > 7
    assert [place for place in places if not (_ROOT / place).exists()] == []


def test_every_target_that_is_named_is_in_the_makefile() -> None:
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|    )make (\w+)", _README))
    assert {"run", "test", "bench", "lock"} <= targets
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
