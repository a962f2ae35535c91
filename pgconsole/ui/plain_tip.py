"""Makes a tool tip of any text: Qt would take some texts for HTML, and a server's text is never that."""

from html import escape

from pgconsole.core.plain_text import visible_block

_TIP_CHARACTERS = 2000


def plain_tip(text: str) -> str:
    """Markup that a tool tip shows as exactly the text, its lines kept, cut with a mark at 2,000 characters."""
    shown = visible_block(text)
    if len(shown) > _TIP_CHARACTERS:
        shown = shown[:_TIP_CHARACTERS] + "…"
    return f'<p style="white-space: pre-wrap">{escape(shown)}</p>'
