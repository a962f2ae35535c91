"""The values that a statement with parameters asks for, and the answer to that question."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `$n` or `:name` of a statement, with the type that the server inferred for it."""

    label: str
    """`$1` or `:name`."""
    type_name: str
    value: str | None = ""
    """The value given last time in this tab; None is NULL."""


@dataclass(frozen=True, slots=True)
class ParameterRequest:
    """A question to the user, which the view answers once with values in the same order or gives up."""

    statement: str
    parameters: tuple[Parameter, ...]


ParameterValues = Sequence[str | None]
