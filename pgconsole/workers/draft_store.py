"""Keeps every tab's text in one SQLite file, so that no crash loses more than what was typed since the last save.

Owns the drafts of all windows: each window writes only its own, holds a lease while it lives, and takes over the drafts
of those that are gone, however they went. When to save is its caller's business. Blocking work runs in a thread.

WAL with synchronous=NORMAL: what is saved survives the death of the process; a power cut may take the newest seconds
but never tears the file (https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import asyncio
import contextlib
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeVar

from pgconsole.core.draft import Draft
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.script_file import ScriptFile
from pgconsole.core.text_form import TextForm
from pgconsole.workers.private_files import keep_aside, make_private_dir, state_dir, take_lock

CLOSED_KEPT = 100
_BUSY_TIMEOUT_S = 5.0
_SCHEMA_1 = """
create table draft (
    id text primary key,
    window text not null,
    title text not null,
    text text not null,
    caret integer not null,
    anchor integer not null,
    position integer not null,
    profile_id text not null,
    saved_at real not null,
    closed_at real
) without rowid;
create index draft_window on draft (window, closed_at);
"""
_SCHEMA_2 = """
alter table draft add file blob not null default x'';
alter table draft add digest text not null default '';
alter table draft add encoding text not null default '';
alter table draft add has_mark integer not null default 0;
alter table draft add line_end text not null default '';
alter table draft add is_unsaved integer not null default 0;
"""
_SCHEMA_3 = """
alter table draft add manual_commit integer not null default 0;
alter table draft add read_only integer not null default 0;
"""
_SCHEMAS = (_SCHEMA_1, _SCHEMA_2, _SCHEMA_3)
"""What makes each version of the file out of the one before; files of all of them are about."""
_NAMES = (
    *("id", "title", "text", "caret", "anchor", "position", "profile_id"),
    *("file", "digest", "encoding", "has_mark", "line_end", "is_unsaved"),
    *("manual_commit", "read_only"),
)
_COLUMNS = ", ".join(_NAMES)
_SAVE = f"""
insert into draft ({_COLUMNS}, window, saved_at) values ({"?, " * len(_NAMES)}?, ?)
on conflict (id) do update set
    {", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])}, saved_at = excluded.saved_at, closed_at = null
where draft.window = excluded.window
"""
_T = TypeVar("_T")


class DraftStore:
    """The drafts of one window; every coroutine raises `PgconsoleError` where the file can't be used."""

    def __init__(self, connection: sqlite3.Connection, lease: IO[bytes], lease_path: Path, problem: str) -> None:
        """Not for callers: a store comes from `open`."""
        self._connection = connection
        self._lease = lease
        self._lease_path = lease_path
        self._in_order = asyncio.Lock()
        self._one_at_a_time = threading.Lock()
        self.window_id = lease_path.stem
        self.problem = problem
        """What is to be told of the file as it was found; empty where all is well."""

    @classmethod
    async def open(cls, path: Path | None = None) -> "DraftStore":
        """The store in `path`, or the user's own; a file that is no database is kept aside, and `problem` says so."""
        where = path or state_dir() / "drafts.sqlite"
        return await _in_thread(where, lambda: cls._open(where))

    @classmethod
    def _open(cls, path: Path) -> "DraftStore":
        make_private_dir(path.parent)
        problem = ""
        try:
            connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            kept = keep_aside(path)
            for leftover in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                leftover.unlink(missing_ok=True)
            problem = f"{path} is damaged ({error}); it was kept as {kept.name}, and drafts begin anew."
            connection = _connect(path)
        lease_path = _lease_path(path, secrets.token_hex(8))
        lease = take_lock(lease_path)
        assert lease is not None
        return cls(connection, lease, lease_path, problem)

    async def take_over(self) -> tuple[Draft, ...]:
        """Make the drafts of all windows that are gone this window's own, and return the open ones in their order."""
        return await self._run(self._take_over)

    def _take_over(self) -> tuple[Draft, ...]:
        base = self._lease_path
        with _transaction(self._connection) as database:
            windows = database.execute("select window from draft group by window order by min(saved_at)").fetchall()
            gone = [window for (window,) in windows if window != self.window_id and _is_gone(base.with_stem(window))]
            drafts = tuple(
                replace(_draft(row), position=place)
                for place, row in enumerate(row for w in gone for row in _open_rows(database, w))
            )
            database.executemany("update draft set position = ? where id = ?", ((d.position, d.id) for d in drafts))
            database.executemany("update draft set window = ? where window = ?", ((self.window_id, w) for w in gone))
        for lease in base.parent.glob("*.window"):
            if lease != base and _is_gone(lease):
                _forget(lease)
        return drafts

    async def save(self, drafts: Iterable[Draft]) -> None:
        """Write the drafts of open tabs; one that another window took over is left to it."""
        kept = list(drafts)
        await self._run(lambda: self._save(kept))

    def _save(self, drafts: Sequence[Draft]) -> None:
        with _transaction(self._connection) as database:
            database.executemany(_SAVE, ((*_row(draft), self.window_id, time.time()) for draft in drafts))

    async def close_draft(self, draft: Draft) -> None:
        """Keep a closed tab's text for `reopen`; one without text or file is forgotten. The newest hundred are kept."""
        await self._run(lambda: self._close(draft))

    def _close(self, draft: Draft) -> None:
        own = (draft.id, self.window_id)
        with _transaction(self._connection) as database:
            if not draft.text.strip() and draft.file is None:
                database.execute("delete from draft where id = ? and window = ?", own)
                return
            database.execute(_SAVE, (*_row(draft), self.window_id, time.time()))
            database.execute("update draft set closed_at = ? where id = ? and window = ?", (time.time(), *own))
            database.execute(
                "delete from draft where window = ? and closed_at is not null and id not in (select id from draft"
                " where window = ? and closed_at is not null order by closed_at desc limit ?)",
                (self.window_id, self.window_id, CLOSED_KEPT),
            )

    async def reopen(self, draft_id: str | None = None) -> Draft | None:
        """The draft of a closed tab, the one closed last where none is named, open again; None where there is none."""
        return await self._run(lambda: self._reopen(draft_id))

    def _reopen(self, draft_id: str | None) -> Draft | None:
        with _transaction(self._connection) as database:
            row = database.execute(
                f"select {_COLUMNS} from draft where window = ? and closed_at is not null and coalesce(id = ?, true)"
                " order by closed_at desc limit 1",
                (self.window_id, draft_id),
            ).fetchone()
            if row is None:
                return None
            database.execute("update draft set closed_at = null where id = ?", (row[0],))
        return _draft(row)

    async def closed(self) -> tuple[Draft, ...]:
        """The closed tabs that can be opened again, the one closed last first."""
        return await self._run(self._closed)

    def _closed(self) -> tuple[Draft, ...]:
        rows = self._connection.execute(
            f"select {_COLUMNS} from draft where window = ? and closed_at is not null order by closed_at desc",
            (self.window_id,),
        )
        return tuple(_draft(row) for row in rows)

    async def aclose(self) -> None:
        """Give up the lease; the drafts wait for the next window. May be called twice."""
        await self._run(self._release)

    def _release(self) -> None:
        self._connection.close()
        self._lease.close()
        _forget(self._lease_path)

    async def _run(self, work: Callable[[], _T]) -> _T:
        def alone() -> _T:
            with self._one_at_a_time:
                return work()

        async with self._in_order:  # of two threads that begin, either may come first
            return await _in_thread(self._lease_path, alone)


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        (found,) = connection.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        with _transaction(connection):
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > len(_SCHEMAS):
                raise PgconsoleError(
                    f"{path} was written by a newer pgconsole.", "Its form is not known here.", "Start the newer one."
                )
            for statement in ";".join(_SCHEMAS[version:]).split(";"):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {len(_SCHEMAS)}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything or nothing; begins with the write lock, so that two windows never decide on the same state."""
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


async def _in_thread(path: Path, work: Callable[[], _T]) -> _T:
    try:
        return await asyncio.to_thread(work)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PgconsoleError(
            "Drafts can't be kept.",
            f"In {path.parent}: {reason}.",
            "Check the folder's permissions and the free disk space; until then, save what matters to a file.",
        ) from error


def _open_rows(database: sqlite3.Connection, window: str) -> list[tuple[Any, ...]]:
    return database.execute(
        f"select {_COLUMNS} from draft where window = ? and closed_at is null order by position", (window,)
    ).fetchall()


def _row(draft: Draft) -> tuple[str | int | bytes, ...]:
    text = draft.text.encode("utf-8", "replace").decode("utf-8")
    own = (draft.id, draft.title, text, draft.caret, draft.anchor, draft.position, draft.profile_id)
    mode = (draft.is_unsaved, draft.manual_commit, draft.read_only)
    if draft.file is None:
        return (*own, b"", "", "", False, "", *mode)
    # As bytes: a file's name may be no text.
    file, form = draft.file, draft.file.form
    path = os.fsencode(file.path)
    return (*own, path, file.digest, form.encoding, form.has_mark, form.line_end, *mode)


def _draft(row: Sequence[Any]) -> Draft:
    *own, path, digest, encoding, has_mark, line_end, is_unsaved, manual_commit, read_only = row
    form = TextForm(encoding, bool(has_mark), line_end)
    file = ScriptFile(Path(os.fsdecode(path)), digest, form) if path else None
    draft = replace(Draft(*own), file=file, is_unsaved=bool(is_unsaved))
    return replace(draft, manual_commit=bool(manual_commit), read_only=bool(read_only))


def _lease_path(store: Path, window_id: str) -> Path:
    return store.with_name(f"{window_id}.window")


def _forget(lease_path: Path) -> None:
    with contextlib.suppress(OSError):
        lease_path.unlink()


def _is_gone(lease_path: Path) -> bool:
    """Whether no process holds the lease; the system drops a lease with its process, however that ended."""
    if not lease_path.exists():
        return True
    lease = take_lock(lease_path)
    if lease is None:
        return False
    lease.close()
    return True
