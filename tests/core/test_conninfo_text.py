import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.conninfo_text import conninfo_text, conninfo_uri
from pgconsole.db.conninfo_syntax import parse_keywords


@pytest.mark.parametrize(
    ("keywords", "uri", "text"),
    [
        ({}, "", ""),
        ({"host": "h", "port": "5433", "dbname": "d", "user": "u"},
         "postgresql://u@h:5433/d", "host=h port=5433 dbname=d user=u"),
        ({"host": "a,b", "port": "1,2"}, "postgresql://a:1,b:2", "host=a,b port=1,2"),
        ({"host": "a,b", "port": "1"}, "postgresql://a:1,b:1", "host=a,b port=1"),
        ({"host": "a,b", "port": "1,"}, "postgresql://a:1,b", "host=a,b port=1,"),
        ({"host": "::1", "port": "5"}, "postgresql://[::1]:5", "host=::1 port=5"),
        ({"host": "/var/run", "dbname": "d"}, "postgresql:///d?host=/var/run", "host=/var/run dbname=d"),
        ({"port": "5433"}, "postgresql://:5433", "port=5433"),
        ({"service": "live"}, "postgresql:///?service=live", "service=live"),
        ({"user": "ü@x", "dbname": "a b/c"}, "postgresql://%C3%BC%40x@/a%20b%2Fc", "user=ü@x dbname='a b/c'"),
        ({"host": "h", "application_name": "it's\\me"},
         "postgresql://h/?application_name=it%27s%5Cme", "host=h application_name='it\\'s\\\\me'"),
    ],
)  # fmt: skip
def test_keywords_become_the_texts_that_psql_takes(keywords: dict[str, str], uri: str, text: str) -> None:
    assert conninfo_uri(keywords) == uri
    assert conninfo_text(keywords) == text


def test_no_password_enters_a_text() -> None:
    keywords = {"host": "h", "password": "s3cret", "sslpassword": "s3cret"}
    assert conninfo_uri(keywords) == "postgresql://h"
    assert conninfo_text(keywords) == "host=h"


_WORDS = st.text(st.characters(min_codepoint=33, exclude_categories=["C"]), min_size=1)
_HOSTS = st.text("abcxyz019.-_", min_size=1) | st.sampled_from(
    ["::1", "/tmp", "/var/run/it's here", "a,b", "fe80::1,b"]
)
_KEYWORDS = st.fixed_dictionaries(
    {},
    optional={
        "host": _HOSTS,
        "port": st.sampled_from(["5432", "1,2", "5433,"]),
        "dbname": _WORDS,
        "user": _WORDS,
        "sslmode": st.just("verify-full"),
        "application_name": _WORDS,
        "options": st.just("-c geqo=off -c search_path=a,b"),
    },
)


def _with_all_ports(keywords: dict[str, str]) -> dict[str, str]:
    """One port stands for every host, and none for the default of each."""
    ports, hosts = keywords.get("port", "").split(","), keywords.get("host", "").split(",")
    every = ports * len(hosts) if len(ports) == 1 else ports
    rest = {name: value for name, value in keywords.items() if name != "port"}
    return rest | {"port": ",".join(every)} if any(every) else rest


@given(_KEYWORDS)
def test_both_texts_are_read_back_as_the_keywords_they_came_from(keywords: dict[str, str]) -> None:
    assert _with_all_ports(parse_keywords(conninfo_uri(keywords))) == _with_all_ports(keywords)
    assert parse_keywords(conninfo_text(keywords)) == keywords
