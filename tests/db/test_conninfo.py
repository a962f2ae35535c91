from collections.abc import Mapping
from pathlib import Path

import pytest

from pgconsole.core.connection_target import ConnectionTarget, Host
from pgconsole.core.errors import InvalidConninfo
from pgconsole.db import conninfo_hosts
from pgconsole.db.conninfo import parse_conninfo


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conninfo_hosts, "SOCKET_DIRECTORIES", ())


def _target(text: str | None, home: Path, environ: Mapping[str, str] | None = None) -> ConnectionTarget:
    return parse_conninfo(text, environ or {}, home)


def _write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_nothing_given_leads_to_this_machine_and_account(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")

    target = _target(None, home)

    assert target.hosts == (Host("localhost", 5432),)
    assert (target.user, target.database, target.password) == ("ada", "ada", None)
    assert (target.ssl_mode, target.connect_timeout_s, target.application_name) == ("prefer", 10.0, "pgconsole")


def test_a_socket_that_is_there_is_the_default(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conninfo_hosts, "SOCKET_DIRECTORIES", ("/nowhere", str(tmp_path)))
    (tmp_path / ".s.PGSQL.5433").touch()

    assert _target("port=5433 user=u", home).hosts == (Host(str(tmp_path), 5433),)
    assert _target("user=u", home).hosts == (Host("localhost", 5432),)


def test_the_database_is_named_after_the_user(home: Path) -> None:
    assert _target("user=ada", home).database == "ada"


def test_every_variable_is_followed(home: Path) -> None:
    target = _target(
        None,
        home,
        {
            "PGHOST": "db1",
            "PGHOSTADDR": "10.0.0.1",
            "PGPORT": "6432",
            "PGDATABASE": "shop",
            "PGUSER": "ada",
            "PGPASSWORD": "sesame",
            "PGOPTIONS": "-c geqo=off",
            "PGAPPNAME": "report",
            "PGCONNECT_TIMEOUT": "3",
            "PGCLIENTENCODING": "UTF-8",
            "PGTZ": "Asia/Tokyo",
            "PGDATESTYLE": "ISO, YMD",
            "PGGEQO": "off",
            "PGSSLMODE": "verify-ca",
            "PGSSLNEGOTIATION": "direct",
            "PGSSLCERT": "c.crt",
            "PGSSLKEY": "c.key",
            "PGSSLROOTCERT": "r.crt",
            "PGSSLCRL": "r.crl",
            "PGSSLCRLDIR": "crls",
            "PGSSLCERTMODE": "disable",
            "PGSSLMINPROTOCOLVERSION": "tlsv1.3",
            "PGSSLMAXPROTOCOLVERSION": "TLSv1.3",
            "PGTARGETSESSIONATTRS": "read-write",
            "PGLOADBALANCEHOSTS": "random",
        },
    )

    assert target.hosts == (Host("db1", 6432, "10.0.0.1"),)
    assert (target.database, target.user, target.password) == ("shop", "ada", "sesame")
    assert (target.options, target.application_name, target.connect_timeout_s) == ("-c geqo=off", "report", 3.0)
    assert dict(target.server_settings) == {"TimeZone": "Asia/Tokyo", "DateStyle": "ISO, YMD", "geqo": "off"}
    assert (target.ssl_mode, target.ssl_direct, target.sends_certificate) == ("verify-ca", True, False)
    assert (target.tls.certificate, target.tls.key, target.tls.root_certificate) == ("c.crt", "c.key", "r.crt")
    assert (target.tls.revocations, target.tls.revocation_directory) == ("r.crl", "crls")
    assert (target.tls_min_version, target.tls_max_version) == ("TLSv1.3", "TLSv1.3")
    assert (target.target_session_attrs, target.shuffles_hosts) == ("read-write", True)


def test_string_goes_before_service_and_service_before_variables(home: Path) -> None:
    _write(
        home / ".pg_service.conf",
        "# mine\n[other]\nhost=wrong\n[shop]\nhost=service\nport=1\nuser=service\n[shop2]\nport=9\n",
    )
    environ = {"PGHOST": "variable", "PGPORT": "2", "PGUSER": "variable", "PGDATABASE": "variable"}

    target = _target("service=shop user=string", home, environ)

    assert target.hosts == (Host("service", 1),)
    assert (target.user, target.database) == ("string", "variable")


def test_an_empty_value_in_the_string_hides_the_variable(home: Path) -> None:
    assert _target("host='' user=u", home, {"PGHOST": "variable"}).hosts == (Host("localhost"),)


def test_a_service_may_stand_in_the_systems_file(home: Path, tmp_path: Path) -> None:
    _write(home / ".pg_service.conf", "[other]\nhost=wrong\n")
    _write(tmp_path / "pg_service.conf", "[shop]\nhost=system\n")

    target = _target("user=u", home, {"PGSERVICE": "shop", "PGSYSCONFDIR": str(tmp_path)})

    assert target.hosts == (Host("system"),)


def test_the_service_file_can_be_named(home: Path, tmp_path: Path) -> None:
    named = _write(tmp_path / "services", "[shop]\nhost=named\n")

    assert _target("service=shop user=u", home, {"PGSERVICEFILE": str(named)}).hosts == (Host("named"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[shop]\nhostt=x\n", "Line 2"),
        ("[shop]\nservice=x\n", "Line 2"),
        ("[shop]\n\nldap://x/y=z\n", "Line 3"),
        ("[other]\nhost=x\n", "'shop' is not defined"),
    ],
)
def test_a_bad_service_is_told_by_line(home: Path, tmp_path: Path, text: str, told: str) -> None:
    _write(home / ".pg_service.conf", text)

    with pytest.raises(InvalidConninfo, match=told):
        _target("service=shop", home, {"PGSYSCONFDIR": str(tmp_path)})


def test_a_named_service_file_must_be_there(home: Path) -> None:
    with pytest.raises(InvalidConninfo, match="/nowhere/services"):
        _target("service=shop", home, {"PGSERVICEFILE": "/nowhere/services"})


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("host=a,b port=1,2", (Host("a", 1), Host("b", 2))),
        ("host=a,b port=1", (Host("a", 1), Host("b", 1))),
        ("host=a,b", (Host("a"), Host("b"))),
        ("host=a,b port=,2", (Host("a"), Host("b", 2))),
        ("host=a,,/tmp", (Host("a"), Host("localhost"), Host("/tmp"))),
        ("host=a,b hostaddr=10.0.0.1,::1", (Host("a", 5432, "10.0.0.1"), Host("b", 5432, "::1"))),
        ("hostaddr=10.0.0.1", (Host("10.0.0.1", 5432, "10.0.0.1"),)),
        ("host=/run/x port=77", (Host("/run/x", 77),)),
    ],
)
def test_lists_of_hosts_are_put_together(home: Path, text: str, hosts: tuple[Host, ...]) -> None:
    assert _target(text + " user=u", home).hosts == hosts


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("host=a,b,c port=1,2", "2 ports and 3 hosts"),
        ("host=a,b hostaddr=10.0.0.1", "2 hosts and 1 addresses"),
        ("port=0", "port=0"),
        ("port=65536", "port=65536"),
        ("port=x", "port=x"),
        ("host=@abstract", "host=@abstract"),
        ("sslmode=on", "sslmode=on"),
        ("sslnegotiation=tls", "sslnegotiation=tls"),
        ("sslnegotiation=direct", "sslmode=prefer"),
        ("sslrootcert=system sslmode=require", "sslmode=require"),
        ("ssl_min_protocol_version=SSLv3", "ssl_min_protocol_version=SSLv3"),
        ("target_session_attrs=master", "target_session_attrs=master"),
        ("load_balance_hosts=yes", "load_balance_hosts=yes"),
        ("connect_timeout=soon", "connect_timeout=soon"),
        ("keepalives_idle=1.5", "keepalives_idle=1.5"),
        ("client_encoding=LATIN1", "client_encoding=LATIN1"),
        ("channel_binding=require", "channel_binding=require"),
        ("gssencmode=require", "gssencmode=require"),
        ("krbsrvname=pg", "krbsrvname=pg"),
        ("gssdelegation=1", "gssdelegation=1"),
        ("replication=database", "replication=database"),
        ("requirepeer=postgres", "requirepeer=postgres"),
        ("require_auth=scram-sha-256", "require_auth=scram-sha-256"),
        ("sslcertmode=require", "sslcertmode=require"),
        ("sslsni=0", "sslsni=0"),
        ("min_protocol_version=3.2", "min_protocol_version=3.2"),
        ("oauth_issuer=https://x", "oauth_issuer"),
        ("sslkeylogfile=x", "sslkeylogfile=x"),
    ],
)
def test_what_cannot_be_had_is_refused_by_name(home: Path, text: str, named: str) -> None:
    with pytest.raises(InvalidConninfo) as caught:
        _target(text + " user=u", home)

    assert named in caught.value.what


