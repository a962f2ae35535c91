"""Backslash commands: what is obeyed, what is said, what is handed out to be refused."""

import pytest

from pgconsole.core.statements import Kind, Statement, split


def sent(script: str, variables: dict[str, str] | None = None) -> list[str]:
    """The texts that would go to the server."""
    return [statement.text for statement in split(script, variables=variables) if statement.command is None]


def commands(script: str) -> list[str | None]:
    """The commands handed out."""
    return [statement.command for statement in split(script) if statement.command is not None]


@pytest.mark.parametrize(
    "line",
    [
        "\\! touch marker",
        "\\i other.sql",
        "\\d t",
        "\\copy t to 'x'",
        "\\connect other",
        "\\o |cat",
        "\\password",
        "\\nosuch 1",
    ],
)
def test_other_commands_are_never_sent(line: str) -> None:
    statements = split(f"{line}\nselect 1;")
    assert [statement.text for statement in statements if statement.command is None] == ["select 1"]
    assert statements[0].command == line.split()[0]
    assert statements[0].kind is Kind.META
    assert statements[0].text == line


def test_command_in_the_middle_leaves_the_statement_whole() -> None:
    assert sent("select 1\n\\pset null x\n+ 2;") == ["select 1\n+ 2"]


@pytest.mark.parametrize("command", ["\\set x `echo 1`", "\\echo `echo 1`", "\\if `echo 1`\n\\endif"])
def test_backquotes_are_refused(command: str) -> None:
    assert len(commands(command)) == 1
    assert "\\echo" not in commands(command)


def test_variables_are_substituted_and_quoted() -> None:
    script = "\\set x 'it''s' ' a' b\nselect :'x', :\"x\", ':x', x::int, y:=1, :nosuch, :'nosuch', :{?x}, :{?y};"
    assert sent(script) == ["select 'it''s ab', \"it's ab\", ':x', x::int, y:=1, :nosuch, :'nosuch', TRUE, FALSE"]


def test_backslash_in_a_value_is_escaped() -> None:
    assert sent("select :'x';", {"x": "a\\b"}) == ["select  E'a\\\\b'"]


def test_value_is_read_as_part_of_the_script() -> None:
    assert sent("select :a, :a", {"a": "1; select 2"}) == ["select 1", "select 2, 1", "select 2"]
    assert sent("select :q x'; y", {"q": "'a;"}) == ["select 'a; x'", "y"]


def test_value_that_refers_to_itself_ends() -> None:
    assert sent("select :a;", {"a": ":b", "b": ":a + 1"}) == ["select :a + 1"]


def test_given_variables_are_left_alone() -> None:
    variables = {"a": "1"}
    assert sent("\\set a 2\n\\unset b\nselect :a;", variables) == ["select 2"]
    assert variables == {"a": "1"}


def test_unset_takes_a_variable_away() -> None:
    assert sent("\\set a 2\n\\unset a\nselect :a;") == ["select :a"]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("\\if true\na;\n\\else\nb;\n\\endif\nc;", ["a", "c"]),
        ("\\if 0\na;\n\\elif on\nb;\n\\else\nc;\n\\endif", ["b"]),
        ("\\if no\n\\if yes\na;\n\\endif\nb;\n\\else\nc;\n\\endif", ["c"]),
        ("select\n\\if off\n(1\n\\else\n2\n\\endif\n;", ["select\n2\n"]),
        ("\\if false\n\\set a 1\n\\! x\n\\nosuch\n\\endif\nselect :a;", ["select :a"]),
        ("\\if :{?x}\na;\n\\endif\nb;", ["b"]),
        ("\\if false\na", []),
    ],
)
def test_skipped_branches_send_nothing(script: str, texts: list[str]) -> None:
    assert sent(script) == texts


@pytest.mark.parametrize(
    "script", ["\\else", "\\endif", "\\elif 1", "\\if maybe\n\\endif", "\\if 1", "\\if 1\n\\else\n\\else\n\\endif"]
)
def test_wrong_branches_are_told(script: str) -> None:
    assert len(commands(script)) == 1


def test_echo_says_its_arguments() -> None:
    statements = split("\\set x 'a b'\n\\echo hello :x 'c  d' \"e\"\n\\qecho -n z \\\\ select 1;")
    assert [(s.command, s.text) for s in statements] == [
        ("\\echo", 'hello a b c  d "e"'),
        ("\\echo", "z"),
        (None, "select 1"),
    ]


def test_g_sends_like_a_semicolon() -> None:
    first, second, third = split("select 1 \\g\nselect 2 \\gx (format=csv)\n\\g")
    assert (first.text, first.expanded) == ("select 1 ", False)
    assert (second.text, second.expanded) == ("select 2 ", True)
    assert third.text == "select 2 "
    assert third.script_offset(0) == second.start


