"""Server queries lie beside the code, by the oldest server that they are for."""

import pytest

from pgconsole.db.introspection import server_major, server_query


@pytest.mark.parametrize("major", [14, 15, 18, 99])
def test_query_is_found_for_its_servers(major: int) -> None:
    assert "pg_prepared_statements" in server_query("session_state", major)


@pytest.mark.parametrize(("what", "major"), [("session_state", 13), ("no_such", 18)])
def test_missing_query_is_a_lookup_error(what: str, major: int) -> None:
    with pytest.raises(LookupError, match=what):
        server_query(what, major)


@pytest.mark.parametrize(("version", "major"), [("18.1", 18), ("15.9 (Debian 15.9-1)", 15), ("19devel", 19), ("", 14)])
def test_major_version_is_read_from_every_kind_of_version(version: str, major: int) -> None:
    assert server_major(version) == major
