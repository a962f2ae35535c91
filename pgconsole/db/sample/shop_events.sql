INSERT INTO shop.events (event_id, occurred_at, customer_id, kind, address, took, payload)
SELECT n,
       timestamptz '2025-11-01 00:00:00+00' + n * interval '30 seconds' + make_interval(secs => shop.dice(n, 91, 30000) / 1000.0),
       CASE WHEN shop.dice(n, 92, 5) > 0 THEN 1 + shop.dice(n, 93, 4000) END,
       kind,
       inet '10.0.0.0' + shop.dice(n, 95, 16777216),
       CASE WHEN kind <> 'visit' THEN make_interval(secs => shop.dice(n, 96, 90000) / 1000.0) END,
       CASE kind
           WHEN 'search' THEN jsonb_build_object('words', (ARRAY['kettle', 'lamp', 'blue rug', 'thé', 'クッション'])[1 + n % 5], 'hits', shop.dice(n, 97, 80))
           WHEN 'checkout' THEN jsonb_build_object('items', jsonb_build_array(1 + n % 600, 1 + n % 599), 'total', shop.dice(n, 98, 90000) / 100.0)
           WHEN 'payment' THEN jsonb_build_object('method', (ARRAY['card', 'invoice', 'transfer'])[1 + n % 3], 'ok', shop.dice(n, 99, 20) > 0)
           ELSE jsonb_build_object('product', 1 + shop.dice(n, 97, 600), 'mobile', n % 2 = 0)
       END
FROM (SELECT n, (ARRAY['visit', 'visit', 'visit', 'view', 'view', 'view', 'view', 'search', 'search', 'basket', 'checkout',
                       'payment', 'support']::shop.event_kind[])[1 + shop.dice(n, 94, 13)] AS kind
      FROM generate_series($1::bigint, $2::bigint) AS n) AS drawn
ON CONFLICT (event_id) DO NOTHING
