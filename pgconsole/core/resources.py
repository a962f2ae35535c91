"""Finds the files that come with the program: icons, themes, sample data."""

from pathlib import Path

from pgconsole.core.errors import PgconsoleError

_PACKAGE = Path(__file__).resolve().parent.parent
# An installed wheel has them inside the package; a checkout has them beside it.
_PLACES = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def resource_path(*parts: str) -> Path:
    """The file or folder `parts` below resources/, which exists.

    Raises PgconsoleError where the installation is not whole.
    """
    for place in _PLACES:
        path = place.joinpath(*parts)
        if path.exists():
            return path
    raise PgconsoleError(
        f"The program's own file {'/'.join(parts)} is missing.",
        f"It was looked for in {' and in '.join(str(place) for place in _PLACES)}.",
        "Install pgconsole again, or start it from a whole checkout.",
    )
