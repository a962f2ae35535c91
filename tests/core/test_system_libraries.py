import pytest

from pgconsole.core.system_libraries import (
    Installer,
    debian_packages,
    install_advice,
    missing_in_ldd_report,
    missing_in_load_error,
)

_LDD_REPORT = """\
/opt/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007f1d13180000)
\tlibxcb-cursor.so.0 => not found
\tlibxcb.so.1 => /lib/x86_64-linux-gnu/libxcb.so.1 (0x00007f1d13150000)
\tlibQt6Pdf.so.6 => not found
/opt/PySide6/QtGui.abi3.so:
\tlibEGL.so.1 => not found
\tlibxcb-cursor.so.0 => not found
"""


def test_ldd_report_yields_each_missing_library_once() -> None:
    assert missing_in_ldd_report(_LDD_REPORT) == ("libEGL.so.1", "libxcb-cursor.so.0")


def test_ldd_report_of_a_whole_system_yields_none() -> None:
    assert missing_in_ldd_report("\tlibz.so.1 => /lib/libz.so.1 (0x0)\n") == ()


def test_load_error_names_its_library() -> None:
    message = "libEGL.so.1: cannot open shared object file: No such file or directory"
    assert missing_in_load_error(message) == "libEGL.so.1"
    assert missing_in_load_error("No module named 'PySide6'") is None


def test_packages_are_named_once_and_unknown_libraries_left_out() -> None:
    libraries = ["libglib-2.0.so.0", "libgthread-2.0.so.0", "libxcb-cursor.so.0", "libnobody.so.9"]
    assert debian_packages(libraries) == ("libglib2.0-0", "libxcb-cursor0")


@pytest.mark.parametrize(
    ("installer", "line"),
    [
        (Installer.APT, "sudo apt-get install libegl1 libxcb-cursor0"),
        (Installer.DNF, "sudo dnf install 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        (Installer.ZYPPER, "sudo zypper install 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        (None, "libEGL.so.1, libxcb-cursor.so.0"),
    ],
)
def test_advice_is_a_line_to_run_where_one_is_known(installer: Installer | None, line: str) -> None:
    assert line in install_advice(["libxcb-cursor.so.0", "libEGL.so.1"], installer)


def test_advice_for_a_library_of_no_known_package_names_the_library() -> None:
    assert "libnobody.so.9" in install_advice(["libnobody.so.9"], Installer.APT)