def test_a_secret_is_not_repeated_when_it_is_refused(home: Path) -> None:
    with pytest.raises(InvalidConninfo) as caught:
        _target("oauth_client_secret=sesame user=u", home)

    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "client_encoding=auto",
        "client_encoding=utf8",
        "client_encoding=UNICODE",
        "channel_binding=prefer",
        "gssencmode=prefer",
        "krbsrvname=postgres",
        "sslcompression=0",
        "sslsni=1",
        "replication=false",
        "max_protocol_version=latest",
        "fallback_application_name=x",
    ],
)
def test_harmless_keywords_are_taken(home: Path, text: str) -> None:
    _target(text + " user=u", home)


def test_an_encoding_for_terminals_is_told_and_not_followed(home: Path) -> None:
    assert "PGCLIENTENCODING=LATIN1" in _target("user=u", home, {"PGCLIENTENCODING": "LATIN1"}).warnings[0]


def test_the_systems_authorities_verify_in_full(home: Path) -> None:
    assert _target("sslrootcert=system user=u", home).ssl_mode == "verify-full"


@pytest.mark.parametrize(("text", "seconds"), [("0", None), ("-1", None), ("1", 2.0), ("7", 7.0), ("", 10.0)])
def test_connect_timeout_is_read_as_libpq_does(home: Path, text: str, seconds: float | None) -> None:
    assert _target(f"connect_timeout='{text}' user=u", home).connect_timeout_s == seconds


