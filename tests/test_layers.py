"""The rule that Qt lives in ui/ and app.py only, held where an import graph cannot see: in a running interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

import pgconsole

_PACKAGE = Path(pgconsole.__file__).parent
_ROOT_MODULES = sorted(path.stem for path in _PACKAGE.glob("*.py"))
_COMPOSITION = (
    "app",
    "workbench",
    "tab_texts",
    "window_memory",
    "open_servers",
    "server_panes",
    "imports",
    "run_questions",
    "alert_tabs",
)
_FEATURES = [name for name in _ROOT_MODULES if name not in ("__init__", "__main__", *_COMPOSITION)]
_QT_FREE_LAYERS = ("core", "formats", "db", "workers")


def _loads_qt(module: str) -> bool:
    script = f"import sys, {module}; print('PySide6' in sys.modules or 'qasync' in sys.modules)"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=_PACKAGE.parent, capture_output=True, text=True, check=True).stdout == "True\n"


@pytest.mark.parametrize("feature", [*_FEATURES, "__main__"])
def test_feature_comes_without_qt(feature: str) -> None:
    assert not _loads_qt(f"pgconsole.{feature}")


def test_lower_layers_come_without_qt() -> None:
    modules = [
        ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
        for layer in _QT_FREE_LAYERS
        for path in sorted((_PACKAGE / layer).rglob("*.py"))
        if path.stem != "__init__"
    ]
    assert not _loads_qt(", ".join(modules))


def test_the_look_for_qt_finds_it() -> None:
    assert _loads_qt("PySide6.QtCore")


def test_window_starts_without_what_few_connections_need() -> None:
    script = (
        "import sys, pgconsole.workbench; print(sorted({'asyncssh', 'cryptography', 'keyring'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=_PACKAGE.parent, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
