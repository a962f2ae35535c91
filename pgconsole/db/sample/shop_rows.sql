INSERT INTO shop.customers (name, email, born, address, time_zone, tags, newsletter, credit, joined_at)
SELECT first_names[1 + first] || ' ' || last_names[1 + last],
       'customer' || n || '@' || (ARRAY['example.com', 'example.org', 'example.net'])[1 + n % 3],
       CASE WHEN shop.dice(n, 3, 12) > 0 THEN date '1940-01-01' + shop.dice(n, 4, 24000) END,
       ROW(streets[1 + shop.dice(n, 5, 10)] || ' ' || 1 + shop.dice(n, 6, 180),
           lpad(shop.dice(n, 7, 100000)::text, 5, '0'), cities[place][1], cities[place][2])::shop.address,
       cities[place][3],
       ARRAY(SELECT tag FROM unnest(ARRAY['vip', 'trade', 'slow payer', 'gift wrap', 'Stammkunde', '早起き']) WITH ORDINALITY AS t (tag, i)
             WHERE shop.dice(n, 20 + i, 6) = 0),
       shop.dice(n, 9, 3) = 0,
       round(greatest(shop.dice(n, 10, 40000) - 30000, 0) / 100.0, 2),
       timestamptz '2019-03-01 08:00:00+00' + make_interval(secs => shop.dice(n, 11, 200000000))
FROM (SELECT n, shop.dice(n, 1, 24) AS first, shop.dice(n, 2, 24) AS last, 1 + shop.dice(n, 8, 16) AS place
      FROM generate_series(1, 4000) AS n) AS numbers,
     (VALUES (
         ARRAY['Anna', 'Benedikt', 'Chloé', 'Dmitri', 'Ebba', 'Farid', 'Grażyna', 'Hiroshi', 'Inés', 'João', 'Kwame', 'Lien',
               'Mirjam', 'Niamh', 'Oluwaseun', 'Priya', 'Quentin', 'Renée', 'Søren', 'Tuğba', 'Uma', 'Václav', 'Wanjiru', 'Zoë'],
         ARRAY['Adeyemi', 'Bērziņš', 'Carvalho', 'Dubois', 'Eriksson', 'Fischer', 'García', 'Haddad', 'Ivanova', 'Jansen', 'Kowalska',
               'Lindqvist', 'Müller', 'Nguyễn', 'O''Brien', 'Patel', 'Quispe', 'Rossi', 'Şahin', 'Tanaka', 'Ueda', 'van der Berg',
               'Wójcik', 'Žižek'],
         ARRAY['Mill Lane', 'Bahnhofstraße', 'Rue de la Gare', 'Calle Mayor', 'Via Roma', 'Harbour Road', 'Lindenweg',
               'Station Street', 'Ulica Długa', 'Kirkegata'],
         ARRAY[['Berlin', 'DE', 'Europe/Berlin'], ['Lyon', 'FR', 'Europe/Paris'], ['Porto', 'PT', 'Europe/Lisbon'],
               ['Gdańsk', 'PL', 'Europe/Warsaw'], ['Malmö', 'SE', 'Europe/Stockholm'], ['Cork', 'IE', 'Europe/Dublin'],
               ['Kyōto', 'JP', 'Asia/Tokyo'], ['Pune', 'IN', 'Asia/Kolkata'], ['Nairobi', 'KE', 'Africa/Nairobi'],
               ['Lagos', 'NG', 'Africa/Lagos'], ['Lima', 'PE', 'America/Lima'], ['Denver', 'US', 'America/Denver'],
               ['Boston', 'US', 'America/New_York'], ['St. John''s', 'CA', 'America/St_Johns'],
               ['Dunedin', 'NZ', 'Pacific/Auckland'], ['Kathmandu', 'NP', 'Asia/Kathmandu']]
     )) AS words (first_names, last_names, streets, cities);

