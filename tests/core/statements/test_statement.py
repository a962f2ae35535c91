"""Which statement the caret means, and where a place in a statement's text is in the script."""

import pytest

from pgconsole.core.statements import split, statement_at

SCRIPT = "select 1;  -- one\n\n  select 2; select 3;\n/* c */\ncopy t from stdin;\n1\n2\n\\.\nselect 4\n\n"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("|select 1", "select 1"),
        ("sele|ct 1", "select 1"),
        ("select 1;|", "select 1"),
        ("-- |one", "select 1"),
        ("  |select 2", "select 2"),
        ("select 2;|", "select 2"),
        ("|select 3", "select 3"),
        ("/* |c", "/* c */\ncopy t from stdin"),
        ("1\n|2", "/* c */\ncopy t from stdin"),
        ("|\\.", "/* c */\ncopy t from stdin"),
        ("|select 4", "select 4"),
        ("select 4|", "select 4"),
    ],
)
def test_caret_means_the_statement_at_it(at: str, text: str) -> None:
    caret = SCRIPT.index(at.replace("|", "")) + at.index("|")
    found = statement_at(split(SCRIPT), caret)
    assert found is not None
    assert found.text == text


def test_caret_in_empty_space_means_the_next_statement() -> None:
    statements = split("select 1;\n\n\nselect 2;")
    assert statement_at(statements, 11) is statements[1]
    assert statement_at(statements, 0) is statements[0]


@pytest.mark.parametrize("below", ["\n", "\n\n\n", "\n-- more\n", ";\n", "\n;;\n"])
def test_caret_below_everything_means_the_last_statement(below: str) -> None:
    script = f"select 1;\nselect 2;{below}"
    found = statement_at(split(script), len(script), script)
    assert found is not None
    assert found.text.startswith("select 2")


def test_caret_in_a_script_without_statements_means_nothing() -> None:
    for script in ("", "\n\n", "-- nothing\n", ";;"):
        assert statement_at(split(script), len(script), script) is None


def test_caret_in_what_an_if_leaves_out_does_not_mean_the_statement_before() -> None:
    script = "delete from t;\n\\if false\nselect 1;\n\\endif\n"
    assert statement_at(split(script), script.index("select"), script) is None
    assert statement_at(split(script), len(script), script) is None


def test_offset_leads_back_over_dropped_lines() -> None:
    script = " select\n\n\n bad_column;"
    (statement,) = split(script)
    at = statement.text.index("bad")
    assert statement.script_offset(at) == script.index("bad")


def test_offset_in_a_value_is_its_reference() -> None:
    script = "\\set cols 'a, b'\nselect :cols, bad;"
    (statement,) = split(script)
    assert statement.script_offset(statement.text.index("b")) == script.index(":cols")
    assert statement.script_offset(statement.text.index("bad")) == script.index("bad")


def test_offset_in_a_part_counts_from_the_part() -> None:
    script = "select 1\\; select bad\\; x"
    (statement,) = split(script)
    at = statement.parts[1].index("bad")
    assert statement.script_offset(at, part=1) == script.index("bad")


def test_offset_behind_the_text_is_behind_it_in_the_script() -> None:
    (statement,) = split("  select 1")
    assert statement.script_offset(len(statement.text)) == 10
