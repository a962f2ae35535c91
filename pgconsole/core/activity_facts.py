"""Rows of text for what a server tells beside its sessions: long commands, replicas, statements that cost most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pgconsole.core.backend import Backend
from pgconsole.core.server_numbers import Progress, Replica, TopStatement
from pgconsole.core.wording import format_count, format_duration_ms, format_size

_BLOCK_BYTES: Final = 8192
"""Of nearly every server: another size is chosen when PostgreSQL itself is built."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column: its title, its width in pixels (0: what is left), and whether it holds figures."""

    title: str
    width: int = 0
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: what it is known by, its texts, and how full the bar in its first column is, from 0 to 1."""

    key: str
    texts: tuple[str, ...]
    share: float | None = None


PROGRESS_COLUMNS: Final = (
    FactColumn("Done", 176),
    FactColumn("Session", 88),
    FactColumn("Who", 200),
    FactColumn("Command", 168),
    FactColumn("On", 200),
    FactColumn("Phase"),
)
REPLICA_COLUMNS: Final = (
    FactColumn("Replica", 176),
    FactColumn("Session", 88),
    FactColumn("Client", 128),
    FactColumn("State", 120),
    FactColumn("Kind", 96),
    FactColumn("Behind", 112, is_figure=True),
    FactColumn("Lag", 96, is_figure=True),
    FactColumn(""),
)
STATEMENT_COLUMNS: Final = (
    FactColumn("Share of time", 112),
    FactColumn("Total", 96, is_figure=True),
    FactColumn("Calls", 96, is_figure=True),
    FactColumn("Mean", 88, is_figure=True),
    FactColumn("Rows", 104, is_figure=True),
    FactColumn("Cache hits", 88, is_figure=True),
    FactColumn("User", 96),
    FactColumn("Database", 104),
    FactColumn("Statement"),
)


def progress_facts(commands: Iterable[Progress], backends: Mapping[int, Backend]) -> tuple[Fact, ...]:
    """A row for each long command; several of one session, as a VACUUM's own, are told apart by what they are."""
    return tuple(
        Fact(
            f"{each.pid} {each.command} {each.relation}",
            (
                _done(each),
                str(each.pid),
                _who(backends.get(each.pid)),
                each.command,
                each.relation,
                each.phase or "not visible to this role",
            ),
            each.share,
        )
        for each in commands
    )


def replica_facts(replicas: Iterable[Replica]) -> tuple[Fact, ...]:
    """A row for each replica."""
    return tuple(
        Fact(
            str(each.pid),
            (
                each.name,
                str(each.pid),
                each.client or "local",
                each.state or "not visible to this role",
                each.sync_state,
                "" if each.lag_bytes is None else format_size(max(0, round(each.lag_bytes))),
                "" if each.lag_s is None else format_duration_ms(each.lag_s * 1000),
                "",
            ),
        )
        for each in replicas
    )


def statement_facts(statements: Iterable[TopStatement]) -> tuple[Fact, ...]:
    """A row for each statement, with its share of the time of all that are listed."""
    listed = tuple(statements)
    total_ms = sum(each.total_ms for each in listed)
    return tuple(_statement_fact(number, each, total_ms) for number, each in enumerate(listed))


def _statement_fact(number: int, each: TopStatement, total_ms: float) -> Fact:
    blocks = each.blocks_hit + each.blocks_read
    share = each.total_ms / total_ms if total_ms else 0.0
    texts = (
        f"{share:.1%}".replace("%", " %"),
        format_duration_ms(each.total_ms),
        format_count(each.calls),
        format_duration_ms(each.mean_ms),
        format_count(each.rows),
        f"{each.blocks_hit / blocks * 100:.0f} %" if blocks else "",
        each.user,
        each.database,
        each.query,
    )
    return Fact(f"{number} {each.user} {each.database} {each.query}", texts, share)


def _done(each: Progress) -> str:
    if each.done is None:
        return "not visible to this role"
    factor = _BLOCK_BYTES if each.unit == "blocks" else 1
    parts = [each.done, *([each.total] if each.total else [])]
    shown = [format_count(part) if each.unit == "rows" else format_size(part * factor) for part in parts]
    share = "" if each.share is None else f"{each.share * 100:.0f} %, "
    return share + " of ".join(shown) + (" rows" if each.unit == "rows" else "")


def _who(backend: Backend | None) -> str:
    if backend is None:
        return ""
    return ", ".join(part for part in (backend.application or backend.kind, backend.user, backend.database) if part)
