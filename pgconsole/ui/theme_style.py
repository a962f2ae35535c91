"""Spreads a theme's roles over Qt's widgets as one style sheet; holds no colour of its own.

Flat, quiet and dense: surfaces meet at hair lines, and only what has the focus or is current bears the accent.
Arrows, ticks and close buttons are our own drawings, since Qt's follow no palette.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pgconsole.ui.icon_files import coloured_drawing
from pgconsole.ui.theme_images import image_url

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from pgconsole.ui.theme import Theme

_SURFACES = """
QToolTip { background: {header}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }
QMainWindow::separator { background: {line}; width: 1px; height: 1px; }
QSplitter::handle { background: {line}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: {accent}; }
QStatusBar { background: {window}; color: {text_second}; border-top: 1px solid {line};
    min-height: 23px; max-height: 23px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: {text_second}; padding: 0 8px; }
QDockWidget { color: {text}; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: {header}; border-top: 1px solid {line}; border-bottom: 1px solid {line};
    padding: 6px 8px; text-align: left; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: {line}; }
QGroupBox { border: 1px solid {line}; border-radius: 4px; margin-top: 16px; padding: 12px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 8px; color: {text_second}; }
QLabel[role="second"] { color: {text_second}; }
QLabel[role="faint"] { color: {text_faint}; }
QLabel[role="ok"] { color: {ok}; }
QLabel[role="warning"] { color: {warning}; }
QLabel[role="danger"] { color: {danger}; }
QLabel[role="running"] { color: {running}; }
"""

_BARS = """
QMenuBar { background: {window}; color: {text}; border-bottom: 1px solid {line}; padding: 0 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: {line}; }
QMenu { background: {panel}; color: {text}; border: 1px solid {line}; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 8px; border-radius: 4px; min-height: 16px; }
QMenu::item:selected { background: {selection}; color: {text}; }
QMenu::item:disabled { color: {text_faint}; }
QMenu::icon, QMenu::indicator { width: 16px; height: 16px; left: 4px; }
QMenu::indicator:checked { image: {commit}; }
QMenu::right-arrow { image: {chevron-right}; width: 12px; height: 12px; padding-right: 4px; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 8px; }
QToolBar { background: {window}; border: none; border-bottom: 1px solid {line}; spacing: 4px; padding: 3px 4px; }
QToolBar::separator { background: {line}; width: 1px; margin: 5px 4px; }
QToolButton { background: transparent; color: {text}; border: 2px solid transparent; border-radius: 4px;
    padding: 2px 4px; min-height: 20px; }
QToolButton:hover { background: {line}; }
QToolButton:pressed { background: {selection}; }
QToolButton:checked { background: {selection}; color: {text}; }
QToolButton[unusual="true"] { background: {selection}; color: {text}; }
QToolButton:disabled { color: {text_faint}; background: transparent; }
QToolButton:focus { border-color: {accent}; }
QToolButton#qt_toolbar_ext_button { image: {chevron-right}; border: none; padding: 0; }
QToolButton[popupMode="1"], QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-indicator, QToolButton::menu-arrow { image: {chevron-down}; width: 12px; height: 12px; }
QToolButton::menu-indicator { subcontrol-position: right center; subcontrol-origin: padding; right: 4px; }
QToolButton::menu-button { border: none; width: 20px; }
"""

_TABS = """
QTabWidget::pane { border: none; border-top: 1px solid {line}; }
QTabWidget::tab-bar { left: 0; }
QTabBar { background: {window}; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: {text_second}; border: none; border-right: 1px solid {line};
    border-bottom: 2px solid transparent; height: 28px; padding: 0 12px; }
QTabBar::tab:selected { color: {text}; background: {panel}; border-bottom-color: {accent}; }
QTabBar::tab:hover:!selected { color: {text}; background: {sunken}; }
QTabBar::tab:focus { color: {accent}; }
QTabBar::tab:disabled { color: {text_faint}; }
QTabBar::close-button { image: {close}; subcontrol-position: right; width: 12px; height: 12px; padding: 2px;
    border-radius: 4px; }
QTabBar::close-button:hover { background: {line}; }
QTabBar QToolButton { background: {window}; border: none; border-radius: 0; padding: 4px; }
"""

_FIELDS = """
QLineEdit, QSpinBox, QDoubleSpinBox, QAbstractSpinBox, QTextEdit, QPlainTextEdit {
    background: {panel}; color: {text}; selection-background-color: {selection}; selection-color: {text};
    placeholder-text-color: {text_faint}; }
QLineEdit, QAbstractSpinBox, QComboBox { border: 1px solid {line}; border-radius: 4px; padding: 2px 7px;
    min-height: 20px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid {accent}; padding: 1px 6px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: {text_faint}; background: {sunken}; }
QLineEdit[invalid="true"] { border: 2px solid {danger}; padding: 1px 6px; }
QComboBox { background: {panel}; color: {text}; padding-right: 20px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: {chevron-down}; width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 16px; }
QAbstractSpinBox::up-arrow { image: {chevron-up}; width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: {chevron-down}; width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: {panel}; color: {text}; border: 1px solid {line};
    selection-background-color: {selection}; selection-color: {text}; }
