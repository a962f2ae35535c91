CREATE TABLE types.object_names (
    note text, "oid" oid, "regclass" regclass, "regtype" regtype, "regproc" regproc, "regprocedure" regprocedure, "regoper" regoper,
    "regoperator" regoperator, "regrole" regrole, "regnamespace" regnamespace, "regconfig" regconfig, "regdictionary" regdictionary,
    "regcollation" regcollation
);
INSERT INTO types.object_names VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('none', 0, '-', '-', '-', '-', '0', '0', '-', '-', '-', '-', '-'),
    ('plain', 1, 'pg_class', 'integer', 'now', 'sum(integer)', '|/', '+(integer,integer)', 'pg_monitor', 'pg_catalog', 'english', 'simple', '"C"'),
    ('to be quoted', 4294967295, 'types.numbers', '"char"', 'shop.place_order', 'shop.order_total(bigint)', '^@', '||(text,text)', 'pg_read_all_data',
     'types', 'simple', 'english_stem', '"POSIX"'),
    ('of no object', 4000000000, '4000000000', '4000000000', '4000000000', '4000000000', '4000000000', '4000000000', '4000000000', '4000000000',
     '4000000000', '4000000000', '4000000000');

CREATE TABLE types.internals (
    note text, "pg_lsn" pg_lsn, "xid" xid, "xid8" xid8, "cid" cid, "tid" tid, "txid_snapshot" txid_snapshot, "pg_snapshot" pg_snapshot,
    "int2vector" int2vector, "oidvector" oidvector, "aclitem" aclitem, "refcursor" refcursor
);
INSERT INTO types.internals VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('least', '0/0', '0', '0', '0', '(0,0)', '1:1:', '1:1:', '', '', '=r/pg_monitor', ''),
    ('greatest', 'FFFFFFFF/FFFFFFFF', '4294967295', '18446744073709551615', '4294967295', '(4294967295,65535)',
     '9223372036854775806:9223372036854775807:', '9223372036854775806:9223372036854775807:', '32767 -32768', '4294967295 0',
     'pg_monitor=arwdDxt*/pg_monitor', repeat('c', 63)::refcursor),
    ('ordinary', '16/B374D848', '731', '4294968027', '1', '(42,7)', '10:20:10,14,15', '10:20:10,14,15', '1 2 3', '23 25 1043',
     'pg_monitor=X/pg_read_all_data', 'my "cursor"');

CREATE TABLE types.measured AS
SELECT i % 10 AS tens, i % 5 AS fives, (i % 10)::text AS word FROM generate_series(1, 200) AS i;
CREATE STATISTICS types.measured_together (ndistinct, dependencies, mcv) ON tens, fives FROM types.measured;
ANALYZE types.measured;

CREATE VIEW types.planner_notes AS
SELECT s.stxname, d.stxdndistinct AS "pg_ndistinct", d.stxddependencies AS "pg_dependencies", d.stxdmcv AS "pg_mcv_list",
       (SELECT adbin FROM pg_catalog.pg_attrdef WHERE adrelid = 'shop.order_lines'::regclass ORDER BY adnum DESC LIMIT 1) AS "pg_node_tree"
FROM pg_catalog.pg_statistic_ext AS s JOIN pg_catalog.pg_statistic_ext_data AS d ON d.stxoid = s.oid
WHERE s.stxnamespace = 'types'::regnamespace;
COMMENT ON VIEW types.planner_notes IS 'Types that only the server itself can write.';

DO $body$
BEGIN
    CREATE TABLE types.xml (note text, "xml" xml);
    INSERT INTO types.xml VALUES
        ('null', NULL), ('document', '<?xml version="1.0"?><a b="c">d &amp; e<f/></a>'), ('fragment', 'text <b>and</b> element'), ('empty', '');
EXCEPTION
    WHEN feature_not_supported THEN NULL;  -- built without libxml; the block's end has removed the table
END
$body$;
