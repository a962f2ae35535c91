-- What a session holds that would be lost if another one took its place, a row a reason, with a setting's value.
SELECT 'SET ' || s.name AS reason, s.setting AS held
  FROM pg_catalog.pg_settings s
 WHERE s.source OPERATOR(pg_catalog.=) 'session'
   AND s.name OPERATOR(pg_catalog.<>) ALL ('{application_name,transaction_isolation,transaction_read_only,transaction_deferrable}'::pg_catalog.text[])
UNION ALL
SELECT 'SET SESSION AUTHORIZATION ' || pg_catalog.quote_ident(SESSION_USER), ''
  FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a
 WHERE a.usesysid OPERATOR(pg_catalog.<>) (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) SESSION_USER)
UNION ALL
-- Always there: whoever asks knows the role that the session began with.
SELECT 'SET ROLE ' || pg_catalog.quote_ident(CURRENT_USER), ''
UNION ALL
(SELECT 'temporary table ' || pg_catalog.quote_ident(c.relname), ''
   FROM pg_catalog.pg_class c
  WHERE pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) 0
    AND c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()
    AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,S}'::pg_catalog."char"[])
  LIMIT 5)
UNION ALL
(SELECT DISTINCT 'advisory lock', ''
   FROM pg_catalog.pg_locks l
  WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'
    AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid())
UNION ALL
SELECT 'LISTEN ' || pg_catalog.quote_ident(c), ''
  FROM pg_catalog.pg_listening_channels() AS c
UNION ALL
SELECT 'prepared statement ' || pg_catalog.quote_ident(p.name), ''
  FROM pg_catalog.pg_prepared_statements p
 WHERE p.from_sql
UNION ALL
SELECT 'cursor ' || pg_catalog.quote_ident(c.name) || ' WITH HOLD', ''
  FROM pg_catalog.pg_cursors c
 WHERE c.is_holdable
