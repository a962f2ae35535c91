"""Owns every colour, font and measure of the screen, by role; how roles are spread over widgets is `theme_style`'s.

No other module names a colour. A widget that paints for itself asks `theme_of(self)` while it paints, and calls
`update()` on QEvent.Type.PaletteChange; so it follows the system's light or dark without a signal of ours.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from pgconsole.ui.theme_images import register_images
from pgconsole.ui.theme_style import style_images, style_sheet

ThemeChoice = Literal["system", "light", "dark"]

GRID: Final = 4
"""Every gap is a multiple of this; the usual ones are the five below. Pixels, as all measures here."""
GAP_XS: Final = 4
GAP_S: Final = 8
GAP_M: Final = 12
GAP_L: Final = 16
GAP_XL: Final = 24
TOOLBAR_HEIGHT: Final = 36
TAB_HEIGHT: Final = 30
TAB_UNDERLINE: Final = 2
"""The accent below the tab that is shown; what stands beside tabs leaves as much room."""
GRID_HEADER_HEIGHT: Final = 40
GRID_ROW_HEIGHT: Final = 22
TREE_ROW_HEIGHT: Final = 24
STATUS_HEIGHT: Final = 24
BAND_HEIGHT: Final = 3
"""The band of the connection's kind, under the toolbar and on the tab's edge."""
FOCUS_RING: Final = 2
PROGRESS_LINE: Final = 2
ICON_SIZE: Final = 16
RADIUS: Final = 4
TAB_COLOURS: Final = (
    ("Blue", "#3B82F6"),
    ("Teal", "#0F9F8F"),
    ("Green", "#4C9A2A"),
    ("Violet", "#8B5CF6"),
    ("Pink", "#D9468F"),
    ("Orange", "#DD7A1C"),
)
"""What a user may mark a connection's tabs with; each is told from the surfaces of both themes by 3 : 1."""
DATA_FONT_SIZE_PT: Final = 10.0
DATA_FONT_MIN_PT: Final = 6.0
DATA_FONT_MAX_PT: Final = 36.0


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """Colours by role; any text role has a contrast of 4.5 : 1 or better on the surfaces it stands on.

    There are two of them, told apart by identity. Inside a selection every text role becomes `text`; on `accent` it
    becomes `on_accent`.
    """

    name: Literal["light", "dark"]
    window: QColor
    panel: QColor
    """Where data and text are read and written."""
    sunken: QColor
    header: QColor
    line: QColor
    """Hair lines between surfaces; also the surface of a button under the pointer."""
    text: QColor
    text_second: QColor
    text_faint: QColor
    """Hints, NULL, types under column names, comments."""
    accent: QColor
    on_accent: QColor
    selection: QColor
    ok: QColor
    warning: QColor
    danger: QColor
    running: QColor
    current_line: QColor
    keyword: QColor
    string: QColor
    number: QColor
    comment: QColor
    function: QColor
    error: QColor
    """Underlines what the server refused, in the editor."""

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what it stands on."""
        return self.name == "dark"


@cache
def light() -> Theme:
    """Colours for bright surroundings."""
    return Theme(
        name="light",
        window=QColor("#F5F6F8"),
        panel=QColor("#FFFFFF"),
        sunken=QColor("#ECEEF2"),
        header=QColor("#F0F2F5"),
        line=QColor("#D8DCE2"),
        text=QColor("#1B1F24"),
        text_second=QColor("#56606B"),
        text_faint=QColor("#5C6570"),
        accent=QColor("#1F5ACB"),
        on_accent=QColor("#FFFFFF"),
        selection=QColor("#D4E3FF"),
        ok=QColor("#146C2E"),
        warning=QColor("#8A5A00"),
        danger=QColor("#C4232D"),
        running=QColor("#0B63CE"),
        current_line=QColor("#F2F6FF"),
        keyword=QColor("#1F5ACB"),
        string=QColor("#116329"),
        number=QColor("#0550AE"),
        comment=QColor("#5C6570"),
        function=QColor("#6639BA"),
        error=QColor("#C4232D"),
    )


@cache
def dark() -> Theme:
    """Colours for dim surroundings."""
    return Theme(
        name="dark",
        window=QColor("#16191D"),
        panel=QColor("#1C2026"),
        sunken=QColor("#121418"),
        header=QColor("#20252C"),
        line=QColor("#2D333B"),
        text=QColor("#E4E8ED"),
        text_second=QColor("#A3ACB7"),
        text_faint=QColor("#89929E"),
        accent=QColor("#6AA1FF"),
        on_accent=QColor("#0B1220"),
        selection=QColor("#23406E"),
        ok=QColor("#4AC26B"),
        warning=QColor("#DDB042"),
        danger=QColor("#FF7B72"),
        running=QColor("#58A6FF"),
        current_line=QColor("#1F2733"),
        keyword=QColor("#6AA1FF"),
        string=QColor("#7EE787"),
        number=QColor("#79C0FF"),
        comment=QColor("#89929E"),
        function=QColor("#D2A8FF"),
        error=QColor("#FF7B72"),
    )


def theme_of(widget: QWidget) -> Theme:
    """The colours that belong to a widget's palette, so that a widget needs to be told nothing."""
    return dark() if widget.palette().color(QPalette.ColorRole.Window).lightness() < 128 else light()


