"""The stops of the tour that are about connections: forms, tests, questions on the way, and the list."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtWidgets import QLabel, QLineEdit

from pgconsole.core.certificate_facts import CertificateFacts
from pgconsole.core.connection_state import Finding
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import HostKeyUnknown
from pgconsole.core.profile import ConnectionKind, Profile, RecentConnection
from pgconsole.core.step_down import ways_down
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.ui.connecting.dialog import ConnectionDialog
from pgconsole.ui.connecting.manager import ConnectionManager
from pgconsole.ui.connecting.questions import ask_host_key
from pgconsole.ui.tour.guide import Guide

_CERTIFICATE = CertificateFacts(
    subject="db.example.com",
    issuer="Example CA",
    names=("db.example.com", "10.0.0.7"),
    since=datetime(2026, 1, 1, tzinfo=UTC),
    until=datetime(2027, 3, 1, tzinfo=UTC),
    fingerprint="9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15",
)
_ELSEWHERE = "postgresql://app@db.example.com/shop"
_PAGES = ("encryption", "tunnel", "session", "pool")
_PROFILES = (
    Profile(id="1", name="Shop", server={"host": "localhost", "dbname": "shop"}, colour="#0F9F8F"),
    Profile(
        id="2",
        name="Shop, live",
        group="Berlin",
        kind=ConnectionKind.PRODUCTION,
        server={"host": "db1.example.com,db2.example.com", "dbname": "shop"},
    ),
    Profile(
        id="3", name="Shop, staging", group="Berlin", kind=ConnectionKind.TEST, server={"host": "stage.example.com"}
    ),
    Profile(
        id="4",
        name="Till",
        group="Rome",
        server={"host": "10.0.0.7", "dbname": "till"},
        tunnel=TunnelOptions(hops="ann@gate.example.com"),
    ),
)


def connection_stops() -> tuple[tuple[str, Callable[[Guide], Awaitable[None]]], ...]:
    """Names and ways, in their order."""
    pages = tuple((f"connection-{name}", partial(_page, index=index)) for index, name in enumerate(_PAGES, 1))
    return (
        *pages,
        ("connection-steps", _steps),
        ("connection-way-down", _way_down),
        ("connection-list", _list),
        ("connection-host-key", _host_key),
    )


async def _page(guide: Guide, index: int) -> None:
    dialog = await _form(guide, "connection.open")
    line = guide.part(QLineEdit, "connectionUri", dialog)
    line.setText(_ELSEWHERE)
    line.editingFinished.emit()
    dialog.form.setCurrentIndex(index)


async def _form(guide: Guide, action_id: str) -> ConnectionDialog:
    guide.press(action_id)
    await guide.dialog("connectionDialog")
    dialog = guide.top()
    assert isinstance(dialog, ConnectionDialog)
    return dialog


async def _steps(guide: Guide) -> None:
    """A test of the local PostgreSQL."""
    dialog = await _form(guide, "connection.edit")
    guide.click("connectionTest", dialog)
    account = dialog.account
    await guide.until(
        lambda: any(label.text() == "Latency" for label in account.findChildren(QLabel)), "the test's end"
    )


async def _way_down(guide: Guide) -> None:
    """A server with an authority of its own; there is none to connect to."""
    dialog = await _form(guide, "connection.open")
    offers = ways_down("unknown authority", {"sslmode": "verify-full", "sslrootcert": "ca.pem"})
    why = f"Unable to get local issuer certificate. {_CERTIFICATE.told()}"
    dialog.show_test(
        False,
        (
            Finding("ok", "db.example.com is 10.0.0.7.", "Name"),
            Finding("ok", "db.example.com port 5432 answers after 12 ms.", "Network"),
            Finding("failed", why, "TLS", offers),
        ),
    )


async def _list(guide: Guide) -> None:
    guide.press("connection.manage")
    await guide.dialog("connectionManager")
    manager = guide.top()
    assert isinstance(manager, ConnectionManager)
    manager.show_connections(_PROFILES, (RecentConnection(title="", used_at=1_790_000_000, profile_id="2"),))
    manager.select("2")


async def _host_key(guide: Guide) -> None:
    key = "SHA256:kfGbpPBpZJqY2Yf4n6kM4D3hRZw2nq0yq0b6n1oXyZk"
    ask_host_key(guide.window, HostKeyUnknown("gate.example.com:2222", "ed25519", key, ""), lambda: None)
    await guide.dialog("hostKeyQuestion")


async def tabs_of_several(guide: Guide) -> None:
    """Tabs on servers of every kind; there are none to connect to."""
    tabs = guide.window.tabs
    live = ConnectionStatus(
        "connected",
        "Shop, live",
        "app on shop at db.example.com",
        ConnectionKind.PRODUCTION,
        "verified",
        "TLSv1.3",
        certificate=_CERTIFICATE,
        rules=("read-only transactions",),
    )
    staging = ConnectionStatus("connected", "Shop, staging", kind=ConnectionKind.TEST)
    shop = ConnectionStatus("connected", "Shop", colour="#0F9F8F")
    while len(list(guide.window.query_tabs())) < 3:
        guide.press("tab.new")
    await guide.until_idle()
    guide.window.show_connection(live)
    for tab, status in zip(reversed(list(guide.window.query_tabs())), (live, staging, shop), strict=False):
        tabs.mark(tab, status, named=True)