@pytest.mark.parametrize(
    "command", ["\\gset", "\\gset p_", "\\gexec", "\\crosstabview", "\\g file", "\\g |cat", "\\watch 2"]
)
def test_what_more_is_wanted_of_a_result_is_refused_after_it(command: str) -> None:
    query, refused = split(f"select 1 {command}\n")
    assert (query.text, query.command) == ("select 1 ", None)
    assert refused.command == command.split()[0]


@pytest.mark.parametrize("command", ["\\gdesc", "\\parse p"])
def test_statement_that_is_not_to_run_is_not_sent(command: str) -> None:
    assert sent(f"delete from t {command}\nselect 1;") == ["select 1"]


def test_bind_goes_with_the_next_statement_only() -> None:
    first, second = split("select $1, $2 \\bind 'a b' 2 \\g\nselect 3;")
    assert first.bind_values == ("a b", "2")
    assert second.bind_values is None


def test_reset_forgets_what_was_collected() -> None:
    assert sent("select (1 \\r\nselect 2;") == ["select 2"]


def test_nothing_counts_behind_quit() -> None:
    assert [s.command for s in split("select 1;\n\\q\nselect 2;")] == [None, "\\q"]


def test_restricted_script_lets_no_command_through() -> None:
    script = "\\restrict key\n\\set a 1\n\\unrestrict other\nselect :a;\n\\unrestrict key\n\\set a 2\nselect :a;"
    assert commands(script) == ["\\set", "\\unrestrict"]
    assert sent(script) == ["select :a", "select 2"]


def test_autocommit_off_is_refused() -> None:
    assert commands("\\set AUTOCOMMIT off\n\\set AUTOCOMMIT on") == ["\\set"]


COPIES = [
    ("copy t from stdin;", True),
    ('COPY binary s.t (a, "b)") FROM /* c */ STDIN (format csv);', True),
    ("copy t from stdout;", True),
    ("copy (select 1) from stdin;", True),
    ("copy t from 'stdin';", False),
    ("copy t from program stdin;", False),
    ("copy t to stdout;", False),
    ("select copy from stdin;", False),
    ("copy t (a from stdin);", False),
]


@pytest.mark.parametrize(("line", "has_data"), COPIES)
def test_lines_behind_copy_from_stdin_are_data(line: str, has_data: bool) -> None:
    copy, *rest = split(f"{line}\nselect 1;\n\\.\nselect 2;")
    assert copy.copy_data == ("select 1;\n" if has_data else None)
    assert [s.text for s in rest if s.command is None] == (["select 2"] if has_data else ["select 1", "select 2"])


def test_rest_of_the_copy_line_comes_before_what_is_below() -> None:
    script = "copy a from stdin; select '5\n1;\n\\.\n6'; select 7;"
    copy, five, seven = split(script)
    assert copy.copy_data == "1;\n"
    assert five.text == "select '5\n6'"
    assert script[five.script_offset(five.text.index("6"))] == "6"
    assert seven.text == "select 7"


def test_two_copies_on_a_line_take_their_data_in_turn() -> None:
    first, second, third = split("copy a from stdin; copy b from stdin;\n1\n\\.\n2\n\\.\nselect 3;")
    assert (first.copy_data, second.copy_data, third.text) == ("1\n", "2\n", "select 3")


def test_joined_copies_have_a_block_a_part() -> None:
    copy, _ = split("select 1\\; copy a from stdin\\; copy b from stdin;\n1\n\\.\n2\n\\.\nselect 3;")
    assert copy.copy_blocks == (None, "1\n", "2\n")
    assert copy.copy_data == "1\n"


def test_data_without_an_end_go_to_the_end_of_the_script() -> None:
    (copy,) = split("copy a from stdin;\n1\n2")
    assert copy.copy_data == "1\n2"
    (copy,) = split("copy a from stdin;")
    assert copy.copy_data == ""


def test_meta_copy_takes_its_data_along() -> None:
    refused, query = split("\\copy t from stdin\ndrop table t;\n\\.\nselect 1;")
    assert (refused.command, refused.copy_data) == ("\\copy", "drop table t;\n")
    assert query.text == "select 1"


def test_crlf_ends_inline_data() -> None:
    copy, query = split("copy t from stdin;\r\n1\r\n\\.\r\nselect 1;\r\n")
    assert (copy.copy_data, query.text) == ("1\r\n", "select 1")


def test_statement_is_a_value() -> None:
    assert split("select 1;") == [Statement("select 1", 0, 9, (), 9)]
