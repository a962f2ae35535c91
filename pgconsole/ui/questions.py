"""Questions and file choosers that do not block: each opens, and answers a future when it is closed.

`exec()` and the static functions of Qt's dialogs run a loop of their own, in which other tasks are stranded for ever.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLabel, QMessageBox, QWidget

_FOLDER = "newestFolder"


class Question(QMessageBox):
    """Keeps the safe answer chosen: with another theme Qt puts the buttons in place anew, and chooses the first.

    On some desktops Qt gives Cancel a red cross; no other button has any such.
    """

    def showEvent(self, event: QShowEvent) -> None:
        """Leave the buttons their words alone."""
        for button in self.buttons():
            button.setIcon(QIcon())
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Choose the default again once Qt is done."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, lambda: self.setDefaultButton(self.defaultButton()))


async def confirm(parent: QWidget, question: str, detail: str, *, yes: str, no: str = "Cancel") -> bool:
    """Ask whether something that loses data shall be done; the safe answer is the default."""
    return await choose(parent, question, detail, (yes,), none=no) == yes


async def choose(
    parent: QWidget, question: str, detail: str, answers: Sequence[str], *, none: str = "Cancel"
) -> str | None:
    """Ask which of several things shall be done, the last of which loses data; None, the default, for none of them.

    `none` names that where "Cancel" could be taken for one of the answers.
    """
    box = Question(QMessageBox.Icon.Warning, "pgconsole", question, parent=parent)
    box.setObjectName("question")
    box.setInformativeText(detail)
    make_plain(box)
    roles = [QMessageBox.ButtonRole.AcceptRole] * (len(answers) - 1) + [QMessageBox.ButtonRole.DestructiveRole]
    buttons = {answer: box.addButton(answer, role) for answer, role in zip(answers, roles, strict=True)}
    safe = box.addButton(QMessageBox.StandardButton.Cancel)
    safe.setText(none)
    box.setDefaultButton(safe)
    await finished(box)
    return next((answer for answer, button in buttons.items() if box.clickedButton() is button), None)


async def ask_text(parent: QWidget, label: str, text: str) -> str | None:
    """Ask for one line; None where the user gave up."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("textQuestion")
    dialog.setWindowTitle("pgconsole")
    dialog.setLabelText(label)
    make_plain(dialog)
    dialog.setTextValue(text)
    accepted = await finished(dialog) == QDialog.DialogCode.Accepted.value
    return dialog.textValue() if accepted else None


async def choose_file(parent: QWidget, title: str, kinds: str, *, save_as: str | None = None) -> Path | None:
    """Ask for a file to open, or with `save_as`, a name to begin with, for one to write; None where given up."""
    dialog = _file_dialog(parent, title, kinds)
    if save_as is None:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    else:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(save_as)
    chosen = await _chosen(dialog)
    return chosen[0] if chosen else None


async def choose_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for files to open; none where the user gave up."""
    dialog = _file_dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return await _chosen(dialog)


def _file_dialog(parent: QWidget, title: str, kinds: str) -> QFileDialog:
    """Begins in the folder in which the newest file was chosen."""
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setObjectName("fileQuestion")
    app = QCoreApplication.instance()
    folder = app.property(_FOLDER) if app is not None else None
    if folder:
        dialog.setDirectory(folder)
    return dialog


async def _chosen(dialog: QFileDialog) -> list[Path]:
    if await finished(dialog) != QDialog.DialogCode.Accepted.value:
        return []
    chosen = [Path(name) for name in dialog.selectedFiles()]
    app = QCoreApplication.instance()
    if chosen and app is not None:
        app.setProperty(_FOLDER, str(chosen[0].parent))
    return chosen


def make_plain(dialog: QDialog) -> None:
    """Have the labels of one of Qt's own dialogs show names and server text as they are; Qt would guess at HTML."""
    for label in dialog.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)


async def finished(dialog: QDialog) -> int:
    """Open a dialog and wait for its end; cancelling the wait closes it."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(code: int) -> None:
        if not done.done():
            done.set_result(code)

    dialog.finished.connect(finish)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    try:
        return await done
    finally:
        dialog.close()
        dialog.deleteLater()