def colour_of(theme: Theme, is_test: bool, is_production: bool) -> QColor | None:
    """The colour of a connection's kind; none for development."""
    return theme.danger if is_production else theme.warning if is_test else None


def palette_of(theme: Theme) -> QPalette:
    """Every role of Qt's palette, for the parts of widgets that no style sheet reaches."""
    role = QPalette.ColorRole
    palette = QPalette()
    for which, color in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.sunken),
        (role.ToolTipBase, theme.header),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.text_faint),
        (role.Text, theme.text),
        (role.Button, theme.header),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.danger),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Accent, theme.accent),
        (role.Light, theme.panel),
        (role.Midlight, theme.header),
        (role.Mid, theme.line),
        (role.Dark, theme.text_faint),
        (role.Shadow, theme.sunken),
    ):
        palette.setColor(which, color)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, theme.text_faint)
    return palette


def apply_theme(app: QApplication, choice: ThemeChoice) -> Theme:
    """Dress the whole application, now and, where the choice is `system`, whenever the system changes.

    May be called again at any time. A platform that does not say whether it is light or dark counts as light.
    """
    follower = app.findChild(_SystemFollower)
    if follower is None:
        follower = _SystemFollower(app)
        app.setStyle("Fusion")
    return follower.choose(choice)


def data_font(size_pt: float = DATA_FONT_SIZE_PT) -> QFont:
    """The system's fixed font, in which SQL, data and figures are shown."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(min(max(size_pt, DATA_FONT_MIN_PT), DATA_FONT_MAX_PT))
    return font


def figures_font(font: QFont) -> QFont:
    """The given font with figures of one width, so that counts and times do not jiggle while they change."""
    tabular = QFont(font)
    tabular.setFeature(QFont.Tag("tnum"), 1)
    return tabular


def apply_theme_now(choice: ThemeChoice) -> None:
    """Dress the running application anew."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_theme(app, choice)


class _SystemFollower(QObject):
    """Keeps an application's palette and style sheet in step with the choice and the system's scheme."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = "system"
        self._worn: Theme | None = None
        self._images: dict[str, bytes] = {}
        app.styleHints().colorSchemeChanged.connect(self._dress)

    def choose(self, choice: ThemeChoice) -> Theme:
        self._choice = choice
        hints = self._app.styleHints()
        if choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        return self._dress()

    def _wanted(self) -> Theme:
        if self._choice != "system":
            return dark() if self._choice == "dark" else light()
        return dark() if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else light()

    def _dress(self) -> Theme:
        theme = self._wanted()
        if theme is not self._worn:
            self._worn = theme
            if theme.name not in self._images:
                self._images[theme.name] = register_images(theme.name, style_images(theme))
            self._app.setPalette(palette_of(theme))
            self._set_style_sheet(style_sheet(theme))
        return theme

    def _set_style_sheet(self, sheet: str) -> None:
        """Change the sheet, and not the fonts that widgets have of their own: Qt goes back to the first of each."""
        own = Qt.WidgetAttribute.WA_SetFont
        fonts = [(widget, widget.font()) for widget in self._app.allWidgets() if widget.testAttribute(own)]
        self._app.setStyleSheet(sheet)
        for widget, font in fonts:
            if widget.font() != font:
                widget.setFont(font)
