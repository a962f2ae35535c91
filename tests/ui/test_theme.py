"""Colours by role: contrast, following the system, and what a widget reads from its palette."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from pgconsole.ui import theme as themes
from pgconsole.ui.theme import Theme, apply_theme, dark, data_font, light, theme_of
from pgconsole.ui.theme_style import style_sheet

SURFACES = ("window", "panel", "sunken", "header", "current_line")
TEXTS = ("text", "text_second", "text_faint", "accent", "ok", "warning", "danger", "running")
EDITOR_TEXTS = ("keyword", "string", "number", "comment", "function", "error")


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2.1 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


def contrast(first: QColor, second: QColor) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs(theme: Theme) -> list[tuple[str, str]]:
    """Every text role with every surface it stands on."""
    found = [(text, surface) for text in TEXTS for surface in SURFACES]
    found += [(text, surface) for text in EDITOR_TEXTS for surface in ("panel", "current_line")]
    return [*found, ("text", "selection"), ("text", "line"), ("text_second", "line"), ("on_accent", "accent")]


@pytest.mark.parametrize("theme", [light(), dark()], ids=["light", "dark"])
def test_any_text_has_a_contrast_of_four_and_a_half_on_its_background(theme: Theme) -> None:
    weak = {
        f"{text} on {surface}": round(ratio, 2)
        for text, surface in pairs(theme)
        if (ratio := contrast(getattr(theme, text), getattr(theme, surface))) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", [light(), dark()], ids=["light", "dark"])
def test_palette_of_qt_has_the_same_contrast(theme: Theme) -> None:
    role = QPalette.ColorRole
    palette = themes.palette_of(theme)
    for text, surface in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.PlaceholderText, role.Base),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.ToolTipText, role.ToolTipBase),
    ):
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            assert contrast(palette.color(group, text), palette.color(group, surface)) >= 4.5


@pytest.mark.parametrize("theme", [light(), dark()], ids=["light", "dark"])
def test_style_sheet_leaves_no_role_unfilled(theme: Theme) -> None:
    sheet = style_sheet(theme)
    assert not any("{" + name + "}" in sheet for name in Theme.__dataclass_fields__)
    assert theme.accent.name() in sheet


def test_fixed_choice_reaches_a_widget_and_can_be_changed_back(qapp: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    assert apply_theme(qapp, "dark") is dark()
    qtbot.waitUntil(lambda: theme_of(widget) is dark())
    assert apply_theme(qapp, "light") is light()
    qtbot.waitUntil(lambda: theme_of(widget) is light())


def test_hints_in_empty_fields_are_faint_and_not_fainter(qapp: QApplication, qtbot: QtBot) -> None:
    theme = apply_theme(qapp, "light")
    for field in (QLineEdit(), QPlainTextEdit()):
        qtbot.addWidget(field)
        field.ensurePolished()
        assert field.palette().color(QPalette.ColorRole.PlaceholderText) == theme.text_faint


def test_theme_is_read_from_the_widgets_own_palette(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setPalette(themes.palette_of(dark()))
    assert theme_of(widget) is dark()


def test_data_font_is_fixed_and_its_size_stays_readable() -> None:
    assert data_font(0.5).pointSizeF() == themes.DATA_FONT_MIN_PT
    assert data_font(500).pointSizeF() == themes.DATA_FONT_MAX_PT
    assert data_font(11.5).pointSizeF() == 11.5