QTextEdit, QPlainTextEdit { border: 2px solid {panel}; }
QTextEdit:focus, QPlainTextEdit[focusVisible="true"] { border-color: {accent}; }
QPlainTextEdit[field="true"] { border: 1px solid {line}; border-radius: 4px; padding: 1px; }
QPlainTextEdit[field="true"]:focus { border: 2px solid {accent}; padding: 0; }
#sendPayload { border: 1px solid {line}; border-radius: 4px; }
#sendPayload:focus { border: 2px solid {accent}; }
QPushButton { background: {panel}; color: {text}; border: 1px solid {line}; border-radius: 4px;
    padding: 2px 12px; min-height: 20px; outline: 0; }
QPushButton:hover { background: {header}; border-color: {text_faint}; }
QPushButton:pressed { background: {selection}; }
QPushButton:focus { border: 2px solid {accent}; padding: 1px 11px; }
QPushButton:disabled { color: {text_faint}; background: {window}; }
QPushButton:default, QPushButton[primary="true"] { background: {accent}; color: {on_accent}; border-color: {accent}; }
QPushButton:default:focus, QPushButton[primary="true"]:focus { border-color: {text}; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {
    background: {sunken}; color: {text_faint}; border-color: {line}; }
QPushButton[danger="true"] { color: {danger}; border-color: {danger}; }
QPushButton[flat="true"] { background: transparent; border: 2px solid transparent; color: {accent};
    padding: 1px 8px; }
QPushButton[flat="true"]:hover { background: {header}; }
QPushButton[flat="true"]:focus { border-color: {accent}; }
QCheckBox, QRadioButton { spacing: 6px; color: {text}; border: 2px solid transparent; border-radius: 4px;
    outline: 0; }
QCheckBox:focus, QRadioButton:focus { border-color: {accent}; }
QCheckBox:disabled, QRadioButton:disabled { color: {text_faint}; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: 14px; height: 14px;
    border: 1px solid {text_faint}; border-radius: 3px; background: {panel}; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: {accent}; border-color: {accent};
    image: {check}; }
QRadioButton::indicator:checked { background: {accent}; border-color: {accent}; image: {dot}; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: {sunken}; border-color: {line}; }
"""

_LISTS = """
QAbstractItemView { background: {panel}; color: {text}; alternate-background-color: {sunken};
    border: none; outline: 0; selection-background-color: {selection}; selection-color: {text};
    gridline-color: {line}; }
QTreeView, QListView, QTableView { border: 2px solid {panel}; }
QTreeView:focus, QListView:focus, QTableView:focus { border-color: {accent}; }
QTreeView::item, QListView::item { min-height: 24px; }
QTreeView[dense="true"]::item { padding: 0 5px; border: none; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
    background: {selection}; color: {text}; }
QTableView[roomy="true"]::item { padding: 0 5px; }
QTreeView::branch { background: {panel}; }
QTreeView::branch:has-children:closed { image: {chevron-right}; }
QTreeView::branch:has-children:open { image: {chevron-down}; }
QHeaderView { background: {header}; border: none; }
QHeaderView::section { background: {header}; color: {text_second}; border: none;
    border-right: 1px solid {line}; border-bottom: 1px solid {line}; padding: 4px 8px; }
QTableCornerButton::section { background: {header}; border: none; border-bottom: 1px solid {line}; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: {line}; border-radius: 4px; border: 2px solid transparent; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: {text_faint}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
#parameterForm QScrollArea, #parameterFields { background: transparent; }
QAbstractScrollArea::corner { background: {panel}; border: none; }
QProgressBar { background: {line}; border: none; max-height: 2px; min-height: 2px; color: transparent; }
QProgressBar::chunk { background: {running}; }
"""


_IMAGES = {
    "close": ("close", "text_second"),
    "chevron-down": ("chevron-down", "text_second"),
    "chevron-up": ("chevron-up", "text_second"),
    "chevron-right": ("chevron-right", "text_second"),
    "commit": ("commit", "text"),
    "check": ("commit", "on_accent"),
    "dot": ("dot", "on_accent"),
}
"""Images of the style sheet: which drawing, in which role's colour."""


def style_sheet(theme: "Theme") -> str:
    """The application's style sheet in the colours of one theme; its images are those of `style_images`."""
    sheet = _SURFACES + _BARS + _TABS + _FIELDS + _LISTS
    for name, color in _colors(theme):
        sheet = sheet.replace("{" + name + "}", color.name())
    for name in _IMAGES:
        sheet = sheet.replace("{" + name + "}", image_url(theme.name, f"{name}.svg"))
    return sheet


def style_images(theme: "Theme") -> dict[str, bytes]:
    """The drawings that the style sheet names, by file name, in the colours of one theme."""
    colors = dict(_colors(theme))
    return {f"{name}.svg": coloured_drawing(drawing, colors[role]) for name, (drawing, role) in _IMAGES.items()}


def _colors(theme: "Theme") -> list[tuple[str, "QColor"]]:
    read: Callable[[str], QColor] = theme.__getattribute__
    return [(name, read(name)) for name in theme.__dataclass_fields__ if name != "name"]
