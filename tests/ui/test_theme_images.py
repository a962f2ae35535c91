"""Files in Qt's resource tree, made in memory."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QFile, QIODevice, QResource

from pgconsole.ui.theme import dark, light
from pgconsole.ui.theme_images import resource_tree
from pgconsole.ui.theme_style import style_images, style_sheet


@given(st.dictionaries(st.from_regex(r"[a-z0-9\-]{1,12}\.svg", fullmatch=True), st.binary(max_size=50), max_size=20))
def test_qt_reads_back_what_was_put_in(files: dict[str, bytes]) -> None:
    tree = resource_tree(files)
    assert QResource.registerResourceData(tree, "/test")
    try:
        for name, content in files.items():
            file = QFile(f":/test/{name}")
            assert file.open(QIODevice.OpenModeFlag.ReadOnly)
            assert bytes(file.readAll().data()) == content
            file.close()
    finally:
        QResource.unregisterResourceData(tree, "/test")


def test_every_image_that_the_style_sheet_names_is_drawn_in_a_role() -> None:
    for theme in (light(), dark()):
        images = style_images(theme)
        for name, drawing in images.items():
            assert f"/{theme.name}/{name})" in style_sheet(theme)
            assert b"currentColor" not in drawing
        assert style_sheet(theme).count("url(") >= len(images)
