"""Tool tips of any text."""

from pgconsole.ui.plain_tip import plain_tip


def test_markup_in_a_text_is_shown_and_lines_stay() -> None:
    assert plain_tip("<b>x</b>\n&\u202e") == '<p style="white-space: pre-wrap">&lt;b&gt;x&lt;/b&gt;\n&amp;‹202E›</p>'


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert len(plain_tip("x" * 1_000_000)) < 2_100
    assert "…" in plain_tip("x" * 3_000)
