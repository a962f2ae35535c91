CREATE SCHEMA types;
COMMENT ON SCHEMA types IS 'Every built-in type with its ordinary, its extreme and its odd values.';

CREATE TABLE types.numbers (
    note text, "boolean" boolean, "smallint" smallint, "integer" integer, "bigint" bigint, "numeric" numeric,
    "numeric(10,2)" numeric(10, 2), "numeric(3,0)" numeric(3, 0), "real" real, "double precision" double precision, "money" money
);
INSERT INTO types.numbers VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('zero', false, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    ('least', false, -32768, -2147483648, -9223372036854775808, '-Infinity', -99999999.99, -999, '-3.4028235e38',
     '-1.7976931348623157e308', '-92233720368547758.08'),
    ('greatest', true, 32767, 2147483647, 9223372036854775807, 'Infinity', 99999999.99, 999, '3.4028235e38',
     '1.7976931348623157e308', '92233720368547758.07'),
    ('not a number', NULL, NULL, NULL, NULL, 'NaN', 'NaN', 'NaN', 'NaN', 'NaN', NULL),
    ('infinity', NULL, NULL, NULL, NULL, 'Infinity', NULL, NULL, 'Infinity', 'Infinity', NULL),
    ('minus infinity', NULL, NULL, NULL, NULL, '-Infinity', NULL, NULL, '-Infinity', '-Infinity', NULL),
    ('minus zero and the least above it', NULL, NULL, NULL, NULL, 1e-16383, 0.01, NULL, '-0', '-0', 0.01),
    ('denormal', NULL, NULL, NULL, NULL, 1e-1000, NULL, NULL, '1e-45', '5e-324', NULL),
    ('trailing zeros', NULL, NULL, NULL, NULL, 1.5000000000, 1.50, NULL, 0.1, 0.1, 1.50),
    ('0.1 + 0.2', NULL, NULL, NULL, NULL, 0.1 + 0.2, NULL, NULL, 0.1::real + 0.2::real, 0.1::float8 + 0.2::float8, NULL),
    ('1,000 digits', NULL, NULL, NULL, NULL, (repeat('1234567890', 100))::numeric, NULL, NULL, NULL, NULL, NULL),
    ('1,000 decimals', NULL, NULL, NULL, NULL, ('0.' || repeat('1234567890', 100))::numeric, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE types.texts (
    note text, "text" text, "varchar(10)" varchar(10), "char(5)" character(5), "name" name, "internal char" "char", "refcursor" refcursor
);
INSERT INTO types.texts VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL),
    ('empty', '', '', '', '', '', ''),
    ('the word NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'N', NULL),
    ('spaces', '  two before, two after  ', ' x ', 'ab', 'a name', ' ', 'c 1'),
    ('tab and line ends', E'tab\there, LF\nCR\rCRLF\r\nend', E'a\tb', E'a\nb', E'n\nn', E'\t', NULL),
    ('quotes and backslashes', $$it's "quoted" \N \n \\ end$$, '\N', '"', '''', '\', NULL),
    ('controls', E'bell\x07 escape\x1b[31m delete\x7f', E'\x01\x02', E'\x1f', E'\x1b', E'\x7f', NULL),
    ('high byte', NULL, NULL, NULL, NULL, '\377', NULL),
    ('right to left', E'שלום abc \u0645\u0631\u062d\u0628\u0627', 'שלום', 'مر', 'שם', NULL, NULL),
    ('bidi controls', E'user\u202Egpj.exe \u2066isolated\u2069 \u200Bzero width\uFEFF', E'\u200f\u200e', NULL, NULL, NULL, NULL),
    ('combining and wide', E'e\u0301 n\u0303 한글 漢字 ﬁ', E'e\u0301', '漢字', '漢字', NULL, NULL),
    ('emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽', '👍🏽', '🎲', '🎉', NULL, NULL),
    ('markup', '<b>bold</b> &amp; <img src=x> <script>alert(1)</script>', '<b>x</b>', '<i>', '<a>', '<', NULL),
    ('formula', '=1+1', '@SUM(A1)', '-1+1', '+1', '=', NULL),
    ('one long line', repeat('The quick brown fox jumps over the lazy dog. ', 2000), NULL, NULL, repeat('n', 63)::name, NULL, NULL);

CREATE TABLE types.bytes_and_bits (note text, "bytea" bytea, "bit(1)" bit(1), "bit(8)" bit(8), "bit varying" bit varying, "uuid" uuid);
INSERT INTO types.bytes_and_bits VALUES
    ('null', NULL, NULL, NULL, NULL, NULL),
    ('empty or zero', '', B'0', B'00000000', B'', '00000000-0000-0000-0000-000000000000'),
    ('full', '\xffffffff', B'1', B'11111111', repeat('1', 200)::varbit, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    ('a PNG', decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'),
     NULL, NULL, NULL, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
    ('all 256 bytes', (SELECT string_agg(decode(lpad(to_hex(i), 2, '0'), 'hex'), ''::bytea ORDER BY i) FROM generate_series(0, 255) AS i),
     NULL, B'01010101', B'101', NULL);

CREATE TABLE types.network (note text, "inet" inet, "cidr" cidr, "macaddr" macaddr, "macaddr8" macaddr8);
INSERT INTO types.network VALUES
    ('null', NULL, NULL, NULL, NULL),
    ('zero', '0.0.0.0', '0.0.0.0/0', '00:00:00:00:00:00', '00:00:00:00:00:00:00:00'),
    ('host', '192.168.0.1', '192.168.0.1/32', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05'),
    ('with mask', '192.168.0.1/24', '192.168.0.0/24', 'ff:ff:ff:ff:ff:ff', '08:00:2b:ff:fe:01:02:03'),
    ('IPv6', '::1', '2001:db8::/32', NULL, NULL),
    ('IPv6, mapped, masked', '::ffff:1.2.3.4/120', '::/0', NULL, 'ff:ff:ff:ff:ff:ff:ff:ff');

CREATE TABLE types.geometry (
    note text, "point" point, "line" line, "lseg" lseg, "box" box, "path" path, "polygon" polygon, "circle" circle
);
INSERT INTO types.geometry VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('plain', '(1,2)', '{1,-1,0}', '[(0,0),(1,1)]', '(2,2),(0,0)', '((0,0),(1,1),(2,0))', '((0,0),(1,1),(2,0))', '<(0,0),5>'),
    ('open path, single point', '(-0.5,1e-10)', '{0,1,-3}', '[(1,1),(1,1)]', '(1,1),(1,1)', '[(0,0),(1,1)]', '((0,0))', '<(1,1),0>'),
    ('infinite', '(Infinity,-Infinity)', NULL, '[(-Infinity,0),(Infinity,0)]', '(Infinity,Infinity),(-Infinity,-Infinity)', NULL, NULL,
     '<(0,0),Infinity>'),
    ('not a number', '(NaN,NaN)', NULL, NULL, NULL, NULL, NULL, '<(NaN,NaN),NaN>');

CREATE TABLE types.json (note text, "json" json, "jsonb" jsonb, "jsonpath" jsonpath);
INSERT INTO types.json VALUES
    ('SQL null', NULL, NULL, NULL),
    ('JSON null', 'null', 'null', '$'),
    ('scalars', '"text"', 'true', '$.a.b[*]'),
    ('empty', '{}', '[]', 'strict $."a b"'),
    ('kept as written', '{"b": 1,  "a":2, "b": 3}', '{"b": 1, "a": 2, "b": 3}', '$.track[*] ? (@.hr > 130)'),
    ('large numbers', '12345678901234567890.10', '12345678901234567890.10', '$[0 to last]'),
    ('escapes', '"\u00e9 \n \" \\ \u0000"', '"\u00e9 \n \" \\"', '$.a like_regex "^x" flag "i"'),
    ('nested', '{"a": [1, {"b": [[], {}, null]}]}', '{"a": [1, {"b": [[], {}, null]}]}', '$.**.b'),
    ('deep', (repeat('[', 200) || repeat(']', 200))::json, (repeat('[', 200) || repeat(']', 200))::jsonb, 'lax $.a ? (exists (@.b))');

CREATE TABLE types.text_search (note text, "tsvector" tsvector, "tsquery" tsquery);
INSERT INTO types.text_search VALUES
    ('null', NULL, NULL),
    ('empty', '', ''),
    ('words', 'a fat cat', 'fat & (rat | cat)'),
    ('weights and positions', 'a:1A fat:2B,4C cat:5', 'super:*B & !star'),
    ('phrases', to_tsvector('english', 'The quick foxes were jumping'), 'fat <-> rat <3> cat'),
    ('odd words', $$'with space':1 'it''s':2 'back\\slash':3$$, $$'with space' & 'it''s'$$);
