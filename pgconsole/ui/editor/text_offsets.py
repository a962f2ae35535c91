"""Converts between Python's offsets, in code points, and Qt's, in UTF-16 units; they part at the first emoji."""


def to_units(text: str, points: int) -> int:
    """Qt's offset of a code-point offset; beyond the text's end it is the end's."""
    if text.isascii():
        return min(points, len(text))
    return len(text[:points].encode("utf-16-le", "surrogatepass")) // 2


def to_points(text: str, units: int) -> int:
    """The code-point offset of one of Qt's; inside a surrogate pair it is the offset behind the pair."""
    if text.isascii():
        return min(units, len(text))
    prefix = text.encode("utf-16-le", "surrogatepass")[: units * 2]
    return len(prefix.decode("utf-16-le", "surrogatepass"))
