"""The fields of a connection on five pages, from the server to the pool. Owns no connection string."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QSpinBox, QTabWidget, QWidget

from pgconsole.core.connection_target import SSL_MODES
from pgconsole.core.conninfo_text import conninfo_text
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import SECRET_KEYWORDS, ConnectionKind, PoolOptions, Profile, SessionOptions
from pgconsole.core.profile_check import FieldProblem
from pgconsole.core.tunnel_options import TunnelOptions
from pgconsole.ui.connecting.form_help import FIELD_HELP
from pgconsole.ui.connecting.form_page import FormPage
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.scrolled import Scrolled
from pgconsole.ui.theme import GAP_M, ICON_SIZE, TAB_COLOURS

ParseKeywords = Callable[[str], Mapping[str, str]]
"""Reads a connection string into libpq's keywords; raises `PgconsoleError`."""

_PLACE = ("host", "port", "dbname", "user")
_TLS_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_LINES = (*_PLACE, *_TLS_FILES)
_OWN_FIELDS = (*_PLACE, "sslmode", "sslnegotiation", *_TLS_FILES)
_SSL_DEFAULT = "As usual (prefer)"
_SSL_HINTS = {
    "disable": "disable (nothing is encrypted)",
    "require": "require (encrypted, but to whom?)",
    "verify-ca": "verify-ca (any host of the authority)",
    "verify-full": "verify-full (checks who the server is)",
}
_PORT_WIDTH = 72
_TUNNEL_NOTE = "Host and port are as the last SSH server sees them. Its key is looked up in ~/.ssh/known_hosts."
_SESSION_LINES = ("time_zone", "search_path", "role")
_SESSION_SECONDS = ("statement_timeout_s", "lock_timeout_s", "idle_in_transaction_timeout_s")


