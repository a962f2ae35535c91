"""psql's variables: their names, how a value is quoted into a statement, and what counts as true in `\\if`."""

from collections.abc import Mapping

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


def quote_literal(value: str) -> str:
    """A value as libpq's PQescapeLiteral writes it: ` E'...'`, with the space, where it holds a backslash."""
    doubled = value.replace("'", "''")
    return f" E'{doubled.replace(chr(92), chr(92) * 2)}'" if "\\" in value else f"'{doubled}'"


def quote_identifier(value: str) -> str:
    """A value as libpq's PQescapeIdentifier writes it: always in double quotes."""
    return '"' + value.replace('"', '""') + '"'


def reference_name(reference: str) -> str:
    """The variable's name in `:x`, `:'x'`, `:"x"` or `:{?x}`."""
    return reference.strip(":'\"{?}")


def quoted_value(reference: str, variables: Mapping[str, str]) -> str | None:
    """What `:'x'`, `:"x"` or `:{?x}` stands for; None for an unknown variable, whose reference stays as it is."""
    name = reference_name(reference)
    if reference[1] == "{":
        return "TRUE" if name in variables else "FALSE"
    if name not in variables:
        return None
    return (quote_literal if reference[1] == "'" else quote_identifier)(variables[name])


def parse_boolean(text: str) -> bool | None:
    """What psql makes of an `\\if` expression: unique beginnings of true, false, yes, no, on, off, or 1 and 0.

    None for anything else, an empty expression included; psql then complains and takes it as false.
    """
    word = text.lower()
    if not word or word == "o":
        return None
    if any(candidate.startswith(word) for candidate in _TRUE):
        return True
    if any(candidate.startswith(word) for candidate in _FALSE):
        return False
    return None
