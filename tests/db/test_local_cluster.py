from pathlib import Path

import asyncpg
import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_account import current_account
from pgconsole.db.local_paths import LocalPaths
from pgconsole.db.local_server import acquire
from tests.fixtures.postgres import FAST_SETTINGS


def made_instance(paths: LocalPaths) -> Path:
    server = acquire(paths, FAST_SETTINGS)
    server.release()
    return server.instance.root


def test_the_password_is_for_its_owner_only(module_paths: LocalPaths) -> None:
    root = made_instance(module_paths)
    assert (root / "password").stat().st_mode & 0o777 == 0o600
    assert len((root / "password").read_text().strip()) >= 32
    assert sorted(path.name for path in root.iterdir()) == [
        "data",
        "in-use.lock",
        "password",
        "server.conf",
        "server.log",
        "start.lock",
    ]


def test_data_of_another_major_version_is_refused_by_name(module_paths: LocalPaths) -> None:
    version = made_instance(module_paths) / "data" / "PG_VERSION"
    own = version.read_text()
    version.write_text("13\n")
    try:
        with pytest.raises(LocalServerError, match=r"made by PostgreSQL 13, and the server here is PostgreSQL 1[89]"):
            acquire(module_paths, FAST_SETTINGS)
    finally:
        version.write_text(own)
    assert made_instance(module_paths).exists()


async def test_a_lost_password_is_replaced(module_paths: LocalPaths) -> None:
    (made_instance(module_paths) / "password").unlink()
    server = acquire(module_paths, FAST_SETTINGS)
    try:
        connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=10)
        await connection.close()
    finally:
        server.release()


def test_what_a_killed_initdb_left_is_removed(local_paths: LocalPaths) -> None:
    root = local_paths.instance(18, current_account()).root
    unfinished = root / "initdb-killed"
    unfinished.mkdir(parents=True)
    for folder in (root, root.parent, root.parent.parent):
        folder.chmod(0o711)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert made_instance(local_paths) == root
    assert not unfinished.exists()


async def test_the_users_own_settings_are_kept(module_paths: LocalPaths) -> None:
    settings = made_instance(module_paths) / "data" / "postgresql.conf"
    with settings.open("a") as stream:
        stream.write("\nwork_mem = '17MB'\n")
    server = acquire(module_paths, FAST_SETTINGS)
    try:
        connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=10)
        assert await connection.fetchval("show work_mem") == "17MB"
        await connection.close()
    finally:
        server.release()
