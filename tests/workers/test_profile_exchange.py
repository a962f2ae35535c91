import stat
from pathlib import Path

import pytest

from pgconsole.core.errors import FileError
from pgconsole.core.profile import ConnectionKind, Profile
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.workers.profile_exchange import MAX_FILE_BYTES, export_profiles, import_profiles

_SHOP = Profile(
    id="shop",
    name="Shop, live",
    group="Berlin",
    kind=ConnectionKind.PRODUCTION,
    server={"host": "db", "port": 5433, "password": "s3cret"},
    password_command=("vault", "read", "s3cret"),
    tunnel=TunnelOptions(hops="ann@gate"),
)


def test_what_is_exported_comes_back_without_secrets_and_programs(tmp_path: Path) -> None:
    path = tmp_path / "connections.toml"
    export_profiles(path, (_SHOP,))
    assert "s3cret" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (back,) = import_profiles(path).profiles
    assert back.id != _SHOP.id
    assert (back.name, back.group, back.kind, back.tunnel) == (_SHOP.name, "Berlin", _SHOP.kind, _SHOP.tunnel)
    assert back.server == {"host": "db", "port": 5433}
    assert back.password_command == ()


def test_folder_of_the_export_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    export_profiles(tmp_path / "c.toml", ())
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["c.toml"]


def test_program_of_somebody_else_s_file_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[[profile]]\nid = "x"\nname = "Shop"\npassword_command = ["rm", "-rf", "/"]\n')
    found = import_profiles(path)
    assert found.profiles[0].password_command == ()
    assert found.problems == ("The password command of Shop is left out: it would run a program.",)


def test_connection_that_is_not_understood_is_told_and_the_others_come(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[[profile]]\nid = 1\n[[profile]]\nid = "x"\nname = "Shop"\n')
    found = import_profiles(path)
    assert [profile.name for profile in found.profiles] == ["Shop"]
    assert found.problems[0].startswith("A connection is left out: id")


def test_services_of_libpq_become_connections(tmp_path: Path) -> None:
    path = tmp_path / "pg_service.conf"
    path.write_text("# mine\n[shop]\nhost=db\npassword=s3cret\n\n[till]\nport=5433\n")
    found = import_profiles(path).profiles
    assert [(profile.name, profile.server) for profile in found] == [
        ("shop", {"host": "db"}),
        ("till", {"port": "5433"}),
    ]


@pytest.mark.parametrize("content", [b"nothing\n", b"\xff\xfe", b"[[profile", b"x" * (MAX_FILE_BYTES + 1)])
def test_file_that_holds_no_connections_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    with pytest.raises(FileError, match="No connections can be read"):
        import_profiles(path)


def test_missing_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="can't be written"):
        export_profiles(tmp_path / "none" / "c.toml", ())
    with pytest.raises(FileError):
        import_profiles(tmp_path / "none")
