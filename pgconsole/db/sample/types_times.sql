CREATE TABLE types.times (
    note text, "date" date, "time" time, "time with time zone" time with time zone, "timestamp" timestamp,
    "timestamp with time zone" timestamp with time zone, "timestamp(0)" timestamp(0), "interval" interval,
    "interval year to month" interval year to month
);
INSERT INTO types.times VALUES
    ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('epoch', '1970-01-01', '00:00', '00:00+00', '1970-01-01', '1970-01-01 00:00+00', '1970-01-01', '0', '0'),
    ('infinity', 'infinity', '24:00:00', '24:00:00-15:59:59', 'infinity', 'infinity', 'infinity', '178000000 years', '178000000 years'),
    ('minus infinity', '-infinity', '00:00:00', '00:00:00+15:59:59', '-infinity', '-infinity', '-infinity', '-178000000 years',
     '-178000000 years'),
    ('before Christ', '0044-03-15 BC', '11:59:59.999999', '12:00+01', '0044-03-15 12:00 BC', '0001-12-31 23:59:59+00 BC',
     '4000-01-01 BC', '-1 year -2 mons +3 days -04:05:06.789', '-1 year -2 months'),
    ('the first and the last', '4713-01-01 BC', '23:59:60', '23:59:60+05:30', '294276-12-31 23:59:59.999999',
     '294276-12-31 23:59:59.999999+00', '4713-01-01 BC', '1 microsecond', '1 month'),
    ('the last day', '5874897-12-31', '00:00:00.000001', '00:00:00.000001+14', '9999-12-31', '4713-01-01 00:00+00 BC', '9999-12-31',
     '1 year 2 months 3 days 4 hours 5 minutes 6.789 seconds', '14 months'),
    ('half-hour zones', '2026-03-29', '02:30', '02:30+05:45', '2026-03-29 02:30', '2026-03-29 02:30 Asia/Kathmandu',
     '2026-03-29 02:30', '100 hours', '1 year'),
    ('the hour that there is twice', '2026-10-25', '02:30', '02:30-03:30', '2026-10-25 02:30', '2026-10-25 02:30 Europe/Berlin',
     '2026-10-25 02:30', '1 mon -1 day', '-11 months'),
    ('zone with seconds', '1850-01-01', '12:34:56', '12:34:56+00:53:28', '1850-01-01', '1850-01-01 00:00:00+00:53:28', '1850-01-01',
     '-00:00:01', '0'),
    ('leap day', '2024-02-29', '12:00', '12:00+00', '2024-02-29 12:34:56.5', '2024-02-29 12:34:56.5+00', '2024-02-29 12:34:56.5',
     '366 days', '4 years');
