"""Names of the types that the driver knows by itself."""

from typing import Final

from asyncpg.protocol import protocol as driver_protocol

DRIVER_TYPES: Final[dict[int, str]] = dict(driver_protocol.BUILTIN_TYPE_OID_MAP)
"""By oid; each is fixed in the catalog, and the driver has a binary codec of its own for it."""

# Names that differ from what people write.
_SPOKEN_NAMES = {"bpchar": "char", "char": '"char"'}


def display_name(oid: int, name: str) -> str:
    """A type's short name: `int4[]` for the driver's `_int4`; unknown types keep the name they were registered by."""
    if name.startswith("_") and oid in DRIVER_TYPES:
        return name[1:] + "[]"
    return _SPOKEN_NAMES.get(name, name) if oid in DRIVER_TYPES else name
