"""Questions on the way to a server: a password, and whether an SSH server is the right one. None of them blocks."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox, QPushButton, QWidget

from pgconsole.core.errors import HostKeyUnknown, PgconsoleError
from pgconsole.core.plain_text import visible_block, visible_line
from pgconsole.ui.questions import Question, make_plain


def ask_secret(parent: QWidget, what: str, error: PgconsoleError, give: Callable[[str], None]) -> None:
    """Ask for the password of `what`, below the reason why it is wanted; one question for the same thing at a time."""
    for question in parent.findChildren(QInputDialog, "passwordQuestion"):
        if question.isVisible() and question.property("what") == what:
            return
    question = QInputDialog(parent)
    question.setObjectName("passwordQuestion")
    question.setProperty("what", what)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.setWindowTitle("Password")
    why = error.why or error.what
    question.setLabelText(f"{visible_line(why)}\n\nPassword for {visible_line(what)}")
    make_plain(question)
    question.setTextEchoMode(QLineEdit.EchoMode.Password)
    question.textValueSelected.connect(give)
    question.open()


def ask_host_key(parent: QWidget, error: HostKeyUnknown, trust: Callable[[], None]) -> None:
    """Ask whether a key is to be trusted from now on; the safe answer is the default."""
    box = Question(QMessageBox.Icon.Warning, "SSH server", visible_line(error.what), parent=parent)
    box.setObjectName("hostKeyQuestion")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText(visible_block(f"{error.why}\n\n{error.remedy}"))
    make_plain(box)
    agree = box.addButton("Trust this key", QMessageBox.ButtonRole.AcceptRole)
    _prefer_cancel(box, agree)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    agree.clicked.connect(trust)
    box.open()


def ask_removal(parent: QWidget, title: str, remove: Callable[[], None]) -> None:
    """Ask whether a saved connection shall go; the safe answer is the default."""
    box = Question(QMessageBox.Icon.Warning, "pgconsole", f"Remove {visible_line(title)}?", parent=parent)
    box.setObjectName("removalQuestion")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText("Its passwords leave the keyring too. What is open stays open.")
    make_plain(box)
    agree = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
    _prefer_cancel(box, agree)
    agree.clicked.connect(remove)
    box.open()


def _prefer_cancel(box: QMessageBox, agree: QPushButton) -> None:
    """Add Cancel, and have Enter and the focus mean it."""
    agree.setAutoDefault(False)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    cancel.setFocus()
