"""Named parameters: which colons are theirs, and the way back from the numbered text."""

import pytest

from pgconsole.core.statements import number_named_parameters


@pytest.mark.parametrize(
    ("text", "numbered", "names"),
    [
        ("select 1", "select 1", ()),
        ("select :a, :b, :a", "select $1, $2, $1", ("a", "b")),
        ("select :a::int, b::text, c := :d", "select $1::int, b::text, c := $2", ("a", "d")),
        ("f(a=>:b, c:=:d)", "f(a=>$1, c:=$2)", ("b", "d")),
        ("':a' || \":b\" || $$ :c $$ || e'\\':d' /* :e */ -- :f", None, ()),
        ("select :'a', :{?b}, :1", None, ()),
        ("select /* /* */ :a */ :b", "select /* /* */ :a */ $1", ("b",)),
        ("a[1:n], a[i:j], a[f(x):k], b[c[1]:d]", None, ()),
        ("a[:n], array[:a, :b], a[x + :c]", "a[$1], array[$2, $3], a[x + $4]", ("n", "a", "b", "c")),
        ("where a ~ '[' limit :n", "where a ~ '[' limit $1", ("n",)),
        ("select $2, :a", "select $2, $3", ("a",)),
        ("select :größe", "select $1", ("größe",)),
        ("limit :n offset :m", "limit $1 offset $2", ("n", "m")),
    ],
)
def test_colons_of_parameters(text: str, numbered: str | None, names: tuple[str, ...]) -> None:
    found = number_named_parameters(text)
    assert (found.text, found.names) == (numbered if numbered is not None else text, names)


def test_first_number_follows_numbers_already_there() -> None:
    assert number_named_parameters("select $2, :a").first_number == 3


def test_offsets_lead_back() -> None:
    text = "select :long_name + bad, :x - worse"
    found = number_named_parameters(text)
    for word in ("select", "bad", "worse", "+", "-"):
        assert found.source_offset(found.text.index(word)) == text.index(word)
    assert found.source_offset(found.text.index("$1")) == text.index(":long_name")
    assert found.source_offset(found.text.index("$2")) == text.index(":x")
    assert found.source_offset(len(found.text)) == len(text)
