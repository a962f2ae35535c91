"""The tables that are read: 16 mixed columns as people have them, and two columns of very many rows."""

WIDE = "wide"
NARROW = "narrow"


def wide(rows: int) -> str:
    """SQL that makes the table of 16 columns, some 230 bytes a row as text; a fifth of one column is NULL."""
    return f"""
    CREATE TABLE {WIDE} AS
    SELECT g::bigint AS id,
           (g::bigint * 7919 % 100000)::integer AS customer_id,
           (g % 12)::smallint AS quantity,
           (g * 1.37)::numeric(12, 2) AS price,
           g / 7.0::float8 AS weight,
           g % 2 = 0 AS is_paid,
           (ARRAY['new', 'paid', 'sent', 'returned'])[g % 4 + 1] AS status,
           'customer ' || g AS name,
           'user' || g || '@example.org' AS email,
           CASE WHEN g % 5 > 0 THEN 'a note of row ' || g END AS note,
           timestamptz '2026-01-01 12:00:00+00' + g * interval '1 second' AS created_at,
           date '2026-01-01' + g % 1000 AS due,
           md5(g::text)::uuid AS code,
           jsonb_build_object('item', g % 1000, 'gift', g % 3 = 0) AS details,
           ARRAY[g % 10, g % 100] AS tags,
           ('10.' || g % 256 || '.' || g / 256 % 256 || '.' || g / 65536 % 256)::inet AS address
    FROM generate_series(1, {rows}) AS g;
    VACUUM (FREEZE, ANALYZE) {WIDE};
    """


def narrow(rows: int) -> str:
    """SQL that makes the table of two columns."""
    return f"""
    CREATE TABLE {NARROW} AS SELECT g AS id, 'row ' || g AS name FROM generate_series(1, {rows}) AS g;
    VACUUM (FREEZE, ANALYZE) {NARROW};
    """
