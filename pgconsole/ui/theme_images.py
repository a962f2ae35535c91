"""Puts icons, coloured by a theme, where a style sheet can name them: in Qt's resource tree, in memory.

A style sheet takes an image by its address only, and Qt's own arrows and close buttons follow no palette.
"""

import struct
from collections.abc import Mapping

from PySide6.QtCore import QResource

_HEADER = struct.Struct(">4s4I")
_FOLDER = struct.Struct(">IHII")
_FILE = struct.Struct(">IHHHI")
_FOLDER_FLAG = 2
_FORMAT_VERSION = 1
_ROOT = "/pgconsole/style"


def register_images(folder: str, drawings: Mapping[str, bytes]) -> bytes:
    """Make files readable as `:/pgconsole/style/<folder>/<name>`.

    The bytes returned hold them, and must be kept as long as anything shows them.
    """
    tree = resource_tree(drawings)
    QResource.registerResourceData(tree, f"{_ROOT}/{folder}")
    return tree


def image_url(folder: str, name: str) -> str:
    """The address of a registered image, as a style sheet writes it."""
    return f"url(:{_ROOT}/{folder}/{name})"


def resource_tree(files: Mapping[str, bytes]) -> bytes:
    """Files of one folder in the binary format of Qt's rcc, version 1, uncompressed.

    The layout is that of qresource.cpp of Qt 6: a header with three offsets, a tree of nodes, data with their sizes,
    and names with the hashes by which a folder's nodes are sorted.
    """
    ordered = sorted(files, key=_name_hash)
    nodes, data, names = [_FOLDER.pack(0, _FOLDER_FLAG, len(ordered), 1)], b"", b""
    for name in ordered:
        nodes.append(_FILE.pack(len(names), 0, 0, 1, len(data)))
        names += struct.pack(">HI", len(name), _name_hash(name)) + name.encode("utf-16-be")
        data += struct.pack(">I", len(files[name])) + files[name]
    tree = b"".join(nodes)
    start = _HEADER.size
    header = _HEADER.pack(b"qres", _FORMAT_VERSION, start, start + len(tree), start + len(tree) + len(data))
    return header + tree + data + names


def _name_hash(name: str) -> int:
    """Qt's qt_hash, the ELF hash in 28 bits."""
    value = 0
    for character in name:
        value = (value << 4) + ord(character)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value