def test_keep_alive_is_taken_over(home: Path) -> None:
    keep_alive = _target(
        "user=u keepalives=0 keepalives_idle=1 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=4", home
    ).keep_alive

    assert not keep_alive.enabled
    assert (keep_alive.idle_s, keep_alive.interval_s, keep_alive.count, keep_alive.user_timeout_ms) == (1, 2, 3, 4)


def test_the_password_file_answers_for_each_host(home: Path) -> None:
    _write(home / ".pgpass", "# mine\na:5432:shop:ada:first\nb:*:*:ada:second\n*:*:*:*:rest\n")

    target = _target("host=a,b,c dbname=shop user=ada", home)

    assert [host.password for host in target.hosts] == ["first", "second", "rest"]
    assert target.password is None


def test_a_password_that_is_given_goes_before_the_file(home: Path) -> None:
    _write(home / ".pgpass", "*:*:*:*:file\n")

    target = _target("host=a user=u password=given", home)

    assert (target.password, target.hosts[0].password) == ("given", "")


def test_a_password_file_that_others_can_read_is_left_out_and_told(home: Path) -> None:
    _write(home / ".pgpass", "*:*:*:*:file\n", mode=0o640)

    target = _target("host=a user=u", home)

    assert target.hosts[0].password == ""
    assert "others can read it" in target.warnings[0]


def test_no_text_of_a_target_shows_its_password(home: Path) -> None:
    _write(home / ".pgpass", "*:*:*:*:sesame\n")
    for text in ("host=a user=u password=sesame sslpassword=sesame", "host=a user=u"):
        target = _target(text, home)
        assert "sesame" not in f"{target!r} {target} {target.label} {target.title} {target.uri()}"


def test_bad_files_do_not_hide_behind_a_service(home: Path) -> None:
    (home / ".pg_service.conf").write_bytes(b"[shop]\nhost=\xff\n")

    with pytest.raises(InvalidConninfo, match="can't be read"):
        _target("service=shop", home)