class ConnectionForm(QTabWidget):
    """Shows and reads a `Profile` and a password; every change by the user is announced by `edited`."""

    edited = Signal()
    place_given = Signal()
    """The user has left the field of the host."""
    mode_chosen = Signal()
    """The user has said how to encrypt."""

    def __init__(self, parse: ParseKeywords, parent: QWidget | None = None) -> None:
        """Take what reads further parameters, which are key=value too."""
        super().__init__(parent)
        self._parse = parse
        self._base = Profile(id="")
        self.fields: dict[str, FormField] = {}
        """By the names that `FieldProblem` has."""
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password_note = plain_label("", "second", self)
        self._kind, self._colour, self._ssl_mode = QComboBox(self), QComboBox(self), QComboBox(self)
        self._initial_sql = QPlainTextEdit(self)
        self._fill_choices()
        self.setObjectName("connectionForm")
        self.setDocumentMode(True)
        pages = [self._server_page(), self._encryption_page(), self._tunnel_page()]
        pages += [self._session_page(), self._pool_page()]
        for page, title in zip(pages, ("Server", "Encryption", "SSH tunnel", "Session", "Pool"), strict=True):
            self.addTab(Scrolled(page, self), title)
            self.fields |= page.fields
            page.edited.connect(self.edited)
        for name, field in self.fields.items():
            field.explain(FIELD_HELP[name])
        for before, after in pairwise([self.tabBar(), *(widget for page in pages for widget in page.order)]):
            self.setTabOrder(before, after)

    def _fill_choices(self) -> None:
        for kind in ConnectionKind:
            self._kind.addItem(kind.value.capitalize(), kind)
        self._colour.addItem("As the kind has it", "")
        for title, colour in TAB_COLOURS:
            self._colour.addItem(_drawn(colour), title, colour)
        self._ssl_mode.addItem(_SSL_DEFAULT, "")
        for mode in SSL_MODES:
            self._ssl_mode.addItem(_SSL_HINTS.get(mode, mode), mode)
        for box in (self._kind, self._colour, self._ssl_mode):
            box.activated.connect(self.edited)
        self._ssl_mode.activated.connect(self.mode_chosen)

    # Pages

    def _server_page(self) -> FormPage:
        page = FormPage(self)
        page.add_line("name", "Name", "By default database @ host")
        page.add("kind", "Kind", self._kind)
        host = page.add_line("host", "Host", "localhost, or a socket's folder; several with commas")
        host.editingFinished.connect(self.place_given)
        port = page.line("5432")
        port.setFixedWidth(_PORT_WIDTH)
        page.add_beside("port", "Port", port)
        page.add_line("dbname", "Database", "The user's name by default")
        page.add_line("user", "User", "The system's user by default")
        page.add("password", "Password", self.password)
        self.keeps_password = page.add_box("Keep the password", "connectionKeepPassword")
        page.add_note(self.password_note)
        page.add_line("password_command", "Password command", "A program and its arguments; run without a shell")
        page.add_line("group", "Group", "Heading in the list")
        page.add_beside("colour", "Colour", self._colour)
        return page

    def _encryption_page(self) -> FormPage:
        page = FormPage(self)
        page.add("sslmode", "Encryption", self._ssl_mode)
        page.add_line("sslrootcert", "Root certificates", "~/.postgresql/root.crt, or system")
        page.add_line("sslcert", "Client certificate", "~/.postgresql/postgresql.crt")
        page.add_line("sslkey", "Client key", "~/.postgresql/postgresql.key")
        page.add_line("sslcrl", "Revoked certificates", "~/.postgresql/root.crl")
        self._direct = page.add_box("Begin with TLS at once (PostgreSQL 17 and later)", "connectionDirectTls")
        page.add_line("more", "Further parameters", "connect_timeout=5 target_session_attrs=read-write")
        return page

    def _tunnel_page(self) -> FormPage:
        page = FormPage(self)
        page.add_line("tunnel.hops", "SSH servers", "ann@gate, inner:2222; the last one connects to the host")
        page.add_line("tunnel.key_file", "Private key", "The agent's, or those below ~/.ssh")
        self._agent = page.add_box("Use the keys of the SSH agent", "connectionTunnelAgent")
        page.add_seconds("tunnel.keep_alive_s", "Keep alive every", "Never", most=3600)
        page.add_note(plain_label(_TUNNEL_NOTE, "second", page))
        return page

    def _session_page(self) -> FormPage:
        page = FormPage(self)
        page.add_line("session.time_zone", "Time zone", "The server's")
        page.add_line("session.search_path", "Search path", "The role's")
        page.add_line("session.role", "Role", "The user itself")
        page.add_seconds("session.statement_timeout_s", "Statement time-out", "The role's")
        page.add_seconds("session.lock_timeout_s", "Lock time-out", "The role's")
        page.add_seconds("session.idle_in_transaction_timeout_s", "Idle in transaction", "The role's")
        self._read_only = page.add_box("Transactions begin read-only", "connectionReadOnly")
        self._initial_sql.setProperty("field", True)
        self._initial_sql.setTabChangesFocus(True)
        self._initial_sql.setPlaceholderText("Runs once on each new session")
        self._initial_sql.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._initial_sql.setFixedHeight(4 * self.fontMetrics().lineSpacing() + GAP_M)
        self._initial_sql.textChanged.connect(self.edited)
        page.add("session.initial_sql", "Initial SQL", self._initial_sql)
        return page

    def _pool_page(self) -> FormPage:
        page = FormPage(self)
        page.add_number("pool.min_size", "Sessions, at least", 0, 1000)
        page.add_number("pool.max_size", "Sessions, at most", 1, 1000)
        page.add_seconds("pool.acquire_timeout_s", "Wait for one", least=1)
        page.add_seconds("pool.idle_life_s", "Close when idle for", least=1)
        page.add_seconds("pool.max_age_s", "Close at the age of", least=1)
        self._pgbouncer = page.add_box("Behind PgBouncer in transaction mode", "connectionPgbouncer")
        return page

    # Values

    def show_profile(self, profile: Profile) -> None:
        """Fill every field, and forget the password that was typed."""
        self._base = profile
        blocked = self.blockSignals(True)
        for name, text in (("name", profile.name), ("group", profile.group)):
            self._set(name, text)
        self._kind.setCurrentIndex(self._kind.findData(profile.kind))
        _choose(self._colour, profile.colour)
        self.show_keywords(profile.keywords)
        self.password.clear()
        self.keeps_password.setChecked(profile.password_storage == "keyring")
        self._set("password_command", shlex.join(profile.password_command))
        self._pgbouncer.setChecked(profile.pgbouncer)
        self._read_only.setChecked(profile.session.read_only)
        self._agent.setChecked(profile.tunnel.uses_agent)
        self._initial_sql.setPlainText(profile.session.initial_sql)
        for name in _SESSION_LINES:
            self._set(f"session.{name}", getattr(profile.session, name))
        for name in ("hops", "key_file"):
            self._set(f"tunnel.{name}", getattr(profile.tunnel, name))
        for table, options, names in (
            ("session", profile.session, _SESSION_SECONDS),
            ("tunnel", profile.tunnel, ("keep_alive_s",)),
            ("pool", profile.pool, PoolOptions.__struct_fields__),
        ):
            for name in names:
                self._spin(f"{table}.{name}").setValue(round(getattr(options, name)))
        self.show_problems(())
        self.blockSignals(blocked)

    def show_keywords(self, keywords: Mapping[str, str]) -> None:
        """Fill what libpq's keywords say, and empty what they leave open; secrets are not among them."""
        for name in _LINES:
            self._set(name, keywords.get(name, ""))
        blocked = self.blockSignals(True)
        self._direct.setChecked(keywords.get("sslnegotiation") == "direct")
        self.blockSignals(blocked)
        _choose(self._ssl_mode, keywords.get("sslmode", ""))
        self._set("more", conninfo_text({name: text for name, text in keywords.items() if name not in _OWN_FIELDS}))

    def switch_to_pgbouncer(self) -> None:
        """Switch on what PgBouncer in transaction mode needs."""
        self._pgbouncer.setChecked(True)

    def keywords(self) -> dict[str, str]:
        """libpq's keywords as the fields say; raises `PgconsoleError` where the further parameters can't be read."""
        chosen = {
            "sslmode": str(self._ssl_mode.currentData()),
            "sslnegotiation": "direct" if self._direct.isChecked() else "",
        }
        found = {name: chosen[name] if name in chosen else self._text(name) for name in _OWN_FIELDS}
        more = {name: text for name, text in self._parse(self._text("more")).items() if name not in SECRET_KEYWORDS}
        return {name: text for name, text in (found | more).items() if text}

    def profile(self) -> Profile:
        """The profile that the fields describe; raises `PgconsoleError` as `keywords` does."""
        server: dict[str, str | int] = dict(self.keywords())
        port = str(server.get("port", ""))
        if port.isascii() and port.isdecimal():
            server["port"] = int(port)
        return msgspec.structs.replace(
            self._base,
            name=self._text("name"),
            group=self._text("group"),
            kind=self._kind.currentData(),
            colour=self._colour.currentData(),
            server=server,
            password_storage="keyring" if self.keeps_password.isChecked() else "ask",
            password_command=_words(self._text("password_command")),
            tunnel=self._tunnel(),
            pgbouncer=self._pgbouncer.isChecked(),
            pool=msgspec.convert(
                {name: self._spin(f"pool.{name}").value() for name in PoolOptions.__struct_fields__}, PoolOptions
            ),
            session=self._session(),
        )

    def _tunnel(self) -> TunnelOptions:
        return TunnelOptions(
            hops=self._text("tunnel.hops"),
            key_file=self._text("tunnel.key_file"),
            uses_agent=self._agent.isChecked(),
            keep_alive_s=float(self._spin("tunnel.keep_alive_s").value()),
        )

    def _session(self) -> SessionOptions:
        lines = {name: self._text(f"session.{name}") for name in _SESSION_LINES}
        seconds = {name: self._spin(f"session.{name}").value() for name in _SESSION_SECONDS}
        rest = {"read_only": self._read_only.isChecked(), "initial_sql": self._initial_sql.toPlainText().strip()}
        return msgspec.convert({**lines, **seconds, **rest}, SessionOptions)

    # Problems

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        """Mark exactly these fields, and go to the page of the first one."""
        told = {problem.field: problem.text for problem in problems}
        for name, field in self.fields.items():
            field.show_problem(told.get(name, ""))
        first = next((self.fields[name] for name in told if name in self.fields), None)
        for index in range(self.count()):
            page = self.widget(index)
            if first is not None and isinstance(page, Scrolled) and page.isAncestorOf(first):
                self.setCurrentIndex(index)
                page.ensureWidgetVisible(first)

    def further_problem(self) -> FieldProblem | None:
        """What is wrong with the texts that are read into parts: further parameters, the password command."""
        try:
            self._parse(self._text("more"))
        except PgconsoleError as error:
            return FieldProblem("more", f"{error.why or error.what} {error.remedy}".strip())
        try:
            _words(self._text("password_command"))
        except ValueError:
            return FieldProblem("password_command", "A quotation does not end.")
        return None

    def _text(self, name: str) -> str:
        widget = self.fields[name].widget
        assert isinstance(widget, QLineEdit)
        return widget.text().strip()

    def _set(self, name: str, text: str) -> None:
        widget = self.fields[name].widget
        assert isinstance(widget, QLineEdit)
        widget.setText(text)

    def _spin(self, name: str) -> QSpinBox:
        widget = self.fields[name].widget
        assert isinstance(widget, QSpinBox)
        return widget


def _words(command: str) -> tuple[str, ...]:
    """A command line as its words, by the rules of a shell and without one; raises `ValueError`."""
    return tuple(shlex.split(command))


def _choose(box: QComboBox, value: str) -> None:
    """Choose a value, which becomes a choice where it is none yet."""
    if box.findData(value) < 0:
        box.addItem(value, value)
    box.setCurrentIndex(box.findData(value))


def _drawn(colour: str) -> QIcon:
    pixmap = QPixmap(ICON_SIZE, ICON_SIZE)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
