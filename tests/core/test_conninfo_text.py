import pytest

from pgconsole.core.conninfo_text import FormValues, conninfo_text, conninfo_uri


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
    assert "s3cret" not in repr(FormValues({}, "s3cret"))
