-- The keys of the table $1.$2 that ON CONFLICT (columns) can name, the primary key first: one row a key and column.
SELECT i.indexrelid, a.attname
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (attnum, place)
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.=) k.attnum
 WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.text::pg_catalog.name
   AND c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.text::pg_catalog.name
   AND i.indisunique AND i.indimmediate AND i.indisvalid
   AND i.indpred IS NULL AND i.indexprs IS NULL
   AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts
 ORDER BY i.indisprimary DESC, i.indexrelid, k.place
