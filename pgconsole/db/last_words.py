"""Reads why the server ended a session in which nothing ran: the driver drops what is said to an idle connection.

Source: PostgreSQL manual, "Message Formats", ErrorResponse, and "Error and Notice Message Fields".
"""

from dataclasses import replace

from pgconsole.core.server_report import ServerReport


def read_last_words(data: bytes) -> ServerReport | None:
    """The first FATAL or PANIC error among whole messages of `data`, which begins with one; None where there is none.

    A warning that announces the end, as that of an immediate shutdown, counts as one.
    """
    position, warned = 0, None
    while position + 5 <= len(data):
        end = position + 1 + int.from_bytes(data[position + 1 : position + 5], "big")
        if end <= position + 5 or end > len(data):
            break
        kind, body = data[position : position + 1], data[position + 5 : end]
        if kind in (b"E", b"N"):
            report = _read(body)
            if report.severity in ("FATAL", "PANIC"):
                return report
            if report.sqlstate.startswith("57P"):
                warned = replace(report, severity="FATAL")
        position = end
    return warned


def _read(body: bytes) -> ServerReport:
    fields: dict[str, str] = {}
    for field in body.split(b"\0"):
        text = field.decode("utf-8", "replace")
        fields.setdefault(text[:1], text[1:])
    return ServerReport(
        message=fields.get("M", ""),
        sqlstate=fields.get("C", ""),
        severity=fields.get("V") or fields.get("S", ""),
        detail=fields.get("D", ""),
        hint=fields.get("H", ""),
        context=fields.get("W", ""),
    )
