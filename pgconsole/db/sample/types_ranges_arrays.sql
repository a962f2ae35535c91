CREATE TABLE types.ranges (
    note text, "int4range" int4range, "int8range" int8range, "numrange" numrange, "daterange" daterange, "tsrange" tsrange,
    "tstzrange" tstzrange
);
INSERT INTO types.ranges VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL),
    ('empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty'),
    ('unbounded', '(,)', '(,)', '(,)', '(,)', '(,)', '(,)'),
    ('no lower bound', '(,5)', '(,5]', '(,5]', '(,2026-01-01)', '(,2026-01-01)', '(,2026-01-01]'),
    ('no upper bound', '[5,)', '(5,)', '(5,)', '[2026-01-01,)', '[2026-01-01,)', '(2026-01-01,)'),
    ('bounds as given', '(1,10]', '[1,10]', '(1.5,2.50]', '[2026-01-01,2026-12-31]', '("2026-01-01 00:00","2026-01-02 00:00"]',
     '["2026-01-01 00:00+00","2026-01-02 00:00+00")'),
    ('infinite bounds', NULL, NULL, '[-Infinity,Infinity]', '[-infinity,infinity]', '[-infinity,infinity]', '[-infinity,infinity]'),
    ('a single point', '[7,7]', '[7,7]', '[7,7]', '[2026-02-28,2026-02-28]', '[2026-02-28,2026-02-28]', '[2026-02-28,2026-02-28]'),
    ('before Christ', '[-10,-1]', '[-9223372036854775808,0)', '[NaN,NaN]', '[0044-03-15 BC,0001-01-01)',
     '["0044-03-15 12:00 BC","0043-01-01 00:00 BC")', '["0044-03-15 12:00+00 BC",)');

CREATE TABLE types.multiranges (
    note text, "int4multirange" int4multirange, "int8multirange" int8multirange, "nummultirange" nummultirange,
    "datemultirange" datemultirange, "tsmultirange" tsmultirange, "tstzmultirange" tstzmultirange
);
INSERT INTO types.multiranges VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL),
    ('empty', '{}', '{}', '{}', '{}', '{}', '{}'),
    ('everything', '{(,)}', '{(,)}', '{(,)}', '{(,)}', '{(,)}', '{(,)}'),
    ('merged', '{[1,3),[3,5)}', '{[1,2],[2,9]}', '{[1.5,2),[2,3]}', '{[2026-01-01,2026-02-01),[2026-02-01,2026-03-01)}', NULL, NULL),
    ('apart', '{(,1),[5,7),[9,)}', '{[1,2],[5,6]}', '{(1.5,2.5),(3,4]}', '{[2026-01-01,2026-01-05),[2026-02-01,)}',
     '{["2026-01-01 00:00","2026-01-02 00:00"),["2026-03-01 00:00",)}', '{["2026-01-01 00:00+00","2026-01-02 00:00+00")}');

CREATE TYPE types.colour AS ENUM ('red', 'green', 'light blue', 'it''s "odd"', 'ünïcödé', '');
CREATE TYPE types.pair AS (first integer, second text);
CREATE TYPE types.nested AS (pair types.pair, pairs types.pair[], colour types.colour, at tstzrange);
CREATE DOMAIN types.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN types.pairs AS types.pair[];
CREATE TYPE types.float_range AS RANGE (subtype = double precision, subtype_diff = float8mi);

CREATE TABLE types.made_here (
    note text, enum types.colour, composite types.pair, nested types.nested, domain types.positive, domain_of_array types.pairs,
    range types.float_range, multirange types.float_multirange, enums types.colour[], domains types.positive[]
);
INSERT INTO types.made_here VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('empty', '', '(,)', '(,,,)', NULL, '{}', 'empty', '{}', '{}', '{}'),
    ('plain', 'green', '(1,one)', ROW(ROW(1, 'one'), ARRAY[ROW(2, 'two')::types.pair], 'red', '(,)')::types.nested, 1,
     ARRAY[ROW(1, 'one'), ROW(2, 'two')]::types.pair[], '[0.5,1.5)', '{[0.5,1.5),[2,3]}', '{red,green}', '{1,2}'),
    ('to be quoted', 'it''s "odd"', ROW(-1, E'comma, (paren) "quote" \\ \n line')::types.pair,
     ROW(ROW(NULL, ''), ARRAY[NULL, ROW(NULL, 'null')::types.pair], 'light blue', 'empty')::types.nested, 2147483647,
     ARRAY[ROW(NULL, NULL), NULL]::types.pair[], '(-Infinity,NaN]', '{(,0),(1,)}', ARRAY['', 'light blue', NULL, 'it''s "odd"']::types.colour[],
     '[0:1]={7,8}');

CREATE TABLE types.arrays (
    note text, "integer[]" integer[], "text[]" text[], "numeric[]" numeric[], "boolean[]" boolean[], "timestamptz[]" timestamptz[],
    "jsonb[]" jsonb[], "bytea[]" bytea[], "int4range[]" int4range[], "box[]" box[], "uuid[]" uuid[], "interval[]" interval[]
);
INSERT INTO types.arrays VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('empty', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
    ('nulls and the word', '{NULL,1,NULL}', ARRAY[NULL, 'NULL', 'null', ''], '{NaN,Infinity,NULL}', '{t,f,NULL}',
     '{infinity,-infinity,"0044-03-15 00:00:00+00 BC"}', ARRAY['null', NULL, '{"a": [1, 2]}']::jsonb[], ARRAY['\x', '\x00ff', NULL]::bytea[],
     '{empty,"[1,5)","(,)"}', '{(1,1),(0,0);(2,2),(1,1)}', ARRAY[NULL]::uuid[], ARRAY['1 mon', '-1 day']::interval[]),
    ('to be quoted', '{-1}', ARRAY['a,b', '{c}', 'd"e', 'f\g', ' h ', E'i\nj'], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('two dimensions', '{{1,2},{3,4}}', '{{a,b},{c,d},{NULL,""}}', '{{1.50,2},{3,4}}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('three dimensions', '{{{1},{2}},{{3},{4}}}', '{{{x}}}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('bounds', '[-2:0]={1,2,3}', '[0:1][5:6]={{a,b},{c,d}}', '[2147483640:2147483640]={1}', '[0:0]={t}', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('a thousand', ARRAY(SELECT generate_series(1, 1000)), ARRAY(SELECT 'item ' || i FROM generate_series(1, 1000) AS i), NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL);
