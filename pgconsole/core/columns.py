"""Describes the columns of a result as the server announced them; says nothing of how they are painted."""

from dataclasses import dataclass

# Object identifiers of pg_type.dat whose values are figures and stand to the right:
# int8, int2, int4, oid, float4, float8, money, xid, cid, numeric, xid8.
_NUMERIC_OIDS = frozenset({20, 21, 23, 26, 700, 701, 790, 28, 29, 1700, 5069})

# bool, "char", name, date, time, timestamp, timestamptz, interval, timetz, macaddr, macaddr8, inet, cidr, uuid, pg_lsn.
_SHORT_OIDS = _NUMERIC_OIDS | {16, 18, 19, 1082, 1083, 1114, 1184, 1186, 1266, 829, 774, 869, 650, 2950, 3220}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result; two columns of a result may bear the same name."""

    name: str
    type_oid: int
    """The type's object identifier in pg_catalog.pg_type."""
    type_name: str
    """Short name for display, as `int8`, `timestamptz` or `mood[]`."""
    is_primary_key: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether values are figures, which are aligned to the right."""
        return self.type_oid in _NUMERIC_OIDS

    @property
    def is_short(self) -> bool:
        """Whether its type leaves no room for values of more than a line."""
        return self.type_oid in _SHORT_OIDS
