"""The fields of a connection on three pages: server, encryption, session and pool. Owns no connection string."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QTabWidget,
    QWidget,
)

from pgconsole.core.connection_target import SSL_MODES
from pgconsole.core.conninfo_text import conninfo_text
from pgconsole.core.errors import PgconsoleError
from pgconsole.core.profile import SECRET_KEYWORDS, ConnectionKind, PoolOptions, Profile, SessionOptions
from pgconsole.core.profile_check import FieldProblem
from pgconsole.ui.form_field import FormField, plain_label
from pgconsole.ui.theme import GAP_M, GAP_S

ParseKeywords = Callable[[str], Mapping[str, str]]
"""Reads a connection string into libpq's keywords; raises `PgconsoleError`."""

_OWN_FIELDS = ("host", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey")
_SSL_DEFAULT = "As usual (prefer)"
_SSL_HINTS = {"verify-full": "verify-full (checks who the server is)"}
_FIGURE_WIDTH = 120
_MAX_SECONDS = 7 * 24 * 3600


class ConnectionForm(QTabWidget):
    """Shows and reads a `Profile` and a password; every change by the user is announced by `edited`."""

    edited = Signal()

    def __init__(self, parse: ParseKeywords, parent: QWidget | None = None) -> None:
        """Take what reads further parameters, which are key=value too."""
        super().__init__(parent)
        self._parse = parse
        self._base = Profile(id="")
        self.fields: dict[str, FormField] = {}
        """By the names that `FieldProblem` has."""
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.keeps_password = QCheckBox("Keep the password", self)
        self.keeps_password.setObjectName("connectionKeepPassword")
        self.password_note = plain_label("", "second", self)
        self.password_note.setWordWrap(True)
        self.password_note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._kind, self._ssl_mode = QComboBox(self), QComboBox(self)
        self._read_only = QCheckBox("Transactions begin read-only", self)
        self._pgbouncer = QCheckBox("Behind PgBouncer in transaction mode", self)
        self._initial_sql = QPlainTextEdit(self)
        self._fill_choices()
        self.setObjectName("connectionForm")
        self.setDocumentMode(True)
        self.addTab(self._server_page(), "Server")
        self.addTab(self._encryption_page(), "Encryption and more")
        self.addTab(self._session_page(), "Session and pool")
        for box in (self._read_only, self._pgbouncer, self.keeps_password):
            box.toggled.connect(self.edited)
        self._order_tab_key()

    def _fill_choices(self) -> None:
        for kind in ConnectionKind:
            self._kind.addItem(kind.value.capitalize(), kind)
        self._ssl_mode.addItem(_SSL_DEFAULT, "")
        for mode in SSL_MODES:
            self._ssl_mode.addItem(_SSL_HINTS.get(mode, mode), mode)
        for box in (self._kind, self._ssl_mode):
            box.activated.connect(self.edited)

    def _order_tab_key(self) -> None:
        """From above to below, whatever was made first."""
        order = [field.widget for field in self.fields.values()]
        for after, box in (("password", self.keeps_password), ("more", self._pgbouncer)):
            order.insert(order.index(self.fields[after].widget) + 1, box)
        order.insert(order.index(self._initial_sql), self._read_only)
        self.setTabOrder(self.tabBar(), order[0])
        for before, after_it in pairwise(order):
            self.setTabOrder(before, after_it)

    # Pages

    def _server_page(self) -> QWidget:
        page, rows = _page(self)
        self._add(rows, "name", "Name", self._line("By default database @ host"))
        self._add(rows, "kind", "Kind", self._kind)
        self._add(rows, "host", "Host", self._line("localhost, or a folder with a socket; several with commas"))
        self._add(rows, "port", "Port", self._line("5432"))
        self._add(rows, "dbname", "Database", self._line("The user's name by default"))
        self._add(rows, "user", "User", self._line("The system's user by default"))
        self._add(rows, "password", "Password", self.password)
        rows.addRow("", self.keeps_password)
        rows.addRow("", self.password_note)
        return page

    def _encryption_page(self) -> QWidget:
        page, rows = _page(self)
        self._add(rows, "sslmode", "Encryption", self._ssl_mode)
        self._add(rows, "sslrootcert", "Root certificates", self._line("~/.postgresql/root.crt, or system"))
        self._add(rows, "sslcert", "Client certificate", self._line("~/.postgresql/postgresql.crt"))
        self._add(rows, "sslkey", "Client key", self._line("~/.postgresql/postgresql.key"))
        self._add(rows, "more", "Further parameters", self._line("connect_timeout=5 target_session_attrs=read-write"))
        rows.addRow("", self._pgbouncer)
        self._pgbouncer.setObjectName("connectionPgbouncer")
        return page

    def _session_page(self) -> QWidget:
        page, rows = _page(self)
        self._add(rows, "session.time_zone", "Time zone", self._line("The server's"))
        self._add(rows, "session.search_path", "Search path", self._line("The role's"))
        self._add(rows, "session.role", "Role", self._line("The user itself"))
        self._add(rows, "session.statement_timeout_s", "Statement time-out", self._seconds("The role's"))
        rows.addRow("", self._read_only)
        self._read_only.setObjectName("connectionReadOnly")
        self._initial_sql.setTabChangesFocus(True)
        self._initial_sql.setPlaceholderText("Runs once on each new session")
        self._initial_sql.setFixedHeight(3 * self.fontMetrics().lineSpacing() + GAP_M)
        self._initial_sql.textChanged.connect(self.edited)
        self._add(rows, "session.initial_sql", "Initial SQL", self._initial_sql)
        self._add(rows, "pool.min_size", "Sessions, at least", self._number(0, 1000))
        self._add(rows, "pool.max_size", "Sessions, at most", self._number(1, 1000))
        self._add(rows, "pool.acquire_timeout_s", "Wait for one", self._seconds(least=1))
        self._add(rows, "pool.idle_life_s", "Close when idle for", self._seconds(least=1))
        self._add(rows, "pool.max_age_s", "Close at the age of", self._seconds(least=1))
        return page

    def _add(self, rows: QFormLayout, name: str, title: str, widget: QWidget) -> None:
        widget.setObjectName("connection" + "".join(part.capitalize() for part in name.replace(".", "_").split("_")))
        widget.setAccessibleName(title)
        field = FormField(widget, self)
        self.fields[name] = field
        rows.addRow(plain_label(title, "second", self), field)

    def _line(self, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(hint)
        line.textEdited.connect(self.edited)
        return line

    def _number(self, least: int, most: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setFixedWidth(_FIGURE_WIDTH)
        box.valueChanged.connect(self.edited)
        return box

    def _seconds(self, none: str = "", *, least: int = 0) -> QSpinBox:
        box = self._number(least, _MAX_SECONDS)
        box.setSuffix(" s")
        box.setSpecialValueText(none)
        return box

    # Values

    def show_profile(self, profile: Profile) -> None:
        """Fill every field, and forget the password that was typed."""
        self._base = profile
        blocked = self.blockSignals(True)
        self._set("name", profile.name)
        self._kind.setCurrentIndex(self._kind.findData(profile.kind))
        self.show_keywords(profile.keywords)
        self.password.clear()
        self.keeps_password.setChecked(profile.password_storage == "keyring")
        self._pgbouncer.setChecked(profile.pgbouncer)
        self._read_only.setChecked(profile.session.read_only)
        self._initial_sql.setPlainText(profile.session.initial_sql)
        for name in ("time_zone", "search_path", "role"):
            self._set(f"session.{name}", getattr(profile.session, name))
        self._spin("session.statement_timeout_s").setValue(round(profile.session.statement_timeout_s))
        for name in PoolOptions.__struct_fields__:
            self._spin(f"pool.{name}").setValue(round(getattr(profile.pool, name)))
        self.show_problems(())
        self.blockSignals(blocked)

    def show_keywords(self, keywords: Mapping[str, str]) -> None:
        """Fill what libpq's keywords say, and empty what they leave open; secrets are not among them."""
        for name in _OWN_FIELDS:
            if name != "sslmode":
                self._set(name, keywords.get(name, ""))
        mode = keywords.get("sslmode", "")
        if self._ssl_mode.findData(mode) < 0:
            self._ssl_mode.addItem(mode, mode)
        self._ssl_mode.setCurrentIndex(self._ssl_mode.findData(mode))
        self._set("more", conninfo_text({name: text for name, text in keywords.items() if name not in _OWN_FIELDS}))

    def keywords(self) -> dict[str, str]:
        """libpq's keywords as the fields say; raises `PgconsoleError` where the further parameters can't be read."""
        found = {name: self._text(name) for name in _OWN_FIELDS if name != "sslmode"}
        found["sslmode"] = str(self._ssl_mode.currentData())
        more = {name: text for name, text in self._parse(self._text("more")).items() if name not in SECRET_KEYWORDS}
        return {name: text for name, text in (found | more).items() if text}

    def profile(self) -> Profile:
        """The profile that the fields describe; raises `PgconsoleError` as `keywords` does."""
        server: dict[str, str | int] = dict(self.keywords())
        port = str(server.get("port", ""))
        if port.isascii() and port.isdecimal():
            server["port"] = int(port)
        pool = {name: self._spin(f"pool.{name}").value() for name in PoolOptions.__struct_fields__}
        session = SessionOptions(
            time_zone=self._text("session.time_zone"),
            search_path=self._text("session.search_path"),
            role=self._text("session.role"),
            read_only=self._read_only.isChecked(),
            statement_timeout_s=float(self._spin("session.statement_timeout_s").value()),
            initial_sql=self._initial_sql.toPlainText().strip(),
        )
        return msgspec.structs.replace(
            self._base,
            name=self._text("name"),
            kind=self._kind.currentData(),
            server=server,
            password_storage="keyring" if self.keeps_password.isChecked() else "ask",
            pgbouncer=self._pgbouncer.isChecked(),
            pool=msgspec.convert(pool, PoolOptions),
            session=session,
        )

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        """Mark exactly these fields, and go to the page of the first one."""
        told = {problem.field: problem.text for problem in problems}
        for name, field in self.fields.items():
            field.show_problem(told.get(name, ""))
        first = next((self.fields[name] for name in told if name in self.fields), None)
        for index in range(self.count()):
            page = self.widget(index)
            if first is not None and page is not None and page.isAncestorOf(first):
                self.setCurrentIndex(index)

    def further_problem(self) -> FieldProblem | None:
        """What is wrong with the further parameters."""
        try:
            self._parse(self._text("more"))
        except PgconsoleError as error:
            return FieldProblem("more", f"{error.why or error.what} {error.remedy}".strip())
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


def _page(parent: QWidget) -> tuple[QWidget, QFormLayout]:
    page = QWidget(parent)
    rows = QFormLayout(page)
    rows.setContentsMargins(0, GAP_M, 0, GAP_M)
    rows.setHorizontalSpacing(GAP_M)
    rows.setVerticalSpacing(GAP_S)
    rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return page, rows
