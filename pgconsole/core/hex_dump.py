"""Shows the server's text of a bytea value as offsets, bytes and printable characters."""

_BYTES_A_LINE = 16


def is_hex_bytea(text: str) -> bool:
    """Whether text is bytea in the server's hex format, as bytea_output = hex writes it."""
    return text.startswith("\\x") and len(text) % 2 == 0


def hex_dump(text: str, *, first_offset: int = 0) -> str:
    """Return lines of 16 bytes for text of the form `\\x0a1b...`, or the text itself where it is none."""
    try:
        data = bytes.fromhex(text[2:])
    except ValueError:
        return text
    lines = []
    for start in range(0, len(data), _BYTES_A_LINE):
        part = data[start : start + _BYTES_A_LINE]
        shown = "".join([chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part])
        codes = part[:8].hex(" ") + "  " + part[8:].hex(" ")
        lines.append(f"{first_offset + start:08x}  {codes:<48}  {shown}")
    return "\n".join(lines)
