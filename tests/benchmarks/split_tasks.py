"""Splits a script of a mebibyte, by the console's own splitter and by sqlparse."""

from time import perf_counter

import sqlparse

from pgconsole.core.statements import split

_MIB = 1 << 20
_ANCHOR_PART = 32
"""sqlparse gets a part of the script so large, as it takes seconds for the whole."""
_STATEMENTS = """
-- orders of customer {number}; all of them
SELECT o.id, o.total::numeric(12, 2) AS "Total; with tax", c.name
FROM shop.orders AS o JOIN shop.customers AS c ON c.id = o.customer_id
WHERE c.id = {number} AND o.note <> 'it''s paid; /* not */ yet' /* outer /* inner; */ */;
INSERT INTO shop.products (name, price) VALUES ('item {number}', {number}.25), (E'tab\\t{number}', 1e3);
CREATE OR REPLACE FUNCTION shop.f_{number}(a integer) RETURNS integer LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE shop.orders SET status = 'sent' WHERE id = a;
    RETURN (SELECT count(*) FROM shop.orders);
END
$body$;
UPDATE shop.customers SET name = U&'d\\0061t' || $tag$ a;b $tag$ WHERE id IN (1, 2, {number});
"""


def ours() -> dict[str, float]:
    """Milliseconds for the script."""
    text = _script()
    began = perf_counter()
    statements = split(text)
    elapsed_ms = (perf_counter() - began) * 1000
    if len(statements) != text.count("-- orders") * 4:
        raise RuntimeError(f"{len(statements)} statements were found")
    return {"split_1mib_ms": elapsed_ms}


def by_sqlparse() -> dict[str, float]:
    """Milliseconds that sqlparse would need for the script."""
    text = _script()[: _MIB // _ANCHOR_PART]
    began = perf_counter()
    sqlparse.split(text)
    return {"split_1mib_ms": (perf_counter() - began) * 1000 * _ANCHOR_PART}


def _script() -> str:
    parts: list[str] = []
    size = 0
    while size < _MIB:
        parts.append(_STATEMENTS.format(number=len(parts)))
        size += len(parts[-1])
    return "".join(parts)
