import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pgconsole.core.toml_document import Scalar, TomlFault, parse_toml, scalar_text, with_scalars

_SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@given(_SCALARS)
def test_any_scalar_comes_back_as_it_was_written(value: Scalar) -> None:
    assert tomllib.loads(f"x = {scalar_text(value)}") == {"x": value}


@example({"a": "\"'"}, {"a": None})
@example({"a": "\\", "b": '\\"#'}, {"a": 1, "b": 2})
@given(
    st.dictionaries(st.sampled_from("abc"), _SCALARS), st.dictionaries(st.sampled_from("abcd"), st.none() | _SCALARS)
)
def test_changes_in_place_say_what_was_asked(before: dict[str, Scalar], changes: dict[str, Scalar | None]) -> None:
    text = with_scalars("", before) + "\n# a table of someone's own\n[other]\nx = 1\n"
    after = parse_toml(with_scalars(text, changes, {"d": "What d does."}))
    wanted = {name: value for name, value in (before | changes).items() if value is not None}
    assert after == wanted | {"other": {"x": 1}}


def test_comments_order_and_unknown_keys_stay() -> None:
    text = '# mine\ntheme = "dark"  # at night\n\nunknown = 3\n'
    assert with_scalars(text, {"theme": "light"}) == '# mine\ntheme = "light"  # at night\n\nunknown = 3\n'


def test_literal_string_with_a_hash_is_changed_as_a_whole() -> None:
    assert with_scalars("a = 'x # \"y'  # mine\n", {"a": "z"}) == 'a = "z"  # mine\n'


def test_new_key_stands_under_its_comment() -> None:
    assert with_scalars("a = 1\n", {"b": True}, {"b": "What b does."}) == "a = 1\n\n# What b does.\nb = true\n"


def test_key_taken_out_takes_its_comment_along() -> None:
    comments = {"b": "What b does."}
    text = with_scalars("a = 1\n", {"b": True}, comments)
    assert parse_toml(with_scalars(text, {"b": None}, comments)) == {"a": 1}
    assert "What b does" not in with_scalars(text, {"b": None}, comments)


def test_value_that_spans_lines_is_not_changed_in_place() -> None:
    with pytest.raises(TomlFault):
        with_scalars('a = """\nb = 1\n"""\n', {"a": "x"})


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb == 2\n", 2), ("a = 1\na = 2\n", 2), ("\n\n[x\n", 3), ('a = 1\nb = "', 2), ("a =", 1)]
)
def test_fault_names_its_line(text: str, line: int) -> None:
    with pytest.raises(TomlFault) as raised:
        parse_toml(text)
    assert raised.value.line == line
    assert raised.value.reason
