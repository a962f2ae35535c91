"""Where statements begin and end: one row a rule, written after psql's scanner."""

import pytest

from pgconsole.core.statements import Kind, split


def sent(script: str, **options: object) -> list[str]:
    """The texts that would go to the server."""
    return [statement.text for statement in split(script, **options) if statement.command is None]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("", []),
        ("  \n\t -- nothing here\n", []),
        ("select 1", ["select 1"]),
        ("select 1; select 2;", ["select 1", "select 2"]),
        (";;", ["", ""]),
        ("select 'a;b' || \"c;d\";select 2", ["select 'a;b' || \"c;d\"", "select 2"]),
        ("select 'it''s;'; x", ["select 'it''s;'", "x"]),
        ("select E'it\\'s;'; x", ["select E'it\\'s;'", "x"]),
        ("select 'it\\'; x", ["select 'it\\'", "x"]),
        ("select namE'it\\'; x", ["select namE'it\\'", "x"]),
        ("select U&'\\0061;' UESCAPE '!'; x", ["select U&'\\0061;' UESCAPE '!'", "x"]),
        ("select B'1;', X'f;', N';'; x", ["select B'1;', X'f;', N';'", "x"]),
        ("select $$a;b$$; x", ["select $$a;b$$", "x"]),
        ("select $t$a;$$;$u$ $t$; x", ["select $t$a;$$;$u$ $t$", "x"]),
        ("select $é_1$;$é_1$; x", ["select $é_1$;$é_1$", "x"]),
        ("select a$b$ from t; x$b$", ["select a$b$ from t", "x$b$"]),
        ("select $1$; $; x", ["select $1$", "$", "x"]),
        ("select 1$$;$$; x", ["select 1$$;$$", "x"]),
        ("select 1 /* ; /* ; */ ; */; x", ["select 1 /* ; /* ; */ ; */", "x"]),
        ("select 1 -- ;\n; x", ["select 1 -- ;\n", "x"]),
        ("/* kept */ select 1; -- dropped\n x", ["/* kept */ select 1", "x"]),
        ("select 2 +/* ; */ 1; x", ["select 2 +/* ; */ 1", "x"]),
        ("select 2 +-- ;\n 1; x", ["select 2 +-- ;\n 1", "x"]),
        ("create rule r as on update to t do (delete from a; delete from b); x",
         ["create rule r as on update to t do (delete from a; delete from b)", "x"]),
        ("select ((1; 2); 3); x", ["select ((1; 2); 3)", "x"]),
        ("select 1)); x", ["select 1))", "x"]),
        ("select '(' ; x)", ["select '(' ", "x)"]),
        ("begin; end; x", ["begin", "end", "x"]),
        ("create schema s create table t (a int) create view v as select 1; x",
         ["create schema s create table t (a int) create view v as select 1", "x"]),
    ],
)  # fmt: skip
def test_semicolon_ends_a_statement_only_outside_quotes(script: str, texts: list[str]) -> None:
    assert sent(script) == texts


@pytest.mark.parametrize(
    "body",
    [
        "create function f() returns int begin atomic select 1; select 2; end",
        "create or replace procedure p() begin atomic select case when true then 1 else 2 end; select 3; end",
        "CREATE /* c */ OR REPLACE -- d\n FUNCTION f() BEGIN ATOMIC SELECT 1; END",
    ],
)
def test_routine_body_hides_its_semicolons(body: str) -> None:
    assert sent(f"{body}; select 4;") == [body, "select 4"]


def test_word_begin_counts_only_in_a_routine() -> None:
    assert sent("create table begin (a int); select case when a then b; end") == [
        "create table begin (a int)",
        "select case when a then b",
        "end",
    ]


@pytest.mark.parametrize("tail", ["'abc; x", '"abc; x', "$$ ; x", "$t$ ; $$", "/* ; /* */ x", "(1; 2", "e'a\\'; x"])
def test_unterminated_end_is_one_statement(tail: str) -> None:
    assert sent(f"select 1; select {tail}") == ["select 1", f"select {tail}"]


def test_final_semicolon_goes_even_from_an_unterminated_comment() -> None:
    assert sent("/* select 1;") == ["/* select 1"]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("select\n\n\n1\n;", ["select\n1\n"]),
        ("select '\n\n\n';", ["select '\n\n\n'"]),
        ("select 1\n\n", ["select 1"]),
        ("select 1\n  \n", ["select 1\n  "]),
        ("select 1\n  \n\n2;", ["select 1\n  \n2"]),
        ("select 'a\n\n", ["select 'a\n"]),
        ("\ufeffselect 1; select \ufeff", ["select 1", "select \ufeff"]),
        ("select 1;\r\nselect\r\n\r\n2;\r\n", ["select 1", "select\r\n\r\n2"]),
        ("select 1 -- c\r+ 1; x", ["select 1 -- c\r+ 1", "x"]),
        ("select e'a'\r'b\\';'; x", ["select e'a'\r'b\\';'", "x"]),
        ("select 1\0; x", ["select 1\0", "x"]),
    ],
)
def test_lines_are_joined_as_psql_joins_them(script: str, texts: list[str]) -> None:
    assert sent(script) == texts


def test_backslash_escapes_where_the_server_says_so() -> None:
    script = "select 'a\\'; b'; select U&'\\'; select b'\\'; x"
    assert sent(script, standard_conforming_strings=False) == ["select 'a\\'; b'", "select U&'\\'", "select b'\\'", "x"]


def test_script_can_change_how_strings_are_read() -> None:
    script = "set standard_conforming_strings = off; select '\\';'; reset standard_conforming_strings; select '\\'; x"
    assert sent(script)[1::2] == ["select '\\';'", "select '\\'"]


def test_cut_keeps_statements_together() -> None:
    (statement,) = split("select 1\\; select 2\\;select 3;")
    assert statement.text == "select 1; select 2;select 3"
    assert statement.parts == ("select 1", " select 2", "select 3")


def test_parts_joined_are_the_text() -> None:
    (statement,) = split("a\\;\\;b\\;")
    assert ";".join(statement.parts) == statement.text == "a;;b"


def test_forced_colon_hides_a_variable() -> None:
    assert sent("\\set x 1\nselect \\:x, :x;") == ["select :x, 1"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT 1", Kind.SELECT),
        ("-- c\n((/* d */ values (1)))", Kind.VALUES),
        ("/* a /* b */ */ table t", Kind.TABLE),
        ("with a as (select 1) select 2", Kind.WITH),
        ("prepare transaction 'x'", Kind.TRANSACTION),
        ("prepare p as select 1", Kind.PREPARED),
        ("(commit)", Kind.OTHER),
        ("selects", Kind.OTHER),
        ("/* only */", Kind.EMPTY),
        (";", Kind.EMPTY),
    ],
)
def test_kind_is_told_by_the_first_word(text: str, kind: Kind) -> None:
    assert split(text + ";")[0].kind is kind