INSERT INTO shop.products (sku, name, description, price, on_offer, colours, size_mm, weight_kg, attributes, stock)
SELECT upper(substr(md5(n::text), 1, 3)) || '-' || lpad(n::text, 4, '0'),
       adjectives[1 + n % 10] || ' ' || things[1 + (n / 10) % 20],
       'Made of ' || materials[1 + shop.dice(n, 31, 8)] || ', for ' || uses[1 + shop.dice(n, 32, 6)] || '.',
       round((199 + shop.dice(n, 33, 24000)) / 100.0, 2),
       CASE shop.dice(n, 34, 5)
           WHEN 0 THEN daterange(date '2026-11-20' + shop.dice(n, 35, 30), date '2026-12-24')
           WHEN 1 THEN daterange(date '2026-01-01' + shop.dice(n, 35, 300), NULL)
           WHEN 2 THEN 'empty'
       END,
       ARRAY(SELECT colour FROM unnest(ARRAY['black', 'white', 'oak', 'teal', 'brick', 'sand']) WITH ORDINALITY AS c (colour, i)
             WHERE shop.dice(n, 40 + i, 2) = 0 OR i = 1 + n % 6),
       ARRAY[20 + shop.dice(n, 36, 900), 20 + shop.dice(n, 37, 600), 5 + shop.dice(n, 38, 300)],
       (shop.dice(n, 39, 12000) + 40) / 1000.0,
       jsonb_build_object('warranty_months', 6 * (1 + n % 6), 'eco', n % 3 = 0, 'rating', round(1 + shop.dice(n, 47, 41) / 10.0, 1)),
       shop.dice(n, 48, 400)
FROM generate_series(1, 600) AS n,
     (VALUES (
         ARRAY['Folding', 'Cast-iron', 'Little', 'Quiet', 'Nordic', 'Sturdy', 'Hand-made', 'Everyday', 'Travelling', 'Grand'],
         ARRAY['Kettle', 'Lamp', 'Stool', 'Bookshelf', 'Teapot', 'Blanket', 'Clock', 'Mirror', 'Basket', 'Desk', 'Chair', 'Carafe',
               'Rug', 'Candlestick', 'Toolbox', 'Hammock', 'Notebook', 'Umbrella', 'Bread Knife', 'Watering Can'],
         ARRAY['ash wood', 'linen', 'wool', 'steel', 'stoneware', 'glass', 'recycled paper', 'brass'],
         ARRAY['small kitchens', 'the garden', 'long evenings', 'people in a hurry', 'the workshop', 'a life of travel']
     )) AS words (adjectives, things, materials, uses);

INSERT INTO shop.orders (customer_id, placed_at, state, ship_to, deliver_between, note)
SELECT customer_id, placed_at, state::shop.order_state,
       CASE WHEN n % 9 = 0 THEN ROW('Parcel locker ' || n % 250, NULL, NULL, NULL)::shop.address END,
       CASE WHEN state IN ('packed', 'shipped', 'delivered')
            THEN tstzrange(placed_at + interval '2 days', placed_at + interval '2 days 4 hours') END,
       CASE n % 40 WHEN 0 THEN 'Please ring twice.' WHEN 17 THEN E'Second line of the address:\nback yard, left door' END
FROM (SELECT n,
             1 + shop.dice(n, 51, 4000) AS customer_id,
             timestamptz '2024-01-01 06:00:00+00' + n * interval '1 hour 51 minutes'
                 + make_interval(secs => shop.dice(n, 52, 5400)) AS placed_at,
             CASE WHEN n > 11900 THEN (ARRAY['new', 'paid', 'packed', 'shipped'])[1 + shop.dice(n, 53, 4)]
                  ELSE (ARRAY['delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'delivered', 'delivered',
                              'delivered', 'returned', 'cancelled'])[1 + shop.dice(n, 53, 10)] END AS state
      FROM generate_series(1, 12000) AS n) AS drawn;

INSERT INTO shop.order_lines (order_id, line_number, product_id, quantity, unit_price, discount_percent)
SELECT o.order_id, line, p.product_id, 1 + shop.dice(o.order_id, 60 + line, 4), p.price,
       CASE WHEN shop.dice(o.order_id, 70 + line, 8) = 0 THEN 12.5 ELSE 0 END
FROM shop.orders AS o
CROSS JOIN LATERAL generate_series(1, 1 + shop.dice(o.order_id, 61, 4)) AS line
JOIN shop.products AS p ON p.product_id = 1 + shop.dice(o.order_id, 80 + line, 600);
