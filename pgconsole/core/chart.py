"""What a chart shows, as values: which numbers of a ring of samples, in which role's colour, how called and written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["accent", "ok", "warning", "danger", "text_second", "text_faint"]

_UNITS: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def short_number(value: float) -> str:
    """A number in the room that an axis has: `0.4`, `12`, `1.5 k`, `20 M`."""
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line."""

    name: str
    """The name of its numbers among the samples."""
    words: str = ""
    role: Role = "accent"
    is_dashed: bool = False
    is_rate: bool = False
    """Drawn as what was added since the sample before."""
    is_stem: bool = False
    """Drawn as stems from 0: there are values of single seconds only, and nothing between them."""
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Curves on one axis of values."""

    id: str
    title: str
    curves: tuple[Curve, ...]
    tip: str = ""
    write: Callable[[float], str] = short_number
    """How a value reads."""
