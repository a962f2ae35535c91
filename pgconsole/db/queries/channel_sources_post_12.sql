-- Functions that may notify, and triggers that call them: name, source, and the trigger with its arguments.
SELECT p.oid::pg_catalog.regprocedure::pg_catalog.text,
       p.prosrc,
       COALESCE(pg_catalog.format('%s on %s', pg_catalog.quote_ident(t.tgname), t.tgrelid::pg_catalog.regclass), ''),
       COALESCE(pg_catalog.encode(t.tgargs, 'hex'), '')
  FROM pg_catalog.pg_proc p
       LEFT JOIN pg_catalog.pg_trigger t ON t.tgfoid OPERATOR(pg_catalog.=) p.oid AND NOT t.tgisinternal
 WHERE p.prosrc OPERATOR(pg_catalog.~*) '\mnotify\M|pg_notify'
   AND p.pronamespace OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace
 ORDER BY 1, 3
 LIMIT 2000
