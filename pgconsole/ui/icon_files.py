"""Reads the icons' drawings and colours them; how they become icons is `icons`', where they appear is the theme's."""

from functools import cache

from PySide6.QtGui import QColor

from pgconsole.core.resources import resource_path


def coloured_drawing(name: str, color: QColor) -> bytes:
    """An icon's SVG in one colour; raises PgconsoleError where nothing is drawn under that name."""
    return _drawing(name).replace(b"currentColor", color.name().encode())


def icon_names() -> tuple[str, ...]:
    """Every drawing there is, sorted."""
    return tuple(sorted(path.stem for path in resource_path("icons").glob("*.svg")))


@cache
def _drawing(name: str) -> bytes:
    return resource_path("icons", f"{name}.svg").read_bytes()
