"""Makes tool tips and titles of any text: Qt takes some texts for HTML, and & in a title for the mark of a key."""

from html import escape

from pgconsole.core.plain_text import visible_block, visible_line

_TIP_CHARACTERS = 2000


def plain_tip(text: str) -> str:
    """Markup that a tool tip shows as exactly the text, its lines kept, cut with a mark at 2,000 characters."""
    shown = visible_block(text)
    if len(shown) > _TIP_CHARACTERS:
        shown = shown[:_TIP_CHARACTERS] + "…"
    return f'<p style="white-space: pre-wrap">{escape(shown)}</p>'


def plain_title(text: str) -> str:
    """What the title of a tab, a button or a menu entry has to be set to in order to show exactly the text."""
    return visible_line(text).replace("&", "&&")
