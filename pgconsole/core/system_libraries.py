"""Names of shared libraries that Qt needs of the system, and the line that installs them; looks at no machine."""

import re
from collections.abc import Iterable
from enum import Enum


class Installer(Enum):
    """A system's package program, of those that can be told what to install by what is missing."""

    APT = "apt-get"
    DNF = "dnf"
    ZYPPER = "zypper"


# What the dynamic libraries of PySide6 6.8 to 6.12 ask for, by the packages of Debian 12 and 13 and Ubuntu 24.04, where
# renamed packages (libglib2.0-0t64) still answer to these names.
_DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libGLdispatch.so.0": "libglvnd0",
    "libOpenGL.so.0": "libopengl0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libudev.so.1": "libudev1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinput.so.0": "libxcb-xinput0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}

_NOT_FOUND = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_CANNOT_OPEN = re.compile(r"(\S+): cannot open shared object file")


def missing_in_ldd_report(report: str) -> tuple[str, ...]:
    """The libraries that `ldd` did not find, once each, without those that come inside the package itself."""
    return tuple(sorted({name for name in _NOT_FOUND.findall(report) if not name.startswith("libQt6")}))


def missing_in_load_error(message: str) -> str | None:
    """The library that the dynamic loader names in the text of an ImportError or OSError; None where it names none."""
    found = _CANNOT_OPEN.search(message)
    return found[1] if found is not None else None


def debian_packages(libraries: Iterable[str]) -> tuple[str, ...]:
    """The packages of Debian and Ubuntu that hold `libraries`; one that is not known is left out."""
    return tuple(sorted({_DEBIAN_PACKAGES[name] for name in libraries if name in _DEBIAN_PACKAGES}))


def install_advice(libraries: Iterable[str], installer: Installer | None) -> str:
    """One sentence with the exact line to run, or with the libraries' names where no line is known for the system."""
    wanted = sorted(set(libraries))
    packages = debian_packages(wanted)
    if installer is Installer.APT and packages:
        return f"Install what is missing: sudo apt-get install {' '.join(packages)}"
    if installer in (Installer.DNF, Installer.ZYPPER):
        # Both find a package by the library that it provides.
        provides = " ".join(f"'{name}()(64bit)'" for name in wanted)
        return f"Install what is missing: sudo {installer.value} install {provides}"
    return f"Install the packages of your system that hold {', '.join(wanted)}."
