CREATE UNIQUE INDEX customers_email_key ON shop.customers (lower(email));
CREATE INDEX customers_tags_idx ON shop.customers USING gin (tags);
CREATE UNIQUE INDEX products_sku_key ON shop.products (sku);
CREATE INDEX products_words_idx ON shop.products USING gin (words);
CREATE INDEX products_on_offer_idx ON shop.products USING gist (on_offer);
CREATE INDEX orders_customer_idx ON shop.orders (customer_id, placed_at DESC);
CREATE INDEX orders_open_idx ON shop.orders (placed_at) WHERE state IN ('new', 'paid', 'packed');
CREATE INDEX order_lines_product_idx ON shop.order_lines (product_id);
CREATE INDEX events_occurred_at_idx ON shop.events USING brin (occurred_at);

ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.order_lines ADD FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE CASCADE;
ALTER TABLE shop.order_lines ADD FOREIGN KEY (product_id) REFERENCES shop.products;

CREATE VIEW shop.order_totals AS
SELECT o.order_id, o.customer_id, o.placed_at, o.state, count(l.*) AS lines, sum(l.quantity) AS pieces, sum(l.line_total) AS total
FROM shop.orders AS o LEFT JOIN shop.order_lines AS l USING (order_id)
GROUP BY o.order_id;

CREATE VIEW shop.customer_overview AS
SELECT c.customer_id, c.name, (c.address).city, (c.address).country, now() AT TIME ZONE c.time_zone AS local_time,
       age(current_date, c.born) AS age, count(t.order_id) AS orders, coalesce(sum(t.total), 0) AS spent, max(t.placed_at) AS last_order
FROM shop.customers AS c LEFT JOIN shop.order_totals AS t USING (customer_id)
GROUP BY c.customer_id;

CREATE MATERIALIZED VIEW shop.sales_by_month AS
SELECT date_trunc('month', placed_at, 'UTC')::date AS month, count(*) AS orders, sum(total) AS total
FROM shop.order_totals WHERE state NOT IN ('cancelled', 'returned')
GROUP BY 1 WITH NO DATA;

CREATE FUNCTION shop.order_total(of_order bigint) RETURNS numeric
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT sum(l.line_total) FROM shop.order_lines AS l WHERE l.order_id = order_total.of_order;
END;

CREATE FUNCTION shop.top_customers(how_many integer DEFAULT 10)
RETURNS TABLE (customer_id integer, name text, spent numeric)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT c.customer_id, c.name, sum(t.total)
    FROM shop.customers AS c JOIN shop.order_totals AS t USING (customer_id)
    GROUP BY c.customer_id ORDER BY 3 DESC, 1 LIMIT top_customers.how_many;
END;

CREATE FUNCTION shop.place_order(for_customer integer, product_ids integer[], quantities integer[] DEFAULT '{}')
RETURNS bigint
LANGUAGE plpgsql
AS $body$
DECLARE
    new_order bigint;
BEGIN
    IF cardinality(product_ids) = 0 THEN
        RAISE EXCEPTION 'an order needs at least one product'
            USING HINT = 'Pass product numbers: select shop.place_order(1, ''{7,8}'').';
    END IF;
    INSERT INTO shop.orders (customer_id) VALUES (for_customer) RETURNING order_id INTO new_order;
    INSERT INTO shop.order_lines (order_id, line_number, product_id, quantity, unit_price)
    SELECT new_order, wanted.i, p.product_id, coalesce(quantities[wanted.i], 1), p.price
    FROM unnest(product_ids) WITH ORDINALITY AS wanted (product_id, i)
    JOIN shop.products AS p ON p.product_id = wanted.product_id;
    RAISE NOTICE 'order % placed: % in total', new_order, shop.order_total(new_order);
    RETURN new_order;
END
$body$;

CREATE PROCEDURE shop.cancel_stale_orders(older_than interval, INOUT cancelled integer DEFAULT 0)
LANGUAGE plpgsql
AS $body$
DECLARE
    stale bigint;
BEGIN
    cancelled := 0;
    FOR stale IN SELECT order_id FROM shop.orders WHERE state = 'new' AND placed_at < now() - older_than LOOP
        UPDATE shop.orders SET state = 'cancelled' WHERE order_id = stale;
        cancelled := cancelled + 1;
        COMMIT;
    END LOOP;
END
$body$;

CREATE FUNCTION shop.announce_order() RETURNS trigger
LANGUAGE plpgsql
AS $body$
BEGIN
    PERFORM pg_notify('new_orders', json_build_object(
        'order_id', NEW.order_id, 'customer_id', NEW.customer_id, 'placed_at', NEW.placed_at, 'state', NEW.state)::text);
    RETURN NULL;
END
$body$;
CREATE TRIGGER announce AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.announce_order();

COMMENT ON SCHEMA shop IS 'A shop that never was: customers, products, orders and what visitors did.';
COMMENT ON TABLE shop.customers IS 'Who buys. The address is a composite value; every customer has a time zone.';
COMMENT ON TABLE shop.products IS 'What is sold, with arrays, ranges, jsonb and a generated text search vector.';
COMMENT ON TABLE shop.orders IS 'One row an order. Each new one is announced on the channel new_orders.';
COMMENT ON TABLE shop.order_lines IS 'The products of an order, at the price of that day.';
COMMENT ON TABLE shop.events IS 'What visitors did: a million rows, filled in the background after the first start.';
COMMENT ON COLUMN shop.customers.tags IS 'Free words; indexed by GIN: where tags @> ''{vip}''.';
COMMENT ON COLUMN shop.products.on_offer IS 'The days of a reduced price; empty: it was withdrawn; no end: until further notice.';
COMMENT ON COLUMN shop.orders.deliver_between IS 'The promised time of delivery, once it is packed.';
COMMENT ON VIEW shop.order_totals IS 'Orders with their number of lines and pieces and their sum.';
COMMENT ON VIEW shop.customer_overview IS 'Customers with their local time, age, and what they have bought.';
COMMENT ON MATERIALIZED VIEW shop.sales_by_month IS 'Sums a month, as of the last REFRESH MATERIALIZED VIEW.';
COMMENT ON FUNCTION shop.place_order IS 'Places an order of products; listen new_orders hears of it.';
COMMENT ON PROCEDURE shop.cancel_stale_orders IS 'Cancels orders that stayed new for too long, committing each.';
